"""Every error that a caller can see: a code, an HTTP status and a sentence, each written once.

An error class must have a docstring: it is the sentence that callers read when the raiser gives
no better one. Errors are raised anywhere and turned into a response in one place
(`functions/http.py`), or kept in a job as data (`ErrorDetail`).

Codes are those of the hosted service's error envelope, so that clients which switch on them
go on working.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class ErrorDetail:
    """One error as data: what a job keeps, and what an envelope lists under `details`."""

    code: str
    message: str
    #: What the error is about: a JSON path, a document, a parameter's name.
    target: str | None = None
    #: The finer code and its message, where the hosted service sends an inner error.
    inner_code: str | None = None
    inner_message: str | None = None

    def body(self) -> dict[str, Any]:
        """Return the wire form; keys without a value are left out.

        The official Python client crashes on `"innererror": null`, so absence is never null.
        """
        body: dict[str, Any] = {"code": self.code, "message": self.message}
        if self.target is not None:
            body["target"] = self.target
        if self.inner_code is not None:
            body["innererror"] = {
                "code": self.inner_code,
                "message": self.inner_message or self.message,
            }
        return body


class ServiceError(Exception):
    """The service could not do what was asked."""

    code = "InternalServerError"
    status = 500
    inner_code: str | None = None
    #: Seconds after which trying again makes sense; becomes the `Retry-After` header.
    retry_after: int | None = None

    def __init__(
        self,
        message: str | None = None,
        *,
        target: str | None = None,
        details: Sequence[ErrorDetail] = (),
        retry_after: int | None = None,
    ) -> None:
        self.message = message or (type(self).__doc__ or "").strip()
        self.target = target
        self.details = tuple(details)
        if retry_after is not None:
            self.retry_after = retry_after
        super().__init__(self.message)

    def detail(self) -> ErrorDetail:
        """Return this error as data."""
        inner_message = self.message if self.inner_code else None
        return ErrorDetail(self.code, self.message, self.target, self.inner_code, inner_message)

    def body(self) -> dict[str, Any]:
        """Return the error envelope, `{"error": {...}}`."""
        error = self.detail().body()
        if self.details:
            error["details"] = [detail.body() for detail in self.details]
        return {"error": error}


class InvalidRequest(ServiceError):
    """The request is not valid."""

    code = "InvalidRequest"
    status = 400


class NotOffered(InvalidRequest):
    """This makes sense in the hosted service alone."""


class InvalidBody(InvalidRequest):
    """The request body is not valid JSON of the expected form."""

    inner_code = "InvalidRequestBodyFormat"


class InvalidArgument(ServiceError):
    """A value in the request is not valid."""

    code = "InvalidArgument"
    status = 400


class InvalidParameterValue(InvalidArgument):
    """A parameter has a value that is not allowed."""

    inner_code = "InvalidParameterValue"


class InvalidDocument(InvalidArgument):
    """A document is not valid."""

    inner_code = "InvalidDocument"


class DocumentTooLong(InvalidDocument):
    """The document is longer than a document of a project can be."""


class DocumentNotUtf8(InvalidDocument):
    """The document is not UTF-8."""


class InvalidDocumentBatch(InvalidRequest):
    """The list of documents is not valid."""

    inner_code = "InvalidDocumentBatch"


class MissingInputDocuments(InvalidRequest):
    """The request has no documents."""

    inner_code = "MissingInputDocuments"


class InvalidLabels(InvalidArgument):
    """The labels do not fit the documents; nothing was changed. Each fault is listed."""


class Unauthorized(ServiceError):
    """Access denied: the subscription key is missing or wrong. Send one of this service's keys \
in the header Ocp-Apim-Subscription-Key."""

    code = "401"
    status = 401


class Forbidden(ServiceError):
    """The caller is known, but has too small a role for this."""

    # The body must never hold the hosted service's words for a spent quota, "Out of call volume
    # quota": the official clients give up at once where they read them.
    code = "Forbidden"
    status = 403


class TooManyRequests(ServiceError):
    """The caller has sent more requests than the rate limit allows; wait, then go on."""

    code = "TooManyRequests"
    status = 429
    retry_after = 1


class NotFound(ServiceError):
    """There is nothing at this address."""

    code = "NotFound"
    status = 404


class ProjectNotFound(NotFound):
    """There is no project of this name."""

    code = "ProjectNotFound"


class ModelNotFound(NotFound):
    """The project has no trained model of this name."""


class DeploymentNotFound(NotFound):
    """The project has no deployment of this name."""


class ExportedModelNotFound(NotFound):
    """The project has no exported model of this name."""


class OperationNotFound(NotFound):
    """There is no job of this id; it never was, or it has expired."""

    code = "OperationNotFound"


class Conflict(ServiceError):
    """The request does not fit the present state."""

    code = "Conflict"
    status = 409


class QuotaExceeded(ServiceError):
    """A limit of the service is reached."""

    code = "QuotaExceeded"
    status = 400


class ChangedMeanwhile(ServiceError):
    """Somebody else changed this first; read it again and repeat the change."""

    code = "Conflict"
    status = 412


class BodyTooLarge(ServiceError):
    """The request body is larger than this service accepts."""

    code = "InvalidRequest"
    status = 413


class ServiceUnavailable(ServiceError):
    """The service's storage does not answer now; try again shortly."""

    code = "ServiceUnavailable"
    status = 503
    retry_after = 5


class StorageDenied(ServiceUnavailable):
    """The service's storage denies it access; who owns the service must grant it."""

    #: Storage's own code for it, or its status; "" where there was nothing to ask it with.
    reason: str = ""

    @classmethod
    def because(cls, reason: str) -> StorageDenied:
        """Return this error for what storage has answered."""
        error = cls()
        error.reason = reason
        return error
