"""Recognising a statement, for anybody: genuine or not, of which kind, from when, still the newest.

What it says stays between the person and whoever they hand it to; nothing of that is shown here.
"""

from datetime import date, datetime
from typing import Any

from certificates.answers import Answer, Check, Outcome, Stated, Verdict, check
from certificates.numbering import (
    AS_PRINTED,
    NotACode,
    WrongCheckCharacter,
    normalise_code,
)
from certificates.statements import LETTERS
from registry.identity import masked_name
from registry.platform import i18n
from registry.platform.db import read_row
from registry.platform.i18n import N_

_SELECT = (
    "SELECT s.number, s.holder_name, s.kind, s.issued_on, n.number, n.issued_on"
    " FROM statement s LEFT JOIN statement n ON n.supersedes = s.id WHERE "
)
BY_CODE = _SELECT + "s.code = $1"
BY_NUMBER = _SELECT + "s.number = $1"
OF_FILE = "(SELECT f.statement FROM statement_file f WHERE f.sha256 = $1)"
BY_FILE = _SELECT + "s.id = " + OF_FILE
_RECEIPT = (
    "SELECT r.number, c.holder_name, 'check', r.issued_on, NULL, NULL"
    " FROM check_receipt r JOIN certificate c ON c.id = r.certificate WHERE "
)
RECEIPT_BY_CODE = _RECEIPT + "r.code = $1"
RECEIPT_BY_NUMBER = _RECEIPT + "r.number = $1"
RECEIPT_BY_FILE = _RECEIPT + "r.sha256 = $1"
CHECK_LETTER = "C"
"""In the number of a receipt of a check."""
_ON_RECORD = N_("登记中有这份证明。")
_NOT_ON_RECORD = N_("登记中没有这份证明。")


def is_number(number: str | None) -> bool:
    """Whether a certificate number as it is printed is that of a statement."""
    letters = {*LETTERS.values(), CHECK_LETTER}
    return number is not None and number.split("-")[2:3] in [[each] for each in letters]


def by_number(number: str) -> str:
    """The look-up for a number of which `is_number` is true."""
    return RECEIPT_BY_NUMBER if number.split("-")[2] == CHECK_LETTER else BY_NUMBER


async def by_code(code: str, at: datetime) -> Answer:
    """Answer for the code of a statement's QR code, as typed or scanned."""
    if not AS_PRINTED.fullmatch(code):
        try:
            code = normalise_code(code)
        except (NotACode, WrongCheckCharacter):
            return _missing(at)
    row = await read_row(BY_CODE, code) or await read_row(RECEIPT_BY_CODE, code)
    return answer(row, at) if row else _missing(at)


async def is_code(code: str, at: datetime) -> bool:
    """Whether a statement or receipt bears this code, as typed or scanned."""
    return (await by_code(code, at)).statement is not None


def _missing(at: datetime) -> Answer:
    """The one answer to whatever is not there, in which nothing shows why not."""
    failed = Check("genuine", Outcome.FAILED, i18n.gettext(_NOT_ON_RECORD))
    return Answer(Verdict.INVALID, None, [failed], at.isoformat(timespec="seconds"))


def answer(row: tuple[Any, ...], at: datetime) -> Answer:
    """What a stranger learns of a statement on record.

    One that a newer statement supersedes is genuine and, like a replaced certificate, not valid.
    """
    number, name, kind, issued, newer, newer_on = row
    genuine = Check("genuine", Outcome.PASSED, i18n.gettext(_ON_RECORD))
    if newer is None:
        standing = check("status-newest", Outcome.PASSED)
    else:
        since = date.fromisoformat(str(newer_on))
        standing = check("status-superseded", Outcome.FAILED, since=since, by=newer)
    return Answer(
        verdict=Verdict.VALID if newer is None else Verdict.INVALID,
        number=number,
        checks=[genuine, standing],
        checked_at=at.isoformat(timespec="seconds"),
        statement=Stated(
            kind=kind,
            name_masked=masked_name(name),
            issued_on=str(issued),
            superseded_by=newer,
            superseded_on=None if newer is None else str(newer_on),
        ),
    )
