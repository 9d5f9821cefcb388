"""Made-up rows, as measured cells give them."""

from __future__ import annotations

from typing import Any

MACHINE = {"date": "2026-01-02", "system": "Linux, 2 cores", "python": "3.11", "numpy": "2.4.6"}


def row(system: str, **values: Any) -> dict[str, Any]:
    """Return a row of a system: 8 of 10 tagged entities are found, and 2 that are none."""
    return {
        "corpus": "letters",
        "documents": 10,
        "folds": 0,
        "untagged": False,
        "untagged_texts": 0,
        "seed": 0,
        "fold": 0,
        "system": system,
        "counts": {"name": [8, 10, 10]},
        "bins": [[0.8, 10, 0.9, 0.8]],
        "fit_seconds": 1.5,
        "characters_per_second": 400_000.0,
        "document_ms": 2.5,
        "model_kb": 120.0,
        "fit_mb": 200.0,
        "predict_mb": None,
        "machine": MACHINE,
        **values,
    }
