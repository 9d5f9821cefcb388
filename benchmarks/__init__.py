"""Benchmarks: what the engine is worth beside its peers. Not part of the service."""

from __future__ import annotations
