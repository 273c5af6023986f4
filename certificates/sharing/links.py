"""Links by which holders show what they choose of a certificate, to whoever has the link."""

import json
import secrets
from datetime import date, timedelta
from typing import Annotated, Any
from uuid import UUID, uuid4

import msgspec
from pydantic import Field

from certificates import checking, holdings
from certificates.answers import Status, Verdict
from certificates.tables import ShareLink
from certificates.words import Field as Shown
from registry.platform import audit, clock
from registry.platform.db import read_row, rows, transaction
from registry.platform.errors import FieldError, FieldsInvalid, NotFound
from registry.platform.fields import Input, Whole
from registry.platform.i18n import N_
from registry.platform.settings import Settings
from registry.tables import Account

CODE_BYTES = 20
_ENDED = frozenset({Status.SUSPENDED, Status.REVOKED, Status.REPLACED})


class ShareIn(Input):
    """What a link shows, for how many days, and whom it is for."""

    number: str
    fields: Annotated[frozenset[Shown], Field(min_length=1)]
    days: Whole
    note: Annotated[str, Field(max_length=100)] = ""


class Revealed(msgspec.Struct, frozen=True):
    """What a link shows. What the holder did not choose is not there at all."""

    verdict: str
    status: str
    status_since: str | None
    """Of one suspended, revoked or replaced alone: of others it would tell a day that the holder
    may not have chosen to show."""
    checked_at: str
    until: str
    """The last day the link opens."""
    shown: dict[str, str]
    """Of the chosen fields, by name."""


async def share(asked: ShareIn, *, by: Account, on: date, settings: Settings) -> ShareLink:
    """Make a link to one of the caller's own certificates.

    Raises:
        NotFound: no such certificate of the caller's.
        FieldsInvalid: it would open for too short or too long a time.
    """
    least, most = settings.share_days_least, settings.share_days_most
    if not least <= asked.days <= most:
        words = N_("请选择 {least} 至 {most} 天。")
        facts = {"least": least, "most": most}
        raise FieldsInvalid([FieldError("days", "out-of-range", words, facts)])
    certificate = await holdings.find(asked.number, by=by)
    link = ShareLink(
        id=uuid4(),
        certificate=certificate.id,
        code=secrets.token_urlsafe(CODE_BYTES),
        fields=json.dumps(sorted(asked.fields)),
        note=asked.note,
        made_at=clock.now(),
        until=on + timedelta(days=asked.days),
        opened=0,
    )
    async with transaction():
        await link.save()
        await audit.record(
            "share.make", f"share_link:{link.id}", fields=sorted(asked.fields), until=link.until
        )
    return link


async def revoke(link: UUID, *, by: Account) -> None:
    """Close a link of the caller's own; a second time changes nothing.

    Raises:
        NotFound: there is none.
    """
    mine = (ShareLink.id == link) & (ShareLink.certificate.person == by.person)
    async with transaction():
        found = await ShareLink.objects().where(mine).first()
        if found is None:
            raise NotFound(N_("没有这个分享链接。"))
        if found.revoked_at is None:
            found.revoked_at = clock.now()
            await found.save([ShareLink.revoked_at])
            await audit.record("share.revoke", f"share_link:{link}")


async def mine(*, by: Account, on: date) -> list[dict[str, Any]]:
    """The caller's links, newest first; `open` says whether one still opens."""
    found = await rows(
        "SELECT l.id, l.code, l.fields, l.note, l.made_at, l.until, l.revoked_at, l.opened,"
        " c.number FROM share_link l JOIN certificate c ON c.id = l.certificate"
        " WHERE c.person = {} ORDER BY l.made_at DESC, l.id",
        by.person,
    )
    for row in found:
        row["fields"] = json.loads(row["fields"])
        row["open"] = row["revoked_at"] is None and row["until"] >= on
    return found


async def follow(code: str) -> Revealed:
    """What a link shows now; that it was opened is counted.

    Raises:
        NotFound: there is no such link, it has run out, or the holder has closed it: all the same.
    """
    now = clock.now()
    opened = await rows(
        "UPDATE share_link SET opened = opened + 1 WHERE code = {} AND revoked_at IS NULL"
        " AND until >= {} RETURNING certificate, fields, until",
        code,
        clock.office_day(now),
    )
    if not opened:
        raise NotFound(N_("没有这个分享链接，或者它已经到期、已被持证人关闭。"))
    link = opened[0]
    certificate = await rows(
        "SELECT number, holder_name FROM certificate WHERE id = {}", link["certificate"]
    )
    kept = await read_row(checking.BY_NUMBER, certificate[0]["number"], from_replica=False)
    assert kept is not None, "certificates are never taken away"
    answer = checking.answer_of(kept, now)
    assert answer.certificate is not None, "it is on record"
    said = answer.certificate
    all_of_it = {
        Shown.NAME: certificate[0]["holder_name"],
        Shown.NUMBER: certificate[0]["number"],
        Shown.LEVEL: said.level,
        Shown.GRANTED_ON: said.granted_on,
        Shown.VALID_UNTIL: said.valid_until,
    }
    return Revealed(
        verdict=Verdict(answer.verdict),
        status=said.status,
        status_since=said.status_since if said.status in _ENDED else None,
        checked_at=answer.checked_at,
        until=str(link["until"]),
        shown={name: all_of_it[Shown(name)] for name in json.loads(link["fields"])},
    )
