"""The use cases: plain functions that take their stores as arguments.

What is to be queued leaves a service as a return value (`Message`); the trigger that called it
hands it to its output binding.
"""

from __future__ import annotations
