"""Triggers and bindings: each unwraps, calls one service, wraps."""

from __future__ import annotations
