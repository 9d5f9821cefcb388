"""Reading untrusted JSON: every fault is gathered with its JSON path, then all are refused at once.

A reader that meets a fault notes it and gives a harmless stand-in ("" or 0 for what is required,
None for what is not), so that reading goes on; `Problems.refuse` then raises before anything is
made of the values.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from typing import Any, NoReturn, TypeVar

from shared.errors import ErrorDetail, InvalidArgument, InvalidBody, ServiceError
from shared.schema.shapes import FARTHEST, Flag, Kind, List, Number, Shape, Text, Whole

#: Levels of nesting of a body. Ours: the deepest body of the API has 9.
DEPTH = 64

#: Faults listed in one refusal. Ours: more help nobody, and a hostile body could have millions.
FAULTS_LISTED = 100

#: A surrogate written as an escape, the only way one can get through strict UTF-8.
_SURROGATE_ESCAPE = re.compile(rb"\\u[dD][89a-fA-F]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_PLAIN_KEY = re.compile(r"[A-Za-z_@$][A-Za-z0-9_\-]{0,63}\Z")

#: A kind of field.
Of = TypeVar("Of")


def parse_json(data: bytes) -> Any:
    """Return what a JSON body holds; a byte order mark is skipped, of equal keys the last counts.

    Raises `InvalidBody` for what is not UTF-8 or not JSON (RFC 8259, so no NaN or Infinity), for
    numbers too large to be held, for more than `DEPTH` levels, and for strings with half a
    surrogate pair, which no UTF-8 answer could repeat.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidBody(
            f"The request body is not UTF-8: byte {error.start} cannot be read.", target="$"
        ) from error
    try:
        value = json.loads(text, parse_constant=_no_constant, parse_float=_finite)
    except json.JSONDecodeError as error:
        raise InvalidBody(
            f"The request body is not JSON: line {error.lineno}, column {error.colno} "
            "cannot be read.",
            target="$",
        ) from error
    except RecursionError as error:
        raise _too_deep() from error
    except ValueError as error:  # An integer of thousands of digits, which Python refuses.
        raise InvalidBody("A number in the request body is too large.", target="$") from error
    _check_depth(value)
    if _SURROGATE_ESCAPE.search(data) and not _encodes(value):
        _refuse_surrogates(value)
    return value


def _no_constant(name: str) -> NoReturn:
    raise InvalidBody(f"The request body is not JSON: {name} is not a JSON number.", target="$")


def _finite(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise InvalidBody("A number in the request body is too large.", target="$")
    return number


def _too_deep() -> InvalidBody:
    return InvalidBody(f"The request body is nested more than {DEPTH} levels deep.", target="$")


def _check_depth(value: Any) -> None:
    level = [value] if type(value) in (dict, list) else []
    for _ in range(DEPTH):
        if not level:
            return
        level = [
            child
            for node in level
            for child in (node.values() if type(node) is dict else node)
            if type(child) in (dict, list)
        ]
    if level:
        raise _too_deep()


def _encodes(value: Any) -> bool:
    """Whether a value has no half of a surrogate pair; whole pairs are usual, and quickly told."""
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


def _refuse_surrogates(value: Any) -> None:
    problems = Problems()
    nodes: list[tuple[Any, str]] = [(value, "$")]
    while nodes:
        node, path = nodes.pop()
        if isinstance(node, str):
            found = _SURROGATE.search(node)
            if found:
                problems.add(
                    f"The character at position {found.start()} is half of a surrogate pair.",
                    path,
                    InvalidBody,
                )
        elif isinstance(node, dict):
            for key, child in node.items():
                if _SURROGATE.search(key):
                    problems.add("A key holds half of a surrogate pair.", path, InvalidBody)
                nodes.append((child, _member(path, key)))
        elif isinstance(node, list):
            nodes += [(child, f"{path}[{number}]") for number, child in enumerate(node)]
    problems.refuse()


def _member(path: str, key: str) -> str:
    """Return the path of a member; a key that is no plain name may be anything, and is not told."""
    return f"{path}.{key}" if _PLAIN_KEY.match(key) else f"{path}[?]"


def clip(name: str) -> str:
    """Return a name from outside as sentences show it: at most 60 characters."""
    return name if len(name) <= 60 else name[:59] + "…"


class Problems:
    """Every fault of one request, each with the error that it would be alone."""

    def __init__(self) -> None:
        self._kinds: list[type[ServiceError]] = []
        self._details: list[ErrorDetail] = []
        self._count = 0

    def add(self, message: str, target: str, kind: type[ServiceError] = InvalidArgument) -> None:
        """Note a fault: what is wrong, and where."""
        self._count += 1
        if self._count <= FAULTS_LISTED:
            self._kinds.append(kind)
            self._details.append(kind(message, target=target).detail())

    def __len__(self) -> int:
        return self._count

    def refuse(self, kind: type[ServiceError] | None = None) -> None:
        """Raise if there was any fault: the error of the first, or `kind`, listing all of them."""
        if not self._count:
            return
        first = self._details[0]
        kind = kind or self._kinds[0]
        if self._count == 1:
            raise kind(first.message, target=first.target)
        details = list(self._details)
        if self._count > FAULTS_LISTED:
            details.append(ErrorDetail(first.code, f"And {self._count - FAULTS_LISTED:,} more."))
        raise kind(
            f"The request has {self._count:,} faults; the first: {first.message}",
            target=first.target,
            details=details,
        )


class Fields:
    """A JSON object, read by name. A name may have other spellings; null counts as absent.

    With a shape, a field is named by its first spelling alone: its other spellings, its kind and
    its bounds are those of the shape. A name that the shape does not have is a `KeyError`, and a
    getter of another kind a `TypeError`: faults of the program, not of the body. Without a shape,
    all spellings and the bounds are given to the getter.
    """

    __slots__ = ("_kinds", "_shape", "_values", "path", "problems")

    def __init__(
        self, value: Any, path: str, problems: Problems, shape: Shape | None = None
    ) -> None:
        self.path = path
        self.problems = problems
        self._shape = shape
        self._kinds = None if shape is None else shape.kinds
        self._values: dict[str, Any] = value if isinstance(value, dict) else {}
        if self._values is not value:
            problems.add(f"{_last(path)} must be an object.", path)

    def target(self, *names: str) -> str:
        """Return the path of a field, under the spelling that is there, else the first."""
        for name in self._spellings(names):
            if self._values.get(name) is not None:
                return f"{self.path}.{name}"
        return f"{self.path}.{names[0]}"

    def has(self, *names: str) -> bool:
        """Whether a field is there, with a value or with null."""
        return any(name in self._values for name in self._spellings(names))

    def spelled(self, name: str) -> list[str]:
        """Return the spellings under which a field of the shape is there, with a value."""
        return [one for one in self._spellings((name,)) if self._values.get(one) is not None]

    def members(self) -> Mapping[str, Any]:
        """Return all that the object holds, declared or not, as it is."""
        return self._values

    def value(self, *names: str) -> Any:
        """Return a field as it is, or None."""
        for name in self._spellings(names):
            value = self._values.get(name)
            if value is not None:
                return value
        return None

    def fault(self, message: str, *names: str, kind: type[ServiceError] = InvalidArgument) -> None:
        """Note a fault of a field."""
        self.problems.add(message, self.target(*names), kind)

    def text(self, *names: str, longest: int | None = None) -> str | None:
        """Return a string of at most `longest` characters (code points), or None.

        What the rule of its shape finds wrong is noted; the string is returned all the same.
        """
        kind = self._kind(names, Text)
        value = self.value(*names)
        if value is None:
            return None
        if not isinstance(value, str):
            self.fault(f"{names[0]} must be a string.", *names)
            return None
        if kind is not None and kind.rule is not None:
            if found := kind.rule(value):
                self.fault(found, *names, kind=kind.error)
            return value
        longest = longest if kind is None else kind.longest
        if longest is not None and len(value) > longest:
            self.fault(f"{names[0]} is longer than {longest:,} characters.", *names)
            return None
        return value

    def required_text(self, *names: str, longest: int | None = None) -> str:
        """Return a string that is there and not empty."""
        value = self._values.get(names[0])
        if type(value) is str and value and longest is None:
            if self._kinds is None:
                return value
            kind = self._kinds[names[0]]
            if type(kind) is Text and kind.rule is None and kind.longest is None:
                return value  # A labels file has millions of these.
        if self.value(*names) is None:
            self._kind(names, Text)
            self.fault(f"{names[0]} is required.", *names)
        elif self.value(*names) == "":
            self.fault(f"{names[0]} is empty.", *names)
        else:
            return self.text(*names, longest=longest) or ""
        return ""

    def whole(self, *names: str, least: int = 0, most: int = FARTHEST) -> int | None:
        """Return a whole number from `least` to `most`, or None. True and 1.0 are none."""
        kind = self._kind(names, Whole) or Whole(least=least, most=most)
        value = self.value(*names)
        if value is None:
            return None
        if type(value) is not int:
            self.fault(f"{names[0]} must be a whole number.", *names)
            return None
        if not kind.least <= value <= kind.most:
            self.fault(f"{names[0]} must be {_range(kind.least, kind.most)}.", *names)
            return None
        return value

    def required_whole(self, *names: str, least: int = 0, most: int = FARTHEST) -> int:
        """Return a whole number that is there."""
        value: Any = self._values.get(names[0])
        if self._kinds is None:
            if type(value) is int and least <= value <= most:
                return value
        else:
            kind = self._kinds[names[0]]
            if type(kind) is Whole and type(value) is int and kind.least <= value <= kind.most:
                return value  # A labels file has millions of these.
        value = self.whole(*names, least=least, most=most)
        if value is None and self.value(*names) is None:
            self.fault(f"{names[0]} is required.", *names)
        return value or 0

    def number(self, *names: str, least: float = -math.inf, most: float = math.inf) -> float | None:
        """Return a number from `least` to `most`, or None."""
        kind = self._kind(names, Number) or Number(least=least, most=most)
        value = self.value(*names)
        if value is None:
            return None
        if type(value) not in (int, float) or not kind.least <= value <= kind.most:
            self.fault(f"{names[0]} must be a number from {kind.least:g} to {kind.most:g}.", *names)
            return None
        return float(value)

    def flag(self, *names: str) -> bool | None:
        """Return true or false, or None."""
        self._kind(names, Flag)
        value = self.value(*names)
        if value is None or isinstance(value, bool):
            return value
        self.fault(f"{names[0]} must be true or false.", *names)
        return None

    def object(self, *names: str) -> Fields | None:
        """Return an object, or None."""
        return None if self.value(*names) is None else self._object(names, self.value(*names))

    def required_object(self, *names: str) -> Fields:
        """Return an object that is there."""
        if self.value(*names) is None:
            self.fault(f"{names[0]} is required.", *names)
            return self._object(names, {})
        return self._object(names, self.value(*names))

    def items(self, *names: str) -> list[Any]:
        """Return a list; an empty one where it is not there."""
        self._kind(names, List)
        value = self.value(*names)
        if value is None:
            return []
        if not isinstance(value, list):
            self.fault(f"{names[0]} must be a list.", *names)
            return []
        return value

    def objects(self, *names: str) -> Iterator[Fields]:
        """Yield the objects of a list; none where it is not there."""
        kind = self._kind(names, List)
        inner = None if kind is None else _as(Shape, kind.of, names[0])
        path = self.target(*names)
        for number, value in enumerate(self.items(*names)):
            yield Fields(value, f"{path}[{number}]", self.problems, inner)

    def _object(self, names: tuple[str, ...], value: Any) -> Fields:
        return Fields(value, self.target(*names), self.problems, self._kind(names, Shape))

    def _spellings(self, names: tuple[str, ...]) -> tuple[str, ...]:
        return names if self._shape is None else self._shape.spellings[names[0]]

    def _kind(self, names: tuple[str, ...], wanted: type[Of]) -> Of | None:
        """Return the kind of a field as its shape has it; None where there is no shape."""
        if self._kinds is None:
            return None
        return _as(wanted, self._kinds[names[0]], names[0])


def _as(wanted: type[Of], kind: Kind, name: str) -> Of:
    if not isinstance(kind, wanted):
        raise TypeError(f"{name} is declared as {type(kind).__name__}, not {wanted.__name__}")
    return kind


def read_object(data: bytes, problems: Problems, shape: Shape | None = None) -> Fields:
    """Return the object that a request body is; raise `InvalidBody` where it is none."""
    value = parse_json(data)
    if not isinstance(value, dict):
        raise InvalidBody("The request body must be a JSON object.", target="$")
    return Fields(value, "$", problems, shape)


def _last(path: str) -> str:
    """Return how a sentence names the value at a path."""
    return path.rpartition(".")[2] if "." in path else path


def _range(least: int, most: int) -> str:
    if most >= FARTHEST:
        return f"at least {least}"
    return f"from {least:,} to {most:,}"
