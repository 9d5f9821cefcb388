"""What the routes of authoring have in common: their addresses, and how they answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from functions.http import Call, Reply
from shared import telemetry
from shared.domain.operations import Operation, OperationKind
from shared.schema import authoring_bodies as bodies
from shared.schema import operation_bodies, query
from shared.services import authoring, operations
from shared.services.messages import Message

#: The route of all projects, of what belongs to none, and of one.
PROJECTS = bodies.PROJECTS.lstrip("/")
GLOBAL = f"{PROJECTS}/global"
PROJECT = f"{PROJECTS}/{{project}}"

Item = TypeVar("Item")


def accepted(call: Call, operation: Operation, *messages: Message) -> Reply:
    """Say where an operation is read."""
    version = query.api_version(call.query)
    location = operation_bodies.operation_location(call.endpoint, operation, version)
    return Reply(status=202, headers={"operation-location": location}, messages=messages)


def at_once(call: Call, operation: Operation, message: Message, small: bool = True) -> Reply:
    """Run an operation inside its request, if it is small; what does not work out waits."""
    if small:
        try:
            authoring.run(call.stores, operation.id)
        except Exception as error:
            telemetry.fault("run-at-once-failed", error, operation=operation.id)
        else:
            return accepted(call, operation)
    return accepted(call, operation, message)


def standing(call: Call, operation: Operation) -> Reply:
    """Say how an operation stands."""
    version = query.api_version(call.query)
    body = operation_bodies.operation_json(operation, endpoint=call.endpoint, api_version=version)
    return Reply(body=body, headers={"Retry-After": "1"})


def standing_of(call: Call, kind: OperationKind, subject: str = "") -> Reply:
    """Say how the operation of this kind stands that the address names."""
    found = operations.read(call.stores, kind, call.path["project"], call.path["job"], subject)
    return standing(call, found)


def listing(
    call: Call,
    items: Sequence[Item],
    render: Callable[[Item], dict[str, Any]],
    page: query.Page | None = None,
) -> Reply:
    """Show a page of a list: the one that the query asks for, as other lists do, or that `page`."""
    query.api_version(call.query)
    address = f"{call.endpoint}{call.address}"
    page = page or query.list_page(call.query)
    return Reply(body=bodies.listing(items, render, page, url=address, query=call.query))
