"""The objective's gradient against its own differences."""

from __future__ import annotations

import numpy as np
import pytest

from shared.ner import objective as module
from shared.ner.chain import States
from shared.ner.encoding import encode, learn_tokenizer
from shared.ner.estimator import Design
from shared.ner.features import read
from shared.ner.objective import Objective, arrange
from shared.text.spans import Span

TEXT = "From: Ann Lee\nTo: Bob\n\nPaid 5 dollars to Bob by Ann Lee.\n" * 3
SPANS = [
    Span(start + at, start + at + length, category)
    for start in (0, 57, 114)
    for at, length, category in ((6, 7, "payer"), (18, 3, "payee"), (41, 3, "payee"))
]


def objective() -> Objective:
    states = States(np.array([1, 2]), 3)
    tokenizer = learn_tokenizer([(TEXT, SPANS)])
    sheet = read([TEXT, "Bob\n"], tokenizer)
    tokens = tokenizer.tokens(TEXT)
    tags = [
        np.array(encode(tokens, SPANS, {"payee": 0, "payer": 1})),
        np.zeros(1, np.int64),
    ]
    arrangement = arrange(tags, states)
    design = Design(sheet, np.concatenate(tags), arrangement, states, minimum_count=2)
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
    monkeypatch.setattr(module, "_BATCH", 50)
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
