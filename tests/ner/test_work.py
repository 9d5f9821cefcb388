"""Work: the share that is done, of a plan that changes."""

from __future__ import annotations

from shared.ner.work import Work


def test_stages_count_by_what_they_cost() -> None:
    told: list[float] = []
    work = Work({"short": 1, "long": 3}, told.append)

    work.begin("short")
    work.advance(0.5)
    work.begin("long")
    work.advance(1 / 3)

    assert told == [0, 0.125, 0.25, 0.5]


def test_what_is_dropped_counts_no_more() -> None:
    told: list[float] = []
    work = Work({"first": 1, "perhaps": 2, "last": 1}, told.append)

    work.begin("first")
    work.begin("perhaps")
    work.drop("perhaps")
    work.begin("last")

    assert told == [0, 0.25, 0.5]


def test_the_share_never_goes_back() -> None:
    told: list[float] = []
    work = Work({"only": 1}, told.append)

    work.begin("only")
    for share in (0.4, 0.1, 0.6):
        work.advance(share)

    assert told == [0, 0.4, 0.4, 0.6]
