"""How far assessors agree: medians, totals far from the others, Kendall's coefficient W.

For the chair and the office to look at. Scores advise; the vote decides.
"""

from collections.abc import Mapping, Sequence
from statistics import fmean, median

MAD_OF_NORMAL = 0.6745
"""Median absolute deviation of the standard normal distribution (Iglewicz, Hoaglin 1993)."""
MEAN_DEVIATION_OF_NORMAL = 0.7979
"""Its mean absolute deviation, for when more than half of the totals are equal."""


def middle(totals: Sequence[float]) -> float | None:
    """The median of all totals, or None of none."""
    return median(totals) if totals else None


def distance(total: float, among: Sequence[float]) -> float:
    """How far a total lies from the median of all, in robust standard deviations."""
    away = [abs(each - median(among)) for each in among]
    scale = median(away) / MAD_OF_NORMAL or fmean(away) / MEAN_DEVIATION_OF_NORMAL
    return abs(total - median(among)) / scale if scale else 0.0


def outliers(totals: Mapping[str, float], *, tenths: int, least: float) -> set[str]:
    """Whose total is at least so far from the median, and so many points."""
    among = [*totals.values()]
    return {
        who
        for who, total in totals.items()
        if abs(total - median(among)) >= least and distance(total, among) * 10 >= tenths
    }


def concordance(given: Sequence[Sequence[float]]) -> float | None:
    """Kendall's W of several assessors' points for the same items, corrected for ties.

    1: all rank the items alike; 0: not at all. None where there is nothing to compare: one
    assessor, one item, or only equal points.
    """
    judges = len(given)
    items = len(given[0]) if judges else 0
    if judges < 2 or items < 2:
        return None
    ranks = [_ranks(points) for points in given]
    sums = [sum(each[item] for each in ranks) for item in range(items)]
    spread = sum((each - fmean(sums)) ** 2 for each in sums)
    ties = sum(_ties(points) for points in given)
    most = judges**2 * (items**3 - items) - judges * ties
    return float(12 * spread / most) if most > 0 else None


def _ranks(points: Sequence[float]) -> list[float]:
    """The place of each among all, equal ones sharing the middle of theirs."""
    return [sum(other < each for other in points) + (points.count(each) + 1) / 2 for each in points]


def _ties(points: Sequence[float]) -> int:
    groups = [points.count(each) for each in set(points)]
    return sum(size**3 - size for size in groups)
