"""Tag data: entities, brush and menu, selections, overlaps, and the keys (checks 14 to 22)."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.studio.conftest import Make
from tests.studio.tagging import NAME, TEXT

#: When the mouse is next released, lets the text hear of an event before any timer can run.
_AT_ONCE = """
([kind, type, more]) => addEventListener(
  'mouseup',
  () => {
    const event = new window[kind](type, { bubbles: true, ...more });
    document.querySelector('[role=document]').dispatchEvent(event);
  },
  { once: true },
)
"""


def test_14_entities_are_added_renamed_and_deleted_with_their_labels(make: Make) -> None:
    bench = make(entities=())
    page = bench.open(NAME)
    page.get_by_role("button", name="Add entities").click()
    dialog = page.get_by_role("dialog")
    name = dialog.get_by_label("Name")
    name.fill("Loan #1")
    expect(dialog.get_by_text("none of the signs")).to_be_visible()
    expect(dialog.get_by_role("button", name="Add", exact=True)).to_be_disabled()
    name.fill("Lender")
    dialog.get_by_role("button", name="Add another").click()
    expect(name).to_have_value("")
    name.fill("Sum")
    dialog.get_by_role("button", name="Add", exact=True).click()
    expect(dialog).to_be_hidden()
    bench.tag(NAME, ("Lender", 0, 12), ("Lender", 36, 12), ("Sum", 23, 5))

    page.get_by_role("button", name="More about Lender").click()
    page.get_by_role("menuitem", name="Rename").click()
    name.fill("Bank")
    dialog.get_by_role("button", name="Rename").click()
    expect(dialog).to_be_hidden()
    expect(page.get_by_role("button", name="Tag as Bank")).to_be_visible()
    expect(bench.tags()).to_have_count(3)
    assert bench.labels(NAME) == [("Bank", 0, 12), ("Sum", 23, 5), ("Bank", 36, 12)]

    page.get_by_role("button", name="More about Bank").click()
    page.get_by_role("menuitem", name="Delete").click()
    expect(dialog).to_contain_text("2 labels in 1 document")
    dialog.get_by_role("button", name="Delete").click()
    expect(dialog).to_be_hidden()
    expect(bench.tags()).to_have_count(1)
    assert bench.labels(NAME) == [("Sum", 23, 5)]


def test_15_the_brush_tags_all_that_is_selected_until_escape(make: Make) -> None:
    bench = make()
    page = bench.open(NAME)
    brush = page.get_by_role("button", name="Brush: Lender")
    brush.click()
    bench.drag(NAME, "Contoso Bank lends")
    expect(bench.tags()).to_have_count(1)
    bench.drag(NAME, "Zoe")
    expect(bench.tags()).to_have_count(2)
    expect(brush).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("Escape")
    expect(brush).to_have_attribute("aria-pressed", "false")
    bench.drag(NAME, "euros")
    expect(page.get_by_role("menu", name="Entity")).to_be_visible()
    page.keyboard.press("Escape")
    expect(bench.tags()).to_have_count(2)
    bench.saved()
    assert bench.labels(NAME) == [("Lender", 0, 18), ("Lender", 19, 3)]


def test_15_a_drag_is_not_lost_to_what_is_pressed_at_once_after_it(make: Make) -> None:
    """A press and a key that the browser hears before it comes to settling the drag before them."""
    bench = make()
    page = bench.open(NAME)
    page.get_by_role("button", name="Brush: Lender").click()
    page.evaluate(_AT_ONCE, ["MouseEvent", "mousedown", {"detail": 1}])
    bench.drag(NAME, "Zoe")
    expect(bench.tags()).to_have_count(1)
    page.evaluate(_AT_ONCE, ["KeyboardEvent", "keydown", {"key": "Escape"}])
    bench.drag(NAME, "Contoso Bank")
    expect(bench.tags()).to_have_count(2)
    expect(page.get_by_role("menu", name="Entity")).to_be_hidden()
    bench.saved()
    assert bench.labels(NAME) == [("Lender", 0, 12), ("Lender", 19, 3)]


def test_16_the_menu_at_the_selection_tags_by_mouse_and_by_keys(make: Make) -> None:
    bench = make()
    page = bench.open(NAME)
    bench.drag(NAME, "Zoe")
    menu = page.get_by_role("menu", name="Entity")
    expect(menu.get_by_role("menuitem").first).to_be_focused()
    box, place = menu.bounding_box(), bench.box(NAME, "Zoe")
    assert box is not None and abs(box["x"] - place[0]) < 30 and 0 < box["y"] - place[1] < 60
    bench.pick("Lender")
    expect(bench.tags()).to_have_count(1)
    bench.put_caret(NAME, "5,000")
    for _ in range(5):
        page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Enter")
    expect(menu.get_by_role("menuitem").first).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    bench.saved()
    assert bench.labels(NAME) == [("Lender", 19, 3), ("Sum", 23, 5)]


def test_17_selections_take_whole_words_and_with_alt_characters(make: Make) -> None:
    bench = make()
    page = bench.open(NAME)
    bench.click(NAME, "Zoe", times=2)
    bench.pick("Lender")
    expect(bench.tags()).to_have_count(1)
    bench.drag(NAME, "ontoso Bank ask")
    bench.pick("Lender")
    expect(bench.tags()).to_have_count(2)
    page.keyboard.down("Alt")
    bench.drag(NAME, "uro")
    page.keyboard.up("Alt")
    bench.pick("Sum")
    expect(bench.tags()).to_have_count(3)
    bench.saved()
    start = TEXT.index("Contoso Bank asks")
    assert bench.labels(NAME) == [
        ("Lender", 19, 3),
        ("Sum", TEXT.index("uro"), 3),
        ("Lender", start, len("Contoso Bank asks")),
    ]


def test_18_a_tag_can_go_over_a_line_break(make: Make) -> None:
    text = "We, Contoso\r\nBank of Italy,\r\nlend.\r\n"
    bench = make({NAME: text})
    page = bench.open(NAME)
    bench.drag(NAME, "Contoso", "Bank of Italy")
    bench.pick("Lender")
    bench.saved()
    whole = "Contoso\r\nBank of Italy"
    assert bench.labels(NAME) == [("Lender", 4, len(whole))]
    page.reload()
    expect(bench.tags()).to_have_count(1)
    expect(bench.tags().first).to_contain_text("Contoso")


def test_19_a_tag_that_overlaps_is_offered_as_a_replacement_and_never_made_silently(
    make: Make,
) -> None:
    bench = make()
    bench.tag(NAME, ("Lender", 0, 12))
    page = bench.open(NAME)
    bench.drag(NAME, "Bank lends")
    bench.pick("Sum")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("“Contoso Bank” is Lender")
    dialog.get_by_role("button", name="Cancel").click()
    expect(dialog).to_be_hidden()
    expect(bench.tags()).to_have_count(1)
    assert bench.labels(NAME) == [("Lender", 0, 12)]
    bench.drag(NAME, "Bank lends")
    bench.pick("Sum")
    dialog.get_by_role("button", name="Replace").click()
    expect(dialog).to_be_hidden()
    bench.saved()
    assert bench.labels(NAME) == [("Sum", 8, 10)]


def test_20_a_tag_is_removed_from_its_menu_and_with_delete(make: Make) -> None:
    bench = make()
    bench.tag(NAME, ("Lender", 0, 12), ("Lender", 19, 3))
    page = bench.open(NAME)
    bench.click(NAME, "Contoso")
    page.get_by_role("menuitem", name="Remove tag").click()
    expect(bench.tags()).to_have_count(1)
    bench.tags().first.click()
    page.keyboard.press("Delete")
    expect(bench.tags()).to_have_count(0)
    bench.saved()
    assert bench.labels(NAME) == []


def test_21_digits_and_letters_tag_and_stand_on_the_entities(make: Make) -> None:
    entities = tuple(f"Type{number}" for number in range(1, 13))
    bench = make(entities=entities)
    page = bench.open(NAME)
    keys = page.get_by_role("list", name="Entities").locator("kbd")
    assert keys.all_inner_texts() == [*"123456789cde"]
    menu = page.get_by_role("menu", name="Entity")
    bench.drag(NAME, "Zoe")
    expect(menu).to_be_visible()
    page.keyboard.press("2")
    expect(bench.tags()).to_have_count(1)
    bench.drag(NAME, "euros")
    expect(menu).to_be_visible()
    page.keyboard.press("d")
    expect(bench.tags()).to_have_count(2)
    bench.saved()
    assert [one[0] for one in bench.labels(NAME)] == ["Type2", "Type11"]


def test_22_a_document_is_tagged_without_a_mouse(make: Make) -> None:
    bench = make({NAME: TEXT, "other.txt": "Nothing in here."})
    page = bench.open(NAME)
    text = bench.text()
    text.focus()
    page.keyboard.press("Control+Home")
    for _ in range(2):
        page.keyboard.press("Control+Shift+ArrowRight")
    page.keyboard.press("1")
    expect(page.get_by_test_id("spoken")).to_have_text("Tagged “Contoso Bank” as Lender")
    expect(text).to_be_focused()
    for _ in range(2):
        page.keyboard.press("Control+ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Control+Shift+ArrowRight")
    page.keyboard.press("2")
    expect(bench.tags()).to_have_count(2)
    page.keyboard.press("]")
    expect(page.get_by_test_id("spoken")).to_contain_text("“5,000 ")
    page.keyboard.press("}")
    page.keyboard.press("p")
    page.keyboard.press("2")
    expect(bench.tags().first).to_contain_text("Sum")
    page.keyboard.press("Control+z")
    expect(bench.tags().first).to_contain_text("Lender")
    page.keyboard.press("n")
    page.keyboard.press("Delete")
    expect(bench.tags()).to_have_count(1)
    page.keyboard.press("Control+z")
    expect(bench.tags()).to_have_count(2)
    bench.saved()
    assert bench.labels(NAME) == [("Lender", 0, 12), ("Sum", 23, 5)]
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    expect(bench.text()).to_have_text("Nothing in here.")
    page.keyboard.press("k")
    expect(bench.text()).to_contain_text("Contoso")
