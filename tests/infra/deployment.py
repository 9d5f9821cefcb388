"""The deployment as a set of texts, so that a rule can be asked of one that lacks something."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.infra import bicep
from tests.infra.bicep import Declaration, File

ROOT = Path(__file__).resolve().parents[2]

MAIN = "infra/main.bicep"
ROLES = "infra/app/roles.bicep"
API = "infra/app/api.bicep"
NETWORK = "infra/app/network.bicep"
PARAMETERS = "infra/main.parameters.json"
DOCS = "docs/azure.md"

_EMPTY = "|---"


@dataclass(frozen=True, slots=True)
class Deployment:
    """All texts that say what is deployed, by path."""

    texts: Mapping[str, str]

    @staticmethod
    def read() -> Deployment:
        """Return the deployment as it is."""
        paths = sorted(path for path in (ROOT / "infra").rglob("*") if path.is_file())
        paths += [ROOT / DOCS, ROOT / "azure.yaml"]
        return Deployment(
            {path.relative_to(ROOT).as_posix(): path.read_text("utf-8") for path in paths}
        )

    def with_text(self, path: str, text: str) -> Deployment:
        """Return the deployment with another text at this path."""
        return Deployment({**self.texts, path: text})

    def file(self, path: str) -> File:
        """Return a Bicep file."""
        return bicep.parse(self.texts[path])

    def files(self) -> dict[str, File]:
        """Return all Bicep files by path."""
        return {path: self.file(path) for path in self.texts if path.endswith(".bicep")}

    def resources(self) -> Iterator[tuple[str, Declaration]]:
        """Yield every resource that is made, with where it is."""
        for path, file in self.files().items():
            for name, resource in file.of("resource").items():
                if not resource.existing:
                    yield f"{path} {name}", resource

    def modules(self) -> dict[str, Declaration]:
        """Return the modules of the main file."""
        return self.file(MAIN).of("module")

    def variable(self, path: str, name: str) -> Any:
        """Return the value of a variable; None where there is none."""
        found = self.file(path).of("var").get(name)
        return found.value if found else None

    def parameters(self) -> dict[str, Any]:
        """Return the value of each parameter, as azd is told it."""
        return {
            name: one.get("value")
            for name, one in json.loads(self.texts[PARAMETERS])["parameters"].items()
        }

    def table(self, heading: str) -> list[list[str]]:
        """Return the rows of the documentation's table below a heading, without the marks of code.

        The cells of a row that has none of them filled are left out.
        """
        section = self.section(heading)
        rows = [line for line in section.splitlines() if line.startswith("|")]
        return [
            [cell.strip().strip("`") for cell in row.strip("|").split("|")]
            for row in rows[2:]
            if not row.startswith(_EMPTY)
        ]

    def section(self, heading: str) -> str:
        """Return what the documentation says below a heading; "" where there is none such."""
        _, _, rest = self.texts[DOCS].partition(f"\n## {heading}\n")
        return re.split(r"^## ", rest, maxsplit=1, flags=re.MULTILINE)[0]
