"""The plot: curves over one size, each on its own axis, both scales logarithmic, as SVG.

On such scales a straight line that rises by one decade a decade is linear growth; a thin dashed
line through the last point shows it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

#: Pixels of the whole, and of the margins around the panel.
_WIDTH, _HEIGHT = 760, 460
_LEFT, _RIGHT, _TOP, _BOTTOM = 78, 78, 64, 62

#: A colour and a dash for each curve, told apart without colour too.
_STYLES = (("#0b5cad", ""), ("#b3470b", "7 4"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """The values of one quantity, one for each size, all above 0."""

    name: str
    unit: str
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class _Scale:
    """A logarithmic scale from low to high, laid out between two pixels."""

    low: float
    high: float
    begin: float
    end: float

    def at(self, value: float) -> float:
        share = math.log(value / self.low) / math.log(self.high / self.low)
        return self.begin + share * (self.end - self.begin)

    def marks(self) -> list[float]:
        """Return 1, 2 and 5 times the powers of ten on the scale."""
        powers = range(math.floor(math.log10(self.low)), math.ceil(math.log10(self.high)) + 1)
        every = [float(f"{digit}e{power}") for power in powers for digit in (1, 2, 5)]
        return [mark for mark in every if self.low <= mark <= self.high]


def svg(*, title: str, across: str, sizes: Sequence[float], curves: Sequence[Curve]) -> str:
    """Return the plot of up to two curves: the first on the left axis, the second on the right.

    Raises `ValueError` where there is nothing to draw.
    """
    if not sizes or not curves or len(curves) > len(_STYLES):
        raise ValueError("a plot has sizes, and one or two curves")
    right, bottom = _WIDTH - _RIGHT, _HEIGHT - _BOTTOM
    horizontal = _Scale(min(sizes) / 1.25, max(sizes) * 1.25, _LEFT, right)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" '
        f'width="{_WIDTH}" height="{_HEIGHT}" font-family="sans-serif" font-size="13">',
        f"<title>{escape(title)}</title>",
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#ffffff"/>',
        _text(_LEFT, 26, title, weight="bold", size=16),
    ]
    for mark in horizontal.marks():
        place = horizontal.at(mark)
        parts.append(_line(place, _TOP, place, bottom, "#e3e3e3"))
        parts.append(_text(place, bottom + 19, f"{mark:,g}", anchor="middle"))
    parts.append(_text((_LEFT + right) / 2, _HEIGHT - 16, f"{across} (log)", anchor="middle"))
    legend = _LEFT
    decades = max(_decades(curve.values) for curve in curves)
    for number, (curve, (colour, dash)) in enumerate(zip(curves, _STYLES, strict=False)):
        vertical = _around(curve.values, decades, bottom)
        edge, step, anchor = (_LEFT, -7, "end") if number == 0 else (right, 7, "start")
        for mark in vertical.marks():
            place = vertical.at(mark)
            if number == 0:
                parts.append(_line(_LEFT, place, right, place, "#e3e3e3"))
            parts.append(_text(edge + step, place + 4, f"{mark:,g}", anchor=anchor, fill=colour))
        side = 20 if number == 0 else _WIDTH - 14
        middle = (_TOP + bottom) / 2
        parts.append(
            _text(side, middle, f"{curve.unit} (log)", anchor="middle", fill=colour, turned=True)
        )
        points = [
            (horizontal.at(size), vertical.at(value))
            for size, value in zip(sizes, curve.values, strict=True)
        ]
        path = " ".join(f"{left:.1f},{top:.1f}" for left, top in points)
        parts.append(
            f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2.5"'
            + (f' stroke-dasharray="{dash}"' if dash else "")
            + "/>"
        )
        parts += [
            f'<circle cx="{left:.1f}" cy="{top:.1f}" r="4" fill="{colour}"/>'
            for left, top in points
        ]
        parts.append(_line(legend, 46, legend + 34, 46, colour, width=2.5, dash=dash))
        side_name = "left" if number == 0 else "right"
        words = f"{curve.name}, {curve.unit} ({side_name})"
        parts.append(_text(legend + 42, 50, words, fill=colour))
        legend += 62 + 7 * len(words)
        if number == 0:
            parts.append(_linear(horizontal, vertical, sizes[-1], curve.values[-1]))
    parts.append(_line(legend, 46, legend + 34, 46, "#777777", dash="2 3"))
    parts.append(_text(legend + 42, 50, "linear in size", fill="#555555"))
    parts.append(
        f'<rect x="{_LEFT}" y="{_TOP}" width="{right - _LEFT}" height="{bottom - _TOP}" '
        'fill="none" stroke="#444444"/>'
    )
    return "\n".join([*parts, "</svg>\n"])


def _decades(values: Sequence[float]) -> float:
    """Return how many decades a scale for values has, with some air at both ends."""
    return math.log10(max(values) / min(values)) + 0.3


def _around(values: Sequence[float], decades: float, bottom: float) -> _Scale:
    """Return a scale of so many decades, with the values in its middle.

    All scales of a plot have as many, so that the slopes of curves can be compared.
    """
    pad = 10 ** ((decades - math.log10(max(values) / min(values))) / 2)
    return _Scale(min(values) / pad, max(values) * pad, bottom, _TOP)


def _linear(horizontal: _Scale, vertical: _Scale, size: float, value: float) -> str:
    """Return the line of linear growth through a point, as far as the panel goes."""
    smallest = max(horizontal.low, size * vertical.low / value)
    largest = min(horizontal.high, size * vertical.high / value)
    return _line(
        horizontal.at(smallest),
        vertical.at(value * smallest / size),
        horizontal.at(largest),
        vertical.at(value * largest / size),
        "#777777",
        dash="2 3",
    )


def _line(
    left: float,
    top: float,
    right: float,
    bottom: float,
    colour: str,
    *,
    width: float = 1,
    dash: str = "",
) -> str:
    return (
        f'<line x1="{left:.1f}" y1="{top:.1f}" x2="{right:.1f}" y2="{bottom:.1f}" '
        f'stroke="{colour}" stroke-width="{width}"'
        + (f' stroke-dasharray="{dash}"' if dash else "")
        + "/>"
    )


def _text(
    left: float,
    top: float,
    words: str,
    *,
    anchor: str = "start",
    fill: str = "#222222",
    weight: str = "normal",
    size: int = 13,
    turned: bool = False,
) -> str:
    turn = f' transform="rotate(-90 {left:.1f} {top:.1f})"' if turned else ""
    return (
        f'<text x="{left:.1f}" y="{top:.1f}" text-anchor="{anchor}" fill="{fill}" '
        f'font-weight="{weight}" font-size="{size}"{turn}>{escape(words)}</text>'
    )
