"""Writes the loan agreements, their labels and the answers: python generate.py [folder].

The same bytes come out on every run, Python version and platform.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from contracts import write_clauses, write_prose
from dice import Dice
from draft import Draft, Span, utf16_length
from facts import CATEGORIES, Facts, draw
from forms import write_form, write_term_sheet
from letters import write_letter, write_mail, write_note
from people import Register

SEED = "spanwright-loan-agreements-1"

#: Layout: (number of documents, how many of them are tagged).
LAYOUTS = {
    "prose": (9, 5),
    "clauses": (9, 6),
    "form": (10, 6),
    "term-sheet": (9, 6),
    "letter": (10, 6),
    "note": (9, 5),
    "mail": (10, 6),
}
#: Documents with a peculiarity, by layout and place in it (0 is the layout's first).
EMOJI = {
    ("letter", 2): (" 😊", " 👨‍👩‍👧‍👦"),
    ("letter", 5): (" 🏡", " 🇨🇦"),
    ("mail", 0): (" 🎉", " 💶"),
    ("mail", 3): (" 👋🏽", " 🤝"),
    ("mail", 6): (" 🇺🇸", " 👩‍🌾"),
    ("note", 3): ("", " 🤞"),
}
BYTE_ORDER_MARK = ("form", 4)
COMBINING_MARKS = ("clauses", 1)
TABS = ("term-sheet", 2)
TRAILING_SPACES = ("prose", 3)

_DATE_STYLES = {
    "prose": ("month", "day"),
    "clauses": ("month", "day", "iso"),
    "form": ("iso", "month", "slash"),
    "term-sheet": ("iso", "month", "slash"),
    "letter": ("month", "day"),
    "note": ("month", "slash", "day"),
    "mail": ("month", "day", "iso"),
}
#: In how many documents of three the lender is a firm.
_FIRMS_OF_THREE = {
    "prose": 1,
    "clauses": 2,
    "form": 2,
    "term-sheet": 2,
    "letter": 2,
    "note": 0,
    "mail": 0,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """What one document will be."""

    #: 1 to 66: the number in the file's name.
    number: int
    layout: str
    #: The how-manieth document of its layout, from 0.
    turn: int
    tagged: bool
    crlf: bool

    @property
    def name(self) -> str:
        """The file's name."""
        return f"agreement-{self.number:02d}.txt"

    @property
    def place(self) -> tuple[str, int]:
        """The key into the tables of peculiarities."""
        return self.layout, self.turn


@dataclass(frozen=True, kw_only=True, slots=True)
class Document:
    """A finished document."""

    plan: Plan
    text: str
    spans: tuple[Span, ...]


def plans() -> list[Plan]:
    """The plan of all documents, in the order of their names, layouts mixed."""
    dice = Dice(f"{SEED}/plan")
    slots: list[tuple[str, int, bool, bool]] = []
    for layout, (count, tagged) in LAYOUTS.items():
        order = dice.shuffled(range(count))
        slots += [(layout, turn, n < tagged, n % 3 == 1) for n, turn in enumerate(order)]
    return [
        Plan(number=number, layout=layout, turn=turn, tagged=tagged, crlf=crlf)
        for number, (layout, turn, tagged, crlf) in enumerate(dice.shuffled(slots), 1)
    ]


def _facts(plan: Plan, dice: Dice, register: Register) -> Facts:
    styles = _DATE_STYLES[plan.layout]
    fields = plan.layout in ("form", "term-sheet")
    lender_is_firm = plan.turn % 3 < _FIRMS_OF_THREE[plan.layout]
    abroad = plan.turn % 5 == 4
    facts = draw(
        dice,
        register,
        abroad=abroad,
        lender_is_firm=lender_is_firm,
        borrower_is_firm=fields and plan.turn % 4 == 2,
        date_style=styles[plan.turn % len(styles)],
        postal_state=plan.layout == "letter" and lender_is_firm and not abroad,
        capital_words=fields or dice.chance(0.3),
    )
    if plan.place == COMBINING_MARKS:
        facts.values["BorrowerName"] = "Ame\u0301lie Desrosie\u0300res"
    return facts


def write(plan: Plan, register: Register) -> Document:
    """Writes one document."""
    dice = Dice(f"{SEED}/{plan.layout}/{plan.turn}")
    facts = _facts(plan, dice, register)
    line_end = "\r\n" if plan.crlf else "\n"
    spaces = "  " if plan.place == TRAILING_SPACES else ""
    mark = "\ufeff" if plan.place == BYTE_ORDER_MARK else ""
    draft = Draft(newline=spaces + line_end, start=mark)
    emoji = EMOJI.get(plan.place, ("", ""))
    match plan.layout:
        case "prose":
            write_prose(draft, facts, dice, plan.turn)
        case "clauses":
            write_clauses(draft, facts, dice, plan.turn)
        case "form":
            write_form(draft, facts, dice, plan.turn)
        case "term-sheet":
            write_term_sheet(draft, facts, dice, plan.turn, tabs=plan.place == TABS)
        case "letter":
            write_letter(draft, facts, dice, plan.turn, emoji=emoji)
        case "note":
            write_note(draft, facts, dice, plan.turn, emoji=emoji)
        case "mail":
            write_mail(draft, facts, dice, plan.turn, emoji=emoji)
    return Document(plan=plan, text=draft.text, spans=tuple(draft.spans))


def collection() -> list[Document]:
    """All documents, in the order of their names."""
    register = Register(Dice(f"{SEED}/people"))
    return [write(plan, register) for plan in plans()]


def _in_utf16(document: Document, span: Span) -> dict[str, int]:
    offset = utf16_length(document.text[: span.start])
    return {"offset": offset, "length": utf16_length(document.text[span.start : span.end])}


def labels_entry(document: Document) -> dict[str, Any]:
    """The document as a labels file of 2022-05-01 has it."""
    labels = [{"category": s.category, **_in_utf16(document, s)} for s in document.spans]
    region = {"regionOffset": 0, "regionLength": utf16_length(document.text), "labels": labels}
    return {"location": document.plan.name, "language": "en-us", "entities": [region]}


def tags_entry(document: Document) -> dict[str, Any]:
    """The document as a tags file of 2021 has it."""
    labels = [{"extractorName": s.category, **_in_utf16(document, s)} for s in document.spans]
    region = {"regionOffset": 0, "regionLength": utf16_length(document.text), "labels": labels}
    return {"location": document.plan.name, "language": "en-us", "extractors": [region]}


def labels_file(documents: list[Document], description: str) -> dict[str, Any]:
    """A labels file of 2022-05-01 with these documents."""
    return {
        "projectFileVersion": "2022-05-01",
        "stringIndexType": "Utf16CodeUnit",
        "metadata": {
            "projectKind": "CustomEntityRecognition",
            "storageInputContainerName": "loan-agreements",
            "projectName": "LoanAgreements",
            "multilingual": False,
            "description": description,
            "language": "en-us",
            "settings": {},
        },
        "assets": {
            "projectKind": "CustomEntityRecognition",
            "entities": [{"category": category} for category in CATEGORIES],
            "documents": [labels_entry(document) for document in documents],
        },
    }


def tags_file(documents: list[Document]) -> dict[str, Any]:
    """A tags file of 2021 with these documents."""
    return {
        "extractors": [{"name": category} for category in CATEGORIES],
        "documents": [tags_entry(document) for document in documents],
    }


def _write_json(path: Path, content: dict[str, Any]) -> None:
    path.write_bytes((json.dumps(content, indent=2) + "\n").encode())


def generate(folder: Path) -> None:
    """Writes documents/, labels.json, tags.json and answers.json into the folder."""
    documents = collection()
    (folder / "documents").mkdir(parents=True, exist_ok=True)
    for document in documents:
        path = folder / "documents" / document.plan.name
        path.write_bytes(document.text.encode("utf-8"))
    tagged = [document for document in documents if document.plan.tagged]
    untagged = [document for document in documents if not document.plan.tagged]
    _write_json(
        folder / "labels.json",
        labels_file(tagged, "Forty tagged loan agreements; names and sums are made up."),
    )
    _write_json(folder / "tags.json", tags_file(tagged))
    _write_json(
        folder / "answers.json",
        labels_file(untagged, "What is right in the agreements that are not tagged: for scoring."),
    )


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description="Writes the loan agreements sample.")
    parser.add_argument("folder", nargs="?", type=Path, default=Path(__file__).parent)
    generate(parser.parse_args().folder)


if __name__ == "__main__":
    main()
