"""The vector art of a certificate: guilloche border, corner and ground rosettes, magnolia, seal.

Every piece is a string of PDF path operators around its own origin, computed once per process and
placed as a form XObject, so that drawing a certificate costs no more than naming it. The magnolia
(白玉兰) is the flower of Shanghai; the seal bears it where a state organ's would bear a star, and
no national emblem appears anywhere.
"""

import math
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from reportlab.pdfbase import pdfdoc

Point = tuple[float, float]
Colour = tuple[float, float, float]

INKS: dict[str, Colour] = {
    "junior": (0.10, 0.32, 0.39),
    "mid": (0.17, 0.24, 0.46),
    "senior": (0.43, 0.13, 0.19),
}
"""The ink of title, level and border, by code of the level."""
GOLD: Colour = (0.67, 0.52, 0.25)
VERMILION: Colour = (0.72, 0.16, 0.14)
PALE: Colour = (0.885, 0.915, 0.905)
PAPER: Colour = (0.993, 0.988, 0.972)

TILE = 58.0
"""Length of one repeat of the border, in points; `BAND` is its height."""
BAND = 21.0
CORNER = 17.0
GROUND = 178.0
SEAL = 50.0


@dataclass(frozen=True)
class Ornament:
    """A piece of art: path operators, compressed, within a square or rectangle of its own."""

    name: str
    box: tuple[float, float, float, float]
    content: bytes

    def form(self) -> Any:
        """A fresh form XObject for one document."""
        numbers = [round(side, 2) for side in self.box]
        dictionary = pdfdoc.PDFDictionary(
            {
                "Type": pdfdoc.PDFName("XObject"),
                "Subtype": pdfdoc.PDFName("Form"),
                "BBox": pdfdoc.PDFArray(numbers),
                "Resources": pdfdoc.PDFDictionary({}),
                "Filter": pdfdoc.PDFName("FlateDecode"),
            }
        )
        return pdfdoc.PDFStream(dictionary, self.content)


def ink_of(level: str) -> Colour:
    """The ink for a level; a level without one of its own takes the first."""
    return INKS.get(level, next(iter(INKS.values())))


@cache
def pieces(ink: Colour) -> tuple[Ornament, ...]:
    """All art in one ink, in the order in which a document lists it."""
    return (_tile(ink), _corner(ink), _ground(), _magnolia(), _seal_ring())


def _ornament(name: str, half_width: float, half_height: float, parts: Iterable[str]) -> Ornament:
    box = (-half_width, -half_height, half_width, half_height)
    return Ornament(name, box, zlib.compress("\n".join(parts).encode("ascii"), 9))


def _tile(ink: Colour) -> Ornament:
    """One repeat of the border: three bands of sine lines woven into one another."""
    parts = ["0.32 w 1 J 1 j"]
    for colour, count, waves, reach in (
        (ink, 8, 1, 0.94),
        (GOLD, 6, 2, 0.62),
        (ink, 4, 1, 0.34),
    ):
        parts.append(_ink(colour))
        for strand in range(count):
            shift = 2 * math.pi * strand / count
            height = BAND / 2 * reach

            def wave(
                t: float, shift: float = shift, row: tuple[int, float] = (waves, height)
            ) -> Point:
                turns, height = row
                return (t - 0.5) * TILE, height * math.sin(2 * math.pi * turns * t + shift)

            parts.append(_curve(wave, 16 * waves))
    return _ornament("tile", TILE / 2, BAND / 2, parts)


def _corner(ink: Colour) -> Ornament:
    """A rosette for the corners of the border."""
    parts = [_fill(PAPER), _circle(CORNER), "f", "0.32 w"]
    for colour, count, petals, low, high in (
        (ink, 4, 12, 0.62, 0.97),
        (GOLD, 4, 8, 0.34, 0.72),
        (ink, 3, 6, 0.10, 0.40),
    ):
        parts.append(_ink(colour))
        parts += _rosette(CORNER, count, petals, low, high)
    parts += [_ink(ink), "0.7 w", _circle(CORNER - 0.4), "S"]
    return _ornament("corner", CORNER + 1, CORNER + 1, parts)


def _ground() -> Ornament:
    """The pale rosette behind the text."""
    parts = [_ink(PALE), "0.4 w"]
    for count, petals, low, high in ((6, 24, 0.80, 1.0), (6, 16, 0.50, 0.86), (6, 12, 0.2, 0.58)):
        parts += _rosette(GROUND, count, petals, low, high)
    return _ornament("ground", GROUND + 1, GROUND + 1, parts)


def _magnolia() -> Ornament:
    """An open magnolia: six outer and six inner petals, veined, in its unit circle of radius 10."""
    parts = ["1 J 1 j"]
    for count, turn, length, breadth, fill in (
        (6, 0.0, 10.0, 3.3, (0.97, 0.94, 0.86)),
        (6, math.pi / 6, 7.2, 2.7, (1.0, 0.99, 0.96)),
    ):
        parts += [_ink(GOLD), _fill(fill), "0.35 w"]
        for petal in range(count):
            parts.append(_petal(turn + 2 * math.pi * petal / count, length, breadth))
    parts += [_fill(GOLD), _circle(1.25), "f", _fill(PAPER)]
    return _ornament("magnolia", 11, 11, parts)


def _petal(angle: float, length: float, breadth: float) -> str:
    """A pointed petal from the origin outwards, filled and outlined, with its middle vein."""

    def at(along: float, across: float) -> str:
        x = along * math.cos(angle) - across * math.sin(angle)
        y = along * math.sin(angle) + across * math.cos(angle)
        return f"{x:.2f} {y:.2f}"

    outline = (
        f"0 0 m {at(0.28 * length, breadth * 0.9)} {at(0.78 * length, breadth * 1.15)} "
        f"{at(length, 0)} c {at(0.78 * length, -breadth * 1.15)} "
        f"{at(0.28 * length, -breadth * 0.9)} 0 0 c b"
    )
    return f"{outline} {at(0.3 * length, 0)} m {at(0.82 * length, 0)} l S"


def _seal_ring() -> Ornament:
    """The seal without its words: two rings, a woven band between them and the flower inside."""
    parts = [_ink(VERMILION), "1.6 w", _circle(SEAL - 1), "S", "0.5 w", _circle(SEAL - 3.4), "S"]
    parts += ["0.3 w", *_rosette(SEAL * 0.60, 4, 24, 0.80, 0.98)]
    parts += ["0.5 w", _circle(SEAL * 0.60), "S", _circle(SEAL * 0.47), "S"]
    parts += ["0.45 w 1 j", _fill((1, 1, 1))]
    for count, turn, length, breadth in ((6, 0.0, 20.0, 6.6), (6, math.pi / 6, 14.2, 5.3)):
        for petal in range(count):
            parts.append(_petal(math.pi / 2 + turn + 2 * math.pi * petal / count, length, breadth))
    parts += [_fill(VERMILION), _circle(2.4), "f"]
    return _ornament("seal", SEAL + 1, SEAL + 1, parts)


def _rosette(radius: float, count: int, petals: int, low: float, high: float) -> list[str]:
    """Closed curves whose distance from the origin swings between two shares of a radius."""
    middle, swing = radius * (low + high) / 2, radius * (high - low) / 2
    curves = []
    for strand in range(count):
        shift = 2 * math.pi * strand / count

        def curve(t: float, shift: float = shift) -> Point:
            angle = 2 * math.pi * t
            distance = middle + swing * math.sin(petals * angle + shift)
            return distance * math.cos(angle), distance * math.sin(angle)

        curves.append(_curve(curve, petals * 6))
    return curves


def _curve(point: Callable[[float], Point], steps: int) -> str:
    """A smooth stroke along a curve over 0 to 1 (Hermite form, written as Béziers)."""
    step = 1 / steps
    tiny = step / 50

    def slope(t: float) -> Point:
        (x0, y0), (x1, y1) = point(t - tiny), point(t + tiny)
        return (x1 - x0) / (2 * tiny), (y1 - y0) / (2 * tiny)

    x, y = point(0)
    parts = [f"{x:.2f} {y:.2f} m"]
    for number in range(steps):
        here, there = number * step, (number + 1) * step
        (x0, y0), (x1, y1) = point(here), point(there)
        (u0, v0), (u1, v1) = slope(here), slope(there)
        reach = step / 3
        numbers = (
            x0 + u0 * reach,
            y0 + v0 * reach,
            x1 - u1 * reach,
            y1 - v1 * reach,
            x1,
            y1,
        )
        parts.append(" ".join(f"{value:.2f}" for value in numbers) + " c")
    return " ".join(parts) + " S"


def _circle(radius: float) -> str:
    """A circle around the origin as four Béziers."""
    k = radius * 4 / 3 * (math.sqrt(2) - 1)
    r = radius
    return (
        f"{r:.2f} 0 m {r:.2f} {k:.2f} {k:.2f} {r:.2f} 0 {r:.2f} c "
        f"{-k:.2f} {r:.2f} {-r:.2f} {k:.2f} {-r:.2f} 0 c "
        f"{-r:.2f} {-k:.2f} {-k:.2f} {-r:.2f} 0 {-r:.2f} c "
        f"{k:.2f} {-r:.2f} {r:.2f} {-k:.2f} {r:.2f} 0 c h"
    )


def _ink(colour: Colour) -> str:
    return "{:.3f} {:.3f} {:.3f} RG".format(*colour)


def _fill(colour: Colour) -> str:
    return "{:.3f} {:.3f} {:.3f} rg".format(*colour)
