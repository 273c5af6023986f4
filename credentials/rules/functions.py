"""Odd clauses that no table can say, by the name a policy file calls them with."""

from collections.abc import Mapping

import numpy as np

from credentials.rules.columns import Column, Columns, Floats, Function, register


def no_more_than(facts: Mapping[str, Floats], below: Columns) -> Column:
    """The points of a clause, no more than a fact: a rent allowance never above the rent.

    Over one fact and one clause. With no evidence of the fact nothing is proven.
    """
    (limit,), (points,) = facts.values(), below.values()
    known = np.nan_to_num(limit, nan=0.0).astype(np.int64)
    proven = np.minimum(points.proven, known)
    possible = np.where(np.isnan(limit), points.possible, np.minimum(points.possible, known))
    return Column(proven, possible)


register("no_more_than", Function(no_more_than))
