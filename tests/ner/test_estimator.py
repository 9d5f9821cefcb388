"""The estimator: a second reading leaves the first as it was."""

from __future__ import annotations

import dataclasses

import numpy as np

from shared.ner.estimator import EntityEstimator
from shared.ner.extractor import Extractor
from shared.ner.folds import Tagged
from shared.ner.recipe import PROSE
from tests.ner.conftest import LETTERS


def test_the_first_of_two_readings_sees_what_it_saw_alone() -> None:
    texts = [tagged.text for tagged in LETTERS[:12]]
    spans = [tagged.spans for tagged in LETTERS[:12]]
    more = Tagged(texts=texts, spans=spans).and_copies(2, 0)
    first = EntityEstimator(recipe=PROSE, iterations=20).fit(more.texts, more.spans).extractor_
    chances = [first.read([text]).chances for text in texts]

    second = EntityEstimator(recipe=dataclasses.replace(PROSE, twice=True), iterations=20).fit(
        texts, spans, first=first.knowledge, chances=chances
    )

    knowledge = second.extractor_.knowledge
    again = Extractor(dataclasses.replace(knowledge, readings=knowledge.readings[:1]))
    for text, expected in zip(texts, chances, strict=True):
        np.testing.assert_array_equal(again.read([text]).chances, expected)
