"""The wire formats: what callers send and what they read. Pure functions, no I/O.

Everything from outside is untrusted: it is read with `fields`, which gathers every fault with its
JSON path, and only then made into the nouns of `shared/domain`. Offsets on the wire are in units
that the caller chose, or UTF-16 in authoring; inside they are code points, and here is the border.
"""

from __future__ import annotations
