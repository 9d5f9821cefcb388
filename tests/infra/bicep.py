"""Bicep as plain data: what a file declares, and which names it uses.

Literals are Python's own values, objects and arrays dicts and lists; what is one thing or another
is a `Choice`, and any other expression `Code`.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import tree_sitter
import tree_sitter_bicep
from tree_sitter import Node

_PARSER = tree_sitter.Parser(tree_sitter.Language(tree_sitter_bicep.language()))

_DECLARATIONS = {
    "parameter_declaration": "param",
    "variable_declaration": "var",
    "resource_declaration": "resource",
    "module_declaration": "module",
    "output_declaration": "output",
}

#: Names that Bicep itself gives.
_BUILT_IN = frozenset({"az", "sys"})


@dataclass(frozen=True, slots=True)
class Code:
    """An expression that is no literal, in its own words with single spaces."""

    text: str


@dataclass(frozen=True, slots=True)
class Choice:
    """`condition ? yes : no`."""

    condition: str
    yes: Any
    no: Any


@dataclass(frozen=True, kw_only=True, slots=True)
class Declaration:
    """A parameter, variable, resource, module or output."""

    kind: str
    name: str
    #: Of a parameter its default or None, of a resource or module its body.
    value: Any
    #: Of a parameter or output the name of its type, of a resource the type, of a module the path.
    type: str = ""
    version: str = ""
    existing: bool = False
    #: Why it is made: the text of `if (…)`, or "" where it always is.
    condition: str = ""
    #: What a loop runs over, or "" where there is none.
    loop: str = ""
    #: Its decorators by name, with the words between their brackets.
    decorators: Mapping[str, str] = field(default_factory=dict)

    def at(self, path: str) -> Any:
        """Return what is at a path such as `properties.sku.name` or `a.0.b`; None for nothing."""
        return at(self.value, path)


@dataclass(frozen=True, kw_only=True, slots=True)
class File:
    """One Bicep file."""

    text: str
    root: Node
    declarations: tuple[Declaration, ...]
    #: Each use of a name outside of its declaration, by the line that it is on.
    uses: tuple[tuple[str, int], ...]
    #: Each call of a function or decorator, by the line that it is on.
    calls: tuple[tuple[str, int], ...]
    #: Lines that are no Bicep.
    faults: tuple[int, ...]

    def of(self, kind: str) -> dict[str, Declaration]:
        """Return the declarations of a kind by name."""
        return {one.name: one for one in self.declarations if one.kind == kind}


@functools.cache
def parse(text: str) -> File:
    """Return what a Bicep file declares and uses."""
    root = _PARSER.parse(text.encode()).root_node
    return File(
        text=text,
        root=root,
        declarations=tuple(_declarations(root)),
        uses=tuple(_uses(root, frozenset())),
        calls=tuple(
            (text_of(node.named_children[0]), node.start_point.row + 1)
            for node in walk(root)
            if node.type == "call_expression"
        ),
        faults=tuple(
            node.start_point.row + 1
            for node in walk(root)
            if node.type == "ERROR" or node.is_missing
        ),
    )


def at(value: Any, path: str) -> Any:
    """Return what is at a path of keys and numbers; None where there is nothing."""
    for key in path.split("."):
        if isinstance(value, Mapping):
            value = value.get(key)
        elif isinstance(value, list) and key.isdigit() and int(key) < len(value):
            value = value[int(key)]
        else:
            return None
    return value


def walk(node: Node) -> Iterator[Node]:
    """Yield a node and all below it."""
    yield node
    for child in node.children:
        yield from walk(child)


def text_of(node: Node) -> str:
    """Return the words of a node, with single spaces."""
    return " ".join((node.text or b"").decode().split())


def _declarations(root: Node) -> Iterator[Declaration]:
    decorators: dict[str, str] = {}
    for node in root.named_children:
        if node.type == "decorators":
            calls = (one.named_children[0] for one in node.named_children)
            decorators = {
                text_of(name): text_of(arguments)[1:-1]
                for name, arguments in (call.named_children for call in calls)
            }
        elif node.type in _DECLARATIONS:
            yield _declaration(node, decorators)
            decorators = {}


def _declaration(node: Node, decorators: dict[str, str]) -> Declaration:
    kind = _DECLARATIONS[node.type]
    name, *rest = node.named_children
    fields: dict[str, Any] = {"kind": kind, "name": text_of(name), "decorators": decorators}
    if kind in ("param", "output"):
        fields["type"] = text_of(rest.pop(0))
    if kind in ("resource", "module"):
        fields["type"], _, fields["version"] = _string(rest.pop(0)).partition("@")
        fields["existing"] = any(child.type == "existing" for child in node.children)
    value = rest[0] if rest else None
    if value is not None and value.type == "for_statement":
        fields["loop"] = text_of(value.named_children[1])
        value = value.child_by_field_name("body") or value.named_children[-1]
    if value is not None and value.type == "if_statement":
        fields["condition"] = text_of(value.named_children[0])[1:-1]
        value = value.named_children[-1]
    return Declaration(value=None if value is None else value_of(value), **fields)


def value_of(node: Node) -> Any:
    """Return the value of a literal, an object, an array or a choice; `Code` for all else."""
    match node.type:
        case "string" if not any(child.type == "interpolation" for child in node.children):
            return _string(node)
        case "number":
            return int(text_of(node))
        case "boolean":
            return text_of(node) == "true"
        case "null":
            return None
        case "array":
            return [value_of(child) for child in node.named_children if child.type != "comment"]
        case "object":
            return {
                _key(child.named_children[0]): value_of(child.named_children[-1])
                for child in node.named_children
                if child.type == "object_property"
            }
        case "ternary_expression":
            condition, *values = node.named_children
            return Choice(text_of(condition), *(value_of(value) for value in values))
    return Code(text_of(node))


def _string(node: Node) -> str:
    parts = [child for child in node.children if child.type != "'" and child.is_named]
    return "".join((part.text or b"").decode() for part in parts).lstrip("\n")


def _key(node: Node) -> str:
    return text_of(node).strip("'")


def _uses(node: Node, bound: frozenset[str]) -> Iterator[tuple[str, int]]:
    """Yield the names that are used below a node, but for those that a loop has bound."""
    children = list(node.named_children)
    if node.type in _DECLARATIONS.values() or node.type in _DECLARATIONS:
        children = children[1:]
    elif node.type == "object_property" and children[0].type == "identifier":
        children = children[1:]
    elif node.type == "call_expression":
        children = children[1:]
    elif node.type == "for_statement":
        loop = children.pop(0)
        over, body = children[0], children[1:]
        yield from _uses(over, bound)
        children = body
        bound = bound | {text_of(name) for name in walk(loop) if not name.named_children}
    if node.type == "identifier" and (name := text_of(node)) not in bound | _BUILT_IN:
        yield name, node.start_point.row + 1
    for child in children:
        yield from _uses(child, bound)
