"""What one running installation has at hand: its settings, keys, and the like. Built once."""

from dataclasses import dataclass
from typing import Self

from registry.platform.errors import Conflict
from registry.platform.i18n import N_
from registry.platform.limits import Limit, SharedLimit
from registry.platform.passwords import Passwords
from registry.platform.sessions import Sessions
from registry.platform.settings import Settings
from registry.platform.vault import Vault, vault_of


class KeysNotReady(Conflict):
    """Nothing can be sealed: the installation has no password for its keys, or no keys."""


@dataclass(frozen=True)
class Installation:
    """Everything that differs between two installations, ready for use."""

    settings: Settings
    vault: Vault
    passwords: Passwords
    sessions: Sessions
    by_code: Limit
    by_name: SharedLimit
    by_number: SharedLimit
    by_list: SharedLimit
    objections: Limit
    """Kept in memory alone: the database learns no address of whoever objects."""

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Open the key ring and set everything up.

        Raises:
            FileNotFoundError: the key folder has no key ring yet.
        """
        return cls(
            settings=settings,
            vault=vault_of(settings.key_folder),
            passwords=Passwords(settings.password_slots),
            sessions=Sessions(settings),
            by_code=Limit(settings.checks_by_code_per_minute),
            by_name=SharedLimit(
                "by-name",
                minute=settings.checks_by_name_per_minute,
                day=settings.checks_by_name_per_day,
            ),
            by_number=SharedLimit("by-number", day=settings.checks_by_number_per_day),
            by_list=SharedLimit("by-list", day=settings.checks_by_list_per_day),
            objections=Limit(settings.checks_by_name_per_minute),
        )

    def keys_password(self) -> str:
        """What opens the private keys: the setting, or the file `password` beside the keys.

        Raises:
            KeysNotReady: neither is there.
        """
        return keys_password(self.settings)


def keys_password(settings: Settings) -> str:
    """What opens the private keys: the setting, or the file `password` beside the keys.

    Raises:
        KeysNotReady: neither is there.
    """
    if settings.keys_password is not None:
        return settings.keys_password.get_secret_value()
    try:
        return (settings.key_folder / "password").read_text().strip()
    except FileNotFoundError:
        raise KeysNotReady(N_("本系统的签章密钥尚未就绪，请联系系统管理员。")) from None
