"""Consents: what a person agreed to have done with their data, and that they took it back.

Both are lines that stay: a consent stands until a withdrawal of it is on record (PIPL Art. 15).
"""

from datetime import datetime
from uuid import UUID, uuid4

from registry.platform import audit, clock
from registry.platform.db import transaction
from registry.platform.errors import Conflict, of_unique_index
from registry.platform.i18n import N_
from registry.tables import Account, Consent, ConsentWithdrawal


class NotGiven(Conflict):
    """There is no such consent, or it was withdrawn."""


async def give(purpose: str, wording: str, *, by: Account) -> None:
    """Keep that the caller agrees to something, in the words shown; once while it stands."""
    async with transaction():
        if purpose in await standing(by.person):
            return
        row = Consent(
            id=uuid4(), person=by.person, purpose=purpose, wording=wording, given_at=clock.now()
        )
        await row.save()
        await audit.record("consent.give", f"person:{by.person}", purpose=purpose)


async def withdraw(purpose: str, *, by: Account) -> None:
    """Take back what the caller agreed to; from now on it no longer stands.

    Raises:
        NotGiven: see there.
    """
    gone = NotGiven(N_("没有这项同意，或者已经撤回。"))
    try:
        async with transaction():
            given = [each for each in await _standing(by.person) if each.purpose == purpose]
            if not given:
                raise gone
            for each in given:
                await ConsentWithdrawal(
                    id=uuid4(), consent=each.id, withdrawn_at=clock.now()
                ).save()
            await audit.record("consent.withdraw", f"person:{by.person}", purpose=purpose)
    except Exception as error:
        if of_unique_index(error, "consent_withdrawal", "consent"):
            raise gone from None
        raise


async def standing(person: UUID) -> dict[str, datetime]:
    """What a person has agreed to and not taken back: each purpose, and since when."""
    return {each.purpose: each.given_at for each in await _standing(person)}


async def _standing(person: UUID) -> list[Consent]:
    taken_back = await ConsentWithdrawal.select(ConsentWithdrawal.consent).where(
        ConsentWithdrawal.consent.person == person
    )
    gone = {row["consent"] for row in taken_back}
    given = await Consent.objects().where(Consent.person == person).order_by(Consent.given_at)
    return [each for each in given if each.id not in gone]
