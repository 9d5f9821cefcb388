"""The nouns of the product as plain data, and the moves between their states. No I/O.

Storage keeps these, schema renders them, services move them; so none of the three needs to know
another's shapes.
"""

from __future__ import annotations
