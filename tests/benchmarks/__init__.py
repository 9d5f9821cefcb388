"""The benchmarks: corpora are read right, folds are fair, tables add up."""

from __future__ import annotations
