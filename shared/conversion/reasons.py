"""Why a file cannot be turned into text."""

from __future__ import annotations

import enum


class Reason(enum.StrEnum):
    """Why a file cannot be turned into text; the value is a sentence for people."""

    BROKEN = "The file is damaged, or of another kind than its name says."
    PROTECTED = "The file is protected by a password: save it without one."
    PICTURES = (
        "The PDF has no text, as one that was scanned: have its pictures recognised (OCR) first."
    )
    EMPTY = "There is no text in the file."
    LONG = "There is more text in the file than a document may have."
    HEAVY = "The file takes more memory or time than there is for turning one file into text."


class Unreadable(Exception):
    """A file cannot be turned into text."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason
