"""How sentences introduce the two parties. Each role has its own turns of phrase."""

from __future__ import annotations

from dice import Dice
from facts import Facts

_PERSON_BORROWS = (
    "who lives at {BorrowerAddress} in {BorrowerCity} ({BorrowerState})",
    "residing at {BorrowerAddress} in {BorrowerCity}, {borrower_kind} of {BorrowerState}",
)
_FIRM_LENDS = (
    "of {LenderAddress}, {LenderCity}, {LenderState}",
    "with an office at {LenderAddress}, {LenderCity}, {LenderState}",
)
_PERSON_LENDS = (
    "of {LenderAddress}, {LenderCity}, {LenderState}",
    "with a mailing address of {LenderAddress}, {LenderCity}, {LenderState}",
)


def borrower_home(dice: Dice) -> str:
    """A template that says where the borrower, a person, lives."""
    return dice.pick(_PERSON_BORROWS)


def lender_seat(facts: Facts, dice: Dice) -> str:
    """A template that says where the lender is to be found."""
    return dice.pick(_FIRM_LENDS if facts.lender_is_firm else _PERSON_LENDS)
