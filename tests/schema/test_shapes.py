"""A shape says once what a JSON object holds: for who reads it, and for the description of it."""

from __future__ import annotations

import re
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.errors import InvalidArgument, InvalidBody, InvalidParameterValue
from shared.schema import shapes
from shared.schema.fields import Fields, Problems, read_object
from shared.schema.names import CONTAINER_TEXT, LANGUAGE_TEXT, name_text
from shared.schema.shapes import (
    Anything,
    Field,
    Flag,
    List,
    Number,
    Shape,
    Table,
    Text,
    Whole,
    must,
)

WHEEL = Shape("Wheel", "A wheel.", (must("size", Whole(least=1, most=30), "Inches."),))
CAR = Shape(
    "Car",
    "A car.",
    (
        must(("label", "name"), Text(shortest=1, longest=5), "Its name."),
        Field("wheels", List(WHEEL, least=1, most=4), "Its wheels."),
        Field("spare", WHEEL, "One more.", nullable=True),
        Field("price", Number(least=0), "What it costs."),
        Field("sold", Flag(), "Whether it is sold.", nullable=True),
        Field("colours", Table(Text()), "The colour of each part."),
        Field("notes", Anything(), "Whatever."),
        Field(
            "fuel",
            Text(
                values=("gas", "diesel"),
                rule=lambda value: None if value in ("gas", "diesel") else "No such fuel.",
                error=InvalidParameterValue,
            ),
            "What it burns.",
            example="gas",
        ),
    ),
)

#: For each body whether its shape takes it.
BODIES: list[tuple[Any, bool]] = [
    ({"label": "a"}, True),
    ({"name": "a"}, True),
    ({"label": "abcde"}, True),
    ({"label": "abcdef"}, False),
    ({"label": ""}, False),
    ({"label": 7}, False),
    ({}, False),
    ({"label": "a", "wheels": [{"size": 1}, {"size": 30}]}, True),
    ({"label": "a", "wheels": [{"size": 31}]}, False),
    ({"label": "a", "wheels": [{"size": 0}]}, False),
    ({"label": "a", "wheels": [{"size": "1"}]}, False),
    ({"label": "a", "wheels": [{}]}, False),
    ({"label": "a", "wheels": [7]}, False),
    ({"label": "a", "wheels": {}}, False),
    ({"label": "a", "spare": None}, True),
    ({"label": "a", "spare": []}, False),
    ({"label": "a", "price": 0.5}, True),
    ({"label": "a", "price": -0.5}, False),
    ({"label": "a", "sold": True}, True),
    ({"label": "a", "sold": None}, True),
    ({"label": "a", "sold": "yes"}, False),
    ({"label": "a", "notes": [{}]}, True),
    ({"label": "a", "fuel": "diesel"}, True),
    ({"label": "a", "fuel": "wood"}, False),
    ({"label": "a", "unknown": {}}, True),
]


def validator(shape: Shape) -> Any:
    """Return what judges by the JSON Schema of a shape."""
    components = {"components": {"schemas": shapes.definitions(shape)}}
    return jsonschema_rs.Draft202012Validator({**shape.json_schema(), **components})


def read(body: Any, problems: Problems) -> Fields:
    """Read a car in every part that its shape has."""
    car = Fields(body, "$", problems, CAR)
    car.required_text("label")
    for wheel in [*car.objects("wheels"), *filter(None, [car.object("spare")])]:
        wheel.required_whole("size")
    car.number("price")
    car.flag("sold")
    car.text("fuel")
    return car


@pytest.mark.parametrize(("body", "taken"), BODIES, ids=str)
def test_what_is_read_by_a_shape_is_what_its_schema_says(body: Any, taken: bool) -> None:
    problems = Problems()

    read(body, problems)

    assert (len(problems) == 0) == taken
    assert validator(CAR).is_valid(body) == taken


def test_other_spellings_are_read_and_told_under_the_name_that_is_there() -> None:
    problems = Problems()
    car = Fields({"name": "abcdef"}, "$", problems, CAR)

    assert car.has("label")
    assert car.value("label") == "abcdef"
    car.required_text("label")
    with pytest.raises(InvalidArgument) as refused:
        problems.refuse()

    assert refused.value.target == "$.name"
    assert refused.value.message == "label is longer than 5 characters."


def test_a_rule_says_what_is_wrong_and_which_error_it_is() -> None:
    problems = Problems()

    Fields({"fuel": "wood"}, "$", problems, CAR).text("fuel")
    with pytest.raises(InvalidParameterValue, match=r"No such fuel\.") as refused:
        problems.refuse()

    assert refused.value.target == "$.fuel"


@pytest.mark.parametrize(
    "getter",
    ["text", "required_text", "whole", "required_whole", "number", "flag", "object", "items"],
)
def test_a_name_that_the_shape_does_not_have_is_a_mistake_of_the_program(getter: str) -> None:
    for body in ({}, {"colour": "red"}, {"colour": 7}):
        with pytest.raises(LookupError):
            getattr(Fields(body, "$", Problems(), CAR), getter)("colour")


@pytest.mark.parametrize("body", [{}, {"price": "text"}, {"price": 7}, {"price": {}}])
@pytest.mark.parametrize(
    "getter", ["text", "required_text", "whole", "required_whole", "flag", "required_object"]
)
def test_a_getter_of_another_kind_is_a_mistake_of_the_program(getter: str, body: Any) -> None:
    with pytest.raises(TypeError, match="price is declared as Number"):
        getattr(Fields(body, "$", Problems(), CAR), getter)("price")


def test_a_list_of_texts_has_no_objects() -> None:
    shape = Shape("Tags", "Tags.", (Field("tags", List(Text()), "Tags."),))

    with pytest.raises(TypeError, match="tags is declared as Text"):
        list(Fields({"tags": ["a"]}, "$", Problems(), shape).objects("tags"))


def test_a_body_is_read_by_its_shape() -> None:
    assert read_object(b'{"name": "a"}', Problems(), CAR).required_text("label") == "a"
    with pytest.raises(InvalidBody):
        read_object(b"[]", Problems(), CAR)


def test_a_definition_names_the_shapes_inside_it() -> None:
    found = shapes.definitions(CAR)

    assert list(found) == ["Car", "Wheel"]
    car = found["Car"]
    assert car["description"] == "A car."
    assert car["properties"]["wheels"] == {
        "type": "array",
        "items": {"$ref": "#/components/schemas/Wheel"},
        "minItems": 1,
        "maxItems": 4,
        "description": "Its wheels.",
    }
    assert car["properties"]["name"]["deprecated"]
    assert car["allOf"] == [{"anyOf": [{"required": ["label"]}, {"required": ["name"]}]}]
    assert car["properties"]["fuel"]["examples"] == ["gas"]
    assert found["Wheel"]["required"] == ["size"]


def test_two_shapes_of_one_name_are_refused() -> None:
    other = Shape("Wheel", "Another.", ())

    with pytest.raises(ValueError, match="Wheel"):
        shapes.definitions(CAR, other)


def test_a_shape_has_each_name_once() -> None:
    with pytest.raises(ValueError, match="Twice"):
        Shape("Twice", "", (Field("a", Flag(), ""), Field(("b", "a"), Flag(), "")))


PATTERNS = [
    name_text("model"),
    CONTAINER_TEXT,
    LANGUAGE_TEXT,
]


def described(kind: Text, value: str) -> bool:
    """Whether what is told of a text would let a value pass."""
    assert kind.pattern is not None
    longest = len(value) if kind.longest is None else kind.longest
    return bool(re.search(kind.pattern, value)) and kind.shortest <= len(value) <= longest


@pytest.mark.parametrize("kind", PATTERNS, ids=lambda kind: str(kind.pattern))
@given(data=st.data())
def test_a_pattern_says_of_every_text_what_the_rule_says(kind: Text, data: st.DataObject) -> None:
    assert kind.pattern is not None and kind.rule is not None
    near = st.from_regex(kind.pattern)
    signs = st.text(st.sampled_from("aZ09._-:/é \n"), max_size=60)

    value = data.draw(near | signs)

    # JSON Schema's `$` is the end, Python's also stands before a line feed at the end.
    assert (kind.rule(value) is None) == (described(kind, value) and not value.endswith("\n"))
