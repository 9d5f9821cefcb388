"""The code by which the wire tells an error: the APIs of 2021 had fewer than later ones.

azure-ai-textanalytics 5.2.0b2, of the same months, knows InvalidRequest, InvalidArgument,
InternalServerError, ServiceUnavailable and NotFound, and as inner codes InvalidParameterValue,
InvalidRequestBodyFormat, EmptyRequest, MissingInputRecords, InvalidDocument,
ModelVersionIncorrect, InvalidDocumentBatch, UnsupportedLanguageCode and InvalidCountryHint. What
is refused before an endpoint is reached (no key, too small a role, too many requests) was told by
the gateway before it, and is told as ever.
"""

from __future__ import annotations

from shared.errors import ServiceError

#: For each code that 2021 did not know, the one that it had for the same; the status stays.
_CODES = {
    "ProjectNotFound": "NotFound",
    "OperationNotFound": "NotFound",
    "Conflict": "InvalidRequest",
    "QuotaExceeded": "InvalidRequest",
}
_INNER_CODES = {"MissingInputDocuments": "MissingInputRecords"}


def tell_as_in_2021(error: ServiceError) -> None:
    """Give an error the codes that the APIs of 2021 had for it."""
    error.code = _CODES.get(error.code, error.code)
    if error.inner_code is not None:
        error.inner_code = _INNER_CODES.get(error.inner_code, error.inner_code)
