"""Mention swap: other mentions, and nothing else, in the same places."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from shared.ner.swap import swapped
from shared.text.spans import Span
from tests.ner.conftest import LETTERS

TEXTS = [tagged.text for tagged in LETTERS]
SPANS = [tagged.spans for tagged in LETTERS]


def outside(text: str, spans: list[Span]) -> list[str]:
    """Return the stretches of a text between its spans."""
    reached, found = 0, []
    for span in spans:
        found.append(text[reached : span.start])
        reached = span.end
    return [*found, text[reached:]]


@given(st.integers(0, 1000), st.sets(st.integers(0, len(LETTERS) - 1), min_size=1))
def test_what_is_outside_of_mentions_stays_and_mentions_are_of_their_category(
    seed: int, chosen: set[int]
) -> None:
    texts = [TEXTS[number] for number in sorted(chosen)]
    spans = [SPANS[number] for number in sorted(chosen)]
    known = {
        (span.category, text[span.start : span.end])
        for text, own in zip(texts, spans, strict=True)
        for span in own
    }

    new_texts, new_spans = swapped(texts, spans, seed=seed)

    for text, own, new_text, new_own in zip(texts, spans, new_texts, new_spans, strict=True):
        assert outside(new_text, new_own) == outside(text, sorted(own))
        assert [span.category for span in new_own] == [span.category for span in sorted(own)]
        for span in new_own:
            assert (span.category, new_text[span.start : span.end]) in known


def test_most_mentions_change() -> None:
    new_texts, _ = swapped(TEXTS, SPANS, seed=0)

    assert sum(new != old for new, old in zip(new_texts, TEXTS, strict=True)) > 25


def test_the_same_name_in_a_document_gets_the_same_new_one() -> None:
    texts = ["Ann met Ann and Ann"] + [f"{name} met" for name in ("Bob", "Eve", "Max", "Ida")]
    spans = [[Span(0, 3, "p"), Span(8, 11, "p"), Span(16, 19, "p")]] + [[Span(0, 3, "p")]] * 4

    for seed in range(20):
        text = swapped(texts, spans, seed=seed)[0][0]
        name = text[:3]
        assert text == f"{name} met {name} and {name}"


def test_the_same_seed_swaps_alike_and_another_does_not() -> None:
    assert swapped(TEXTS, SPANS, seed=5) == swapped(TEXTS, SPANS, seed=5)
    assert swapped(TEXTS, SPANS, seed=5) != swapped(TEXTS, SPANS, seed=6)


def test_spans_in_any_order_are_swapped_where_they_stand() -> None:
    turned = [list(reversed(own)) for own in SPANS]

    texts, spans = swapped(TEXTS, turned, seed=3)

    for text, own, new_text, new_own in zip(TEXTS, SPANS, texts, spans, strict=True):
        assert outside(new_text, new_own) == outside(text, list(own))


def test_of_overlapping_spans_the_first_is_kept() -> None:
    _, spans = swapped(["Ann Lee"], [[Span(0, 7, "a"), Span(4, 7, "b")]], seed=0)

    assert spans == [[Span(0, 7, "a")]]
