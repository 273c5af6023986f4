"""Draws a statement: what is on its face goes in, the bytes of a PDF come out.

A4 portrait, Chinese and English, as many pages as it takes; in fonts, colours, PDF/A-3b terms and
seal the sister of the certificate. Pure and deterministic: the same face gives the same bytes.
"""

import io
from urllib.parse import urlsplit

from reportlab.pdfgen.canvas import Canvas

from certificates import archival, field, furniture, listing, reading, structure, typesetting
from certificates.blocks import Block, Line, broken, height, paginate, put
from certificates.contents import Content, Face, Outcome, Particular, Tone
from certificates.furniture import BOTTOM, FIRST, LEFT, PAGE, RIGHT, ROOM, TOP
from certificates.listing import GREY, HAIRLINE, TINT
from certificates.ornament import GOLD, SEAL, VERMILION, Colour
from certificates.phrases import day, say
from certificates.sheet import INK, QR_SIDE, Sheet
from certificates.structure import Element, Structure
from certificates.typesetting import BOLD, REGULAR, fitted, heading
from certificates.wording import wording

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
        tree = Structure()
        root, head, seal = tree.root, tree.root.add("Div"), Element("Form")
        blocks = [*_particulars(content.particulars, root), *_outcome(content.outcome, root)]
        for each in content.listings:
            blocks += listing.blocks(each, LEFT, ROOM, STATEMENT_INK, root)
        blocks += [*_notes(content, root), *_particulars(content.digests, root)]
        blocks.append(_closing(face, root))
        root.kids.append(seal)
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
        field.reserve(canvas, seal, wording().seal_field.both())
        sheet = Sheet(canvas, STATEMENT_INK, tree)
        for number, page in enumerate(pages, start=1):
            tree.turn()
            with sheet.page():
                furniture.lay(sheet, face, number, len(pages), head)
                for top, block in page:
                    block.draw(sheet, top)
        tree.close(canvas)
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


def _particulars(shown: tuple[Particular, ...], root: Element) -> list[Block]:
    """Labelled values, two side by side where neither is wide."""
    blocks: list[Block] = []
    row: list[Particular] = []
    for each in shown:
        if row and (each.wide or len(row) == 2):
            blocks.append(_pair(row, root))
            row = []
        row.append(each)
        if each.wide:
            blocks.append(_pair(row, root))
            row = []
    return [*blocks, *([_pair(row, root)] if row else [])]


def _pair(row: list[Particular], root: Element) -> Block:
    room = (ROOM if row[0].wide else _HALF) - 14
    set_in = [_labelled(each, room) for each in row]
    tall = max(height(lines) for lines in set_in) + 8
    parts = [root.add("P") for _ in row]

    def draw(sheet: Sheet, top: float) -> None:
        for place, lines in enumerate(set_in):
            put(sheet, lines, LEFT + 4 + place * _HALF, top - 4, part=parts[place])
        sheet.rule(LEFT, top - tall, RIGHT, top - tall, 0.35, HAIRLINE)

    return Block(tall, draw)


def _labelled(each: Particular, room: float) -> list[Line]:
    small = each.wide and not each.value.en
    return [
        *broken(
            f"{each.label.zh} {each.label.en}",
            6.8,
            room,
            colour=GREY,
            english=len(each.label.zh) + 1,
        ),
        *broken(each.value.zh, 8.0 if small else 10.2, room),
        *broken(each.value.en, 7.4, room, colour=GREY, english=0),
    ]


def _outcome(outcome: Outcome | None, root: Element) -> list[Block]:
    """What it comes down to, in a box of its own."""
    if outcome is None:
        return []
    colour = _GOOD if outcome.good else VERMILION
    verdict = root.add("P")
    total = root.add("P") if outcome.figure and outcome.unit else None

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
            LEFT + 20, top - 40, said, size,
            font=heading(said), colour=colour, centred=False, part=verdict,
        )  # fmt: skip
        size = fitted(english, REGULAR, 9.5, room, 5, "outcome")
        part = verdict.add("Span", english=True)
        sheet.text(LEFT + 20, top - 56, english, size, colour=GREY, centred=False, part=part)
        if total is not None and outcome.unit is not None:
            middle = LEFT + ROOM * 0.82
            sheet.rule(LEFT + ROOM * 0.64, top - 20, LEFT + ROOM * 0.64, top - 58, 0.4, GOLD)
            size = fitted(outcome.figure, BOLD, 22, ROOM * 0.34, 8, "outcome")
            ink = sheet.ink
            sheet.text(middle, top - 40, outcome.figure, size, font=BOLD, colour=ink, part=total)
            sheet.both(middle, top - 56, outcome.unit, 7.6, total, gap="  ", colour=GREY)

    return [Block(74, draw)]


def _notes(content: Content, root: Element) -> list[Block]:
    """Sentences in both languages; a warning in the colour of the seal."""
    blocks = [Block(8, lambda sheet, top: None)]
    for note in content.notes:
        warning = note.tone is Tone.WARNING
        lines = [
            *broken(note.zh, 8.0, ROOM - 8, colour=VERMILION if warning else INK),
            *broken(note.en, 6.8, ROOM - 8, colour=VERMILION if warning else GREY, english=0),
        ]
        part = root.add("P")

        def draw(sheet: Sheet, top: float, lines: list[Line] = lines, part: Element = part) -> None:
            put(sheet, lines, LEFT + 4, top, part=part)

        blocks.append(Block(height(lines) + 4, draw))
    return blocks


def _closing(face: Face, root: Element) -> Block:
    """QR code and how to check on the left, who stands behind it and the seal on the right."""
    words, address, issuer = wording(), face.verification_url, face.content.issuer
    verify = say("foot", "verify", site=urlsplit(address).netloc.lower())
    issued = Particular(label=say("label", "issued"), value=day(face.issued_on))
    behind = [(_labelled(each, 150), root.add("P")) for each in (issued, *face.content.responsible)]
    lines = [*broken(verify.zh, 7.2, 150), *broken(verify.en, 6.2, 150, colour=GREY, english=0)]
    link = root.add("P").add("Link")
    code, printed = link.add("Figure", alt=reading.qr(address, words)), link.add("Span")
    checked = root.add("P")
    picture = root.add("Figure", alt=reading.seal(issuer, furniture.seal_mark(face), words))
    behind_it = root.add("P")

    def draw(sheet: Sheet, top: float) -> None:
        sheet.rule(LEFT, top - 8, RIGHT, top - 8, 0.6, sheet.ink)
        left, bottom = LEFT + 8, top - 26 - QR_SIDE
        sheet.qr(address.upper(), left, bottom, code)
        middle = left + QR_SIDE / 2
        sheet.text(middle, bottom - 18, face.code, 8, font=BOLD, spacing=0.2, part=printed)
        area = (left, bottom - 20, left + QR_SIDE, bottom + QR_SIDE)
        code.box = (left, bottom, left + QR_SIDE, bottom + QR_SIDE)
        structure.link(sheet.canvas, link, area, address, words.open.both())
        put(sheet, lines, left, bottom - 24, part=checked)
        edge = top - 20
        for each, part in behind:
            put(sheet, each, LEFT + 180, edge, part=part)
            edge -= height(each) + 7
        furniture.seal(sheet, face, RIGHT - SEAL - 16, top - 22 - SEAL, picture, behind_it)

    return Block(_CLOSING, draw)
