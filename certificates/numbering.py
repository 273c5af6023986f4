"""Certificate numbers and verification codes: made, checked, and read as people type them.

A number such as `SHTM-2026-J-000123-C` is counted without gaps, so it is guessable on purpose. A
code such as `7K3M-9QXA-2D4F-X` is 60 random bits, which nobody guesses; the QR code carries it.
Both end in a check character, so that a slip of the pen is told apart from a certificate that
does not exist.
"""

import re
import secrets
import unicodedata

from registry.platform.errors import RuleNotMet
from registry.platform.i18n import N_

ALPHANUMERIC = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Base 32 without the letters I, L, O and U, which are mistaken for others (Douglas Crockford)."""

CODE_BITS = 60
_CODE_LENGTH = CODE_BITS // 5
_GROUP = 4
PRINTED_CODE_LENGTH = _CODE_LENGTH + _CODE_LENGTH // _GROUP + 1
"""With its dashes and check character."""
_LONGEST_INPUT = 80
_NUMBER = re.compile(r"([A-Z]{2,8})([0-9]{4})([A-Z])([0-9]{6,12})([0-9A-Z])")
AS_PRINTED = re.compile(rf"(?:[{CROCKFORD}]{{{_GROUP}}}-){{{_CODE_LENGTH // _GROUP}}}[{CROCKFORD}]")
"""A code as it is printed and as QR codes carry it; its check character may still be wrong."""
_FULL_WIDTH = {point: point - 0xFEE0 for point in range(0xFF01, 0xFF5F)}
_MISREAD = str.maketrans("ILO", "110")


class NotANumber(RuleNotMet):
    """What was typed does not have the form of a certificate number."""


class NotACode(RuleNotMet):
    """What was typed does not have the form of a verification code."""


class WrongCheckCharacter(RuleNotMet):
    """The form is right but a character is not: mistyped, or made up."""


def check_character(text: str, alphabet: str = ALPHANUMERIC) -> str:
    """Compute the check character of ISO 7064 MOD 37,36 over the characters of `text`.

    The same hybrid system serves any alphabet of an even size M as MOD M+1,M. It catches every
    single wrong character and nearly every exchange of two neighbours.
    """
    size = len(alphabet)
    product = size
    for character in text:
        total = (alphabet.index(character) + product) % size or size
        product = 2 * total % (size + 1)
    return alphabet[(size + 1 - product) % size]


def number(*, prefix: str, year: int, letter: str, serial: int, digits: int) -> str:
    """Write out a certificate number.

    `prefix` names the authority (2 to 8 letters), `letter` the level, `digits` is the least width
    of the serial (6 to 12), which counts from 1 within what the caller counts.
    """
    body = f"{prefix}{year:04d}{letter}{serial:0{digits}d}"
    parts = _NUMBER.fullmatch(body + ALPHANUMERIC[0])
    if serial < 1 or parts is None:
        raise ValueError(f"{body} would not begin a certificate number")
    return "-".join([*parts.groups()[:-1], check_character(body)])


def normalise_number(text: str) -> str:
    """Read a number as somebody typed it and return it as it is printed.

    Lower case, full-width characters, spaces and missing or other dashes are accepted.

    Raises:
        NotANumber: it has another form.
        WrongCheckCharacter: it has the form, and a character is wrong.
    """
    parts = _NUMBER.fullmatch(_bare(text))
    if parts is None:
        raise NotANumber(N_("这不是证书编号的格式，例如 SHTM-2026-J-000123-C。"))
    *body, check = parts.groups()
    if check_character("".join(body)) != check:
        raise WrongCheckCharacter(N_("证书编号有误，请逐位核对。"))
    return "-".join(parts.groups())


def new_code() -> str:
    """Draw a fresh verification code: 60 bits of the operating system's randomness."""
    return code(secrets.randbits(CODE_BITS))


def code(bits: int) -> str:
    """Write out 60 bits as a verification code in groups, check character last."""
    if not 0 <= bits < 1 << CODE_BITS:
        raise ValueError(f"a code holds {CODE_BITS} bits")
    shifts = range(CODE_BITS - 5, -1, -5)
    return _grouped("".join(CROCKFORD[bits >> shift & 31] for shift in shifts))


def normalise_code(text: str) -> str:
    """Read a verification code as somebody typed it and return it in groups, as it is printed.

    Beside what `normalise_number` accepts, I and L are read as 1 and O as 0.

    Raises:
        NotACode: it has another form.
        WrongCheckCharacter: it has the form, and a character is wrong.
    """
    typed = _bare(text).translate(_MISREAD)
    if len(typed) != _CODE_LENGTH + 1 or not set(typed) <= set(CROCKFORD):
        raise NotACode(N_("这不是核验码的格式，例如 7K3M-9QXA-2D4F-X。"))
    written = _grouped(typed[:_CODE_LENGTH])
    if written[-1] != typed[-1]:
        raise WrongCheckCharacter(N_("核验码有误，请逐位核对。"))
    return written


def _grouped(characters: str) -> str:
    groups = [characters[at : at + _GROUP] for at in range(0, len(characters), _GROUP)]
    return "-".join([*groups, check_character(characters, CROCKFORD)])


def _bare(text: str) -> str:
    """Only the letters and digits that were meant, in capitals; the rest as it is."""
    if len(text) > _LONGEST_INPUT:
        return ""
    narrow = text.translate(_FULL_WIDTH)
    meant = (c for c in narrow if unicodedata.category(c) not in _SEPARATORS and c != "\u2212")
    return "".join(c.upper() if c.isascii() else c for c in meant)


_SEPARATORS = {"Pd", "Zs", "Zl", "Zp", "Cc", "Cf"}
"""Dashes, spaces, line breaks, and what cannot be seen (copied along from a page)."""
