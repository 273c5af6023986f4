"""The page under the pen: text, ornaments, rules and QR codes, each put where it is told."""

import itertools
import math
from typing import Protocol

from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from certificates import ornament, symbols
from certificates.ornament import VERMILION, Colour
from certificates.typesetting import REGULAR, fitted, heading, width

PAGE = (841.89, 595.28)
"""A4 landscape, in points."""
QR_SIDE = 25 * mm
INK: Colour = (0.11, 0.15, 0.18)


class Pen(Protocol):
    """What can set text, rules and QR codes on a page."""

    def text(
        self,
        x: float,
        y: float,
        text: str,
        size: float,
        *,
        font: str = REGULAR,
        colour: Colour = INK,
        centred: bool = True,
        spacing: float = 0,
    ) -> None:
        """Set one line of text with its baseline at `y`, centred on `x` or beginning there."""

    def rule(self, x0: float, y0: float, x1: float, y1: float, weight: float, ink: Colour) -> None:
        """Draw a straight line."""

    def qr(self, address: str, left: float, bottom: float) -> None:
        """Draw a QR code on white, with its quiet zone of four modules around `QR_SIDE`."""


class Sheet:
    """The page under the pen: text and ornaments by position, baseline and colour."""

    def __init__(self, canvas: Canvas, ink: Colour) -> None:
        self.canvas = canvas
        self.ink = ink
        for piece in ornament.pieces(ink):
            canvas._doc.addForm(piece.name, piece.form())

    def text(
        self,
        x: float,
        y: float,
        text: str,
        size: float,
        *,
        font: str = REGULAR,
        colour: Colour = INK,
        centred: bool = True,
        spacing: float = 0,
    ) -> None:
        """Set one line of text with its baseline at `y`, centred on `x` or beginning there."""
        left = x - width(text, font, size, spacing) / 2 if centred else x
        self.canvas.setFont(font, size)
        self.canvas.setFillColorRGB(*colour)
        self.canvas.drawString(left, y, text, charSpace=spacing)

    def place(
        self,
        name: str,
        x: float,
        y: float,
        *,
        turn: float = 0,
        stretch: tuple[float, float] = (1, 1),
    ) -> None:
        """Put an ornament's middle at a point, turned by degrees and stretched."""
        self.canvas.saveState()
        self.canvas.translate(x, y)
        if turn:
            self.canvas.rotate(turn)
        self.canvas.scale(*stretch)
        self.canvas.doForm(name)
        self.canvas.restoreState()

    def rule(self, x0: float, y0: float, x1: float, y1: float, weight: float, ink: Colour) -> None:
        """Draw a straight line."""
        self.canvas.setLineWidth(weight)
        self.canvas.setStrokeColorRGB(*ink)
        self.canvas.line(x0, y0, x1, y1)

    def frame(self, inset: float, weight: float, ink: Colour) -> None:
        """Draw a rectangle at an equal distance from the four edges."""
        self.canvas.setLineWidth(weight)
        self.canvas.setStrokeColorRGB(*ink)
        self.canvas.rect(inset, inset, PAGE[0] - 2 * inset, PAGE[1] - 2 * inset, fill=0)

    def qr(self, address: str, left: float, bottom: float) -> None:
        """Draw a QR code on white, with its quiet zone of four modules around `QR_SIDE`.

        Raises:
            AddressTooLong: its modules would be too fine to read.
        """
        modules = symbols.rows(address)
        count = len(modules)
        canvas = self.canvas
        canvas.saveState()
        canvas.translate(left, bottom)
        canvas.scale(QR_SIDE / count, QR_SIDE / count)
        canvas.setFillColorRGB(1, 1, 1)
        canvas.rect(-4, -4, count + 8, count + 8, stroke=0, fill=1)
        canvas.setFillColorRGB(0, 0, 0)
        path = canvas.beginPath()
        for row, line in enumerate(modules):
            column = 0
            for module, run in itertools.groupby(line):
                length = len(list(run))
                if module == "1":
                    path.rect(column, count - 1 - row, length, 1)
                column += length
        canvas.drawPath(path, stroke=0, fill=1)
        canvas.restoreState()

    def around(
        self, x: float, y: float, text: str, radius: float, size: float, *, top: bool, field: str
    ) -> None:
        """Set text along a circle, over its top or under its bottom, in the colour of the seal."""
        font = heading(text)
        spacing = 1.2
        room = math.pi * radius * (1.2 if top else 0.6) - spacing * len(text)
        size = fitted(text, font, size, room, 3, field)
        along = -width(text, font, size, spacing) / 2
        side = 1 if top else -1
        for character in text:
            advance = width(character, font, size)
            angle = math.degrees((along + advance / 2) / radius)
            self.canvas.saveState()
            self.canvas.translate(x, y)
            self.canvas.rotate(-side * angle)
            baseline = side * radius - size * 0.35
            self.text(0, baseline, character, size, font=font, colour=VERMILION)
            self.canvas.restoreState()
            along += advance + spacing
