"""Where a text occurs in another."""

from __future__ import annotations

import pytest

from shared.text.search import occurrences


def found(
    text: str, sought: str, *, match_case: bool = True, whole_words: bool = True
) -> list[int]:
    places = occurrences(text, sought, match_case=match_case, whole_words=whole_words)
    return [start for start, _ in places]


@pytest.mark.parametrize(
    ("text", "sought", "places"),
    [
        ("Bo and Bo.", "Bo", [0, 7]),
        ("Bob, xBo, Bo2, Bo_", "Bo", [15]),
        ("bo BO Bo", "Bo", [6]),
        ("Zoe\u0301 Zoe", "Zoe", [5]),  # The first has an accent of its own.
        ("ABo Bo", "Bo", [4]),
        ("你好Bo好", "Bo", []),
        ("٣Bo Bo٣", "Bo", []),
        ("a.b axb", "a.b", [0]),
        ("$5 and $5", "$5", [0, 7]),
        ("a a a", "a a", [0]),
        ("aaaa", "aa", []),
        ("Bo\r\nLi", "Bo\r\nLi", [0]),
        ("", "Bo", []),
        ("😀Bo😀", "Bo", [1]),
    ],
)
def test_whole_words_have_no_letter_digit_or_mark_beside_them(
    text: str, sought: str, places: list[int]
) -> None:
    assert found(text, sought) == places


def test_parts_of_words_are_found_where_that_is_wanted() -> None:
    assert found("aaaaa Bob", "aa", whole_words=False) == [0, 2]
    assert found("aaaaa Bob", "Bo", whole_words=False) == [6]


def test_case_counts_only_where_that_is_wanted() -> None:
    assert found("bo BO Bo İ", "Bo", match_case=False) == [0, 3, 6]
    assert found("ÉCOLE école", "École", match_case=False) == [0, 6]
    assert found("ß SS", "ss", match_case=False) == [2]


def test_a_long_run_is_searched_in_good_time() -> None:
    assert found("a" * 128_000, "a" * 500) == []
