# ruff: noqa: I002 - an older Python must get as far as the sentence below, not stop at an import
"""Spanwright on this machine, with nothing but Python: `python3 dev.py up`, `test` or `check`."""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - whoever runs this may have an older one
    sys.exit(
        "Spanwright needs Python 3.11 or newer, and this is "
        + sys.version.split()[0]
        + ": install a newer one and run dev.py with it, as in `python3.12 dev.py up`."
    )

from devhost.commands import main

if __name__ == "__main__":
    sys.exit(main())
