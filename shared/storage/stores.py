"""All stores of one process, as services take them, with the limits that are set for them."""

from __future__ import annotations

from dataclasses import dataclass

from shared.limits import DEFAULTS, Limits
from shared.storage.copies import Copies
from shared.storage.documents import Documents
from shared.storage.harvests import Harvests
from shared.storage.jobs import Jobs
from shared.storage.models import Models
from shared.storage.operations import Operations
from shared.storage.ports import Storage
from shared.storage.projects import CONTAINER, Projects


@dataclass(frozen=True, slots=True)
class Stores:
    """One store per noun, all on the same storage, and how much each may come to hold.

    Use cases hold what they are asked for against `limits`, wherever they run.
    """

    projects: Projects
    documents: Documents
    models: Models
    operations: Operations
    jobs: Jobs
    harvests: Harvests
    copies: Copies
    storage: Storage
    limits: Limits

    @staticmethod
    def on(storage: Storage, limits: Limits = DEFAULTS) -> Stores:
        """Return the stores on this storage, and make the service's own container."""
        storage.blobs.create_container(CONTAINER)
        return Stores(
            projects=Projects(storage),
            documents=Documents(storage, longest=limits.project_document_length),
            models=Models(storage),
            operations=Operations(storage),
            jobs=Jobs(storage),
            harvests=Harvests(storage),
            copies=Copies(storage),
            storage=storage,
            limits=limits,
        )
