"""Whether a measure of integrity bars somebody from a level, at the moment one would be given."""

from datetime import date
from uuid import UUID

from credentials.rules.documents import Document
from registry import integrity
from registry.platform.errors import RuleNotMet
from registry.platform.i18n import N_

FACT = "integrity_bars"
"""What a policy compares; where it has no such clause, nothing bars."""


class Barred(RuleNotMet):
    """A measure of integrity bars the person that day; the refusal names the rule."""


async def cite(person: UUID, rules: Document, on: date) -> str | None:
    """The rule of an edition by which somebody is barred on a day, or None where they are not."""
    clause = next((each for each in rules.clauses if getattr(each, "fact", None) == FACT), None)
    if clause is None or not await integrity.bars(person, on):
        return None
    return str(clause.cite)


async def must_be_free(person: UUID, rules: Document, on: date) -> None:
    """Refuse to publish or grant a level to who is barred.

    Raises:
        Barred: see there.
    """
    rule = await cite(person, rules, on)
    if rule is not None:
        raise Barred(N_("申请人正处在诚信限制期内，不能公示或者授予（{cite}）。"), cite=rule)
