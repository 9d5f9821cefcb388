"""The rings of the house: who may import whom. A lower ring never imports a higher one."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

#: For each ring, the rings of the product that it may import. The longest name that fits counts.
RINGS = {
    "shared.limits": set(),
    "shared.errors": set(),
    "shared.clock": set(),
    "shared.ids": set(),
    "shared.origins": set(),
    "shared.settings": {"shared.limits", "shared.origins", "shared.rates"},
    "shared.rates": {"shared.limits", "shared.errors"},
    "shared.auth": {"shared.errors", "shared.origins", "shared.settings"},
    "shared.peer": {"shared.auth", "shared.domain", "shared.errors", "shared.telemetry"},
    "shared.telemetry": set(),
    "shared.text": set(),
    "shared.domain": {"shared.text", "shared.errors"},
    "shared.conversion": {"shared.domain", "shared.errors"},
    "shared.ner": {"shared.text", "shared.errors", "shared.limits"},
    "shared.schema": {
        "shared.domain",
        "shared.text",
        "shared.errors",
        "shared.limits",
        "shared.origins",
    },
    "shared.storage": {
        "shared.domain",
        "shared.text",
        "shared.errors",
        "shared.ids",
        "shared.clock",
        "shared.limits",
        "shared.settings",
        "shared.telemetry",
    },
    "shared.services": {
        "shared.conversion",
        "shared.peer",
        "shared.storage",
        "shared.ner",
        "shared.schema",
        "shared.domain",
        "shared.text",
        "shared.errors",
        "shared.ids",
        "shared.clock",
        "shared.limits",
        "shared.telemetry",
    },
    "functions": {
        "functions",
        "shared.services",
        "shared.schema",
        "shared.domain",
        "shared.storage.clients",
        "shared.storage.connection",
        "shared.storage.stores",
        "shared.auth",
        "shared.clock",
        "shared.errors",
        "shared.limits",
        "shared.peer",
        "shared.rates",
        "shared.settings",
        "shared.telemetry",
    },
    "function_app": {"functions"},
    "devhost": {"function_app"},
}

#: For each foreign package, the rings that may import it.
FOREIGN = {
    "azure.functions": {"functions", "function_app", "devhost"},
    "azure.storage.queue": {"devhost"},
    "azure.storage.blob": {"shared.storage", "devhost"},
    "azure": {"shared.storage"},
    "azure.core": {"shared.storage", "devhost"},
    "azure.identity": {"shared.storage", "devhost"},
    "numpy": {"shared.ner"},
    "scipy": {"shared.ner"},
    "sklearn": {"shared.ner"},
    "joblib": {"shared.ner"},
    "regex": {"shared.text"},
    "pypdf": {"shared.conversion"},
    "mammoth": {"shared.conversion"},
    "requests": {"shared.storage", "shared.peer"},
}


def modules() -> list[tuple[str, Path]]:
    """Return the name and path of every module of the product."""
    paths = [ROOT / "function_app.py"]
    for folder in ("shared", "functions", "devhost"):
        paths += sorted((ROOT / folder).rglob("*.py"))
    names = []
    for path in paths:
        parts = path.relative_to(ROOT).with_suffix("").parts
        names.append((".".join(parts).removesuffix(".__init__"), path))
    return names


def imports(tree: ast.AST) -> set[str]:
    """Return the full names of all that a tree imports, wherever in it."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def within(name: str, package: str) -> bool:
    return name == package or name.startswith(f"{package}.")


def ring_of(name: str) -> str | None:
    """Return the ring that a name belongs to, or None for one that is not the product's."""
    rings = [ring for ring in RINGS if within(name, ring)]
    return max(rings, key=len, default=None)


def test_every_module_belongs_to_a_ring() -> None:
    homeless = [name for name, _ in modules() if ring_of(name) is None and name != "shared"]

    assert homeless == []


@pytest.mark.parametrize(("name", "path"), modules(), ids=[name for name, _ in modules()])
def test_a_module_imports_only_what_its_ring_may(name: str, path: Path) -> None:
    ring = ring_of(name)
    if ring is None:
        return

    broken = set()
    for imported in imports(ast.parse(path.read_text("utf-8"))):
        other = ring_of(imported)
        if other is not None and other != ring:
            if not any(within(imported, allowed) for allowed in RINGS[ring]):
                broken.add(imported)
        packages = [package for package in FOREIGN if within(imported, package)]
        if packages and ring not in FOREIGN[max(packages, key=len)]:
            broken.add(imported)

    assert broken == set()


def test_the_rings_make_no_circle() -> None:
    reached: dict[str, set[str]] = {}

    def reach(ring: str, path: tuple[str, ...]) -> set[str]:
        assert ring not in path, f"circle: {' -> '.join((*path, ring))}"
        if ring not in reached:
            below = {str(ring_of(other)) for other in RINGS[ring]} - {ring}
            reached[ring] = below.union(*(reach(other, (*path, ring)) for other in below))
        return reached[ring]

    for ring in RINGS:
        reach(ring, ())


def test_no_module_has_more_than_500_lines() -> None:
    long = [
        (name, lines)
        for name, path in modules()
        if (lines := len(path.read_text("utf-8").splitlines())) > 500
    ]

    assert long == []


#: What can send something to an address.
SENDERS = (
    "requests",
    "urllib.request",
    "urllib3",
    "http.client",
    "httpx",
    "aiohttp",
    "socket",
    "ssl",
    "asyncio",
    "ftplib",
    "smtplib",
    "xmlrpc",
    "azure.core.pipeline",
    "azure.core.PipelineClient",
    "azure.core.rest",
)


def test_nothing_but_storage_and_the_way_to_a_peer_can_fetch_an_address() -> None:
    """No address that a client sends is fetched: who could, is these few."""
    senders = {
        name
        for name, path in modules()
        if ring_of(name) != "devhost"
        and any(
            within(found, module)
            for found in imports(ast.parse(path.read_text("utf-8")))
            for module in SENDERS
        )
    }

    assert senders == {"shared.peer", "shared.storage.clients", "shared.storage.connection"}


@pytest.mark.parametrize("module", ["pickle", "marshal", "shelve", "dill", "cloudpickle"])
def test_nothing_of_the_service_can_unpickle(module: str) -> None:
    importers = [
        name
        for name, path in modules()
        if any(within(found, module) for found in imports(ast.parse(path.read_text("utf-8"))))
    ]

    assert importers == []
