"""View model details: how good a model is, and what its mistakes are made of."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.client import PROJECTS, VERSION, Client
from tests.studio import judged, projects
from tests.studio.judged import Judged
from tests.studio.window import Window

#: The hosted service's published example of its metrics: "John Smith" and "Frederick".
#: https://learn.microsoft.com/azure/ai-services/language-service/custom-named-entity-recognition/concepts/evaluation-metrics
JOHN_SMITH = Judged(
    name="contract.txt",
    text=(
        "The first party of this contract is John Smith, resident of 5678 Main Rd., City of "
        "Frederick, state of Nebraska. And the second party is Forrest Ray, resident of 123-345 "
        "Integer Rd., City of Corona, state of New Mexico. There is also Fannie Thomas resident "
        "of 7890 River Road, city of Colorado Springs, State of Colorado."
    ),
    tagged=[
        ("John Smith", "Person"),
        ("Frederick", "City"),
        ("Forrest Ray", "Person"),
        ("Fannie Thomas", "Person"),
        ("Colorado Springs", "City"),
    ],
    predicted=[
        ("John Smith", "Person"),
        ("Frederick", "Person"),
        ("Forrest Ray", "City"),
        ("Fannie Thomas", "Person"),
        ("Colorado Springs", "City"),
    ],
)

#: Learned from: `Rare` is in no document of the test set.
LEARNED = Judged(
    name="learned.txt",
    text="Ann in Bonn, Bo in Graz, rarely.",
    part="train",
    tagged=[("Ann", "Person"), ("Bonn", "City"), ("Bo ", "Person"), ("rarely", "Rare")],
    predicted=[],
)

#: Something missed, and something that nobody tagged.
LOOSE = Judged(
    name="loose.txt",
    text="Eve left. Nobody stayed.",
    tagged=[("Eve", "Person")],
    predicted=[("Nobody", "Person")],
)


@pytest.fixture(scope="module")
def example(storage: str, client: Client) -> str:
    """A project whose model made the mistakes of the published example."""
    documents = [JOHN_SMITH, LEARNED, LOOSE]
    name = judged.project(storage, client, "Contracts", documents, "loose")
    judged.keep(storage, name, "told", documents[:2])
    return name


def _cells(page: Page, table: str, row: str) -> Locator:
    found = page.get_by_role("table", name=table).get_by_role("row", name=re.compile(row))
    return found.get_by_role("cell")


def test_43_the_table_tells_models_and_trainings_that_made_none(
    window: Window, storage: str, client: Client
) -> None:
    project = projects.make(storage, client, "ModelRows", 10)
    projects.spoil(storage, project, "agreement-01.txt")
    failed = client.wait(client.start_training(project, "broken"))
    assert failed["status"] == "failed"
    document = Judged(name="a.txt", text="Ann", tagged=[("Ann", "N")], predicted=[("Ann", "N")])
    judged.keep(storage, project, "told", [document])
    page = window.go("projects", project, "models")

    cells = _cells(page, "Models", "^told")
    expect(cells.nth(1)).to_have_text("Trained")
    expect(cells.nth(2)).to_have_text("1.00")
    expect(cells.nth(4)).to_have_text("7 s")
    for place, size in ((5, "0"), (6, "0"), (7, "1")):
        expect(cells.nth(place)).to_have_text(size)
    row = page.get_by_role("row", name=re.compile("^broken"))
    expect(row).to_contain_text("Failed")
    expect(row).to_contain_text("at least 10 tagged documents")
    expect(row.get_by_role("link", name="broken")).to_have_count(0)
    row.get_by_role("link", name="See the training").click()
    expect(page.get_by_role("heading", name="Train", exact=True)).to_be_visible()


def test_43_an_address_of_no_model_leads_on(window: Window, example: str) -> None:
    page = window.go("projects", example, "models", "none-such")
    expect(page.get_by_role("heading", name="There is no model called none-such")).to_be_visible()
    page.get_by_role("link", name="All models").click()
    page.get_by_role("link", name="told").click()
    expect(page.get_by_role("heading", name="told")).to_be_visible()


def test_44_the_overview_has_the_scores_of_the_api(
    window: Window, client: Client, loans: str
) -> None:
    path = f"{PROJECTS}/{loans}/models/first/evaluation/summary-result?{VERSION}"
    told = client.send("GET", path).json["customEntityRecognitionEvaluation"]
    page = window.go("projects", loans, "models", "first")

    macro = page.get_by_role("group", name="Macro scores")
    for name, score in (("F1 score", "F1"), ("precision", "Precision"), ("recall", "Recall")):
        expect(macro).to_contain_text(f"Macro {name}{told[f'macro{score}']:.2f}")
    expect(macro).to_contain_text(
        f"F1 {told['microF1']:.2f}, precision {told['microPrecision']:.2f}, "
        f"recall {told['microRecall']:.2f}"
    )
    report = client.send("GET", path.replace("summary-result", "report")).json
    expect(page.get_by_text(report["learningCurve"]["projection"]["message"])).to_be_visible()
    expect(page.get_by_text(report["confidence"]["message"])).to_be_visible()
    expect(page.get_by_text(report["recipe"]["message"])).to_be_visible()


def test_45_the_published_example_has_its_published_scores(window: Window, example: str) -> None:
    page = window.go("projects", example, "models", "told", "entities")
    table = "Entity performance metrics"
    for category, f1, precision, recall in (
        ("Person", "0.67", "0.67", "0.67"),
        ("City", "0.50", "0.50", "0.50"),
    ):
        cells = _cells(page, table, category)
        expect(cells.nth(1)).to_have_text(f1)
        expect(cells.nth(2)).to_have_text(precision)
        expect(cells.nth(3)).to_have_text(recall)
    page.get_by_role("tab", name="Overview").click()
    expect(page.get_by_role("group", name="Macro scores")).to_contain_text(
        "F1 0.60, precision 0.60, recall 0.60"
    )


def test_45_a_type_tells_what_the_model_goes_by(window: Window, client: Client, loans: str) -> None:
    path = f"{PROJECTS}/{loans}/models/first/evaluation/report?{VERSION}"
    strongest = client.send("GET", path).json["strongestFeatures"]["Interest"]
    page = window.go("projects", loans, "models", "first", "entities")
    page.get_by_role("button", name="What the model goes by for Interest").click()
    told = page.get_by_role("listitem").filter(has_text=strongest["supporting"][0]["feature"])
    expect(told.first).to_be_visible()
    expect(page.get_by_text("Speaks against it")).to_be_visible()


def test_46_types_that_are_not_in_the_test_set_are_explained_not_shown_as_0(
    window: Window, example: str
) -> None:
    page = window.go("projects", example, "models", "told", "entities")
    expect(page.get_by_text("Not in the test set")).to_be_visible()
    expect(page.get_by_text("nothing is known of how well it is found")).to_be_visible()
    expect(page.get_by_role("link", name="Rare")).to_be_visible()
    expect(_cells(page, "Entity performance metrics", "Rare")).to_have_count(0)


def test_47_the_matrix_names_its_axes_and_each_cell_opens_its_spans(
    window: Window, example: str
) -> None:
    page = window.go("projects", example, "models", "loose", "matrix")
    expect(page.get_by_text("Predicted →")).to_be_visible()
    expect(page.get_by_text("Actual ↓")).to_be_visible()
    expect(page.get_by_role("columnheader", name="$none (missed)")).to_be_visible()
    expect(page.get_by_role("rowheader", name="$none (spurious)")).to_be_visible()
    mistaken = page.get_by_role("button", name=re.compile("^Actual Person, predicted City"))
    right = page.get_by_role("button", name=re.compile("^Actual Person, predicted Person"))
    expect(mistaken).to_have_text("1")
    expect(right).to_have_text("2")

    page.get_by_role("radio", name="Normalized (% of row)").check()
    expect(mistaken).to_have_text("25")
    page.get_by_role("radio", name="Only errors").check()
    expect(right).to_have_count(0)
    page.get_by_role("radio", name="Only matches").check()
    expect(mistaken).to_have_count(0)
    expect(right).to_be_visible()
    page.get_by_role("radio", name="All", exact=True).check()

    mistaken.click()
    drawer = page.get_by_role("dialog")
    expect(drawer.get_by_role("heading", name="Tagged Person, predicted as City")).to_be_visible()
    expect(drawer.locator("mark", has_text="Forrest Ray")).to_have_count(2)
    expect(drawer.get_by_text("second party is").first).to_be_visible()
    at = JOHN_SMITH.text.index("Forrest Ray")
    fix = drawer.get_by_role("link", name="Fix tag")
    expect(fix).to_have_attribute("href", re.compile(rf"/tag/contract\.txt\?at={at}$"))
    page.reload()
    expect(drawer.get_by_role("heading", name="Tagged Person, predicted as City")).to_be_visible()


@pytest.mark.parametrize(
    ("cell", "title", "words"),
    [
        ("Actual Person, predicted $none (missed)", "Missed: tagged Person", "Eve"),
        (
            "Actual $none (spurious), predicted Person",
            "Spurious: predicted as Person, not tagged",
            "Nobody",
        ),
    ],
)
def test_47_none_stands_for_what_was_missed_and_what_is_spurious(
    window: Window, example: str, cell: str, title: str, words: str
) -> None:
    page = window.go("projects", example, "models", "loose", "matrix")
    page.get_by_role("button", name=re.compile("^" + re.escape(cell))).click()
    drawer = page.get_by_role("dialog")
    expect(drawer.get_by_role("heading", name=title)).to_be_visible()
    expect(drawer.locator("mark", has_text=words)).to_be_visible()


def test_47_test_set_details_show_each_document(window: Window, example: str) -> None:
    page = window.go("projects", example, "models", "loose", "details")
    listed = page.get_by_role("list", name="Documents of the test set")
    expect(listed.get_by_role("button")).to_have_count(2)
    listed.get_by_role("button", name="loose.txt 2 mistakes").click()
    expect(page.get_by_text("“Eve” is tagged Person and was missed.")).to_be_visible()


def test_47_the_dataset_distribution_counts_labels_by_set(window: Window, example: str) -> None:
    page = window.go("projects", example, "models", "told", "distribution")
    cells = _cells(page, "Labels and documents by set", "^Person")
    # Training, validation, test and all: labels, then documents.
    for place, number in enumerate("2035" + "1012", 1):
        expect(cells.nth(place)).to_have_text(number)
    page.get_by_role("radio", name="Graph").check()
    expect(page.get_by_role("definition").first).to_be_visible()


def test_48_each_rule_has_a_card_with_its_types_and_a_link_to_tag_them(
    window: Window, example: str
) -> None:
    page = window.go("projects", example, "models", "told")
    few = page.get_by_role("group", name="Enough examples")
    expect(few).to_contain_text("at least 15 labels")
    expect(few.get_by_role("listitem")).to_have_count(3)
    expect(few).to_contain_text("Person: 2 labels in the training set")
    untested = page.get_by_role("group", name="Every type is tested")
    expect(untested.get_by_role("listitem")).to_have_text(
        "Rare: 1 labels in the training set, none in the test set"
    )
    confused = page.get_by_role("group", name="Types that can be told apart")
    expect(confused).to_contain_text("33 % of it is taken for City")
    for name in ("Balanced types", "Test set like training set"):
        expect(page.get_by_role("group", name=name)).to_contain_text("All types keep to it.")

    untested.get_by_role("link", name="Rare").click()
    expect(page).to_have_url(re.compile(rf"/projects/{example}/tag"))


def test_49_a_matrix_of_200_types_is_made_where_it_is_looked_at(
    window: Window, storage: str, example: str
) -> None:
    words = [(f"w{number:03}", f"Type{number:03}") for number in range(200)]
    wide = Judged(
        name="wide.txt", text=" ".join(word for word, _ in words), tagged=words, predicted=words
    )
    judged.keep(storage, example, "wide", [wide])
    page = window.go("projects", example, "models", "wide", "matrix")
    box = page.get_by_role("region", name="Confusion matrix")
    first = page.get_by_role("columnheader", name="Type000")
    expect(first).to_be_visible()
    # Never all of the 40,000 cells.
    assert box.locator("td").count() < 2_000

    box.evaluate("box => box.scrollTo(box.scrollWidth, box.scrollHeight)")
    last = page.get_by_role("columnheader", name="Type199")
    expect(last).to_be_visible()
    expect(first).to_have_count(0)
    expect(
        page.get_by_role("button", name="Actual Type199, predicted Type199: 1", exact=True)
    ).to_be_visible()
    # The heads stay where they are while the cells move.
    frame, head = box.bounding_box(), last.bounding_box()
    side = page.get_by_role("rowheader", name="Type199").bounding_box()
    assert frame and head and side
    assert abs(head["y"] - frame["y"]) < 2
    assert abs(side["x"] - frame["x"]) < 2


def test_43_a_model_is_deleted_after_a_question(
    window: Window, storage: str, client: Client, example: str
) -> None:
    judged.keep(storage, example, "spare", [JOHN_SMITH])
    page = window.go("projects", example, "models", "spare")
    page.get_by_role("button", name="Delete model").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete model").click()
    expect(page.get_by_role("table", name="Models")).to_be_visible()
    expect(page.get_by_role("link", name="spare")).to_have_count(0)
    assert client.send("GET", f"{PROJECTS}/{example}/models/spare?{VERSION}").status == 404
