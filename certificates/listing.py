"""Tables of a statement: rows of both languages, with heads that stand again on every page."""

from collections.abc import Callable, Sequence
from itertools import accumulate

from certificates.blocks import Block, Line, broken, height, put
from certificates.contents import Cell, Column, Listing, Row, Tone
from certificates.ornament import VERMILION, Colour
from certificates.sheet import INK, Sheet
from certificates.structure import Element
from certificates.typesetting import BOLD, REGULAR, heading, width

GREY: Colour = (0.36, 0.40, 0.42)
TINT: Colour = (0.945, 0.955, 0.948)
HAIRLINE: Colour = (0.85, 0.79, 0.67)
_STEP = 6.5
"""How far one depth of a row is set in."""
_DEEPEST = 8
_GUTTER = 5.0
_PADDING = 3.4
_ZH, _EN, _SOURCE = 8.2, 6.7, 6.2
_TEXT = 1
"""The column that is set in: the one after the row's own number."""


def blocks(listing: Listing, left: float, room: float, ink: Colour, under: Element) -> list[Block]:
    """The blocks of a listing: its title, its head, and one for each row."""
    shares = [column.share * room / 100 for column in listing.columns]
    edges = [left + edge for edge in accumulate(shares, initial=0.0)]
    title = Block(24, _title(listing, left, ink, under.add("H2")), with_next=True)
    table = under.add("Table")
    head = _head(listing.columns, edges, ink, table.add("TR"))
    again = _head(listing.columns, edges, ink, None)
    rows = [_row(row, listing.columns, edges, again, ink, table) for row in listing.rows]
    return [title, head, *rows]


def _title(
    listing: Listing, left: float, ink: Colour, part: Element
) -> Callable[[Sheet, float], None]:
    def draw(sheet: Sheet, top: float) -> None:
        zh = Line(listing.title.zh, 10.5, heading(listing.title.zh), ink)
        put(sheet, [zh], left, top - 7, part=part)
        sheet.text(
            left + width(zh.text, zh.font, zh.size) + 7,
            top - 17.5,
            listing.title.en,
            8,
            colour=GREY,
            centred=False,
            part=part.add("Span", english=True),
        )

    return draw


def _head(
    columns: tuple[Column, ...], edges: list[float], ink: Colour, part: Element | None
) -> Block:
    """The labels of the columns; where they only stand again, on a later page, without `part`."""
    set_in = [
        [
            *broken(column.label.zh, 7.6, _room(edges, place), font=BOLD, colour=(1, 1, 1)),
            *broken(
                column.label.en, 6.0, _room(edges, place), colour=(0.92, 0.94, 0.94), english=0
            ),
        ]
        for place, column in enumerate(columns)
    ]
    tall = max(height(lines) for lines in set_in) + 2 * _PADDING
    cells = [part.add("TH") if part else None for _ in columns]

    def draw(sheet: Sheet, top: float) -> None:
        sheet.canvas.setFillColorRGB(*ink)
        sheet.canvas.rect(edges[0], top - tall, edges[-1] - edges[0], tall, stroke=0, fill=1)
        _put_cells(sheet, columns, edges, set_in, top - _PADDING, cells)

    return Block(tall, draw, with_next=True)


def _room(edges: list[float], place: int) -> float:
    return edges[place + 1] - edges[place] - 2 * _GUTTER


def _row(
    row: Row,
    columns: tuple[Column, ...],
    edges: list[float],
    head: Block,
    ink: Colour,
    table: Element,
) -> Block:
    inset = min(row.depth, _DEEPEST) * _STEP
    set_in = [
        _cell(cell, row.tone, _room(edges, place) - (inset if place == _TEXT else 0), ink)
        for place, cell in enumerate(row.cells)
    ]
    tall = max(height(lines) for lines in set_in) + 2 * _PADDING
    part = table.add("TR")
    cells = [part.add("TD") for _ in columns]

    def draw(sheet: Sheet, top: float) -> None:
        if row.tone is Tone.STRONG:
            sheet.canvas.setFillColorRGB(*TINT)
            sheet.canvas.rect(edges[0], top - tall, edges[-1] - edges[0], tall, stroke=0, fill=1)
        for depth in range(1, min(row.depth, _DEEPEST) + 1):
            x = edges[_TEXT] + _GUTTER + (depth - 0.6) * _STEP
            sheet.rule(x, top, x, top - tall, 0.4, HAIRLINE)
        _put_cells(sheet, columns, edges, set_in, top - _PADDING, cells, inset)
        sheet.rule(edges[0], top - tall, edges[-1], top - tall, 0.35, HAIRLINE)

    return Block(tall, draw, head=head)


def _cell(cell: Cell, tone: Tone, room: float, ink: Colour) -> list[Line]:
    strong = tone is Tone.STRONG
    colour = VERMILION if Tone.WARNING in (cell.tone, tone) else ink if strong else INK
    font = heading(cell.zh) if strong or cell.tone is Tone.STRONG else REGULAR
    return [
        *broken(cell.zh, _ZH, room, font=font, colour=colour),
        *broken(cell.en, _EN, room, colour=VERMILION if colour == VERMILION else GREY, english=0),
        *broken(cell.source, _SOURCE, room, colour=GREY),
    ]


def _put_cells(
    sheet: Sheet,
    columns: tuple[Column, ...],
    edges: list[float],
    set_in: list[list[Line]],
    top: float,
    cells: Sequence[Element | None],
    inset: float = 0,
) -> None:
    for place, lines in enumerate(set_in):
        x = edges[place] + _GUTTER + (inset if place == _TEXT else 0)
        to = edges[place + 1] - _GUTTER if columns[place].figures else 0
        put(sheet, lines, x, top, to=to, part=cells[place])
