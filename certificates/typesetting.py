"""Type for certificates: the two embedded fonts, what they can print, and how text is fitted.

Mends four things of reportlab 5.1.0 for CJK text and PDF/A, for the whole process:

* its ToUnicode map writes characters beyond U+FFFF with five hexadecimal digits, so that a name
  is drawn right but copied and searched as other characters, and puts more than 100 entries into
  one block;
* it writes no end of line before `endstream` (ISO 19005-3, 6.1.7.1);
* it writes what is compressed in seven bits, a quarter longer;
* it copies the whole outline table of a font, 14 MB, at every reading.

It also draws a missing glyph as an empty box without a word, hence `refuse_unprintable`.

Fonts hold a reading position, so they serve one thread at a time: draw under `ONE_AT_A_TIME`.
"""

import threading
import unicodedata
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from reportlab import rl_config
from reportlab.pdfbase import pdfdoc, pdfmetrics, ttfonts

from registry.platform.errors import FieldError, FieldsInvalid
from registry.platform.i18n import N_

REGULAR = "NotoSerifSC-Regular"
BOLD = "NotoSerifSC-Bold"
ONE_AT_A_TIME = threading.RLock()

_FONTS = Path(__file__).parent / "fonts"
_BLOCK = 100
_RIGHT_TO_LEFT = {"R", "AL", "AN", "RLE", "RLO", "RLI"}


class MissingGlyph(FieldsInvalid):
    """A character that the certificate's fonts do not have, or that may not stand in a name."""


class TextTooLong(FieldsInvalid):
    """A text that would have to be set too small to read."""


def font(name: str) -> Any:
    """One of the two fonts, read from its file once per process."""
    with ONE_AT_A_TIME:
        return _read(name)


@cache
def _read(name: str) -> Any:
    face = ttfonts.TTFont(name, _FONTS / f"{name}.ttf", asciiReadable=0, shapable=False)
    read = face.face.get_table
    start, length = face.face.get_table_pos("glyf")
    outlines = memoryview(face.face._ttf_data)[start : start + length]
    face.face.get_table = lambda tag: outlines if tag == "glyf" else read(tag)
    pdfmetrics.registerFont(face)
    return face


def prints(text: str, name: str) -> bool:
    """Whether a font has every character of a text."""
    glyphs = font(name).face.charToGlyph
    return all(ord(character) in glyphs for character in text)


def heading(text: str) -> str:
    """The font for a heading: bold where it has all the characters, else regular throughout."""
    return BOLD if prints(text, BOLD) else REGULAR


def width(text: str, name: str, size: float, spacing: float = 0) -> float:
    """How wide a text is in points, with extra space between its characters."""
    return float(font(name).stringWidth(text, size)) + spacing * max(len(text) - 1, 0)


def fitted(text: str, name: str, size: float, room: float, least: float, field: str) -> float:
    """The largest size up to `size` at which a text fits into `room` points.

    Raises:
        TextTooLong: that size would be below `least`.
    """
    needed = width(text, name, size)
    fits = size if needed <= room else size * room / needed
    if fits < least:
        raise TextTooLong([FieldError(field, "too-long", N_("文字过长，证书上印不下。"))])
    return fits


def lines(text: str, name: str, size: float, room: float) -> list[str]:
    """Break a text into lines: at spaces where there are any, else between two characters.

    The space at which a line ends stays on it: whoever copies or hears the lines needs it.
    """
    done: list[str] = []
    current = ""
    for piece in _pieces(text):
        if current and width((current + piece).rstrip(), name, size) > room:
            done.append(current)
            current = ""
        current += piece
    return [*done, current.rstrip()]


def _pieces(text: str) -> list[str]:
    """What stays together on a line: a Latin word, or one Han character with its punctuation."""
    pieces: list[str] = []
    for character in text:
        joins = pieces and (
            character == " "
            or character in "，。、；：）》”’！？,.;:)"
            or (character.isascii() and pieces[-1][-1].isascii() and pieces[-1][-1] != " ")
            or pieces[-1][-1] in "（《“‘("
        )
        if joins:
            pieces[-1] += character
        else:
            pieces.append(character)
    return pieces


def refuse_unprintable(fields: Mapping[str, str]) -> None:
    """Let texts pass only if each character can be printed and read for what it is.

    Refused are characters without a glyph, and those that show nothing, join or reverse others:
    combining, control, zero-width and right-to-left characters, spaces other than the plain one,
    and spaces at either end or in a row.

    Raises:
        MissingGlyph: names every field, and every such character by its code point.
    """
    errors = [
        FieldError(
            field,
            "unprintable",
            N_("“{character}”（{code_point}）不能印在证书上。"),
            {"character": character if character.isprintable() else "", "code_point": point},
        )
        for field, text in fields.items()
        for character in dict.fromkeys(text)
        if not _printable(character)
        for point in [f"U+{ord(character):04X}"]
    ]
    errors += [
        FieldError(field, "spaces", N_("不能为空，首尾不能有空格，中间不能有连续空格。"))
        for field, text in fields.items()
        if not text or text != " ".join(text.split())
    ]
    if errors:
        raise MissingGlyph(errors)


@lru_cache(maxsize=4096)
def _printable(character: str) -> bool:
    if character == " ":
        return True
    if unicodedata.category(character)[0] in "MCZ":
        return False
    if unicodedata.bidirectional(character) in _RIGHT_TO_LEFT:
        return False
    return prints(character, REGULAR)


def to_unicode(_font: str, subset: list[int]) -> str:
    """The map from codes to characters, with surrogate pairs and blocks of at most 100."""
    rows = [
        f"<{code:02X}> <{chr(point).encode('utf-16-be').hex().upper()}>"
        for code, point in enumerate(subset)
        if point
    ]
    blocks = [rows[at : at + _BLOCK] for at in range(0, len(rows), _BLOCK)]
    return "\n".join(
        [
            "/CIDInit /ProcSet findresource begin",
            "12 dict begin",
            "begincmap",
            "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def",
            "/CMapName /Adobe-Identity-UCS def",
            "/CMapType 2 def",
            "1 begincodespacerange",
            "<00> <FF>",
            "endcodespacerange",
            *(f"{len(b)} beginbfchar\n" + "\n".join(b) + "\nendbfchar" for b in blocks),
            "endcmap",
            "CMapName currentdict /CMap defineresource pop",
            "end",
            "end",
        ]
    )


def _mend_reportlab() -> None:
    written = pdfdoc.PDFStream.format
    tail = b"endstream\n"

    def with_end_of_line(stream: Any, document: Any) -> bytes:
        content: bytes = written(stream, document)
        return content.removesuffix(tail) + b"\n" + tail

    pdfdoc.PDFStream.format = with_end_of_line
    ttfonts.makeToUnicodeCMap = to_unicode
    rl_config.useA85 = 0


_mend_reportlab()
