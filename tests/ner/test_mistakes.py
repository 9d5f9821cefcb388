"""Mistakes: each span that is not right is part of one, of the right kind."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.ner.evaluation import EvaluatedText, evaluate
from shared.ner.mistakes import Kind, Mistake, counts, find
from shared.text.spans import Span

SPURIOUS, MISSED = Kind.SPURIOUS, Kind.MISSED
WRONG_TYPE, WRONG_BORDER = Kind.WRONG_TYPE, Kind.WRONG_BORDER


def document(
    expected: list[tuple[int, int, str]], predicted: list[tuple[int, int, str]], name: str = "a"
) -> EvaluatedText:
    return EvaluatedText(
        name=name,
        text="x" * 100,
        expected=[Span(*one) for one in expected],
        predicted=[Span(*one, 0.5) for one in predicted],
    )


def places(mistakes: list[Mistake]) -> list[tuple[Kind, int | None, int | None]]:
    """Return of each mistake its kind and where its spans begin."""
    return [
        (
            mistake.kind,
            None if mistake.expected is None else mistake.expected.start,
            None if mistake.predicted is None else mistake.predicted.start,
        )
        for mistake in mistakes
    ]


@pytest.mark.parametrize(
    ("expected", "predicted", "found"),
    [
        ([(0, 3, "a")], [(0, 3, "a")], []),
        ([(0, 3, "a")], [], [(MISSED, 0, None)]),
        ([], [(0, 3, "a")], [(SPURIOUS, None, 0)]),
        ([(0, 3, "a")], [(0, 3, "b")], [(WRONG_TYPE, 0, 0)]),
        ([(0, 3, "a")], [(1, 3, "a")], [(WRONG_BORDER, 0, 1)]),
        ([(0, 3, "a")], [(1, 5, "b")], [(WRONG_TYPE, 0, 1)]),
        ([(0, 3, "a")], [(3, 5, "a")], [(MISSED, 0, None), (SPURIOUS, None, 3)]),
    ],
    ids=["right", "missed", "spurious", "type", "border", "type and border", "touching"],
)
def test_each_kind_is_told_apart(
    expected: list[tuple[int, int, str]],
    predicted: list[tuple[int, int, str]],
    found: list[tuple[Kind, int | None, int | None]],
) -> None:
    assert places(find([document(expected, predicted)])) == found


def test_of_two_overlaps_the_one_of_the_same_category_is_the_partner() -> None:
    found = find([document([(0, 10, "a")], [(0, 8, "b"), (8, 11, "a")])])

    assert places(found) == [(SPURIOUS, None, 0), (WRONG_BORDER, 0, 8)]


def test_of_two_overlaps_of_the_category_the_longer_is_the_partner_then_the_first() -> None:
    longer = find([document([(0, 10, "a")], [(0, 2, "a"), (3, 9, "a")])])
    alike = find([document([(0, 10, "a")], [(0, 4, "a"), (5, 9, "a")])])

    assert places(longer) == [(SPURIOUS, None, 0), (WRONG_BORDER, 0, 3)]
    assert places(alike) == [(WRONG_BORDER, 0, 0), (SPURIOUS, None, 5)]


def test_a_right_span_is_no_partner_of_another() -> None:
    found = find([document([(0, 4, "a"), (5, 9, "a")], [(5, 9, "a")])])

    assert places(found) == [(MISSED, 0, None)]


def test_mistakes_keep_the_order_of_documents_and_their_names() -> None:
    found = find(
        [document([(5, 6, "a"), (0, 1, "a")], [], name="b"), document([], [(0, 1, "a")], name="a")]
    )

    assert [(one.document, one.kind) for one in found] == [
        ("b", MISSED),
        ("b", MISSED),
        ("a", SPURIOUS),
    ]
    assert places(found)[0] == (MISSED, 0, None)


def test_counts_are_by_category_and_kind() -> None:
    found = find(
        [
            document(
                [(0, 3, "b"), (10, 13, "b"), (20, 23, "a")],
                [(0, 3, "a"), (20, 22, "a"), (30, 31, "c"), (40, 41, "c")],
            )
        ]
    )

    assert counts(found) == {
        "a": {WRONG_BORDER: 1},
        "b": {MISSED: 1, WRONG_TYPE: 1},
        "c": {SPURIOUS: 2},
    }
    assert list(counts(found)) == ["a", "b", "c"]


def test_a_mistake_comes_back_from_its_stored_form() -> None:
    found = find([document([(0, 3, "b"), (5, 6, "a")], [(0, 3, "a"), (20, 22, "a")])])

    assert [Mistake.from_json(mistake.to_json()) for mistake in found] == found


def apart(draws: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """Return spans that follow one another, from gaps, lengths and categories."""
    spans, reached = [], 0
    for gap, length, category in draws:
        spans.append((reached + gap, reached + gap + length, category))
        reached += gap + length
    return spans


SIDES = st.lists(
    st.tuples(st.integers(0, 3), st.integers(1, 5), st.sampled_from("ab")), max_size=12
).map(apart)


@given(SIDES, SIDES)
def test_every_span_that_is_not_right_is_part_of_one_mistake(
    expected: list[tuple[int, int, str]], predicted: list[tuple[int, int, str]]
) -> None:
    judged = document(expected, predicted)

    found = find([judged])

    tagged = [one.expected for one in found if one.expected is not None]
    given_ = [one.predicted for one in found if one.predicted is not None]
    right = set(expected) & set(predicted)
    assert {(s.start, s.end, s.category) for s in tagged} == set(expected) - right
    assert {(s.start, s.end, s.category) for s in given_} == set(predicted) - right
    assert len(tagged) == len(set(tagged)) and len(given_) == len(set(given_))
    scores = evaluate([judged]).entities.values()
    assert len(tagged) == sum(one.false_negatives for one in scores)
    assert len(given_) == sum(one.false_positives for one in scores)
    for one in found:
        if one.expected is not None and one.predicted is not None:
            assert one.expected.start < one.predicted.end
            assert one.predicted.start < one.expected.end
            same = one.expected.category == one.predicted.category
            assert one.kind is (WRONG_BORDER if same else WRONG_TYPE)


@given(SIDES, SIDES)
def test_no_two_that_overlap_are_left_without_partners(
    expected: list[tuple[int, int, str]], predicted: list[tuple[int, int, str]]
) -> None:
    found = find([document(expected, predicted)])

    missed = [one.expected for one in found if one.kind is MISSED and one.expected]
    spurious = [one.predicted for one in found if one.kind is SPURIOUS and one.predicted]
    assert not any(
        tagged.start < other.end and other.start < tagged.end
        for tagged in missed
        for other in spurious
    )


def test_the_order_of_spans_changes_nothing() -> None:
    expected = [(0, 4, "a"), (4, 9, "b"), (9, 12, "a")]
    predicted = [(0, 5, "b"), (5, 10, "a"), (10, 12, "a")]

    assert find([document(expected, predicted)]) == find(
        [document(expected[::-1], predicted[::-1])]
    )
