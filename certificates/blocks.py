"""Blocks of type: text set in lines, and blocks run over as many pages as they need."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby
from operator import itemgetter
from typing import Self

from certificates import typesetting
from certificates.ornament import Colour
from certificates.sheet import INK, Sheet
from certificates.structure import Element
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
    english: int | None = None
    """Where in it English begins, if there is any."""

    @property
    def height(self) -> float:
        """What it takes of a column."""
        return self.size * LEADING


def broken(
    text: str,
    size: float,
    room: float,
    *,
    font: str = REGULAR,
    colour: Colour = INK,
    english: int | None = None,
) -> list[Line]:
    """Break a text into lines; what has no place to break, such as a digest, anywhere.

    `english` is where in it English begins, if there is any.
    """
    pieces: list[str] = []
    for line in typesetting.lines(text, font, size, room) if text else []:
        rest = line
        while width(rest.rstrip(), font, size) > room and len(rest) > 1:
            fits = len(rest)
            while fits > 1 and width(rest[:fits], font, size) > room:
                fits -= 1
            pieces.append(rest[:fits])
            rest = rest[fits:]
        pieces.append(rest)
    starts = accumulate(map(len, pieces), initial=0)
    return [
        Line(piece, size, font, colour, _within(piece, start, english))
        for piece, start in zip(pieces, starts, strict=False)
    ]


def _within(piece: str, start: int, english: int | None) -> int | None:
    """Where English begins in a piece of a text, if it holds any."""
    if english is None or english >= start + len(piece):
        return None
    return max(0, english - start)


def height(lines: Sequence[Line]) -> float:
    """What lines take of a column, one under the other."""
    return sum(line.height for line in lines)


def put(
    sheet: Sheet,
    lines: Sequence[Line],
    x: float,
    top: float,
    *,
    to: float = 0,
    part: Element | None = None,
) -> None:
    """Set lines one under the other from a top edge: from `x` on, or with `to` up to there.

    They are content of `part`, what is English in a span of its own; without it an artifact.
    """
    pieces: list[tuple[bool, float, float, str, Line]] = []
    for line in lines:
        left = to - width(line.text.rstrip(), line.font, line.size) if to else x
        # The middle of a line's room, less half of what letters rise above their baseline.
        baseline = top - line.height / 2 - line.size * 0.36
        chinese = line.text[: line.english]
        if chinese:
            pieces.append((False, left, baseline, chinese, line))
        if line.english is not None:
            left += width(chinese, line.font, line.size)
            pieces.append((True, left, baseline, line.text[line.english :], line))
        top -= line.height
    for english, group in groupby(pieces, key=itemgetter(0)):
        with sheet.marked(part and _spoken(part, english=english)):
            for _, left, baseline, text, line in group:
                sheet.text(
                    left, baseline, text, line.size,
                    font=line.font, colour=line.colour, centred=False,
                )  # fmt: skip


def _spoken(part: Element, *, english: bool) -> Element:
    """Where words of a language go that stand in an element."""
    return part.add("Span", english=True) if english and not part.english else part


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
