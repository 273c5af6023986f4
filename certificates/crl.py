"""The revocation lists at hand (RFC 5280): published anew before it grows old, kept for bad days.

Whoever checks a file needs it, and so do viewers, which find it at the address that every seal
names. It is kept beside the keys, so that checks go on while the issuing key is away.
"""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509

from certificates import revocation
from certificates.keys import NoAuthority
from registry.platform.i18n import N_
from registry.platform.installation import KeysNotReady, keys_password
from registry.platform.settings import Settings

FILE = "issuing.crl"
PATH = f"/authority/{FILE}"
ROOT_FILE = "root.crl"
"""The root's list, made while its key is at hand and kept for as long as it is good."""


class ListNotInForce(KeysNotReady):
    """A revocation list that was to go along with a seal says nothing about this moment."""


def current(settings: Settings, at: datetime) -> bytes:
    """The list in force at a moment (DER), made anew once half of its time is over.

    Raises:
        NoAuthority: there is none, and the issuing key is not on this machine.
        KeysNotReady: nor is there a password.
    """
    folder, days = settings.key_folder, settings.revocation_list_days
    kept = _kept(folder, at, timedelta(days=days) / 2)
    if kept is not None:
        return kept
    try:
        made = revocation.publish(folder, keys_password(settings), at, days)
    except KeysNotReady:
        old = _kept(folder, at, timedelta(days=days))
        if old is None:
            raise
        return old
    _keep(folder, FILE, made)
    return made


def renew_root(settings: Settings, at: datetime, days: int) -> None:
    """Make the root's list, while its key is in the key folder, good for some days.

    Raises:
        NoAuthority: its key is not on this machine.
        KeysNotReady: there is no password.
        WrongPassword: it does not open.
    """
    folder = settings.key_folder
    _keep(folder, ROOT_FILE, revocation.publish_root(folder, keys_password(settings), at, days))


def of_root(folder: Path) -> bytes:
    """The root's list as it was kept (DER), in force or not.

    Raises:
        NoAuthority: there is none.
    """
    try:
        return (folder / ROOT_FILE).read_bytes()
    except FileNotFoundError as error:
        words = N_("缺少根证书的吊销列表（root.crl），请用根密钥制作：keys --root-list 天数。")
        raise NoAuthority(words) from error


def refuse_unless_in_force(lists: Sequence[bytes], at: datetime) -> None:
    """Let revocation lists pass that are good at a moment.

    Raises:
        ListNotInForce: one is old, or to come, or no such list.
    """
    for raw in lists:
        try:
            found = x509.load_der_x509_crl(raw)
        except ValueError as error:
            raise ListNotInForce(N_("密钥目录中有一份吊销列表已损坏，尚不能签章。")) from error
        until = found.next_update_utc
        if until is None or not found.last_update_utc <= at < until:
            words = N_("{issuer} 的吊销列表已过期（至 {until}），换上新的之后才能签章。")
            ends = until.isoformat() if until else "?"
            raise ListNotInForce(words, issuer=found.issuer.rfc4514_string(), until=ends)


def _keep(folder: Path, name: str, made: bytes) -> None:
    fresh = folder / f".{name}.{secrets.token_hex(8)}"
    fresh.write_bytes(made)
    fresh.replace(folder / name)


def at_hand(settings: Settings, at: datetime) -> list[bytes]:
    """What a check has to go by: the list in force, or nothing."""
    try:
        return [current(settings, at)]
    except (KeysNotReady, OSError):
        return []


def _kept(folder: Path, at: datetime, age: timedelta) -> bytes | None:
    """The list as it was kept, if it is younger than that and says all that is revoked."""
    try:
        raw = (folder / FILE).read_bytes()
        found = x509.load_der_x509_crl(raw)
    except (FileNotFoundError, ValueError):
        return None
    listed = {f"{each.serial_number:x}" for each in found}
    in_time = found.last_update_utc <= at < found.last_update_utc + age
    return raw if in_time and listed == revocation.serials(folder) else None
