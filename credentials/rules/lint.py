"""What a policy file must keep to beyond its shape, said clause by clause, all faults at once."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from credentials.rules.clauses import (
    All,
    AnyOf,
    AtLeast,
    AtMost,
    Bands,
    BestOf,
    Choices,
    Clause,
    Count,
    Is,
    Leaf,
    NoneOf,
    Per,
    Provided,
    Python,
    Reach,
    Sum,
    Worth,
)
from credentials.rules.columns import FUNCTIONS
from credentials.rules.facts import Amount, Choice, Fact, Given, Ratio, Refused, lowest
from registry.platform.errors import FieldError
from registry.platform.i18n import N_

if TYPE_CHECKING:
    from credentials.rules.documents import Document

OVER_POINTS = (Sum, BestOf, Reach)
OVER_CONDITIONS = (All, AnyOf, NoneOf, Count, Worth)
MOST_STEPS = 10_000
"""More steps than any table has; keeps points far from overflow and what-if questions short."""


def errors(document: Document) -> Iterator[FieldError]:
    """Every fault of a document that has the right shape."""
    earlier: dict[str, Clause] = {}
    for clause in document.clauses:
        yield from (_wrong(clause, *fault) for fault in _place(clause, document, earlier))
        if isinstance(clause, Leaf) and clause.fact in document.facts:
            fact = document.facts[clause.fact]
            yield from (_wrong(clause, *fault) for fault in _leaf(clause, fact))
        earlier[clause.id] = clause
    yield from _facts(document)
    yield from _top(document, earlier)
    yield from _beside(document, earlier)


def _wrong(clause: Clause, code: str, message: str, **facts: Any) -> FieldError:
    return FieldError(f"clause {clause.id}", code, message, facts)


Fault = tuple[str, str]


def _place(clause: Clause, document: Document, earlier: dict[str, Clause]) -> Iterator[Fault]:
    """What a clause may name: facts of the file, and clauses before it of the right sort."""
    if clause.id in earlier:
        yield "id-twice", N_("这一编号已经用过。")
    for fact in clause.facts_named:
        if fact not in document.facts:
            yield "unknown-fact", N_("所引事实未在文件中列明。")
    for name in clause.clauses_named:
        if name not in earlier:
            yield "not-earlier", N_("只能引用排在前面的条款。")
        elif isinstance(clause, OVER_POINTS) and not earlier[name].gives_points:
            yield "no-points", N_("这里须引用计分的条款。")
        elif isinstance(clause, OVER_CONDITIONS) and earlier[name].gives_points:
            yield "no-condition", N_("这里须引用条件，不能引用计分的条款。")
    if isinstance(clause, Provided):
        yield from _provided(clause, earlier)
    if clause.unit is not None and not (clause.gives_points or isinstance(clause, Reach)):
        yield "unit-without-points", N_("不计分的条款没有单位。")
    if len(set(clause.clauses_named)) < len(clause.clauses_named):
        yield "named-twice", N_("同一条款引用了两次。")
    if isinstance(clause, Count) and clause.count.need > len(clause.count.of):
        yield "too-many-needed", N_("要求满足的数目多于所列条件。")
    if isinstance(clause, Python) and clause.python not in FUNCTIONS:
        yield "unknown-function", N_("没有登记过这个函数。")


def _provided(clause: Provided, earlier: dict[str, Clause]) -> Iterator[Fault]:
    points, when = (earlier.get(name) for name in clause.clauses_named)
    if points is not None and not points.gives_points:
        yield "no-points", N_("这里须引用计分的条款。")
    if when is not None and when.gives_points:
        yield "no-condition", N_("这里须引用条件，不能引用计分的条款。")


def _leaf(clause: Leaf, fact: Fact) -> Iterator[Fault]:
    """Whether the figures of a leaf are figures its fact can have."""
    match clause:
        case Bands():
            yield from _bands(clause, fact)
        case Choices():
            if not isinstance(fact, Choice):
                yield "wrong-kind", N_("这种条款与所引事实的类型不合。")
            elif set(clause.choices) != set(fact.ids):
                yield "choices-differ", N_("须恰好列出该事实的全部选项。")
        case Per():
            yield from _per(clause, fact)
        case AtLeast(at_least=mark) | AtMost(at_most=mark) | Is(is_=mark):
            if isinstance(fact, Ratio) and not isinstance(clause, AtLeast):
                yield "wrong-kind", N_("这种条款与所引事实的类型不合。")
            yield from _mark(mark, fact)


def _mark(mark: Given, fact: Fact) -> Iterator[Fault]:
    try:
        fact.value(mark)
    except Refused as refused:
        yield "mark-impossible", str(refused)


def _bands(clause: Bands, fact: Fact) -> Iterator[Fault]:
    if not isinstance(fact, Amount | Ratio):
        yield "wrong-kind", N_("这种条款与所引事实的类型不合。")
        return
    impossible = [fault for start, _ in clause.bands for fault in _mark(start, fact)]
    if impossible:
        yield impossible[0]
        return
    starts = [fact.value(start) for start, _ in clause.bands]
    if starts[0] != lowest(fact):
        yield "bands-begin-late", N_("分档须从该事实的最小值开始。")
    if any(upper <= lower for lower, upper in pairwise(starts)):
        yield "bands-unordered", N_("分档须由低到高，不得重叠。")


def _per(clause: Per, fact: Fact) -> Iterator[Fault]:
    rate = clause.per
    if not isinstance(fact, Amount) or fact.least < 0:
        yield "wrong-kind", N_("这种条款与所引事实的类型不合。")
        return
    if rate.at_most is not None and rate.at_most * rate.points <= 0:
        yield "cap-other-side", N_("封顶分值须与计分方向一致。")
    elif rate.steps(fact.most) > MOST_STEPS:
        yield "no-cap", N_("计分级数过多：须有封顶分值，或为该事实规定最大值。")


def _facts(document: Document) -> Iterator[FieldError]:
    used = {fact for clause in document.clauses for fact in clause.facts_named}
    for name, fact in document.facts.items():
        if name not in used:
            yield FieldError(f"facts {name}", "unused-fact", N_("没有条款用到这一事实。"))
        if isinstance(fact, Choice) and len(set(fact.ids)) < len(fact.ids):
            yield FieldError(f"facts {name}", "id-twice", N_("这一编号已经用过。"))
        if isinstance(fact, Amount) and fact.least > fact.most:
            yield FieldError(f"facts {name}", "range-empty", N_("最小值大于最大值。"))
        elif fact.if_absent is not None:
            for code, message in _mark(fact.if_absent.value, fact):
                yield FieldError(f"facts {name}", code, message)


def _top(document: Document, clauses: dict[str, Clause]) -> Iterator[FieldError]:
    """What the file as a whole answers: a verdict or grades, and perhaps a score."""
    named = (document.verdict, document.grades, document.routes)
    answers = [each is not None for each in named]
    if document.repealed:
        if any(answers) or document.clauses or document.score:
            yield FieldError("repealed", "repealed-rules", N_("废止的版本不能再有条款。"))
        return
    if document.figures_alone:
        if any(answers) or document.clauses or document.score or not document.parameters:
            message = N_("只有数值的文件不能有条款，须有数值。")
            yield FieldError("figures_alone", "figures-alone-rules", message)
        return
    if sum(answers) != 1:
        yield FieldError(
            "verdict", "verdict-or-grades", N_("须且只须写明 verdict、grades、routes 之一。")
        )
    grades = document.grades or document.routes or {}
    if answers[1:] != [False, False] and (not grades or len(set(grades.values())) < len(grades)):
        yield FieldError("grades", "grades-alike", N_("每一级、每一途径须有自己的条件。"))
    for name in (*grades.values(), *([document.verdict] if document.verdict else ())):
        if name not in clauses or clauses[name].gives_points:
            yield FieldError(name, "no-condition", N_("这不是文件中的条件。"))
    name = document.score
    if name and not (name in clauses and clauses[name].gives_points):
        yield FieldError(name, "no-points", N_("这不是文件中计分的条款。"))


def _beside(document: Document, clauses: dict[str, Clause]) -> Iterator[FieldError]:
    """Check-lists and links stand beside the clauses and name only what is in the file."""
    for name, checklist in document.checklists.items():
        opened_by = checklist.opened_by
        if opened_by and (opened_by not in clauses or clauses[opened_by].gives_points):
            yield FieldError(f"checklists {name}", "no-condition", N_("这不是文件中的条件。"))
    for link in document.recognition:
        if link.grade not in (document.grades or {}):
            field = f"recognition {link.document} {link.grade}"
            yield FieldError(field, "no-grade", N_("这不是文件中的等级。"))
