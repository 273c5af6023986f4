"""What some people of the demonstration declare for the residence-permit points: four lives.

One has more than enough points, one is a year of insurance short, one is barred by a veto, and one
has just enough until the next birthday takes points away.
"""

from datetime import date

from credentials import contributions, declarations
from credentials.contributions import HistoryIn
from credentials.declarations import ConfirmationIn, DeclarationIn
from credentials.eligibility import assessments
from credentials.rules.evaluator import Verdict
from credentials.rules.forecast import later
from credentials.spans import full_years
from credentials.words import Basis
from registry import people, profile
from registry.tables import Account

POLICY = "residence-points"
SECURE, SHORT, BARRED, BIRTHDAY = 5, 0, 3, 2
"""Places in the story of those who declare something."""
LIVES_HERE = {
    "permit_valid": "yes",
    "insured_now": "yes",
    "regular_months_last_12": "12",
    "serious_crime": "no",
}
NOTHING_MORE = {
    "title_skill": "none",
    "title_counts": "no",
    "gate_months": "0",
    "base_months_0_8": "0",
    "base_months_1_0": "0",
    "base_months_2_0": "0",
    "base_months_3_0": "0",
    "base_matches_tax": "no",
    "startup_share": "0",
    "incubator_months": "0",
    "incubator_filed": "no",
    "service_months": "0",
    "service_institution_filed": "no",
    "scarce_major": "no",
    "scarce_post": "no",
    "invest_tax_fen": "0",
    "invest_staff": "0",
    "public_service_years": "0",
    "suburb_area": "none",
    "suburb_years": "0",
    "fresh_graduate": "no",
    "award": "none",
    "spouse_years": "0",
}
HISTORY = "contribution_base"
MONTHS = "1.1x30|0.9x18"
LONGEST = 50
"""Years of insurance beyond which nobody's story goes."""
SEEN = "已核对居住证、劳动合同和社会保险缴费记录原件。"


async def tell(place: int, account: Account, officer: Account, on: date) -> None:
    """Let the person at one place of the story declare what theirs needs."""
    if place == SECURE:
        await _declare(account, LIVES_HERE, on, since=later(on, -10 * 12 - 8))
        await contributions.declare(HISTORY, HistoryIn(months=MONTHS), by=account, on=on)
        await _see(account, officer, on)
    elif place == BARRED:
        barred = {**LIVES_HERE, "serious_crime": "yes"}
        await _declare(account, barred, on, since=later(on, -9 * 12 - 3))
    elif place in (SHORT, BIRTHDAY):
        years = await _just_enough(account, on) - (place == SHORT)
        everything = {**LIVES_HERE, **NOTHING_MORE}
        await _declare(account, everything, on, since=later(on, -years * 12 - 1))


async def _declare(account: Account, facts: dict[str, str], on: date, *, since: date) -> None:
    asked = [DeclarationIn(fact=name, value=value) for name, value in facts.items()]
    for each in [DeclarationIn(fact="insured_months", since=since), *asked]:
        await declarations.declare(each, by=account, on=on)


async def _just_enough(account: Account, on: date) -> int:
    """The fewest years of insurance with which the points suffice."""
    person = await people.find(account.person, by=account)
    assert person.born_on is not None, "the story says who they are first"
    (degree,) = await profile.entries("education", person.id)
    known = {
        **LIVES_HERE,
        **NOTHING_MORE,
        "age": str(full_years(person.born_on, on)),
        "education": degree.degree,
    }
    for years in range(1, LONGEST):
        written = {**known, "insured_months": str(years * 12)}
        found = await assessments.calculate(POLICY, written, on=on)
        if found.answer.verdict is Verdict.YES:
            return years
    return LONGEST


async def _see(account: Account, officer: Account, on: date) -> None:
    """An officer confirms what was declared, from records."""
    for line in await declarations.waiting(account.person, on):
        seen = ConfirmationIn(basis=Basis.RECORD, note=SEEN)
        await declarations.confirm(line.id, seen, by=officer, on=on)
