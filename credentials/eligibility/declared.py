"""Declared facts as people read them: what each is about, and what it says on a day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from credentials import contributions, declarations
from credentials.rules import wording
from credentials.rules.facts import Fact, Refused
from credentials.rules.sources import Text
from credentials.tables import Declaration


@dataclass(frozen=True)
class Declared:
    """One declaration with its words."""

    line: Declaration
    title: Text
    said: Text | None
    """None: it takes the fact back."""


def worded(lines: Sequence[Declaration], facts: Mapping[str, Fact], on: date) -> list[Declared]:
    """Say declarations in the words of the policies that ask for them, as of a day."""
    return [Declared(line, _title(line, facts), _said(line, facts, on)) for line in lines]


def _title(line: Declaration, facts: Mapping[str, Fact]) -> Text:
    if line.fact in contributions.TITLES:
        return contributions.TITLES[line.fact]
    fact = facts.get(line.fact)
    return fact.text if fact else Text(zh=line.fact, en=line.fact)


def _said(line: Declaration, facts: Mapping[str, Fact], on: date) -> Text | None:
    if line.value is None and line.since is None:
        return None
    if line.fact in contributions.TITLES:
        return contributions.said(declarations.stored(line))
    given, fact = declarations.value_on(line, on), facts.get(line.fact)
    try:
        if fact is not None:
            fact.value(given)
            return wording.value(fact, given)
    except Refused:
        pass  # declared when another edition asked for it differently
    return Text(zh=str(given), en=str(given))
