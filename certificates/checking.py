"""Checking a certificate, for anybody: by code, by number and name, by file.

The look-up by code is what a QR code asks for: one indexed query, no ORM object on the way.
"""

import hashlib
from datetime import date, datetime
from functools import partial
from typing import Annotated, Any

import anyio
import msgspec
from anyio import to_thread
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pydantic import Field

from certificates import (
    crl,
    enclosure,
    form,
    keys,
    names,
    recognition,
    revocation,
    timestamping,
    uploads,
    validation,
)
from certificates.answers import (
    Answer,
    Check,
    Outcome,
    Reason,
    Shown,
    Status,
    Verdict,
    check,
    not_on_record,
    reason_in_words,
    status_on,
)
from certificates.form import Held
from certificates.numbering import (
    AS_PRINTED,
    NotACode,
    NotANumber,
    WrongCheckCharacter,
    normalise_code,
    normalise_number,
)
from certificates.validation import FIRST, THEN, TWIN, Finding
from registry.identity import masked_name
from registry.platform import clock
from registry.platform.db import read_row
from registry.platform.fields import Day, Input, Plain
from registry.platform.settings import Settings

FILES_AT_ONCE = 2
"""Validations of uploaded files side by side in one process; each is a subprocess of its own."""
LONGEST_AT_ONCE = 1_000_000
"""Bytes that are hashed in less time than handing them to a thread takes."""
_files = anyio.Semaphore(FILES_AT_ONCE)

_SELECT = (
    "SELECT c.number, c.holder_name, h.level, h.granted_on, h.valid_until, h.status,"
    " h.status_since, h.status_reason, h.suspended_until, c.replaced_on, r.number, c.issued_on"
    " FROM certificate c JOIN credential h ON h.id = c.credential"
    " LEFT JOIN certificate r ON r.id = c.replaced_by WHERE "
)
BY_CODE = _SELECT + "c.code = $1"
BY_NUMBER = _SELECT + "c.number = $1"
OF_FILE = "(SELECT f.certificate FROM certificate_file f WHERE f.sha256 = $1)"
BY_FILE = _SELECT + "c.id = " + OF_FILE


class NumberAndName(Input):
    """What somebody reads off a certificate."""

    number: Plain = Field(min_length=1, max_length=60)
    name: Annotated[str, Field(min_length=1, max_length=100)]


class CodeIn(Input):
    """A code as somebody typed it off a paper."""

    code: Plain = Field(min_length=1, max_length=60)
    day: Day | None = None
    """Asked about this day instead of now."""


async def by_code(code: str, at: datetime) -> Answer:
    """Answer for the code of a QR code, as typed or scanned.

    One that came as it is printed is looked up as it is: nothing is to be mended, and with a wrong
    check character it is on no record.
    """
    if not AS_PRINTED.fullmatch(code):
        try:
            code = normalise_code(code)
        except (NotACode, WrongCheckCharacter):
            return not_on_record(at)
    row = await read_row(BY_CODE, code)
    return answer_of(row, at) if row else not_on_record(at)


async def by_number(asked: NumberAndName, at: datetime) -> Answer:
    """Answer for a number, of certificate or statement, together with its holder's whole name.

    A wrong name and an unknown number give the same answer, so that numbers, which follow each
    other, do not tell who holds what.
    """
    try:
        written = normalise_number(asked.number)
    except (NotANumber, WrongCheckCharacter):
        written = ""
    statement = recognition.is_number(written)
    # Not from a replica, where an unknown number would take longer than a wrong name.
    asked_for = recognition.by_number(written) if statement else BY_NUMBER
    row = await read_row(asked_for, written, from_replica=False)
    if row is None or not names.same(row[1], asked.name):
        return not_on_record(at)
    return recognition.answer(row, at) if statement else answer_of(row, at)


async def by_file(content: bytes, at: datetime, settings: Settings) -> Answer:
    """Answer for an uploaded PDF: is it the very file that was issued, and is it in force.

    Raises:
        FieldsInvalid: it is empty, or no PDF at all, or too large.
    """
    uploads.refuse_what_is_no_pdf(content, settings.upload_megabytes)
    return await of_file(content, at, settings)


async def of_file(content: bytes, at: datetime, settings: Settings) -> Answer:
    """Answer for any file at all; one that is no certificate of ours is `invalid`."""
    answer = await on_record(content, at)
    if answer is None:
        return await _of_paper(check("file-on-record", Outcome.FAILED), content, at, settings)
    seen = [_as_of_record(each) for each in await _signature(content, at, settings)]
    inside = await enclosure.checked(content)
    checks = [check("file-on-record", Outcome.PASSED), *answer.checks, *inside, *seen]
    return msgspec.structs.replace(answer, verdict=_verdict(checks), checks=checks)


def _as_of_record(found: Check) -> Check:
    """A seal revoked since takes nothing from a file that the register knows byte for byte.

    Whoever has the stolen key can seal other files, but put none of them on record.
    """
    if (found.code, found.outcome) != ("seal-not-revoked", Outcome.FAILED):
        return found
    return check("seal-revoked-since", Outcome.PASSED)


async def on_record(content: bytes, at: datetime) -> Answer | None:
    """What the register says of a file that is, byte for byte, one it issued; else None."""
    if len(content) > LONGEST_AT_ONCE:
        digest = await to_thread.run_sync(lambda: hashlib.sha256(content).hexdigest())
    else:
        digest = hashlib.sha256(content).hexdigest()
    if (row := await read_row(BY_FILE, digest)) is not None:
        return answer_of(row, at)
    for paper in (recognition.BY_FILE, recognition.RECEIPT_BY_FILE):
        if (row := await read_row(paper, digest)) is not None:
            return recognition.answer(row, at)
    return None


async def without_register(content: bytes, at: datetime, settings: Settings) -> Answer:
    """Answer for a file while the register cannot be asked: `undetermined` at best."""
    return await _of_paper(check("genuine", Outcome.NOT_CHECKED), content, at, settings)


async def _of_paper(first: Check, content: bytes, at: datetime, settings: Settings) -> Answer:
    number = await to_thread.run_sync(validation.read_number, content)
    checks = [first, *await _signature(content, at, settings)]
    return Answer(_verdict(checks), number, checks, at.isoformat(timespec="seconds"))


async def _signature(content: bytes, at: datetime, settings: Settings) -> list[Check]:
    try:
        trusted = await to_thread.run_sync(keys.load_roots, settings.key_folder)
    except keys.NoAuthority:
        found = validation.unanswered(Reason.NO_ROOT)
    else:
        lists = await to_thread.run_sync(crl.at_hand, settings, at)
        stamping = await to_thread.run_sync(_stamping, settings)
        plainly = partial(_of_our_form, content, at, settings, trusted, stamping)
        ours = await to_thread.run_sync(plainly) if lists else None
        if ours is not None:
            passed = (*FIRST, *THEN, "seal-not-revoked")
            found = [Finding(code, Outcome.PASSED) for code in passed]
            if ours.twin:
                found += [Finding(code, Outcome.PASSED) for code in TWIN]
            if ours.stamped_at is not None:
                found.append(Finding("time-stamped", Outcome.PASSED, at=ours.stamped_at))
        else:
            apart = partial(
                validation.validate_apart,
                content,
                [root.public_bytes(Encoding.PEM) for root in trusted],
                at,
                lists,
                stamping_pem=[each.public_bytes(Encoding.PEM) for each in stamping],
            )
            async with _files:
                found = await to_thread.run_sync(apart)
    return validation.checks(found)


def _stamping(settings: Settings) -> tuple[x509.Certificate, ...]:
    """Those of time-stamp services; none where their file cannot be read, as if there were none."""
    try:
        return timestamping.known(settings.key_folder)
    except keys.NoAuthority:
        return ()


def _of_our_form(
    content: bytes,
    at: datetime,
    settings: Settings,
    roots: tuple[x509.Certificate, ...],
    stamping: tuple[x509.Certificate, ...],
) -> Held | None:
    """What a file shows that is so plainly ours that nobody needs to read it as a PDF."""
    folder = settings.key_folder
    try:
        trusted = tuple(
            seal for seal in revocation.seals(folder) if not revocation.is_revoked(folder, seal)
        )
        issuing = keys.load_certificate(folder / "issuing.pem")
        seals = form.seals_of(trusted, issuing, roots, stamping)
    except keys.NoAuthority:
        return None
    return form.held(content, seals, at) if seals is not None else None


def _verdict(checks: list[Check]) -> Verdict:
    outcomes = {each.outcome for each in checks}
    if Outcome.FAILED in outcomes:
        return Verdict.INVALID
    return Verdict.UNDETERMINED if Outcome.NOT_CHECKED in outcomes else Verdict.VALID


def answer_of(row: tuple[Any, ...], at: datetime) -> Answer:
    """What the row of a look-up says at a moment."""
    number, name, level, granted, until, standing, since, *rest = row
    reason, suspended, replaced, by, issued = rest
    valid_until, issued_on = _day(until), _day(issued)
    status = status_on(
        clock.office_day(at),
        standing=standing,
        valid_until=valid_until,
        suspended_until=_day(suspended) if suspended else None,
        replaced=replaced is not None,
    )
    began = _day(replaced) if status is Status.REPLACED and replaced else _day(since)
    if status is Status.EXPIRED:
        began = valid_until + date.resolution
    elif status is Status.IN_FORCE and suspended:  # the suspension ran out by itself
        began = _day(suspended) + date.resolution
    in_force = status is Status.IN_FORCE
    said = reason if status in {Status.REVOKED, Status.SUSPENDED} else None
    outcome = Outcome.PASSED if in_force else Outcome.FAILED
    # Until the higher level has its paper, there is no number to point to.
    code = "status-higher-level" if status is Status.REPLACED and not by else f"status-{status}"
    return Answer(
        verdict=Verdict.VALID if in_force else Verdict.INVALID,
        number=number,
        checks=[
            check("genuine", Outcome.PASSED),
            check(code, outcome, since=began, until=valid_until, by=by, issued=issued_on),
        ],
        checked_at=at.isoformat(timespec="seconds"),
        certificate=Shown(
            name_masked=masked_name(name),
            level=level,
            granted_on=str(granted),
            valid_until=str(valid_until),
            status=status,
            status_since=str(began),
            reason=said,
            reason_said=reason_in_words(said),
            replaced_by=by if status is Status.REPLACED else None,
            issued_on=str(issued_on) if status is Status.REPLACED else None,
        ),
    )


def _day(value: Any) -> date:
    """SQLite's plain driver gives the text it stores, PostgreSQL a date."""
    return date.fromisoformat(value) if isinstance(value, str) else value
