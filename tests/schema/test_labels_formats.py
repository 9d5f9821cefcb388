"""What callers say of a file in the query, and what a format has no room for."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from shared.domain.labels import Dataset, Labels
from shared.domain.projects import EntityType, ProjectSettings
from shared.errors import InvalidParameterValue
from shared.schema import labels_formats
from shared.schema.findings import Findings
from shared.schema.labels_formats import (
    ExportOptions,
    Format,
    ImportOptions,
    Mode,
    export_options,
    export_options_of,
    import_options,
    import_options_of,
)
from shared.text.offsets import IndexType
from shared.text.spans import Span
from tests.schema.corpora import settled


def test_without_a_word_it_is_a_labels_file_that_replaces_all() -> None:
    assert import_options({}) == ImportOptions(
        form=Format.PROJECT, mode=Mode.REPLACE, overwrite=False, prefix="project"
    )


@pytest.mark.parametrize("form", [form for form in Format if form.dialect is None])
def test_a_file_of_another_tool_adds(form: Format) -> None:
    assert import_options({"format": form.value.upper()}) == ImportOptions(
        form=form, mode=Mode.ADD, prefix=form.value
    )


@pytest.mark.parametrize(
    "query",
    [
        {"format": "brat"},
        {"mode": "merge"},
        {"overwrite": "yes"},
        {"prefix": "a/b"},
        {"prefix": "x" * 1020},
        {"format": "spacy", "stringindextype": "Utf16CodeUnit"},
        {"format": "project", "stringindextype": "UnicodeCodePoint"},
        {"format": "label-studio", "stringindextype": "TextElements_v8"},
        {"format": "doccano", "stringindextype": "bytes"},
    ],
)
def test_a_word_that_is_not_known_is_refused(query: dict[str, str]) -> None:
    with pytest.raises(InvalidParameterValue) as refused:
        import_options(query)

    assert str(refused.value.target).lower() == list(query)[-1]


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"format": "conll", "mode": "replace", "overwrite": "True", "prefix": "batch 7"},
        {"format": "doccano", "stringindextype": "textelement_v8"},
    ],
)
def test_options_of_an_import_are_kept_as_they_are(query: dict[str, str]) -> None:
    options = import_options(query)

    assert import_options_of(options.data()) == options


@pytest.mark.parametrize(
    ("query", "options"),
    [
        ({}, ExportOptions()),
        ({"format": "tags-2021"}, ExportOptions(form=Format.TAGS_2021)),
        (
            {"format": "doccano", "stringindextype": "UnicodeCodePoint"},
            ExportOptions(form=Format.DOCCANO, index_type=IndexType.CODE_POINTS),
        ),
    ],
)
def test_options_of_an_export_are_kept_as_they_are(
    query: dict[str, str], options: ExportOptions
) -> None:
    assert export_options(query) == options
    assert export_options_of(options.text()) == options


SETTINGS = ProjectSettings(name="Loans", container="loans", language="en")
ENTITIES = [EntityType(category="Name", description="Who"), EntityType(category="Sum")]
DOCUMENTS = [
    (
        "a.txt",
        "Bo Li",
        Labels(
            spans=(Span(0, 2, "Name"),),
            regions=((0, 2),),
            language="de",
            dataset=Dataset.TEST,
            text_digest="",
        ),
    ),
    ("b.txt", "Ann", Labels(text_digest="")),
]


ALWAYS = ["regions", "entity types without labels", "descriptions"]


@pytest.mark.parametrize(
    ("form", "told"),
    [
        (Format.CONLL, ["datasets", "languages", *ALWAYS]),
        (Format.SPACY, ALWAYS),
        (
            Format.COMPREHEND,
            ["entity type Name", "entity type Sum", "datasets", "languages", "documents", *ALWAYS],
        ),
        (Format.PROJECT, []),
    ],
)
def test_what_a_format_has_no_room_for_is_told(form: Format, told: list[str]) -> None:
    findings = Findings()
    options = ExportOptions(form=form)

    list(labels_formats.write(options, SETTINGS, ENTITIES, DOCUMENTS, findings))

    assert len(findings.notices) == len(told)
    for notice, part in zip(findings.notices, told, strict=True):
        assert part in notice.message


@pytest.mark.parametrize("form", list(Format))
def test_every_format_is_written_document_by_document(form: Format) -> None:
    taken = 0

    def documents():  # type: ignore[no-untyped-def]
        nonlocal taken
        while True:
            taken += 1
            yield DOCUMENTS[0]

    pieces = labels_formats.write(
        ExportOptions(form=form), SETTINGS, ENTITIES, documents(), Findings()
    )
    for _ in range(5):
        next(pieces)

    assert 3 <= taken <= 5


@pytest.mark.parametrize("form", [Format.LABEL_STUDIO, Format.PROJECT])
def test_json_is_whole_without_documents(form: Format) -> None:
    options = ExportOptions(form=form)

    data = b"".join(labels_formats.write(options, SETTINGS, ENTITIES, [], Findings()))

    assert json.loads(data) is not None


PAGE = (Path(__file__).resolve().parents[2] / "docs" / "labels.md").read_text("utf-8")


@pytest.mark.parametrize("form", list(Format))
def test_every_format_is_in_the_docs(form: Format) -> None:
    assert f"| `{form.value}` |" in PAGE


@pytest.mark.parametrize("form", [form for form in Format if form.dialect is None])
def test_the_example_of_the_docs_is_read(form: Format) -> None:
    _, _, rest = PAGE.partition(f"```{form.value}\n")
    example, _, _ = rest.partition("```")

    documents, findings = settled(example, form, a="Bo Li owes $5")

    assert (findings.faults, findings.notices) == ([], [])
    assert [(one.name, one.spans) for one in documents] == [
        ("a.txt", (Span(0, 5, "Name"), Span(11, 13, "Sum")))
    ]
