"""CoNLL files: a token a line with its tag, an empty line after a sentence.

    -DOCSTART-  loan-1.txt  O

    Bo      B-Name
    Li      I-Name
    owes    O

Columns are parted by tabs, or by white space; the first is the token, the last the tag. Tags are
read in the schemes BIO (IOB1 and IOB2) and BIOES (also called BILOU), and written in BIO (IOB2),
with a tab before them.

Such a file does not know the white space of its texts. A document that the project's container has
already, under the name that the file gives it, keeps its text if both have the same characters
otherwise; any other is put together from the tokens. What is written here names its documents
where readers of CoNLL-2003 look for nothing, in the line that begins a document.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote, unquote

from shared.schema.corpus import CorpusDocument, Mark, Naming, Reading, TaggedDocument
from shared.schema.fields import clip
from shared.schema.findings import Findings
from shared.text.spans import Span
from shared.text.tokens import locate, tokenize

_BEGIN = "-DOCSTART-"

#: A comment that names a document, as CoNLL-U and bconv write it.
_NAME = re.compile(r"#\s*(?:name|doc_id|newdoc id|document)\s*[=:]\s*(\S.*)\Z")

_TAG = re.compile(r"([BIESLU])-(\S.*)\Z")

#: What the letters of all schemes say of a label: whether it begins here, and whether it ends.
_BEGINS, _ENDS = frozenset("BSU"), frozenset("ESLU")


@dataclass(kw_only=True, slots=True)
class _Open:
    """A document while it is read: its text put together from tokens, and its labels so far."""

    place: str
    name: str | None = None
    pieces: list[str] = field(default_factory=list)
    length: int = 0
    marks: list[Mark] = field(default_factory=list)
    #: The label that goes on if the next tag says so: start, end, category, place.
    label: tuple[int, int, str, str] | None = None
    #: What stands before the next token: nothing, a space, or the end of a line.
    gap: str = ""

    def add(self, token: str) -> tuple[int, int]:
        """Put a token at the end of the text and return where it is."""
        start = self.length + len(self.gap)
        self.pieces += (self.gap, token)
        self.length = start + len(token)
        self.gap = " "
        return start, self.length

    def close_label(self) -> None:
        """End the open label, if there is one."""
        if self.label is not None:
            start, end, category, place = self.label
            self.marks.append(Mark(start=start, end=end, category=category, place=place))
            self.label = None

    def end_sentence(self) -> None:
        """End the sentence; no label reaches into the next."""
        self.close_label()
        if self.pieces:
            self.gap = "\n"


def read(data: bytes, findings: Findings, reading: Reading) -> Iterator[CorpusDocument]:
    """Yield the documents of a file.

    Where nothing says where a document begins, each sentence is one.
    """
    try:
        lines = data.decode("utf-8-sig").split("\n")
    except UnicodeDecodeError as error:
        findings.fault(f"The file is not UTF-8: byte {error.start} cannot be read.", "line 1")
        return
    naming = Naming(reading.prefix, findings)
    marked = any(line.startswith(_BEGIN) or _NAME.match(line) for line in lines)
    if not marked:
        message = "Nothing says where a document begins, so each sentence is one."
        findings.notice(message, "line 1")
    count = 0
    composed = 0
    for document in _documents(lines, findings, by_sentence=not marked):
        count += 1
        composed += document.name is None
        yield CorpusDocument(
            name=naming.name(document.name, count, document.place),
            place=document.place,
            text="".join(document.pieces),
            marks=tuple(document.marks),
            spaced=False,
        )
    if not count and not findings.count:
        findings.fault("The file has no tokens.", "line 1")
    if composed:
        findings.notice(
            "The format has no white space: texts are put together with a space between tokens "
            "and a line for each sentence.",
            "line 1",
        )


def _documents(lines: Sequence[str], findings: Findings, *, by_sentence: bool) -> Iterator[_Open]:
    document = _Open(place="line 1")
    for number, full in enumerate(lines, start=1):
        line = full.removesuffix("\r")
        named = _NAME.match(line)
        if line.startswith(_BEGIN) or (named and document.pieces):
            document.end_sentence()
            if document.pieces:
                yield document
            document = _Open(place=f"line {number}", name=_own_name(line))
        if named:
            document.name = named[1].strip()
        elif not line.strip():
            document.end_sentence()
            if by_sentence and document.pieces:
                yield document
                document = _Open(place=f"line {number + 1}")
        elif not line.startswith(_BEGIN):
            _token(document, line, f"line {number}", findings)
    document.end_sentence()
    if document.pieces:
        yield document


def _own_name(line: str) -> str | None:
    """Return the name that a line of ours gives its document; other files have other columns."""
    columns = line.split()
    if line.startswith(_BEGIN) and len(columns) > 1 and columns[1].endswith(".txt"):
        return unquote(columns[1])
    return None


def _token(document: _Open, line: str, place: str, findings: Findings) -> None:
    columns = [one.strip() for one in line.split("\t")] if "\t" in line else line.split()
    if len(columns) < 2 or not columns[0]:
        findings.fault("A line has a token and its tag.", place)
        return
    token, tag = columns[0], columns[-1]
    start, end = document.add(token)
    if tag == "O":
        document.close_label()
        return
    match = _TAG.match(tag)
    if match is None:
        message = f"The tag {clip(tag)} is none of O, B-, I-, E-, L-, S- or U- with a type."
        findings.fault(message, place)
        return
    letter, category = match.groups()
    goes_on = document.label is not None and document.label[2] == category
    if letter in _BEGINS or not goes_on:
        document.close_label()
        document.label = (start, end, category, place)
    elif document.label is not None:
        document.label = (document.label[0], end, category, document.label[3])
    if letter in _ENDS:
        document.close_label()


def write(documents: Iterable[TaggedDocument], findings: Findings) -> Iterator[bytes]:
    """Yield a piece a document: its tokens, in BIO.

    A label whose borders are not borders of tokens is widened to whole tokens; where that makes it
    share one with another label, it is left out. Both are told, as is what a label becomes that
    begins or ends with white space.
    """
    for document in documents:
        tokens = tokenize(document.text)
        places = locate(document.text, tokens)
        if not tokens:
            message = "The document has no tokens and is left out."
            findings.notice(message, document.name)
            continue
        tags = _tags(document, places, findings)
        lines = [f"{_BEGIN}\t{quote(document.name)}\tO", ""]
        end = 0
        for (start, behind), token, tag in zip(places, tokens, tags, strict=True):
            # A sentence ends with its line, but not inside a label: readers would cut it in two.
            if "\n" in document.text[end:start] and not tag.startswith("I-") and lines[-1]:
                lines.append("")
            lines.append(f"{token}\t{tag}")
            end = behind
        yield "\n".join([*lines, "", ""]).encode()


def _tags(
    document: TaggedDocument, places: Sequence[tuple[int, int]], findings: Findings
) -> list[str]:
    tags = ["O"] * len(places)
    free = 0  # The first token that no label has.
    first = 0
    for span in document.spans:
        while first < len(places) and places[first][1] <= span.start:
            first += 1
        behind = first
        while behind < len(places) and places[behind][0] < span.end:
            behind += 1
        if first < free or first == behind:
            message = "shares a token with another and is left out"
            findings.notice(_told(span, message), document.name)
            continue
        start, end = places[first][0], places[behind - 1][1]
        if (start, end) != (span.start, span.end):
            message = f"becomes {start} to {end}, whole tokens"
            findings.notice(_told(span, message), document.name)
        tags[first:behind] = [f"I-{span.category}"] * (behind - first)
        tags[first] = f"B-{span.category}"
        free = behind
    return tags


def _told(span: Span, what: str) -> str:
    return f"The label {clip(span.category)} at {span.start} to {span.end} {what}."


def type_notices(categories: Iterable[str], findings: Findings) -> None:
    """Note each entity type that not every reader of CoNLL files can read."""
    for category in categories:
        if len(category.split()) > 1 or category != category.strip():
            findings.notice(
                f"The entity type {clip(category)} has white space: programs that part columns "
                "by white space cannot read its tags.",
                "$",
            )
