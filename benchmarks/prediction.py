"""Prediction alone: reads a model and texts from a folder, predicts, prints its peak of memory.

Started by `benchmarks.cell`, so that what training needed does not count.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from benchmarks.cell import peak_mb
from shared.ner import artifact

if __name__ == "__main__":
    folder = Path(sys.argv[1])
    digest = (folder / "digest").read_text("ascii")
    extractor = artifact.unpack(lambda name: (folder / name).read_bytes(), digest)
    extractor.predict(json.loads((folder / "texts.json").read_text("utf-8")))
    print(peak_mb())
