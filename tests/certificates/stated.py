"""Determinations, hours and applications to put on paper, made as the house makes them."""

from uuid import UUID

from credentials import declarations, determinations, policy
from credentials.declarations import DeclarationIn
from credentials.determinations import ConfirmationIn
from credentials.rules.facts import Choice, Fact, YesNo
from credentials.tables import Determination
from credentials.words import HELD
from registry.tables import Account
from tests.factories import DAY

SEEN = ConfirmationIn(note="已核对原件")


def _least(fact: Fact) -> str:
    if isinstance(fact, Choice):
        return fact.ids[0]
    return "no" if isinstance(fact, YesNo) else str(getattr(fact, "least", 0))


async def declare_everything(account: Account, document: str, **better: str) -> None:
    """Say the least about every fact a document asks for, so that nothing stays unknown."""
    asked = (await policy.in_force(document, DAY)).document.facts
    for name, fact in asked.items():
        if name not in HELD:
            said = DeclarationIn(fact=name, value=better.get(name, _least(fact)))
            await declarations.declare(said, by=account, on=DAY)


async def make_proposed(
    account: Account, document: str, by: Account, grade: str | None = None
) -> Determination:
    """A determination that waits for an officer's name."""
    person = UUID(str(account.person))
    kept, _ = await determinations.propose(person, document, by=by, on=DAY, grade=grade)
    return kept


async def make_confirmed(
    account: Account, document: str, by: Account, grade: str | None = None
) -> Determination:
    """A determination that an officer has confirmed."""
    kept = await make_proposed(account, document, by, grade)
    await determinations.confirm(kept.id, SEEN, by=by)
    return kept
