"""The loan agreements sample: what is committed is what its generator makes, and keeps its word."""

from __future__ import annotations

import json
import subprocess
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

FOLDER = Path(__file__).parents[2] / "samples" / "loan-agreements"
LABEL_FILES = ("labels.json", "answers.json")


@pytest.fixture(scope="module")
def generator() -> Iterator[ModuleType]:
    """The script as a module; what it loads from its folder is forgotten afterwards."""
    own = {path.stem for path in FOLDER.glob("*.py")}
    taken = own & set(sys.modules)
    assert not taken
    sys.path.insert(0, str(FOLDER))
    try:
        yield __import__("generate")
    finally:
        sys.path.remove(str(FOLDER))
        for name in own & set(sys.modules):
            del sys.modules[name]


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    """The text of each document as its bytes say, nothing stripped."""
    return {
        path.name: path.read_bytes().decode("utf-8") for path in (FOLDER / "documents").iterdir()
    }


def content(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((FOLDER / name).read_bytes())
    return loaded


def label_documents(name: str) -> list[dict[str, Any]]:
    documents: list[dict[str, Any]] = content(name)["assets"]["documents"]
    return documents


def all_labels(texts: dict[str, str]) -> Iterator[tuple[str, str, int, int, str]]:
    """Location, category, offset, end (UTF-16) and slice of each label of both files."""
    for name in LABEL_FILES:
        for document in label_documents(name):
            units = texts[document["location"]].encode("utf-16-le")
            for label in document["entities"][0]["labels"]:
                start, end = label["offset"], label["offset"] + label["length"]
                mention = units[2 * start : 2 * end].decode("utf-16-le")
                yield document["location"], label["category"], start, end, mention


def test_the_generator_makes_the_committed_files_byte_for_byte(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-B", str(FOLDER / "generate.py"), str(tmp_path)], check=True, timeout=60
    )

    made = {path.relative_to(tmp_path): path.read_bytes() for path in tmp_path.rglob("*.*")}
    committed = [FOLDER / name for name in ("labels.json", "tags.json", "answers.json")]
    committed += (FOLDER / "documents").iterdir()
    assert made == {path.relative_to(FOLDER): path.read_bytes() for path in committed}


def test_every_document_is_either_tagged_or_answered(texts: dict[str, str]) -> None:
    tagged, answered = ([d["location"] for d in label_documents(name)] for name in LABEL_FILES)

    assert (len(texts), len(tagged), len(answered)) == (66, 40, 26)
    assert sorted(tagged + answered) == sorted(texts)


def test_at_least_six_layouts_are_spread_evenly_over_tagged_and_untagged(
    generator: ModuleType,
) -> None:
    tagged = Counter(plan.layout for plan in generator.plans() if plan.tagged)
    untagged = Counter(plan.layout for plan in generator.plans() if not plan.tagged)

    assert len(generator.LAYOUTS) >= 6
    assert tagged.keys() == untagged.keys() == generator.LAYOUTS.keys()
    for counts in (tagged, untagged):
        assert max(counts.values()) - min(counts.values()) <= 1


def test_the_plan_and_the_labels_file_agree_on_what_is_tagged(generator: ModuleType) -> None:
    planned = [plan.name for plan in generator.plans() if plan.tagged]

    assert [document["location"] for document in label_documents("labels.json")] == planned


def test_texts_have_a_reasonable_length(texts: dict[str, str]) -> None:
    assert all(700 <= len(text) <= 2500 for text in texts.values())


def test_all_twelve_types_have_enough_labels_in_both_files() -> None:
    for name, least in zip(LABEL_FILES, (30, 20), strict=True):
        labels = [x for d in label_documents(name) for x in d["entities"][0]["labels"]]
        counts = Counter(label["category"] for label in labels)

        assert {entity["category"] for entity in content(name)["assets"]["entities"]} == set(counts)
        assert len(counts) == 12
        assert min(counts.values()) >= least


def test_every_label_cuts_out_a_mention_without_white_space_at_its_ends(
    texts: dict[str, str],
) -> None:
    for location, category, _, _, mention in all_labels(texts):
        assert mention, (location, category)
        assert mention == mention.strip(), (location, category)
        assert "\n" not in mention, (location, category)
        assert mention[0] not in "(,.;:|\"'" and mention[-1] not in "),.;:|\"'", mention


def test_labels_of_a_document_are_in_order_and_do_not_overlap(texts: dict[str, str]) -> None:
    last: dict[str, int] = {}
    for location, category, start, end, _ in all_labels(texts):
        assert start >= last.get(location, 0), (location, category)
        last[location] = end


def test_a_label_says_what_its_type_means(texts: dict[str, str]) -> None:
    mentions = [(category, mention) for _, category, _, _, mention in all_labels(texts)]

    for category, mention in mentions:
        digits = any(sign.isdigit() for sign in mention)
        figures = category in ("Date", "LoanAmountNumbers", "Interest")
        assert digits == (figures or category.endswith("Address")), (category, mention)
        assert category != "Interest" or mention.endswith(("%", "percent"))


def test_every_full_mention_of_a_party_is_labelled(texts: dict[str, str]) -> None:
    found = Counter(
        (location, mention)
        for location, category, _, _, mention in all_labels(texts)
        if category.endswith("Name")
    )

    for (location, mention), count in found.items():
        assert texts[location].count(mention) == count, location


def test_the_region_is_the_whole_text_in_utf16_units(texts: dict[str, str]) -> None:
    for document in (d for name in LABEL_FILES for d in label_documents(name)):
        (region,) = document["entities"]
        units = len(texts[document["location"]].encode("utf-16-le")) // 2

        assert (region["regionOffset"], region["regionLength"]) == (0, units)
        assert "dataset" not in document


def test_tags_and_labels_say_the_same() -> None:
    tags = content("tags.json")
    renamed = [
        {
            "location": document["location"],
            "language": document["language"],
            "entities": [
                {
                    "regionOffset": region["regionOffset"],
                    "regionLength": region["regionLength"],
                    "labels": [
                        {
                            "category": label["extractorName"],
                            "offset": label["offset"],
                            "length": label["length"],
                        }
                        for label in region["labels"]
                    ],
                }
                for region in document["extractors"]
            ],
        }
        for document in tags["documents"]
    ]

    assets = content("labels.json")["assets"]
    assert renamed == assets["documents"]
    assert [e["name"] for e in tags["extractors"]] == [e["category"] for e in assets["entities"]]


def test_a_third_of_the_documents_end_lines_with_cr_lf(texts: dict[str, str]) -> None:
    crlf = [text for text in texts.values() if "\r\n" in text]

    assert len(texts) * 0.25 <= len(crlf) <= len(texts) * 0.4
    assert all("\n" not in text.replace("\r\n", "") for text in crlf)


def test_emoji_stand_before_labels_so_that_the_units_of_offsets_differ(
    texts: dict[str, str],
) -> None:
    shifted = set()
    for location, _, start, _, _ in all_labels(texts):
        before = texts[location].encode("utf-16-le")[: 2 * start].decode("utf-16-le")
        if len(before) != start:
            shifted.add(location)

    assert len(shifted) >= 4
    joined = "".join(texts[location] for location in shifted)
    assert "👨‍👩‍👧‍👦" in joined
    assert "🇨🇦" in joined


def test_one_document_starts_with_a_byte_order_mark(texts: dict[str, str]) -> None:
    assert sum(text.startswith("\ufeff") for text in texts.values()) == 1


def test_one_document_has_a_name_with_combining_marks(texts: dict[str, str]) -> None:
    decomposed = [
        location
        for location, category, _, _, mention in all_labels(texts)
        if category == "BorrowerName" and unicodedata.normalize("NFC", mention) != mention
    ]

    assert len(set(decomposed)) == 1
    assert "e\u0301" in texts[decomposed[0]]


def test_one_document_has_tabs_and_one_has_spaces_at_line_ends(texts: dict[str, str]) -> None:
    assert sum("\t" in text for text in texts.values()) == 1
    assert sum("  \n" in text.replace("\r", "") for text in texts.values()) == 1
