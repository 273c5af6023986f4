"""How a certificate stood on a day in the past."""

import json
from datetime import date, datetime
from typing import Any

import msgspec

from certificates import checking
from certificates.answers import Answer, not_on_record
from certificates.numbering import NotACode, WrongCheckCharacter, normalise_code
from credentials.words import LAPSE, REVOKE, SUPERSEDE, SUSPEND, Standing
from registry.platform import clock
from registry.platform.db import rows
from registry.platform.errors import FieldError, FieldsInvalid
from registry.platform.i18n import N_

_FOUND = (
    "SELECT c.number, c.holder_name, h.level, h.granted_on, c.face, h.id, c.issued_on,"
    " h.status, h.suspended_until, c.replaced_on, r.number AS by_number"
    " FROM certificate c JOIN credential h ON h.id = c.credential"
    " LEFT JOIN certificate r ON r.id = c.replaced_by WHERE c.code = {}"
)
_STANDING = {step.name: Standing(step.to) for step in (SUSPEND, REVOKE, SUPERSEDE, LAPSE)}


async def by_code_on(code: str, day: date, at: datetime) -> Answer:
    """Answer for a code as of an office day that has come; before its issue it was not on record.

    Raises:
        FieldsInvalid: the day is still to come.
    """
    if day > clock.office_day(at):
        words = N_("只能查验今天或以前的状态。")
        raise FieldsInvalid([FieldError("day", "in-the-future", words)])
    try:
        found = await rows(_FOUND, normalise_code(code))
    except (NotACode, WrongCheckCharacter):
        found = []
    if not found or found[0]["issued_on"] > day:
        return not_on_record(at)
    then = datetime.combine(day, clock.MORNING)
    return msgspec.structs.replace(
        checking.answer_of(await _as_it_stood(found[0], day), then),
        checked_at=at.isoformat(timespec="seconds"),
    )


async def _as_it_stood(row: dict[str, Any], day: date) -> tuple[Any, ...]:
    """The row of a look-up, as it would have been read on the evening of that day."""
    steps = await rows(
        "SELECT step, taken_at FROM step_taken WHERE subject = {} ORDER BY taken_at", row["id"]
    )
    standing, since, last = Standing.IN_FORCE, row["granted_on"], True
    for step in steps:
        taken = clock.office_day(step["taken_at"])
        if taken > day:
            last = False
            break
        standing, since = _STANDING.get(step["step"], Standing.IN_FORCE), taken
    replaced = row["replaced_on"] if row["replaced_on"] and row["replaced_on"] <= day else None
    return (
        row["number"],
        row["holder_name"],
        row["level"],
        row["granted_on"],
        # As printed: a renewal gives the level another last day, and another paper.
        json.loads(row["face"])["valid_until"],
        standing,
        since,
        None,
        row["suspended_until"] if last and standing == row["status"] else None,
        replaced,
        row["by_number"] if replaced else None,
        row["issued_on"],
    )
