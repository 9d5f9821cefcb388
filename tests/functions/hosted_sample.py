"""A made-up sample of the form that the hosted service's quickstart has.

Twenty agreements with CR LF at the ends of lines, each with one label of each of twelve types, in
the order in which somebody tagged them; offsets in UTF-16 units, and no word of any dataset.
"""

from __future__ import annotations

import json
from typing import Any

_LENDERS = ("Northwind Savings", "Casa de Crédito", "Bank 🏦 of Fjord", "Kontor & Söhne")
_BORROWERS = ("Ann Ruiz", "Zoe\u0301 Brandt", "Bo Li", "Ida Moe", "Max Orr")
_CITIES = ("Harborview", "São Bento", "Elm Point")
_SUMS = (("five thousand", "$5,000.00"), ("ninety-nine", "$99.00"), ("two million", "$2,000,000"))

#: As the parts of an agreement follow each other: plain text, or an entity type.
_FORM = (
    "Date: {Date}\r\n\r\nLOAN AGREEMENT 📄\r\n\r\nBetween {BorrowerName}, of {BorrowerAddress}, "
    "{BorrowerCity}, {BorrowerState} (the \u201cBorrower\u201d)\r\nand {LenderName}, of "
    "{LenderAddress}, {LenderCity}, {LenderState} (the \u201cLender\u201d).\r\n\r\n1. The Lender "
    "lends {LoanAmountWords} dollars ({LoanAmountNumbers}) at {Interest}% a year.\r\n"
)

#: The types in the order in which each document was tagged.
_TAGGED = (
    "BorrowerAddress",
    "BorrowerCity",
    "BorrowerState",
    "LenderAddress",
    "LenderCity",
    "LenderState",
    "LoanAmountWords",
    "LoanAmountNumbers",
    "Interest",
    "Date",
    "BorrowerName",
    "LenderName",
)


def _facts(number: int) -> dict[str, str]:
    words, digits = _SUMS[number % len(_SUMS)]
    return {
        "Date": f"{number + 1}/9/2020",
        "BorrowerName": _BORROWERS[number % len(_BORROWERS)],
        "BorrowerAddress": f"{number + 10} Quay Street",
        "BorrowerCity": _CITIES[number % len(_CITIES)],
        "BorrowerState": "Westmark",
        "LenderName": _LENDERS[number % len(_LENDERS)],
        "LenderAddress": f"{number + 200} Mill Road",
        "LenderCity": _CITIES[(number + 1) % len(_CITIES)],
        "LenderState": "Ostmark",
        "LoanAmountWords": words,
        "LoanAmountNumbers": digits,
        "Interest": str(number + 2),
    }


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _agreement(number: int) -> tuple[str, dict[str, tuple[int, int]]]:
    """Return a text, and offset and length of each entity in UTF-16 units."""
    text = ""
    found: dict[str, tuple[int, int]] = {}
    facts = _facts(number)
    for part in _FORM.replace("{", "\x00{").replace("}", "}\x00").split("\x00"):
        category = part.strip("{}")
        value = facts[category] if part.startswith("{") else part
        if part.startswith("{"):
            found[category] = (_units(text), _units(value))
        text += value
    return text, found


#: The texts by name.
TEXTS = {f"{number + 1:02}.txt": _agreement(number)[0] for number in range(20)}


def labels() -> dict[str, Any]:
    """Return the labels file."""
    documents = []
    for number, (name, text) in enumerate(TEXTS.items()):
        places = _agreement(number)[1]
        documents.append(
            {
                "location": name,
                "language": "en-us",
                "entities": [
                    {
                        "regionOffset": 0,
                        "regionLength": _units(text),
                        "labels": [
                            {
                                "category": category,
                                "offset": places[category][0],
                                "length": places[category][1],
                            }
                            for category in _TAGGED
                        ],
                    }
                ],
            }
        )
    kind = "CustomEntityRecognition"
    return {
        "projectFileVersion": "2022-05-01",
        "stringIndexType": "Utf16CodeUnit",
        "metadata": {
            "projectName": "LoanAgreement",
            "storageInputContainerName": "example-data",
            "projectKind": kind,
            "description": "Trying out custom named entity recognition",
            "language": "en",
            "multilingual": False,
            "settings": {},
        },
        "assets": {
            "projectKind": kind,
            "entities": [{"category": category} for category in sorted(_TAGGED)],
            "documents": documents,
        },
    }


def data() -> bytes:
    """Return the labels file as it is published: indented, with CR LF."""
    return json.dumps(labels(), indent=2, ensure_ascii=False).replace("\n", "\r\n").encode()
