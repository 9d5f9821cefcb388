"""The blob trigger: a file has come into the container of uploads."""

from __future__ import annotations

import azure.functions as func

from functions.wiring import service, uploads_container
from shared import telemetry
from shared.services import uploads
from shared.settings import CONNECTION, UPLOADS

blueprint = func.Blueprint()


def upload_arrived(blob: func.InputStream) -> None:
    """Look what there is to be done for an upload.

    Its bytes are read anew: what was announced may be another version than is there by now. An
    exception lets the host try again, at last on the queue `webjobs-blobtrigger-poison`.
    """
    trace = telemetry.trace_of("")
    with telemetry.within(trace=trace), telemetry.first_call("upload_arrived"):
        parts = service()
        container, _, name = str(blob.name).partition("/")
        try:
            uploads.arrive(parts.stores, parts.extractors, container, name)
        except Exception as error:
            telemetry.fault("upload-failed", error)
            raise


# A trigger needs its container, so without the setting there is no function. Flex Consumption takes
# blob triggers by Event Grid alone.
if uploads_container() is not None:
    blueprint.function_name("upload_arrived")(
        blueprint.blob_trigger(
            arg_name="blob",
            path=f"%{UPLOADS}%/{{name}}",
            connection=CONNECTION,
            source=func.BlobSource.EVENT_GRID,
        )(upload_arrived)
    )
