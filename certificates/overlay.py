"""What one certificate has of its own, in the operators of PDF, set from a table of glyphs.

Most of its letters are in the fonts that all certificates of its kind carry; the few that are not,
such as the characters of a name, go into a small font of their own.
"""

import zlib
from functools import cache
from typing import Any

from certificates import numbering, outlines, symbols, typesetting
from certificates.ornament import Colour
from certificates.sheet import INK, QR_SIDE
from certificates.structure import ARTIFACT, END, Element
from certificates.typesetting import BOLD, REGULAR

OWN = "Own"
"""What the page calls the font that a certificate has of its own."""
_BASE_FONT = f"ZZZZZZ+{REGULAR}"
_SPACE = 32
"""A code that stands for nothing but a space, whichever font it is in."""
_CODES = 256

Glyph = tuple[str, str, float]
"""The font that has it, its code in hexadecimal digits, how wide in thousandths of its size."""
Glyphs = dict[str, Glyph]
"""By character."""


def glyphs_of(document: Any) -> dict[str, Glyphs]:
    """What the fonts of a ReportLab document have so far, by name of the font."""
    found = {}
    for name in (REGULAR, BOLD):
        font = typesetting.font(name)
        found[name] = {
            chr(point): (
                font.getSubsetInternalName(place // _CODES, document)[1:],
                f"{place % _CODES:02x}",
                font.face.getCharWidth(point),
            )
            for point, place in font.state[document].assignments.items()
        }
    return found


class Overlay:
    """A pen that writes operators, and remembers the letters that the table does not have."""

    def __init__(self, glyphs: dict[str, Glyphs]) -> None:
        self.parts: list[str] = ["q"]
        self._glyphs = glyphs
        self._own: Glyphs = {}
        self._points: list[int] = []

    def text(
        self,
        x: float,
        y: float,
        text: str,
        size: float,
        *,
        part: Element | None = None,
        font: str = REGULAR,
        colour: Colour = INK,
        centred: bool = True,
        spacing: float = 0,
    ) -> None:
        """Set one line of text with its baseline at `y`, centred on `x` or beginning there."""
        known, own = self._glyphs[font], self._own
        runs, font_before, wide = list[str](), "", 0.0
        for character in text:
            glyph = known.get(character) or own.get(character) or self._add(character)
            if glyph[0] != font_before:
                runs.append(f"{'> Tj ' if runs else ''}/{glyph[0]} {size:.3f} Tf <")
                font_before = glyph[0]
            runs.append(glyph[1])
            wide += glyph[2]
        if centred:
            x -= (wide * size / 1000 + spacing * (len(text) - 1)) / 2
        self.parts.append(
            f"{_begun(part)} BT {_ink(colour)} rg {spacing:.3f} Tc 1 0 0 1 {x:.3f} {y:.3f} Tm"
            f" {''.join(runs)}> Tj ET {END}"
        )

    def _add(self, character: str) -> Glyph:
        if len(self._points) == _SPACE:
            self._points.append(_SPACE)
        wide = typesetting.font(REGULAR).face.getCharWidth(ord(character))
        self._own[character] = glyph = (OWN, f"{len(self._points):02x}", wide)
        self._points.append(ord(character))
        return glyph

    def rule(self, x0: float, y0: float, x1: float, y1: float, weight: float, ink: Colour) -> None:
        """Draw a straight line."""
        self.parts.append(
            f"{ARTIFACT} {weight:.3f} w {_ink(ink)} RG {x0:.3f} {y0:.3f} m {x1:.3f} {y1:.3f} l S"
            f" {END}"
        )

    def qr(self, address: str, left: float, bottom: float, part: Element) -> None:
        """Draw a QR code on white, with its quiet zone of four modules around `QR_SIDE`.

        Raises:
            AddressTooLong: its modules would be too fine to read.
        """
        dark, count = symbols.drawn(address, numbering.PRINTED_CODE_LENGTH)
        scale = QR_SIDE / count
        self.parts.append(
            f"{_begun(part)} q {scale:.6f} 0 0 {scale:.6f} {left:.3f} {bottom:.3f} cm 1 1 1 rg"
            f" -4 -4 {count + 8} {count + 8} re f 0 0 0 rg\n{dark}f Q {END}"
        )

    def content(self) -> bytes:
        """The operators, for a stream that follows others on the page."""
        return "\n".join([*self.parts, "Q"]).encode("ascii")

    def font(self, first: int) -> list[bytes]:
        """The font of its own as four objects, numbered from `first`: it, and what it names."""
        face = typesetting.font(REGULAR).face
        points = self._points or [_SPACE]
        cut = outlines.cut(points)
        widths = " ".join(str(face.getCharWidth(point)) for point in points)
        font = (
            f"<< /Type /Font /Subtype /TrueType /BaseFont /{_BASE_FONT} /FirstChar 0"
            f" /LastChar {len(points) - 1} /Widths [ {widths} ] /FontDescriptor {first + 1} 0 R"
            f" /ToUnicode {first + 3} 0 R >>"
        )
        descriptor = (
            f"<< /Type /FontDescriptor /FontName /{_BASE_FONT} /Flags 4 /FontBBox"
            f" [ {' '.join(map(str, face.bbox))} ] /ItalicAngle {face.italicAngle} /Ascent"
            f" {face.ascent} /Descent {face.descent} /CapHeight {face.capHeight} /StemV"
            f" {face.stemV} /MissingWidth {face.defaultWidth} /FontFile2 {first + 2} 0 R >>"
        )
        return [
            font.encode("ascii"),
            descriptor.encode("ascii"),
            plain(cut, f"/Length1 {len(cut)}"),
            plain(typesetting.to_unicode(_BASE_FONT, points).encode("ascii")),
        ]


def packed(content: bytes) -> bytes:
    """A compressed stream. Little is gained by taking more trouble over so little."""
    return plain(zlib.compress(content, 1), "/Filter /FlateDecode")


def plain(content: bytes, more: str = "") -> bytes:
    """A stream as it is: of outlines and of tokens a third would be saved at best."""
    head = f"<< {more} /Length {len(content)} >>\nstream\n"
    return b"".join((head.encode("ascii"), content, b"\nendstream"))


def _begun(part: Element | None) -> str:
    if part is None:
        return ARTIFACT
    assert part.reserved is not None, "what is filled in has its place in the template"
    return part.begun(part.reserved)


@cache
def _ink(colour: Colour) -> str:
    return "{:.3f} {:.3f} {:.3f}".format(*colour)
