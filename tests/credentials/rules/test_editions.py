"""Which edition counts, on two axes of time."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credentials.rules.documents import Document
from credentials.rules.editions import NoEditionInForce, in_force
from registry.platform.errors import RuleNotMet
from tests.credentials.rules.drafts import clause, number, shaped

START = date(2026, 1, 1)


def edition(effective: date, published: date, *, repealed: bool = False) -> Document:
    days = {"effective_from": str(effective), "published": str(published)}
    if repealed:
        return shaped({}, [], repealed=True, **days)
    rule = clause("enough", fact="months", at_least=12)
    return shaped({"months": number()}, [rule], verdict="enough", **days)


FIRST = edition(date(2026, 1, 1), date(2025, 12, 1))
LATE = edition(date(2026, 3, 1), date(2026, 5, 10))  # published after it took effect
CORRECTED = edition(date(2026, 3, 1), date(2026, 6, 1))
REPEAL = edition(date(2027, 1, 1), date(2026, 12, 1), repealed=True)
ALL = [REPEAL, LATE, CORRECTED, FIRST]


@pytest.mark.parametrize(
    ("on", "known_by", "counts"),
    [
        (date(2026, 1, 1), date(2026, 1, 1), FIRST),
        (date(2026, 2, 28), date(2026, 12, 31), FIRST),
        (date(2026, 3, 1), date(2026, 3, 1), FIRST),  # what was right to decide in March
        (date(2026, 3, 1), date(2026, 5, 9), FIRST),
        (date(2026, 3, 1), date(2026, 5, 10), LATE),  # what applied in March, as known in May
        (date(2026, 3, 1), date(2026, 5, 31), LATE),
        (date(2026, 3, 1), date(2026, 6, 1), CORRECTED),
        (date(2026, 12, 31), date(2026, 12, 31), CORRECTED),
        (date(2027, 1, 1), date(2026, 11, 30), CORRECTED),  # the repeal not yet known
    ],
)
def test_the_edition_that_counts(on: date, known_by: date, counts: Document) -> None:
    assert in_force(ALL, on=on, known_by=known_by) is counts


@pytest.mark.parametrize(
    ("editions", "on", "known_by", "says"),
    [
        (ALL, date(2025, 12, 31), date(2026, 12, 31), "第一个版本"),
        (ALL, date(2026, 1, 1), date(2025, 11, 30), "尚无已公布的版本"),
        (ALL, date(2027, 1, 1), date(2027, 1, 1), "废止"),
        ([], date(2026, 1, 1), date(2026, 1, 1), "尚无已公布的版本"),
    ],
)
def test_no_edition_is_an_error(
    editions: list[Document], on: date, known_by: date, says: str
) -> None:
    with pytest.raises(NoEditionInForce) as refused:
        in_force(editions, on=on, known_by=known_by)
    assert isinstance(refused.value, RuleNotMet)
    assert refused.value.code == "no-edition-in-force"
    assert says in refused.value.message.format(**refused.value.facts)


days = st.integers(0, 12).map(lambda n: START + timedelta(days=n))


@given(st.lists(st.tuples(days, days), max_size=6, unique=True), days, days)
def test_the_choice_is_the_latest_that_is_begun_and_known(
    written: list[tuple[date, date]], on: date, known_by: date
) -> None:
    editions = [edition(effective, published) for effective, published in written]
    eligible = [pair for pair in written if pair[0] <= on and pair[1] <= known_by]
    if not eligible:
        with pytest.raises(NoEditionInForce):
            in_force(editions, on=on, known_by=known_by)
        return
    chosen = in_force(editions, on=on, known_by=known_by)
    assert (chosen.effective_from, chosen.published) == max(eligible)
