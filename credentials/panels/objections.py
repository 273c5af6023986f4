"""Objections to a published result: anybody's, named or anonymous, each with a receipt code.

The code is told once and kept as a hash; who has it may ask how the objection stands. Only the
result objected to is held. The trail says that one was received, never from whom or where: a named
objector stands sealed in the objection alone.
"""

import hashlib
import json
import secrets
from datetime import date
from typing import Annotated, Any
from uuid import UUID, uuid4

from pydantic import Field, model_validator

from credentials import applications, policy
from credentials.decisions import REASONED
from credentials.determinations import EVALUATION
from credentials.panels import publicity
from credentials.panels.tables import Objection, Publication
from credentials.panels.words import (
    PENDING,
    ObjectionStatus,
)
from credentials.tables import Application
from credentials.words import Status
from registry.platform import audit
from registry.platform.counters import next_number
from registry.platform.db import transaction
from registry.platform.errors import NotFound, RuleNotMet
from registry.platform.fields import Flag, Input, Plain, refuse
from registry.platform.i18n import N_
from registry.platform.vault import Vault
from registry.tables import Account

CODE_BYTES = 15
"""120 bits: nobody guesses a receipt."""


class ObjectionIn(Input):
    """What somebody objects to, and who they are unless they would rather not say."""

    publication: UUID
    anonymous: Flag = False
    name: str = Field(default="", max_length=100)
    contact: str = Field(default="", max_length=200)
    grounds: str = Field(min_length=10, max_length=5000)

    @model_validator(mode="after")
    def _named_or_not(self) -> "ObjectionIn":
        if not self.anonymous and not (self.name and self.contact):
            refuse("required", N_("请填写姓名和联系方式，或者选择匿名。"))
        return self


class CodeIn(Input):
    """The receipt code of an objection."""

    code: Plain = Field(min_length=10, max_length=40)


class ReasonsIn(Input):
    """Why."""

    reasons: Annotated[str, REASONED] = Field(min_length=2, max_length=5000)


class TooLate(RuleNotMet):
    """The period of publication is over."""


async def cite(on: date) -> str:
    """Where the period of publication stands."""
    rules = (await policy.in_force(EVALUATION, on)).document
    return str(rules.parameter("publicity_working_days").cite)


async def object_to(asked: ObjectionIn, *, vault: Vault, on: date) -> tuple[Objection, str]:
    """Receive an objection; return it with its receipt code, which is told this once.

    Raises:
        NotFound: no such publication.
        TooLate: see there.
    """
    async with transaction():
        publication = await publicity.find(asked.publication)
        await _refuse_late(publication, on)
        code = secrets.token_hex(CODE_BYTES)
        row = Objection(
            id=uuid4(),
            reference=f"YY-{on.year}-{await next_number(f'objection-{on.year}'):06d}",
            publication=publication.id,
            status=ObjectionStatus.RECEIVED,
            grounds=asked.grounds,
            receipt_hash=_hash(code),
            received_on=on,
        )
        if not asked.anonymous:
            who = json.dumps([asked.name, asked.contact], ensure_ascii=False)
            row.objector_sealed = vault.seal(who, _place(row.id))
        await row.save()
        await audit.record_unnamed("objection.receive", f"result_objection:{row.id}")
        return row, code


async def _refuse_late(publication: Publication, on: date) -> None:
    last = publicity.until(publication)
    case = await _case(publication)
    on_show = case.status in {Status.PUBLISHED, Status.HELD} and publication.ended_on is None
    if last.passed(on) or not on_show:
        rule = await cite(publication.published_on)
        day = min(last.day, publication.ended_on or last.day)
        raise TooLate(N_("公示期已于 {day} 届满（{cite}）。"), day=str(day), cite=rule)


async def _case(publication: Publication) -> Application:
    row = await Application.objects().get(Application.id == publication.application)
    assert row is not None, "foreign keys hold applications in place"
    return row


def _hash(code: str) -> str:
    return hashlib.sha256(code.lower().encode()).hexdigest()


def _place(objection: UUID) -> str:
    return f"result_objection:{objection}:objector_sealed"


async def by_code(asked: CodeIn) -> Objection:
    """The objection of a receipt code.

    Raises:
        NotFound: there is none.
    """
    code = asked.code.replace("-", "").replace(" ", "")
    row = await Objection.objects().get(Objection.receipt_hash == _hash(code))
    if row is None:
        raise NotFound(N_("没有这个回执码的异议。"))
    return row


async def find(objection: UUID) -> tuple[Objection, Publication, Application]:
    """An objection with what it is about, for the office.

    Raises:
        NotFound: there is none.
    """
    row = await Objection.objects().get(Objection.id == objection)
    if row is None:
        raise NotFound(N_("没有这件异议。"))
    publication = await publicity.find(row.publication)
    return row, publication, await _case(publication)


def objector(objection: Objection, vault: Vault) -> tuple[str, str] | None:
    """Name and contact of who objects; None for an anonymous one."""
    if objection.objector_sealed is None:
        return None
    name, contact = json.loads(vault.unseal(objection.objector_sealed, _place(objection.id)))
    return name, contact


async def waiting() -> list[dict[str, Any]]:
    """Every objection for the office, the open ones first."""
    rows: list[dict[str, Any]] = await Objection.select(
        Objection.id,
        Objection.reference,
        Objection.status,
        Objection.received_on,
        Objection.decided_on,
        Objection.publication.application.reference.as_alias("application"),
    ).order_by(Objection.reference, ascending=False)
    return sorted(rows, key=lambda row: row["status"] not in PENDING)


async def about(application: UUID, *, by: Account) -> list[dict[str, Any]]:
    """Objections to somebody's own result: how they stand and why, never whose."""
    case = await applications.find(application, by=by)
    rows: list[dict[str, Any]] = await (
        Objection.select(
            Objection.reference, Objection.status, Objection.reasons, Objection.decided_on
        )
        .where(
            Objection.publication.application == case.id,
            Objection.status != ObjectionStatus.RECEIVED,
        )
        .order_by(Objection.reference)
    )
    return rows
