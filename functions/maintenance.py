"""Timers: stuck work is put back on its queue, what has expired is removed."""

from __future__ import annotations

import azure.functions as func

from functions.http import batch
from functions.wiring import service
from shared import telemetry
from shared.services import maintenance
from shared.services.messages import Queue
from shared.settings import CONNECTION

blueprint = func.Blueprint()


@blueprint.function_name("sweep")
@blueprint.timer_trigger(arg_name="timer", schedule="0 * * * * *", use_monitor=False)
@blueprint.queue_output(arg_name="training", queue_name=Queue.TRAINING.value, connection=CONNECTION)
@blueprint.queue_output(
    arg_name="authoring", queue_name=Queue.AUTHORING.value, connection=CONNECTION
)
@blueprint.queue_output(arg_name="jobs", queue_name=Queue.JOBS.value, connection=CONNECTION)
@blueprint.queue_output(arg_name="harvests", queue_name=Queue.HARVESTS.value, connection=CONNECTION)
def sweep(
    timer: func.TimerRequest,
    training: func.Out[str],
    authoring: func.Out[str],
    jobs: func.Out[str],
    harvests: func.Out[str],
) -> None:
    """Put stuck work back, every minute."""
    parts = service()
    outputs = {
        Queue.TRAINING: training,
        Queue.AUTHORING: authoring,
        Queue.JOBS: jobs,
        Queue.HARVESTS: harvests,
    }
    with telemetry.within(trace=telemetry.trace_of("")):
        stuck = maintenance.stuck(parts.stores, after_seconds=parts.settings.stuck_after_seconds)
        for queue, output in outputs.items():
            if messages := [message for message in stuck if message.queue is queue]:
                output.set(batch(messages))


@blueprint.function_name("purge")
@blueprint.timer_trigger(arg_name="timer", schedule="0 7 * * * *", use_monitor=False)
def purge(timer: func.TimerRequest) -> None:
    """Remove what has expired, every hour."""
    maintenance.purge(service().stores)
