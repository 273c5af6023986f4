"""People who do not exist, to try a document on many of them: always the same for one seed."""

import numpy as np

from credentials.rules.columns import Floats
from credentials.rules.documents import Document
from credentials.rules.facts import Amount, Choice, Fact, YesNo
from credentials.rules.questions import turning_points

MISSING = 0.1
"""How often evidence is missing, for each fact."""
SPREAD = 1.5
"""Amounts range from the least to this many times the greatest figure that a clause compares."""


def imagined(document: Document, people: int, *, seed: int = 0) -> dict[str, Floats]:
    """A column for every fact, drawn evenly over where the document makes a difference."""
    draw = np.random.default_rng(seed)
    found: dict[str, Floats] = {}
    for name, fact in document.facts.items():
        points = [fact.value(at) for at in turning_points(document, name)]
        column = _drawn(draw, fact, max(points), people)
        column[draw.random(people) < MISSING] = np.nan
        found[name] = column
    return found


def _drawn(draw: np.random.Generator, fact: Fact, greatest: float, people: int) -> Floats:
    if isinstance(fact, Choice):
        return draw.integers(len(fact.among), size=people).astype(np.float64)
    if isinstance(fact, YesNo):
        return draw.integers(2, size=people).astype(np.float64)
    if isinstance(fact, Amount):
        most = min(float(fact.most), max(greatest * SPREAD, fact.least + 1.0))
        return np.floor(draw.uniform(fact.least, most, people))
    return draw.uniform(0, max(greatest * SPREAD, 1.0), people)
