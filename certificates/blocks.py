"""Blocks of type: text set in lines, and blocks run over as many pages as they need."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Self

from certificates import typesetting
from certificates.ornament import Colour
from certificates.sheet import INK, Sheet
from certificates.typesetting import REGULAR, TextTooLong, width
from registry.platform.errors import FieldError
from registry.platform.i18n import N_

LEADING = 1.36
"""From one line to the next, as a multiple of the size."""


@dataclass(frozen=True)
class Line:
    """One line of text, ready to be set."""

    text: str
    size: float
    font: str = REGULAR
    colour: Colour = INK

    @property
    def height(self) -> float:
        """What it takes of a column."""
        return self.size * LEADING


def broken(
    text: str, size: float, room: float, *, font: str = REGULAR, colour: Colour = INK
) -> list[Line]:
    """Break a text into lines; what has no place to break, such as a digest, anywhere."""
    found: list[Line] = []
    for line in typesetting.lines(text, font, size, room) if text else []:
        rest = line
        while width(rest, font, size) > room and len(rest) > 1:
            fits = len(rest)
            while fits > 1 and width(rest[:fits], font, size) > room:
                fits -= 1
            found.append(Line(rest[:fits], size, font, colour))
            rest = rest[fits:]
        found.append(Line(rest, size, font, colour))
    return found


def height(lines: Sequence[Line]) -> float:
    """What lines take of a column, one under the other."""
    return sum(line.height for line in lines)


def put(sheet: Sheet, lines: Sequence[Line], x: float, top: float, *, to: float = 0) -> None:
    """Set lines one under the other from a top edge: from `x` on, or with `to` up to there."""
    for line in lines:
        left = to - width(line.text, line.font, line.size) if to else x
        # The middle of a line's room, less half of what letters rise above their baseline.
        baseline = top - line.height / 2 - line.size * 0.36
        sheet.text(
            left, baseline, line.text, line.size, font=line.font, colour=line.colour, centred=False
        )
        top -= line.height


@dataclass(frozen=True)
class Block:
    """Something of a known height that is drawn from a top edge downwards, all on one page."""

    height: float
    draw: Callable[[Sheet, float], None]
    head: Self | None = None
    """Stands above it once more where it begins a page."""
    with_next: bool = False
    """Never the last on a page: a heading."""


Page = list[tuple[float, Block]]
"""Blocks, each with its top edge."""


def paginate(blocks: Sequence[Block], *, first: float, top: float, bottom: float) -> list[Page]:
    """Put blocks on pages; `first` is the top edge on the first page, `top` on the others.

    Raises:
        TextTooLong: a block is higher than a page.
    """
    pages: list[Page] = [[]]
    edge = first
    for place, block in enumerate(blocks):
        needed, last = block.height, place
        while blocks[last].with_next and last + 1 < len(blocks):
            last += 1
            needed += blocks[last].height
        if edge - needed < bottom and (pages[-1] or edge < top):
            pages.append([])
            edge = top
            if block.head is not None:
                pages[-1].append((edge, block.head))
                edge -= block.head.height
        if edge - block.height < bottom:
            raise TextTooLong([FieldError("listing", "too-long", N_("文字过长，一页印不下。"))])
        pages[-1].append((edge, block))
        edge -= block.height
    return pages
