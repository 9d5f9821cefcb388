"""Wording: traits and columns as people read them. "Word" is any token: a word, a number, a sign.

Names are kept beside the making of what they name: `COLUMNS` has one entry for each column of
`features.columns`, in its order, with how its numbers read; `trait` reads each kind of
`features.traits`. Words in columns are as the vocabulary has them: in lower case, digits as 0.

What is explained is called *it*: an entity, or one word. Its words have the places 0 to n - 1;
places below 0 are to the left, from n on to the right.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

#: The words of the vocabulary, by number.
Words: TypeAlias = Sequence[str]

#: Of a trait that stands for words used alike: some of those words.
Examples: TypeAlias = Mapping[str, Sequence[str]]

#: White space before a word, by the number that columns give it.
_GAPS = (
    "no white space",
    "a space",
    "wide white space",
    "a line end",
    "an empty line",
    "the edge of the text",
)

#: Signs that a word begins with, by the number that columns give them.
_CLASSES = ("a sign", "a number", "a word in capitals", "a capitalised word", "a lower-case word")

#: Lower bounds of the buckets that columns count in.
_COUNTS = (0, 1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 64)


class About(enum.Enum):
    """What a column's number is about."""

    #: Two neighbouring words.
    PAIR = enum.auto()
    #: The white space before a word.
    GAP = enum.auto()
    #: The word itself.
    WORD = enum.auto()
    #: The line, alike for all words of it.
    LINE = enum.auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """How a column reads."""

    about: About
    #: Return a number in words, given the vocabulary.
    read: Callable[[int, Words], str]
    #: Of a pair or a gap: how far to the right of the word that has the number its place is; a
    #: pair is where its first word is.
    shift: int = 0


def _quoted(word: str) -> str:
    return f"'{word}'" if word else "the edge of the text"


def _pair(value: int, words: Words) -> str:
    first, second = divmod(value, len(words))
    if words[first] and words[second]:
        return f"'{words[first]} {words[second]}'"
    return f"{_quoted(words[first])} and {_quoted(words[second])}"


def _gap(value: int, _: Words) -> str:
    return _GAPS[value]


def _setting(value: int, _: Words) -> str:
    rest, before = divmod(value, 8)
    kind, after = divmod(rest, 8)
    return f"is {_CLASSES[kind]} between {_GAPS[before]} and {_GAPS[after]}"


def _counted(none: str, some: str) -> Callable[[int, Words], str]:
    """Return the reading of buckets: `none` for 0, else `some` with the count and plural's s."""

    def read(value: int, _: Words) -> str:
        if value == 0:
            return none
        low = _COUNTS[value]
        if value + 1 == len(_COUNTS):
            return some.format(f"{low} or more", "s")
        high = _COUNTS[value + 1] - 1
        return some.format(low if low == high else f"{low} to {high}", "" if high == 1 else "s")

    return read


def _one(template: str) -> Callable[[int, Words], str]:
    return lambda value, words: template.format(_quoted(words[value]))


def _two(template: str) -> Callable[[int, Words], str]:
    return lambda value, words: template.format(_pair(value, words))


#: How the columns of `features.columns` read, in their order.
COLUMNS: tuple[Column, ...] = (
    Column(about=About.PAIR, read=_pair, shift=-1),
    Column(about=About.PAIR, read=_pair),
    Column(about=About.PAIR, read=_pair, shift=-2),
    Column(about=About.PAIR, read=_pair, shift=1),
    Column(about=About.GAP, read=_gap),
    Column(about=About.GAP, read=_gap, shift=1),
    Column(about=About.WORD, read=_setting),
    Column(
        about=About.WORD, read=_counted("begins its line", "has {} word{} before it in its line")
    ),
    Column(about=About.WORD, read=_counted("ends its line", "has {} word{} after it in its line")),
    Column(about=About.LINE, read=_counted("is in the first line", "has {} line{} above it")),
    Column(about=About.LINE, read=_counted("is in the last line", "has {} line{} below it")),
    Column(about=About.LINE, read=_one("first word of the line is {}")),
    Column(about=About.LINE, read=_two("first words of the line are {}")),
    Column(about=About.LINE, read=_one("last word of the line is {}")),
    Column(about=About.LINE, read=_two("last words of the line are {}")),
    Column(about=About.LINE, read=_one("the key before the colon is {}")),
    Column(about=About.LINE, read=_two("the key before the colon ends in {}")),
    Column(about=About.LINE, read=_one("the line above begins with {}")),
    Column(about=About.LINE, read=_one("the line below begins with {}")),
)


def column(number: int, value: int, words: Words, place: int, size: int) -> str:
    """Return a column's number, which the word at a place of it (of `size` words) has, in words."""
    own = COLUMNS[number]
    said = own.read(value, words)
    place += own.shift
    if own.about is About.LINE:
        return said
    if own.about is About.WORD:
        return f"{_subject(place, size)}{said}"
    if own.about is About.GAP:
        if place == size:
            return f"ends before {said}"
        return f"{_subject(place, size) if place else ''}begins after {said}"
    if place < -1:
        return f"comes after {said}"
    if place < 0:
        return f"{said} where it begins"
    if place < size - 1:
        return f"{said} in it"
    return f"{said} where it ends" if place < size else f"comes before {said}"


#: How likely a word is within an entity elsewhere in the text, by the bucket that opinions have.
_LIKELY = ("not", "hardly", "maybe", "likely", "very likely", "surely")

#: Whose opinion each column of opinions is: how far to the right of the word that has it.
_WHOSE = (0, -1, 1)


def opinion(number: int, value: int, categories: Sequence[str], place: int, size: int) -> str:
    """Return in words what a first reading makes of the same word elsewhere in the text.

    `number` and `value` are of a column of `shared.ner.opinions`, of the word at a place of it.
    """
    label, bucket = divmod(value, len(_LIKELY))
    category = categories[label % len(categories)]
    article = "an" if category[:1].lower() in "aeiou" else "a"
    said = f"{_LIKELY[bucket]} in {article} {category}" if bucket else "in no entity"
    at = place + _WHOSE[number]
    if 0 <= at < size:
        return f"{_subject(at, size)}is elsewhere {said}"
    away, side = (-at, "left") if at < 0 else (at - size + 1, "right")
    return f"the word {away} to the {side} is elsewhere {said}"


def trait(name: str, place: int, size: int, examples: Examples | None = None) -> str:
    """Return a trait of the word at a place, in words; it has `size` words.

    `examples` tells what other words are in a group of words that are used alike.
    """
    if name == "w":
        side, away = ("beginning", -place) if place < 0 else ("end", place - size + 1)
        return f"the {side} of the text {away} to the {'left' if place < 0 else 'right'}"
    noun, verb = _trait(name, (examples or {}).get(name, ()))
    if 0 <= place < size:
        return f"{_subject(place, size)}{verb}"
    away, side = (-place, "left") if place < 0 else (place - size + 1, "right")
    return f"{noun} {away} to the {side}"


def _trait(name: str, alike: Sequence[str]) -> tuple[str, str]:
    """Return how a trait reads of a word elsewhere, and of a word of it."""
    kind, value = name[0], name[1:]
    # The shape of a sign is the sign itself.
    if kind == "w" or (kind == "h" and len(value) == 1 and not value.isalnum()):
        noun = "word" if any(sign.isalnum() for sign in value) else "sign"
        return f"the {noun} '{value}'", f"is the {noun} '{value}'"
    if kind == "W":
        return f"the spelling '{value}'", f"is spelled '{value}'"
    if kind == "d":
        return "a word with a digit", "has a digit"
    if kind == "n":
        length = {"1": "1 character", "9": "9 or more characters"}.get(value, f"{value} characters")
        return f"a word of {length}", f"has {length}"
    if kind == "k":
        if not alike:
            return f"a word of group {value[1:]}", f"is a word of group {value[1:]}"
        listed = ", ".join(f"'{word}'" for word in alike)
        return f"a word like {listed}", f"is a word like {listed}"
    if kind == "h":
        return f"a word shaped like '{value}'", f"is shaped like '{value}'"
    # The length of beginnings and endings comes before them.
    if kind == "p":
        return f"a word that begins with '{value[1:]}-'", f"begins with '{value[1:]}-'"
    if kind == "s":
        return f"a word that ends in '-{value[1:]}'", f"ends in '-{value[1:]}'"
    raise ValueError(f"no words for traits of the kind {kind!r}")


def _subject(place: int, size: int) -> str:
    """Return the word at a place of it, as the subject of a sentence; no word is named of one."""
    return f"word {place + 1} of {size} " if size > 1 else ""
