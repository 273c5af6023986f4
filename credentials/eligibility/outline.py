"""A policy document as a tree that people read: what it comes to on top, its parts below.

The words are the document's own, and the figures are said from the clauses that decide. With an
answer, every clause carries how it turned out for the person it is about.
"""

from dataclasses import dataclass
from itertools import chain

from credentials.rules import wording
from credentials.rules.clauses import Clause, Leaf, Reach, Worth
from credentials.rules.documents import Document
from credentials.rules.explain import Answer, Finding, Outcome
from credentials.rules.facts import Fact
from credentials.rules.sources import Source, Status, Text


@dataclass(frozen=True)
class Node:
    """One clause with the clauses it stands on."""

    clause: Clause
    title: Text
    needed: Text
    status: Status
    source: Source
    finding: Finding | None
    """How it turned out, where somebody is asked about."""
    figure: Text | None
    """Points proven and possible, in what they count; None for a condition or nobody's."""
    parts: tuple["Node", ...]
    leads: bool
    """It is the score, or stands on it: where the points are."""
    again: bool
    """Its parts are shown where it stands for the first time."""

    @property
    def nothing(self) -> bool:
        """Points it neither gives nor could give: to be told last."""
        found = self.finding
        return found is not None and found.outcome is Outcome.POINTS and not _moves(found)

    @property
    def open(self) -> bool:
        """A condition that is not met as things stand: its parts are where to look."""
        return self.finding is not None and self.finding.outcome in (
            Outcome.NOT_MET,
            Outcome.UNKNOWN,
        )


def _moves(found: Finding) -> bool:
    return bool(found.proven or found.possible)


def outline(
    document: Document, answer: Answer | None = None, grade: str | None = None
) -> tuple[Node, ...]:
    """The clauses the document comes to, each with its parts; the score where nothing names it."""
    findings = {each.clause: each for each in answer.findings} if answer else {}
    tops = [*document.deciding(grade)]
    reached = {part for clause in document.touched(grade) for part in clause.clauses_named}
    if document.score is not None and document.score not in {*tops, *reached}:
        tops.append(document.score)
    shown: set[str] = set()
    return tuple(_node(document, top, findings, shown) for top in tops)


def _node(document: Document, name: str, findings: dict[str, Finding], shown: set[str]) -> Node:
    clause = document.by_id[name]
    again = name in shown and bool(clause.clauses_named)
    shown.add(name)
    below = () if again else clause.clauses_named
    parts = tuple(_node(document, each, findings, shown) for each in below)
    finding = findings.get(name)
    return Node(
        clause=clause,
        title=title(document, clause),
        needed=wording.needed(clause, document.facts),
        status=document.status_of(clause),
        source=document.source_of(clause),
        finding=finding,
        figure=_figure(clause, finding),
        parts=parts,
        leads=name == document.score or any(part.leads for part in parts),
        again=again,
    )


def _figure(clause: Clause, finding: Finding | None) -> Text | None:
    if finding is None or finding.outcome is not Outcome.POINTS:
        return None
    return wording.interval(finding.proven, finding.possible, clause.unit)


def title(document: Document, clause: Clause) -> Text:
    """What a clause is called in a list: its words, after what they are about.

    An item of a table says how many points, seldom what for: "积30分".
    """
    about = None
    if isinstance(clause, Leaf) and clause.gives_points:
        about = document.facts[clause.fact].text
    elif isinstance(clause, Worth):
        about = document.by_id[clause.worth.clause].text
    if about is None or about.zh == clause.text.zh:
        return clause.text
    return Text(zh=f"{about.zh}：{clause.text.zh}", en=f"{about.en}: {clause.text.en}")


def mark(document: Document) -> int | None:
    """The points the score has to reach, where a clause of the document says so: the least mark."""
    marks = [
        clause.reach.points
        for clause in document.clauses
        if isinstance(clause, Reach) and clause.reach.clause == document.score
    ]
    return min(marks, default=None)


@dataclass(frozen=True)
class Group:
    """Facts asked for together, under the part of the document that asks for them."""

    part: Clause | None
    """None: asked for by several parts (they come first), or beside all of them (last)."""
    title: Text | None
    shared: bool
    facts: dict[str, Fact]


def groups(document: Document, grade: str | None = None) -> list[Group]:
    """The facts a document asks for, in groups that follow its parts.

    The parts are the items of the score, or else what the deciding clauses stand on.
    """
    touched = document.touched(grade)
    wanted = {name for clause in touched for name in clause.facts_named}
    parts = {part: _facts_below(document, part) for part in _parts(document, grade)}
    asked = [*chain.from_iterable(parts.values())]
    shared = {name for name in wanted if asked.count(name) > 1}
    rows: list[tuple[Clause | None, set[str]]] = [(None, shared)]
    rows += [(document.by_id[part], names & wanted - shared) for part, names in parts.items()]
    rows.append((None, wanted.difference(asked)))
    return [
        Group(
            part=part,
            title=title(document, part) if part else None,
            shared=own is shared,
            facts={name: fact for name, fact in document.facts.items() if name in own},
        )
        for part, own in rows
        if own
    ]


def _parts(document: Document, grade: str | None) -> tuple[str, ...]:
    if document.score is not None and document.by_id[document.score].clauses_named:
        return document.by_id[document.score].clauses_named
    tops = document.deciding(grade)
    return tops if len(tops) > 1 else document.by_id[tops[0]].clauses_named or tops


def _facts_below(document: Document, name: str) -> set[str]:
    clause = document.by_id[name]
    below = (_facts_below(document, part) for part in clause.clauses_named)
    return {*clause.facts_named, *chain.from_iterable(below)}
