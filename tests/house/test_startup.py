"""What the HTTP path imports: a small instance pays for each import at every cold start."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("package", ["numpy", "scipy", "sklearn", "joblib", "pypdf", "mammoth"])
def test_loading_the_app_does_not_import(package: str) -> None:
    program = f"import sys, function_app; sys.exit({package!r} in sys.modules)"

    loaded = subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False)

    assert loaded.returncode == 0


def test_predicting_imports_no_more_than_numpy() -> None:
    program = (
        "import sys\n"
        "import shared.ner.extractor, shared.ner.artifact\n"
        "sys.exit(any(name in sys.modules for name in ('scipy', 'sklearn', 'joblib')))"
    )

    loaded = subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False)

    assert loaded.returncode == 0
