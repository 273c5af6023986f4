"""Where somebody stands, what was declared and by whom confirmed, and determinations that last."""

import json
from datetime import date
from uuid import UUID, uuid4

import pytest

from credentials import declarations, determinations, facts
from credentials.declarations import DeclarationIn
from credentials.determinations import (
    AlreadyConfirmed,
    NotSettled,
    OwnDetermination,
)
from credentials.eligibility import assessments, lists
from credentials.rules.evaluator import Verdict
from credentials.tables import Declaration, Determination
from credentials.words import Basis
from registry import profile
from registry.platform import clock
from registry.platform.errors import FieldsInvalid, NotFound
from registry.platform.permissions import Role
from registry.tables import Account, Person
from tests.factories import DAY, make_account, make_applicant, make_hours

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("connected")]

CONFIRMED = determinations.ConfirmationIn(note="已核对原件")


def own(account: Account) -> UUID:
    assert account.person is not None
    return UUID(str(account.person))


async def test_an_answer_names_what_is_missing_and_what_would_change_it() -> None:
    applicant = await make_applicant()
    found = await assessments.assess(
        own(applicant), "evaluation", by=applicant, on=DAY, grade="junior"
    )
    assert found.answer.verdict is Verdict.NO
    assert list(found.changes) == ["class_minutes"]
    await make_hours(applicant, minutes=int(found.changes["class_minutes"] or 0))
    found = await assessments.assess(
        own(applicant), "evaluation", by=applicant, on=DAY, grade="junior"
    )
    assert found.answer.verdict is Verdict.YES
    assert found.changes == {}


async def test_nobody_sees_where_somebody_else_stands() -> None:
    applicant, other = await make_applicant(), await make_applicant()
    with pytest.raises(NotFound):
        await assessments.assess(own(applicant), "evaluation", by=other, on=DAY)
    with pytest.raises(NotFound):
        await assessments.overview(own(applicant), by=other, on=DAY)


async def test_a_list_is_answered_line_by_line_in_its_order() -> None:
    people = [await make_applicant() for _ in range(3)]
    officer = await make_account(Role.OFFICER)
    numbers = []
    for account in people:
        row = await Person.objects().get(Person.id == account.person)
        assert row is not None
        numbers.append(row.number)
    asked = [numbers[2], "P-999999", numbers[0]]
    found = await lists.check_list(asked, "evaluation", by=officer, on=DAY, grade="junior")
    assert [line.number for line in found.lines] == asked
    assert [line.verdict for line in found.lines] == [Verdict.NO, None, Verdict.NO]
    one = await assessments.assess(own(people[0]), "evaluation", by=officer, on=DAY, grade="junior")
    assert found.lines[2].verdict == one.answer.verdict


async def test_a_list_that_is_empty_or_too_long_is_refused() -> None:
    officer = await make_account(Role.OFFICER)
    with pytest.raises(FieldsInvalid):
        await lists.check_list([], "evaluation", by=officer, on=DAY)
    many = [f"P-{n:06d}" for n in range(lists.LONGEST_LIST + 1)]
    with pytest.raises(FieldsInvalid):
        await lists.check_list(many, "evaluation", by=officer, on=DAY)


async def test_anybody_can_calculate_and_nothing_is_stored() -> None:
    found = await assessments.calculate(
        "evaluation", {"education": "bachelor", "class_minutes": "1,920"}, on=DAY, grade="junior"
    )
    assert found.answer.verdict is Verdict.UNKNOWN
    assert await Determination.count() == await Declaration.count() == 0
    with pytest.raises(FieldsInvalid) as refused:
        await assessments.calculate(
            "evaluation", {"education": "wizard", "class_minutes": "x", "luck": "1"}, on=DAY
        )
    assert {error.field for error in refused.value.errors} == {"education", "class_minutes", "luck"}


async def test_a_determination_replays_to_the_same_bytes_and_a_changed_one_does_not() -> None:
    applicant, officer = await make_applicant(), await make_account(Role.OFFICER)
    kept, _ = await determinations.propose(
        own(applicant), "evaluation", by=officer, on=DAY, grade="junior"
    )
    again = await determinations.find(kept.id, by=applicant)
    assert await determinations.replay(again)
    facts = json.loads(again.facts)
    facts[0]["value"] = 99
    again.facts = json.dumps(facts)
    assert not await determinations.replay(again)


async def test_an_officer_confirms_by_name_once_and_never_what_is_about_themselves() -> None:
    applicant, officer = await make_applicant(), await make_account(Role.OFFICER)
    kept, _ = await determinations.propose(
        own(applicant), "evaluation", by=officer, on=DAY, grade="junior"
    )
    confirmed = await determinations.confirm(kept.id, CONFIRMED, by=officer)
    assert confirmed.confirmed_by == officer.id
    with pytest.raises(AlreadyConfirmed):
        await determinations.confirm(kept.id, CONFIRMED, by=officer)
    with pytest.raises(OwnDetermination):
        await determinations.confirm(kept.id, CONFIRMED, by=applicant)


async def test_what_hangs_on_missing_evidence_is_not_confirmed() -> None:
    applicant, officer = await make_applicant(), await make_account(Role.OFFICER)
    await make_hours(applicant, minutes=1920)
    (degree,) = await profile.entries("education", own(applicant))
    await profile.withdraw("education", degree.id, by=applicant)
    kept, answer = await determinations.propose(
        own(applicant), "evaluation", by=officer, on=DAY, grade="junior"
    )
    assert answer.verdict is Verdict.UNKNOWN
    with pytest.raises(NotSettled):
        await determinations.confirm(kept.id, CONFIRMED, by=officer)


async def test_what_the_register_holds_is_not_declared() -> None:
    applicant = await make_applicant()
    with pytest.raises(FieldsInvalid):
        await declarations.declare(
            DeclarationIn(fact="class_minutes", value="9999"), by=applicant, on=DAY
        )
    assert await Declaration.count() == 0


async def test_what_counts_from_a_day_grows_by_itself() -> None:
    line = Declaration(
        person=uuid4(),
        fact="permit_months",
        since=date(2024, 1, 31),
        counts="months",
        basis=Basis.DECLARED,
        day=DAY,
        made_by=uuid4(),
        made_at=clock.now(),
    )
    assert declarations.value_on(line, date(2024, 2, 28)) == 0
    assert declarations.value_on(line, date(2025, 1, 31)) == 12
    line.counts = "years"
    assert declarations.value_on(line, date(2026, 1, 30)) == 1
    line.since = date(2004, 2, 29)
    assert declarations.value_on(line, date(2005, 2, 27)) == 0
    assert declarations.value_on(line, date(2005, 2, 28)) == 1


@pytest.mark.parametrize(
    ("name", "value", "found"),
    [("insured_months", "60", 60), ("title_counts", "no", 0), ("title_skill", "none", "none")],
)
async def test_a_declared_value_is_read_back_as_it_was_declared(
    name: str, value: str, found: int | str
) -> None:
    applicant = await make_applicant()
    await declarations.declare(DeclarationIn(fact=name, value=value), by=applicant, on=DAY)
    gathered = {fact.name: fact.value for fact in await facts.gather(own(applicant), DAY)}
    assert (gathered[name], type(gathered[name])) == (found, type(found))
