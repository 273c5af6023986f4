"""Following certificates: an employer asks, the holder agrees, and changes of status are told."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID, uuid4

import msgspec
from pydantic import Field

from certificates import checking
from certificates.checking import NumberAndName
from certificates.tables import Certificate, Watch, WatchNotice
from certificates.words import BY_HOLDER, END, Consent
from registry.platform import audit, clock, outbox, steps
from registry.platform.db import read_row, rows, transaction
from registry.platform.errors import (
    Conflict,
    FieldError,
    FieldsInvalid,
    NotFound,
    of_unique_index,
)
from registry.platform.i18n import N_
from registry.platform.steps import Step
from registry.tables import Account

ASKED = "watch-asked"
"""Job that tells a holder of a request; its subject is the watch."""
BY_MAIL = "watch-by-mail"
BY_WEBHOOK = "watch-by-webhook"
"""Jobs that deliver a notice; their subject is the notice."""
_LISTED = (
    "SELECT w.id, w.purpose, w.status, w.asked_at, w.decided_at, c.number, h.level,"
    " coalesce(o.name, a.display_name) AS employer FROM watch w"
    " JOIN certificate c ON c.id = w.certificate JOIN credential h ON h.id = c.credential"
    " JOIN account a ON a.id = w.employer LEFT JOIN organisation o ON o.id = a.organisation"
)
_WATCHED = (
    "SELECT w.id, c.number FROM watch w JOIN certificate c ON c.id = w.certificate"
    " WHERE w.status = {}"
)


class WatchIn(NumberAndName):
    """Which certificate an employer wants to follow, and what for."""

    purpose: Annotated[str, Field(min_length=2, max_length=200)]


class AlreadyAsked(Conflict):
    """The employer follows the certificate already, or waits for the holder's answer."""


class Told(msgspec.Struct, frozen=True):
    """What a webhook says, in the shape of Standard Webhooks: what, when, and about what."""

    type: str
    timestamp: str
    data: dict[str, Any]


async def ask(asked: WatchIn, *, by: Account) -> Watch:
    """Ask the holder of a certificate for consent to follow it.

    Raises:
        FieldsInvalid: number and name are not those of a certificate, whichever is wrong.
        AlreadyAsked: this employer has asked before and not been answered, or follows it.
    """
    answer = await checking.by_number(asked, clock.now())
    if answer.certificate is None:
        words = N_("登记中没有符合所填内容的证书。")
        raise FieldsInvalid([FieldError("number", "not-on-record", words)])
    found = await Certificate.objects().get(Certificate.number == answer.number)
    assert found is not None, "it was just found"
    watch = Watch(
        id=uuid4(),
        certificate=found.id,
        employer=by.id,
        purpose=asked.purpose,
        status=Consent.ASKED,
        asked_at=clock.now(),
    )
    try:
        async with transaction():
            await watch.save()
            await outbox.put(ASKED, str(watch.id))
            await audit.record("watch.ask", f"watch:{watch.id}", certificate=found.id)
    except Exception as error:
        if of_unique_index(error, "watch", "certificate"):
            raise AlreadyAsked(N_("您已经在关注这张证书，或正在等待持证人答复。")) from None
        raise
    return watch


async def decide(watch: UUID, step: str, *, by: Account) -> Watch:
    """Give, refuse or withdraw consent, as the holder.

    Raises:
        NotFound: no such request about a certificate of the caller's, or no such step.
        StepNotPossible: it has been answered, or ended.
    """
    return await _take(watch, BY_HOLDER.get(step), Watch.certificate.person == by.person, by)


async def end(watch: UUID, *, by: Account) -> Watch:
    """Stop following, as the employer.

    Raises:
        NotFound: it is none of the caller's.
        StepNotPossible: it has ended already.
    """
    return await _take(watch, END, Watch.employer == by.id, by)


async def _take(watch: UUID, step: Step | None, theirs: Any, by: Account) -> Watch:
    async with transaction():
        found: Watch | None = await Watch.objects().where(Watch.id == watch, theirs).first()
        if found is None or step is None:
            raise NotFound(N_("没有这项关注。"))
        await steps.take(step, found, by=by.id, decided_at=clock.now())
        await audit.record(f"watch.{step.name}", f"watch:{found.id}")
        return found


async def of_employer(*, by: Account) -> list[dict[str, Any]]:
    """What the caller follows or has asked to, newest first; a status only with consent."""
    found = await _listed("w.employer = {}", by.id)
    now = clock.now()
    for row in found:
        row["answer"] = None
        if row["status"] == Consent.GIVEN:
            kept = await read_row(checking.BY_NUMBER, row["number"], from_replica=False)
            assert kept is not None, "certificates are never taken away"
            row["answer"] = checking.answer_of(kept, now)
    return found


async def of_holder(*, by: Account) -> list[dict[str, Any]]:
    """Who follows the caller's certificates or asks to, newest first."""
    return await _listed("c.person = {}", by.person)


async def _listed(condition: str, who: UUID) -> list[dict[str, Any]]:
    return await rows(f"{_LISTED} WHERE {condition} ORDER BY w.asked_at DESC, w.id", who)


async def tell_standing(step: str) -> None:
    """Put on record whom a change of a level's standing is told; a second time changes nothing."""
    taken = await rows("SELECT subject FROM step_taken WHERE id = {}", UUID(step))
    if taken:
        condition = "c.credential = {} AND c.replaced_on IS NULL"
        await _tell(f"step:{step}", condition, taken[0]["subject"])


async def tell_replaced(certificate: str) -> None:
    """The same for a certificate that was replaced."""
    await _tell(f"replace:{certificate}", "c.id = {}", UUID(certificate))


async def _tell(act: str, condition: str, of: Any) -> None:
    now = clock.now()
    watched = await rows(f"{_WATCHED} AND {condition}", Consent.GIVEN, of)
    for row in watched:
        notice = WatchNotice(
            id=uuid4(),
            watch=row["id"],
            act=act,
            body=msgspec.json.encode(await _told(row["number"], now)).decode(),
            made_at=now,
        )
        async with transaction():
            made = (
                await WatchNotice.insert(notice)
                .on_conflict(action="DO NOTHING")
                .returning(WatchNotice.id)
            )
            if made:
                await outbox.put(BY_MAIL, str(notice.id))
                await outbox.put(BY_WEBHOOK, str(notice.id))


async def _told(number: str, now: datetime) -> Told:
    kept = await read_row(checking.BY_NUMBER, number, from_replica=False)
    assert kept is not None, "certificates are never taken away"
    shown = checking.answer_of(kept, now).certificate
    assert shown is not None, "it is on record"
    data = {
        "number": number,
        "status": shown.status,
        "since": shown.status_since,
        "reason": shown.reason,
        "replaced_by": shown.replaced_by,
    }
    return Told("certificate.status", now.isoformat(timespec="seconds"), data)
