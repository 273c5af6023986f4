"""What stands on every page of a statement: paper, border, heading, number and page of pages."""

from certificates import ornament
from certificates.contents import Face
from certificates.listing import GREY
from certificates.ornament import BAND, GOLD, SEAL, TILE, Colour
from certificates.phrases import say
from certificates.sheet import Sheet
from certificates.typesetting import BOLD, REGULAR, fitted, heading, width

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


def lay(sheet: Sheet, face: Face, page: int, pages: int) -> None:
    """Lay one page: paper, watermark, head and foot, beneath everything else."""
    canvas = sheet.canvas
    canvas.setFillColorRGB(*ornament.PAPER)
    canvas.rect(0, 0, *PAGE, stroke=0, fill=1)
    sheet.place("ground", _MIDDLE, PAGE[1] / 2 - 20, stretch=(1.15, 1.15))
    if face.demonstration:
        _watermark(sheet)
    if page == 1:
        _heading(sheet, face)
    else:
        _running_head(sheet, face)
    _foot(sheet, face, page, pages)


def _watermark(sheet: Sheet) -> None:
    mark = say("foot", "demonstration")
    canvas = sheet.canvas
    canvas.saveState()
    canvas.translate(_MIDDLE, PAGE[1] / 2)
    canvas.rotate(52)
    sheet.text(0, 2, mark.zh, 130, font=heading(mark.zh), colour=_WATERMARK, spacing=4)
    sheet.text(0, -66, mark.en, 62, font=heading(mark.en), colour=_WATERMARK, spacing=4)
    canvas.restoreState()


def _band(sheet: Sheet, middle: float) -> None:
    """The woven border of the certificate, once across the page."""
    count = round(ROOM / TILE)
    step = ROOM / count
    for number in range(count):
        sheet.place("tile", LEFT + (number + 0.5) * step, middle, stretch=(step / TILE, 1))
    for side in (-1, 1):
        edge = middle + side * (BAND / 2 + 1)
        sheet.rule(LEFT, edge, RIGHT, edge, 0.8, sheet.ink)


def _heading(sheet: Sheet, face: Face) -> None:
    """Issuer, number, title in both languages, and the flower between two rules."""
    _band(sheet, PAGE[1] - 46)
    content = face.content
    issuer, y = content.issuer, PAGE[1] - 80
    size = fitted(issuer.zh, heading(issuer.zh), 11, ROOM * 0.6, 6, "issuer_zh")
    sheet.text(LEFT, y, issuer.zh, size, font=heading(issuer.zh), colour=sheet.ink, centred=False)
    size = fitted(issuer.en, REGULAR, 7.6, ROOM * 0.6, 4, "issuer_en")
    sheet.text(LEFT, y - 12, issuer.en, size, colour=GREY, centred=False)
    label = say("label", "number")
    _right(sheet, y, f"{label.zh} {label.en}", 7.6, GREY)
    _right(sheet, y - 13, face.number, 10.5, sheet.ink, BOLD)
    title = content.title
    size = fitted(title.zh, heading(title.zh), 25, ROOM - 40, 14, "title_zh")
    sheet.text(
        _MIDDLE, PAGE[1] - 146, title.zh, size, font=heading(title.zh), colour=sheet.ink, spacing=2
    )
    size = fitted(title.en, REGULAR, 11.5, ROOM - 60, 7, "title_en")
    sheet.text(_MIDDLE, PAGE[1] - 166, title.en, size, colour=GREY, spacing=0.6)
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
    sheet: Sheet, y: float, text: str, size: float, colour: Colour, font: str = REGULAR
) -> None:
    left = RIGHT - width(text, font, size)
    sheet.text(left, y, text, size, font=font, colour=colour, centred=False)


def seal(sheet: Sheet, face: Face, x: float, y: float) -> None:
    """The seal around a point, with the issuer's name in it and below it."""
    issuer = face.content.issuer
    sheet.place("seal", x, y)
    sheet.around(x, y, issuer.zh, SEAL * 0.735, 8.0, top=True, field="issuer_zh")
    mark = say("foot", "demonstration" if face.demonstration else "seal").zh
    sheet.around(x, y, mark, SEAL * 0.735, 6.2, top=False, field="seal")
    size = fitted(issuer.zh, heading(issuer.zh), 9, 2 * SEAL + 24, 5, "issuer_zh")
    sheet.text(x, y - SEAL - 16, issuer.zh, size, font=heading(issuer.zh))
    size = fitted(issuer.en, REGULAR, 6.6, 2 * SEAL + 24, 3.5, "issuer_en")
    sheet.text(x, y - SEAL - 25, issuer.en, size, colour=GREY)
