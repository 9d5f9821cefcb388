"""Improve model: what a model got wrong in its validation set, and where examples are missing."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.client import PROJECTS, VERSION, Client
from tests.studio import judged
from tests.studio.judged import Judged
from tests.studio.window import Window

DIFFICULT = "😀 Ann Lee\r\nowes Bo 5 EUR.\r\nEve in May.\r\nMax in Oslo\r\nNothing here.\r\n"

DOCUMENTS = [
    Judged(
        name="difficult.txt",
        text=DIFFICULT,
        part="validation",
        tagged=[
            ("Ann Lee", "Name"),
            ("Bo", "Name"),
            ("5 EUR", "Sum"),
            ("Eve", "Name"),
            ("Max", "Name"),
        ],
        predicted=[
            ("Lee", "Name"),
            ("Bo", "Sum"),
            ("5 EUR", "Sum"),
            ("May", "Date"),
            ("Max", "Name"),
        ],
    ),
    Judged(
        name="easy.txt",
        text="Zoë owes 7 EUR.",
        part="validation",
        tagged=[("Zoë", "Name"), ("7 EUR", "Sum")],
        predicted=[("Zoë", "Name"), ("7 EUR", "Sum")],
    ),
    Judged(name="test.txt", text="Ida", tagged=[("Ida", "Name")], predicted=[("Ida", "Name")]),
]


@pytest.fixture(scope="module")
def notes(storage: str, client: Client) -> str:
    """A project with a model that got some of its validation set wrong, and one that did not."""
    name = judged.project(storage, client, "ImproveNotes", DOCUMENTS)
    judged.keep(storage, name, "flawless", DOCUMENTS[1:])
    return name


def _open(window: Window, project: str, model: str = "told") -> Page:
    return window.go("projects", project, "improve", query=f"?model={model}")


def _line(page: Page, words: str) -> Locator:
    """The pair of lines, tagged and predicted, in which these words stand."""
    return (
        page.locator("div", has=page.get_by_text("Tagged", exact=True)).filter(has_text=words).last
    )


def test_50_tagged_stands_above_predicted_with_marks_that_are_not_only_colours(
    window: Window, notes: str
) -> None:
    page = _open(window, notes)
    expect(page.get_by_role("combobox", name="Model")).to_have_text("told")
    listed = page.get_by_role("list", name="Documents of the validation set")
    expect(listed.get_by_role("button", name="difficult.txt 4 mistakes")).to_be_visible()
    expect(listed.get_by_role("button", name="easy.txt 0 mistakes")).to_be_visible()
    key = page.get_by_role("list", name="Predictions by verdict")
    for told in (
        "4 right (TP)",
        "1 missed (FN)",
        "1 not tagged (FP)",
        "1 wrong type (FP and FN)",
        "1 wrong border (FP and FN)",
    ):
        expect(key.get_by_text(told)).to_be_visible()

    tagged = page.get_by_text("Tagged", exact=True).first.bounding_box()
    predicted = page.get_by_text("Predicted", exact=True).first.bounding_box()
    assert tagged and predicted and tagged["y"] < predicted["y"]
    # Each mark says in words what it is.
    for sentence in (
        "Name: “Ann Lee” is tagged, “Lee” is predicted.",
        "“Bo” is tagged Name; is predicted as Sum.",
        "“Eve” is tagged Name and was missed.",
        "“May” is predicted as Date and not tagged.",
    ):
        expect(page.get_by_text(sentence)).to_be_visible()
    expect(page.locator("mark", has_text=re.compile(r"^Ann Lee$"))).to_be_visible()
    expect(page.locator("mark", has_text=re.compile(r"^Lee$"))).to_be_visible()


def test_50_the_model_is_chosen_from_a_dropdown(window: Window, notes: str) -> None:
    page = _open(window, notes)
    page.get_by_role("combobox", name="Model").click()
    page.get_by_role("option", name="flawless").click()
    listed = page.get_by_role("list", name="Documents of the validation set")
    expect(listed.get_by_role("button")).to_have_count(1)
    expect(page).to_have_url(re.compile(r"model=flawless"))


def test_51_only_what_is_incorrect_is_shown_and_the_choice_is_kept(
    window: Window, notes: str
) -> None:
    page = _open(window, notes)
    toggle = page.get_by_role("switch", name="Show incorrect predictions only")
    expect(page.get_by_text("Nothing here.")).to_be_visible()
    toggle.click()

    expect(page.get_by_text("easy.txt")).to_have_count(0)
    expect(page.get_by_text("Nothing here.")).to_have_count(0)
    # The right ones of a line with a mistake are not marked, and lines without one are gone.
    expect(page.locator("mark", has_text="5 EUR")).to_have_count(0)
    expect(page.locator("mark", has_text="Max")).to_have_count(0)
    expect(page.locator("mark", has_text="Eve")).to_be_visible()
    page.reload()
    expect(toggle).to_be_checked()
    expect(page.locator("mark", has_text="Eve")).to_be_visible()


def test_51_where_nothing_is_wrong_the_page_says_so(window: Window, notes: str) -> None:
    page = _open(window, notes, "flawless")
    page.get_by_role("switch", name="Show incorrect predictions only").click()
    expect(page.get_by_role("heading", name="Nothing is wrong here")).to_be_visible()


def test_52_fix_tag_leads_to_the_place_of_the_mistake(window: Window, notes: str) -> None:
    page = _open(window, notes)
    page.get_by_role("link", name="Fix tag: Eve").click()
    # In UTF-16 units, CR and all.
    at = len(DIFFICULT[: DIFFICULT.index("Eve")].encode("utf-16-le")) // 2
    expect(page).to_have_url(re.compile(rf"/projects/{notes}/tag/difficult\.txt\?at={at}$"))
    expect(page.get_by_text("difficult.txt").first).to_be_visible()


def test_52_a_text_that_has_changed_since_is_not_marked(
    window: Window, storage: str, client: Client, notes: str
) -> None:
    path = f"{PROJECTS}/{notes}/documents/easy.txt?{VERSION}&overwrite=true"
    changed = client.send("PUT", path, b"Another text.", Content_Type="text/plain")
    assert changed.status == 200, changed.body
    try:
        page = _open(window, notes, "flawless")
        expect(page.get_by_text("has changed since the model was judged by it")).to_be_visible()
        expect(page.locator("mark")).to_have_count(0)
    finally:
        text = DOCUMENTS[1].text.encode()
        assert client.send("PUT", path, text, Content_Type="text/plain").status == 200


def test_53_the_distribution_equals_the_counts(window: Window, client: Client, loans: str) -> None:
    counts: dict[str, list[int]] = {}
    path = f"{PROJECTS}/{loans}/documents?{VERSION}&maxpagesize=1000"
    for document in client.send("GET", path).json["value"]:
        for category, labels in document["labelCounts"].items():
            counts.setdefault(category, []).append(labels)
    page = window.go("projects", loans, "improve")
    page.get_by_role("tab", name="Examine data distribution").click()

    table = page.get_by_role("table", name="Labels by entity type")
    expect(table.get_by_role("row")).to_have_count(len(counts) + 1)
    for category, labels in counts.items():
        cells = table.get_by_role("row", name=re.compile(rf"^{category} ")).get_by_role("cell")
        expect(cells.nth(2)).to_have_text(str(sum(labels)))
        expect(cells.nth(3)).to_have_text(str(len(labels)))
    page.reload()
    expect(table).to_be_visible()


def test_53_types_with_few_labels_are_flagged(window: Window, notes: str) -> None:
    page = window.go("projects", notes, "improve", "distribution")
    row = page.get_by_role("row", name=re.compile("^Name "))
    expect(row).to_contain_text("Under-represented: not tagged yet")


def test_50_hints_name_what_repeats(window: Window, notes: str) -> None:
    page = _open(window, notes)
    page.get_by_role("button", name="What mistakes can tell you").click()
    expect(page.get_by_role("listitem").filter(has_text="Date: 1 place")).to_be_visible()
