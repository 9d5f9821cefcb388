from __future__ import annotations

import pytest

from shared import errors
from shared.errors import ErrorDetail, InvalidDocument, ServiceError


def kinds(base: type[ServiceError] = ServiceError) -> list[type[ServiceError]]:
    return [base, *(kind for child in base.__subclasses__() for kind in kinds(child))]


@pytest.mark.parametrize("kind", kinds())
def test_every_error_has_a_sentence_a_code_and_a_status(kind: type[ServiceError]) -> None:
    assert kind.__doc__
    assert kind.__doc__.endswith(".")
    assert kind.code
    assert 400 <= kind.status < 600


@pytest.mark.parametrize("kind", kinds())
def test_no_error_body_holds_a_null(kind: type[ServiceError]) -> None:
    body = kind(details=[ErrorDetail("A", "b")]).body()

    assert list(body) == ["error"]
    assert None not in body["error"].values()
    assert None not in body["error"]["details"][0].values()
    assert body["error"]["message"] == kind().message


def test_the_inner_error_is_left_out_where_there_is_none() -> None:
    assert "innererror" not in errors.NotFound().body()["error"]


def test_an_inner_error_has_code_and_message() -> None:
    body = InvalidDocument("Document text is empty.", target="1").body()["error"]

    assert body == {
        "code": "InvalidArgument",
        "message": "Document text is empty.",
        "target": "1",
        "innererror": {"code": "InvalidDocument", "message": "Document text is empty."},
    }
