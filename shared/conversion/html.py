"""HTML by the parser of the standard library, which keeps no tree: depth costs nothing."""

from __future__ import annotations

import codecs
import platform
import re
from html.parser import HTMLParser

from shared.conversion.reasons import Reason, Unreadable

#: What made the text.
BY = f"html.parser of Python {platform.python_version()}"

#: Elements that are not shown.
_HIDDEN = frozenset({"script", "style", "template", "noscript", "title"})

#: Elements that stand on lines of their own, and those with an empty line around them.
_LINES = frozenset(
    "address article aside dd div dl dt fieldset figcaption figure footer form header hr legend li "
    "main nav option section summary details tbody tfoot thead tr caption".split()
)
_BLOCKS = frozenset("blockquote body h1 h2 h3 h4 h5 h6 ol p pre table ul".split())

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([A-Za-z0-9_.:-]{1,40})""", re.I)

#: Where a page must say its encoding (HTML Standard, 4.2.5.4).
_HEAD_BYTES = 1024

_SPACES = re.compile(r"[ \t\n\r\f]+")
_MANY_SPACES = re.compile(r" {2,}")
_AROUND_TABS = re.compile(r" *\t *")


def text_of(data: bytes) -> str:
    """Return the text of a page as a reader sees it, without scripts and styles.

    Its encoding is the one that it says, else UTF-8. Raises `Unreadable`.
    """
    encoding = next((name for mark, name in _MARKS if data.startswith(mark)), None)
    if encoding is None:
        said = _CHARSET.search(data[:_HEAD_BYTES])
        encoding = said[1].decode("ascii") if said else "utf-8"
    try:
        page = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise Unreadable(Reason.BROKEN) from error
    except LookupError:
        page = data.decode("utf-8", "replace")
    return text_of_html(page)


def text_of_html(page: str) -> str:
    """Return the text of a page that is decoded."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    return reader.text()


class _Reader(HTMLParser):
    """Collects what is shown, line by line.

    A break waits until something is shown after it, so that many are one, and those at the ends of
    a cell none: the cells of a row are on one line.
    """

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._lines: list[str] = []
        self._line: list[str] = []
        #: Line ends that wait.
        self._waiting = 0
        #: Whether a cell has begun and shows nothing yet.
        self._cell = False
        #: How many elements are open that are not shown, and how many that keep their spaces.
        self._hidden = 0
        self._plain = 0

    def text(self) -> str:
        """Return what was read."""
        self._end_line()
        return "\n".join(self._lines).strip("\n")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _HIDDEN:
            self._hidden += 1
        elif tag == "br":
            self._end_line(empty=True)
        elif tag in ("td", "th"):
            self._begin_cell()
        else:
            self._break(tag)
        if tag == "pre":
            self._settle()
            self._plain += 1

    def handle_endtag(self, tag: str) -> None:
        if tag in _HIDDEN:
            self._hidden = max(0, self._hidden - 1)
        elif tag in ("td", "th"):
            self._waiting = 0
        else:
            self._break(tag)
        if tag == "pre" and self._plain:
            self._end_line()
            self._plain -= 1

    def handle_data(self, data: str) -> None:
        if self._hidden:
            return
        if data.strip():
            self._cell = False
            if self._waiting:
                self._settle()
        if not self._plain:
            self._line.append(_SPACES.sub(" ", data))
            return
        first, *others = data.split("\n")
        self._line.append(first)
        for line in others:
            self._end_line(empty=True)
            self._line.append(line)

    def _break(self, tag: str) -> None:
        if tag == "tr":
            self._cell = False
            self._settle()
        if not self._cell:
            wanted = 2 if tag in _BLOCKS else 1 if tag in _LINES else 0
            self._waiting = max(self._waiting, wanted)

    def _settle(self) -> None:
        """End the line as a break wants that has waited."""
        self._end_line()
        if self._waiting > 1 and self._lines and self._lines[-1]:
            self._lines.append("")
        self._waiting = 0

    def _begin_cell(self) -> None:
        self._waiting = 0
        if any(part.strip() for part in self._line):
            self._line.append("\t")
        self._cell = True

    def _end_line(self, *, empty: bool = False) -> None:
        """End a line; one without anything on it counts only where it was asked for."""
        line = "".join(self._line)
        self._line.clear()
        if self._plain:
            line = line.rstrip()
        else:
            line = _AROUND_TABS.sub("\t", _MANY_SPACES.sub(" ", line)).strip()
        if line or empty:
            self._lines.append(line)
