"""From facts as people and records give them to columns, refusing what cannot be meant."""

from collections.abc import Mapping, Sequence

import numpy as np

from credentials.rules.columns import Bools, Floats
from credentials.rules.documents import Document
from credentials.rules.facts import Fact, Given, Refused, highest, lowest
from registry.platform.errors import FieldError, RuleNotMet
from registry.platform.i18n import N_

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
    wrong: list[FieldError] = []
    found = {name: np.full(len(people), np.nan) for name in document.facts}
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
    return found


class Evidence:
    """The columns of one run, checked, with what no record counts as filled in."""

    def __init__(self, document: Document, given: Mapping[str, Floats]) -> None:
        sizes = {np.shape(column) for column in given.values()}
        if len(sizes) > 1 or any(len(size) != 1 for size in sizes):
            raise FactsRefused([FieldError("facts", "sizes-differ", N_("各列的人数不一致。"))])
        if unknown := [name for name in given if name not in document.facts]:
            message = N_("本文件没有这一事实。")
            raise FactsRefused([FieldError(name, "fact-impossible", message) for name in unknown])
        self.people = next(iter(sizes))[0] if sizes else 1
        self._facts = document.facts
        self._given = given
        self._known: dict[str, tuple[Floats, Bools | None]] = {}

    def of(self, name: str) -> tuple[Floats, Bools | None]:
        """The values of a fact, and where evidence is missing; None when it is nowhere missing.

        A missing value reads as the fact's least, so that every table has a row for it; the
        caller must look at the mask.
        """
        if name not in self._known:
            self._known[name] = self._look(self._facts[name], self._given.get(name))
        return self._known[name]

    def with_gaps(self, name: str) -> Floats:
        """The values of a fact with NaN where evidence is missing."""
        values, missing = self.of(name)
        return values if missing is None else np.where(missing, np.nan, values)

    def _look(self, fact: Fact, given: Floats | None) -> tuple[Floats, Bools | None]:
        values = np.full(self.people, np.nan) if given is None else np.asarray(given, np.float64)
        missing = np.isnan(values)
        gaps = bool(missing.any())
        if gaps and fact.if_absent is not None:
            values = np.where(missing, fact.value(fact.if_absent.value), values)
            gaps = False
        elif gaps:
            values = np.where(missing, lowest(fact), values)
        if values.size and (values.min() < lowest(fact) or values.max() > highest(fact)):
            raise FactsRefused([FieldError("facts", "fact-impossible", N_("超出允许的范围。"))])
        return values, missing if gaps else None
