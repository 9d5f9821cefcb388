"""All stores of one process, as services take them."""

from __future__ import annotations

from dataclasses import dataclass

from shared.storage.documents import Documents
from shared.storage.jobs import Jobs
from shared.storage.models import Models
from shared.storage.operations import Operations
from shared.storage.ports import Storage
from shared.storage.projects import CONTAINER, Projects


@dataclass(frozen=True, slots=True)
class Stores:
    """One store per noun, all on the same storage."""

    projects: Projects
    documents: Documents
    models: Models
    operations: Operations
    jobs: Jobs
    storage: Storage

    @staticmethod
    def on(storage: Storage) -> Stores:
        """Return the stores on this storage, and make the service's own container."""
        storage.blobs.create_container(CONTAINER)
        return Stores(
            projects=Projects(storage),
            documents=Documents(storage),
            models=Models(storage),
            operations=Operations(storage),
            jobs=Jobs(storage),
            storage=storage,
        )
