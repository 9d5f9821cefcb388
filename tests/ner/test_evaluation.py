"""Evaluation, against the hosted service's published examples."""

from __future__ import annotations

import json

import pytest

from shared.ner.evaluation import EvaluatedText, Evaluation, evaluate
from shared.text.spans import Span


def test_the_hosted_example_of_people_and_cities() -> None:
    # People: two found, one missed, one made up. Cities: one found, one missed, one made up.
    text = "Ann met Bob in Rome, Eve left for Paris on Monday or April."
    place = text.index

    evaluation = evaluate(
        [
            EvaluatedText(
                name="a.txt",
                text=text,
                expected=[
                    Span(0, 3, "person"),
                    Span(8, 11, "person"),
                    Span(15, 19, "city"),
                    Span(21, 24, "person"),
                    Span(place("Paris"), place("Paris") + 5, "city"),
                ],
                predicted=[
                    Span(0, 3, "person", 0.9),
                    Span(8, 11, "person", 0.9),
                    Span(15, 19, "city", 0.9),
                    Span(place("Monday"), place("Monday") + 6, "city", 0.4),
                    Span(place("April"), place("April") + 5, "person", 0.4),
                ],
            )
        ]
    )

    person, city = evaluation.entities["person"], evaluation.entities["city"]
    assert (person.true_positives, person.false_positives, person.false_negatives) == (2, 1, 1)
    assert (person.precision, person.recall, person.f1) == pytest.approx((2 / 3, 2 / 3, 2 / 3))
    assert (city.true_positives, city.false_positives, city.false_negatives) == (1, 1, 1)
    assert (city.precision, city.recall, city.f1) == pytest.approx((0.5, 0.5, 0.5))
    micro = evaluation.micro
    assert (micro.precision, micro.recall, micro.f1) == pytest.approx((0.6, 0.6, 0.6))


#: The other types of the hosted loan agreements, which its example found without a fault.
PERFECT = [
    "Date",
    "BorrowerName",
    "BorrowerCity",
    "BorrowerState",
    "LenderName",
    "LenderAddress",
    "LenderCity",
    "LenderState",
    "LoanAmountNumbers",
    "LoanAmountWords",
]


#: A text, and the places of its entities and gaps by name.
Texts = tuple[str, dict[str, tuple[int, int]]]


def ink(text: str) -> int:
    return sum(not sign.isspace() for sign in text)


def loan(*, gap: str = "lives at ", address: str = "1 Long Road", tail: str = " a year.") -> Texts:
    """Return a text of twelve entities and the places of its last gaps and entities."""
    text = ""
    places = {}
    for category in PERFECT:
        places[category] = (len(text) + 5, len(text) + 5 + len(category))
        text += f"then {category} "
    for name, part in (
        ("gap", gap),
        ("BorrowerAddress", address),
        ("between", " at "),
        ("Interest", "5 %"),
        ("tail", tail),
    ):
        places[name] = (len(text), len(text) + len(part))
        text += part
    return text, places


def judged(texts: Texts, changes: dict[str, list[tuple[int, int]]]) -> EvaluatedText:
    """Return a text in which all is predicted as tagged, but for the categories of `changes`."""
    text, places = texts
    expected = [Span(*places[name], name) for name in [*PERFECT, "BorrowerAddress", "Interest"]]
    predicted = [span for span in expected if span.category not in changes]
    for category, found in changes.items():
        predicted += [Span(start, end, category) for start, end in found]
    return EvaluatedText(name="a", text=text, expected=expected, predicted=sorted(predicted))


def published() -> Evaluation:
    """Judge four texts of twelve entities, made so that the published masses come out."""
    # Of an address of 29 characters the last 13 are found.
    cut = loan(address="Flat 2048, house of 1234 Example Rd")
    start, end = cut[1]["BorrowerAddress"]
    found_part = (end - len("1234 Example Rd"), end)
    assert (ink(cut[0][start:end]), ink(cut[0][slice(*found_part)])) == (29, 13)
    # Two of 21 characters before an address are taken for another one.
    extra = loan(gap="who was born in No 71 lives ")
    gap, _ = extra[1]["gap"]
    made_up = (gap + 16, gap + 18)
    assert (ink("who was born in No 71 lives "), extra[0][slice(*made_up)]) == (21, "No")
    # An interest takes in one of the 959 characters after it.
    wide = loan(tail="." + " a year" * 191 + " all")
    start, end = wide[1]["Interest"]
    return evaluate(
        [
            judged(cut, {"BorrowerAddress": [found_part]}),
            judged(extra, {"BorrowerAddress": [made_up, extra[1]["BorrowerAddress"]]}),
            judged(wide, {"Interest": [(start, end + 1)]}),
            judged(loan(), {}),
        ]
    )


def test_the_hosted_example_of_loan_agreements() -> None:
    evaluation = published()

    counts = {
        name: (scores.true_positives, scores.false_positives, scores.false_negatives)
        for name, scores in evaluation.entities.items()
    }
    assert counts == {
        **{name: (4, 0, 0) for name in PERFECT},
        "BorrowerAddress": (3, 2, 1),
        "Interest": (3, 1, 1),
    }
    address = evaluation.entities["BorrowerAddress"]
    assert (address.precision, address.recall, address.f1) == pytest.approx(
        (0.6000000238418579, 0.75, 0.6666666865348816), rel=1e-7
    )
    micro, macro = evaluation.micro, evaluation.macro
    assert (micro.f1, micro.precision, micro.recall) == pytest.approx(
        (0.94845366, 0.93877554, 0.9583333), rel=1e-7
    )
    assert (macro.f1, macro.precision, macro.recall) == pytest.approx(
        (0.9513889, 0.9458334, 0.9583333), rel=1e-7
    )


def test_the_hosted_example_of_a_confusion_matrix() -> None:
    confusion = published().confusion

    cells = {
        (actual, predicted): (cell.raw, cell.normalized)
        for actual, row in confusion.items()
        for predicted, cell in row.items()
        if actual not in PERFECT
    }
    expected = {
        ("BorrowerAddress", "BorrowerAddress"): (3.4482758, 86.206894),
        ("BorrowerAddress", "$none"): (0.55172414, 13.793103),
        ("Interest", "Interest"): (4.0, 100.0),
        ("$none", "$none"): (51.90372, 99.81485),
        ("$none", "BorrowerAddress"): (0.0952381, 0.18315019),
        ("$none", "Interest"): (0.0010427529, 0.002005294),
    }
    assert cells.keys() == expected.keys()
    for pair, values in expected.items():
        assert cells[pair] == pytest.approx(values, rel=2e-7)
    for name in PERFECT:
        assert {predicted: cell.raw for predicted, cell in confusion[name].items()} == {name: 4.0}


def judge(text: str, expected: list[Span], predicted: list[Span]) -> Evaluation:
    return evaluate([EvaluatedText(name="a", text=text, expected=expected, predicted=predicted)])


@pytest.mark.parametrize(
    ("predicted", "counts"),
    [
        (Span(0, 3, "a"), {"a": (1, 0, 0)}),
        (Span(0, 2, "a"), {"a": (0, 1, 1)}),
        (Span(0, 3, "b"), {"a": (0, 0, 1), "b": (0, 1, 0)}),
    ],
)
def test_only_the_same_stretch_and_category_count(
    predicted: Span, counts: dict[str, tuple[int, int, int]]
) -> None:
    evaluation = judge("Ann came", [Span(0, 3, "a")], [predicted])

    assert counts == {
        name: (scores.true_positives, scores.false_positives, scores.false_negatives)
        for name, scores in evaluation.entities.items()
    }


def test_an_entity_s_mass_is_shared_out_over_what_was_predicted_there() -> None:
    evaluation = judge(
        "New York Times today",
        [Span(0, 14, "paper")],
        [Span(0, 8, "city"), Span(9, 12, "paper")],
    )

    shares = {name: cell.raw for name, cell in evaluation.confusion["paper"].items()}
    assert shares == pytest.approx({"city": 7 / 12, "paper": 3 / 12, "$none": 2 / 12})
    assert list(evaluation.confusion["$none"]) == ["$none"]


def test_a_gap_of_white_space_has_no_mass() -> None:
    evaluation = judge(" Ann Lee\n", [Span(1, 4, "a"), Span(5, 8, "b")], [])

    assert "$none" not in evaluation.confusion


def test_nothing_tagged_and_nothing_predicted_is_nothing() -> None:
    evaluation = judge("", [], [])

    assert (evaluation.entities, evaluation.confusion) == ({}, {})
    assert (evaluation.micro.f1, evaluation.macro.f1) == (0, 0)


def test_an_evaluation_comes_back_from_json_as_it_was() -> None:
    evaluation = published()

    assert Evaluation.from_json(json.loads(json.dumps(evaluation.to_json()))) == evaluation
