"""Suggestions: what a model would tag in a document, for somebody who tags it."""

from __future__ import annotations

from shared.domain.models import TrainedModel
from shared.services import models
from shared.services.extractors import Extractors
from shared.storage.documents import DocumentText
from shared.storage.stores import Stores
from shared.text.spans import Span


def suggest(
    stores: Stores, extractors: Extractors, name: str, document: str, label: str
) -> tuple[TrainedModel, DocumentText, list[Span]]:
    """Return a model, a document's present text, and what the model predicts for it.

    Only entity types that the project still has. Raises `NotFound` where there is no such document,
    and `InvalidDocument` where it cannot be read; `ModelNotFound` where there is no such model.
    """
    project, model = models.read(stores, name, label)
    text = stores.documents.text(project, document)
    declared = {entity.category for entity in stores.projects.entities(project)}
    extractor = extractors.get(stores.models, model.artifact)
    # A text of white space alone has nothing to be found, nor has an empty one.
    spans = extractor.predict([text.text])[0] if text.text.strip() else []
    return model, text, [span for span in spans if span.category in declared]
