"""What stands on every page of a statement: paper, border, heading, number and page of pages."""

from certificates import ornament
from certificates.contents import Face
from certificates.listing import GREY
from certificates.ornament import BAND, GOLD, SEAL, TILE, Colour
from certificates.phrases import say
from certificates.sheet import Sheet
from certificates.structure import Element
from certificates.typesetting import BOLD, REGULAR, fitted, heading, width
from certificates.wording import Phrase

PAGE = (595.28, 841.89)
"""A4 portrait, in points."""
LEFT, RIGHT = 46.0, PAGE[0] - 46.0
ROOM = RIGHT - LEFT
FIRST = 640.0
"""Where the content of the first page begins."""
TOP = PAGE[1] - 74.0
BOTTOM = 62.0
_MIDDLE = PAGE[0] / 2
_WATERMARK: Colour = (0.98, 0.918, 0.902)
"""Paler than on a certificate: small print stands on it."""


def lay(sheet: Sheet, face: Face, page: int, pages: int, head: Element) -> None:
    """Lay one page: paper, watermark, head and foot, beneath everything else.

    What the first page says of the whole stands under `head`; on the others it is there for the
    eye only.
    """
    canvas = sheet.canvas
    canvas.setFillColorRGB(*ornament.PAPER)
    canvas.rect(0, 0, *PAGE, stroke=0, fill=1)
    sheet.place("ground", _MIDDLE, PAGE[1] / 2 - 20, stretch=(1.15, 1.15))
    first = page == 1
    title = head.add("H1") if first else None
    if face.demonstration:
        _watermark(sheet, head.add("P") if first else None)
    if title is not None:
        _heading(sheet, face, head, title)
    else:
        _running_head(sheet, face)
    _foot(sheet, face, page, pages)


def _watermark(sheet: Sheet, part: Element | None) -> None:
    mark = say("foot", "demonstration")
    _upwards(sheet, mark.zh, 2, 130, part)
    _upwards(sheet, mark.en, -66, 62, part and part.add("Span", english=True))


def _upwards(sheet: Sheet, said: str, y: float, size: float, part: Element | None) -> None:
    with sheet.marked(part):
        sheet.canvas.saveState()
        sheet.canvas.translate(_MIDDLE, PAGE[1] / 2)
        sheet.canvas.rotate(52)
        sheet.text(0, y, said, size, font=heading(said), colour=_WATERMARK, spacing=4)
        sheet.canvas.restoreState()


def _band(sheet: Sheet, middle: float) -> None:
    """The woven border of the certificate, once across the page."""
    count = round(ROOM / TILE)
    step = ROOM / count
    for number in range(count):
        sheet.place("tile", LEFT + (number + 0.5) * step, middle, stretch=(step / TILE, 1))
    for side in (-1, 1):
        edge = middle + side * (BAND / 2 + 1)
        sheet.rule(LEFT, edge, RIGHT, edge, 0.8, sheet.ink)


def _heading(sheet: Sheet, face: Face, head: Element, title: Element) -> None:
    """Issuer, number, title in both languages, and the flower between two rules."""
    _band(sheet, PAGE[1] - 46)
    content = face.content
    numbered, issued = head.add("P"), head.add("P")
    font = heading(content.title.zh)
    size = fitted(content.title.zh, font, 25, ROOM - 40, 14, "title_zh")
    with sheet.mark(title):
        sheet.text(
            _MIDDLE, PAGE[1] - 146, content.title.zh, size, font=font, colour=sheet.ink, spacing=2
        )
    size = fitted(content.title.en, REGULAR, 11.5, ROOM - 60, 7, "title_en")
    with sheet.mark(title.add("Span", english=True)):
        sheet.text(_MIDDLE, PAGE[1] - 166, content.title.en, size, colour=GREY, spacing=0.6)
    y = PAGE[1] - 80
    label = say("label", "number")
    left = RIGHT - width(f"{label.zh} {label.en}", REGULAR, 7.6)
    sheet.both(left, y, label, 7.6, numbered, colour=GREY, centred=False)
    _right(sheet, y - 13, face.number, 10.5, sheet.ink, BOLD, part=numbered)
    issuer = content.issuer
    font = heading(issuer.zh)
    size = fitted(issuer.zh, font, 11, ROOM * 0.6, 6, "issuer_zh")
    sheet.text(LEFT, y, issuer.zh, size, font=font, colour=sheet.ink, centred=False, part=issued)
    size = fitted(issuer.en, REGULAR, 7.6, ROOM * 0.6, 4, "issuer_en")
    part = issued.add("Span", english=True)
    sheet.text(LEFT, y - 12, issuer.en, size, colour=GREY, centred=False, part=part)
    y = PAGE[1] - 185
    sheet.place("magnolia", _MIDDLE, y, stretch=(0.85, 0.85))
    for side in (-1, 1):
        sheet.rule(_MIDDLE + side * 15, y, _MIDDLE + side * ROOM / 2, y, 0.5, GOLD)


def _running_head(sheet: Sheet, face: Face) -> None:
    """Title, holder and number again on the later pages."""
    y = PAGE[1] - 50
    title = face.content.title
    words = f"{title.zh}{say('foot', 'continued').zh}  {face.content.holder}"
    size = fitted(words, heading(words), 9.5, ROOM * 0.62, 5, "holder")
    sheet.text(LEFT, y, words, size, font=heading(words), colour=sheet.ink, centred=False)
    sheet.text(LEFT, y - 10, title.en, 6.8, colour=GREY, centred=False)
    _right(sheet, y, face.number, 9.5, sheet.ink, BOLD)
    for gap, weight, colour in ((15.0, 0.8, sheet.ink), (17.0, 0.35, GOLD)):
        sheet.rule(LEFT, y - gap, RIGHT, y - gap, weight, colour)


def _foot(sheet: Sheet, face: Face, page: int, pages: int) -> None:
    y = 38.0
    sheet.rule(LEFT, y + 13, RIGHT, y + 13, 0.35, GOLD)
    sheet.rule(LEFT, y + 11, RIGHT, y + 11, 0.8, sheet.ink)
    said = say("foot", "page", page=page, pages=pages)
    sheet.text(LEFT, y, f"{face.number}  ·  {face.code}", 7.4, colour=GREY, centred=False)
    _right(sheet, y, f"{said.zh}  {said.en}", 7.4, GREY)


def _right(
    sheet: Sheet,
    y: float,
    text: str,
    size: float,
    colour: Colour,
    font: str = REGULAR,
    part: Element | None = None,
) -> None:
    left = RIGHT - width(text, font, size)
    sheet.text(left, y, text, size, font=font, colour=colour, centred=False, part=part)


def seal(sheet: Sheet, face: Face, x: float, y: float, picture: Element, issued: Element) -> None:
    """The seal around a point, with the issuer's name in it and below it."""
    issuer = face.content.issuer
    picture.box = (x - SEAL, y - SEAL, x + SEAL, y + SEAL)
    with sheet.mark(picture):
        sheet.place("seal", x, y)
        sheet.around(x, y, issuer.zh, SEAL * 0.735, 8.0, top=True, field="issuer_zh")
        mark = seal_mark(face).zh
        sheet.around(x, y, mark, SEAL * 0.735, 6.2, top=False, field="seal")
    size = fitted(issuer.zh, heading(issuer.zh), 9, 2 * SEAL + 24, 5, "issuer_zh")
    sheet.text(x, y - SEAL - 16, issuer.zh, size, font=heading(issuer.zh), part=issued)
    size = fitted(issuer.en, REGULAR, 6.6, 2 * SEAL + 24, 3.5, "issuer_en")
    english = issued.add("Span", english=True)
    sheet.text(x, y - SEAL - 25, issuer.en, size, colour=GREY, part=english)


def seal_mark(face: Face) -> Phrase:
    """The words at the foot of the seal."""
    return say("foot", "demonstration" if face.demonstration else "seal")
