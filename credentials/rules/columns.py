"""What a clause gives many people at once, and the register of functions for odd clauses."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.signedinteger[Any]]
"""Integers of the width their range needs: widen them before doing sums with them."""
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Width = type[np.signedinteger[Any]]
WIDTHS: tuple[Width, ...] = (np.int8, np.int16, np.int32, np.int64)


def width(least: int, most: int) -> Width:
    """The narrowest integers that hold everything from `least` to `most`.

    Raises OverflowError when 64 bits do not.
    """
    for each in WIDTHS:
        if np.iinfo(each).min <= least and most <= np.iinfo(each).max:
            return each
    raise OverflowError(f"{least} to {most}")


class Column(NamedTuple):
    """One clause, one place a person: points, or 0 and 1 for a condition.

    As narrow integers as the clause's points need. Where evidence is missing the two ends differ.
    Where none is, they may be one array, and a row may be the fact's own: do not write into them.
    """

    proven: Ints
    """What the evidence proves: the least it can come to."""
    possible: Ints
    """What it could come to if the missing evidence turned out best."""
    row: Ints | None = None
    """Which band, choice, step or clause of a best-of it was; -1 where evidence is missing."""


Columns = Mapping[str, Column]


@dataclass(frozen=True)
class Function:
    """An odd clause: its columns from those of its facts (NaN is missing) and earlier clauses.

    It keeps to the laws of every other clause: proven never above possible, and more evidence only
    narrows. `turning` gives, a fact, the values at which its answer changes, for `what_if`.
    """

    decide: Callable[[Mapping[str, Floats], Columns], Column]
    turning: Mapping[str, tuple[int, ...]] = field(default_factory=dict)


FUNCTIONS: dict[str, Function] = {}
"""Odd clauses by the name a file calls them with."""


def register(name: str, function: Function) -> None:
    """Make a function known to policy files. Raises ValueError when the name is taken."""
    if name in FUNCTIONS:
        raise ValueError(f"a function is already registered as {name}")
    FUNCTIONS[name] = function
