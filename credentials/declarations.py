"""Facts that policies ask for and the register does not hold: a person declares their own.

A declaration counts as the person's word until an officer has seen what stands behind it. Lines are
only added: a new one about the same fact takes the place of the one before, and both stay on file.
"""

import json
from collections.abc import Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID, uuid4

from pydantic import Field, model_validator

from credentials import policy
from credentials.rules import forecast
from credentials.rules.facts import Amount, Choice, Day, Elapsed, Fact, Given, Ratio, Refused, YesNo
from credentials.spans import full_years
from credentials.tables import Declaration
from credentials.words import HELD, Basis
from registry import people, profile
from registry.platform import audit, clock
from registry.platform.db import transaction
from registry.platform.documents import Upload
from registry.platform.errors import FieldError, FieldsInvalid, NotAllowed, NotFound
from registry.platform.fields import Day as TypedDay
from registry.platform.fields import Input, Plain, refuse
from registry.platform.i18n import N_
from registry.tables import Account


class DeclarationIn(Input):
    """One fact, as the person declares it; neither value nor day takes it back."""

    fact: str = Field(max_length=60)
    value: Plain | None = Field(default=None, max_length=60)
    since: TypedDay | None = Field(default=None, description="Instead, for what counts from a day.")
    evidence: UUID | None = Field(default=None, description="A file of the caller's, uploaded.")

    @model_validator(mode="after")
    def _not_both(self) -> "DeclarationIn":
        if self.value is not None and self.since is not None:
            refuse("one-of-two", N_("请填写数值或起始日期，不要两项都填。"))
        return self


class ConfirmationIn(Input):
    """What an officer found about a declared fact."""

    basis: Basis
    note: str = Field(min_length=2, max_length=500, description="What was seen.")


class OwnDeclaration(NotAllowed):
    """Nobody confirms what they have declared themselves."""


async def asked(on: date) -> dict[str, Fact]:
    """The facts that somebody may declare, by name: what policies in force ask and nobody holds."""
    return {
        name: fact
        for edition in await policy.current(on)
        for name, fact in edition.document.facts.items()
        if name not in HELD
    }


def given_of(fact: Fact, written: str) -> Given:
    """The value a fact has in words people write in forms and spreadsheets.

    Raises:
        Refused: it cannot be a value of that fact.
    """
    given: Given = written
    if isinstance(fact, YesNo):
        given = {"1": 1, "yes": 1, "0": 0, "no": 0}.get(written.lower(), written)
    elif not isinstance(fact, Choice | Ratio | Day):
        try:
            given = int(written.replace(",", ""))
        except ValueError:
            raise Refused(N_("须为整数。")) from None
    fact.value(given)
    return given


def in_own_unit(fact: Fact, typed: str) -> str:
    """What somebody typed in the unit people are shown, in the unit of the fact: yuan as fen.

    What cannot be read is left as it was typed, for `given_of` to refuse.
    """
    if not isinstance(fact, Amount) or fact.shown_as is None:
        return typed
    try:
        exact = Decimal(typed.replace(",", "")) * fact.shown_as.divide
    except InvalidOperation:
        return typed
    return str(int(exact)) if exact.is_finite() and exact == int(exact) else typed


async def declare(
    asked_for: DeclarationIn, *, by: Account, on: date, file: Upload | None = None
) -> Declaration:
    """Put a fact about the caller on record, as their word, from `on`.

    Raises:
        FieldsInvalid: no policy in force asks for it, or it cannot have this value.
        NotFound: the evidence is not a file of the caller's.
    """
    fact = (await asked(on)).get(asked_for.fact)
    if fact is None and not await _takes_back(asked_for, by, on):
        message = N_("现行政策没有这一项，或登记系统已有记录，不需要填写。")
        raise FieldsInvalid([FieldError("fact", "fact-not-asked", message)])
    value = _value(fact, asked_for, on)
    async with transaction():
        evidence = asked_for.evidence
        if file is not None:
            evidence = await profile.keep(file, by=by)
        elif evidence is not None:
            await profile.document(evidence, by=by)
        line = Declaration(
            id=uuid4(),
            person=by.person,
            fact=asked_for.fact,
            value=None if value is None else json.dumps(value),
            since=asked_for.since,
            counts=fact.counts if asked_for.since and isinstance(fact, Elapsed) else None,
            basis=Basis.DECLARED,
            evidence=evidence,
            day=on,
            made_by=by.id,
            made_at=clock.now(),
        )
        await line.save()
        await audit.record("declaration.make", f"declaration:{line.id}", fact=asked_for.fact)
    return line


async def _takes_back(asked_for: DeclarationIn, by: Account, on: date) -> bool:
    """What somebody once declared they may take back, whether or not a policy still asks."""
    if by.person is None or asked_for.value is not None or asked_for.since is not None:
        return False
    lines = (await newest_of([by.person], on)).get(by.person, [])
    return any(line.fact == asked_for.fact for line in lines)


def _value(fact: Fact | None, asked_for: DeclarationIn, on: date) -> Given:
    if asked_for.since is not None:
        if not isinstance(fact, Elapsed):
            message = N_("这一项请填写数值，不要填写日期。")
            raise FieldsInvalid([FieldError("since", "value-wanted", message)])
        if asked_for.since > on:
            raise FieldsInvalid([FieldError("since", "in-future", N_("日期不能晚于今天。"))])
        return None
    if asked_for.value is None or fact is None:
        return None
    try:
        return given_of(fact, asked_for.value)
    except Refused as refused:
        raise FieldsInvalid([FieldError("value", "fact-impossible", str(refused))]) from None


async def confirm(
    declaration: UUID, found: ConfirmationIn, *, by: Account, on: date
) -> Declaration:
    """Note that an officer has seen what stands behind a declared fact.

    Raises:
        NotFound: no such declaration.
        OwnDeclaration: it is the officer's own.
    """
    async with transaction():
        line = await find(declaration, by=by)
        if line.made_by == by.id or line.person == by.person:
            raise OwnDeclaration(N_("不能核实本人声明的内容，须由另一位经办人核实。"))
        kept = Declaration(
            **{
                **line.to_dict(),
                "id": uuid4(),
                "basis": found.basis,
                "day": on,
                "made_by": by.id,
                "made_at": clock.now(),
            }
        )
        await kept.save()
        await audit.record(
            "declaration.confirm",
            f"declaration:{kept.id}",
            of=declaration,
            basis=found.basis,
            note=found.note,
        )
    return kept


async def find(declaration: UUID, *, by: Account) -> Declaration:
    """One declaration about somebody the caller may see.

    Raises:
        NotFound: there is none, or not for this caller.
    """
    line = await Declaration.objects().get(Declaration.id == declaration)
    if line is None:
        raise NotFound(N_("没有这一条声明。"))
    await people.find(line.person, by=by)
    return line


async def waiting(person: UUID, on: date) -> list[Declaration]:
    """What counts about a person on their word alone, and waits for an officer to look at it."""
    counting = (await newest_of([person], on)).get(person, [])
    return [line for line in counting if line.basis == Basis.DECLARED]


async def newest_of(people: Sequence[UUID], on: date) -> dict[UUID, list[Declaration]]:
    """What counts on a day, by person: the newest line about each fact, if it says something."""
    rows = await (
        Declaration.objects()
        .where(Declaration.person.is_in([*people]), Declaration.day <= on)
        .order_by(Declaration.made_at)
    )
    newest = {(row.person, row.fact): row for row in rows}
    found: dict[UUID, list[Declaration]] = {}
    for (person, _), row in newest.items():
        if row.value is not None or row.since is not None:
            found.setdefault(person, []).append(row)
    return found


def value_on(line: Declaration, on: date) -> int | str | bool:
    """The value a line has on a day: what is counted from a day has grown by then."""
    if line.since is None:
        value: int | str | bool = stored(line)
        return value
    if line.counts == "years":
        return full_years(line.since, on)
    return forecast.full_months(line.since, on)


def stored(line: Declaration) -> Any:
    """The value a line was given. SQLite has made plain numbers of those that are."""
    value: int | str | bool = json.loads(line.value) if isinstance(line.value, str) else line.value
    return value
