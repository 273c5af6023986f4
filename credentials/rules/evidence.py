"""From facts as people and records give them to columns, refusing what cannot be meant."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from credentials.rules.columns import Bools, Floats, Ints, Width, width
from credentials.rules.documents import Document
from credentials.rules.facts import Fact, Given, Ratio, Refused, highest, lowest
from registry.platform.errors import FieldError, RuleNotMet
from registry.platform.i18n import N_

Values = Ints | Floats
"""The values of one fact: whole numbers, or for a ratio quotients."""
DOCUMENTS_KEPT = 128
"""Editions whose tables stay prepared: far more than are in use at a time."""
Person = Mapping[str, Given]
"""One person's facts by name, as given; a fact left out, or None, is missing evidence."""


class FactsRefused(RuleNotMet):
    """Some fact is not of this document, of the wrong type, or out of its range; `errors` says."""

    def __init__(self, errors: Sequence[FieldError]) -> None:
        super().__init__(N_("所给事实有误，未作判断。"), errors=errors)


def columns(document: Document, people: Sequence[Person]) -> dict[str, Floats]:
    """A column for every fact of the document, a place for every person.

    Raises:
        FactsRefused: the fields are `person 0 education`, counted from 0.
    """
    return dict(zip(document.facts, _table(document, people), strict=True))


def _table(document: Document, people: Sequence[Person]) -> Floats:
    """What `columns` gives, one row a fact."""
    wrong: list[FieldError] = []
    table = np.full((len(document.facts), len(people)), np.nan)
    found = dict(zip(document.facts, table, strict=True))
    for index, person in enumerate(people):
        for name, given in person.items():
            try:
                if name not in found:
                    raise Refused(N_("本文件没有这一事实。"))
                if given is not None:
                    found[name][index] = document.facts[name].value(given)
            except Refused as refused:
                wrong.append(FieldError(f"person {index} {name}", "fact-impossible", str(refused)))
    if wrong:
        raise FactsRefused(wrong)
    return table


@dataclass(frozen=True)
class Scale:
    """How the values of a fact stand in its column: a ratio as it is, all else in narrow integers.

    Missing evidence reads as a value below every other, -1 unless the fact itself goes below 0; in
    a ratio it is NaN.
    """

    lowest: float
    highest: float
    width: Width | None
    below: int
    absent: float | None

    @classmethod
    def of(cls, fact: Fact) -> "Scale":
        """The scale of a fact."""
        least, most = lowest(fact), highest(fact)
        absent = None if fact.if_absent is None else fact.value(fact.if_absent.value)
        if isinstance(fact, Ratio):
            return cls(least, most, None, -1, absent)
        below = min(int(least), 0) - 1
        return cls(least, most, width(below, int(most)), below, absent)


@lru_cache(maxsize=DOCUMENTS_KEPT)
def _scales(document: Document) -> Mapping[str, Scale]:
    return {name: Scale.of(fact) for name, fact in document.facts.items()}


class Evidence:
    """The columns of one run, checked, with what no record counts as filled in."""

    def __init__(self, document: Document, given: Mapping[str, Floats]) -> None:
        sizes = {np.shape(column) for column in given.values()}
        if len(sizes) > 1 or any(len(size) != 1 for size in sizes):
            raise FactsRefused([FieldError("facts", "sizes-differ", N_("各列的人数不一致。"))])
        if unknown := [name for name in given if name not in document.facts]:
            message = N_("本文件没有这一事实。")
            raise FactsRefused([FieldError(name, "fact-impossible", message) for name in unknown])
        people = next(iter(sizes))[0] if sizes else 1
        self._scales = _scales(document)
        self._given = given
        self._nothing: Floats = np.full(people, np.nan)
        self._known: dict[str, tuple[Values, Bools | None]] = {}

    @classmethod
    def of_people(cls, document: Document, people: Sequence[Person]) -> "Evidence":
        """The evidence of people one by one: all facts at once, for there are more than people.

        Raises:
            FactsRefused: as `columns`.
        """
        table, scales = _table(document, people), _scales(document)
        evidence = cls(document, {})
        below = np.array([scale.below for scale in scales.values()], np.float64)[:, np.newaxis]
        whole, missing = np.fmax(table, below).astype(np.int64), np.isnan(table)
        for place, (name, scale) in enumerate(scales.items()):
            values = table[place] if scale.width is None else whole[place]
            evidence._known[name] = _filled(scale, values, missing[place])
        return evidence

    def of(self, name: str) -> tuple[Values, Bools | None]:
        """The values of a fact, and where evidence is missing; None when it is nowhere missing.

        How a missing value reads, its `Scale` says.
        """
        if name not in self._known:
            self._known[name] = self._look(self._scales[name], self._given.get(name))
        return self._known[name]

    def with_gaps(self, name: str) -> Floats:
        """The values of a fact with NaN where evidence is missing."""
        values, missing = self.of(name)
        return values.astype(np.float64) if missing is None else np.where(missing, np.nan, values)

    def _look(self, scale: Scale, given: Floats | None) -> tuple[Values, Bools | None]:
        column = self._nothing if given is None else np.asarray(given, np.float64)
        if np.count_nonzero((column < scale.lowest) | (column > scale.highest)):
            raise FactsRefused([FieldError("facts", "fact-impossible", N_("超出允许的范围。"))])
        if scale.width is None:
            return _filled(scale, column, np.isnan(column))
        values: Ints = np.fmax(column, scale.below).astype(scale.width)
        return _filled(scale, values, values == scale.below)


def _filled(scale: Scale, values: Values, missing: Bools) -> tuple[Values, Bools | None]:
    """With what no record counts as, where the document says so."""
    if not np.count_nonzero(missing):
        return values, None
    if scale.absent is not None:
        return np.where(missing, values.dtype.type(scale.absent), values), None
    return values, missing
