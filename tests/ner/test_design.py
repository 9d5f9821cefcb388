"""The design: which features there are, and which token has which."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from shared.ner import design as module
from shared.ner import features
from shared.ner.chain import Integers, States, Transitions
from shared.ner.design import Design
from shared.ner.encoding import Tokenizer
from shared.ner.objective import Arrangement, Objective, arrange
from shared.ner.sheet import Sheet

TEXTS = ["Name: Ann Lee\nCity: Oslo\n", "", "Name: Bob Lee\nCity: Rome\nAnn paid Bob.\n"] * 2
# What is tagged here is tagged once.
TEXTS.append("Lee: name")
STATES = States(np.array([1, 0]), 2)


def drawn() -> tuple[Design, Arrangement, Sheet, Integers]:
    """Return the design of the texts with made-up tags."""
    sheet = Sheet.of(TEXTS, Tokenizer())
    own = [sheet.type_of[start:end] for start, end in itertools.pairwise(sheet.bounds)]
    # Capitalised words are tagged as beginning an entity, of one category or the other.
    tags = [
        np.array([1 + len(sheet.types[t]) % 2 if sheet.types[t][0].isupper() else 0 for t in types])
        .reshape(-1)
        .astype(np.int64)
        for types in own
    ]
    arrangement = arrange(tags, STATES)
    flat = np.concatenate(tags)
    made = Design(sheet, arrangement, STATES, minimum_count=2, groups={}, layout=True)
    return made, arrangement, sheet, flat


def test_each_token_has_its_types_and_its_columns() -> None:
    design, arrangement, sheet, _ = drawn()

    numbers = {word: number for number, word in enumerate(design.vocabulary)}
    columns = features.columns(sheet, numbers)
    bounds = np.cumsum([len(features.REACH) * len(sheet.types), *map(len, design.values)])
    for batch, rows in zip(arrangement.batches, design.blocks.rows, strict=True):
        for row, token in enumerate(batch.token.tolist()):
            start, end = rows.matrix.indptr[row : row + 2]
            found = sorted(rows.values[rows.matrix.indices[start:end]].tolist())
            expected = [
                place * len(sheet.types) + int(sheet.at(distance)[token])
                for place, distance in enumerate(features.REACH)
            ]
            for column, values, offset in zip(columns, design.values, bounds, strict=False):
                if column[token] in values:
                    expected.append(int(offset) + values.tolist().index(column[token]))
            assert found == expected


def test_numbers_of_columns_count_over_all_documents(monkeypatch: pytest.MonkeyPatch) -> None:
    whole, _, sheet, _ = drawn()
    monkeypatch.setattr(module, "_PART", 1)
    parted, _, _, _ = drawn()

    numbers = {word: number for number, word in enumerate(whole.vocabulary)}
    for column, values, others in zip(
        features.columns(sheet, numbers), whole.values, parted.values, strict=True
    ):
        found, times = np.unique(column, return_counts=True)
        np.testing.assert_array_equal(values, found[(found >= 0) & (times >= 2)])
        np.testing.assert_array_equal(values, others)
    for one, other in zip(whole.blocks.rows, parted.blocks.rows, strict=True):
        np.testing.assert_array_equal(one.values, other.values)
        np.testing.assert_array_equal(one.matrix.indices, other.matrix.indices)


def test_of_many_weights_there_are_those_of_what_was_seen_together(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "_EVERY_WEIGHT", 0)
    design, arrangement, sheet, tags = drawn()

    acting = dict(zip(features.REACH, design.acting, strict=True))
    expected = set()
    for token, tag in enumerate(tags.tolist()):
        own = set(features.traits(sheet.types[int(sheet.at(-1)[token])]))
        for number, trait in enumerate(acting[-1].tolist()):
            if design.traits[trait] in own:
                expected.add(number * 5 + tag)
    place = list(features.REACH).index(-1)
    active = design.blocks.parts[place].active
    assert active is not None
    assert active.tolist() == sorted(expected)
    objective = Objective(design.blocks, arrangement, STATES, l2=0.0)
    assert objective.size == sum(
        0 if part.active is None else len(part.active) for part in design.blocks.parts
    ) + Transitions.size(2, 2)


def test_a_reading_holds_the_weights_that_are_not_zero() -> None:
    design, arrangement, _, _ = drawn()
    objective = Objective(design.blocks, arrangement, STATES, l2=0.0)
    weights = np.zeros(objective.size, np.float32)
    own = objective.size - objective.transitions
    chosen = [0, own // 3, own - 1]
    weights[chosen] = [1, 2, 3]
    parts, flat = objective.parts(weights)

    reading = design.reading(Transitions.of(flat, 2, 2), parts)

    kept = sorted([*reading.trait_weights.values.tolist(), *reading.column_weights.values.tolist()])
    assert kept == [1, 2, 3]
    assert len(reading.traits) == len(reading.trait_weights.bounds) - 1
    assert sum(map(len, reading.column_values)) == len(reading.column_weights.bounds) - 1


def test_weights_of_a_reading_are_those_that_it_was_made_of() -> None:
    design, arrangement, _, _ = drawn()
    objective = Objective(design.blocks, arrangement, STATES, l2=0.0)
    random = np.random.default_rng(4)
    weights = random.normal(0, 1, objective.size).astype(np.float32)
    weights[: objective.size - objective.transitions] *= random.random(
        objective.size - objective.transitions
    ) < 0.1  # fmt: skip
    parts, flat = objective.parts(weights)

    reading = design.reading(Transitions.of(flat, 2, 2), parts)

    np.testing.assert_array_equal(design.weights(reading, objective), weights)


def test_weights_of_a_reading_with_other_columns_and_states_are_those_that_are_shared() -> None:
    design, arrangement, sheet, _ = drawn()
    objective = Objective(design.blocks, arrangement, STATES, l2=0.0)
    parts, _ = objective.parts(np.ones(objective.size, np.float32))
    flat = np.arange(Transitions.size(2, 2), dtype=np.float32)
    reading = design.reading(Transitions.of(flat, 2, 2), parts)
    plain = Design(
        sheet, arrangement, States(np.array([0, 0]), 1), minimum_count=2, groups={}, layout=False
    )
    other = Objective(plain.blocks, arrangement, States(np.array([0, 0]), 1), l2=0.0)

    found = plain.weights(reading, other)

    assert len(found) == other.size < objective.size
    assert (found[: other.size - other.transitions] == 1).all()
    # The score of opening an entity is the mean over the slots.
    np.testing.assert_array_equal(found[-2:], (flat[-4:-2] + flat[-2:]) / 2)
