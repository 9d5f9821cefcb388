"""Tag data: documents, their offsets, sizes and facts (checks 13, 27 to 30 and 32)."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import expect

from tests.studio.conftest import Make
from tests.studio.tagging import NAME, TEXT, cut
from tests.studio.window import Window


def test_13_the_list_shows_every_document_and_filters_and_searches(make: Make) -> None:
    names = [f"note-{number:03}.txt" for number in range(60)]
    bench = make(
        {
            name: f"Note {name} of Contoso. {'Litware' if name < 'note-003' else ''}"
            for name in names
        }
    )
    bench.tag(names[1], ("Lender", 0, 4))
    bench.tag(names[2], ("Sum", 0, 4))
    page = bench.open()
    expect(bench.text()).to_contain_text(names[0])
    side = page.get_by_role("complementary", name="Documents")
    rows = side.get_by_role("option", name="note-")
    expect(side).to_contain_text("60 documents, 2 tagged")
    expect(rows.first).to_have_attribute("aria-setsize", "60")
    expect(rows.nth(1)).to_contain_text("1 label")
    viewing = side.get_by_label("Viewing")
    for value, expected in (("tagged", names[1:3]), ("type:Sum", [names[2]])):
        viewing.select_option(value)
        expect(rows).to_have_count(len(expected))
        assert [one.inner_text().split("\n")[0] for one in rows.all()] == expected
    viewing.select_option("untagged")
    expect(side).to_contain_text("58 documents of 60")
    viewing.select_option("all")
    search = side.get_by_role("searchbox")
    search.fill("E-05")
    expect(rows).to_have_count(10)
    side.get_by_label("Search in the texts").check()
    search.fill("litware")
    expect(side).to_contain_text("Found 3 times in 3 documents")
    expect(rows).to_have_count(3)
    side.get_by_role("button", name="Next").click()
    expect(bench.text()).to_contain_text(names[1])
    side.get_by_role("button", name="Back").click()
    expect(bench.text()).to_contain_text(names[0])


def test_27_tags_cover_the_same_text_in_the_page_and_in_the_export(make: Make) -> None:
    text = "\ufeffWe 👩‍👩‍👧 owe\t“Zoë Müller”,\r\nनमस्ते दुनिया, 💶 500\t€.\r\n\r\nEnd 🇩🇪 Köln\r\n"
    wanted = ["Zoë Müller", "नमस्ते दुनिया", "500\t€", "Köln"]
    bench = make({NAME: text.encode()})
    bench.open(NAME)
    for at, words in enumerate(wanted):
        bench.drag(NAME, words)
        bench.pick("Lender")
        expect(bench.tags()).to_have_count(at + 1)
    bench.saved()
    (document,) = bench.exported()["assets"]["documents"]
    (region,) = document["entities"]
    found = [cut(text, one["offset"], one["length"]) for one in region["labels"]]
    assert found == wanted


def test_28_a_long_document_with_3000_tags_opens_and_is_tagged_without_delay(make: Make) -> None:
    line = "Contoso Bank lends Zoe Miller five thousand euros for the time of four years. "
    paragraph = line * 8 + "\n"
    text = (paragraph * (125_000 // len(paragraph) + 1))[:125_000]
    starts = [at * 41 for at in range(3_000)]
    bench = make({"a-short.txt": "Short.", "long.txt": text})
    bench.tag(
        "long.txt",
        *(("Lender" if at % 2 else "Sum", at, 8) for at in starts if text[at : at + 8].strip()),
    )
    page = bench.open("a-short.txt")
    listed = page.get_by_role("listbox", name="Documents")
    work = Work(bench.window)

    def opening() -> float:
        before = work.spent()
        listed.get_by_role("option", name="long.txt").click()
        page.wait_for_function(_PAINTED, arg=len(starts))
        expect(bench.tags().first).to_be_visible()
        spent = work.spent() - before
        listed.get_by_role("option", name="a-short.txt").click()
        expect(bench.text()).to_have_text("Short.")
        return spent

    assert min(opening() for _ in range(3)) < 1
    listed.get_by_role("option", name="long.txt").click()
    expect(bench.tags().first).to_be_visible()

    def tagging(key: str) -> float:
        bench.text().focus()
        page.keyboard.press("n")
        before = work.spent()
        page.keyboard.press(key)
        page.evaluate("() => new Promise(requestAnimationFrame)")
        return work.spent() - before

    assert min(tagging("12"[number % 2]) for number in range(6)) < 0.1
    bench.saved()
    assert len(bench.labels("long.txt")) == len(starts)


#: Whether as many stretches are painted.
_PAINTED = """
(all) => [...CSS.highlights.values()].reduce((sum, one) => sum + one.size, 0) >= all
"""


class Work:
    """The seconds of the processor that the page has taken, whatever else the machine does."""

    def __init__(self, window: Window) -> None:
        self._session = window.context.new_cdp_session(window.page)
        self._session.send("Performance.enable", {"timeDomain": "threadTicks"})

    def spent(self) -> float:
        metrics = self._session.send("Performance.getMetrics")["metrics"]
        return next(one["value"] for one in metrics if one["name"] == "TaskDuration")


def test_29_a_document_of_a_multilingual_project_has_its_own_language(make: Make) -> None:
    bench = make(multilingual=True)
    page = bench.open(NAME)
    language = page.get_by_label("Language")
    expect(language).to_have_value("")
    language.select_option("hi")
    bench.saved()
    assert bench.document(NAME)["language"] == "hi"
    page.get_by_role("radio", name="Test").check()
    bench.saved()
    assert bench.document(NAME)["dataset"] == "Test"
    page.reload()
    expect(language).to_have_value("hi")


def test_29_a_document_of_a_project_of_one_language_has_none(make: Make) -> None:
    bench = make()
    page = bench.open(NAME)
    expect(page.get_by_role("radio", name="Train")).to_be_visible()
    expect(page.get_by_label("Language")).to_have_count(0)


def test_30_the_distribution_is_that_of_the_export(make: Make) -> None:
    bench = make({f"{letter}.txt": TEXT for letter in "abc"}, entities=("Lender", "Sum", "None"))
    bench.tag("a.txt", ("Lender", 0, 12), ("Sum", 23, 5), dataset="Train")
    bench.tag("b.txt", ("Lender", 0, 12), ("Lender", 19, 3), dataset="Test")
    page = bench.open("c.txt")
    bench.drag("c.txt", "Zoe")
    bench.pick("Lender")
    bench.saved()
    page.get_by_role("tab", name="Distribution").click()
    table = page.get_by_role("table", name="Distribution of labels")
    shown = {
        row.get_by_role("rowheader").inner_text().strip(): [
            int(cell) for cell in row.get_by_role("cell").all_inner_texts()
        ]
        for row in table.get_by_role("row").all()[1:]
    }
    assert shown == _counted(bench.exported()["assets"])


def _counted(assets: Any) -> dict[str, list[int]]:
    """Labels, documents, labels in Train, labels in Test of each type of a labels file."""
    counts = {one["category"]: [0, 0, 0, 0] for one in assets["entities"]}
    for document in assets["documents"]:
        labels = [one["category"] for region in document["entities"] for one in region["labels"]]
        for category in set(labels):
            number = labels.count(category)
            row = counts[category]
            row[0] += number
            row[1] += 1
            row[3 if document.get("dataset") == "Test" else 2] += number
    return counts


def test_32_documents_that_cannot_be_used_are_named_and_the_others_are_usable(make: Make) -> None:
    bench = make(
        {"zoe-latin.txt": b"Zo\xeb", "empty.txt": b"", "much.txt": "x" * 128_001, NAME: TEXT}
    )
    page = bench.open()
    expect(bench.text()).to_contain_text("Contoso")
    banner = page.get_by_text("3 documents need attention").locator("..")
    expect(banner).to_contain_text("zoe-latin.txt (not UTF-8)")
    expect(banner).to_contain_text("empty.txt (empty)")
    expect(banner).to_contain_text("much.txt (too long)")
    bench.drag(NAME, "Zoe")
    bench.pick("Lender")
    bench.saved()
    assert bench.labels(NAME) == [("Lender", 19, 3)]
