"""The revocation list at hand (RFC 5280): published anew before it grows old, kept for bad days.

Whoever checks a file needs it, and so do viewers, which find it at the address that every seal
names. It is kept beside the keys, so that checks go on while the issuing key is away.
"""

import secrets
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509

from certificates import revocation
from registry.platform.installation import KeysNotReady, keys_password
from registry.platform.settings import Settings

FILE = "issuing.crl"
PATH = f"/authority/{FILE}"


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
    fresh = folder / f".{FILE}.{secrets.token_hex(8)}"
    fresh.write_bytes(made)
    fresh.replace(folder / FILE)
    return made


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
