"""A believable register made with Faker, through the packages' own use cases: every state there is.

Nobody in it exists: identity numbers pass their check digit and lie in a region that does not
exist, and every certificate carries a watermark. The same seed gives the same people; passwords
are drawn afresh.
"""

import secrets
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyotp
from faker import Faker

from certificates import issuing, keys
from certificates.keys import Signer
from certificates.tables import Certificate, CertificateFile
from credentials import applications, decisions
from credentials.applications import DraftIn, StatementIn
from credentials.decisions import GroundsIn, ProposalIn, StandingIn
from credentials.tables import Application, Credential
from credentials.words import Proposal, StandingReason
from registry import accounts, identity, organisations, people, profile
from registry.people import IdentityIn
from registry.platform import clock
from registry.platform.db import transaction
from registry.platform.installation import Installation
from registry.platform.passwords import Passwords
from registry.platform.permissions import SECOND_FACTOR, Role
from registry.platform.settings import Settings
from registry.platform.vault import Vault
from registry.profile import ContractIn, EducationIn, EmploymentIn, TitleIn
from registry.tables import Account, Organisation
from registry.words import ContractRole, Degree, IdentityKind, OrganisationKind, TitleLevel
from seeds import stories
from seeds.stories import Story
from training import ledger
from training.ledger import HoursIn
from training.words import Mode, Module

SEED = 20271231
NO_REGION = "390000"
"""No province has 39: a resident identity number cannot begin so."""
MINUTES_OF_A_CLASS_DAY = 360


@dataclass
class Cast:
    """Who is on the stage, with what it takes to act for them."""

    settings: Settings
    vault: Vault
    signer: Signer
    fake: Faker
    password: str
    password_hash: str
    listed: list[dict[str, str]]
    """Accounts of the manifest."""


async def fill(settings: Settings, folder: Path) -> dict[str, Any]:
    """Fill an established installation; write the certificates' files into a folder.

    Returns the accounts and certificates of the manifest.
    """
    here = Installation.of(settings)
    fake = Faker("zh_CN")
    fake.seed_instance(SEED)
    password = secrets.token_urlsafe(9)
    cast = Cast(
        settings=settings,
        vault=here.vault,
        signer=keys.load_signer(settings.key_folder, here.keys_password()),
        fake=fake,
        password=password,
        password_hash=await Passwords(1).hash(password),
        listed=[],
    )
    from registry.platform import db

    await db.connect(settings)
    try:
        clerks = await _bases(cast)
        officers = await _staff(cast)
        for place, story in enumerate(stories.told()):
            await _act(cast, place, story, clerks[place % len(clerks)], officers)
        listed = await _certificates(folder)
    finally:
        await db.disconnect()
    return {"accounts": cast.listed, "certificates": listed}


async def _account(
    cast: Cast, login: str, role: Role, name: str, organisation: Organisation | None = None
) -> Account:
    secret = pyotp.random_base32()
    account = await accounts.new_account(
        login,
        cast.password_hash,
        role,
        name,
        organisation=organisation.id if organisation else None,
        totp=(secret, cast.vault) if role in SECOND_FACTOR else None,
    )
    listed = {"role": str(role), "login": login, "password": cast.password}
    if role in SECOND_FACTOR:
        listed["totp_secret"] = secret
    cast.listed.append(listed)
    return account


async def _bases(cast: Cast) -> list[Account]:
    clerks = []
    for number, (name, name_en) in enumerate(stories.BASES, 1):
        base = await organisations.establish(OrganisationKind.BASE, name, name_en)
        login = f"clerk{number}@base{number}.example"
        clerks.append(await _account(cast, login, Role.BASE_CLERK, cast.fake.name(), base))
    for number, (name, name_en) in enumerate(stories.EMPLOYERS, 1):
        employer = await organisations.establish(OrganisationKind.EMPLOYER, name, name_en)
        login = f"hr@employer{number}.example"
        await _account(cast, login, Role.EMPLOYER, cast.fake.name(), employer)
    return clerks


async def _staff(cast: Cast) -> tuple[Account, Account]:
    bureau = await organisations.bureau()
    officers = [
        await _account(cast, f"officer{n}@bureau.example", Role.OFFICER, cast.fake.name(), bureau)
        for n in (1, 2, 3)
    ]
    await _account(cast, "chief@bureau.example", Role.CHIEF_OFFICER, cast.fake.name(), bureau)
    for n in range(1, 6):
        await _account(cast, f"assessor{n}@panel.example", Role.ASSESSOR, cast.fake.name())
    for role, login in (
        (Role.SYSTEM_ADMIN, "system@bureau.example"),
        (Role.SECURITY_ADMIN, "security@bureau.example"),
        (Role.AUDIT_ADMIN, "audit@bureau.example"),
    ):
        await _account(cast, login, role, cast.fake.name(), bureau)
    return officers[0], officers[1]


async def _act(
    cast: Cast, place: int, story: Story, clerk: Account, officers: tuple[Account, Account]
) -> None:
    """One person from registration to wherever their story ends."""
    first, second = officers
    today = clock.today()
    on = story.day(today)
    login = f"manager{place + 1:02d}@people.example"
    async with transaction():
        person = await accounts.new_person()
        account = await accounts.new_account(
            login, cast.password_hash, Role.APPLICANT, login, person=person.id
        )
    cast.listed.append({"role": "applicant", "login": login, "password": cast.password})
    if story.registered:
        await _profile(cast, place, story, account, on)
        await _hours(cast, story, account, clerk, on)
    if story.ends == "none":
        return
    case = await applications.draft(DraftIn(level=story.level), by=account, on=on)
    statement = StatementIn(statement=stories.statement(cast.fake, story.level))
    case = await applications.save(case.id, statement, by=account)
    if story.ends == "draft":
        return
    case = await applications.submit(case.id, by=account, on=on)
    if story.ends == "submitted":
        return
    if story.ends == "withdrawn":
        await applications.withdraw(case.id, by=account)
        return
    if story.supplemented:
        asked = GroundsIn(grounds=stories.SUPPLEMENT)
        case = await decisions.return_for_supplement(case.id, asked, by=first)
        if story.ends == "returned":
            return
        case = await applications.submit(case.id, by=account, on=on + timedelta(days=4))
    await _decide(cast, story, case, first, second, on + timedelta(days=9))


async def _decide(
    cast: Cast, story: Story, case: Application, first: Account, second: Account, on: date
) -> None:
    refusing = story.ends == "refused"
    grounds = stories.REFUSAL if refusing else stories.GRANT
    proposal = Proposal.REFUSE if refusing else Proposal.GRANT
    await decisions.propose(case.id, ProposalIn(proposal=proposal, grounds=grounds), by=first)
    if story.ends == "proposed":
        return
    if refusing:
        await decisions.refuse(case.id, GroundsIn(grounds=grounds), by=second, on=on)
        return
    held = await decisions.grant(case.id, GroundsIn(grounds=grounds), by=second, on=on)
    if story.paper == "pending":
        return
    certificate = await issuing.issue(
        held.id, by=second, on=on, settings=cast.settings, signer=cast.signer
    )
    await _afterwards(cast, story, held, certificate, second)


async def _afterwards(
    cast: Cast, story: Story, held: Credential, certificate: Certificate, by: Account
) -> None:
    on = clock.today() - timedelta(days=12)
    if story.paper == "suspended":
        asked = StandingIn(
            grounds=stories.SUSPENSION,
            reason=StandingReason.INTEGRITY,
            until=on + timedelta(days=90),
        )
        await decisions.suspend(held.id, asked, by=by, on=on)
    elif story.paper == "revoked":
        asked = StandingIn(grounds=stories.REVOCATION, reason=StandingReason.FRAUD)
        await decisions.revoke(held.id, asked, by=by, on=on)
    elif story.paper == "replaced":
        await issuing.replace(
            certificate.id, by=by, on=on, settings=cast.settings, signer=cast.signer
        )


async def _profile(cast: Cast, place: int, story: Story, account: Account, on: date) -> None:
    fake = cast.fake
    born = date(1972 + place % 25, 1 + place % 12, 1 + place % 28)
    sex = place % 2
    name = story.name or (fake.name_male() if sex else fake.name_female())
    given = IdentityIn(kind=IdentityKind.RESIDENT, number=_resident(place, born), name=name)
    if story.passport:
        given = IdentityIn(
            kind=IdentityKind.PASSPORT,
            number=f"X{7000000 + place}",
            name=name,
            born_on=born,
            nationality="GBR",
        )
    await people.record_identity(given, by=account, on=on, vault=cast.vault)
    graduated = date(born.year + 23, 6, 30)
    began = date(born.year + 26, 3, 1)
    await profile.add(
        "education",
        EducationIn(
            school=fake.random_element(stories.SCHOOLS),
            degree=story.degree,
            subject=fake.random_element(stories.SUBJECTS),
            graduated_on=graduated,
        ),
        by=account,
        on=on,
    )
    await profile.add(
        "employment",
        EmploymentIn(
            employer=fake.random_element(stories.EMPLOYERS)[0],
            post=fake.random_element(stories.POSTS),
            technology_transfer=True,
            began_on=min(began, date(2023, 3, 1)),
        ),
        by=account,
        on=on,
    )
    if story.degree is not Degree.ASSOCIATE:
        await profile.add(
            "titles",
            TitleIn(
                title="工程师",
                level=TitleLevel.INTERMEDIATE,
                granted_by="演示评审委员会",
                granted_on=min(date(born.year + 30, 12, 20), date(2023, 12, 20)),
            ),
            by=account,
            on=on,
        )
    for contract in range(story.contracts):
        await profile.add(
            "contracts",
            ContractIn(
                registration_number=f"2024390000{place:03d}{contract:02d}",
                title=f"{fake.random_element(stories.SUBJECTS)}成果转让",
                role=ContractRole.LEAD,
                amount_yuan=fake.random_int(20, 90) * 10_000,
                signed_on=date(2024, 1 + contract % 9, 5),
                parties=f"{fake.random_element(stories.SCHOOLS)}；{stories.EMPLOYERS[0][0]}",
            ),
            by=account,
            on=on,
        )


def _resident(place: int, born: date) -> str:
    seventeen = f"{NO_REGION}{born:%Y%m%d}{place + 1:03d}"
    return seventeen + identity.check_character(seventeen)


async def _hours(cast: Cast, story: Story, account: Account, clerk: Account, on: date) -> None:
    person = await people.find(account.person, by=account)
    modules = [*Module]
    for lesson in range(story.class_days):
        asked = HoursIn(
            person=person.number,
            reference=f"{person.number}-{lesson + 1:02d}",
            course=stories.COURSES[lesson % len(stories.COURSES)],
            module=modules[lesson % len(modules)],
            mode=Mode.FACE_TO_FACE if lesson % 3 else Mode.LIVE_ONLINE,
            held_on=on - timedelta(days=30 + lesson * 7),
            minutes=MINUTES_OF_A_CLASS_DAY,
        )
        entry = await ledger.record(asked, by=clerk, on=on, vault=cast.vault)
        if story.corrected and lesson == 0:
            await ledger.reverse(entry.id, reason="日期填错，冲正后重新登记", by=clerk)


async def _certificates(folder: Path) -> list[dict[str, str]]:
    from certificates import checking

    folder.mkdir(parents=True, exist_ok=True)
    listed = []
    for row in await Certificate.objects().order_by(Certificate.number):
        signed = await CertificateFile.objects().get(CertificateFile.certificate == row.id)
        assert signed is not None, "issued certificates are signed"
        file = folder / f"{row.number}.pdf"
        file.write_bytes(signed.content)
        answer = await checking.by_code(row.code, clock.now())
        assert answer.certificate is not None, "it is on record"
        status = answer.certificate.status.replace("in-force", "valid")
        listed.append(
            {
                "number": row.number,
                "code": row.code,
                "name": row.holder_name,
                "status": status,
                "pdf": str(file),
            }
        )
    order = {"valid": 0, "revoked": 1, "suspended": 2, "expired": 3, "replaced": 4}
    first_of: dict[str, int] = {}
    for one in listed:
        first_of.setdefault(one["status"], 0)
        one["_"] = str(first_of[one["status"]])
        first_of[one["status"]] += 1
    listed.sort(key=lambda one: (int(one["_"]) > 0, order[one["status"]], one["number"]))
    return [{key: value for key, value in one.items() if key != "_"} for one in listed]
