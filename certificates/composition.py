"""Draws a statement: what is on its face goes in, the bytes of a PDF come out.

A4 portrait, Chinese and English, as many pages as it takes; in fonts, colours, PDF/A-3b terms and
seal the sister of the certificate. Pure and deterministic: the same face gives the same bytes.
"""

import io
from urllib.parse import urlsplit

from reportlab.pdfgen.canvas import Canvas

from certificates import archival, field, furniture, listing, typesetting
from certificates.blocks import Block, Line, broken, height, paginate, put
from certificates.contents import Content, Face, Outcome, Particular, Tone
from certificates.furniture import BOTTOM, FIRST, LEFT, PAGE, RIGHT, ROOM, TOP
from certificates.listing import GREY, HAIRLINE, TINT
from certificates.ornament import GOLD, SEAL, VERMILION, Colour
from certificates.phrases import day, say
from certificates.sheet import INK, QR_SIDE, Sheet
from certificates.typesetting import BOLD, REGULAR, fitted, heading

STATEMENT_INK: Colour = (0.12, 0.25, 0.37)
_GOOD: Colour = (0.10, 0.40, 0.27)
_CLOSING = 168.0
_HALF = ROOM / 2


def compose(face: Face) -> bytes:
    """Draw a statement.

    Raises:
        MissingGlyph: a text holds characters that cannot be printed; names them all.
        TextTooLong: a text would have to be set too small to read, or higher than a page.
        AddressTooLong: the QR code would be too fine.
    """
    content = face.content
    with typesetting.ONE_AT_A_TIME:
        typesetting.refuse_unprintable(_texts(face))
        blocks = [*_particulars(content.particulars), *_outcome(content.outcome)]
        for each in content.listings:
            blocks += listing.blocks(each, LEFT, ROOM, STATEMENT_INK)
        blocks += [*_notes(content), *_particulars(content.digests), _closing(face)]
        pages = paginate(blocks, first=FIRST, top=TOP, bottom=BOTTOM)
        buffer = io.BytesIO()
        canvas = Canvas(
            buffer,
            pagesize=PAGE,
            pageCompression=1,
            invariant=1,
            pdfVersion=(1, 7),
            initialFontName=typesetting.font(REGULAR).fontName,
            lang="zh-CN",
        )
        archival.describe(
            canvas._doc,
            archival.Description(
                title=f"{content.title.zh} {content.title.en}",
                subject=content.title.en,
                author=f"{content.issuer.zh} {content.issuer.en}",
                number=face.number,
                on=face.issued_on,
            ),
        )
        field.reserve(canvas)
        sheet = Sheet(canvas, STATEMENT_INK)
        for number, page in enumerate(pages, start=1):
            furniture.lay(sheet, face, number, len(pages))
            for top, block in page:
                block.draw(sheet, top)
            canvas.showPage()
        canvas.save()
        return field.close(buffer.getvalue())


def _texts(face: Face) -> dict[str, str]:
    """Every text of a face by where it stands, for the check of what can be printed."""
    found: dict[str, str] = {"number": face.number, "code": face.code}

    def gather(value: object, where: str) -> None:
        if isinstance(value, dict):
            for name, each in value.items():
                gather(each, f"{where}.{name}" if where else name)
        elif isinstance(value, list | tuple):
            for place, each in enumerate(value):
                gather(each, f"{where}.{place}")
        elif isinstance(value, str) and value:
            found[where] = value

    gather(face.content.model_dump(mode="json"), "")
    return found


def _particulars(shown: tuple[Particular, ...]) -> list[Block]:
    """Labelled values, two side by side where neither is wide."""
    blocks: list[Block] = []
    row: list[Particular] = []
    for each in shown:
        if row and (each.wide or len(row) == 2):
            blocks.append(_pair(row))
            row = []
        row.append(each)
        if each.wide:
            blocks.append(_pair(row))
            row = []
    return [*blocks, *([_pair(row)] if row else [])]


def _pair(row: list[Particular]) -> Block:
    room = (ROOM if row[0].wide else _HALF) - 14
    set_in = [_labelled(each, room) for each in row]
    tall = max(height(lines) for lines in set_in) + 8

    def draw(sheet: Sheet, top: float) -> None:
        for place, lines in enumerate(set_in):
            put(sheet, lines, LEFT + 4 + place * _HALF, top - 4)
        sheet.rule(LEFT, top - tall, RIGHT, top - tall, 0.35, HAIRLINE)

    return Block(tall, draw)


def _labelled(each: Particular, room: float) -> list[Line]:
    small = each.wide and not each.value.en
    return [
        *broken(f"{each.label.zh} {each.label.en}", 6.8, room, colour=GREY),
        *broken(each.value.zh, 8.0 if small else 10.2, room),
        *broken(each.value.en, 7.4, room, colour=GREY),
    ]


def _outcome(outcome: Outcome | None) -> list[Block]:
    """What it comes down to, in a box of its own."""
    if outcome is None:
        return []
    colour = _GOOD if outcome.good else VERMILION

    def draw(sheet: Sheet, top: float) -> None:
        canvas = sheet.canvas
        canvas.setFillColorRGB(*TINT)
        canvas.rect(LEFT, top - 66, ROOM, 54, stroke=0, fill=1)
        canvas.setFillColorRGB(*colour)
        canvas.rect(LEFT, top - 66, 4, 54, stroke=0, fill=1)
        room = ROOM * 0.6 - 30
        said, english = outcome.said.zh, outcome.said.en
        size = fitted(said, heading(said), 20, room, 8, "outcome")
        sheet.text(
            LEFT + 20, top - 40, said, size, font=heading(said), colour=colour, centred=False
        )
        size = fitted(english, REGULAR, 9.5, room, 5, "outcome")
        sheet.text(LEFT + 20, top - 56, english, size, colour=GREY, centred=False)
        if outcome.figure and outcome.unit:
            middle = LEFT + ROOM * 0.82
            sheet.rule(LEFT + ROOM * 0.64, top - 20, LEFT + ROOM * 0.64, top - 58, 0.4, GOLD)
            size = fitted(outcome.figure, BOLD, 22, ROOM * 0.34, 8, "outcome")
            sheet.text(middle, top - 40, outcome.figure, size, font=BOLD, colour=sheet.ink)
            below = f"{outcome.unit.zh}  {outcome.unit.en}"
            sheet.text(middle, top - 56, below, 7.6, colour=GREY)

    return [Block(74, draw)]


def _notes(content: Content) -> list[Block]:
    """Sentences in both languages; a warning in the colour of the seal."""
    blocks = [Block(8, lambda sheet, top: None)]
    for note in content.notes:
        warning = note.tone is Tone.WARNING
        lines = [
            *broken(note.zh, 8.0, ROOM - 8, colour=VERMILION if warning else INK),
            *broken(note.en, 6.8, ROOM - 8, colour=VERMILION if warning else GREY),
        ]

        def draw(sheet: Sheet, top: float, lines: list[Line] = lines) -> None:
            put(sheet, lines, LEFT + 4, top)

        blocks.append(Block(height(lines) + 4, draw))
    return blocks


def _closing(face: Face) -> Block:
    """QR code and how to check on the left, who stands behind it and the seal on the right."""
    site = urlsplit(face.verification_url).netloc.lower()
    verify = say("foot", "verify", site=site)
    issued = Particular(label=say("label", "issued"), value=day(face.issued_on))
    behind = [_labelled(each, 150) for each in (issued, *face.content.responsible)]

    def draw(sheet: Sheet, top: float) -> None:
        sheet.rule(LEFT, top - 8, RIGHT, top - 8, 0.6, sheet.ink)
        bottom = top - 26 - QR_SIDE
        sheet.qr(face.verification_url.upper(), LEFT + 8, bottom)
        sheet.text(LEFT + 8 + QR_SIDE / 2, bottom - 18, face.code, 8, font=BOLD, spacing=0.2)
        lines = [*broken(verify.zh, 7.2, 150), *broken(verify.en, 6.2, 150, colour=GREY)]
        put(sheet, lines, LEFT + 8, bottom - 24)
        edge = top - 20
        for each in behind:
            put(sheet, each, LEFT + 180, edge)
            edge -= height(each) + 7
        furniture.seal(sheet, face, RIGHT - SEAL - 16, top - 22 - SEAL)

    return Block(_CLOSING, draw)
