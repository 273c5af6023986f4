"""The shape of a policy document: one file, one edition, as an office publishes it."""

import hashlib
import json
import tomllib
from collections.abc import Iterator
from datetime import date
from functools import cached_property
from typing import Annotated, Any, Self

from pydantic import Field, StrictBool, StrictStr, ValidationError, model_validator

from credentials.rules import functions as functions  # reading it registers the odd clauses
from credentials.rules import lint
from credentials.rules.clauses import AnyClause, Clause
from credentials.rules.facts import AnyFact, Mark
from credentials.rules.sources import (
    Checked,
    Name,
    Shape,
    Source,
    Status,
    Text,
    Unit,
    Whole,
    Words,
)
from registry.platform.errors import FieldError, RuleNotMet
from registry.platform.i18n import N_


class DocumentRefused(RuleNotMet):
    """A policy file cannot be used; `errors` names every clause and reason, not the first only."""

    def __init__(self, file: str, errors: list[FieldError]) -> None:
        super().__init__(N_("政策文件 {file} 不能使用。"), errors=errors, file=file)

    def __str__(self) -> str:
        wrong = "; ".join(f"{e.field}: {e.message.format(**e.facts)}" for e in self.errors)
        return f"{self.facts['file']}: {wrong}"


DocumentName = Annotated[StrictStr, Field(pattern=r"^[a-z][a-z0-9-]*$")]
"""What a policy document is called in files, addresses and commands."""


class Parameter(Shape):
    """A named figure that no clause compares: a validity, a time limit, a share in per cent."""

    value: Whole
    unit: Unit
    text: Text
    cite: Words
    status: Status | None = None
    source: Source | None = None


class Checklist(Shape):
    """What somebody has to bring or may ask for, which no clause decides."""

    text: Text
    cite: Words
    status: Status | None = None
    source: Source | None = None
    opened_by: Name | None = None
    """The condition on which it is of use; None when it always is."""
    items: Annotated[tuple[Text, ...], Field(min_length=1)]


class Recognition(Shape):
    """What holding a grade of this document counts as in another: a declared link, one way.

    A link that is not `active` is on record so that nobody takes it for granted.
    """

    grade: Name
    document: DocumentName
    fact: Name
    value: Mark
    active: StrictBool
    text: Text
    cite: Words
    status: Status | None = None
    source: Source | None = None


class Document(Shape):
    """One edition of one policy document.

    `verdict` names the condition that decides. A document about grades names one condition a
    grade instead, in `grades`, and the grades rank as their conditions stand in the file, lowest
    first; one about several things to ask for, none above another, names their conditions in
    `routes`. `score` names the clause whose points are shown beside the verdict. A `repealed`
    edition ends the document and has no clauses; nor has one of `figures_alone`, whose figures
    others read and which decides nothing by itself.
    """

    id: DocumentName
    title: Text
    source: Source
    published: date
    """From this day a decider could know it."""
    effective_from: date
    """From this day it is in force, until the next edition is."""
    checked: Checked
    status: Status
    repealed: StrictBool = False
    figures_alone: StrictBool = False
    verdict: Name | None = None
    grades: dict[Name, Name] | None = None
    routes: dict[Name, Name] | None = None
    score: Name | None = None
    parameters: dict[Name, Parameter] = Field(default_factory=dict)
    checklists: dict[Name, Checklist] = Field(default_factory=dict)
    recognition: tuple[Recognition, ...] = ()
    facts: dict[Name, AnyFact] = Field(default_factory=dict)
    clauses: tuple[AnyClause, ...] = Field(default=(), alias="clause")

    @model_validator(mode="after")
    def _hangs_together(self) -> Self:
        if errors := list(lint.errors(self)):
            raise DocumentRefused(self.edition, errors)
        return self

    def __hash__(self) -> int:
        """By what the file says, so that what is prepared of an edition can be kept."""
        return hash(self._sha256)

    @property
    def edition(self) -> str:
        """What this edition is called: the document and its first day."""
        return f"{self.id}-{self.effective_from}"

    def parameter(self, name: str) -> Parameter:
        """A named figure with its unit and status. Raises KeyError for one the file lacks."""
        return self.parameters[name]

    def status_of(self, part: Clause | Parameter | Checklist | Recognition) -> Status:
        """How far a part of the document may be relied on."""
        return part.status or self.status

    def source_of(self, part: Clause | Parameter | Checklist | Recognition) -> Source:
        """Where a part of the document is taken from."""
        return part.source or self.source

    @cached_property
    def by_id(self) -> dict[str, Clause]:
        """The clauses by name, in the order of the file."""
        return {clause.id: clause for clause in self.clauses}

    @cached_property
    def ladder(self) -> tuple[str, ...]:
        """The grades, lowest first; empty for a document without grades."""
        place = {clause.id: index for index, clause in enumerate(self.clauses)}
        grades = self.grades or {}
        return tuple(sorted(grades, key=lambda grade: place[grades[grade]]))

    @cached_property
    def _sha256(self) -> str:
        said = {key: value for key, value in plain(self).items() if key != "checked"}
        canonical = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(canonical.encode()).hexdigest()

    @cached_property
    def asked(self) -> dict[str, str]:
        """Grades, lowest first, or routes, as the file lists them; each with its condition."""
        return self.routes or {grade: (self.grades or {})[grade] for grade in self.ladder}

    def deciding(self, grade: str | None = None) -> tuple[str, ...]:
        """The clauses the answer rests on at the top: one, or with no grade or route named, all."""
        if grade is not None:
            return (self.asked[grade],)
        if self.verdict is not None:
            return (self.verdict,)
        return tuple(self.asked.values())

    def touched(self, grade: str | None = None) -> tuple[Clause, ...]:
        """The clauses an answer about a grade, a route or the whole stands on, as in the file."""
        wanted = {*self.deciding(grade), *([self.score] if self.score else [])}
        for clause in reversed(self.clauses):
            if clause.id in wanted:
                wanted.update(clause.clauses_named)
        return tuple(clause for clause in self.clauses if clause.id in wanted)


def load(text: str | bytes, file: str = "") -> Document:
    """Read a policy file (TOML). `file` is only its name in a refusal.

    Raises:
        DocumentRefused: it is not TOML, has a key too many or too few, or does not hang together.
    """
    try:
        written = tomllib.loads(text.decode() if isinstance(text, bytes) else text)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DocumentRefused(file, [FieldError("toml", "not-toml", str(error))]) from error
    return shape(written, file)


def shape(written: dict[str, Any], file: str = "") -> Document:
    """Give an edition its shape: what a file or the database holds, as plain data.

    Raises:
        DocumentRefused: as `load`.
    """
    try:
        return Document.model_validate(written)
    except ValidationError as error:
        raise DocumentRefused(file, list(_misshapen(error, written))) from error
    except DocumentRefused as refused:
        raise DocumentRefused(file or refused.facts["file"], list(refused.errors)) from None


def _misshapen(error: ValidationError, written: dict[str, Any]) -> Iterator[FieldError]:
    """What does not fit the shape, said by the id of its clause rather than by its number."""
    for wrong in error.errors(include_url=False):
        place = [str(step) for step in wrong["loc"]]
        if place[:1] == ["clause"] and len(place) > 1:
            clause = written["clause"][int(place[1])]
            name = clause.get("id", place[1]) if isinstance(clause, dict) else place[1]
            place[:2] = [f"clause {name}"]
        yield FieldError(" ".join(place), wrong["type"].replace("_", "-"), wrong["msg"])


def plain(document: Document) -> dict[str, Any]:
    """The edition as plain JSON data: what its file says, nothing filled in."""
    return document.model_dump(mode="json", by_alias=True, exclude_unset=True)


def digest(document: Document) -> str:
    """SHA-256 over the canonical JSON (RFC 8785) of the edition, as hexadecimal digits.

    The day somebody last compared the file with its source is no part of the rule and not in it.
    Names are ASCII and numbers integers below 2^53, where sorting by code point and writing
    integers plainly is the canonical form.
    """
    return document._sha256
