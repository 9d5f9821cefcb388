"""Tag data: documents are added by files and by a text, without guessing at encodings."""

from __future__ import annotations

from playwright.sync_api import FilePayload, expect

from tests.conversion import files
from tests.studio.conftest import Make
from tests.studio.tagging import NAME


def file(name: str, content: bytes) -> FilePayload:
    return {"name": name, "mimeType": "text/plain", "buffer": content}


def test_files_are_added_as_they_are_and_doubtful_ones_after_a_look(make: Make) -> None:
    bench = make()
    page = bench.open(NAME)
    page.get_by_role("button", name="Upload documents").click()
    dialog = page.get_by_role("dialog", name="Upload documents")
    page.get_by_test_id("files").set_input_files(
        [
            file("marked.txt", "\ufeffZoë\r\n".encode()),
            file("wide.txt", "Zoë 😀".encode("utf-16")),
            file("old.txt", "Zoë owes €5".encode("cp1252")),
            file("picture.png", b"PNG"),
        ]
    )
    expect(dialog).to_contain_text("picture.png")
    expect(dialog).to_contain_text("left out")
    expect(dialog).to_contain_text("Zoë owes €5")
    expect(dialog.get_by_role("button", name="Upload 2 files")).to_be_enabled()
    dialog.get_by_label("The text is right").check()
    dialog.get_by_role("button", name="Upload 3 files").click()
    expect(page.get_by_role("listbox", name="Documents").get_by_role("option")).to_have_count(4)
    texts = {name: bench.document(name)["text"] for name in ("marked.txt", "wide.txt", "old.txt")}
    assert texts == {
        "marked.txt": "\ufeffZoë\r\n",
        "wide.txt": "Zoë 😀",
        "old.txt": "Zoë owes €5",
    }


def test_files_of_other_kinds_are_added_as_their_texts(make: Make) -> None:
    bench = make()
    bench.window.expect(400)
    page = bench.open(NAME)
    page.get_by_role("button", name="Upload documents").click()
    dialog = page.get_by_role("dialog", name="Upload documents")
    page.get_by_test_id("files").set_input_files(
        [
            file("letter.pdf", files.pdf("Zoë owes $5")),
            file("page.html", b"<p>Bo owes $6<script>no</script>"),
            file("scan.pdf", files.pdf("")),
        ]
    )
    expect(dialog).to_contain_text("to be turned into text")
    dialog.get_by_role("button", name="Upload 3 files").click()
    expect(dialog).to_contain_text("added as letter.pdf.txt")
    expect(dialog).to_contain_text("The PDF has no text")
    dialog.get_by_role("button", name="Close").click()
    expect(page.get_by_role("listbox", name="Documents").get_by_role("option")).to_have_count(3)
    page.get_by_role("listbox", name="Documents").get_by_role("option", name="page.html").click()
    expect(page.get_by_text("The text of originals/page.html, by html.parser")).to_be_visible()
    assert bench.document("letter.pdf.txt")["text"] == "Zoë owes $5"
    assert bench.document("page.html.txt")["converted"]["original"] == "originals/page.html"


def test_a_text_is_pasted_and_one_that_is_there_already_is_not_replaced_unasked(
    make: Make,
) -> None:
    bench = make()
    bench.window.expect(409)
    page = bench.open(NAME)
    page.get_by_role("button", name="Upload documents").click()
    dialog = page.get_by_role("dialog", name="Upload documents")
    dialog.get_by_role("tab", name="Paste a text").click()
    dialog.get_by_label("Name of the document").fill("letter")
    dialog.locator("textarea").fill("Another letter.")
    add = dialog.get_by_role("button", name="Add the text")
    add.click()
    expect(dialog).to_contain_text("The container has another document of this name")
    assert "Contoso" in bench.document(NAME)["text"]
    dialog.get_by_label("Name of the document").fill("second")
    add.click()
    expect(dialog).to_be_hidden()
    expect(bench.text()).to_have_text("Another letter.")
