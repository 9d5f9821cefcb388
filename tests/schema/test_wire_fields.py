"""Untrusted JSON is read without surprises, and all of its faults are told at once."""

from __future__ import annotations

import json

import pytest

from shared.errors import InvalidArgument, InvalidBody, InvalidLabels
from shared.schema import fields
from shared.schema.fields import Fields, Problems, parse_json, read_object


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "not JSON"),
        (b"{", "line 1, column 2"),
        (b"{'a': 1}", "not JSON"),
        (b'{"a": NaN}', "NaN"),
        (b'{"a": -Infinity}', "Infinity"),
        (b'{"a": 1e999}', "too large"),
        (b'{"a": -1e999}', "too large"),
        (b'{"a": ' + b"9" * 5000 + b"}", "too large"),
        (b'{"a": "\xff"}', "byte 7"),
        (b'{"a": "\xed\xa0\x80"}', "not UTF-8"),
        ('{"a": 1}'.encode("utf-16"), "not UTF-8"),
        (b"[" * 100_000, "nested"),
        (b'{"a":' * 100_000, "nested"),
        (b"[" * 65 + b"]" * 65, "more than 64 levels"),
        (b'{"a": "tab\tinside"}', "not JSON"),
    ],
)
def test_a_body_that_is_no_json_is_refused_as_such(body: bytes, reason: str) -> None:
    with pytest.raises(InvalidBody, match=reason):
        parse_json(body)


def test_a_body_may_be_nested_as_deep_as_the_limit() -> None:
    body = b"[" * fields.DEPTH + b"]" * fields.DEPTH

    assert json.dumps(parse_json(body)).encode() == body


def test_a_byte_order_mark_before_a_body_is_skipped() -> None:
    assert parse_json(b'\xef\xbb\xbf{"a": 1}') == {"a": 1}


def test_of_equal_keys_the_last_counts() -> None:
    assert parse_json(b'{"a": 1, "a": 2}') == {"a": 2}


def test_half_a_surrogate_pair_is_refused_with_its_path() -> None:
    body = rb'{"analysisInput": {"documents": [{"text": "ok"}, {"text": "a\ud83db"}]}}'

    with pytest.raises(InvalidBody) as refused:
        parse_json(body)

    assert refused.value.target == "$.analysisInput.documents[1].text"
    assert "position 1" in refused.value.message


def test_every_half_of_a_surrogate_pair_is_listed() -> None:
    with pytest.raises(InvalidBody) as refused:
        parse_json(rb'{"a": "\udc00", "b": ["\ud800"]}')

    assert {detail.target for detail in refused.value.details} == {"$.a", "$.b[0]"}


def test_a_key_with_half_a_surrogate_pair_is_refused_without_being_told() -> None:
    with pytest.raises(InvalidBody) as refused:
        parse_json(rb'{"a": {"\ud800": {"b": 1}}}')

    assert refused.value.target == "$.a"
    json.dumps(refused.value.body(), ensure_ascii=False).encode()


@pytest.mark.parametrize("text", ["\U0001f600", "\\ud800", "e\u0301", "\ufeff", "\x00"])
def test_whole_characters_pass_however_they_are_escaped(text: str) -> None:
    assert parse_json(json.dumps({"a": text}).encode()) == {"a": text}
    assert parse_json(json.dumps({"a": text}, ensure_ascii=False).encode()) == {"a": text}


@pytest.mark.parametrize("body", [b"[]", b'"a"', b"1", b"null", b"true"])
def test_a_body_that_is_no_object_is_refused(body: bytes) -> None:
    with pytest.raises(InvalidBody, match="must be a JSON object"):
        read_object(body, Problems())


def test_every_fault_is_listed_with_its_path() -> None:
    problems = Problems()
    root = Fields(
        {"name": 1, "flag": "yes", "count": True, "share": 2, "list": {}, "inner": [1]},
        "$",
        problems,
    )

    root.text("name")
    root.flag("flag")
    root.whole("count", least=0, most=9)
    root.number("share", least=0, most=1)
    root.items("list")
    list(root.objects("inner"))
    root.required_text("missing")
    with pytest.raises(InvalidArgument) as refused:
        problems.refuse()

    assert [detail.target for detail in refused.value.details] == [
        "$.name",
        "$.flag",
        "$.count",
        "$.share",
        "$.list",
        "$.inner[0]",
        "$.missing",
    ]
    assert "7 faults; the first: name must be a string." in refused.value.message


def test_a_single_fault_is_the_error_itself() -> None:
    problems = Problems()
    Fields({"a": 1.0}, "$", problems).whole("a", least=0, most=9)

    with pytest.raises(InvalidArgument) as refused:
        problems.refuse()

    assert (refused.value.message, refused.value.target) == ("a must be a whole number.", "$.a")
    assert not refused.value.details


@pytest.mark.parametrize("number", [-1, 10, 10**300, True, 1.0, "1"])
def test_a_whole_number_is_held_to_its_range_and_type(number: object) -> None:
    problems = Problems()

    assert Fields({"a": number}, "$", problems).required_whole("a", least=0, most=9) == 0
    assert len(problems) == 1


@pytest.mark.parametrize("number", [0, 1, 0.5])
def test_a_number_may_be_whole_or_not(number: float) -> None:
    problems = Problems()

    assert Fields({"a": number}, "$", problems).number("a", least=0, most=1) == number
    assert not len(problems)


def test_a_field_is_found_under_its_other_spelling_and_told_under_it() -> None:
    problems = Problems()
    root = Fields({"name": "p", "project-name": 7}, "$", problems)

    assert root.text("projectName", "name") == "p"
    root.text("project_name", "project-name")
    with pytest.raises(InvalidArgument) as refused:
        problems.refuse()

    assert refused.value.target == "$.project-name"


def test_null_counts_as_absent() -> None:
    problems = Problems()
    root = Fields({"a": None}, "$", problems)

    assert root.text("a") is None
    assert root.object("a") is None
    assert root.items("a") == []
    assert root.has("a")
    assert not len(problems)


def test_a_text_is_held_to_its_length() -> None:
    problems = Problems()
    root = Fields({"fits": "xxx", "longer": "xxxx"}, "$", problems)

    assert root.text("fits", longest=3) == "xxx"
    assert root.text("longer", longest=3) is None
    assert len(problems) == 1


@pytest.mark.parametrize(("count", "listed", "more"), [(100, 100, None), (101, 101, "1 more")])
def test_at_most_a_hundred_faults_are_listed(count: int, listed: int, more: str | None) -> None:
    problems = Problems()
    for number in range(count):
        problems.add("Wrong.", f"$[{number}]")

    with pytest.raises(InvalidLabels) as refused:
        problems.refuse(InvalidLabels)

    assert len(refused.value.details) == listed
    assert (more is None) or more in refused.value.details[-1].message
