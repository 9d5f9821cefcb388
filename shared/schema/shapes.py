"""Shapes: what a JSON object holds, said once.

A request is read by its shape (`fields.Fields`), and the description of the API is made of the same
shapes, so neither can say what the other does not. Answers have shapes too, which tests hold them
against. JSON Schema is that of OpenAPI 3.1: https://json-schema.org/draft/2020-12
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from shared.errors import InvalidArgument, ServiceError

#: The largest number that any offset, length or count of the wire can be (a signed 32-bit one).
FARTHEST = 2**31 - 1

#: Where a description of the API keeps its shapes.
COMPONENTS = "#/components/schemas/"


@dataclass(frozen=True, kw_only=True, slots=True)
class Text:
    """A string. Lengths are code points, as JSON Schema counts them."""

    shortest: int = 0
    longest: int | None = None
    #: A regular expression that is the same in Python and ECMA-262.
    pattern: str | None = None
    #: All that it can be, as this service writes it.
    values: tuple[str, ...] = ()
    #: A format of JSON Schema: "date-time", "uri".
    form: str | None = None
    #: Says what is wrong with a string, or returns None. It judges alone, also of the lengths: the
    #: other fields then show what it allows.
    rule: Callable[[str], str | None] | None = None
    #: The error that a fault by the rule is.
    error: type[ServiceError] = InvalidArgument

    def json_schema(self) -> dict[str, Any]:
        """Return its JSON Schema."""
        return {
            "type": "string",
            **({"minLength": self.shortest} if self.shortest else {}),
            **_given(maxLength=self.longest, pattern=self.pattern, format=self.form),
            **({"enum": list(self.values)} if self.values else {}),
        }


@dataclass(frozen=True, kw_only=True, slots=True)
class Whole:
    """A whole number."""

    least: int = 0
    most: int = FARTHEST

    def json_schema(self) -> dict[str, Any]:
        """Return its JSON Schema."""
        return {"type": "integer", "minimum": self.least, "maximum": self.most}


@dataclass(frozen=True, kw_only=True, slots=True)
class Number:
    """A number; without bounds, any."""

    least: float = -math.inf
    most: float = math.inf

    def json_schema(self) -> dict[str, Any]:
        """Return its JSON Schema."""
        bounds = {"minimum": self.least, "maximum": self.most}
        return {"type": "number"} | {
            name: bound for name, bound in bounds.items() if math.isfinite(bound)
        }


@dataclass(frozen=True, slots=True)
class Flag:
    """True or false."""

    def json_schema(self) -> dict[str, Any]:
        """Return its JSON Schema."""
        return {"type": "boolean"}


@dataclass(frozen=True, slots=True)
class Anything:
    """Whatever JSON there is."""

    def json_schema(self) -> dict[str, Any]:
        """Return its JSON Schema."""
        return {}


@dataclass(frozen=True, slots=True)
class List:
    """A list of values of one kind."""

    of: Kind
    least: int = 0
    most: int | None = None

    def json_schema(self) -> dict[str, Any]:
        """Return its JSON Schema."""
        return {
            "type": "array",
            "items": self.of.json_schema(),
            **({"minItems": self.least} if self.least else {}),
            **_given(maxItems=self.most),
        }


@dataclass(frozen=True, slots=True)
class Table:
    """An object whose names are data, such as entity types, with values of one kind."""

    of: Kind

    def json_schema(self) -> dict[str, Any]:
        """Return its JSON Schema."""
        return {"type": "object", "additionalProperties": self.of.json_schema()}


@dataclass(frozen=True, slots=True, init=False)
class Field:
    """A member of an object: its name, other spellings, its kind, and a sentence about it."""

    #: The spelling that this service writes, then those that it reads too.
    names: tuple[str, ...]
    kind: Kind
    about: str
    required: bool
    #: Whether null says something; elsewhere it counts as absent.
    nullable: bool
    #: For the page that shows the API: a value that works.
    example: Any

    def __init__(
        self,
        names: str | tuple[str, ...],
        kind: Kind,
        about: str,
        *,
        required: bool = False,
        nullable: bool = False,
        example: Any = None,
    ) -> None:
        for name, value in (
            ("names", (names,) if isinstance(names, str) else names),
            ("kind", kind),
            ("about", about),
            ("required", required),
            ("nullable", nullable),
            ("example", example),
        ):
            object.__setattr__(self, name, value)

    @property
    def name(self) -> str:
        """The spelling that this service writes."""
        return self.names[0]

    def json_schema(self) -> dict[str, Any]:
        """Return the JSON Schema of its values."""
        schema = self.kind.json_schema()
        if self.nullable:
            schema = (
                {"anyOf": [schema, {"type": "null"}]}
                if "$ref" in schema
                else {**schema, "type": [schema["type"], "null"]}
            )
        examples = {} if self.example is None else {"examples": [self.example]}
        return {**schema, "description": self.about, **examples}


def must(names: str | tuple[str, ...], kind: Kind, about: str, *, example: Any = None) -> Field:
    """Return a required field."""
    return Field(names, kind, about, required=True, example=example)


@dataclass(frozen=True, eq=False)
class Shape:
    """A JSON object of declared fields. It may hold others, which are ignored.

    As a kind of field it is such an object. Its name is unique in the whole API.
    """

    name: str
    about: str
    fields: tuple[Field, ...]
    #: The kind and all spellings of each field by its name.
    kinds: Mapping[str, Kind] = field(init=False, repr=False)
    spellings: Mapping[str, tuple[str, ...]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "kinds", {each.name: each.kind for each in self.fields})
        object.__setattr__(self, "spellings", {each.name: each.names for each in self.fields})
        names = [name for each in self.fields for name in each.names]
        if len(names) != len(set(names)):
            raise ValueError(f"{self.name} has a name twice")

    def json_schema(self) -> dict[str, Any]:
        """Return a reference to its schema among the components."""
        return {"$ref": COMPONENTS + self.name}

    def definition(self) -> dict[str, Any]:
        """Return its JSON Schema itself.

        Of a required field with several spellings, one must be there; the others are told as
        deprecated, so that programs which are made from the schema write the first.
        """
        properties: dict[str, Any] = {}
        for each in self.fields:
            properties[each.name] = each.json_schema()
            for other in each.names[1:]:
                properties[other] = {
                    **each.kind.json_schema(),
                    "description": f"Another spelling of {each.name}.",
                    "deprecated": True,
                }
        required = [each.name for each in self.fields if each.required and len(each.names) == 1]
        either = [
            {"anyOf": [{"required": [name]} for name in each.names]}
            for each in self.fields
            if each.required and len(each.names) > 1
        ]
        return {
            "type": "object",
            "description": self.about,
            "properties": properties,
            **({"required": required} if required else {}),
            **({"allOf": either} if either else {}),
        }

    def inner(self) -> Iterator[Shape]:
        """Yield the shapes that its fields name."""
        for each in self.fields:
            kind = each.kind
            while isinstance(kind, List | Table):
                kind = kind.of
            if isinstance(kind, Shape):
                yield kind


Kind = Text | Whole | Number | Flag | Anything | List | Table | Shape


def definitions(*shapes: Shape) -> dict[str, Any]:
    """Return the JSON Schemas of shapes and of all that they name, by name, sorted.

    Raises ValueError where two shapes have one name.
    """
    found: dict[str, Shape] = {}
    waiting = list(shapes)
    while waiting:
        shape = waiting.pop()
        present = found.setdefault(shape.name, shape)
        if present is not shape:
            raise ValueError(f"two shapes are called {shape.name}")
        waiting += [inner for inner in shape.inner() if found.get(inner.name) is not inner]
    return {name: found[name].definition() for name in sorted(found)}


def _given(**members: Any) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value is not None}
