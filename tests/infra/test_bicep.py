"""Bicep is read as it is written: names are no strings, and what is no Bicep is told."""

from __future__ import annotations

import pytest

from tests.infra.bicep import Choice, Code, parse


def uses(text: str) -> list[str]:
    return [name for name, _ in parse(text).uses]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("var a = b", ["b"]),
        ("var a = 'b'", []),
        ("var a = 'x-${b}-y'", ["b"]),
        ("var a = '''\nb ${c}\n'''", []),
        ("var a = b.c.d", ["b"]),
        ("var a = b[c].d", ["b", "c"]),
        ("var a = { b: c }", ["c"]),
        ("var a = { '${b}': c }", ["b", "c"]),
        ("var a = b == c ? d : e", ["b", "c", "d", "e"]),
        ("var a = max(b, c)", ["b", "c"]),
        ("var a = [for one in b: { c: one.d, e: f }]", ["b", "f"]),
        ("var a = [for (one, index) in b: c[index]]", ["b", "c"]),
        ("module a 'b.bicep' = if (c) { name: 'd' }", ["c"]),
        ("resource a 'T/b@1' existing = { name: c }", ["c"]),
        ("output a string = b", ["b"]),
        ("param a string = b // c", ["b"]),
    ],
)
def test_names_that_are_used(text: str, names: list[str]) -> None:
    assert uses(text) == names


def test_literals_are_values_and_all_else_is_code() -> None:
    value = parse("var a = { b: 1, c: 'd', e: [true, null], f: g(h), i: j ? 'k' : 2 }").of("var")

    assert value["a"].value == {
        "b": 1,
        "c": "d",
        "e": [True, None],
        "f": Code("g(h)"),
        "i": Choice("j", "k", 2),
    }


def test_a_comparison_binds_closer_than_a_choice() -> None:
    (value,) = parse("var a = b == c && d ? e : f").declarations

    assert value.value == Choice("b == c && d", Code("e"), Code("f"))


def test_a_resource_is_read_with_its_condition_its_loop_and_its_decorators() -> None:
    text = "@batchSize(1)\nresource a 'T/b@2024-01-01' = [for one in c: if (d) { name: one }]"

    (resource,) = parse(text).declarations

    assert (resource.type, resource.version, resource.existing) == ("T/b", "2024-01-01", False)
    assert (resource.loop, resource.condition) == ("c", "d")
    assert dict(resource.decorators) == {"batchSize": "1"}
    assert resource.at("name") == Code("one")


@pytest.mark.parametrize(
    "text", ["var a = ", "var a = {", "resource a = {}", "param a string = 'b"]
)
def test_what_is_no_bicep_is_told(text: str) -> None:
    assert parse(text).faults
