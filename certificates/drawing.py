"""Draws a certificate: what is on its face goes in, the bytes of a PDF come out.

A4 landscape, Chinese and English side by side, set in embedded fonts, described in PDF/A-3b
terms, with room for the seal. Pure and deterministic: the same face gives the same bytes in every
process, so that a certificate on record can be drawn again. One process draws one certificate at
a time.
"""

from certificates import typesetting
from certificates.face import Face, refuse_unless_presentable
from certificates.template import Attached, common_to, template
from certificates.wording import wording


def draw(face: Face, attached: Attached | None = None) -> bytes:
    """Draw a certificate; `attached` is a file to go along inside it, by name and content.

    Raises:
        MissingGlyph: a text holds characters that cannot be printed; names them all.
        TextTooLong: a text would have to be set too small to read.
        ForbiddenWord: the title or level carries a forbidden word.
        AddressTooLong: the QR code would be too fine.
    """
    with typesetting.ONE_AT_A_TIME:
        refuse_unless_presentable(face, wording())
        prepared = template(common_to(face), attached[0] if attached else None)
        return prepared.filled(face, attached)
