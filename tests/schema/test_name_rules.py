"""What may be a name."""

from __future__ import annotations

import pytest

from shared import limits
from shared.errors import InvalidArgument
from shared.schema.kinds import KIND, kind_fault, same_kind
from shared.schema.names import (
    check_name,
    container_fault,
    entity_fault,
    language_fault,
    location_fault,
    name_fault,
)


@pytest.mark.parametrize("name", ["a", "A.b-c_9", "x" * 50, "...a", "Global2"])
def test_a_name_of_letters_digits_and_three_signs_is_taken(name: str) -> None:
    assert name_fault(name, "project") is None


@pytest.mark.parametrize(
    "name",
    ["", "x" * 51, "a b", "a/b", "..", ".", "é", "a\n", "a\x00", "%2e", "global", "GLOBAL", "٣"],
)
def test_any_other_name_of_a_project_is_refused(name: str) -> None:
    with pytest.raises(InvalidArgument) as refused:
        check_name(name, "project", "projectName")

    assert refused.value.target == "projectName"


def test_only_projects_stand_where_the_api_has_the_word_global() -> None:
    assert name_fault("global", "deployment") is None


@pytest.mark.parametrize("sign", [*sorted(limits.ENTITY_NAME_FORBIDDEN), "\n", "\x00", "\x85"])
def test_an_entity_type_has_none_of_the_forbidden_signs(sign: str) -> None:
    assert entity_fault(f"a{sign}b") is not None


@pytest.mark.parametrize("name", ["Loan Amount", "日付", "e\u0301", "x" * 50, "a-b_c.d,^[]@\\"])
def test_an_entity_type_may_have_all_other_signs(name: str) -> None:
    assert entity_fault(name) is None


@pytest.mark.parametrize("name", ["", "   ", "x" * 51])
def test_the_name_of_an_entity_type_is_held_to_its_length(name: str) -> None:
    assert entity_fault(name) is not None


@pytest.mark.parametrize("name", ["abc", "a-b-c", "0" * 63])
def test_a_container_name_is_what_storage_takes(name: str) -> None:
    assert container_fault(name) is None


@pytest.mark.parametrize(
    "name", ["", "ab", "a" * 64, "-abc", "abc-", "a--b", "Abc", "a_b", "../a", "abc\n", "$logs"]
)
def test_any_other_container_name_is_refused(name: str) -> None:
    assert container_fault(name) is not None


@pytest.mark.parametrize("code", ["en", "en-us", "zh-Hans", "pt-br", "sr-Latn-RS"])
def test_a_language_code_is_taken(code: str) -> None:
    assert language_fault(code) is None


@pytest.mark.parametrize("code", ["", "e", "english language", "en_us", "en-", "a" * 40, "en\n"])
def test_what_is_no_language_code_is_refused(code: str) -> None:
    assert language_fault(code) is not None


@pytest.mark.parametrize(
    ("location", "sound"),
    [
        ("a.txt", True),
        ("Test 1 é.txt", True),
        ("x" * 1024, True),
        ("x" * 1025, False),
        ("", False),
        ("a\x00.txt", False),
        ("a\n.txt", False),
    ],
)
def test_a_location_is_what_storage_can_be_asked_for(location: str, sound: bool) -> None:
    assert (location_fault(location) is None) is sound


@pytest.mark.parametrize(
    "kind",
    [KIND, "customNamedEntityRecognition", "CUSTOMNAMEDENTITYRECOGNITION", "Extraction"],
)
def test_our_kind_is_known_by_all_its_names(kind: str) -> None:
    assert kind_fault(kind) is None
    assert same_kind(kind, KIND)


@pytest.mark.parametrize(
    ("kind", "what"),
    [
        ("CustomMultiLabelClassification", "text classification"),
        ("customSingleLabelClassification", "text classification"),
        ("CustomHealthcare", "healthcare"),
        ("CustomTextSentiment", "sentiment"),
        ("CustomAbstractiveSummarization", "summarization"),
        ("Nonsense", "no project kind"),
    ],
)
def test_another_kind_is_refused_with_what_it_is(kind: str, what: str) -> None:
    assert what in (kind_fault(kind) or "")
    assert not same_kind(kind, KIND)
