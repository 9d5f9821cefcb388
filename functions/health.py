"""Whether the process lives: the one route that says so to everybody, and says no more."""

from __future__ import annotations

import azure.functions as func

from functions.http import Call, Reply, endpoint

blueprint = func.Blueprint()


@endpoint(blueprint, "GET", "health/live", open_to_all=True)
def health_live(call: Call) -> Reply:
    """Answer that the process takes requests."""
    return Reply(body={"status": "live"})
