"""Tokens: the smallest pieces of a text that an entity is made of.

A token is a word (a run of letters with their marks), a run of digits, one character of a script
that writes no spaces between words, or one sign. Digits stand apart from letters, so that an amount
glued to its currency can be tagged; marks stay with their base, as no reader tells them apart; an
emoji with its joiners and modifiers, or a flag, is one sign. The classes are Unicode's general
categories and scripts. What is white space is what `str.isspace` says.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable

import regex

#: Scripts whose words are not parted by spaces, and Hangul, whose particles are glued to names.
#: The prolonged sound marks and the iteration mark belong to no single script.
_UNSPACED = (
    r"\p{Han}\p{Hiragana}\p{Katakana}\p{Bopomofo}\p{Hangul}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
    r"\p{Tibetan}\p{Javanese}\p{Balinese}\p{Tai_Le}\p{New_Tai_Lue}\p{Tai_Tham}\p{Yi}"
    r"\u3005-\u3007\u30fc\uff70"
)

#: White space as `str.isspace` has it: Unicode's White_Space, and four old separators.
_SPACE = r"\s\x1c-\x1f"

_TOKEN = regex.compile(
    rf"""
      [[{_UNSPACED}]&&[\p{{L}}\p{{N}}]] \p{{M}}*
    | [\p{{L}}--[{_UNSPACED}]] [[\p{{L}}\p{{M}}\u00ad\u200c\u200d]--[[{_UNSPACED}]&&[\p{{L}}]]]*
    | [\p{{N}}--[{_UNSPACED}]] [[\p{{N}}\p{{M}}]--[[{_UNSPACED}]&&[\p{{N}}]]]*
    | \p{{Regional_Indicator}}{{2}}
    | [^{_SPACE}] [\p{{M}}\p{{Emoji_Modifier}}\U000e0020-\U000e007f]*
      (?: \u200d \p{{Extended_Pictographic}} [\p{{M}}\p{{Emoji_Modifier}}]* )*
    """,
    regex.VERBOSE | regex.VERSION1,
)

#: The same for text that is ASCII alone, several times as fast.
_ASCII_TOKEN = re.compile(r"[A-Za-z]+|[0-9]+|[^\s\x1c-\x1f]", re.ASCII)

#: How many pieces between white space are kept with their tokens between calls, and how long such
#: a piece is at the most: in a script without spaces it is a sentence, and hardly comes again.
_KEPT = 20_000
_LONGEST = 40


def tokenize(text: str) -> list[str]:
    """Return the tokens of a text, in order: together they are the text without white space."""
    if text.isascii():
        return _ASCII_TOKEN.findall(text)
    found: list[str] = []
    # No token holds white space, so pieces between it can be cut one by one, and mostly recur.
    for piece in text.split():
        found += _cut(piece) if len(piece) <= _LONGEST else _TOKEN.findall(piece)
    return found


def locate(text: str, tokens: Iterable[str]) -> list[tuple[int, int]]:
    """Return where the tokens of a text are, as half-open code points."""
    found: list[tuple[int, int]] = []
    end = 0
    for token in tokens:
        start = text.index(token, end)
        end = start + len(token)
        found.append((start, end))
    return found


@functools.lru_cache(_KEPT)
def _cut(piece: str) -> tuple[str, ...]:
    """Return the tokens of a piece of text without white space."""
    return tuple(_TOKEN.findall(piece))
