"""How a certificate is laid out: what is the same on many of them, and what each has of its own.

The first is drawn once and kept; the second, name, number, days and code, is set on it each time.
"""

from urllib.parse import urlsplit

from certificates import ornament, structure
from certificates.face import Face
from certificates.ornament import BAND, CORNER, GOLD, SEAL, TILE, VERMILION, Colour
from certificates.reading import ENGLISH, PARTICULARS, Parts, label_of
from certificates.sheet import INK, PAGE, QR_SIDE, Pen, Sheet
from certificates.structure import Element
from certificates.typesetting import (
    BOLD,
    REGULAR,
    TextTooLong,
    fitted,
    heading,
    lines,
    width,
)
from certificates.wording import Wording
from registry.platform.errors import FieldError
from registry.platform.i18n import N_

_MIDDLE = PAGE[0] / 2
_EDGE = 25.0
_GREY: Colour = (0.36, 0.40, 0.42)
_WATERMARK: Colour = (0.965, 0.875, 0.855)
_TEXT_ROOM = 600.0
_LEFT, _BOTTOM = 92.0, 91.0
_STEP = 164.5
"""Width of one of the four particulars."""
_CHECK = (_LEFT, 68.0, _LEFT + QR_SIDE, _BOTTOM + QR_SIDE)
"""QR code and code, which lead to the page of the check where a reader can open it."""


def lay_common(sheet: Sheet, face: Face, words: Wording, parts: Parts) -> None:
    """Draw what certificates of one level, title, issuer and basis share.

    Raises:
        TextTooLong: a text would have to be set too small to read.
    """
    _ground(sheet, face, words, parts)
    _headline(sheet, face, parts)
    _statement(sheet, face, words, parts)
    _labels(sheet, words, parts)
    _notes(sheet, face, words, parts)
    _issuer(sheet, face, words, parts)
    parts["qr"].box = (_LEFT, _BOTTOM, _LEFT + QR_SIDE, _BOTTOM + QR_SIDE)
    structure.link(sheet.canvas, parts["link"], _CHECK, face.verification_url, words.open.both())


def lay_own(pen: Pen, face: Face, words: Wording, parts: Parts) -> None:
    """Set what one certificate has of its own.

    Raises:
        TextTooLong: a text would have to be set too small to read.
        AddressTooLong: the QR code would be too fine.
    """
    size = fitted(face.holder, REGULAR, 36, _TEXT_ROOM, 11, "holder")
    pen.text(_MIDDLE, 362, face.holder, size, part=parts["holder"])
    reach = max(width(face.holder, REGULAR, size) / 2 + 34, 120)
    pen.rule(_MIDDLE - reach, 349, _MIDDLE + reach, 349, 0.6, GOLD)
    until = words.dates.written(face.valid_until) if face.valid_until else words.no_end
    size = fitted(face.number, BOLD, 12, _STEP - 6, 7, "number")
    pen.text(_LEFT + 0.5 * _STEP, 205, face.number, size, font=BOLD, part=parts["number"])
    days = (words.dates.written(face.granted_on), words.dates.written(face.valid_from), until)
    for column, value in enumerate(days, start=1):
        x, name = _LEFT + (column + 0.5) * _STEP, PARTICULARS[column]
        pen.text(x, 211, value.zh, 11.5, part=parts[name])
        pen.text(x, 198, value.en, 8.6, colour=_GREY, part=parts[name + ENGLISH])
    pen.qr(face.verification_url.upper(), _LEFT, _BOTTOM, parts["qr"])
    x = _LEFT + QR_SIDE / 2
    pen.text(x, 71, face.code, 8.2, font=BOLD, spacing=0.2, part=parts["code"])


def _ground(sheet: Sheet, face: Face, words: Wording, parts: Parts) -> None:
    """Paper, watermark and border, beneath everything else."""
    canvas = sheet.canvas
    canvas.setFillColorRGB(*ornament.PAPER)
    canvas.rect(0, 0, *PAGE, stroke=0, fill=1)
    sheet.place("ground", _MIDDLE, PAGE[1] / 2 - 6)
    if face.demonstration:
        _watermark(sheet, words.demonstration.zh, 120, 2, parts["demonstration"])
        _watermark(sheet, words.demonstration.en, 58, -62, parts["demonstration" + ENGLISH])
    middle = _EDGE + BAND / 2
    for length, place in (
        (PAGE[0] - 2 * (middle + CORNER), _along_width),
        (PAGE[1] - 2 * (middle + CORNER), _along_height),
    ):
        count = round(length / TILE)
        step = length / count
        for number in range(count):
            place(sheet, middle, middle + CORNER + (number + 0.5) * step, step / TILE)
    sheet.frame(_EDGE, 0.9, sheet.ink)
    sheet.frame(_EDGE + BAND, 0.9, sheet.ink)
    sheet.frame(_EDGE + BAND + 3.5, 0.35, GOLD)
    for x in (middle, PAGE[0] - middle):
        for y in (middle, PAGE[1] - middle):
            sheet.place("corner", x, y)


def _watermark(sheet: Sheet, mark: str, size: float, y: float, part: Element) -> None:
    with sheet.mark(part):
        sheet.canvas.saveState()
        sheet.canvas.translate(_MIDDLE, PAGE[1] / 2)
        sheet.canvas.rotate(24)
        sheet.text(0, y, mark, size, font=heading(mark), colour=_WATERMARK, spacing=4)
        sheet.canvas.restoreState()


def _along_width(sheet: Sheet, middle: float, at: float, stretch: float) -> None:
    sheet.place("tile", at, middle, stretch=(stretch, 1))
    sheet.place("tile", at, PAGE[1] - middle, stretch=(stretch, 1))


def _along_height(sheet: Sheet, middle: float, at: float, stretch: float) -> None:
    sheet.place("tile", middle, at, turn=90, stretch=(stretch, 1))
    sheet.place("tile", PAGE[0] - middle, at, turn=90, stretch=(stretch, 1))


def _headline(sheet: Sheet, face: Face, parts: Parts) -> None:
    """The flower and the certificate's title in both languages."""
    sheet.place("magnolia", _MIDDLE, 514, stretch=(1.75, 1.75))
    for side in (-1, 1):
        sheet.rule(_MIDDLE + side * 26, 514, _MIDDLE + side * 120, 514, 0.5, GOLD)
    font = heading(face.title_zh)
    size = fitted(face.title_zh, font, 33, _TEXT_ROOM, 16, "title_zh")
    with sheet.mark(parts["title"]):
        sheet.text(_MIDDLE, 458, face.title_zh, size, font=font, colour=sheet.ink, spacing=1.5)
    size = fitted(face.title_en, REGULAR, 14.5, _TEXT_ROOM - 60, 8, "title_en")
    with sheet.mark(parts["title" + ENGLISH]):
        sheet.text(_MIDDLE, 434, face.title_en, size, colour=_GREY, spacing=0.8)


def _statement(sheet: Sheet, face: Face, words: Wording, parts: Parts) -> None:
    """For what the certificate is given; to whom stands between."""
    part, english = parts["certify"], parts["certify" + ENGLISH]
    sheet.both(_MIDDLE, 405, words.certify, 10.5, part, english, gap="  ", colour=_GREY)
    sheet.rule(_MIDDLE, 259, _MIDDLE, 331, 0.4, GOLD)
    for language, x, level, size, before, after in (
        ("", _MIDDLE - 160, face.level_zh, 22.0, words.evaluated.zh, words.awarded.zh),
        (ENGLISH, _MIDDLE + 160, face.level_en, 18.0, words.evaluated.en, words.awarded.en),
    ):
        field = "level_en" if language else "level_zh"
        font = heading(level)
        fits = fitted(level, font, size, 290, 9, field)
        for name, y, said in (("evaluated", 318, before), ("awarded", 265, after)):
            part, small = parts[name + language], fitted(said, REGULAR, 10.5, 300, 7, field)
            sheet.text(x, y, said, small, part=part)
        sheet.text(x, 289, level, fits, font=font, colour=sheet.ink, part=parts["level" + language])


def _labels(sheet: Sheet, words: Wording, parts: Parts) -> None:
    """What number and dates are, four in a row."""
    for y in (240, 190):
        sheet.rule(_LEFT, y, PAGE[0] - _LEFT, y, 0.4, GOLD)
    for column, label in enumerate(
        (words.number, words.granted, words.valid_from, words.valid_until)
    ):
        x, name = _LEFT + (column + 0.5) * _STEP, label_of(PARTICULARS[column])
        sheet.both(x, 227, label, 7.6, parts[name], parts[name + ENGLISH], colour=_GREY)


def _notes(sheet: Sheet, face: Face, words: Wording, parts: Parts) -> None:
    """How to check, and what the decision rests on."""
    site = urlsplit(face.verification_url).netloc.lower()
    notes = [
        ("verify", words.verify.zh.format(site=site), INK),
        ("verify" + ENGLISH, words.verify.en.format(site=site), INK),
        ("cited", f"{words.basis.zh} {words.basis.en}：{face.basis}", _GREY),
        ("standing", words.standing.zh, _GREY),
        ("standing" + ENGLISH, words.standing.en, _GREY),
    ]
    if face.illustrative:
        notes += [
            ("illustrative", words.illustrative.zh, VERMILION),
            ("illustrative" + ENGLISH, words.illustrative.en, VERMILION),
        ]
    broken = [(name, lines(note, REGULAR, 7.2, 350), ink) for name, note, ink in notes]
    leading = min(11.0, 92 / sum(len(rows) for _, rows, _ in broken))
    if leading < 7.2:
        raise TextTooLong([FieldError("basis", "too-long", N_("依据文字过长，印不下。"))])
    left, y = _LEFT + QR_SIDE + 22, _BOTTOM + QR_SIDE - 6
    for name, rows, ink in broken:
        x = left
        if name == "cited":
            label, english = parts["basis"], parts["basis" + ENGLISH]
            sheet.both(x, y, words.basis, 7.2, label, english, colour=ink, centred=False)
            said = f"{words.basis.zh} {words.basis.en}"
            x, rows[0] = x + width(said, REGULAR, 7.2), rows[0].removeprefix(said)
        with sheet.mark(parts[name]):
            for row in rows:
                sheet.text(x, y, row, 7.2, colour=ink, centred=False)
                x, y = left, y - leading


def _issuer(sheet: Sheet, face: Face, words: Wording, parts: Parts) -> None:
    """Who issued the certificate, and their seal above the name."""
    x, y = PAGE[0] - 172, 134.0
    parts["seal"].box = (x - SEAL, y - SEAL, x + SEAL, y + SEAL)
    with sheet.mark(parts["seal"]):
        sheet.place("seal", x, y)
        sheet.around(x, y, face.issuer_zh, SEAL * 0.735, 8.0, top=True, field="issuer_zh")
        mark = words.demonstration.zh if face.demonstration else words.seal.zh
        sheet.around(x, y, mark, SEAL * 0.735, 6.2, top=False, field="seal")
    room = 220.0
    font = heading(face.issuer_zh)
    size = fitted(face.issuer_zh, font, 10.5, room, 6, "issuer_zh")
    sheet.text(x, 73, face.issuer_zh, size, font=font, part=parts["issuer"])
    size = fitted(face.issuer_en, REGULAR, 7.6, room, 4, "issuer_en")
    sheet.text(x, 63.5, face.issuer_en, size, colour=_GREY, part=parts["issuer" + ENGLISH])
