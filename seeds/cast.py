"""Who is on the stage of the demonstration: one account or more of every role."""

from dataclasses import dataclass

import pyotp
from faker import Faker

from certificates.keys import Signer
from registry import accounts, organisations
from registry.platform import clock
from registry.platform.permissions import SECOND_FACTOR, Role
from registry.platform.settings import Settings
from registry.platform.vault import Vault
from registry.tables import Account, Organisation
from registry.words import OrganisationKind
from seeds import stories
from training import bases as bases_of_training
from training.bases import AccreditationIn
from training.words import Level, Module


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


async def open_account(
    cast: Cast, login: str, role: Role, name: str, organisation: Organisation | None = None
) -> Account:
    """Open an account and list it for the manifest."""
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


async def bases(cast: Cast) -> list[Account]:
    """Training bases and employers; returns a clerk of each base."""
    clerks = []
    for number, (name, name_en) in enumerate(stories.BASES, 1):
        base = await organisations.establish(OrganisationKind.BASE, name, name_en)
        await _accredit(base, number)
        login = f"clerk{number}@base{number}.example"
        clerks.append(await open_account(cast, login, Role.BASE_CLERK, cast.fake.name(), base))
    for number, (name, name_en) in enumerate(stories.EMPLOYERS, 1):
        employer = await organisations.establish(OrganisationKind.EMPLOYER, name, name_en)
        login = f"hr@employer{number}.example"
        await open_account(cast, login, Role.EMPLOYER, cast.fake.name(), employer)
    return clerks


async def _accredit(base: Organisation, number: int) -> None:
    """Leave for everything, since long ago: some stories began years before today."""
    today = clock.today()
    asked = AccreditationIn(
        base=base.id,
        number=f"沪技转培（演示）{number:02d}",
        levels=tuple(Level),
        modules=tuple(Module),
        first_day=today.replace(year=today.year - 8, month=1, day=1),
        last_day=today.replace(year=today.year + 3, month=12, day=31),
    )
    await bases_of_training.accredit(asked, by=None)


async def staff(cast: Cast) -> tuple[Account, Account]:
    """The bureau, its panel and its administrators; returns two officers who decide."""
    bureau = await organisations.bureau()
    officers = [
        await open_account(
            cast, f"officer{n}@bureau.example", Role.OFFICER, cast.fake.name(), bureau
        )
        for n in (1, 2, 3)
    ]
    await open_account(cast, "chief@bureau.example", Role.CHIEF_OFFICER, cast.fake.name(), bureau)
    for n in range(1, 10):
        await open_account(cast, f"assessor{n}@panel.example", Role.ASSESSOR, cast.fake.name())
    for role, login in (
        (Role.SYSTEM_ADMIN, "system@bureau.example"),
        (Role.SECURITY_ADMIN, "security@bureau.example"),
        (Role.AUDIT_ADMIN, "audit@bureau.example"),
    ):
        await open_account(cast, login, role, cast.fake.name(), bureau)
    return officers[0], officers[1]
