"""The standing words of a certificate, read from `wording.toml` beside this file."""

import tomllib
from datetime import date
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Phrase(_Frozen):
    """The same words in both languages; `{site}` stands for the address of the check."""

    zh: str
    en: str

    def both(self, **facts: str) -> str:
        """In one sentence after the other, filled in."""
        return f"{self.zh} {self.en}".format(**facts)


class Dates(Phrase):
    """How a day is written in both languages."""

    months: tuple[str, ...]

    def written(self, day: date) -> Phrase:
        """Write out a day, as 2026年1月5日 and 5 January 2026."""
        parts = {"year": day.year, "month": day.month, "day": day.day}
        name = self.months[day.month - 1]
        return Phrase(zh=self.zh.format(**parts, name=name), en=self.en.format(**parts, name=name))


class Forbidden(_Frozen):
    """Words that a certificate's title and level may not carry, and the rule that says so."""

    words: tuple[str, ...]
    source: str


class Wording(_Frozen):
    """All standing words."""

    title: Phrase
    levels: dict[str, Phrase]
    """By code of the level."""
    certify: Phrase
    evaluated: Phrase
    awarded: Phrase
    number: Phrase
    granted: Phrase
    valid_from: Phrase
    valid_until: Phrase
    no_end: Phrase
    seal: Phrase
    qr: Phrase
    seal_picture: Phrase
    seal_field: Phrase
    open: Phrase
    verify: Phrase
    basis: Phrase
    standing: Phrase
    illustrative: Phrase
    demonstration: Phrase
    dates: Dates
    forbidden: Forbidden


@cache
def wording() -> Wording:
    """The words in use, read once per process."""
    file = Path(__file__).with_suffix(".toml")
    return Wording.model_validate(tomllib.loads(file.read_text("utf-8")))
