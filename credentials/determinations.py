"""Determinations: one policy edition's answer about one person, kept so that it can be replayed.

The engine proposes; what has consequences is confirmed by an officer, by name.
"""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

from pydantic import Field

from credentials import facts, policy
from credentials.facts import Fact
from credentials.rules import explain
from credentials.rules.evaluator import Verdict
from credentials.rules.explain import Answer
from credentials.tables import Confirmation, Determination
from credentials.words import Level
from registry import people
from registry.platform import audit, clock
from registry.platform.db import transaction
from registry.platform.errors import Conflict, NotAllowed, NotFound, of_unique_index
from registry.platform.fields import Input
from registry.platform.i18n import N_
from registry.platform.permissions import OFFICERS
from registry.tables import Account

EVALUATION = "evaluation"
"""The policy document that holds the conditions of the three levels."""


class ConfirmationIn(Input):
    """What an officer adds to a determination."""

    note: str = Field(min_length=2, max_length=500, description="What was looked at.")


class AlreadyConfirmed(Conflict):
    """An officer has confirmed it before."""


class NotSettled(Conflict):
    """Evidence is missing: nothing is certain yet that could be confirmed."""


class OwnDetermination(NotAllowed):
    """Nobody confirms what is about themselves."""


async def evaluate(person: UUID, level: Level, on: date) -> Answer:
    """Say where a person stands for a level on a day; nothing is kept."""
    edition = await policy.in_force(EVALUATION, on)
    return _answer(edition, await facts.gather(person, on), level)


async def determine(
    person: UUID,
    document: str,
    on: date,
    *,
    grade: str | None = None,
    application: UUID | None = None,
    known_by: date | None = None,
) -> tuple[Determination, Answer]:
    """Evaluate, and keep edition, facts and every finding. Call inside a transaction.

    Raises:
        NoEditionInForce: there is no such policy that day.
        KeyError: the document has no such grade.
    """
    edition = await policy.in_force(document, on, known_by)
    gathered = await facts.gather(person, on)
    answer = _answer(edition, gathered, grade)
    text = facts.canonical(gathered)
    kept = Determination(
        id=uuid4(),
        person=person,
        application=application,
        edition=edition.id,
        grade=grade,
        day=on,
        known_by=known_by or on,
        made_at=clock.now(),
        facts=text,
        facts_digest=facts.digest(text),
        verdict=answer.verdict,
        answer=answer.model_dump_json(),
    )
    await kept.save()
    return kept, answer


def _answer(edition: policy.Edition, gathered: list[Fact], grade: str | None) -> Answer:
    document = edition.document
    return explain.answer(document, facts.given(document, gathered), grade)


async def propose(
    person: UUID, document: str, *, by: Account, on: date, grade: str | None = None
) -> tuple[Determination, Answer]:
    """Make a determination about a person for an officer to confirm.

    Raises:
        NotFound: no such person, or not for this caller.
        NoEditionInForce: there is no such policy that day.
        KeyError: the document has no such grade.
    """
    async with transaction():
        await people.find(person, by=by)
        kept, answer = await determine(person, document, on, grade=grade)
        await audit.record(
            "determination.make",
            f"determination:{kept.id}",
            edition=answer.edition,
            verdict=answer.verdict,
        )
    return kept, answer


async def confirm(determination: UUID, asked: ConfirmationIn, *, by: Account) -> Confirmation:
    """Confirm a determination, by name. It stays what it was; this says who stands behind it.

    Raises:
        NotFound: there is none.
        NotSettled: its verdict is unknown.
        OwnDetermination: it is about the officer.
        AlreadyConfirmed: it has been confirmed before.
    """
    try:
        async with transaction():
            kept = await find(determination, by=by)
            if kept.person == by.person:
                raise OwnDetermination(N_("不能确认关于本人的认定。"))
            if kept.verdict == Verdict.UNKNOWN:
                raise NotSettled(N_("还缺少证明材料，结论未定，不能确认。"))
            line = Confirmation(
                id=uuid4(),
                determination=kept.id,
                confirmed_by=by.id,
                confirmed_at=clock.now(),
                note=asked.note,
            )
            await line.save()
            await audit.record("determination.confirm", f"determination:{kept.id}")
    except Exception as error:
        if of_unique_index(error, "confirmation", "determination"):
            raise AlreadyConfirmed(N_("这份认定已经确认过。")) from None
        raise
    return line


def visible(to: Account) -> Any:
    """Second gate: officers see all, a person those about themselves."""
    if to.role in OFFICERS:
        return Determination.id.is_not_null()
    return Determination.person == to.person


async def find(determination: UUID, *, by: Account) -> Determination:
    """Return one determination the caller may see.

    Raises:
        NotFound: there is none, or not for this caller.
    """
    row: Determination | None = await (
        Determination.objects().where(visible(by), Determination.id == determination).first()
    )
    if row is None:
        raise NotFound(N_("没有这份认定。"))
    return row


async def newest(application: UUID) -> Determination | None:
    """The last determination made for an application."""
    found: Determination | None = await (
        Determination.objects()
        .where(Determination.application == application)
        .order_by(Determination.made_at, ascending=False)
        .first()
    )
    return found


async def of_person(person: UUID, *, by: Account) -> list[Determination]:
    """The determinations about a person that the caller may see, newest first."""
    found: list[Determination] = await (
        Determination.objects()
        .where(visible(by), Determination.person == person)
        .order_by(Determination.made_at, ascending=False)
    )
    return found


async def confirmation_of(kept: Determination) -> Confirmation | None:
    """The officer's name under a determination, if there is one."""
    found: Confirmation | None = await Confirmation.objects().get(
        Confirmation.determination == kept.id
    )
    return found


def answer_of(kept: Determination) -> Answer:
    """A kept determination's answer, as it was given."""
    return Answer.model_validate_json(kept.answer)


async def replay(kept: Determination) -> bool:
    """Work a determination out again from what was kept: is it the same, to the byte?"""
    edition = await policy.edition(kept.edition)
    gathered = facts.read(kept.facts)
    again = _answer(edition, gathered, kept.grade)
    same_facts = facts.digest(facts.canonical(gathered)) == kept.facts_digest
    return same_facts and again.model_dump_json() == kept.answer
