"""Splits of documents into training, validation and test."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.ner.split import split_by_dataset, split_by_percentage

NAMES = st.sets(st.text(max_size=6), max_size=40)


@given(NAMES, st.integers(0, 5), st.integers(0, 100), st.data())
def test_every_document_is_in_one_part(
    names: set[str], seed: int, train: int, data: st.DataObject
) -> None:
    test = data.draw(st.integers(0, 100 - train))

    split = split_by_percentage(names, seed=seed, train_percent=train, test_percent=test)

    assert sorted([*split.train, *split.validation, *split.test]) == sorted(names)


@given(NAMES, st.randoms())
def test_the_order_of_the_names_changes_nothing(names: set[str], random: object) -> None:
    shuffled = sorted(names)
    random.shuffle(shuffled)  # type: ignore[attr-defined]

    assert split_by_percentage(shuffled, seed=1) == split_by_percentage(sorted(names), seed=1)


@pytest.mark.parametrize(
    ("count", "train", "test", "sizes"),
    [
        (10, 80, 10, (8, 1, 1)),
        (20, 80, 10, (16, 2, 2)),
        (100, 80, 10, (80, 10, 10)),
        (10, 98, 1, (8, 1, 1)),
        (10, 1, 98, (1, 1, 8)),
        (10, 80, 20, (8, 0, 2)),
        (10, 0, 50, (0, 5, 5)),
        (7, 0, 0, (0, 7, 0)),
        (1, 80, 10, (1, 0, 0)),
        (2, 80, 10, (1, 0, 1)),
        (3, 80, 10, (1, 1, 1)),
        (0, 80, 10, (0, 0, 0)),
    ],
)
def test_parts_have_their_share(
    count: int, train: int, test: int, sizes: tuple[int, int, int]
) -> None:
    names = [f"{number}.txt" for number in range(count)]

    split = split_by_percentage(names, seed=0, train_percent=train, test_percent=test)

    assert (len(split.train), len(split.validation), len(split.test)) == sizes


@given(st.integers(10, 60), st.integers(1, 98), st.data())
def test_of_ten_documents_no_part_is_empty(count: int, train: int, data: st.DataObject) -> None:
    test = data.draw(st.integers(1, 99 - train))

    split = split_by_percentage(
        map(str, range(count)), seed=0, train_percent=train, test_percent=test
    )

    assert all([split.train, split.validation, split.test])


def test_another_seed_deals_anew() -> None:
    names = [f"{number}.txt" for number in range(30)]

    assert split_by_percentage(names, seed=0) != split_by_percentage(names, seed=1)


@pytest.mark.parametrize(("train", "test"), [(90, 11), (-1, 10), (10, -1)])
def test_impossible_percentages_are_refused(train: int, test: int) -> None:
    with pytest.raises(ValueError, match="percentages"):
        split_by_percentage(["a"], seed=0, train_percent=train, test_percent=test)


def test_documents_that_people_marked_for_the_test_are_the_test() -> None:
    train = [f"{number}.txt" for number in range(20)]

    split = split_by_dataset(train, ["b.txt", "a.txt", "7.txt"], seed=0)

    assert split.test == ("7.txt", "a.txt", "b.txt")
    assert len(split.validation) == 2
    assert sorted([*split.train, *split.validation]) == sorted(set(train) - {"7.txt"})


def test_validation_leaves_training_a_document() -> None:
    split = split_by_dataset(["a"], ["b"], seed=0)

    assert (split.train, split.validation, split.test) == (("a",), (), ("b",))
