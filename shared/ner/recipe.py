"""Recipes: the ways of learning that a project can choose from.

No one way is best everywhere. Where a word stands on the page says much in a form and nothing in a
sentence, where it only makes learning slower; which entity came before says much in both, but not
in lists. So the choice is made by what cross-validation says.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """A way of learning."""

    #: What it is for, in a word.
    purpose: str
    #: Whether features tell where on the page a token stands.
    layout: bool
    #: Whether the chain remembers which category came last.
    memory: bool
    #: Whether a second reading sees what the first made of the same words of the document.
    twice: bool = False

    @property
    def name(self) -> str:
        """What reports call it."""
        return f"{self.purpose}, read twice" if self.twice else self.purpose


FORM = Recipe(purpose="forms", layout=True, memory=True)
PROSE = Recipe(purpose="prose", layout=False, memory=True)
LIST = Recipe(purpose="sentences", layout=False, memory=False)

#: The recipes of one reading.
RECIPES = (FORM, PROSE, LIST)

#: Characters of a line, at the median, up to which a text looks like a form.
_SHORT_LINE = 60


def usual_recipe(texts: Sequence[str]) -> Recipe:
    """Return the recipe to take where nothing speaks for another: forms have short lines."""
    lengths = sorted(len(line) for text in texts for line in text.splitlines() if line.strip())
    short = bool(lengths) and lengths[len(lengths) // 2] <= _SHORT_LINE
    return FORM if short else PROSE
