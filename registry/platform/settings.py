"""Settings: everything that differs between two installations, read once from the environment."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, model_validator

PREFIX = "REGISTRY_"


def _listed(value: Any) -> Any:
    return tuple(filter(None, value.split(","))) if isinstance(value, str) else value


class Settings(BaseModel):
    """One installation's settings. An unknown `REGISTRY_…` variable is an error, not a shrug."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    data: Path = Path("data")
    """Folder of the embedded database and, unless `keys` says otherwise, of the keys."""
    database_url: str = Field(default="", pattern=r"^(sqlite:///.+|postgresql://.+)$")
    """`sqlite:///relative`, `sqlite:////absolute` or `postgresql://…`; by default in `data`."""
    replica_urls: Annotated[tuple[str, ...], BeforeValidator(_listed)] = ()
    """Read replicas for public checks, separated by commas; the primary answers when none does."""
    database_connections: int = Field(default=8, ge=1)
    """Connections each process keeps to the database."""
    public_url: str = Field(default="http://127.0.0.1:8000", pattern=r"^https?://[^/\s]+$")
    """Scheme and host that people see and the QR code carries; https makes cookies secure."""
    proxies: Annotated[tuple[str, ...], BeforeValidator(_listed)] = ()
    """Addresses or networks of reverse proxies whose word on a visitor's address is taken."""
    keys: str = Field(default="", pattern=r"^(file:.+)?$")
    """Where signing and encryption keys are: `file:FOLDER`; by default `data`/keys."""
    keys_password: SecretStr | None = None
    """Opens the private keys; without it the file `password` in the key folder is read."""
    revocation_list_days: int = Field(default=7, gt=0)
    """How long the seal's revocation list is good for; a fresh one is made whenever it is asked."""
    timestamp_url: str = Field(default="", pattern=r"^(https?://[^\s]+)?$")
    """A time-stamp service (RFC 3161), whose word on the time of each seal is kept; none: empty."""
    timestamp_policy: str = Field(default="", pattern=r"^([0-2](\.\d+)+)?$")
    """The policy under which it is to stamp, as an object identifier; by default its own choice."""
    witnesses: str = ""
    """Public keys (`name+id+key`) of witnesses of the log, with spaces between them."""
    credit_platform: str = Field(default="", max_length=200)
    """Outside credit platform that records are exported to, by its name; empty: nothing leaves.

    Name one only when its operator has confirmed the catalogue in `seeds/regulations` in writing.
    """
    mail: str = Field(default="console", pattern=r"^(console|folder:.+|smtp://.+)$")
    """How notices leave the house: `console`, `folder:PATH` or `smtp://user:password@host:port`."""
    worker: bool = True
    """Whether serving processes empty the outbox too; off where `registry worker` runs apart."""
    demo: bool = False
    """Only set by `registry demo`: watermark, banner, and the accounts shown at sign-in."""
    session_idle_minutes: int = Field(default=30, gt=0)
    session_hours: int = Field(default=8, gt=0)
    """Longest life of a session, however busy."""
    password_slots: int = Field(default=2, gt=0)
    """Argon2 computations at once in one process; each takes 64 MiB."""
    sign_in_failures: int = Field(default=5, gt=0)
    """Failed sign-ins per account in `sign_in_window_minutes` before it is locked for as long."""
    sign_in_window_minutes: int = Field(default=15, gt=0)
    sign_in_address_factor: int = Field(default=10, gt=0)
    """An address may fail this many times as often as one account: offices share one."""
    checks_by_code_per_minute: int = Field(default=60, gt=0)
    """Public look-ups by code, per address and process."""
    checks_by_name_per_minute: int = Field(default=10, gt=0)
    """Public look-ups by number and name, and uploaded files, per address."""
    checks_by_name_per_day: int = Field(default=100, gt=0)
    """The same in a day."""
    checks_by_number_per_day: int = Field(default=5, gt=0)
    """Questions for an application whose number can be guessed, per address."""
    checks_by_list_per_day: int = Field(default=5000, gt=0)
    """Rows of lists that one employer may have checked in a day."""
    share_days_least: int = Field(default=30, gt=0)
    share_days_most: int = Field(default=180, gt=0)
    """How long a holder may let a link to their certificate open."""
    webhook_networks: Annotated[tuple[str, ...], BeforeValidator(_listed)] = ()
    """Private networks that webhooks may lead to, such as the house's own; by default none."""
    upload_megabytes: int = Field(default=5, gt=0, le=50)
    """Largest evidence file or certificate that is taken in."""
    import_at_once_kilobytes: int = Field(default=500, gt=0)
    """Largest sheet of hours that is checked while its sender waits; the worker checks others."""

    @model_validator(mode="before")
    @classmethod
    def _database_in_the_data_folder(cls, given: Any) -> Any:
        if isinstance(given, dict) and not given.get("database_url"):
            folder = Path(given.get("data", "data")).absolute()
            return {**given, "database_url": f"sqlite:///{folder / 'registry.sqlite'}"}
        return given

    @property
    def secure_cookies(self) -> bool:
        """Whether cookies are only sent over TLS; off only where the site itself is plain HTTP."""
        return self.public_url.startswith("https://")

    @property
    def key_folder(self) -> Path:
        """The folder of signing and encryption keys."""
        return Path(self.keys.removeprefix("file:")) if self.keys else self.data / "keys"

    @classmethod
    def from_env(cls, environ: Mapping[str, str] = os.environ) -> Self:
        """Read `REGISTRY_<FIELD>` for every field.

        Raises:
            pydantic.ValidationError: a value is missing, malformed, or not a setting at all.
        """
        given = {k.removeprefix(PREFIX).lower(): v for k, v in environ.items() if _is_ours(k)}
        return cls.model_validate(given)


def _is_ours(name: str) -> bool:
    return name.startswith(PREFIX)
