"""Tokens: the smallest pieces of a text that an entity is made of.

A token is a word (a run of letters with their marks), a run of digits, one character of a script
that writes no spaces between words, or one sign. Digits stand apart from letters, so that an amount
glued to its currency can be tagged; marks stay with their base, as no reader tells them apart; an
emoji with its joiners and modifiers, or a flag, is one sign. The classes are Unicode's general
categories and scripts. What is white space is what `str.isspace` says.
"""

from __future__ import annotations

import re

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


def tokenize(text: str) -> list[tuple[int, int]]:
    """Return the tokens of a text as half-open code points, in order and apart from each other.

    Together they cover every character that is not white space, and no white space.
    """
    pattern = _ASCII_TOKEN if text.isascii() else _TOKEN
    return [match.span() for match in pattern.finditer(text)]
