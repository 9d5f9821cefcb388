"""API versions, pages and statistics, as the query of an address has them."""

from __future__ import annotations

import pytest

from shared.errors import InvalidArgument, InvalidParameterValue
from shared.schema.query import (
    Page,
    api_version,
    check_utf16,
    dataset,
    job_page,
    list_page,
    next_link,
    show_statistics,
)


@pytest.mark.parametrize(
    "version",
    ["2021-11-01", "2021-11-01-preview", "2022-05-01", "2023-04-01", "2026-05-15-preview"],
)
def test_any_date_since_the_first_version_is_a_version(version: str) -> None:
    assert api_version({"api-version": version}) == version
    assert api_version({"API-Version": version}) == version


@pytest.mark.parametrize(
    "version",
    [
        "",
        "latest",
        "2021-10-31",
        "2023-13-01",
        "2023-02-30",
        "2023-04-01-beta",
        "2023-4-1",
        "٢٠٢٣-04-01",
    ],
)
def test_what_is_no_such_date_is_refused(version: str) -> None:
    with pytest.raises(InvalidArgument) as refused:
        api_version({"api-version": version})

    assert refused.value.target == "api-version"


def test_a_request_without_a_version_is_told_to_name_one() -> None:
    with pytest.raises(InvalidArgument, match="api-version is required"):
        api_version({})


def test_pages_follow_each_other_to_the_end_of_the_list() -> None:
    items = list(range(7))
    page: Page | None = Page(skip=1, top=5, size=2)
    seen = []

    while page is not None:
        seen.append(list(page.cut(items)))
        page = page.following(len(items))

    assert seen == [[1, 2], [3, 4], [5]]


@pytest.mark.parametrize(
    ("page", "cut"),
    [
        (Page(), [0, 1, 2]),
        (Page(skip=3), []),
        (Page(skip=10), []),
        (Page(top=0), []),
        (Page(top=2), [0, 1]),
        (Page(size=3), [0, 1, 2]),
        (Page(top=9, size=9), [0, 1, 2]),
    ],
)
def test_a_page_that_reaches_the_end_has_none_after_it(page: Page, cut: list[int]) -> None:
    assert page.cut([0, 1, 2]) == cut
    assert page.following(3) is None


def test_a_list_page_is_read_from_the_query() -> None:
    assert list_page({"top": "5", "skip": "2", "maxpagesize": "3"}) == Page(skip=2, top=5, size=3)
    assert list_page({}) == Page(size=100)
    assert list_page({"maxpagesize": "100000"}) == Page(size=1_000)


def test_a_job_page_has_all_documents_unless_top_is_given() -> None:
    assert job_page({}) == Page()
    assert job_page({"$top": "20", "$skip": "40"}) == Page(skip=40, size=20)
    assert job_page({"top": "20"}) == Page(size=20)


@pytest.mark.parametrize("name", ["top", "skip", "maxpagesize"])
@pytest.mark.parametrize("value", ["-1", "x", "1.5", "99999999999", "2147483648", " 1", "١"])
def test_a_page_of_no_whole_numbers_is_refused(name: str, value: str) -> None:
    with pytest.raises(InvalidParameterValue) as refused:
        list_page({name: value})

    assert refused.value.target == name


@pytest.mark.parametrize(("query", "name"), [({"maxpagesize": "0"}, "maxpagesize")])
def test_a_page_has_at_least_one_item(query: dict[str, str], name: str) -> None:
    with pytest.raises(InvalidParameterValue, match=f"{name} must be a whole number from 1"):
        list_page(query)


def test_a_next_link_keeps_the_form_of_the_answer_and_nothing_else() -> None:
    query = {"api-version": "2023-04-01", "stringIndexType": "Utf16CodeUnit", "code": "secret"}

    link = next_link("http://h/p", Page(skip=2, top=3, size=2), query)

    assert link == (
        "http://h/p?api-version=2023-04-01&stringIndexType=Utf16CodeUnit&skip=2&top=3&maxpagesize=2"
    )


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ({}, False),
        ({"showStats": "True"}, True),
        ({"showstats": "true"}, True),
        ({"showStats": "false"}, False),
        ({"showStats": ""}, False),
    ],
)
def test_statistics_are_asked_for_in_any_letter_case(query: dict[str, str], wanted: bool) -> None:
    assert show_statistics(query) is wanted


def test_statistics_that_are_neither_true_nor_false_are_refused() -> None:
    with pytest.raises(InvalidParameterValue):
        show_statistics({"showStats": "1"})


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ({}, "Test"),
        ({"dataset": ""}, "Test"),
        ({"dataset": "test"}, "Test"),
        ({"dataset": "VALIDATION"}, "Validation"),
    ],
)
def test_an_evaluation_is_of_the_test_set_unless_it_says_otherwise(
    query: dict[str, str], wanted: str
) -> None:
    assert dataset(query) == wanted


def test_an_evaluation_of_the_training_set_is_refused() -> None:
    with pytest.raises(InvalidParameterValue):
        dataset({"dataset": "Train"})


def test_authoring_knows_one_index_type() -> None:
    check_utf16({})
    check_utf16({"stringIndexType": "utf16CodeUnit"})
    with pytest.raises(InvalidParameterValue):
        check_utf16({"stringIndexType": "UnicodeCodePoint"})
