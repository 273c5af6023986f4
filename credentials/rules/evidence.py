"""From facts as people and records give them to columns, refusing what cannot be meant."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from credentials.rules.columns import Bools, Floats
from credentials.rules.documents import Document
from credentials.rules.facts import Given, Refused, highest, lowest
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
    found = dict(zip(document.facts, _empty(len(document.facts), len(people)), strict=True))
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


def _empty(facts: int, people: int) -> Floats:
    """A row of missing values for each fact."""
    return np.full((facts, people), np.nan)


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
        self._document = document
        self._given = given
        self._places: dict[str, tuple[NDArray[np.intp], bool]] = {}

    def place(self, name: str) -> tuple[NDArray[np.intp], bool]:
        """Where everybody stands in the tables of a fact, and whether anybody's is missing.

        Nobody's is where the document says what no record counts as.
        """
        if name not in self._places and self.people == 1:
            self._places[name] = self._alone(name)
        elif name not in self._places:
            values, missing = self._look(name)
            place = self._document.lookups.places[name].of(values, missing)
            wanted = missing is not None and self._document.facts[name].if_absent is None
            self._places[name] = place, wanted
        return self._places[name]

    def _alone(self, name: str) -> tuple[NDArray[np.intp], bool]:
        """As `place` for one person, without the toll of whole-column operations."""
        fact, places = self._document.facts[name], self._document.lookups.places[name]
        given = self._given.get(name)
        value = float("nan") if given is None else float(given[0])
        if value != value:
            return np.array([len(places.values)]), fact.if_absent is None
        if not lowest(fact) <= value <= highest(fact):
            raise FactsRefused([FieldError("facts", "fact-impossible", N_("超出允许的范围。"))])
        return places.of(np.array([value]), None), False

    def with_gaps(self, name: str) -> Floats:
        """The values of a fact, what no record counts as filled in, NaN where one is missing."""
        values, missing = self._look(name)
        if missing is None:
            return values
        absent = self._document.facts[name].if_absent
        filling = np.nan if absent is None else self._document.facts[name].value(absent.value)
        return np.where(missing, filling, values)

    def _look(self, name: str) -> tuple[Floats, Bools | None]:
        """The values of a fact, and where none is known; None when it is everywhere known."""
        fact = self._document.facts[name]
        given = self._given.get(name)
        values = np.full(self.people, np.nan) if given is None else np.asarray(given, np.float64)
        least, most = (
            np.fmin.reduce(values, initial=np.inf),
            np.fmax.reduce(values, initial=-np.inf),
        )
        if least < lowest(fact) or most > highest(fact):
            raise FactsRefused([FieldError("facts", "fact-impossible", N_("超出允许的范围。"))])
        missing = np.isnan(values)
        return values, missing if missing.any() else None
