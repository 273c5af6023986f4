"""What a statement of a determination says: person, policy edition, verdict, every clause."""

from collections.abc import Iterator, Sequence

from certificates.contents import (
    Cell,
    Column,
    Content,
    Listing,
    Note,
    Outcome,
    Particular,
    Row,
    Tone,
)
from certificates.phrases import day, moment, plain, say
from certificates.wording import Phrase
from certificates.words import StatementKind
from credentials import determinations, facts, policy
from credentials.facts import Fact
from credentials.rules import explain, wording
from credentials.rules.clauses import Reach
from credentials.rules.documents import Document
from credentials.rules.evaluator import Verdict
from credentials.rules.explain import Answer, Finding
from credentials.rules.sources import Text
from credentials.tables import Confirmation, Determination
from registry.tables import Account

_SHARES = (
    ("place", 6),
    ("clause", 39),
    ("needed", 17),
    ("found", 16),
    ("points", 11),
    ("status", 11),
)


async def content(
    kept: Determination,
    confirmation: Confirmation,
    who: tuple[Particular, ...],
    holder: str,
    issuer: Phrase,
) -> Content:
    """Choose what a statement of a confirmed determination says."""
    document = (await policy.edition(kept.edition)).document
    answer = determinations.answer_of(kept)
    officer = await Account.objects().get(Account.id == confirmation.confirmed_by)
    assert officer is not None, "foreign keys hold accounts in place"
    columns = tuple(
        Column(label=say("column", name), share=share, figures=name == "points")
        for name, share in _SHARES
    )
    clauses = Listing(
        title=say("listing", "clauses"),
        columns=columns,
        rows=tuple(_rows(answer.findings, facts.read(kept.facts))),
    )
    return Content(
        kind=StatementKind.ELIGIBILITY,
        title=say("title", StatementKind.ELIGIBILITY),
        holder=holder,
        particulars=(*who, *_particulars(kept, document, answer)),
        outcome=_outcome(document, answer),
        listings=(clauses,),
        notes=tuple(_notes(answer)),
        digests=(
            _told("edition_digest", plain(answer.digest), wide=True),
            _told("facts_digest", plain(kept.facts_digest), wide=True),
        ),
        responsible=(
            _told("confirmed_by", plain(officer.display_name)),
            _told("confirmed_at", moment(confirmation.confirmed_at)),
        ),
        issuer=issuer,
    )


def _phrase(text: Text) -> Phrase:
    return Phrase(zh=" ".join(text.zh.split()), en=" ".join(text.en.split()))


def _told(label: str, value: Phrase, *, wide: bool = False) -> Particular:
    return Particular(label=say("label", label), value=value, wide=wide)


def _particulars(kept: Determination, document: Document, answer: Answer) -> Iterator[Particular]:
    source = document.source
    yield _told("made_at", moment(kept.made_at))
    yield _told("policy", _phrase(document.title), wide=True)
    yield _told("source", plain(f"{source.issuer} {source.number}"), wide=True)
    yield _told("citation", plain(source.citation), wide=True)
    yield _told("edition", plain(answer.edition))
    yield _told("day", day(kept.day))
    if answer.grade is not None:
        condition = document.by_id[document.asked[answer.grade]]
        yield _told("asked", _phrase(condition.text), wide=True)
    elif document.asked:
        met = [each for each in answer.findings if each.clause in document.deciding()]
        said = [_phrase(each.text) for each in met if each.outcome is explain.Outcome.MET]
        which = Phrase(zh="；".join(p.zh for p in said), en="; ".join(p.en for p in said))
        yield _told("met", which if said else say("line", "none_met"), wide=True)
    if kept.known_by not in (None, kept.day):
        yield _told("known_by", day(kept.known_by))


def _outcome(document: Document, answer: Answer) -> Outcome:
    """The verdict, and where the document has a score its points and the mark to reach."""
    said = say("verdict", answer.verdict)
    good = answer.verdict is Verdict.YES
    if document.score is None:
        return Outcome(said=said, good=good)
    unit = document.by_id[document.score].unit
    if unit is not None:
        figure = wording.interval(answer.proven, answer.possible, unit).zh
        return Outcome(said=said, good=good, figure=figure, unit=say("label", "proven_alone"))
    marks = {
        clause.reach.points
        for clause in document.touched(answer.grade)
        if isinstance(clause, Reach) and clause.reach.clause == document.score
    }
    figure = _points(answer.proven, answer.possible)
    if len(marks) != 1:
        return Outcome(said=said, good=good, figure=figure, unit=say("label", "proven_alone"))
    figure = f"{figure} / {marks.pop()}"
    return Outcome(said=said, good=good, figure=figure, unit=say("label", "proven"))


def _points(proven: int, possible: int) -> str:
    return str(proven) if proven == possible else f"{proven}–{possible}"


def _rows(findings: tuple[Finding, ...], given: Sequence[Fact]) -> Iterator[Row]:
    """The clauses as a tree: what one stands on below it, set in, each clause once."""
    bases = {fact.name: say("basis", fact.basis) for fact in given}
    by_name = {finding.clause: finding for finding in findings}
    named = {name for finding in findings for name in finding.of}
    places: dict[str, int] = {}

    def below(finding: Finding, depth: int) -> Iterator[Row]:
        known = [name for name in finding.of if name in places]
        places[finding.clause] = len(places) + 1
        basis = bases.get(finding.fact or "") if finding.value is not None else None
        yield _row(finding, basis, depth, places[finding.clause], [places[n] for n in known])
        for name in finding.of:
            if name in by_name and name not in places:
                yield from below(by_name[name], depth + 1)

    for finding in findings:
        if finding.clause not in named:
            yield from below(finding, 0)


def _row(
    finding: Finding, basis: Phrase | None, depth: int, place: int, elsewhere: list[int]
) -> Row:
    """One clause; `basis` is what stands behind its fact, `elsewhere` what it has above already."""
    text, unsettled = _phrase(finding.text), not finding.status.settled
    if elsewhere:
        listed = say("line", "includes", places="、".join(map(str, elsewhere)))
        english = say("line", "includes", places=", ".join(map(str, elsewhere)))
        text = Phrase(zh=f"{text.zh}（{listed.zh}）", en=f"{text.en} ({english.en})")
    found = _phrase(finding.found) if finding.fact else plain("")
    if finding.missing:
        found = say("line", "missing")
    return Row(
        cells=(
            Cell(zh=str(place), en=""),
            Cell(zh=text.zh, en=text.en, source=" ".join(finding.cite.split())),
            _cell(_phrase(finding.needed)),
            Cell(zh=found.zh, en=found.en, source=f"{basis.zh} {basis.en}" if basis else ""),
            _result(finding),
            _cell(say("status", finding.status), Tone.WARNING if unsettled else Tone.PLAIN),
        ),
        depth=depth,
        tone=Tone.STRONG if finding.of and depth < 2 else Tone.PLAIN,
    )


def _cell(phrase: Phrase, tone: Tone = Tone.PLAIN) -> Cell:
    return Cell(zh=phrase.zh, en=phrase.en, tone=tone)


def _result(finding: Finding) -> Cell:
    """Points for what gives points, met or not for what is a condition."""
    if finding.outcome is not explain.Outcome.POINTS:
        return _cell(_phrase(explain.SAID[finding.outcome]), Tone.STRONG)
    return Cell(zh=_points(finding.proven, finding.possible), en="", tone=Tone.STRONG)


def _notes(answer: Answer) -> Iterator[Note]:
    if answer.relies_on:
        warning = say("note", "illustrative", number=len(answer.relies_on))
        yield Note(zh=warning.zh, en=warning.en, tone=Tone.WARNING)
    for name in (StatementKind.ELIGIBILITY, "replay", "standing"):
        said = say("note", name)
        yield Note(zh=said.zh, en=said.en)
