"""The process: whether it lives, and whether it can work; both are said to everybody."""

from __future__ import annotations

import azure.functions as func

from functions.http import Call, Reply, endpoint
from functions.wiring import own_settings, watch
from shared.errors import ErrorDetail, ServiceUnavailable
from shared.schema.answers import shown
from shared.schema.shapes import Shape, Text, must
from shared.storage.connection import KINDS

blueprint = func.Blueprint()


_LIVE = Shape(
    "Liveness",
    "That the process lives.",
    (must("status", Text(values=("live",)), "Always the same."),),
)

_READY = Shape(
    "Readiness",
    "That the process reaches its storage.",
    (must("status", Text(values=("ready",)), "Always the same."),),
)


@endpoint(blueprint, "GET", "health/live", open_to_all=True, answers=(shown(_LIVE),))
def health_live(call: Call) -> Reply:
    """Answer that the process takes requests."""
    return Reply(body={"status": "live"})


@endpoint(
    blueprint,
    "GET",
    "health/ready",
    open_to_all=True,
    answers=(shown(_READY),),
    refuses=(503,),
)
def health_ready(call: Call) -> Reply:
    """Answer that blobs, tables and queues are reached, or 503 with those that are not.

    Why they are not, `global/storage` tells to those who have a key.
    """
    if found := watch().faults(own_settings().storage):
        raise ServiceUnavailable(details=[_without_reason(one) for one in found])
    return Reply(body={"status": "ready"})


def _without_reason(fault: ErrorDetail) -> ErrorDetail:
    what = f"its {fault.target}s" if fault.target in KINDS else "its storage account"
    return ErrorDetail(ServiceUnavailable.code, f"The service does not reach {what}.", fault.target)
