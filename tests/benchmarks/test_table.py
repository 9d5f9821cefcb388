"""The table: scores of rows, folds and seeds brought together, means."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks import results, scale, table
from tests.benchmarks.rows import row


def test_a_line_of_the_table_shows_a_row() -> None:
    shown = table.markdown([row("crfsuite")]).splitlines()

    assert len(shown) == 3
    assert shown[2] == (
        "| letters | 10 | crfsuite | 0.800 | 0.800 "
        "| 1.5 | 400 | 1.00 | 2.5 | 120 | 200 | – | 0.100 |"
    )


def test_the_folds_of_a_seed_count_as_one_test() -> None:
    folds = [
        row("crfsuite", folds=2, fold=0, counts={"a": [1, 1, 1]}),
        row("crfsuite", folds=2, fold=1, counts={"a": [0, 4, 4], "b": [2, 2, 2]}),
    ]

    (line,) = table.lines(folds)

    assert line.documents == "10, 2 folds"
    # Of 7 found and 7 tagged, 3 are right; of "a" 1 of 5 and 5, of "b" all.
    assert line.micro == pytest.approx(3 / 7)
    assert line.macro == pytest.approx((1 / 5 + 1) / 2)


def test_seeds_are_averaged() -> None:
    seeds = [
        row("crfsuite", seed=0, counts={"a": [1, 1, 1]}),
        row("crfsuite", seed=1, counts={"a": [0, 9, 9]}),
    ]

    (line,) = table.lines(seeds)

    assert line.micro == pytest.approx(0.5)


def test_speed_is_told_as_a_ratio_to_the_reference_on_the_same_cell() -> None:
    rows = [
        row("crfsuite", seed=0, characters_per_second=100.0),
        row("spanwright", seed=0, characters_per_second=400.0),
        row("crfsuite", seed=1, characters_per_second=50.0),
        row("spanwright", seed=1, characters_per_second=450.0),
    ]

    ratios = {line.system: line.ratio for line in table.lines(rows)}

    assert ratios == {"spanwright": pytest.approx(6.0), "crfsuite": pytest.approx(1.0)}


def test_calibration_errors_are_of_the_bins_of_all_folds() -> None:
    folds = [
        # In one fold too sure and in the other too little: together the bin is right.
        row("spanwright", folds=2, fold=0, bins=[[0.8, 10, 0.9, 1.0], [0.1, 5, 0.2, 0.2]]),
        row("spanwright", folds=2, fold=1, bins=[[0.8, 10, 0.9, 0.8], [0.5, 5, 0.6, 0.2]]),
    ]

    (line,) = table.lines(folds)

    assert line.calibration == pytest.approx(5 * 0.4 / 30)


def test_a_system_without_confidences_has_no_calibration_error() -> None:
    (line,) = table.lines([row("spacy", bins=None)])

    assert line.calibration is None


def test_documents_with_untagged_texts_are_a_group_of_their_own() -> None:
    rows = [row("spanwright"), row("spanwright", untagged=True, untagged_texts=40)]

    assert [line.documents for line in table.lines(rows)] == ["10", "10 + 40"]


def test_means_are_over_the_cells_in_which_all_systems_were_measured() -> None:
    rows = [
        row(system, corpus=corpus, counts={"a": [right, 10, 10]})
        for corpus, system, right in [
            ("one", "spanwright", 9),
            ("one", "crfsuite", 7),
            ("two", "spanwright", 7),
            ("two", "crfsuite", 8),
            ("three", "spanwright", 1),
        ]
    ]

    shown = table.markdown(rows)

    means = [line for line in shown.splitlines() if "**mean**" in line]
    assert [line.split(" | ")[1:4] for line in means] == [
        ["**2 cells**", "**spanwright**", "**0.800**"],
        ["**2 cells**", "**crfsuite**", "**0.750**"],
    ]
    assert "| crfsuite | 2 | +0.050 | -0.100 | two, 10 |" in table.differences(rows)


def test_of_a_cell_measured_twice_the_later_row_is_read(tmp_path: Path) -> None:
    files = [tmp_path / "a.jsonl", tmp_path / "b.jsonl"]
    files[0].write_text(json.dumps(row("crfsuite", fit_seconds=1.0)) + "\n", "utf-8")
    later = [row("crfsuite", fit_seconds=2.0), row("crfsuite", seed=1)]
    files[1].write_text("".join(json.dumps(one) + "\n" for one in later), "utf-8")

    rows = table.read(files)

    assert [(one["seed"], one["fit_seconds"]) for one in rows] == [(0, 2.0), (1, 1.5)]


def test_the_page_of_results_names_machine_day_command_and_figures() -> None:
    sizes = [
        {
            "characters": 100_000,
            "documents": 70,
            "distinct_tokens": 2000,
            "fit_seconds": 4.0,
            "fit_mb": 210.0,
            "model_kb": 40.0,
            "machine": row("spanwright")["machine"],
        }
    ]

    page = results.page([row("spanwright"), row("crfsuite")], sizes, "python -m it", "scale.svg")

    for part in (
        "python -m it",
        "2026-01-02",
        "Linux, 2 cores",
        "numpy 2.4.6",
        "--data letters --documents 10 --seeds 0 --systems spanwright,crfsuite",
        "| letters | 10 | spanwright | 0.800 |",
        "| crfsuite | 1 | +0.000 |",
        "(scale.svg)",
        "| 100,000 | 70 | 2,000 | 4.0 | 25,000 | 210 | 40 |",
    ):
        assert part in page


def test_the_plot_shows_both_curves_and_their_units() -> None:
    sizes = [
        {"characters": size, "fit_seconds": size / 1e5, "fit_mb": 100 + size / 1e4}
        for size in (100_000, 1_200_000)
    ]

    drawing = scale.drawing(sizes)

    assert drawing.count("<polyline") == 2
    assert drawing.count("<circle") == 4
    for words in ("seconds", "megabytes", "millions of characters"):
        assert words in drawing
