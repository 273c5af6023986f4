"""What a new installation needs before its first day: keys, schema, policies, accounts."""

import secrets
import tomllib
from pathlib import Path
from typing import Any

import pyotp

from certificates import crl, keys
from certificates.authority import AuthorityNames, Periods
from registry import accounts, organisations
from registry.platform import audit, clock, db, migrations, vault
from registry.platform.db import transaction
from registry.platform.errors import Mendable, of_unique_index
from registry.platform.passwords import Passwords
from registry.platform.permissions import SECOND_FACTOR, Role
from registry.platform.settings import Settings
from registry.platform.vault import vault_of
from registry.tables import Organisation
from registry.words import OrganisationKind
from seeds.load import load_policies

AUTHORITY = Path(__file__).parent / "authority.toml"
KIND_OF = {Role.BASE_CLERK: OrganisationKind.BASE, Role.EMPLOYER: OrganisationKind.EMPLOYER}


async def establish(settings: Settings, bureau: str, bureau_en: str) -> None:
    """Make what an installation starts with. What is there already stays as it is.

    The password of the private keys is the setting's, or a fresh one kept in the file `password`
    beside them, which an operator should move somewhere better.
    """
    folder = settings.key_folder
    if not (folder / vault.FILE).exists():
        vault.establish(folder, f"{clock.today():%Y-%m}")
    if not (folder / "seal.pem").exists():
        crl_url = f"{settings.public_url}{crl.PATH}"
        _authority(settings, bureau_en, crl_url)
    await migrations.migrate()
    await db.connect(settings)
    try:
        await load_policies()
        known = await Organisation.exists().where(Organisation.kind == OrganisationKind.BUREAU)
        if not known:
            async with transaction():
                row = await organisations.establish(OrganisationKind.BUREAU, bureau, bureau_en)
                await audit.record("installation.establish", f"organisation:{row.id}")
    finally:
        await db.disconnect()


def _authority(settings: Settings, bureau_en: str, crl_url: str) -> None:
    """Make the authority, and the root's revocation list while its key is there."""
    written = tomllib.loads(AUTHORITY.read_text())
    named = {key: words.format(bureau=bureau_en) for key, words in written["names"].items()}
    keys.establish_authority(
        settings.key_folder,
        _keys_password(settings),
        AuthorityNames(**named),
        clock.today(),
        periods=Periods(**written["periods"]),
        crl_url=crl_url,
    )
    crl.renew_root(settings, clock.now(), written["lists"]["root_days"])


def _keys_password(settings: Settings) -> str:
    if settings.keys_password is not None:
        return settings.keys_password.get_secret_value()
    file = settings.key_folder / "password"
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(32))
    return file.read_text().strip()


async def open_account(
    settings: Settings, login: str, role: Role, name: str, organisation: str | None
) -> dict[str, Any]:
    """Open an account for staff; return its first password and second-factor secret.

    Raises:
        Mendable: the role acts for an organisation and none is named, or the login is taken.
    """
    if role in KIND_OF and not organisation:
        raise Mendable(f"{role} acts for an organisation: name it with --organisation")
    password, secret = secrets.token_urlsafe(12), pyotp.random_base32()
    password_hash = await Passwords(1).hash(password)
    await db.connect(settings)
    try:
        async with transaction():
            place = None
            if organisation and role in KIND_OF:
                place = await Organisation.objects().get(Organisation.name == organisation)
                if place is None:
                    place = await organisations.establish(KIND_OF[role], organisation, organisation)
            second = role in SECOND_FACTOR
            account = await accounts.new_account(
                login,
                password_hash,
                role,
                name,
                organisation=place.id if place else None,
                totp=(secret, vault_of(settings.key_folder)) if second else None,
            )
            await audit.record("account.open", f"account:{account.id}", role=role)
    except Exception as error:
        if of_unique_index(error, "account", "login"):
            raise Mendable(f"{login} has an account already") from None
        raise
    finally:
        await db.disconnect()
    made = {"role": str(role), "login": account.login, "password": password}
    return {**made, "totp_secret": secret} if second else made
