"""What a clause asks for and what was found, in words made from the clause itself.

Figures are said from the data, so that no sentence can disagree with the number that decides.
Both languages at once, because a finding is kept for good and read in either.
"""

from decimal import ROUND_FLOOR, Decimal
from functools import lru_cache

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
    Reach,
    Sum,
    Worth,
)
from credentials.rules.facts import Amount, Choice, Day, Fact, Given, YesNo
from credentials.rules.sources import Text, Unit

NO_EVIDENCE = Text(zh="没有证据", en="no evidence")
YES, NO = Text(zh="是", en="yes"), Text(zh="否", en="no")
OFTEN_SAID = 4096
"""Small figures come again and again, person by person: so many sentences are kept."""
SHOWN_TO = Decimal("0.01")
"""Divided amounts are said to hundredths and rounded down: nobody is told of a mark not reached."""


@lru_cache(maxsize=OFTEN_SAID)
def amount(value: int, unit: Unit, divide: int = 1) -> Text:
    """Say so many of a unit: 1800 minutes by 45 are `40 学时`, `40 class hours`."""
    if divide == 1:
        said = f"{value:,}"
    else:
        exact = (Decimal(value) / divide).quantize(SHOWN_TO, ROUND_FLOOR)
        said = f"{exact:,}".rstrip("0").rstrip(".")
    named = unit.one if unit.one and said == "1" else unit.en
    return Text(zh=f"{said} {unit.zh}", en=f"{said} {named}")


@lru_cache(maxsize=OFTEN_SAID)
def points(value: int, unit: Unit | None = None) -> Text:
    """Say so many points, or so many of what a clause's points count."""
    if unit is not None:
        return amount(value, unit)
    return Text(zh=f"{value} 分", en=f"{value} point" if abs(value) == 1 else f"{value} points")


def value(fact: Fact, given: Given) -> Text:
    """Say a value of a fact that is known to be one it can have."""
    if isinstance(fact, Choice):
        return _chosen(fact.among[int(fact.value(given))])
    if isinstance(fact, YesNo):
        return YES if given else NO
    if isinstance(fact, Amount) and isinstance(given, int):
        shown = fact.shown_as
        return amount(given, shown.unit, shown.divide) if shown else amount(given, fact.unit)
    return Text(zh=str(given), en=str(given))


@lru_cache(maxsize=OFTEN_SAID)
def _chosen(option: Choice.Option) -> Text:
    return Text(zh=option.zh, en=option.en)


def needed(clause: Clause, facts: dict[str, Fact]) -> Text:
    """Say what a clause asks for, or how it gives points."""
    if isinstance(clause, Leaf):
        return _leaf(clause, facts[clause.fact])
    match clause:
        case Sum():
            return Text(zh="各项相加", en="its items added up")
        case BestOf():
            return Text(zh="取最高一项", en="the highest of its items")
        case All():
            return Text(zh="须全部满足", en="all of its conditions")
        case AnyOf():
            return Text(zh="满足其中一项即可", en="any one of its conditions")
        case NoneOf():
            return Text(zh="均不得出现", en="none of its conditions")
        case Count(count=tally):
            return Text(
                zh=f"至少满足其中 {tally.need} 项", en=f"at least {tally.need} of its conditions"
            )
        case Reach(reach=stake):
            mark = points(stake.points, clause.unit)
            return Text(zh=f"不少于 {mark.zh}", en=f"at least {mark.en}")
        case Worth(worth=stake):
            worth = points(stake.points, clause.unit)
            return Text(zh=f"满足时计 {worth.zh}", en=f"{worth.en} when met")
        case Provided():
            return Text(zh="满足条件时计分", en="its points, on its condition")
    return clause.text


def _leaf(clause: Leaf, fact: Fact) -> Text:
    match clause:
        case AtLeast(at_least=mark):
            said = value(fact, mark)
            if isinstance(fact, Choice):
                return Text(zh=f"{said.zh}及以上", en=f"{said.en} or above")
            if isinstance(fact, Day):
                return Text(zh=f"{said.zh}及以后", en=f"{said.en} or later")
            return Text(zh=f"不少于 {said.zh}", en=f"at least {said.en}")
        case AtMost(at_most=mark):
            said = value(fact, mark)
            if isinstance(fact, Choice):
                return Text(zh=f"{said.zh}及以下", en=f"{said.en} or below")
            if isinstance(fact, Day):
                return Text(zh=f"{said.zh}及以前", en=f"{said.en} or earlier")
            if mark == 0:
                return Text(zh="没有", en="none")
            return Text(zh=f"不多于 {said.zh}", en=f"at most {said.en}")
        case Is(is_=mark):
            return value(fact, mark)
        case Per(per=rate):
            return _per(rate, fact, clause.unit)
        case Bands(bands=table):
            best = points(max(worth for _, worth in table), clause.unit)
            return Text(zh=f"按分档计分，最高 {best.zh}", en=f"by bands, up to {best.en}")
        case Choices(choices=table):
            best = points(max(table.values()), clause.unit)
            return Text(zh=f"按项计分，最高 {best.zh}", en=f"by choice, up to {best.en}")
    return clause.text


def _per(rate: Per.Rate, fact: Fact, unit: Unit | None) -> Text:
    each, worth = value(fact, rate.each), points(rate.points, unit)
    zh, en = f"每满 {each.zh}计 {worth.zh}", f"{worth.en} for every full {each.en}"
    if rate.once:
        first = value(fact, rate.once)
        zh, en = f"{zh}，满 {first.zh}起计", f"{en}, once {first.en} are reached"
    if rate.at_most is not None:
        cap = points(rate.at_most, unit)
        zh, en = f"{zh}，封顶 {cap.zh}", f"{en}, up to {cap.en}"
    return Text(zh=zh, en=en)


def found(fact: Fact, given: Given) -> Text:
    """Say what the evidence shows; what no record counts as is said as such."""
    if given is not None:
        return value(fact, given)
    if fact.if_absent is None:
        return NO_EVIDENCE
    assumed = value(fact, fact.if_absent.value)
    return Text(
        zh=f"无记录，按 {assumed.zh}计（{fact.if_absent.cite}）",
        en=f"no record, taken as {assumed.en} ({fact.if_absent.cite})",
    )


@lru_cache(maxsize=OFTEN_SAID)
def interval(proven: int, possible: int, unit: Unit | None = None) -> Text:
    """Say points proven and possible."""
    most = points(possible, unit)
    if proven == possible:
        return most
    return Text(zh=f"{proven} 至 {most.zh}", en=f"{proven} to {most.en}")
