"""The ground floor: text, its offsets and its tokens. Imports nothing of the product."""

from __future__ import annotations
