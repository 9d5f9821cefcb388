"""PDF files by pypdf: the text of each page, in the order that the file has it."""

from __future__ import annotations

from importlib.metadata import version
from io import BytesIO

from pypdf import PdfReader

from shared.conversion.reasons import Reason, Unreadable

#: What made the text.
BY = f"pypdf {version('pypdf')}"


def text_of(data: bytes, longest: int) -> tuple[str, int]:
    """Return the text of a PDF, an empty line after each page, and the number of its pages.

    Raises `Unreadable`, and whatever pypdf raises for a file that is damaged.
    """
    reader = PdfReader(BytesIO(data))
    # Some are encrypted under no password at all, so that they cannot be changed.
    if reader.is_encrypted and not reader.decrypt(""):
        raise Unreadable(Reason.PROTECTED)
    texts: list[str] = []
    length = 0
    for page in reader.pages:
        texts.append(page.extract_text().strip())
        length += len(texts[-1])
        if length > longest:
            raise Unreadable(Reason.LONG)
    if not length:
        raise Unreadable(Reason.PICTURES)
    return "\n\n".join(texts), len(texts)
