"""Merits: awards and contributions on record, published only while the person agrees.

The office records them upon a document; whether the public reads one is the person's to say, for
each by itself, and to take back at any time.
"""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

from pydantic import Field

from registry import consents, notices, profile
from registry.integrity.tables import Merit
from registry.integrity.words import MeritKind
from registry.notices import About
from registry.platform import audit, clock
from registry.platform.db import transaction
from registry.platform.documents import Upload
from registry.platform.errors import FieldError, FieldsInvalid, NotFound
from registry.platform.fields import Day, Input
from registry.platform.i18n import N_, gettext
from registry.tables import Account, Document, Person

WORDING = N_("本人同意在诚信公示中公开这一项：{title}（{given_by}，{given_on}）。")
"""What a person agrees to when they have a merit published."""


class MeritIn(Input):
    """An award or a contribution."""

    person: str = Field(min_length=1, max_length=20, description="Registry number.")
    kind: MeritKind
    title: str = Field(min_length=2, max_length=200)
    given_by: str = Field(min_length=2, max_length=200)
    given_on: Day
    basis: str = Field(min_length=2, max_length=2000, description="The document that says so.")
    evidence: UUID | None = Field(default=None, description="A file of the person's on record.")


async def praise(asked: MeritIn, *, by: Account, on: date, file: Upload | None = None) -> Merit:
    """Put a positive record on file, with its evidence, and tell the person.

    Raises:
        FieldsInvalid: nobody has that number, the day is yet to come, or there is no evidence.
    """
    async with transaction():
        person = await Person.objects().get(Person.number == asked.person.upper())
        faults = await _faults(asked, person, on, file)
        if faults or person is None:
            raise FieldsInvalid(faults)
        evidence = asked.evidence
        if file is not None:
            evidence = await profile.keep(file, by=by, of=person.id)
        said = asked.model_dump(exclude={"person", "evidence"})
        merit = Merit(
            id=uuid4(),
            person=person.id,
            evidence=evidence,
            recorded_by=by.id,
            recorded_at=clock.now(),
            **said,
        )
        await merit.save()
        await notices.tell(person.id, About.MERIT, person.number)
        await audit.record("integrity.praise", f"integrity_merit:{merit.id}", kind=asked.kind)
        return merit


async def _faults(
    asked: MeritIn, person: Person | None, on: date, file: Upload | None
) -> list[FieldError]:
    found = []
    if person is None:
        found.append(FieldError("person", "unknown", N_("没有这个登记号。")))
    if asked.given_on > on:
        found.append(FieldError("given_on", "future", N_("不能晚于今天。")))
    theirs = (
        person is not None
        and asked.evidence is not None
        and await Document.exists().where(
            Document.id == asked.evidence, Document.person == person.id
        )
    )
    if file is None and not theirs:
        found.append(FieldError("evidence", "required", N_("请上传证明材料。")))
    return found


async def latest(count: int) -> list[dict[str, Any]]:
    """The merits recorded last, newest first, for officers."""
    merit = Merit
    found: list[dict[str, Any]] = await (
        merit.select(
            merit.kind,
            merit.title,
            merit.given_by,
            merit.given_on,
            merit.evidence,
            merit.recorded_at,
            merit.person.number.as_alias("number"),
            merit.person.name.as_alias("name"),
        )
        .order_by(merit.recorded_at, ascending=False)
        .limit(count)
    )
    return found


async def of_person(person: UUID) -> list[dict[str, Any]]:
    """Every merit of a person, newest first, each with since when it is published, if it is."""
    found: list[dict[str, Any]] = await (
        Merit.select().where(Merit.person == person).order_by(Merit.given_on, ascending=False)
    )
    agreed = await consents.standing(person)
    return [{**row, "published_since": agreed.get(_purpose(row["id"]))} for row in found]


async def published(person: UUID) -> list[dict[str, Any]]:
    """The merits of a person that they agree to have published, now."""
    return [row for row in await of_person(person) if row["published_since"] is not None]


async def publish(merit: UUID, *, by: Account) -> None:
    """Agree to have one of one's own merits published.

    Raises:
        NotFound: no such merit of the caller's.
    """
    row = await _own(merit, by)
    words = gettext(WORDING).format(
        title=row.title, given_by=row.given_by, given_on=row.given_on.isoformat()
    )
    await consents.give(_purpose(row.id), words, by=by)


async def hide(merit: UUID, *, by: Account) -> None:
    """Take that back; the public no longer reads of it.

    Raises:
        NotFound: no such merit of the caller's.
        NotGiven: it is not published.
    """
    row = await _own(merit, by)
    await consents.withdraw(_purpose(row.id), by=by)


async def _own(merit: UUID, by: Account) -> Merit:
    row: Merit | None = (
        await Merit.objects().where(Merit.id == merit, Merit.person == by.person).first()
    )
    if row is None:
        raise NotFound(N_("没有这项荣誉或者贡献。"))
    return row


def _purpose(merit: UUID) -> str:
    return f"publish-merit:{merit}"
