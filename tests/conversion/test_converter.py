"""Files turned into text, and those that cannot be: damaged, locked, without text, hostile."""

from __future__ import annotations

import subprocess
import sys
import time
import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.conversion import converter
from shared.conversion.__main__ import MEMORY
from shared.conversion.html import text_of, text_of_html
from shared.conversion.reasons import Reason
from shared.domain.uploads import Kind
from shared.errors import InvalidDocument, ServiceUnavailable
from tests.conversion import files

LONGEST = 100_000


def refusal(kind: Kind, data: bytes, longest: int = LONGEST) -> str:
    """The sentence that says why a file has no text."""
    with pytest.raises(InvalidDocument) as caught:
        converter.convert(kind, data, longest)
    assert caught.value.target == "file"
    return caught.value.message


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.pdf", Kind.PDF),
        ("a.PDF", Kind.PDF),
        ("a.b.docx", Kind.DOCX),
        ("a.html", Kind.HTML),
        ("a.htm", Kind.HTML),
        ("a.txt", None),
        ("a.doc", None),
        ("pdf", None),
    ],
)
def test_the_ending_of_a_name_says_the_kind(name: str, kind: Kind | None) -> None:
    assert Kind.of(name) is kind


# What comes out


def test_a_pdf_has_the_texts_of_its_pages() -> None:
    text, made = converter.convert(
        Kind.PDF, files.pdf("Loan agreement\nBorrower: Zoë Brandt", "Page two"), LONGEST
    )

    assert text == "Loan agreement\nBorrower: Zoë Brandt\n\nPage two"
    assert (made.kind, made.pages) == (Kind.PDF, 2)
    assert made.by.startswith("pypdf ")


def test_a_pdf_that_is_encrypted_without_a_password_is_read() -> None:
    locked = files.protected(files.pdf("Loan agreement"), "")

    assert converter.convert(Kind.PDF, locked, LONGEST)[0] == "Loan agreement"


def test_a_docx_has_its_paragraphs_breaks_and_tables() -> None:
    cells = "".join(f"<w:tc>{files.paragraph(text)}</w:tc>" for text in ("Rate", "4.5 %"))
    body = (
        files.paragraph("Loan &amp; more")
        + "<w:p><w:r><w:t>Zoë</w:t><w:br/><w:t>Brandt</w:t></w:r>"
        "<w:del><w:r><w:delText>gone</w:delText></w:r></w:del></w:p>"
        + f"<w:tbl><w:tr>{cells}</w:tr><w:tr>{cells}</w:tr></w:tbl>"
        + files.paragraph("End")
    )

    text, made = converter.convert(Kind.DOCX, files.docx(body), LONGEST)

    assert text == "Loan & more\n\nZoë\nBrandt\n\nRate\t4.5 %\nRate\t4.5 %\n\nEnd"
    assert (made.kind, made.pages) == (Kind.DOCX, None)
    assert made.by.startswith("mammoth ")


def test_a_page_has_what_is_shown_of_it() -> None:
    page = """<!doctype html><html><head><title>no</title><style>no</style>
    <script>no("</p>")</script></head><body><!-- no -->
    <h1>Loan  agreement</h1><p>Date: <b>May</b> 2,
    2021<br>Borrower: Zo&euml; Brandt</p><div>one<div>two</div></div>
    <table><tr><th>A</th><th>B</th></tr><tr><td><p>1</p></td><td><p>2</p></td></tr>
    <tr><td>3<td>4</table><template>no</template><ul><li>x<li>y</ul>
    <pre>  a\n\n b</pre><p>end"""

    text, _ = converter.convert(Kind.HTML, page.encode(), LONGEST)

    assert text == (
        "Loan agreement\n\nDate: May 2, 2021\nBorrower: Zoë Brandt\n\none\ntwo\n\n"
        "A\tB\n1\t2\n3\t4\n\nx\ny\n\n  a\n\n b\n\nend"
    )


@pytest.mark.parametrize(
    "data",
    [
        "<p>Zoë".encode(),
        b"\xef\xbb\xbf" + "<p>Zoë".encode(),
        "<p>Zoë".encode("utf-16"),
        '<meta charset="latin-1"><p>Zoë'.encode("latin-1"),
        "<META content='text/html; charset=windows-1252'><p>Zoë".encode("cp1252"),
        '<meta charset="no such"><p>Zoë'.encode(),
        '<meta charset="zip"><p>Zoë'.encode(),
    ],
)
def test_a_page_is_read_in_the_encoding_that_it_says(data: bytes) -> None:
    assert text_of(data) == "Zoë"


def test_depth_costs_a_page_nothing() -> None:
    assert text_of_html("<div><b>" * 100_000 + "deep") == "deep"


@given(st.text(alphabet="<>/!-&;#x =\"'\n\tabptd", max_size=60))
def test_any_page_has_some_text(page: str) -> None:
    lines = text_of_html(f"<p>first</p>{page}").split("\n")

    assert lines[0].startswith("first")
    assert "" not in (lines[0], lines[-1])


def test_signs_that_no_text_can_hold_are_left_out() -> None:
    text, _ = converter.convert(Kind.HTML, "<p>a\x00b&#xD800;c\x07\r\nd\x85e".encode(), LONGEST)

    assert text.encode("utf-8")
    assert not set(text) & set("\x00\x07\x85\r")


# What cannot be


@pytest.mark.parametrize(
    ("kind", "data", "reason"),
    [
        (Kind.PDF, b"", Reason.BROKEN),
        (Kind.PDF, b"%PDF-1.4\nnothing", Reason.BROKEN),
        (Kind.PDF, files.pdf("text")[:200], Reason.BROKEN),
        (Kind.PDF, files.pdf("", ""), Reason.PICTURES),
        (Kind.PDF, files.protected(files.pdf("text"), "secret"), Reason.PROTECTED),
        (Kind.DOCX, b"", Reason.BROKEN),
        (Kind.DOCX, files.pdf("text"), Reason.BROKEN),
        (Kind.DOCX, files.package({}), Reason.BROKEN),
        (Kind.DOCX, files.docx("<w:p>"), Reason.BROKEN),
        (Kind.DOCX, files.docx(""), Reason.EMPTY),
        (Kind.DOCX, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500), Reason.PROTECTED),
        (Kind.HTML, b"", Reason.EMPTY),
        (Kind.HTML, b"<script>only</script>", Reason.EMPTY),
        (Kind.HTML, b"caf\xe9", Reason.BROKEN),
    ],
)
def test_a_file_without_text_is_refused_with_the_reason(
    kind: Kind, data: bytes, reason: Reason
) -> None:
    assert refusal(kind, data) == reason.value


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        (Kind.PDF, files.pdf("12345", "67890")),
        (Kind.DOCX, files.docx(files.paragraph("1234567890"))),
        (Kind.HTML, b"<p>1234567890"),
    ],
)
def test_a_text_that_is_too_long_is_refused(kind: Kind, data: bytes) -> None:
    assert refusal(kind, data, 9) == Reason.LONG.value
    assert converter.convert(kind, data, 12)


# What is hostile


def test_a_docx_that_unpacks_to_much_is_not_unpacked() -> None:
    bomb = files.package({"word/document.xml": bytes(65 * 2**20)})
    assert len(bomb) < 2**20

    assert refusal(Kind.DOCX, bomb) == Reason.HEAVY.value


def test_a_docx_whose_entities_grow_is_refused() -> None:
    levels = "".join(f'<!ENTITY e{level} "{f"&e{level - 1};" * 10}">' for level in range(1, 12))
    document = f'<!DOCTYPE x [<!ENTITY e0 "boom">{levels}]><x>&e11;</x>'

    said = refusal(Kind.DOCX, files.package({"word/document.xml": document.encode()}))

    assert said in (Reason.BROKEN.value, Reason.HEAVY.value)


def test_a_docx_that_is_deep_is_refused() -> None:
    body = "<w:sdt><w:sdtContent>" * 5_000 + "</w:sdtContent></w:sdt>" * 5_000

    assert refusal(Kind.DOCX, files.docx(body)) == Reason.HEAVY.value


def test_a_pdf_whose_page_unpacks_to_much_is_refused_within_its_memory() -> None:
    packer = zlib.compressobj(9)
    stream = b"".join(packer.compress(bytes(2**20)) for _ in range(300)) + packer.flush()
    plain = files.pdf("x")
    start = plain.index(b"<< /Length")
    end = plain.index(b"endstream")
    bomb = (
        plain[:start]
        + b"<< /Filter /FlateDecode /Length %d >>\nstream\n%s\n" % (len(stream), stream)
        + plain[end:]
    )
    assert len(bomb) < 2**20

    assert refusal(Kind.PDF, bomb)


def test_a_process_has_no_more_memory_than_it_may(monkeypatch: pytest.MonkeyPatch) -> None:
    program = (
        "import shared.conversion.__main__ as child\n"
        "child._bound()\n"
        f"try:\n    bytearray({MEMORY})\n"
        "except MemoryError:\n    print('bounded')\n"
    )

    ended = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )

    if sys.platform == "linux":
        assert ended.stdout == "bounded\n"


def test_a_file_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(converter, "SECONDS", 0.01)
    begin = time.monotonic()

    assert refusal(Kind.HTML, b"<p>text") == Reason.HEAVY.value
    assert time.monotonic() - begin < 30


def test_the_process_that_reads_a_file_knows_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPANWRIGHT_KEY", "canary")
    seen: list[dict[str, str]] = []
    run = subprocess.run

    def noted(*values: object, **named: object) -> object:
        seen.append(dict(named["env"]))  # type: ignore[call-overload]
        return run(*values, **named)  # type: ignore[call-overload]

    monkeypatch.setattr(subprocess, "run", noted)
    converter.convert(Kind.HTML, b"<p>text", LONGEST)

    assert len(seen) == 1
    assert "canary" not in seen[0].values()
    assert set(seen[0]) <= {"PYTHONPATH", *converter._NEEDED}


def test_a_process_that_cannot_start_is_no_fault_of_the_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(converter, "_ROOT", tmp_path)
    monkeypatch.setattr(sys, "path", [])
    with pytest.raises(ServiceUnavailable):
        converter.convert(Kind.HTML, b"<p>text", LONGEST)

    monkeypatch.setattr(sys, "executable", str(tmp_path / "no-such-program"))
    with pytest.raises(ServiceUnavailable):
        converter.convert(Kind.HTML, b"<p>text", LONGEST)


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such signals")
def test_a_process_that_its_bounds_have_ended_is_the_fault_of_the_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    program = tmp_path / "dies"
    program.write_text("#!/bin/sh\nkill -XCPU $$\n", "utf-8")
    program.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(program))

    assert refusal(Kind.HTML, b"<p>text") == Reason.HEAVY.value
