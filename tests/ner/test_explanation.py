"""Explanations: exact, and in words."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.ner import features
from shared.ner.chain import States, Steps, Transitions
from shared.ner.encoding import encode
from shared.ner.explanation import Explainer, Strongest
from shared.ner.extractor import Extractor
from shared.ner.knowledge import SparseRows
from shared.ner.reader import Reader
from shared.ner.sheet import Sheet
from shared.text.spans import Span
from tests.ner.conftest import CATEGORIES, LETTERS, with_opinions


def log_score(extractor: Extractor, text: str, labels: Sequence[int]) -> float:
    """Return the score of a path, by the extractor's own emissions and matrix of transitions."""
    knowledge = extractor.knowledge
    read = extractor.read([text])
    reading = knowledge.readings[-1]
    emissions = Reader(knowledge, reading).emissions(read.sheet, read.columns).astype(np.float64)
    matrix = Steps(reading.transitions, knowledge.states).log_matrix().astype(np.float64)
    slots, count = knowledge.states.slots, knowledge.states.categories
    state = slot = 0
    total = 0.0
    for emitted, label in zip(emissions, labels, strict=True):
        if state >= slots:
            slot = int(knowledge.states.slot_of[(state - slots) % count])
        following = slots + label - 1 if label else slot
        total += emitted[label] + matrix[state, following]
        state = following
    return total


def difference(extractor: Extractor, text: str, span: Span) -> float:
    """Return the log score of an entity against none, all else as the extractor finds it."""
    numbers = {name: number for number, name in enumerate(extractor.categories)}
    sheet = Sheet.of([text], extractor.knowledge.tokenizer)
    tokens = list(zip(sheet.starts.tolist(), sheet.ends.tolist(), strict=True))
    own = encode(tokens, [span], numbers)
    inside = [place for place, label in enumerate(own) if label]
    start, end = tokens[inside[0]][0], tokens[inside[-1]][1]
    others = [
        other for other in extractor.predict([text])[0] if other.end <= start or other.start >= end
    ]
    without = encode(tokens, others, numbers)
    within = [mine or other for mine, other in zip(own, without, strict=True)]
    return log_score(extractor, text, within) - log_score(extractor, text, without)


def shaken(extractor: Extractor, seed: int, slots: int) -> Extractor:
    """Return the extractor with all its weights exchanged for random ones, of so many slots."""
    dice = np.random.default_rng(seed)
    knowledge = extractor.knowledge
    count = len(knowledge.categories)
    slot_of = np.arange(1, count + 1) * (np.arange(1, count + 1) < slots)

    def random(size: int) -> np.ndarray:
        return dice.normal(size=size).astype(np.float32)

    def other(weights: SparseRows) -> SparseRows:
        return dataclasses.replace(weights, values=random(len(weights.values)))

    return Extractor(
        dataclasses.replace(
            knowledge,
            states=States(slot_of.astype(np.int64), slots),
            readings=tuple(
                dataclasses.replace(
                    reading,
                    transitions=Transitions.of(
                        random(Transitions.size(count, slots)), count, slots
                    ),
                    trait_weights=other(reading.trait_weights),
                    column_weights=other(reading.column_weights),
                )
                for reading in knowledge.readings
            ),
        )
    )


@pytest.fixture(scope="module")
def opinionated(full: Extractor) -> Extractor:
    """Return an extractor with clusters and two readings, with a weight for every opinion."""
    return with_opinions(full, lambda *_: 1)


PIECES = [*LETTERS[0].text.split(" "), *LETTERS[1].text.split(" "), "\r\n", "unseen", "7.5"]


@given(
    pieces=st.lists(st.sampled_from(PIECES), min_size=1, max_size=25),
    seed=st.integers(0, 5),
    slots=st.sampled_from([1, 3, 5]),
    start=st.integers(0, 200),
    length=st.integers(1, 30),
    category=st.sampled_from(CATEGORIES),
    twice=st.booleans(),
)
@settings(deadline=None, max_examples=80)
def test_contributions_sum_up_to_the_difference_of_scores(
    extractor: Extractor,
    opinionated: Extractor,
    pieces: list[str],
    seed: int,
    slots: int,
    start: int,
    length: int,
    category: str,
    twice: bool,
) -> None:
    text = " ".join(pieces)
    model = shaken(opinionated if twice else extractor, seed, slots)
    explainer = Explainer(model)
    spans = [*model.predict([text])[0], Span(start, start + length, category)]

    for span in spans:
        if not text[span.start : span.end].strip():
            continue
        explanation = explainer.explain(text, span)

        expected = difference(model, text, span)
        assert explanation.score == pytest.approx(expected, rel=1e-4, abs=1e-3)
        total = sum(contribution.score for contribution in explanation.contributions)
        assert total == explanation.score


def test_what_was_made_of_the_word_elsewhere_is_told(opinionated: Extractor) -> None:
    model = shaken(opinionated, 2, 5)
    text = "From: Ann Lee to Ann and Ann again"

    explanation = Explainer(model).explain(text, Span(6, 9, "payer"))

    assert any(" is elsewhere " in f" {one.words} " for one in explanation.contributions)
    assert explanation.score == pytest.approx(
        difference(model, text, Span(6, 9, "payer")), rel=1e-4
    )


def test_contributions_are_sorted_and_each_is_told_once(extractor: Extractor) -> None:
    text = LETTERS[25].text
    explainer = Explainer(extractor)

    for span in extractor.predict([text])[0]:
        contributions = explainer.explain(text, span).contributions

        scores = [contribution.score for contribution in contributions]
        assert scores == sorted(scores, reverse=True)
        words = [contribution.words for contribution in contributions]
        assert len(set(words)) == len(words)


def test_what_speaks_for_an_entity_is_told_in_words(extractor: Extractor) -> None:
    text = LETTERS[25].text
    payee = next(span for span in extractor.predict([text])[0] if span.category == "payee")

    explanation = Explainer(extractor).explain(text, payee)

    supporting = {one.words for one in explanation.contributions if one.score > 0}
    assert explanation.score > 0
    assert {"the word 'to' 2 to the left", "the sign ':' 1 to the left"} & supporting
    assert "comes after a payer" in supporting


def test_an_entity_that_was_not_found_is_explained_too(extractor: Extractor) -> None:
    text = "Dear friend, I am well"

    explanation = Explainer(extractor).explain(text, Span(5, 11, "payee"))

    assert extractor.predict([text]) == [[]]
    assert explanation.score < 0
    assert explanation.contributions[-1].score < 0


@pytest.mark.parametrize(
    ("span", "message"),
    [(Span(0, 4, "planet"), "does not know"), (Span(4, 5, "city"), "no word")],
)
def test_a_span_that_no_entity_can_be_is_refused(
    extractor: Extractor, span: Span, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        Explainer(extractor).explain("Dear friend", span)


def test_a_span_that_ends_inside_a_word_counts_with_the_whole_word(extractor: Extractor) -> None:
    text = LETTERS[25].text
    span = extractor.predict([text])[0][0]
    explainer = Explainer(extractor)

    whole = explainer.explain(text, span)
    part = explainer.explain(text, dataclasses.replace(span, end=span.end - 1))

    assert part.contributions == whole.contributions


def test_groups_of_words_are_told_by_examples(extractor: Extractor) -> None:
    knowledge = extractor.knowledge
    (reading,) = knowledge.readings
    names = tuple("k17" if name == "wto" else name for name in reading.traits)
    renamed = dataclasses.replace(reading, traits=names)
    grouped = Extractor(dataclasses.replace(knowledge, readings=(renamed,)))

    strongest = Explainer(grouped, {"k17": ["to", "for"]}).strongest(100)["payee"]

    assert any("a word like 'to', 'for'" in one.words for one in strongest.supporting)


def test_the_strongest_features_of_each_category_are_told(extractor: Extractor) -> None:
    strongest = Explainer(extractor).strongest(5)

    assert tuple(strongest) == CATEGORIES
    for found in strongest.values():
        supporting = [one.score for one in found.supporting]
        opposing = [one.score for one in found.opposing]
        assert supporting == sorted(supporting, reverse=True) and supporting[-1] > 0
        assert opposing == sorted(opposing) and (not opposing or opposing[-1] < 0)
        assert max(len(supporting), len(opposing)) <= 5
        assert Strongest.from_json(found.to_json()) == found
    words = [one.words for one in Explainer(extractor).strongest(100)["payer"].supporting]
    assert "is the first entity of the text" in words


def test_the_strongest_features_are_those_with_the_greatest_weights(extractor: Extractor) -> None:
    model = shaken(extractor, 1, 5)
    knowledge = model.knowledge
    labels, count = knowledge.labels, len(knowledge.categories)
    (reading,) = knowledge.readings
    traits, columns = reading.trait_weights, reading.column_weights
    wide = np.zeros((len(reading.traits), len(features.REACH), labels), np.float32)
    rows = np.repeat(np.arange(len(wide)), np.diff(traits.bounds))
    wide[rows, traits.columns // labels, traits.columns % labels] = traits.values
    narrow = np.zeros((len(columns.bounds) - 1, labels), np.float32)
    narrow[np.repeat(np.arange(len(narrow)), np.diff(columns.bounds)), columns.columns] = (
        columns.values
    )

    strongest = Explainer(model).strongest(4)

    for number, category in enumerate(CATEGORIES):
        own = [1 + number, 1 + count + number]
        scores = np.concatenate(
            [
                (wide[:, :, own] - wide[:, :, :1])[wide[:, :, own] != 0],
                (narrow[:, own] - narrow[:, :1])[narrow[:, own] != 0],
                reading.transitions.open[:, number],
            ]
        )
        scores.sort()
        found = strongest[category]
        assert [one.score for one in found.opposing] == pytest.approx(scores[:4], rel=1e-5)
        assert [one.score for one in found.supporting] == pytest.approx(scores[:-5:-1], rel=1e-5)
