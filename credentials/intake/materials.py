"""The checklist of materials, for one application: supplied, missing, or held by the register."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from credentials.intake import contents
from credentials.intake.words import EvidenceKind, Source, State
from credentials.tables import Application, Credential
from credentials.words import Standing
from registry import integrity, profile
from registry.platform.i18n import N_
from registry.regulations import Body, Material
from registry.tables import Person
from training import ledger

PROFILE = frozenset({Source.EDUCATION, Source.EMPLOYMENT, Source.TITLES, Source.CONTRACTS})


@dataclass(frozen=True)
class Line:
    """One material of the checklist, and how it stands for an application."""

    name: str
    material: Material
    state: State
    holds: str = ""
    """What the register holds instead: a message id of the catalogue, filled from `facts`."""
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def lacking(self) -> bool:
        """Whether handing in fails for the want of it."""
        return self.material.required and self.state is State.MISSING


@dataclass(frozen=True)
class _Known:
    """What was looked up once for all lines."""

    case: Application
    rules: Body
    on: date
    parts: dict[str, list[Any]]


async def checklist(case: Application, rules: Body, on: date) -> list[Line]:
    """Every material of the level of an application, in the order of the procedure."""
    known = _Known(case, rules, on, await profile.whole(case.person))
    return [
        await _line(name, material, known)
        for name, material in rules.materials.items()
        if case.level in material.levels
    ]


async def _line(name: str, material: Material, known: _Known) -> Line:
    source = Source(material.source)
    if source in PROFILE:
        papers = [row for row in known.parts[source] if row.evidence]
        return Line(name, material, State.SUPPLIED if papers else State.MISSING)
    if source in _HELD:
        held = await _HELD[source](known)
        if held is None:
            return Line(name, material, State.MISSING)
        return Line(name, material, State.HELD, *held)
    supplied = await _SUPPLIED[source](known)
    return Line(name, material, State.SUPPLIED if supplied else State.MISSING)


Held = tuple[str, dict[str, Any]] | None


async def _identity(known: _Known) -> Held:
    person = await Person.objects().get(Person.id == known.case.person)
    if person is None or person.identity_recorded_on is None:
        return None
    return N_("身份已于 %(day)s 登记并通过校验"), {"day": person.identity_recorded_on}


async def _hours(known: _Known) -> Held:
    hours = await ledger.class_hours(known.case.person, known.on)
    return (N_("学时台账中累计 %(hours)s 学时"), {"hours": hours}) if hours else None


async def _level(known: _Known) -> Held:
    row: Credential | None = await (
        Credential.objects()
        .where(
            Credential.person == known.case.person,
            Credential.status == Standing.IN_FORCE,
            Credential.valid_until >= known.on,
        )
        .order_by(Credential.granted_on, ascending=False)
        .first()
    )
    if row is None:
        return None
    return N_("本登记机构 %(day)s 授予的等级在有效期内"), {"day": row.granted_on}


async def _integrity(known: _Known) -> Held:
    bars = await integrity.bars(known.case.person, known.on)
    facts = {"number": bars}
    return N_("诚信记录由本登记机构保管：有效期内的限制 %(number)s 项"), facts


async def _statement(known: _Known) -> bool:
    return bool(known.case.statement.strip())


async def _functions(known: _Known) -> bool:
    return not await short_functions(known.case, known.rules)


async def _recommendation(known: _Known) -> bool:
    rows = await contents.evidence(known.case)
    return any(row.kind == EvidenceKind.RECOMMENDATION for row in rows)


async def _employer(known: _Known) -> bool:
    filing = await contents.filing(known.case)
    return filing.employer is not None or bool(filing.self_employed)


_HELD = {
    Source.IDENTITY: _identity,
    Source.HOURS: _hours,
    Source.LEVEL: _level,
    Source.INTEGRITY: _integrity,
}
_SUPPLIED = {
    Source.STATEMENT: _statement,
    Source.FUNCTIONS: _functions,
    Source.RECOMMENDATION: _recommendation,
    Source.EMPLOYER: _employer,
}


async def short_functions(case: Application, rules: Body) -> list[str]:
    """Claimed functions that lack their account or evidence; `""` for too few of them."""
    claimed = await contents.functions(case)
    shown = [row.function for row in await contents.evidence(case)]
    short = [
        row.function
        for row in claimed
        if not row.account.strip() or shown.count(row.function) < rules.asks("evidence_each")
    ]
    return ([""] if len(claimed) < rules.asks(f"functions_{case.level}") else []) + short
