"""Refusals, by kind. A package subclasses the kind that fits and says why in plain words.

No kind knows about HTTP; `registry.platform.web` maps the four kinds to status codes in one table.
Words are Chinese message ids of the catalogue, with `{placeholders}` filled from `facts`; the
English stands in `registry/locale`.
"""

import dataclasses
import re
from collections.abc import Sequence
from typing import Any

from registry.platform.i18n import N_


@dataclasses.dataclass(frozen=True)
class FieldError:
    """What is wrong with one field, and how to mend it."""

    field: str
    """Name of the field as the API and the form call it."""
    code: str
    """Stable word for programs, such as `check-digit`."""
    message: str
    """Chinese message id with `{placeholders}`."""
    facts: dict[str, Any] = dataclasses.field(default_factory=dict)


class Refusal(Exception):
    """Something the caller asked for and may not, or cannot, have. Never a bug.

    `message` is a message id; `facts` fill its placeholders and travel in the problem document;
    `errors` name the fields that are wrong, all of them at once.
    """

    def __init__(self, message: str, *, errors: Sequence[FieldError] = (), **facts: Any) -> None:
        super().__init__(message)
        self.message = message
        self.facts = facts
        self.errors = tuple(errors)

    @property
    def code(self) -> str:
        """A stable word for programs: `ConditionsNotMet` becomes `conditions-not-met`."""
        return re.sub(r"(?<!^)(?=[A-Z])", "-", type(self).__name__).lower()


class NotFound(Refusal):
    """There is no such thing, or the caller may not learn that there is."""


class NotAllowed(Refusal):
    """The caller is known, and this is not theirs to do."""


class Conflict(Refusal):
    """The thing has moved on since the caller looked at it."""


class RuleNotMet(Refusal):
    """The request is well formed, but a published rule says no."""


class FieldsInvalid(RuleNotMet):
    """One or more fields cannot be accepted; `errors` says which and why."""

    def __init__(self, errors: Sequence[FieldError]) -> None:
        super().__init__(N_("有几处填写需要修改。"), errors=errors)


class TooManyRequests(Refusal):
    """Somebody asks faster than a person would; `retry_after` seconds are to pass first."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(N_("请求过于频繁，请在 {retry_after} 秒后再试。"), retry_after=retry_after)


class Mendable(Exception):
    """Something that whoever runs the registry can put right; the message says what, in a line."""


def of_unique_index(error: Exception, *columns: str) -> bool:
    """Whether a database error says that exactly these columns, or an index on them, hold a double.

    SQLite names the columns (`table.a, table.b`), PostgreSQL the constraint or index, which our
    migrations therefore name `<table>_<column>_…`.
    """
    text = f"{getattr(error, 'constraint_name', '')} {error}"
    unique = type(error).__name__ in {"IntegrityError", "UniqueViolationError"}
    return unique and all(column in text for column in columns)
