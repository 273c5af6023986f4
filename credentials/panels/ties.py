"""What ties an assessor to an applicant: compared here, gathered in `acquaintance`.

Whatever is found keeps the assessor out; a namesake is kept out too, which harms nobody.
"""

from dataclasses import dataclass, field
from uuid import UUID

from credentials.panels.words import Tie
from registry.organisations import plain


@dataclass(frozen=True)
class Candidate:
    """An assessor, as far as ties go."""

    name: str
    employer: str
    person: UUID | None = None
    employers: frozenset[str] = frozenset()
    """Of their own profile, where they are registered."""
    contracts: frozenset[str] = frozenset()
    """Registration numbers of contracts in their own profile."""
    declared: tuple[tuple[str, str], ...] = ()
    """Names they say they are tied to, each with why."""


@dataclass(frozen=True)
class Subject:
    """An applicant by what they handed in, as far as ties go."""

    person: UUID
    name: str
    employers: frozenset[str] = frozenset()
    """Now and before, and whoever confirms the application."""
    parties: tuple[str, ...] = ()
    """As each of their contracts names its parties."""
    contracts: frozenset[str] = frozenset()
    teachers: frozenset[str] = frozenset()
    """Who taught the classes they were enrolled in."""
    recommenders: frozenset[str] = frozenset()
    """Who wrote a recommendation for the application."""
    mentoring: frozenset[UUID] = field(default_factory=frozenset)
    """Who is or was their mentor, or mentored by them."""


def found(one: Candidate, about: Subject) -> tuple[Tie, str] | None:
    """The first tie between the two, with why where the assessor said so, or None."""
    units = {plain(each) for each in {one.employer, *one.employers} if each}
    theirs = {plain(each) for each in about.employers}
    parties = [plain(each) for each in about.parties]
    if one.person is not None and one.person == about.person:
        return Tie.SELF, ""
    if units & theirs:
        return Tie.EMPLOYER, ""
    if any(unit in named for unit in units for named in parties):
        return Tie.CONTRACT, ""
    if one.contracts & about.contracts:
        return Tie.CONTRACT, ""
    if one.person is not None and one.person in about.mentoring:
        return Tie.MENTOR, ""
    if plain(one.name) in {plain(each) for each in about.teachers}:
        return Tie.TEACHER, ""
    if plain(one.name) in {plain(each) for each in about.recommenders}:
        return Tie.RECOMMENDER, ""
    for name, reason in one.declared:
        named = plain(name)
        if named in {plain(about.name), *theirs} or any(named in each for each in parties):
            return Tie.DECLARED, reason
    return None
