"""What a score sheet asks, what it adds up to, and when a score needs a note.

Criteria are the four parts of the evaluation policy; skill is asked about for each work function
the application gives evidence of, in equal shares, where it gives any.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from credentials.panels.words import Part


@dataclass(frozen=True)
class Criterion:
    """One line of a score sheet."""

    code: str
    """`knowledge`, or `skill:<work function>`."""
    part: Part
    function: str
    """Empty for a part as a whole."""
    weight: Fraction
    """Of the whole sheet; all of a sheet add up to 1."""


@dataclass(frozen=True)
class Scale:
    """The figures of the procedure."""

    most: int
    note_at_most: int
    note_at_least: int

    def extreme(self, points: int) -> bool:
        """Whether a score needs a note that says why."""
        return points <= self.note_at_most or points >= self.note_at_least


def criteria(weights: Mapping[Part, int], functions: Sequence[str]) -> list[Criterion]:
    """The lines of a sheet, from the weights in per cent."""
    whole = sum(weights.values())
    found = []
    for part in Part:
        share = Fraction(weights[part], whole)
        if part is Part.SKILL and functions:
            each = share / len(functions)
            found += [Criterion(f"{part}:{name}", part, name, each) for name in functions]
        else:
            found.append(Criterion(str(part), part, "", share))
    return found


def total(points: Mapping[str, int], asked: Sequence[Criterion]) -> int:
    """The weighted total in hundredths of a point, halves rounded up."""
    exact = sum((line.weight * points[line.code] for line in asked), Fraction(0))
    return int(exact * 100 + Fraction(1, 2))
