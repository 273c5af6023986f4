"""Accounts: registering, signing in with one or two factors, and what locks a door."""

import hashlib
from datetime import timedelta
from uuid import UUID, uuid4

import pyotp
from pydantic import Field

from registry.platform import audit, clock
from registry.platform.counters import next_number
from registry.platform.db import rows, transaction
from registry.platform.errors import (
    Conflict,
    FieldError,
    NotAllowed,
    TooManyRequests,
    of_unique_index,
)
from registry.platform.fields import Email, Flag, Input
from registry.platform.i18n import N_, gettext
from registry.platform.passwords import Passwords
from registry.platform.permissions import SECOND_FACTOR, Role
from registry.platform.settings import Settings
from registry.platform.tables import SignInAttempt
from registry.platform.vault import Vault
from registry.tables import Account, Consent, Person

CODE_SECONDS = 30
"""A one-time code's time step (RFC 6238)."""
DISPLAYED = 100
"""Characters of a name at the head of pages; an e-mail address may be longer."""
IDENTITY_CONSENT = N_(
    "我同意登记机构为办理技术经理人能力评价、登记和证书核验而处理我的证件号码和个人资料。"
    "证件号码加密保存，只向经办人员遮盖显示。"
)


class SignInRefused(NotAllowed):
    """Unknown login, wrong password or wrong code; which of them is nobody's business."""

    def __init__(self) -> None:
        super().__init__(N_("登录名、密码或动态码不对。"))


class LoginTaken(Conflict):
    """There is an account of this login already."""


class Registration(Input):
    """What somebody gives to open an account of their own."""

    login: Email = Field(max_length=254)
    password: str = Field(min_length=10, max_length=128)
    consent: Flag = Field(description="To the words of `IDENTITY_CONSENT`.")


async def register(asked: Registration, passwords: Passwords) -> Account:
    """Open an account for an applicant, with a person and a registry number of their own.

    Raises:
        LoginTaken: the e-mail address has an account.
        NotAllowed: consent is missing; without it nothing is kept.
    """
    if not asked.consent:
        raise NotAllowed(
            N_("不同意处理个人资料，就无法登记。"),
            errors=[FieldError("consent", "required", N_("请勾选同意，才能继续。"))],
        )
    password_hash = await passwords.hash(asked.password)
    try:
        async with transaction():
            person = await new_person()
            account = await new_account(
                asked.login,
                password_hash,
                Role.APPLICANT,
                asked.login[:DISPLAYED],
                person=person.id,
            )
            await Consent(
                id=uuid4(),
                person=person.id,
                purpose="identity",
                wording=gettext(IDENTITY_CONSENT),
                given_at=clock.now(),
            ).save()
            await audit.record("account.register", f"account:{account.id}")
    except Exception as error:
        if of_unique_index(error, "account", "login"):
            message = N_("这个电子邮箱已有账户，请直接登录。")
            taken = FieldError("login", "taken", message)
            raise LoginTaken(message, errors=[taken]) from None
        raise
    return account


async def new_person() -> Person:
    """Add a person with the next registry number, and nothing known about them yet."""
    number = await next_number("person")
    person = Person(id=uuid4(), number=f"P-{number:06d}", registered_at=clock.now())
    await person.save()
    return person


async def new_account(
    login: str,
    password_hash: str,
    role: Role,
    display_name: str,
    *,
    person: UUID | None = None,
    organisation: UUID | None = None,
    totp: tuple[str, Vault] | None = None,
) -> Account:
    """Add an account; `totp` is its second-factor secret and the vault to seal it in.

    Raises:
        ValueError: the role needs a second factor and none was given.
    """
    if role in SECOND_FACTOR and totp is None:
        raise ValueError(f"{role} signs in with a second factor")
    identifier = uuid4()
    account = Account(
        id=identifier,
        login=login.lower(),
        password_hash=password_hash,
        role=role,
        display_name=display_name,
        person=person,
        organisation=organisation,
        totp_sealed=totp[1].seal(totp[0], _place(identifier)) if totp else None,
        created_at=clock.now(),
    )
    await account.save()
    return account


def _place(account: UUID) -> str:
    return f"account:{account}:totp"


async def sign_in(
    login: str,
    password: str,
    code: str | None,
    *,
    address: str,
    settings: Settings,
    passwords: Passwords,
    vault: Vault,
) -> Account:
    """Return the account these credentials open.

    Every attempt is counted as failed, per login and per address, before anything is computed, so
    that many at once are no way round the count; the one that succeeds is taken off again.

    Raises:
        SignInRefused: they open none.
        TooManyRequests: too many attempts failed; even the right password waits.
    """
    attempt = await _mind_the_door(login, address, settings)
    account = await Account.objects().get(Account.login == login.strip().lower())
    fits = await passwords.matches(account.password_hash if account else None, password)
    opens = (
        account is not None
        and fits
        and account.active
        and await _second_factor(account, code, vault)
    )
    async with transaction():
        if opens:
            await SignInAttempt.update({SignInAttempt.failed: False}).where(
                SignInAttempt.id == attempt
            )
        subject = f"account:{account.id}" if account else "account:unknown"
        await audit.record("session.begin" if opens else "session.refuse", subject)
    if not opens or account is None:
        raise SignInRefused
    if passwords.outdated(account.password_hash):
        renewed = await passwords.hash(password)
        await Account.update({Account.password_hash: renewed}).where(Account.id == account.id)
    return account


async def name_of(account: UUID) -> str:
    """The name an account shows to others; it stays when the account is closed."""
    row = await Account.objects().get(Account.id == account)
    assert row is not None, "foreign keys hold accounts in place"
    return str(row.display_name)


def code_now(secret: str | None) -> str:
    """The one-time code a second-factor secret gives at this moment; of no secret, none."""
    return pyotp.TOTP(secret, interval=CODE_SECONDS).at(clock.now()) if secret else ""


async def _second_factor(account: Account, code: str | None, vault: Vault) -> bool:
    if account.role not in SECOND_FACTOR:
        return True
    typed = "".join((code or "").split())
    if account.totp_sealed is None or not (typed.isascii() and typed.isdigit()):
        return False
    totp = pyotp.TOTP(vault.unseal(account.totp_sealed, _place(account.id)), interval=CODE_SECONDS)
    now = clock.now()
    for drift in (0, -1, 1):
        at = now + timedelta(seconds=drift * CODE_SECONDS)
        if totp.verify(typed, for_time=at):
            return await _use_once(account.id, totp.timecode(at))
    return False


async def _use_once(account: UUID, time_step: int) -> bool:
    """The insert is the check: of two sign-ins with one code at once, one gets in."""
    used = await rows(
        "INSERT INTO used_code (id, account, time_step) VALUES ({}, {}, {})"
        " ON CONFLICT DO NOTHING RETURNING time_step",
        uuid4(),
        account,
        time_step,
    )
    return bool(used)


def _login_key(login: str) -> str:
    return hashlib.sha256(login.strip().lower().encode()).hexdigest()


async def _mind_the_door(login: str, address: str, settings: Settings) -> UUID:
    """Count an attempt as failed and return its id, unless too many have failed before it."""
    key, now = _login_key(login), clock.now()
    window = timedelta(minutes=settings.sign_in_window_minutes)
    failed = SignInAttempt.failed.eq(True) & (SignInAttempt.at > now - window)
    attempt = SignInAttempt(id=uuid4(), login=key, address=address, at=now, failed=True)
    await attempt.save()
    by_login = await SignInAttempt.count().where(failed, SignInAttempt.login == key)
    by_address = await SignInAttempt.count().where(failed, SignInAttempt.address == address)
    most_by_address = settings.sign_in_failures * settings.sign_in_address_factor
    if by_login > settings.sign_in_failures or by_address > most_by_address:
        # Knocking at a locked door does not keep it locked.
        await SignInAttempt.delete().where(SignInAttempt.id == attempt.id)
        raise TooManyRequests(round(window.total_seconds()))
    identifier: UUID = attempt.id
    return identifier
