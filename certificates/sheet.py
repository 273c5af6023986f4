"""The page under the pen: text, ornaments, rules and QR codes, each put where it is told."""

import itertools
import math
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Protocol

from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from certificates import ornament, symbols
from certificates.ornament import VERMILION, Colour
from certificates.structure import ARTIFACT, END, Element, Structure
from certificates.typesetting import REGULAR, fitted, heading, width
from certificates.wording import Phrase

PAGE = (841.89, 595.28)
"""A4 landscape, in points."""
QR_SIDE = 25 * mm
INK: Colour = (0.11, 0.15, 0.18)


class Pen(Protocol):
    """What can set text, rules and QR codes on a page, each as part of what is read aloud."""

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

    def rule(self, x0: float, y0: float, x1: float, y1: float, weight: float, ink: Colour) -> None:
        """Draw a straight line."""

    def qr(self, address: str, left: float, bottom: float, part: Element) -> None:
        """Draw a QR code on white, with its quiet zone of four modules around `QR_SIDE`."""


class Sheet:
    """The page under the pen: text and ornaments by position, baseline and colour.

    What is not marked as part of something that is read aloud is an artifact.
    """

    def __init__(self, canvas: Canvas, ink: Colour, tree: Structure) -> None:
        self.canvas = canvas
        self.ink = ink
        self.tree = tree
        for piece in ornament.pieces(ink):
            canvas._doc.addForm(piece.name, piece.form())

    @contextmanager
    def page(self) -> Iterator[None]:
        """All that is drawn on one page."""
        self.canvas._code.append(ARTIFACT)
        yield
        self.canvas._code.append(END)
        self.canvas.showPage()

    @contextmanager
    def mark(self, part: Element) -> Iterator[None]:
        """What is drawn meanwhile is content of an element."""
        self.canvas._code += [END, self.tree.begin(part)]
        yield
        self.canvas._code += [END, ARTIFACT]

    def marked(self, part: Element | None) -> AbstractContextManager[None]:
        """The same where there may be no such element, and what is drawn is there for the eye."""
        return nullcontext() if part is None else self.mark(part)

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
        left = x - width(text, font, size, spacing) / 2 if centred else x
        with self.marked(part):
            self.canvas.setFont(font, size)
            self.canvas.setFillColorRGB(*colour)
            self.canvas.drawString(left, y, text, charSpace=spacing)

    def both(
        self,
        x: float,
        y: float,
        said: Phrase,
        size: float,
        part: Element,
        english: Element | None = None,
        *,
        gap: str = " ",
        colour: Colour = INK,
        centred: bool = True,
    ) -> None:
        """Set a phrase in both languages on one line.

        Where no element awaits the English it goes into a span.
        """
        zh = said.zh + gap
        if centred:
            x -= width(zh + said.en, REGULAR, size) / 2
        self.text(x, y, zh, size, part=part, colour=colour, centred=False)
        x += width(zh, REGULAR, size)
        english = english or part.add("Span", english=True)
        self.text(x, y, said.en, size, part=english, colour=colour, centred=False)

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

    def qr(self, address: str, left: float, bottom: float, part: Element) -> None:
        """Draw a QR code on white, with its quiet zone of four modules around `QR_SIDE`.

        Raises:
            AddressTooLong: its modules would be too fine to read.
        """
        modules = symbols.rows(address)
        count = len(modules)
        canvas = self.canvas
        with self.mark(part):
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
