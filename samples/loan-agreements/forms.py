"""Papers made of fields: filled-in forms and term sheets."""

from __future__ import annotations

from dice import Dice
from draft import Draft
from facts import Facts

Row = tuple[str, str]

#: Keys in plain words, the last of which tells the role and the field; value after a colon or bar.
_WORDY_BORROWER: tuple[tuple[str, ...], ...] = (
    ("Borrower", "Full name of borrower", "Name of borrower"),
    ("Borrower's address",),
    ("Borrower's town",),
    ("Borrower's state",),
)
_WORDY_LENDER: tuple[tuple[str, ...], ...] = (
    ("Lender", "Full name of lender", "Name of lender"),
    ("Lender's office",),
    ("Lender's city",),
    ("Lender's region",),
)
#: Keys of two words; the value follows after a gap or on the next line.
_SHORT_FIELDS = ("name", "address", "city", "state")
_MENTIONS = ("Name", "Address", "City", "State")

_WORDY_LOAN: tuple[tuple[tuple[str, ...], str], ...] = (
    (("Amount of loan", "Amount of the loan"), "{LoanAmountNumbers}"),
    (("In words", "Amount in words"), "{LoanAmountWords}"),
    (("Interest per year", "Fixed interest per year"), "{Interest}"),
)
_SHORT_LOAN: tuple[Row, ...] = (
    ("Loan amount", "{LoanAmountNumbers}"),
    ("In words", "{LoanAmountWords}"),
    ("Yearly interest", "{Interest}"),
)
_NOISE: tuple[tuple[Row, ...], ...] = (
    (("Purpose of the money", "{purpose}"), ("Used for", "{purpose}")),
    (("Number of instalments", "{months}"), ("Term", "{months} months")),
    (("Monthly payment", "{monthly}"), ("Each instalment", "{monthly}")),
    (("First instalment due", "{first_due}"), ("Payments begin", "{first_due}")),
    (("Last instalment due", "{last_due}"), ("Final payment", "{last_due}")),
    (
        ("Late fee", "{late_fee} after {grace} days"),
        ("Late charge", "{late_percent} of the overdue instalment"),
    ),
    (("Security", "{collateral}"), ("Guarantor", "{second}"), ("Security", "none")),
    (("Setup fee", "{setup_fee}"), ("Setup fee", "waived")),
    (("Courts", "{court}"), ("Governing law", "the laws of {law}")),
    (("Witness", "{witness}"), ("Notary", "{witness}"), ("Prepared by", "{witness}")),
)
_HEADERS = (
    "LOAN RECORD {reference}",
    "Personal loan - record of agreement",
    "FORM 12: AGREED LOAN",
    "Loan intake form, file {reference}",
)
_SHEET_HEADERS = (
    "TERM SHEET",
    "Summary of terms, {reference}",
    "LOAN TERMS AT A GLANCE",
    "Indicative and final terms ({reference})",
)
_REMARKS = (
    "The borrower may repay early at no cost.",
    "Changes need the signature of both parties.",
    "Both parties have read this page and keep one copy each.",
    "If two instalments are missed, the balance is payable at once.",
    "Payments go first to charges, then to interest, then to the balance.",
    "The borrower has seen the plan of payments handed over on {before}.",
    "Questions about this record: ask {officer_or_clerk} at the front desk.",
    "The money is paid out by bank transfer within {days} days of signing.",
    "A copy of an identity card was shown and returned on {before}.",
    "The lender may charge {late_percent} on sums that stay unpaid for more than {grace} days.",
)
_SIGNS = (
    "Signature (borrower) ____________    Signature (lender) ____________\n",
    "Signed by both parties in the presence of {witness}.\n",
    "Initials: ______ / ______\n",
    "Checked by {witness} on {after}.\n",
)


def _noise(dice: Dice, count: int) -> list[Row]:
    chosen = dice.shuffled(range(len(_NOISE)))[:count]
    return [dice.pick(_NOISE[index]) for index in sorted(chosen)]


def _rows(role: str, keys: tuple[str, ...]) -> list[Row]:
    return [(key, f"{{{role}{mention}}}") for key, mention in zip(keys, _MENTIONS, strict=True)]


def _wordy(dice: Dice) -> tuple[list[Row], list[Row], list[Row]]:
    borrower = tuple(dice.pick(options) for options in _WORDY_BORROWER)
    lender = tuple(dice.pick(options) for options in _WORDY_LENDER)
    loan = [(dice.pick(keys), value) for keys, value in _WORDY_LOAN]
    return _rows("Borrower", borrower), _rows("Lender", lender), loan


def _short() -> tuple[list[Row], list[Row], list[Row]]:
    borrower = tuple(f"Borrower {field}" for field in _SHORT_FIELDS)
    lender = tuple(f"Lender {field}" for field in _SHORT_FIELDS)
    return _rows("Borrower", borrower), _rows("Lender", lender), list(_SHORT_LOAN)


def _ordered(
    dice: Dice, dated: Row, parts: tuple[list[Row], list[Row], list[Row]], noise: list[Row]
) -> list[list[Row]]:
    """The groups of rows in the order they are printed."""
    borrower, lender, loan = parts
    money = loan + noise
    people = dice.shuffled((borrower, lender))
    groups = [*people, money] if dice.chance(0.6) else [money, *people]
    return [[dated], *groups]


def _close(draft: Draft, facts: Facts, dice: Dice, remarks: int) -> None:
    clerk = facts.values["officer"] if facts.lender_is_firm else facts.values["second"]
    values = facts.values | {"officer_or_clerk": clerk}
    chosen = dice.shuffled(_REMARKS)[:remarks]
    if dice.chance(0.5):
        draft.fill("Remarks\n" + "".join(f"- {remark}\n" for remark in chosen), values)
    else:
        draft.fill(" ".join(chosen) + "\n", values)
    draft.fill(f"\n{dice.pick(_SIGNS)}", values)


def write_form(draft: Draft, facts: Facts, dice: Dice, turn: int) -> None:
    """A form with one field a line (key: value), or with each answer under its question."""
    below = turn % 3 == 1
    noise = _noise(dice, dice.between(4, 7))
    dated = ("Agreement date" if below else "Date of agreement", "{Date}")
    groups = _ordered(dice, dated, _short() if below else _wordy(dice), noise)
    draft.fill(f"{dice.pick(_HEADERS)}\n\n", facts.values)
    for group in groups:
        for key, value in group:
            draft.fill(f"{key}\n{value}\n" if below else f"{key}: {value}\n", facts.values)
        draft.add("\n")
    _close(draft, facts, dice, dice.between(4, 5))


def write_term_sheet(
    draft: Draft, facts: Facts, dice: Dice, turn: int, *, tabs: bool = False
) -> None:
    """A table of terms: columns by spaces, columns between bars, or columns by tabs."""
    bars = turn % 3 == 1 and not tabs
    noise = _noise(dice, dice.between(5, 8))
    dated = ("Date of agreement" if bars else "Agreement date", "{Date}")
    groups = _ordered(dice, dated, _wordy(dice) if bars else _short(), noise)
    width = max(len(key) for group in groups for key, _ in group)
    draft.fill(f"{dice.pick(_SHEET_HEADERS)}\n\n", facts.values)
    for index, group in enumerate(groups):
        if index and not bars:
            draft.add("\n")
        for key, value in group:
            if bars:
                draft.fill(f"{key.ljust(width)} | {value}\n", facts.values)
            else:
                gap = "\t" if tabs else " " * (width - len(key) + 4)
                draft.fill(f"{key}{gap}{value}\n", facts.values)
    draft.add("\n")
    _close(draft, facts, dice, dice.between(4, 5))
