"""Formal contracts: running prose and numbered clauses."""

from __future__ import annotations

from dice import Dice
from draft import Draft
from facts import Facts
from parties import borrower_home, lender_seat

_TITLES = (
    "LOAN AGREEMENT",
    "Private Loan Agreement",
    "AGREEMENT FOR A LOAN OF MONEY",
    "Loan Contract",
    "LOAN AGREEMENT (ref. {reference})",
)
_OPENINGS = (
    "This loan agreement is made on {{Date}} between {one}, and {two}.",
    "This agreement was made on {{Date}}. It has two parties: {one}, and {two}.",
    "By this agreement, dated {{Date}}, {one}, and {two}, settle the terms of a loan.",
    "This contract is dated {{Date}}. The parties to it are {one}, and {two}.",
)
_AMOUNTS = (
    "The Lender lends the Borrower the sum of {LoanAmountWords} ({LoanAmountNumbers}), which the "
    "Borrower will use for {purpose}.",
    "The Borrower has asked for help with {purpose}, and the Lender agrees to advance the sum of "
    "{LoanAmountNumbers}, in words {LoanAmountWords}.",
    "The Lender agrees to a loan for the sum of {LoanAmountNumbers}, in words {LoanAmountWords}. "
    "It is meant for {purpose} and for nothing else.",
    "For {purpose}, the Borrower receives from the Lender the sum of {LoanAmountWords} "
    "({LoanAmountNumbers}).",
)
_PAYOUTS = (
    "The money will be paid out in one transfer no later than {after}.",
    "The Lender pays the whole sum into the Borrower's account by {after}.",
    "A setup fee of {setup_fee} is kept back when the money is paid out.",
    "The Borrower confirms having received the full amount in cash.",
)
_INTERESTS = (
    "The Borrower pays interest at {Interest} a year on whatever is still owed.",
    "The loan bears interest at {Interest} a year, counted from the day of payment.",
    "The unpaid balance carries interest at {Interest} a year; the rate is fixed.",
    "The parties have settled on interest at {Interest} a year, which will not change while the "
    "loan lasts.",
)
_REPAYMENTS = (
    "The Borrower repays the loan in {months} monthly instalments of {monthly}, the first of "
    "which falls due on {first_due}.",
    "Repayment takes {months_words} months. Each payment comes to {monthly}, starting on "
    "{first_due} and ending on {last_due}.",
    "The Borrower will pay {monthly} on the same day of every month, beginning on {first_due}, "
    "until the debt is cleared.",
    "Payments of {monthly} are to be made each month for {months} months; the last one is due on "
    "{last_due}.",
)
_LATE = (
    "A payment that arrives more than {grace} days late costs the Borrower an extra {late_fee}.",
    "For every instalment that is late by more than {grace} days the Lender may charge a late fee "
    "of {late_fee}.",
    "If an instalment is over {grace} days late, {late_percent} of that instalment is added to it.",
    "Late payments attract a charge of {late_percent} of the overdue sum, but never less than "
    "{late_fee}.",
)
_EARLY = (
    "The Borrower may repay early, in whole or in part, without any penalty.",
    "Early repayment is welcome and free of charge; it first reduces the accrued interest and "
    "then the balance.",
    "If the Borrower wants to clear the debt ahead of time, {days} days' written notice is enough.",
    "Anyone paying ahead of the plan owes interest only for the days that have passed.",
)
_SECURITY = (
    "As security the Borrower pledges {collateral}.",
    "The loan is secured by {collateral}. The Lender may claim this security only after a written "
    "reminder.",
    "No security is given for this loan.",
    "{second} guarantees repayment and will step in if the Borrower cannot pay.",
    "{second} signs as guarantor for up to {share_percent} of the outstanding balance.",
)
_DEFAULT = (
    "Should the Borrower miss two payments in a row, the whole balance becomes payable at once.",
    "After {days} days in arrears the Lender may call in the entire debt, provided a written "
    "reminder has been sent first.",
    "If the Borrower becomes insolvent, the Lender may end this agreement and demand what is left "
    "of the debt immediately.",
    "The balance falls due in full when the Borrower breaks a term of this agreement and does not "
    "put it right within {days} days.",
)
_LAW = (
    "The laws of {law} apply, and disputes go to the courts in {court}.",
    "This agreement is governed by the laws of {law}. Before going to court in {court}, the "
    "parties will try to settle matters with a mediator.",
    "Any dispute that cannot be talked over is for the courts in {court} to decide, under the "
    "laws of {law}.",
)
_REST = (
    "Changes to this agreement count only if both sides sign them.",
    "If one term turns out to be void, the others stay in force.",
    "The agreement binds the heirs and successors of both parties.",
    "Neither party may hand over rights or duties under this agreement without the other's "
    "consent.",
    "This paper holds everything that was agreed; talks held on {before} and earlier have no "
    "further effect.",
    "Two originals have been signed, one for each side.",
    "Notices must be in writing and reach the other side at the address given above.",
)
_SIGNATURES = (
    "Borrower: {BorrowerName}\nLender: {LenderName}\n",
    "Signature of Borrower: ____________________\nSignature of Lender: ____________________\n",
    "Signed in the presence of {witness}, witness.\n",
    "____________________          ____________________\n"
    "the Borrower                  the Lender\n\nWitness: {witness}\n",
    "Borrower: {BorrowerName}\nLender: {LenderName}\nWitness: {witness}\n",
    "Acknowledged before me, {witness}, notary public, on {after}.\n",
)

#: Headings of the numbered clauses with the wordings each may hold.
_CLAUSES: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (("Purpose and sum", "The loan", "Principal"), _AMOUNTS),
    (("Interest", "Interest rate"), _INTERESTS),
    (("Repayment", "Instalments"), _REPAYMENTS),
)
_OPTIONAL_CLAUSES: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (("Late payment", "Delays"), _LATE),
    (("Early repayment", "Prepayment"), _EARLY),
    (("Security", "Collateral and guarantee"), _SECURITY),
    (("Default", "Acceleration"), _DEFAULT),
    (("Law and courts", "Disputes"), _LAW),
    (("Other terms", "Final provisions"), _REST),
)
_MARKS = ("{}. ", "{}) ", "Clause {}: ", "§ {} ")


def _parties(facts: Facts, dice: Dice) -> tuple[str, str]:
    home, seat = borrower_home(dice), lender_seat(facts, dice)
    one, two = dice.shuffled(
        (f"the Borrower, {{BorrowerName}}, {home}", f"the Lender, {{LenderName}}, {seat}")
    )
    return one, two


def write_prose(draft: Draft, facts: Facts, dice: Dice, turn: int) -> None:
    """Running text in paragraphs, without numbers or headings."""
    one, two = _parties(facts, dice)
    opening = _OPENINGS[turn % len(_OPENINGS)]
    money = [dice.pick(_AMOUNTS)] + [dice.pick(_PAYOUTS)] * dice.chance(0.7)
    terms = [dice.pick(_REPAYMENTS), *(dice.pick(pool) for pool in (_LATE, _EARLY))]
    extras = [dice.pick(pool) for pool in (_SECURITY, _DEFAULT, _LAW) if dice.chance(0.7)]
    closing = dice.shuffled(_REST)[: dice.between(1, 3)]

    draft.fill(f"{dice.pick(_TITLES)}\n\n", facts.values)
    draft.fill(opening.format(one=one, two=two), facts.values)
    paragraphs = [" ".join(money), dice.pick(_INTERESTS) + " " + " ".join(terms)]
    paragraphs += [" ".join(extras)] if extras else []
    paragraphs.append(" ".join(closing))
    for paragraph in paragraphs:
        draft.fill(f"\n\n{paragraph}", facts.values)
    draft.fill(f"\n\n{dice.pick(_SIGNATURES)}", facts.values)


def write_clauses(draft: Draft, facts: Facts, dice: Dice, turn: int) -> None:
    """Numbered clauses, most of them with a heading."""
    mark = _MARKS[turn % len(_MARKS)]
    headed = turn % 3 != 2
    home, seat = borrower_home(dice), lender_seat(facts, dice)
    roles = [
        (dice.pick(("Borrower", "Who borrows")), f"The Borrower is {{BorrowerName}}, {home}."),
        (dice.pick(("Lender", "Who lends")), f"The Lender is {{LenderName}}, {seat}."),
    ]
    clauses = dice.shuffled(roles)
    dated = "This agreement is dated {Date} and takes effect at once."
    if dice.chance(0.5):
        draft.fill(f"{dice.pick(_TITLES)}\nmade on {{Date}}\n\n", facts.values)
    else:
        draft.fill(f"{dice.pick(_TITLES)}\n\n", facts.values)
        clauses.insert(0, ("Date", dated))
    for headings, pool in _CLAUSES:
        clauses.append((dice.pick(headings), dice.pick(pool)))
    for headings, pool in _OPTIONAL_CLAUSES:
        if dice.chance(0.75):
            clauses.append((dice.pick(headings), dice.pick(pool)))
    for number, (heading, text) in enumerate(clauses, 1):
        start = mark.format(number) + (f"{heading}. " if headed else "")
        gap = "\n" if turn % 2 and number < len(clauses) else ""
        draft.fill(f"{start}{text}\n{gap}", facts.values)
    draft.fill(f"\n{dice.pick(_SIGNATURES)}", facts.values)
