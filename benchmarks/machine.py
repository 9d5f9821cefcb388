"""The machine that figures were measured on, told with them."""

from __future__ import annotations

import os
import platform
from datetime import UTC, datetime
from importlib import metadata

#: What keeps numeric libraries to one thread. They read it when they are loaded.
ONE_THREAD = {name: "1" for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")}


def about() -> dict[str, str]:
    """Return today's date, the processor and the versions of what computes."""
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "system": f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores{_model()}",
        "python": platform.python_version(),
        **{name: _version(name) for name in ("numpy", "scipy", "python-crfsuite", "spacy")},
    }


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "not installed"


def _model() -> str:
    """Return the name of the processor, where the kernel tells it."""
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            for line in file:
                if line.startswith("model name"):
                    return f" ({line.partition(':')[2].strip()})"
    except OSError:
        pass
    return ""
