"""What one agreement is about, drawn by lot: who lends what to whom, and the noise around it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from dice import Dice
from people import Register, mailbox
from places import MONEY, PLACES, Place, postal_code, street
from wording import capitals, date_text, instalment, later, number_words

CATEGORIES = (
    "Date",
    "LoanAmountWords",
    "LoanAmountNumbers",
    "Interest",
    "BorrowerName",
    "BorrowerAddress",
    "BorrowerCity",
    "BorrowerState",
    "LenderName",
    "LenderAddress",
    "LenderCity",
    "LenderState",
)

#: What the money is for, the least and the most it costs, and what could secure it.
_PURPOSES = (
    ("the purchase of a used delivery van", 9_000, 34_000, "the van"),
    ("repairs to a leaking roof", 4_000, 18_000, "the tools and materials bought with it"),
    ("the tuition of a nursing course", 3_500, 22_000, "a savings account of the same value"),
    ("a new kitchen", 6_000, 28_000, "the appliances bought with it"),
    ("opening a small coffee bar", 18_000, 95_000, "the espresso machines and furniture"),
    ("the purchase of a fishing boat", 15_000, 120_000, "the boat and its motor"),
    ("medical bills after an accident", 2_500, 16_000, "a claim against the insurer"),
    ("a wedding in the autumn", 3_000, 15_000, "a vintage motorcycle"),
    ("the deposit on a first apartment", 8_000, 60_000, "a life insurance policy"),
    ("solar panels for the barn", 12_000, 54_000, "the panels and the inverter"),
    ("a second-hand upright piano", 1_500, 7_500, "the piano"),
    ("the renewal of an irrigation system", 20_000, 140_000, "the pumps and pipes"),
    ("stock for the holiday season", 5_000, 45_000, "the unsold stock"),
    ("moving house across the country", 2_000, 9_500, "a station wagon"),
    ("the payoff of two credit cards", 3_000, 19_000, "a collection of coins"),
    ("a milling machine for the workshop", 11_000, 88_000, "the machine"),
)


#: Months to repay a small, a middling and a large loan.
_TERMS = ((12, 18, 24, 30), (24, 30, 36, 48, 60), (60, 72, 84, 96, 120))


@dataclass(frozen=True, kw_only=True, slots=True)
class Facts:
    """The values that the wordings are filled with."""

    #: Mentions by category and plain text by lower-case name, for `Draft.fill`.
    values: dict[str, str]
    #: The lender is a bank or a firm.
    lender_is_firm: bool
    #: The borrower is a firm.
    borrower_is_firm: bool
    #: Neither party is in the United States.
    abroad: bool


def _amount(dice: Dice, low: int, high: int) -> int:
    step = dice.pick((50, 100, 100, 250, 500, 500, 1000))
    return dice.between(low // step, high // step) * step


def _countries(dice: Dice, abroad: bool) -> tuple[Place, Place]:
    country = dice.pick([c for c in PLACES if c != "US"]) if abroad else "US"
    borrower, lender = dice.pick(PLACES[country]), dice.pick(PLACES[country])
    return borrower, lender


def draw(
    dice: Dice,
    register: Register,
    *,
    abroad: bool,
    lender_is_firm: bool,
    borrower_is_firm: bool,
    date_style: str,
    postal_state: bool,
    capital_words: bool,
) -> Facts:
    """Draws one loan. The date style holds for all dates of the document.

    `postal_state` writes the borrower's state in its postal short form.
    """
    home, seat = _countries(dice, abroad)
    money = MONEY[seat.country]
    purpose, low, high, collateral = dice.pick(_PURPOSES)
    amount = _amount(dice, low, high)
    rate = Decimal(dice.between(6, 39)) / 4
    months = dice.pick(_TERMS[(amount >= 10_000) + (amount >= 45_000)])
    signed = date(dice.between(2019, 2025), dice.between(1, 12), dice.between(1, 28))
    day_first = {"month": "day", "slash": "day"} if abroad else {}
    style = day_first.get(date_style, date_style)
    cents = dice.chance(0.5)
    words = f"{number_words(amount)} {money.unit}"

    def sum_text(value: Decimal | int, *, with_cents: bool) -> str:
        return f"{money.sign}{value:,.2f}" if with_cents else f"{money.sign}{value:,}"

    def day_text(day: date) -> str:
        return date_text(day, style)

    borrower, lender = register.person(), register.person()
    borrower_name = register.borrowing_firm() if borrower_is_firm else " ".join(borrower)
    lender_name = register.lending_firm() if lender_is_firm else " ".join(lender)
    home_street = seat_street = street(home, dice, office=borrower_is_firm)
    while seat_street.rstrip("0123456789") == home_street.rstrip("0123456789"):
        seat_street = street(seat, dice, office=lender_is_firm)
    others = [" ".join(register.person()) for _ in range(2)]
    values = {
        "Date": date_text(signed, style),
        "LoanAmountWords": capitals(words) if capital_words else words,
        "LoanAmountNumbers": sum_text(amount, with_cents=cents),
        "Interest": f"{rate.normalize():f}" + (" percent" if dice.chance(0.3) else "%"),
        "BorrowerName": borrower_name,
        "BorrowerAddress": home_street,
        "BorrowerCity": home.city,
        "BorrowerState": home.short if postal_state else home.state,
        "LenderName": lender_name,
        "LenderAddress": seat_street,
        "LenderCity": seat.city,
        "LenderState": seat.state,
        "borrower_kind": home.kind,
        "borrower_code": postal_code(home, dice),
        "lender_code": postal_code(seat, dice),
        "borrower_first": borrower[0],
        "lender_first": lender[0],
        "borrower_mail": mailbox(*borrower, "example.org"),
        "lender_mail": mailbox(*lender, "example.com"),
        "officer": " ".join(lender),
        "witness": others[0],
        "second": others[1],
        "court": seat.court,
        "law": seat.law,
        "purpose": purpose,
        "collateral": collateral,
        "reference": f"{dice.pick('ABKLMR')}{dice.pick('CDNPT')}-{dice.between(1040, 9875)}",
        "months": str(months),
        "months_words": number_words(months),
        "monthly": sum_text(instalment(amount, rate, months), with_cents=True),
        "late_fee": sum_text(dice.pick((15, 20, 25, 35, 40, 50, 75)), with_cents=False),
        "setup_fee": sum_text(dice.pick((60, 80, 95, 120, 150)), with_cents=False),
        "late_percent": f"{dice.pick((2, 3, 4, 5, 10))}%",
        "share_percent": f"{dice.pick((60, 70, 75, 80, 90))}%",
        "grace": number_words(dice.pick((5, 7, 10, 14, 15))),
        "days": str(dice.pick((10, 14, 15, 20, 30))),
        "first_due": day_text(later(signed, months=1)),
        "last_due": day_text(later(signed, months=months)),
        "before": day_text(later(signed, days=-dice.between(4, 26))),
        "sent": day_text(later(signed, days=dice.between(1, 3))),
        "after": day_text(later(signed, days=dice.between(5, 9))),
    }
    return Facts(
        values=values,
        lender_is_firm=lender_is_firm,
        borrower_is_firm=borrower_is_firm,
        abroad=abroad,
    )
