"""Determinations: one policy edition's answer about one person, kept so that it can be replayed."""

from datetime import date
from uuid import UUID, uuid4

from credentials import facts, policy
from credentials.rules import explain
from credentials.rules.explain import Answer
from credentials.tables import Determination
from credentials.words import Level
from registry.platform import clock

EVALUATION = "evaluation"
"""The policy document that holds the conditions of the three levels."""


async def evaluate(person: UUID, level: Level, on: date) -> Answer:
    """Say where a person stands for a level on a day; nothing is kept."""
    _, _, answer = await _evaluate(person, level, on)
    return answer


async def determine(
    person: UUID, level: Level, on: date, *, application: UUID | None
) -> tuple[Determination, Answer]:
    """Evaluate, and keep edition, facts and every finding. Call inside a transaction."""
    edition, gathered, answer = await _evaluate(person, level, on)
    text = facts.canonical(gathered)
    kept = Determination(
        id=uuid4(),
        person=person,
        application=application,
        edition=edition.id,
        day=on,
        made_at=clock.now(),
        facts=text,
        facts_digest=facts.digest(text),
        verdict=answer.verdict,
        answer=answer.model_dump_json(),
    )
    await kept.save()
    return kept, answer


async def _evaluate(
    person: UUID, level: Level, on: date
) -> tuple[policy.Edition, list[facts.Fact], Answer]:
    edition = await policy.in_force(EVALUATION, on)
    gathered = await facts.gather(person, on)
    asked = edition.document.facts
    given = {fact.name: fact.value for fact in gathered if fact.name in asked}
    return edition, gathered, explain.answer(edition.document, given, level)


async def newest(application: UUID) -> Determination | None:
    """The last determination made for an application."""
    found: Determination | None = await (
        Determination.objects()
        .where(Determination.application == application)
        .order_by(Determination.made_at, ascending=False)
        .first()
    )
    return found


def answer_of(kept: Determination) -> Answer:
    """A kept determination's answer, as it was given."""
    return Answer.model_validate_json(kept.answer)
