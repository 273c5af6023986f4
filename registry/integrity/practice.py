"""The practice code (执业准则): its edition of the day, and who signed which."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

from registry import regulations
from registry.integrity.tables import CodeSignature
from registry.integrity.words import Occasion
from registry.platform import audit, clock
from registry.platform.db import transaction
from registry.platform.errors import RuleNotMet
from registry.platform.i18n import N_
from registry.regulations import Body, Kind
from registry.tables import Account, Regulation


class NotSigned(RuleNotMet):
    """The practice code in force has to be signed first."""


async def code(on: date) -> tuple[Regulation, Body]:
    """The edition in force on a day.

    Raises:
        NoRegulation: there was none.
    """
    edition = await regulations.edition(Kind.PRACTICE_CODE, on)
    return edition, regulations.read(edition.text)


async def sign(occasion: Occasion, *, by: Account, on: date) -> CodeSignature:
    """Sign the edition in force, for oneself. Signing it again is another line.

    Raises:
        NoRegulation: there is no code that day.
    """
    async with transaction():
        edition, _ = await code(on)
        signature = CodeSignature(
            id=uuid4(),
            person=by.person,
            code=edition.id,
            occasion=occasion,
            signed_at=clock.now(),
        )
        await signature.save()
        await audit.record("practice-code.sign", f"person:{by.person}", code=edition.id)
        return signature


async def signed(person: UUID, on: date) -> bool:
    """Whether a person has signed the edition in force on a day."""
    edition, _ = await code(on)
    found: bool = await CodeSignature.exists().where(
        CodeSignature.person == person, CodeSignature.code == edition.id
    )
    return found


async def must_be_signed(person: UUID, on: date) -> None:
    """Refuse who has not signed.

    Raises:
        NotSigned: the edition in force is not signed.
    """
    if not await signed(person, on):
        raise NotSigned(N_("请先签署现行执业准则。"))


async def signatures(person: UUID) -> list[dict[str, Any]]:
    """What a person has signed and when, newest first."""
    found: list[dict[str, Any]] = await (
        CodeSignature.select(
            CodeSignature.occasion,
            CodeSignature.signed_at,
            CodeSignature.code.title.as_alias("title"),
            CodeSignature.code.effective_from.as_alias("effective_from"),
        )
        .where(CodeSignature.person == person)
        .order_by(CodeSignature.signed_at, ascending=False)
    )
    return found
