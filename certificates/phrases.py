"""The standing words of statements, read from `phrases.toml` beside this file."""

import tomllib
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from certificates.wording import Phrase, wording
from registry.platform.clock import OFFICE


@cache
def _phrases() -> dict[str, dict[str, Phrase]]:
    file = Path(__file__).with_suffix(".toml")
    written = tomllib.loads(file.read_text("utf-8"))
    return TypeAdapter(dict[str, dict[str, Phrase]]).validate_python(written)


def say(group: str, name: str, **facts: Any) -> Phrase:
    """One phrase, filled in. A fact that is itself a phrase is said in the language around it.

    Raises:
        KeyError: the file has no such phrase.
    """
    phrase = _phrases()[group][name]
    return Phrase(
        zh=phrase.zh.format(**{k: _in(v, "zh") for k, v in facts.items()}),
        en=phrase.en.format(**{k: _in(v, "en") for k, v in facts.items()}),
    )


def _in(fact: Any, language: str) -> Any:
    return getattr(fact, language) if isinstance(fact, Phrase) else fact


def plain(text: str) -> Phrase:
    """What is the same in both languages: a name, a number, a digest."""
    return Phrase(zh=" ".join(text.split()), en="")


def day(of: date) -> Phrase:
    """A day, written out."""
    return wording().dates.written(of)


def moment(at: datetime) -> Phrase:
    """An instant, written out to the minute in the bureau's time."""
    local = at.astimezone(OFFICE)
    return say("time", "moment", day=day(local.date()), clock=f"{local:%H:%M}")
