"""DOCX files by mammoth: what is written in them, without headers, footers and comments."""

from __future__ import annotations

import zipfile
from importlib.metadata import version
from io import BytesIO

import mammoth

from shared.conversion import html
from shared.conversion.reasons import Reason, Unreadable

#: What made the text.
BY = f"mammoth {version('mammoth')}"

#: Bytes that a file may unpack to. `zipfile` reads no more of a part than its entry says.
MOST_UNPACKED = 64 * 2**20

#: How a file begins that is no package of parts: one with a password is, and so are those of old.
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def text_of(data: bytes) -> str:
    """Return the text of a DOCX: a line for each paragraph, and for each row of a table.

    Raises `Unreadable`, and whatever mammoth raises for a file that is damaged.
    """
    if data.startswith(_COMPOUND):
        raise Unreadable(Reason.PROTECTED)
    with zipfile.ZipFile(BytesIO(data)) as package:
        if sum(part.file_size for part in package.infolist()) > MOST_UNPACKED:
            raise Unreadable(Reason.HEAVY)
    # Pictures are left out, so that none is read, within the file or elsewhere.
    made = mammoth.convert_to_html(BytesIO(data), convert_image=lambda image: [])
    return html.text_of_html(made.value)
