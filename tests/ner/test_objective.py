"""The objective's gradient against its own differences."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from shared.ner import objective as module
from shared.ner.chain import States, Transitions
from shared.ner.design import Design
from shared.ner.encoding import encode, learn_tokenizer
from shared.ner.objective import Objective, Rows, arrange
from shared.ner.sheet import Sheet
from shared.text.spans import Span
from shared.text.tokens import locate

TEXT = "From: Ann Lee\nTo: Bob\n\nPaid 5 dollars to Bob by Ann Lee.\n" * 3
SPANS = [
    Span(start + at, start + at + length, category)
    for start in (0, 57, 114)
    for at, length, category in ((6, 7, "payer"), (18, 3, "payee"), (41, 3, "payee"))
]


def objective() -> Objective:
    states = States(np.array([1, 2]), 3)
    tokenizer = learn_tokenizer([(TEXT, SPANS)])
    sheet = Sheet.of([TEXT, "Bob\n"], tokenizer)
    places = locate(TEXT, tokenizer.tokens(TEXT))
    tags = [
        np.array(encode(places, SPANS, {"payee": 0, "payer": 1})),
        np.zeros(1, np.int64),
    ]
    arrangement = arrange(tags, states)
    design = Design(sheet, arrangement, states, minimum_count=2, groups={}, layout=True)
    return Objective(design.blocks, arrangement, states, l2=0.1)


@pytest.mark.parametrize("sequence", [400, 7])
def test_the_gradient_is_the_slope(sequence: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_SEQUENCE", sequence)
    function = objective()
    random = np.random.default_rng(2)
    weights = random.normal(0, 0.3, function.size).astype(np.float32)

    _, gradient = function(weights)

    for _ in range(20):
        direction = random.normal(0, 1, function.size).astype(np.float32)
        direction *= random.random(function.size) < 0.2
        step = np.float32(1e-3)
        ahead, _ = function(weights + step * direction)
        behind, _ = function(weights - step * direction)
        slope = float(np.dot(gradient.astype(np.float64), direction))
        assert (ahead - behind) / 2e-3 == pytest.approx(slope, rel=1e-2, abs=0.1)
    own = slice(function.size - function.transitions, None)
    for number in range(*own.indices(function.size)):
        direction = np.zeros(function.size, np.float32)
        direction[number] = 1e-2
        ahead, _ = function(weights + direction)
        behind, _ = function(weights - direction)
        assert (ahead - behind) / 2e-2 == pytest.approx(float(gradient[number]), abs=2e-2)


def test_batches_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_SEQUENCE", 7)
    whole = objective()
    monkeypatch.setattr(module, "_BATCH", 20)
    parted = objective()
    weights = np.random.default_rng(2).normal(0, 0.3, whole.size).astype(np.float32)

    values, gradients = zip(whole(weights), parted(weights), strict=True)

    assert values[0] == pytest.approx(values[1], rel=1e-5)
    np.testing.assert_allclose(gradients[0], gradients[1], atol=1e-4)


def test_the_weights_of_no_knowledge_give_each_path_the_same_chance() -> None:
    function = objective()

    value, _ = function(np.zeros(function.size, np.float32))

    # Of one token there are three paths (O and two B); of n tokens, a recurrence.
    outside, inside = 1.0, 0.0
    tokens = len(learn_tokenizer([]).tokens(TEXT))
    log_paths = 0.0
    for _ in range(tokens):
        # After O: O or 2 B. After an entity: O, 2 B, or I.
        outside, inside = outside + inside, 2 * (outside + inside) + inside
        total = outside + inside
        log_paths += np.log(total)
        outside, inside = outside / total, inside / total
    assert value == pytest.approx(log_paths + np.log(3), rel=1e-4)


def test_samples_are_of_the_same_size_and_hold_the_ones_before(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "_SEQUENCE", 7)
    monkeypatch.setattr(module, "_SAMPLED", ((10, (4, 2)),))
    sampled = objective()
    monkeypatch.setattr(module, "_SAMPLED", ())
    whole = objective()
    weights = np.random.default_rng(2).normal(0, 0.1, whole.size).astype(np.float32)

    value, gradient = whole(weights)
    own_value, own_gradient = sampled(weights)

    assert own_value == pytest.approx(value, rel=1e-5)
    np.testing.assert_allclose(own_gradient, gradient, atol=1e-4)
    assert (len(whole.samples), len(sampled.samples)) == (0, 2)
    for sample in sampled.samples:
        guess, slope = sample(weights)
        # A guess from a part: not the value, but as large.
        assert guess != pytest.approx(value, rel=1e-5)
        assert guess == pytest.approx(value, rel=0.4)
        assert slope.shape == gradient.shape


def test_a_sample_takes_every_so_manieth_sequence_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_SEQUENCE", 5)
    monkeypatch.setattr(module, "_SAMPLED", ((10, (4, 2)),))
    states = States(np.array([1]), 2)

    arrangement = arrange([np.zeros(40, np.int64)], states)

    ends = [*arrangement.samples, len(arrangement.batches)]
    tokens = [
        sorted(np.concatenate([batch.token for batch in arrangement.batches[:end]]).tolist())
        for end in ends
    ]
    assert tokens[0] == [*range(5), *range(20, 25)]
    assert tokens[1] == [*range(5), *range(10, 15), *range(20, 25), *range(30, 35)]
    assert tokens[2] == list(range(40))


def test_transitions_of_the_tags_are_counted_in_each_sequence_on_its_own() -> None:
    states = States(np.array([1, 2]), 3)
    documents = [[0, 1, 3, 3, 1, 0, 2, 4, 1, 0, 0, 2], [1, 0, 2, 0, 0, 1, 3], [2, 4, 4], [0, 0]]

    arrangement = arrange([np.array(tags) for tags in documents], states)

    counts = Transitions.of(arrangement.batches[0].counts, 2, 3)
    expected = Transitions.zeros(2, 3)
    slot = before = 0
    for place, tag in ((place, tag) for tags in documents for place, tag in enumerate(tags)):
        if not place:
            slot = before = 0
        number, previous = (tag - 1) % 2, (before - 1) % 2
        if tag > 2:
            (expected.inside if before > 2 else expected.begin)[number] += 1
        elif before:
            slot = previous + 1
            (expected.leave_inside if before > 2 else expected.leave_begin)[previous] += 1
            expected.adjacent[previous] += tag > 0
        if 0 < tag <= 2:
            expected.open[slot, number] += 1
        before = tag

    np.testing.assert_array_equal(counts.flat(), expected.flat())


def test_the_guess_of_the_curvature_is_above_zero_and_larger_for_what_is_frequent() -> None:
    function = objective()

    guess = function.curvature()

    assert guess.shape == (function.size,)
    assert (guess > 0).all()
    slopes = []
    weights = np.zeros(function.size, np.float32)
    _, gradient = function(weights)
    # The second derivative along single weights, as differences of the gradient.
    chosen = np.random.default_rng(3).choice(function.size - function.transitions, 60, False)
    for number in chosen.tolist():
        weights[number] = 1e-1
        slopes.append((function(weights)[1][number] - gradient[number]) / 1e-1)
        weights[number] = 0
    assert np.corrcoef(np.log(guess[chosen]), np.log(np.maximum(slopes, 1e-3)))[0, 1] > 0.5


def test_a_narrowed_objective_is_the_whole_one_with_the_other_weights_at_0() -> None:
    function = objective()
    random = np.random.default_rng(5)
    weights = random.normal(0, 0.3, function.size).astype(np.float32)
    kept = random.random(function.size) < 0.1
    kept[function.size - function.transitions :] = True
    again = random.random(np.count_nonzero(kept)) < 0.5
    again[-function.transitions :] = True

    narrow = function.narrowed(kept)
    narrower = narrow.narrowed(again)

    for one, places in ((narrow, np.flatnonzero(kept)), (narrower, np.flatnonzero(kept)[again])):
        alone = np.zeros_like(weights)
        alone[places] = weights[places]
        value, gradient = function(alone)
        own_value, own_gradient = one(weights[places])
        assert own_value == pytest.approx(value, rel=1e-5)
        np.testing.assert_allclose(own_gradient, gradient[places], atol=1e-4)
        assert one.size == len(places) == len(own_gradient)


def test_narrowed_rows_say_the_same_and_hold_no_entries_of_their_own() -> None:
    dense = np.zeros((100, 4), np.float32)
    dense[3, 0] = dense[5, 1] = dense[7, 2] = dense[9, 2] = 1
    dense[10:90, 3] = 1
    rows = Rows.of(np.arange(4, dtype=np.int32), sparse.csr_matrix(dense))

    narrowed = rows.narrowed(np.array([0, -1, 1, 2], np.int32))

    scores = np.array([[1, 2], [3, 4], [5, 6]], np.float32)
    np.testing.assert_array_equal(narrowed.emissions(scores), dense[:, [0, 2, 3]] @ scores)
    assert narrowed.matrix.nnz == 3
    assert np.shares_memory(narrowed.matrix.data, rows.matrix.data)
    assert narrowed.columns.nbytes == 100
