"""Tag data: many tags in one step, undo, saving, two writers, suggestions (checks 23-26, 31)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Dialog, TimeoutError, expect

from tests.e2e import hosts
from tests.e2e.client import Client
from tests.studio.barriers import barriers
from tests.studio.conftest import Make
from tests.studio.tagging import NAME, TEXT, Bench
from tests.studio.window import Window


def test_23_all_occurrences_are_tagged_here_after_a_look_and_undone_in_one_step(
    make: Make,
) -> None:
    bench = make()
    page = bench.open(NAME)
    bench.drag(NAME, "Contoso Bank")
    page.get_by_role("menuitem", name="Tag all occurrences").click()
    dialog = page.get_by_role("dialog", name="Tag all occurrences")
    expect(dialog).to_contain_text("2 occurrences in 1 document will be tagged")
    expect(dialog.get_by_role("list", name="Occurrences").get_by_role("listitem")).to_have_count(2)
    dialog.get_by_role("button", name="Tag 2 occurrences").click()
    expect(bench.tags()).to_have_count(2)
    bench.saved()
    assert bench.labels(NAME) == [("Lender", 0, 12), ("Lender", 36, 12)]
    page.keyboard.press("Control+z")
    expect(bench.tags()).to_have_count(0)
    bench.saved()
    assert bench.labels(NAME) == []


def test_23_all_occurrences_are_tagged_in_all_documents_and_undone_in_one_step(make: Make) -> None:
    bench = make({"a.txt": TEXT, "b.txt": TEXT, "c.txt": "contoso bank, Contoso Bankers."})
    bench.tag("b.txt", ("Sum", 8, 4))
    page = bench.open("a.txt")
    bench.drag("a.txt", "Contoso Bank")
    expect(page.get_by_role("menu", name="Entity")).to_be_visible()
    page.keyboard.press("t")
    dialog = page.get_by_role("dialog", name="Tag all occurrences")
    dialog.get_by_label("In all documents").check()
    expect(dialog).to_contain_text(
        "3 occurrences in 2 documents will be tagged; 1 occurrence left out"
    )
    dialog.get_by_label("Match case").uncheck()
    expect(dialog).to_contain_text("4 occurrences in 3 documents")
    dialog.get_by_label("Character 0 of c.txt").uncheck()
    dialog.get_by_role("button", name="Tag 3 occurrences").click()
    expect(dialog).to_be_hidden()
    expect(bench.tags()).to_have_count(2)
    bench.saved()
    assert bench.labels("b.txt") == [("Sum", 8, 4), ("Lender", 36, 12)]
    assert bench.labels("c.txt") == []
    page.keyboard.press("Control+z")
    expect(bench.tags()).to_have_count(0)
    bench.saved()
    with page.expect_response("**/labels/:change*") as changed:
        page.keyboard.press("Control+y")
    assert changed.value.status == 200
    expect(bench.tags()).to_have_count(2)
    with page.expect_response("**/labels/:change*"):
        page.keyboard.press("Control+z")
    bench.saved()
    assert bench.labels("b.txt") == [("Sum", 8, 4)]
    assert bench.labels("a.txt") == []


def test_24_fifty_steps_are_undone_and_redone(make: Make) -> None:
    words = " ".join(f"word{number}" for number in range(60))
    bench = make({NAME: words})
    page = bench.open(NAME)
    bench.text().press("Control+Home")
    for _ in range(50):
        page.keyboard.press("Control+Shift+ArrowRight")
        page.keyboard.press("1")
    expect(bench.tags().first).to_have_attribute("aria-setsize", "50")
    for _ in range(50):
        page.keyboard.press("Control+z")
    expect(bench.tags()).to_have_count(0)
    expect(page.get_by_role("button", name="Undo")).to_be_disabled()
    for _ in range(50):
        page.keyboard.press("Control+y")
    expect(bench.tags().first).to_have_attribute("aria-setsize", "50")
    bench.saved()
    assert len(bench.labels(NAME)) == 50


@pytest.fixture
def mortal(storage: str, tmp_path: Path) -> Iterator[hosts.Host]:
    """A host of a test's own, to be killed."""
    host = hosts.start(storage, tmp_path / "host.log")
    yield host
    hosts.stop(host)


def test_25_nothing_is_lost_when_the_server_dies_and_when_the_tab_dies_too(
    browser: Browser, storage: str, tmp_path: Path, mortal: hosts.Host
) -> None:
    client = Client(mortal.endpoint, hosts.KEY)
    window = Window.open(browser, mortal.endpoint, hosts.KEY)
    window.expect(0)
    bench = Bench.make(window, client, storage, {NAME: TEXT, "other.txt": "Nothing."})
    page = bench.open(NAME)
    bench.drag(NAME, "Contoso Bank")
    bench.pick("Lender")
    bench.saved()

    _kill(mortal)
    _tag_without_service(bench, "Zoe", "Lender")
    expect(page.get_by_role("region", name="Document").get_by_text("Not saved yet")).to_be_visible()
    expect(page.get_by_role("button", name="Save now")).to_be_enabled()
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.once("dialog", stay)
    page.close(run_before_unload=True)
    expect(bench.tags()).to_have_count(2)
    assert asked == ["beforeunload"]
    _again(mortal, storage, tmp_path)
    bench.saved()
    assert len(bench.labels(NAME)) == 2

    _kill(mortal)
    _tag_without_service(bench, "euros", "Sum")
    expect(page.get_by_role("region", name="Document").get_by_text("Not saved yet")).to_be_visible()
    page.close()
    _again(mortal, storage, tmp_path)
    window.page = window.context.new_page()
    window.watch(window.page)
    bench.open("other.txt")
    row = window.page.get_by_role("option", name=f"{NAME}, 3 labels")
    expect(row).to_be_visible(timeout=20_000)
    assert len(bench.labels(NAME)) == 3
    row.click()
    expect(bench.tags()).to_have_count(3)
    window.close()


def _tag_without_service(bench: Bench, words: str, entity: str) -> None:
    """Tag words; the word that the service is away may come meanwhile, and move them: then anew."""
    menu = bench.page.get_by_role("menuitem", name=entity)
    for _ in range(5):
        bench.drag(NAME, words)
        with suppress(TimeoutError):
            menu.wait_for(timeout=6_000)
            break
    bench.pick(entity)


def _kill(host: hosts.Host) -> None:
    host.kill()
    hosts.wait_until_closed(host.endpoint)


def _again(host: hosts.Host, storage: str, folder: Path) -> None:
    """Start the host again, at the same address."""
    port = host.endpoint.rpartition(":")[2]
    if host.process.stdout is not None:
        host.process.stdout.close()
    host.process = hosts.start(storage, folder / "host.log", "--port", port).process


@pytest.mark.parametrize(
    ("choice", "labels"),
    [
        ("Keep both", [("Lender", 0, 12), ("Sum", 23, 5)]),
        ("Keep mine", [("Sum", 23, 5)]),
        ("Take theirs", [("Lender", 0, 12)]),
    ],
)
def test_26_the_second_of_two_tabs_is_asked_and_nothing_is_overwritten(
    make: Make, choice: str, labels: list[tuple[str, int, int]]
) -> None:
    bench = make()
    bench.window.expect(412)
    first = bench.open(NAME)
    second = bench.window.context.new_page()
    bench.window.watch(second)
    bench.open(NAME, second)
    bench.drag(NAME, "Contoso Bank", page=first)
    bench.pick("Lender", first)
    bench.saved(first)

    bench.drag(NAME, "5,000", page=second)
    bench.pick("Sum", second)
    dialog = second.get_by_role("alertdialog")
    expect(dialog).to_contain_text("Saved by somebody else meanwhile")
    expect(dialog).to_contain_text("Lender “Contoso Bank”")
    assert barriers("conflict", second) == []
    assert bench.labels(NAME) == [("Lender", 0, 12)]
    dialog.get_by_role("button", name=choice).click()
    expect(dialog).to_be_hidden()
    bench.saved(second)
    assert bench.labels(NAME) == labels
    expect(bench.tags(second)).to_have_count(len(labels))


def test_31_suggestions_are_no_labels_before_they_are_accepted(make: Make) -> None:
    lenders = ["Contoso", "Fabrikam", "Litware", "Northwind", "Tailspin", "Wingtip"]
    texts = {
        f"{number:02}.txt": f"The lender {lenders[number % 6]} pays {number}00 euros to Zoe.\n"
        for number in range(1, 13)
    }
    bench = make({**texts, "new.txt": "The lender Fabrikam pays 700 euros to Zoe.\n"})
    for name, text in texts.items():
        lender = text.split()[2]
        amount = text.split()[4]
        bench.tag(name, ("Lender", 11, len(lender)), ("Sum", text.index(amount), len(amount)))
    trained = bench.client.wait(bench.client.start_training(bench.project, "m1"), 600)
    assert trained["status"] == "succeeded", trained
    page = bench.open("new.txt")
    expect(bench.tags()).to_have_count(0)
    page.get_by_label("Suggestions").select_option("m1")
    expect(bench.tags()).to_have_count(2)
    expect(bench.tags().first).to_contain_text("suggested")
    assert _painted(bench, "suggestion-") == 2
    assert bench.labels("new.txt") == []

    bench.drag("new.txt", "Fabrikam pays")
    bench.pick("Sum")
    expect(bench.tags()).to_have_count(2)
    expect(bench.tags().first).to_contain_text("Fabrikam pays")
    page.get_by_role("button", name="Accept all").click()
    bench.saved()
    sum_ = ("Sum", 25, 3)
    assert bench.labels("new.txt") == [("Sum", 11, 13), sum_]
    assert _painted(bench, "suggestion-") == 0
    page.get_by_role("button", name="Undo").click()
    page.get_by_role("button", name="Undo").click()
    bench.tags().first.click()
    page.keyboard.press("a")
    bench.saved()
    assert bench.labels("new.txt") == [("Lender", 11, 8)]
    bench.text().focus()
    page.keyboard.press("n")
    page.keyboard.press("r")
    expect(bench.tags()).to_have_count(1)
    page.get_by_role("button", name="Undo").click()
    page.get_by_role("button", name="Reject all").click()
    expect(bench.tags()).to_have_count(0)
    bench.saved()
    assert bench.labels("new.txt") == []


def _painted(bench: Bench, paint: str) -> int:
    """How many stretches are painted in this way."""
    found: int = bench.page.evaluate(
        "(paint) => [...CSS.highlights].filter(([name]) => name.startsWith(paint))"
        ".reduce((sum, [, one]) => sum + one.size, 0)",
        paint,
    )
    return found
