"""The Tag data page as a person uses it: with the mouse, with keys, and looking at the result."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from azure.storage.blob import BlobServiceClient
from playwright.sync_api import Locator, Page, expect

from tests.e2e.client import PROJECTS, Answer, Client
from tests.studio.window import Window

VERSION = "api-version=2025-05-15-preview"

NAME = "letter.txt"
TEXT = "Contoso Bank lends Zoe 5,000 euros.\nContoso Bank asks for 4% (a year).\n"

Label = tuple[str, int, int]

#: Finds the rectangle of a stretch of the shown text, which is `text` without what ends its lines.
#: Lines that come into sight by scrolling are laid out in the next frame, and may move the stretch:
#: it is looked at until two frames agree.
_RECTANGLE = """
async ([text, start, end]) => {
  const marks = [...text.matchAll(/\\r\\n|\\n|\\r/g)];
  const line = marks.filter((one) => one.index + one[0].length <= start).length;
  const begin = line === 0 ? 0 : marks[line - 1].index + marks[line - 1][0].length;
  const words = document.querySelectorAll('.surface-line')[line].firstChild;
  const range = document.createRange();
  range.setStart(words, start - begin);
  range.setEnd(words, Math.min(end - begin, words.length));
  const look = () => {
    words.parentElement.scrollIntoView({ block: 'center' });
    const boxes = [...range.getClientRects()];
    const [first, last] = [boxes[0], boxes[boxes.length - 1]];
    return [first.left, first.top, last.right, last.bottom];
  };
  for (let before = look(); ; ) {
    await new Promise(requestAnimationFrame);
    const now = look();
    if (now.every((edge, at) => edge === before[at])) return now;
    before = now;
  }
}
"""


def rectangle(page: Page, text: str, start: int, end: int) -> list[float]:
    """Scroll a stretch of the shown text into sight and return its left, top, right and bottom.

    Offsets are UTF-16 units of the text, and the stretch is within a line.
    """
    found: list[float] = page.evaluate(_RECTANGLE, [text, start, end])
    return found


def sweep(page: Page, begin: list[float], end: list[float]) -> None:
    """Select with the mouse from one rectangle to the end of another; both are in sight."""
    left, top, _, _ = begin
    _, _, right, bottom = end
    page.mouse.move(left + 1, top + 8)
    page.mouse.down()
    page.mouse.move((left + right) / 2, (top + bottom) / 2)
    page.mouse.move(right - 1, bottom - 8)
    page.mouse.up()


@dataclass
class Bench:
    """A project with documents of a test's own, and a window to tag them in."""

    window: Window
    client: Client
    storage: str
    project: str
    texts: dict[str, str]

    @classmethod
    def make(
        cls,
        window: Window,
        client: Client,
        storage: str,
        documents: dict[str, str | bytes],
        entities: tuple[str, ...] = ("Lender", "Sum"),
        **settings: Any,
    ) -> Bench:
        project = f"Tag-{uuid.uuid4().hex[:8]}"
        contents = {
            name: one.encode() if isinstance(one, str) else one for name, one in documents.items()
        }
        with BlobServiceClient.from_connection_string(storage) as service:
            container = service.create_container(project.lower())
            for name, content in contents.items():
                container.upload_blob(name, content)
        assert client.create(project, project.lower(), **settings).status in (200, 201)
        texts = {name: one.decode("utf-8", "replace") for name, one in contents.items()}
        bench = cls(window, client, storage, project, texts)
        for entity in entities:
            assert bench.send("PUT", "entities", entity, body={}).status == 201
        return bench

    @property
    def page(self) -> Page:
        return self.window.page

    def send(self, method: str, *parts: str, body: Any = None, query: str = "") -> Answer:
        path = "/".join(quote(part, safe=":") for part in (self.project, *parts))
        return self.client.send(method, f"{PROJECTS}/{path}?{VERSION}{query}", body)

    # What the service has.

    def document(self, name: str) -> Any:
        answer = self.send("GET", "documents", name)
        assert answer.status == 200, answer.body
        return answer.json

    def labels(self, name: str) -> list[Label]:
        return [
            (one["category"], one["offset"], one["length"]) for one in self.document(name)["labels"]
        ]

    def tag(self, name: str, *labels: Label, **more: Any) -> None:
        """Save labels as another program would."""
        document = self.document(name)
        told = [{"category": a, "offset": b, "length": c} for a, b, c in labels]
        keep = {key: document[key] for key in ("etag", "textDigest")}
        answer = self.send(
            "PUT", "documents", name, "labels", body={**keep, "labels": told, **more}
        )
        assert answer.status == 200, answer.body

    def exported(self) -> Any:
        """The project's labels file."""
        done = self.client.wait(
            self.send("POST", ":export", query="&stringIndexType=Utf16CodeUnit")
        )
        answer = self.client.send("GET", done["resultUrl"])
        return json.loads(answer.body)

    # What one sees and does.

    def open(self, name: str | None = None, page: Page | None = None, query: str = "") -> Page:
        """Open a document and wait until it can be worked on."""
        parts = ("projects", self.project, "tag", *([name] if name else []))
        shown = page or self.page
        path = "/".join(quote(part, safe="") for part in parts)
        shown.goto(f"{self.window.endpoint}/studio/{path}{query}")
        expect(self.text(shown)).to_be_visible(timeout=20_000)
        return shown

    def text(self, page: Page | None = None) -> Locator:
        return (page or self.page).get_by_role("document", name="Text of")

    def box(self, name: str, words: str, page: Page | None = None) -> list[float]:
        """The left, top, right and bottom of the first occurrence of words, scrolled into sight."""
        text = self.texts[name]
        start = len(text[: text.index(words)].encode("utf-16-le")) // 2
        end = start + len(words.encode("utf-16-le")) // 2
        return rectangle(page or self.page, text, start, end)

    def drag(
        self, name: str, first: str, last: str | None = None, page: Page | None = None
    ) -> None:
        """Select with the mouse from the beginning of some words to the end of these or others."""
        shown = page or self.page
        begin = end = self.box(name, first, shown)
        if last is not None:
            end = self.box(name, last, shown)
        sweep(shown, begin, end)

    def click(self, name: str, words: str, times: int = 1) -> None:
        """Click into the middle of words."""
        left, top, right, bottom = self.box(name, words)
        self.page.mouse.click((left + right) / 2, (top + bottom) / 2, click_count=times)

    def put_caret(self, name: str, words: str) -> None:
        """Put the caret before words by keys alone."""
        text = self.texts[name]
        self.text().press("Control+Home")
        for _ in range(text.index(words)):
            self.page.keyboard.press("ArrowRight")

    def pick(self, entity: str, page: Page | None = None) -> None:
        """Choose an entity in the menu at the selection."""
        (page or self.page).get_by_role("menuitem", name=entity).click()

    def tags(self, page: Page | None = None) -> Locator:
        """The tags in the list at the right."""
        listed = (page or self.page).get_by_role("listbox", name="Tags in this document")
        return listed.get_by_role("option")

    def status(self, page: Page | None = None) -> Locator:
        return (page or self.page).get_by_role("status", name="Saving")

    def saved(self, page: Page | None = None) -> None:
        """Wait until all that was done is saved."""
        expect(self.status(page)).to_have_text("Saved", timeout=20_000)


def cut(text: str, offset: int, length: int) -> str:
    """What a label of the wire covers."""
    return text.encode("utf-16-le")[2 * offset : 2 * (offset + length)].decode("utf-16-le")
