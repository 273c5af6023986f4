"""How a certificate stood on a day in the past, as known on that day or later.

The standing of the level is read from its history, in which a later line may speak of earlier days;
what is printed on the paper, and which paper followed it, from the certificate itself.
"""

import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import msgspec

from certificates import checking
from certificates.answers import (
    Answer,
    AsOf,
    Outcome,
    Shown,
    Status,
    Verdict,
    check,
    not_on_record,
)
from certificates.numbering import NotACode, WrongCheckCharacter, normalise_code
from credentials.words import Standing
from registry.identity import masked_name
from registry.platform import clock
from registry.platform.db import rows
from registry.platform.errors import FieldError, FieldsInvalid
from registry.platform.i18n import N_

_FOUND = """
SELECT c.number, c.holder_name, h.level, h.granted_on, c.face, c.issued_on, c.replaced_on,
  r.number AS by_number, line.status, line.reason, line.first_day, line.last_day
FROM certificate c JOIN credential h ON h.id = c.credential
LEFT JOIN certificate r ON r.id = c.replaced_by
LEFT JOIN standing_line line ON line.credential = h.id AND line.known_on <= {}
WHERE c.code = {} ORDER BY line.place DESC
"""
"""One query, whether there is such a code or not: a row for each line known, the newest first."""


async def by_code_on(code: str, day: date, at: datetime, known_by: date | None = None) -> Answer:
    """Answer for a code as of an office day that has come, as known by a day (today).

    Before its issue the answer says so; what the office had not decided by `known_by` is left out.

    Raises:
        FieldsInvalid: one of the days is still to come.
    """
    today = clock.office_day(at)
    known_by = known_by or today
    refuse_what_is_to_come(today, day=day, known_by=known_by)
    try:
        code = normalise_code(code)
    except (NotACode, WrongCheckCharacter):
        code = ""
    found = await rows(_FOUND, known_by, code)
    if not found:
        return not_on_record(at)
    held, lines = found[0], [row for row in found if row["status"] is not None]
    newest = next((line for line in lines if _covers(line, day)), None)
    if newest is None or held["issued_on"] > min(day, known_by):
        answer = _not_issued(held)
    else:
        then = datetime.combine(day, clock.MORNING)
        answer = checking.answer_of(_as_it_stood(held, lines, newest, day, known_by), then)
    return msgspec.structs.replace(
        answer,
        checked_at=at.isoformat(timespec="seconds"),
        as_of=AsOf(str(day), str(known_by)),
    )


def refuse_what_is_to_come(today: date, **asked: date | None) -> None:
    """Let days pass that have come, by the names of the fields they were typed into.

    Raises:
        FieldsInvalid: some are still to come.
    """
    words = N_("只能查验今天或以前的状态。")
    late = [name for name, day in asked.items() if day and day > today]
    if late:
        raise FieldsInvalid([FieldError(name, "in-the-future", words) for name in late])


def _covers(line: dict[str, Any], day: date) -> bool:
    last = line["last_day"]
    return bool(line["first_day"] <= day and (last is None or day <= last))


def _as_it_stood(
    held: dict[str, Any],
    lines: Sequence[dict[str, Any]],
    newest: dict[str, Any],
    day: date,
    known_by: date,
) -> tuple[Any, ...]:
    """The row of a look-up, as it would have been read on the evening of that day."""
    standing = Standing(newest["status"])
    # A line goes on where a newer one, of a suspension, has ended.
    newer = [line["last_day"] for line in lines[: lines.index(newest)] if line["last_day"]]
    ended = [last + date.resolution for last in newer if newest["first_day"] <= last < day]
    replaced = held["replaced_on"]
    if replaced and replaced > min(day, known_by):
        replaced = None
    return (
        held["number"],
        held["holder_name"],
        held["level"],
        held["granted_on"],
        # As printed: a renewal gives the level another last day, and another paper.
        _printed(held),
        standing,
        max([newest["first_day"], *ended]),
        newest["reason"],
        newest["last_day"] if standing is Standing.SUSPENDED else None,
        replaced,
        held["by_number"] if replaced else None,
        held["issued_on"],
    )


def _printed(held: dict[str, Any]) -> Any:
    return json.loads(held["face"])["valid_until"]


def _not_issued(held: dict[str, Any]) -> Answer:
    code = f"status-{Status.NOT_ISSUED}"
    return Answer(
        verdict=Verdict.INVALID,
        number=held["number"],
        checks=[
            check("genuine", Outcome.PASSED),
            check(code, Outcome.FAILED, issued=held["issued_on"]),
        ],
        checked_at="",
        certificate=Shown(
            name_masked=masked_name(held["holder_name"]),
            level=held["level"],
            granted_on=str(held["granted_on"]),
            valid_until=str(_printed(held)),
            status=Status.NOT_ISSUED,
            status_since=str(held["granted_on"]),
            reason=None,
            replaced_by=None,
            issued_on=str(held["issued_on"]),
        ),
    )
