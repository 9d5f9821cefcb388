"""Containers of the storage account, which hold the documents of projects."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Container:
    """A container that projects can be bound to."""

    name: str
    #: Documents that a project would have in it, as far as they were counted.
    documents: int = 0
    #: The names of the projects that are bound to it.
    projects: tuple[str, ...] = ()
