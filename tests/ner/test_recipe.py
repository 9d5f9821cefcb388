"""Recipes: what is usual for which texts."""

from __future__ import annotations

import pytest

from shared.ner.recipe import FORM, PROSE, Recipe, usual_recipe

SENTENCE = "A sentence that goes on and on, as the sentences of letters and of articles do. " * 2


@pytest.mark.parametrize(
    ("texts", "recipe"),
    [
        (["Total: 9.00\nCash: 10.00\n\nThank you"], FORM),
        ([SENTENCE], PROSE),
        (["Title\n" + f"{SENTENCE}\n" * 5], PROSE),
        ([""], PROSE),
        ([], PROSE),
    ],
)
def test_texts_of_short_lines_are_forms(texts: list[str], recipe: Recipe) -> None:
    assert usual_recipe(texts) == recipe
