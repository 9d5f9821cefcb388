"""The deployment with one thing taken out, or turned round: what the rules must notice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tests.infra.bicep import Node, text_of, walk
from tests.infra.deployment import DOCS, PARAMETERS, Deployment

_DECLARATIONS = {
    "parameter_declaration",
    "variable_declaration",
    "resource_declaration",
    "module_declaration",
    "output_declaration",
}

#: What stands in an array beside its items.
_NO_ITEMS = {"[", "]", ",", "comment"}

#: What is weaker than a word that keeps something shut.
_WEAKER = {
    "TLS1_2": "TLS1_0",
    "1.2": "1.0",
    "None": "Blob",
    "Disabled": "Enabled",
    "Deny": "Allow",
    "UserAssigned": "SystemAssigned",
    "AllowAnonymous": "RedirectToLoginPage",
}


@dataclass(frozen=True, slots=True)
class Mutant:
    """A deployment that differs in one place from that which is there."""

    about: str
    path: str
    text: str

    def of(self, deployment: Deployment) -> Deployment:
        """Return the deployment with this difference."""
        return deployment.with_text(self.path, self.text)


def mutants(deployment: Deployment) -> Iterator[Mutant]:
    """Yield a mutant for each thing of the Bicep, and for each row and entry beside it."""
    for path, file in deployment.files().items():
        source = file.text.encode()
        for node in walk(file.root):
            line = node.start_point.row + 1
            for what, start, end, instead in _edits(node):
                text = (source[:start] + instead.encode() + source[end:]).decode()
                yield Mutant(f"{path}:{line}: {what}", path, text)
    for path in (DOCS, PARAMETERS):
        yield from _without_lines(path, deployment.texts[path])


def _edits(node: Node) -> Iterator[tuple[str, int, int, str]]:
    """Yield what can be done to a node: what it is, from where to where, and what comes instead."""
    start, end = node.start_byte, node.end_byte
    words = text_of(node)[:50]
    if node.type == "object_property" or node.type in _DECLARATIONS:
        yield f"without {words}", start, _after(node), ""
    elif node.type == "decorator":
        yield f"without {words}", start, _after(node), ""
    elif node.type == "boolean":
        instead = "false" if words == "true" else "true"
        yield f"{instead} in {text_of(node.parent)[:50]}", start, end, instead
    elif node.type == "string" and words.strip("'") in _WEAKER:
        instead = f"'{_WEAKER[words.strip(chr(39))]}'"
        yield f"{instead} in {text_of(node.parent)[:50]}", start, end, instead
    elif node.type == "existing":
        yield f"made, not {words}", start, end, ""
    elif node.type == "if_statement":
        yield f"always, not {words}", start, node.named_children[-1].start_byte, ""
    if node.parent is not None and node.parent.type == "array" and node.type not in _NO_ITEMS:
        yield f"without the item {words}", start, _after(node), ""


def _after(node: Node) -> int:
    """Return where a node ends, with a comma that would be left over."""
    following = node.next_sibling
    return following.end_byte if following and following.type == "," else node.end_byte


def _without_lines(path: str, text: str) -> Iterator[Mutant]:
    """Yield the text without each row of the tables that rules read, or each entry of JSON."""
    lines = text.splitlines(keepends=True)
    for index, line in enumerate(lines):
        row = path == DOCS and line.startswith("| `")
        entry = path == PARAMETERS and '{ "value"' in line
        if row or entry:
            rest = "".join(lines[:index] + lines[index + 1 :])
            if entry and index + 2 == len(lines) - 1:
                rest = rest.replace(lines[index - 1], lines[index - 1].rstrip(",\n") + "\n")
            yield Mutant(f"{path}:{index + 1}: without {line.strip()[:50]}", path, rest)
