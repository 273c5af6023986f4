"""What a receipt says: which application was handed in, with what, and when."""

import hashlib
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from uuid import UUID

from certificates.contents import Cell, Column, Content, Listing, Note, Particular, Row
from certificates.phrases import day, moment, plain, say
from certificates.wording import Phrase, wording
from certificates.words import StatementKind
from credentials import facts, policy
from credentials.intake import contents
from credentials.rules import wording as spoken
from credentials.tables import Application, Declaration, Determination
from credentials.words import HAND_TO_EMPLOYER, SUBMIT, Level
from registry.platform import steps
from registry.tables import Document, Education, Employment, TechnologyContract

_FACTS = (("fact", 40), ("value", 30), ("basis", 30))
_FILES = (("file", 34), ("size", 12), ("digest", 54))
HANDED_IN = frozenset({SUBMIT.name, HAND_TO_EMPLOYER.name})
_EVIDENCE: dict[str, Any] = {
    "education": Education,
    "employment": Employment,
    "technology_contract": TechnologyContract,
    "declaration": Declaration,
}
"""Rows that facts are read from and that may carry a file, by the table their evidence names."""


async def content(
    case: Application, who: tuple[Particular, ...], holder: str, issuer: Phrase
) -> Content:
    """Choose what the receipt of an application says that has been handed in."""
    taken = [step for step in await steps.history(case.id) if step["step"] in HANDED_IN]
    at = taken[-1]["taken_at"]
    kept = await (
        Determination.objects()
        .where(Determination.application == case.id, Determination.made_at <= at)
        .order_by(Determination.made_at, ascending=False)
        .first()
    )
    assert kept is not None, "handing in makes a determination"
    filed = await contents.last(case)
    handed_in = filed.day if filed else case.submitted_on
    document = (await policy.edition(kept.edition)).document
    gathered = [fact for fact in facts.read(kept.facts) if fact.name in document.facts]
    rows = []
    for fact in gathered:
        asked, basis = document.facts[fact.name], say("basis", fact.basis)
        value = spoken.value(asked, fact.value)
        rows.append(
            Row(
                cells=(
                    Cell(zh=asked.text.zh, en=asked.text.en),
                    Cell(zh=value.zh, en=value.en),
                    Cell(zh=basis.zh, en=basis.en),
                )
            )
        )
    listings = [Listing(title=say("listing", "facts"), columns=_columns(_FACTS), rows=tuple(rows))]
    if files := await _files([line for fact in gathered for line in fact.evidence]):
        listings.append(
            Listing(title=say("listing", "files"), columns=_columns(_FILES), rows=files)
        )
    return Content(
        kind=StatementKind.RECEIPT,
        title=say("title", StatementKind.RECEIPT),
        holder=holder,
        particulars=(
            *who,
            *_particulars(case, handed_in, at, Phrase(zh=document.title.zh, en=document.title.en)),
        ),
        listings=tuple(listings),
        notes=tuple(_notes()),
        digests=tuple(_digests(case, at)),
        responsible=(Particular(label=say("label", "handed_in_at"), value=moment(at)),),
        issuer=issuer,
    )


def _particulars(
    case: Application, handed_in: date | None, at: datetime, conditions: Phrase
) -> Iterator[Particular]:
    assert handed_in is not None, "a receipt is of what was handed in"
    level = wording().levels[Level(case.level)]
    yield Particular(label=say("label", "reference"), value=plain(case.reference))
    yield Particular(label=say("label", "level"), value=level)
    yield Particular(label=say("label", "handed_in_on"), value=day(handed_in))
    yield Particular(label=say("label", "conditions"), value=conditions, wide=True)
    # What was mended since it was handed back is not what was handed in.
    if case.saved_at <= at:
        said = say("line", "characters", number=len(case.statement))
        yield Particular(label=say("label", "statement"), value=said)


def _digests(case: Application, at: datetime) -> Iterator[Particular]:
    if case.saved_at <= at:
        digest = hashlib.sha256(case.statement.encode()).hexdigest()
        yield Particular(label=say("label", "statement_digest"), value=plain(digest), wide=True)


def _columns(shares: tuple[tuple[str, int], ...]) -> tuple[Column, ...]:
    return tuple(
        Column(label=say("column", name), share=share, figures=name == "size")
        for name, share in shares
    )


async def _files(evidence: list[str]) -> tuple[Row, ...]:
    """The files behind the rows that the facts were read from, each once."""
    named: set[UUID] = set()
    for line in evidence:
        table, _, identifier = line.partition(":")
        if table in _EVIDENCE:
            row = await _EVIDENCE[table].objects().get(_EVIDENCE[table].id == UUID(identifier))
            named |= {row.evidence} if row is not None and row.evidence else set()
    if not named:
        return ()
    found = await (
        Document.select(Document.name, Document.size, Document.sha256)
        .where(Document.id.is_in([*named]))
        .order_by(Document.uploaded_at)
        .order_by(Document.sha256)
    )
    return tuple(
        Row(
            cells=(
                Cell(zh=" ".join(file["name"].split()), en=""),
                Cell(zh=f"{file['size']:,}", en=""),
                Cell(zh="", en=file["sha256"]),
            )
        )
        for file in found
    )


def _notes() -> Iterator[Note]:
    said = say("note", StatementKind.RECEIPT)
    yield Note(zh=said.zh, en=said.en)
