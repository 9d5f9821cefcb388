"""Numbers, sums, rates and dates as words and figures."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen"
).split()
_TENS = "- - twenty thirty forty fifty sixty seventy eighty ninety".split()
_MONTHS = (
    "January February March April May June July August September October November December"
).split()


def number_words(number: int) -> str:
    """A whole number below a million in English words, without "and"."""
    if number >= 1000:
        rest = f" {number_words(number % 1000)}" if number % 1000 else ""
        return f"{number_words(number // 1000)} thousand{rest}"
    if number >= 100:
        rest = f" {number_words(number % 100)}" if number % 100 else ""
        return f"{_ONES[number // 100]} hundred{rest}"
    if number >= 20:
        return _TENS[number // 10] + (f"-{_ONES[number % 10]}" if number % 10 else "")
    return _ONES[number]


def capitals(words: str) -> str:
    """Words With Capitals, as formal papers write a sum."""
    return "-".join(" ".join(w[:1].upper() + w[1:] for w in p.split(" ")) for p in words.split("-"))


def date_text(day: date, style: str) -> str:
    """A date in one of the styles month, day, iso and slash."""
    month = _MONTHS[day.month - 1]
    return {
        "month": f"{month} {day.day}, {day.year}",
        "day": f"{day.day} {month} {day.year}",
        "iso": f"{day.year}-{day.month:02d}-{day.day:02d}",
        "slash": f"{day.month:02d}/{day.day:02d}/{day.year}",
    }[style]


def later(day: date, *, months: int = 0, days: int = 0) -> date:
    """The day so many months (same day of the month, at most the 28th) and days later."""
    count = day.year * 12 + day.month - 1 + months
    moved = date(count // 12, count % 12 + 1, min(day.day, 28)) if months else day
    return moved + timedelta(days=days)


def instalment(principal: int, percent: Decimal, months: int) -> Decimal:
    """The monthly annuity that repays the principal: P i / (1 - (1 + i)^-n), to the cent."""
    rate = percent / 1200
    payment = principal * rate / (1 - (1 + rate) ** -months)
    return payment.quantize(Decimal("0.01"), ROUND_HALF_UP)
