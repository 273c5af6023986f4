"""Draws a certificate: what is on its face goes in, the bytes of a PDF come out.

A4 landscape, Chinese and English side by side, set in embedded fonts, described in PDF/A-3b
terms. Pure and deterministic: the same face gives the same bytes in every process, so that a
certificate on record can be drawn again. One process draws one certificate at a time.
"""

import io
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

from reportlab.pdfgen.canvas import Canvas

from certificates import archival, ornament, typesetting
from certificates.ornament import BAND, CORNER, GOLD, SEAL, TILE, VERMILION, Colour
from certificates.sheet import INK, PAGE, QR_SIDE, Sheet
from certificates.typesetting import BOLD, REGULAR, fitted, heading, lines, width
from certificates.wording import Phrase, Wording, wording
from registry.platform.errors import FieldError, FieldsInvalid
from registry.platform.i18n import N_

_MIDDLE = PAGE[0] / 2
_EDGE = 25.0
_GREY: Colour = (0.36, 0.40, 0.42)
_WATERMARK: Colour = (0.965, 0.875, 0.855)
_TEXT_ROOM = 600.0
_TITLES = ("title_zh", "title_en", "level_zh", "level_en")
_PRINTED = (*_TITLES, "holder", "issuer_zh", "issuer_en", "basis", "number", "code")


class ForbiddenWord(FieldsInvalid):
    """A title or level carries a word that evaluation certificates may not carry."""


@dataclass(frozen=True)
class Face:
    """Everything that is printed on one certificate."""

    number: str
    code: str
    """In groups, as `numbering.code` writes it."""
    verification_url: str
    """The QR code carries it in capitals, which is a smaller code: the path must answer to both."""
    holder: str
    level: str
    level_zh: str
    level_en: str
    title_zh: str
    title_en: str
    granted_on: date
    valid_from: date
    valid_until: date | None
    """Last day; none when the certificate has no end."""
    issuer_zh: str
    issuer_en: str
    basis: str
    """One line citing the edition of the policy that the decision rests on."""
    illustrative: bool
    """The conditions applied were illustrative; the certificate says so."""
    demonstration: bool


def draw(face: Face, attached: tuple[str, bytes] | None = None) -> bytes:
    """Draw a certificate; `attached` is a file to go along inside it, by name and content.

    Raises:
        MissingGlyph: a text holds characters that cannot be printed; names them all.
        TextTooLong: a text would have to be set too small to read.
        ForbiddenWord: the title or level carries a forbidden word.
        AddressTooLong: the QR code would be too fine.
    """
    words = wording()
    with typesetting.ONE_AT_A_TIME:
        _refuse_unless_presentable(face, words)
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
                title=f"{face.title_zh} {face.title_en}",
                subject=f"{face.level_zh} {face.level_en}",
                author=f"{face.issuer_zh} {face.issuer_en}",
                number=face.number,
                on=face.granted_on,
            ),
        )
        if attached is not None:
            archival.attach(canvas._doc, *attached, face.granted_on)
        sheet = Sheet(canvas, ornament.ink_of(face.level))
        _ground(sheet, face, words)
        _headline(sheet, face, words)
        _statement(sheet, face, words)
        _particulars(sheet, face, words)
        _verification(sheet, face, words)
        _issuer(sheet, face, words)
        canvas.save()
        return buffer.getvalue()


def _refuse_unless_presentable(face: Face, words: Wording) -> None:
    printed = {name: getattr(face, name) for name in _PRINTED}
    typesetting.refuse_unprintable(printed)
    errors = [
        FieldError(
            field,
            "forbidden-word",
            N_("证书名称和等级不得含有“{word}”（{source}）。"),
            {"word": word, "source": words.forbidden.source},
        )
        for field in _TITLES
        for word in words.forbidden.words
        if word in printed[field]
    ]
    if errors:
        raise ForbiddenWord(errors)


def _ground(sheet: Sheet, face: Face, words: Wording) -> None:
    """Paper, watermark and border, beneath everything else."""
    canvas = sheet.canvas
    canvas.setFillColorRGB(*ornament.PAPER)
    canvas.rect(0, 0, *PAGE, stroke=0, fill=1)
    sheet.place("ground", _MIDDLE, PAGE[1] / 2 - 6)
    if face.demonstration:
        canvas.saveState()
        canvas.translate(_MIDDLE, PAGE[1] / 2)
        canvas.rotate(24)
        mark = words.demonstration
        sheet.text(0, 2, mark.zh, 120, font=heading(mark.zh), colour=_WATERMARK, spacing=4)
        sheet.text(0, -62, mark.en, 58, font=heading(mark.en), colour=_WATERMARK, spacing=4)
        canvas.restoreState()
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


def _along_width(sheet: Sheet, middle: float, at: float, stretch: float) -> None:
    sheet.place("tile", at, middle, stretch=(stretch, 1))
    sheet.place("tile", at, PAGE[1] - middle, stretch=(stretch, 1))


def _along_height(sheet: Sheet, middle: float, at: float, stretch: float) -> None:
    sheet.place("tile", middle, at, turn=90, stretch=(stretch, 1))
    sheet.place("tile", PAGE[0] - middle, at, turn=90, stretch=(stretch, 1))


def _headline(sheet: Sheet, face: Face, words: Wording) -> None:
    """The flower and the certificate's title in both languages."""
    sheet.place("magnolia", _MIDDLE, 514, stretch=(1.75, 1.75))
    for side in (-1, 1):
        sheet.rule(_MIDDLE + side * 26, 514, _MIDDLE + side * 120, 514, 0.5, GOLD)
    font = heading(face.title_zh)
    size = fitted(face.title_zh, font, 33, _TEXT_ROOM, 16, "title_zh")
    sheet.text(_MIDDLE, 458, face.title_zh, size, font=font, colour=sheet.ink, spacing=1.5)
    size = fitted(face.title_en, REGULAR, 14.5, _TEXT_ROOM - 60, 8, "title_en")
    sheet.text(_MIDDLE, 434, face.title_en, size, colour=_GREY, spacing=0.8)


def _statement(sheet: Sheet, face: Face, words: Wording) -> None:
    """To whom the certificate is given, and for what."""
    sheet.text(_MIDDLE, 405, f"{words.certify.zh}  {words.certify.en}", 10.5, colour=_GREY)
    size = fitted(face.holder, REGULAR, 36, _TEXT_ROOM, 11, "holder")
    sheet.text(_MIDDLE, 362, face.holder, size)
    reach = max(width(face.holder, REGULAR, size) / 2 + 34, 120)
    sheet.rule(_MIDDLE - reach, 349, _MIDDLE + reach, 349, 0.6, GOLD)
    sheet.rule(_MIDDLE, 259, _MIDDLE, 331, 0.4, GOLD)
    for x, level, field, size, before, after in (
        (_MIDDLE - 160, face.level_zh, "level_zh", 22.0, words.evaluated.zh, words.awarded.zh),
        (_MIDDLE + 160, face.level_en, "level_en", 18.0, words.evaluated.en, words.awarded.en),
    ):
        font = heading(level)
        fits = fitted(level, font, size, 290, 9, field)
        sheet.text(x, 318, before, fitted(before, REGULAR, 10.5, 300, 7, field))
        sheet.text(x, 289, level, fits, font=font, colour=sheet.ink)
        sheet.text(x, 265, after, fitted(after, REGULAR, 10.5, 300, 7, field))


def _particulars(sheet: Sheet, face: Face, words: Wording) -> None:
    """Number and dates, four in a row."""
    until = words.dates.written(face.valid_until) if face.valid_until else words.no_end
    number = Phrase(zh=face.number, en="")
    cells = (
        (words.number, number),
        (words.granted, words.dates.written(face.granted_on)),
        (words.valid_from, words.dates.written(face.valid_from)),
        (words.valid_until, until),
    )
    left, step = 92.0, 164.5
    for y in (240, 190):
        sheet.rule(left, y, PAGE[0] - left, y, 0.4, GOLD)
    for column, (label, value) in enumerate(cells):
        x = left + (column + 0.5) * step
        sheet.text(x, 227, f"{label.zh} {label.en}", 7.6, colour=_GREY)
        if value.en:
            sheet.text(x, 211, value.zh, 11.5)
            sheet.text(x, 198, value.en, 8.6, colour=_GREY)
        else:
            size = fitted(value.zh, BOLD, 12, step - 6, 7, "number")
            sheet.text(x, 205, value.zh, size, font=BOLD)


def _verification(sheet: Sheet, face: Face, words: Wording) -> None:
    """QR code, code, how to check, what the decision rests on."""
    left, bottom = 92.0, 91.0
    sheet.qr(face.verification_url.upper(), left, bottom)
    sheet.text(left + QR_SIDE / 2, 71, face.code, 8.2, font=BOLD, spacing=0.2)
    parts = urlsplit(face.verification_url)
    site = parts.netloc.lower()
    notes = [
        (words.verify.zh.format(site=site), INK),
        (words.verify.en.format(site=site), INK),
        (f"{words.basis.zh} {words.basis.en}：{face.basis}", _GREY),
        (words.standing.zh, _GREY),
        (words.standing.en, _GREY),
    ]
    if face.illustrative:
        notes += [(words.illustrative.zh, VERMILION), (words.illustrative.en, VERMILION)]
    rows = [(row, ink) for note, ink in notes for row in lines(note, REGULAR, 7.2, 350)]
    leading = min(11.0, 92 / len(rows))
    if leading < 7.2:
        raise typesetting.TextTooLong(
            [FieldError("basis", "too-long", N_("依据文字过长，印不下。"))]
        )
    for number, (row, ink) in enumerate(rows):
        y = bottom + QR_SIDE - 6 - number * leading
        sheet.text(left + QR_SIDE + 22, y, row, 7.2, colour=ink, centred=False)


def _issuer(sheet: Sheet, face: Face, words: Wording) -> None:
    """Who issued the certificate, and their seal above the name."""
    x, y = PAGE[0] - 172, 134.0
    sheet.place("seal", x, y)
    sheet.around(x, y, face.issuer_zh, SEAL * 0.735, 8.0, top=True, field="issuer_zh")
    mark = words.demonstration.zh if face.demonstration else words.seal.zh
    sheet.around(x, y, mark, SEAL * 0.735, 6.2, top=False, field="seal")
    room = 220.0
    size = fitted(face.issuer_zh, heading(face.issuer_zh), 10.5, room, 6, "issuer_zh")
    sheet.text(x, 73, face.issuer_zh, size, font=heading(face.issuer_zh))
    size = fitted(face.issuer_en, REGULAR, 7.6, room, 4, "issuer_en")
    sheet.text(x, 63.5, face.issuer_en, size, colour=_GREY)
