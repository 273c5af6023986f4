"""What an application said each time it was handed in, and what has changed since."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import uuid4

from pydantic import BaseModel, ConfigDict, Field

from credentials.intake import contents, words
from credentials.intake.contents import may_change
from credentials.intake.tables import Submission
from credentials.tables import Application
from registry import profile
from registry.platform import clock
from registry.tables import Organisation
from registry.words import OrganisationKind

TITLE = {
    "education": ("school", "degree", "subject"),
    "employment": ("employer", "post"),
    "titles": ("title", "granted_by"),
    "contracts": ("registration_number", "title"),
}
"""What names an entry of a profile to a reader."""
SAID = {
    "education": ("school", "degree", "subject", "graduated_on"),
    "employment": ("employer", "post", "technology_transfer", "began_on", "ended_on"),
    "titles": ("title", "level", "granted_by", "granted_on"),
    "contracts": ("registration_number", "title", "role", "amount_fen", "signed_on", "parties"),
}
"""Everything an entry says, but for its file."""


class Piece(BaseModel):
    """One piece of evidence, in words."""

    model_config = ConfigDict(frozen=True)

    function: str
    kind: str
    words: str
    document: str | None
    contract: str | None = None
    """Id of the entry of the profile."""
    text: str = ""
    day: str | None = None
    recommender: str | None = None


class Content(BaseModel):
    """An application, whole, as it was handed in. Texts are as the applicant wrote them."""

    model_config = ConfigDict(frozen=True)

    statement: str
    functions: dict[str, str]
    evidence: dict[str, Piece]
    employer: str | None
    self_employed: bool
    achievement: str | None
    profile: dict[str, dict[str, str]]
    """What names each entry to a reader, by kind and id."""
    entries: dict[str, dict[str, dict[str, Any]]] = Field(default_factory=dict)
    """The same entries with everything they say; none of what was kept before that was."""


@dataclass(frozen=True)
class Change:
    """One difference: the field, and what it said before and says now (None: not there)."""

    field: str
    before: str | None
    after: str | None

    @property
    def changed(self) -> bool:
        """Whether it is a difference, or was asked for and stayed as it was."""
        return self.before != self.after


async def present(case: Application) -> Content:
    """The application as it stands."""
    filing = await contents.filing(case)
    employer = None
    if filing.employer is not None:
        employer = await (
            Organisation.select(Organisation.name)
            .where(Organisation.kind == OrganisationKind.EMPLOYER)
            .where(Organisation.id == filing.employer)
            .first()
        )
    parts = await profile.whole(case.person)
    return Content(
        statement=case.statement,
        functions={row.function: row.account for row in await contents.functions(case)},
        evidence={
            str(row.id): Piece(
                function=row.function,
                kind=row.kind,
                words=_words(row),
                document=str(row.document) if row.document else None,
                contract=_contract(row),
                text=row.text or "",
                day=row.day.isoformat() if row.day else None,
                recommender=row.recommender,
            )
            for row in await contents.evidence(case)
        },
        employer=employer["name"] if employer else None,
        self_employed=bool(filing.self_employed),
        achievement=filing.achievement,
        profile={
            kind: {str(row.id): _entry(kind, row) for row in rows} for kind, rows in parts.items()
        },
        entries={
            kind: {str(row.id): _whole(kind, row) for row in rows} for kind, rows in parts.items()
        },
    )


def _contract(row: Any) -> str | None:
    named = row.contract is not None and row.contract.id is not None
    return str(row.contract.id) if named else None


def _whole(kind: str, row: Any) -> dict[str, Any]:
    """What an entry says, as JSON: days as ISO 8601."""
    values = {name: getattr(row, name) for name in SAID[kind]}
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in values.items()
    }


def _words(row: Any) -> str:
    if row.contract is not None and row.contract.id is not None:
        contract = row.contract
        return f"{contract.registration_number} {contract.title}"
    said = [row.recommender, row.unit, row.day.isoformat() if row.day else None, row.text]
    return " · ".join(each for each in said if each)


def _entry(kind: str, row: Any) -> str:
    named = [str(getattr(row, column)) for column in TITLE[kind]]
    return " · ".join([*named, "+" if row.evidence else ""]).removesuffix(" · ")


async def keep(case: Application, on: date) -> Submission:
    """Keep what is handed in. Call inside the transaction of the step.

    Of the profile, parts that a notice did not ask for stay as they were handed in before.
    """
    said, before = await present(case), await contents.last(case)
    opened = await contents.reopened(case)
    if before is not None and opened is not None:
        old = read(before)
        shut = [kind for kind in said.profile if not may_change(opened, f"profile:{kind}")]
        said = said.model_copy(
            update={
                "profile": said.profile | {kind: old.profile[kind] for kind in shut},
                "entries": said.entries | {kind: old.entries.get(kind, {}) for kind in shut},
            }
        )
    row = Submission(
        id=uuid4(),
        application=case.id,
        day=on,
        made_at=clock.now(),
        content=said.model_dump_json(),
    )
    await row.save()
    return row


async def handed_in(case: Application) -> Content:
    """What an application said when it was last handed in, whatever the profile says since."""
    row = await contents.last(case)
    return read(row) if row is not None else await present(case)


def read(row: Submission) -> Content:
    """What was handed in, in its shape."""
    return Content.model_validate_json(row.content)


async def since_notice(case: Application) -> list[Change]:
    """What has changed since the newest notice, and what it asked for and stayed as it was."""
    asked = await contents.notices(case)
    if not asked:
        return []
    before = await Submission.objects().get(Submission.id == asked[-1].submission)
    newest = await contents.last(case)
    assert before is not None, "a notice answers what was handed in"
    assert newest is not None, "and it stays on record"
    after = await present(case) if newest.id == before.id else read(newest)
    fields = frozenset(item.field for item in await contents.items(asked[-1:]))
    return changes(read(before), after, fields)


def changes(before: Content, after: Content, asked: frozenset[str]) -> list[Change]:
    """The differences between two states, by field; an asked field without any is listed too."""
    old, new = _flat(before), _flat(after)
    found = [
        Change(field, old.get(field), new.get(field))
        for field in {**old, **new}
        if old.get(field) != new.get(field)
        and (not field.startswith("profile:") or field.partition("#")[0] in asked)
    ]
    touched = {change.field.partition("#")[0] for change in found}
    return found + [
        Change(field, old.get(field), old.get(field))
        for field in sorted(asked)
        if field not in touched and not (field == words.FUNCTIONS and _of_functions(touched))
    ]


def _of_functions(touched: set[str]) -> bool:
    return any(field.startswith(("function:", "evidence:")) for field in touched)


def _flat(said: Content) -> dict[str, str]:
    """Every field with its words; an entry of the profile is `<field>#<id>`."""
    flat = {words.STATEMENT: said.statement}
    flat |= {words.of_function(name): text for name, text in said.functions.items()}
    flat |= {words.of_evidence(name): piece.words for name, piece in said.evidence.items()}
    flat[words.EMPLOYER] = said.employer or ("—" if said.self_employed else "")
    if said.achievement:
        flat[words.ACHIEVEMENT] = said.achievement
    for kind, entries in said.profile.items():
        flat |= {f"profile:{kind}#{name}": text for name, text in entries.items()}
    return flat
