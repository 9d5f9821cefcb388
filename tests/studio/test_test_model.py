"""Test model: a text goes in, and what the model finds in it is shown where it stands."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.e2e import sample
from tests.e2e.client import Client
from tests.studio import projects
from tests.studio.window import Window

#: Documents that nobody has tagged: a table, and an e-mail with an emoji.
TABLE, MAIL = "agreement-27.txt", "agreement-40.txt"

#: What is painted: the offset in the text and the words of each piece, which end with their line.
#: Waits until that is what is expected; where it never is, the difference is returned.
PAINTED = r"""
async (element, [text, expected]) => {
  const starts = [0];
  for (const mark of text.matchAll(/\r\n|\r|\n/g)) starts.push(mark.index + mark[0].length);
  const painted = () => {
    const lines = [...element.querySelectorAll(".surface-line")];
    const pieces = [];
    for (const highlight of CSS.highlights.values()) {
      for (const { startContainer, startOffset, endOffset } of highlight) {
        const line = lines.findIndex((one) => one.contains(startContainer));
        if (line < 0) continue;
        const words = startContainer.data.slice(startOffset, endOffset);
        pieces.push([starts[line] + startOffset, words]);
      }
    }
    return pieces.sort((one, other) => one[0] - other[0]);
  };
  const until = performance.now() + 20_000;
  while (JSON.stringify(painted()) !== JSON.stringify(expected) && performance.now() < until) {
    await new Promise(requestAnimationFrame);
  }
  return painted();
}
"""


def test_58_without_a_model_the_page_leads_to_train(
    window: Window, storage: str, client: Client
) -> None:
    page = window.go("projects", projects.make(storage, client, "Modelless", 1), "test")
    page.get_by_role("link", name="Train a model").click()
    expect(page.get_by_role("heading", name="Train", exact=True)).to_be_visible()


def test_58_a_model_can_be_tested_that_is_not_deployed(
    window: Window, client: Client, loans: str
) -> None:
    page = window.go("projects", loans, "test")
    model = page.get_by_role("combobox", name="Model")
    expect(model).to_have_text("production (deployment of first)")
    model.click()
    page.get_by_role("option", name="first", exact=True).click()
    page.reload()
    expect(model).to_have_text("first")
    _type(page, "Date: May 2, 2021")
    results = _tasks(_run(page))["results"]
    assert results["trainedModelLabel"] == "first"
    assert "deploymentName" not in results


def test_59_a_text_is_typed_uploaded_or_taken_from_the_project(window: Window, loans: str) -> None:
    page = window.go("projects", loans, "test")
    button = page.get_by_role("button", name="Run the test")
    expect(button).to_be_disabled()
    _type(page, "Date: May 2, 2021")
    expect(button).to_be_enabled()

    _upload(page, "other.txt", b"Date: June 3, 2022")
    expect(page.get_by_role("region", name="Text of other.txt")).to_have_text("Date: June 3, 2022")

    page.get_by_role("button", name="Use a document of the project").click()
    expect(page.get_by_role("menuitem", name=re.compile(MAIL))).to_contain_text("not tagged")
    page.get_by_role("menuitem", name=re.compile(MAIL)).click()
    expect(page.get_by_role("region", name=f"Text of {MAIL}")).to_have_js_property(
        "textContent", sample.text(MAIL)
    )
    page.get_by_role("button", name="Edit").click()
    expect(_box(page)).to_have_value(sample.text(MAIL).replace("\r\n", "\n"))


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.pdf", b"%PDF-1.7", "is a PDF"),
        ("renamed.txt", b"%PDF-1.7", "is a PDF"),
        ("a.docx", b"PK\x03\x04", "is not a .txt file"),
        ("binary.txt", b"PK\x03\x04\x00\x00", "is a binary file"),
        ("latin.txt", "Zoë".encode("latin-1"), "is not a text in UTF-8"),
        ("empty.txt", b"", "is empty"),
    ],
)
def test_59_what_is_no_text_is_refused_with_the_reason(
    window: Window, loans: str, name: str, content: bytes, reason: str
) -> None:
    page = window.go("projects", loans, "test")
    _upload(page, name, content)
    expect(page.get_by_text(f"“{name}” {reason}")).to_be_visible()
    expect(page.get_by_role("button", name="Run the test")).to_be_disabled()


def test_59_a_file_can_be_dropped_onto_the_page(window: Window, loans: str) -> None:
    page = window.go("projects", loans, "test")
    expect(_box(page)).to_be_visible()
    dropped = page.evaluate_handle(
        """() => {
          const data = new DataTransfer();
          data.items.add(new File(["Date: May 2, 2021"], "dropped.txt", { type: "text/plain" }));
          return data;
        }"""
    )
    page.get_by_role("region", name="Text to test").dispatch_event(
        "drop", {"dataTransfer": dropped}
    )
    expect(page.get_by_role("region", name="Text of dropped.txt")).to_be_visible()


def test_60_125000_characters_are_taken_and_125001_refused_with_the_number(
    window: Window, client: Client, loans: str
) -> None:
    page = window.go("projects", loans, "test")
    # A reader sees one character in each of these, and code units are far more.
    most = "é" * 124_998 + "👨‍👩‍👧" * 2
    _paste(page, most)
    expect(page.get_by_text("125,000 of 125,000 characters")).to_be_visible()
    expect(page.get_by_role("button", name="Run the test")).to_be_enabled()
    _paste(page, most + "a")
    refusal = page.get_by_text("The text has 125,001 characters; at most 125,000")
    expect(refusal).to_be_visible()
    expect(_box(page)).to_have_value(most)

    page.get_by_role("button", name="Clear").click()
    expect(refusal).to_be_hidden()
    expect(page.get_by_text("0 of 125,000 characters")).to_be_visible()
    _upload(page, "long.txt", (most + "a").encode())
    expect(refusal).to_be_visible()
    _upload(page, "most.txt", most.encode())
    expect(page.get_by_text("125,000 of 125,000 characters")).to_be_visible()

    answer = client.submit(loans, "production", [{"id": "1", "text": most + "a"}])
    assert answer.status == 400
    assert "125,000" in answer.body.decode()
    assert client.submit(loans, "production", [{"id": "1", "text": most}]).status == 202


def test_61_the_test_shows_its_progress_and_cannot_be_run_twice(window: Window, loans: str) -> None:
    page = window.go("projects", loans, "test")
    _type(page, "Date: May 2, 2021")
    held: list[Route] = []
    page.route("**/language/analyze-text/jobs?*", lambda route: held.append(route))
    button = page.get_by_role("button", name="Run the test")
    button.click()
    expect(page.get_by_role("progressbar", name="The test")).to_be_visible()
    expect(button).to_be_disabled()
    expect(_box(page)).to_be_disabled()
    held[0].continue_()
    expect(page.get_by_role("region", name="Result")).to_be_visible()
    expect(page.get_by_role("progressbar")).to_be_hidden()
    expect(button).to_be_enabled()


@pytest.mark.parametrize("source", ["typed", "document", "windows"])
def test_61_entities_are_highlighted_exactly_where_the_offsets_say(
    window: Window, loans: str, source: str
) -> None:
    page = window.go("projects", loans, "test")
    text = sample.text(MAIL)
    if source == "typed":
        text = text.replace("\r\n", "\n")
        _type(page, text)
    elif source == "document":
        _upload(page, MAIL, text.encode())
    else:
        text = "\ufeff" + sample.text(TABLE).replace("\r\n", "\n").replace("\n", "\r\n")
        _upload(page, "windows.txt", text.encode())
    entities = _entities(_run(page))
    assert len(entities) >= 3
    for entity in entities:
        assert _slice(text, entity) == entity["text"]
    _check_paint(page, text, entities)


def test_62_cards_are_sorted_and_the_threshold_filters_both_views(
    window: Window, loans: str
) -> None:
    page = window.go("projects", loans, "test")
    text = sample.text(MAIL)
    _upload(page, MAIL, text.encode())
    entities = _entities(_run(page))
    by_confidence = sorted(entities, key=lambda entity: -entity["confidenceScore"])
    cards = page.get_by_role("list", name="Entities").get_by_role("listitem")
    expect(cards).to_have_count(0)
    page.get_by_role("switch", name="Show Cards").check()
    expect(cards).to_have_count(len(entities))
    for card, entity in zip(cards.all(), by_confidence, strict=True):
        expect(card).to_contain_text(entity["category"])
        expect(card).to_contain_text(re.sub(r"\s+", " ", entity["text"]))
        expect(card).to_contain_text(f"{entity['confidenceScore'] * 100:.1f} %")
    legend = page.get_by_role("list", name="Entity types").get_by_role("listitem")
    expect(legend).to_have_count(len({entity["category"] for entity in entities}))

    slider = page.get_by_role("slider", name="Confidence at least")
    slider.focus()
    for threshold in (99, 100):
        slider.fill(str(threshold))
        sure = [one for one in entities if one["confidenceScore"] * 100 >= threshold]
        expect(page.get_by_text(f"{threshold} %", exact=True)).to_be_visible()
        expect(cards).to_have_count(len(sure))
    assert len(sure) < len(entities)
    page.get_by_role("switch", name="Show Cards").uncheck()
    _check_paint(page, text, sure)
    slider.fill("0")
    expect(page.get_by_text(f"{len(entities)} entities", exact=True)).to_be_visible()
    _check_paint(page, text, entities)


def test_63_the_json_is_the_answer_of_the_service_to_the_byte(
    window: Window, client: Client, loans: str
) -> None:
    page = window.go("projects", loans, "test")
    _upload(page, MAIL, sample.text(MAIL).encode())
    with page.expect_response(re.compile(r"/analyze-text/jobs/[^:?]+\?")) as answered:
        page.get_by_role("button", name="Run the test").click()
    page.get_by_role("tab", name="JSON").click()
    shown = page.get_by_role("region", name="Answer of the service")
    assert shown.evaluate("(element) => element.textContent") == answered.value.text()
    again = client.send("GET", answered.value.url)
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.encode() == again.body
    page.get_by_role("switch", name="Indent").check()
    assert json.loads(str(shown.text_content())) == again.json


def test_64_a_text_without_entities_says_so(window: Window, loans: str) -> None:
    page = window.go("projects", loans, "test")
    _type(page, "?")
    assert _entities(_run(page)) == []
    expect(page.get_by_text("No entities were found")).to_be_visible()
    page.get_by_role("switch", name="Show Cards").check()
    expect(page.get_by_text("No entities were found")).to_be_visible()


def test_65_markup_in_a_text_and_in_its_name_stays_text(window: Window, loans: str) -> None:
    page = window.go("projects", loans, "test")
    markup = "<img src=x onerror=document.title='broken'>"
    text = f"{markup} Date: May 2, 2021 {markup}"
    _upload(page, f"{markup.replace('/', '')}.txt", text.encode())
    _run(page)
    shown = page.get_by_role("document", name="Text with its entities")
    expect(shown).to_contain_text(text)
    page.get_by_role("switch", name="Show Cards").check()
    expect(page.locator("img[src='x']")).to_have_count(0)
    expect(page).to_have_title("Test model – Spanwright")


def _box(page: Page) -> Locator:
    return page.get_by_role("textbox", name="Text", exact=True)


def _type(page: Page, text: str) -> None:
    _box(page).fill(text)


def _paste(page: Page, text: str) -> None:
    """Paste a text in the place of what is in the box."""
    page.evaluate("(text) => navigator.clipboard.writeText(text)", text)
    _box(page).focus()
    page.keyboard.press("Control+A")
    page.keyboard.press("Control+V")


def _upload(page: Page, name: str, content: bytes) -> None:
    page.get_by_label("Text file").set_input_files(
        {"name": name, "mimeType": "application/octet-stream", "buffer": content}
    )


def _run(page: Page) -> Any:
    """Run the test to its end; return what the JSON tab shows."""
    page.get_by_role("button", name="Run the test").click()
    page.get_by_role("tab", name="JSON").click()
    answer = json.loads(
        str(page.get_by_role("region", name="Answer of the service").text_content())
    )
    page.get_by_role("tab", name="Result").click()
    return answer


def _tasks(job: Any) -> Any:
    [task] = job["tasks"]["items"]
    return task


def _entities(job: Any) -> list[dict[str, Any]]:
    [document] = _tasks(job)["results"]["documents"]
    return list(document["entities"])


def _slice(text: str, entity: dict[str, Any]) -> str:
    """The words of an entity: offsets are UTF-16 units."""
    units = text.encode("utf-16-le")
    start, end = entity["offset"], entity["offset"] + entity["length"]
    return units[2 * start : 2 * end].decode("utf-16-le")


def _check_paint(page: Page, text: str, entities: list[dict[str, Any]]) -> None:
    """Check that the text is painted where entities are, and nowhere else."""
    expected = []
    for entity in sorted(entities, key=lambda entity: entity["offset"]):
        offset = entity["offset"]
        for piece in re.split(r"(\r\n|\r|\n)", _slice(text, entity)):
            if piece.strip("\r\n"):
                expected.append([offset, piece])
            offset += len(piece.encode("utf-16-le")) // 2
    shown = page.get_by_role("document", name="Text with its entities")
    assert shown.evaluate(PAINTED, [text, expected]) == expected
