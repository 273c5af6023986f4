"""People and cases to test with. Each `make_…` saves rows; name only what the test is about."""

from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID, uuid4

import httpx
import pyotp

from credentials.tables import Application, Credential
from registry import accounts, identity, people, profile
from registry.integrity.tables import IntegrityRecord
from registry.people import IdentityIn
from registry.platform import clock, passwords
from registry.platform.permissions import SECOND_FACTOR, Role
from registry.platform.settings import Settings
from registry.platform.vault import Vault, vault_of
from registry.profile import EducationIn, EmploymentIn
from registry.tables import Account, Organisation
from registry.words import Degree, IdentityKind, OrganisationKind
from training import bases, ledger
from training.bases import AccreditationIn
from training.ledger import HoursIn
from training.tables import Accreditation
from training.words import Level as TrainingLevel
from training.words import Mode, Module

PASSWORD = "correct horse battery"
SECRETS: dict[UUID, str] = {}
_number = count(1)
DAY = date(2026, 6, 30)


class Clock:
    """An instant that tests may move; `registry.platform.clock` is the only place that asks."""

    def __init__(self) -> None:
        self.at = datetime(2026, 6, 30, 4, 0, 10, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at

    def pass_by(self, **time: float) -> None:
        self.at += timedelta(**time)


def vault() -> Vault:
    return vault_of(Settings.from_env().key_folder)


def resident_number(serial: int, born: date = date(1990, 2, 28)) -> str:
    """A number that passes the check, in a region that does not exist (39)."""
    region, order = divmod(serial, 1000)
    seventeen = f"39{region:04d}{born:%Y%m%d}{order:03d}"
    return seventeen + identity.check_character(seventeen)


async def make_account(role: Role = Role.APPLICANT, *, organisation: UUID | None = None) -> Account:
    n = next(_number)
    person = (await accounts.new_person()).id if role is Role.APPLICANT else None
    if role is Role.BASE_CLERK and organisation is None:
        organisation = (await make_organisation()).id
    secret = pyotp.random_base32()
    account = await accounts.new_account(
        f"{role}-{n}@example.org",
        passwords.hasher.hash(PASSWORD),
        role,
        f"Account {n}",
        person=person,
        organisation=organisation,
        totp=(secret, vault()) if role in SECOND_FACTOR else None,
    )
    SECRETS[account.id] = secret
    return account


async def make_organisation(kind: OrganisationKind = OrganisationKind.BASE) -> Organisation:
    n = next(_number)
    row = Organisation(id=uuid4(), kind=kind, name=f"机构{n}", name_en=f"Organisation {n}")
    await row.save()
    if kind is OrganisationKind.BASE:
        await make_accreditation(row.id)
    return row


async def make_accreditation(
    base: UUID,
    *,
    first: date = date(2020, 1, 1),
    last: date = date(2035, 12, 31),
    levels: tuple[TrainingLevel, ...] = tuple(TrainingLevel),
    modules: tuple[Module, ...] = tuple(Module),
) -> Accreditation:
    asked = AccreditationIn(
        base=base,
        number=f"基备-{next(_number)}",
        levels=levels,
        modules=modules,
        first_day=first,
        last_day=last,
    )
    return await bases.accredit(asked, by=None)


async def make_applicant(*, degree: Degree = Degree.BACHELOR, name: str = "陈思远") -> Account:
    """An applicant with identity and education on record."""
    account = await make_account()
    await people.record_identity(
        IdentityIn(kind=IdentityKind.RESIDENT, number=resident_number(next(_number)), name=name),
        by=account,
        on=DAY,
        vault=vault(),
    )
    await profile.add(
        "education",
        EducationIn(school="大学", degree=degree, subject="材料", graduated_on=date(2012, 6, 30)),
        by=account,
        on=DAY,
    )
    await profile.add(
        "employment",
        EmploymentIn(
            employer="公司", post="技术经理", technology_transfer=True, began_on=date(2020, 1, 1)
        ),
        by=account,
        on=DAY,
    )
    return account


async def make_hours(
    account: Account, minutes: int = 480, on: date = date(2026, 3, 2), by: Account | None = None
) -> Any:
    """Minutes in the ledger; above a day's worth they are spread over days before `on`."""
    clerk = by or await make_account(Role.BASE_CLERK)
    person = await people.find(account.person, by=account)
    entry = None
    while minutes > 0:
        share = min(minutes, 480)
        entry = await ledger.record(
            hours(person.number, minutes=share, held_on=on), by=clerk, on=DAY, vault=vault()
        )
        minutes, on = minutes - share, on - date.resolution
    return entry


def hours(person: str, *, minutes: int = 180, held_on: date = date(2026, 3, 2)) -> HoursIn:
    return HoursIn(
        person=person,
        reference=f"R-{next(_number)}",
        course="技术合同实务",
        module=Module.PRACTICAL_SKILLS,
        mode=Mode.FACE_TO_FACE,
        held_on=held_on,
        minutes=minutes,
    )


async def make_bar(person: UUID, since: date, until: date | None = None) -> None:
    await IntegrityRecord(
        id=uuid4(),
        person=person,
        behaviour="提供虚假材料",
        decided_by="登记机构",
        basis="章程",
        bars_from=since,
        bars_until=until,
    ).save()


async def make_submitted(account: Account, on: date = DAY) -> Application:
    """A submitted application for the junior level of an eligible person."""
    from credentials import applications
    from credentials.applications import DraftIn, StatementIn
    from credentials.words import Level

    await make_hours(account, 1800)
    case = await applications.draft(DraftIn(level=Level.JUNIOR), by=account, on=on)
    await applications.save(case.id, StatementIn(statement="工作说明"), by=account)
    return await applications.submit(case.id, by=account, on=on)


async def make_granted(account: Account, on: date = DAY) -> Credential:
    """A level granted by two officers, upon such an application."""
    from credentials import decisions
    from credentials.decisions import GroundsIn, ProposalIn
    from credentials.words import Proposal

    case = await make_submitted(account, on)
    first, second = await make_account(Role.OFFICER), await make_account(Role.OFFICER)
    await decisions.propose(
        case.id, ProposalIn(proposal=Proposal.GRANT, grounds="条件均满足"), by=first
    )
    return await decisions.grant(case.id, GroundsIn(grounds="同意"), by=second, on=on)


async def stand(
    credential: UUID,
    act: str,
    *,
    reason: str = "request",
    until: date | None = None,
    on: date = DAY,
) -> Credential:
    """What two officers decide about a level."""
    from credentials.decisions import GroundsIn
    from credentials.standing import proposals
    from credentials.standing.proposals import StandingIn

    first, second = await make_account(Role.OFFICER), await make_account(Role.OFFICER)
    asked = {"act": act, "reason": reason, "until": until, "grounds": "经核实"}
    proposed = await proposals.propose(
        credential, StandingIn.model_validate(asked), by=first, on=on
    )
    return await proposals.decide(proposed.id, GroundsIn(grounds="同意"), by=second, on=on)


async def sign_in(client: httpx.AsyncClient, account: Account) -> None:
    """Sign in for real, with the second factor where the role has one."""
    asked = {"login": account.login, "password": PASSWORD}
    if account.role in SECOND_FACTOR:
        asked["code"] = pyotp.TOTP(SECRETS[account.id]).at(clock.now())
    answer = await client.post("/api/session", json=asked)
    assert answer.status_code == 201, answer.text
