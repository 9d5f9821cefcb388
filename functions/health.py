"""The process: whether it lives; the one route that says so to everybody, and says no more."""

from __future__ import annotations

import azure.functions as func

from functions.http import Call, Reply, endpoint
from shared.schema.answers import shown
from shared.schema.shapes import Shape, Text, must

blueprint = func.Blueprint()


_LIVE = Shape(
    "Liveness",
    "That the process lives.",
    (must("status", Text(values=("live",)), "Always the same."),),
)


@endpoint(blueprint, "GET", "health/live", open_to_all=True, answers=(shown(_LIVE),))
def health_live(call: Call) -> Reply:
    """Answer that the process takes requests."""
    return Reply(body={"status": "live"})
