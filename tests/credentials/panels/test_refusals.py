"""What panels, publications and objections refuse, and the rule each refusal names."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from credentials import decisions
from credentials.intake import contents, submissions
from credentials.intake.tables import Submission
from credentials.panels import (
    abandonment,
    appointments,
    assessors,
    blind,
    draws,
    meetings,
    objections,
    pools,
    publicity,
    readiness,
    recusals,
    reviews,
    rulings,
    seats,
    sheets,
)
from credentials.panels.abandonment import ReasonIn
from credentials.panels.appointments import AssessorIn, TermIn, TieIn
from credentials.panels.draws import CommitmentIn, SecretIn, WordIn
from credentials.panels.meetings import AttendanceIn, VoteIn
from credentials.panels.objections import CodeIn, ObjectionIn, ReasonsIn
from credentials.panels.recusals import RecusalIn
from credentials.panels.reviews import OutcomeIn, ReviewIn
from credentials.panels.rulings import RulingIn
from credentials.panels.sheets import ScoreIn, SheetIn
from credentials.panels.tables import Objection, Seat
from credentials.panels.words import Choice, Outcome, Ruling, SeatState
from credentials.words import Level, Proposal
from registry import people
from registry.platform import clock
from registry.platform.db import rows
from registry.platform.errors import FieldsInvalid, NotFound
from registry.platform.fields import read
from registry.platform.permissions import Role
from registry.platform.steps import StepNotPossible
from seeds import evaluation
from seeds.evaluation import SECRET, WORD
from tests.credentials.intake.stage import make_person
from tests.credentials.panels.cases import (
    DAY,
    accepted,
    case_of,
    drawn,
    end_term,
    make_assessor,
    make_office,
    now,
    owner,
    published,
)
from tests.factories import make_account, vault

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("connected")]
YES = VoteIn(choice=Choice.YES)
WORDS = {"grounds": "合同登记中没有申请人，证据见登记机关。"}


def a_sheet(points: int, note: str = "") -> SheetIn:
    parts = ("knowledge", "skill:trading", "experience", "performance")
    return SheetIn(scores={part: ScoreIn(points=points, note=note) for part in parts})


@pytest.mark.parametrize("size", [4, 2, 1, 0, -3])
async def test_a_panel_of_even_size_or_too_small_is_refused(size: int) -> None:
    office = await make_office()
    case = await accepted(office)
    asked = CommitmentIn(level=Level.JUNIOR, applications=[case.id], secret=SECRET, size=size)
    with pytest.raises(draws.SizeRefused) as refused:
        await draws.commit(asked, by=office.first, on=DAY)
    assert "第三条" in refused.value.facts["cite"]
    assert refused.value.errors[0].field == "size"
    bigger = asked.model_copy(update={"size": 5})
    assert (await draws.commit(bigger, by=office.first, on=DAY)).size == 5


async def test_only_accepted_applications_of_one_level_go_before_one_panel_at_a_time() -> None:
    office = await make_office()
    case = await accepted(office)
    asked = CommitmentIn(level=Level.MID, applications=[case.id], secret=SECRET)
    with pytest.raises(draws.NotTogether):
        await draws.commit(asked, by=office.first, on=DAY)
    unknown = asked.model_copy(update={"applications": [uuid4()]})
    with pytest.raises(draws.NotTogether):
        await draws.commit(unknown, by=office.first, on=DAY)
    await evaluation.commit([case], office, DAY)
    with pytest.raises(draws.AlreadyBefore):
        await evaluation.commit([case], office, DAY)


async def test_two_officers_make_a_draw_and_the_secret_is_the_one_committed_to() -> None:
    office = await make_office()
    panel = await evaluation.commit([await accepted(office)], office, DAY)
    with pytest.raises(draws.WordMissing):
        await draws.reveal(panel.id, SecretIn(secret=SECRET), by=office.first, on=DAY)
    with pytest.raises(draws.SamePerson):
        await draws.add_word(panel.id, WordIn(word=WORD), by=office.first)
    await draws.add_word(panel.id, WordIn(word=WORD), by=office.second)
    with pytest.raises(StepNotPossible):
        await draws.add_word(panel.id, WordIn(word="better"), by=office.third)
    with pytest.raises(draws.SamePerson):
        await draws.reveal(panel.id, SecretIn(secret=SECRET), by=office.second, on=DAY)
    with pytest.raises(draws.NotCommitted):
        await draws.reveal(panel.id, SecretIn(secret="another"), by=office.first, on=DAY)
    # What is kept before it is revealed does not tell the secret.
    assert SECRET not in str(await rows("SELECT * FROM panel"))
    assert SECRET not in str(await rows("SELECT * FROM audit_entry"))
    await draws.reveal(panel.id, SecretIn(secret=SECRET), by=office.first, on=DAY)
    with pytest.raises(StepNotPossible):
        await draws.reveal(panel.id, SecretIn(secret=SECRET), by=office.first, on=DAY)


async def test_who_is_tied_or_without_a_term_is_not_drawn() -> None:
    office = await make_office(3)
    colleague = await make_assessor(employer="公司")  # as every applicant of the tests
    await make_assessor(last=date(2026, 7, 5))
    await make_assessor(levels="senior")
    declared = await make_assessor()
    applicant = await make_person(name="林知行")
    await appointments.declare(TieIn(name="林知行", reason="师生"), by=declared, on=DAY)
    own = await make_assessor(number=(await people.row(applicant.person)).number)
    left = await make_assessor()
    entry = await assessors.of(left)
    assert entry is not None
    await end_term(entry.id)
    panel = await evaluation.commit([await accepted(office, applicant)], office, DAY)
    shut_out = {each["number"]: each["excluded"] for each in await pools.excluded(panel.id)}
    numbers = {}
    for account, tie in ((colleague, "employer"), (declared, "declared"), (own, "self")):
        found = await assessors.of(account)
        assert found is not None
        numbers[found.number] = tie
    assert shut_out == numbers
    assert len(await pools.drawn_from(panel.id)) == 3
    case = await accepted(office)
    await end_term((await assessors.eligible("junior", DAY))[0].id)
    await make_assessor(employer="公司")
    for each in (await assessors.eligible("junior", DAY))[2:]:
        await end_term(each.id)
    with pytest.raises(draws.PoolTooSmall):
        await evaluation.commit([case], office, DAY)


async def test_a_term_lasts_no_longer_than_the_figure() -> None:
    officer = await make_account(Role.OFFICER)
    account = await make_account(Role.ASSESSOR)
    asked = AssessorIn(
        login=account.login,
        employer="评审单位",
        specialties="合同",
        levels=(Level.JUNIOR,),
        first_day=date(2026, 7, 1),
        last_day=date(2029, 7, 1),
    )
    with pytest.raises(appointments.TermTooLong) as refused:
        await appointments.register(asked, by=officer, on=DAY)
    assert refused.value.facts["day"] == "2029-06-30"
    assert "3年" in refused.value.facts["cite"]
    fits = asked.model_copy(update={"last_day": date(2029, 6, 30)})
    row = await appointments.register(fits, by=officer, on=DAY)
    with pytest.raises(appointments.OnRegister):
        await appointments.register(fits, by=officer, on=DAY)
    again = TermIn(first_day=date(2029, 7, 1), last_day=date(2032, 6, 30))
    await appointments.appoint(row.id, again, by=officer, on=DAY)
    with pytest.raises(appointments.SamePerson):
        await appointments.confirm(row.id, by=officer, on=DAY)
    assert not await assessors.eligible("junior", date(2032, 6, 30))
    second = await make_account(Role.OFFICER)
    await appointments.confirm(row.id, by=second, on=DAY)
    with pytest.raises(StepNotPossible):
        await appointments.confirm(row.id, by=second, on=DAY)
    assert await assessors.eligible("junior", date(2032, 6, 30))
    assert not await assessors.eligible("junior", date(2032, 7, 1))
    nobody = asked.model_copy(update={"login": "nobody@example.org"})
    with pytest.raises(FieldsInvalid):
        await appointments.register(nobody, by=officer, on=DAY)


async def test_a_member_who_withdraws_gives_the_seat_to_the_next_in_order() -> None:
    office = await make_office()
    panel, (application,) = await drawn(office)
    case = await case_of(panel, application)
    before = await seats.seated(panel.id)
    member = (await evaluation.sitting(panel, office))[1]
    await recusals.recuse(case.id, RecusalIn(reason="认出申请人，曾共事"), by=member, on=DAY)
    after = await seats.seated(panel.id)
    assert [seat["state"] for seat in before] == ["seated"] * 3 + ["alternate"] * 2
    assert [seat["state"] for seat in after] == ["seated", "left", "seated", "seated", "alternate"]
    for act in (
        recusals.recuse(case.id, RecusalIn(reason="再次"), by=member, on=DAY),
        sheets.hand_in(case.id, a_sheet(80), by=member, on=DAY),
        meetings.vote(case.id, YES, by=member, on=DAY),
    ):
        with pytest.raises(NotFound):
            await act
    (kept,) = await seats.recusals([case])
    assert (kept["tie"], kept["reason"]) == ("declared", "认出申请人，曾共事")
    with pytest.raises(NotFound):
        await seats.find(panel.id, by=await make_assessor())


@pytest.mark.parametrize(
    ("sheet", "field", "word"),
    [
        (a_sheet(101), "knowledge", "scale"),
        (a_sheet(-1), "knowledge", "scale"),
        (a_sheet(40), "note-knowledge", "note"),
        (a_sheet(95), "note-knowledge", "note"),
        (SheetIn(scores={"knowledge": ScoreIn(points=80)}), "skill:trading", "required"),
        (SheetIn(scores={"looks": ScoreIn(points=80)}), "looks", "unknown-field"),
    ],
)
async def test_scores_keep_to_the_scale_and_extremes_are_explained(
    sheet: SheetIn, field: str, word: str
) -> None:
    office = await make_office()
    panel, (application,) = await drawn(office)
    case = await case_of(panel, application)
    member = (await evaluation.sitting(panel, office))[0]
    with pytest.raises(FieldsInvalid) as refused:
        await sheets.hand_in(case.id, sheet, by=member, on=DAY)
    faults = {error.field: error for error in refused.value.errors}
    assert faults[field].code == word
    if word in {"scale", "note"}:
        assert faults[field].facts["cite"] == "示例程序第九条"
    await sheets.hand_in(case.id, a_sheet(40, note="只有参与证明"), by=member, on=DAY)
    with pytest.raises(StepNotPossible):
        await sheets.hand_in(case.id, a_sheet(80), by=member, on=DAY)


async def test_sheets_of_others_are_hidden_until_all_are_in() -> None:
    office = await make_office()
    panel, (application,) = await drawn(office)
    case = await case_of(panel, application)
    *early, last = await evaluation.sitting(panel, office)
    for member in early:
        await sheets.hand_in(case.id, a_sheet(80), by=member, on=DAY)
    for reader in (early[0], last, office.first):
        with pytest.raises(sheets.NotYetSeen):
            await sheets.comparison(panel.id, by=reader)
    await sheets.hand_in(case.id, a_sheet(50), by=last, on=DAY)
    (found,) = await sheets.comparison(panel.id, by=early[0])
    assert found["median"] == 80
    assert [each["far"] for each in found["sheets"]].count(True) == 0
    assert len(found["sheets"]) == 3


async def test_a_member_reads_nothing_that_says_whose_application_it_is() -> None:
    office = await make_office()
    applicant = await make_person(name="林知行")
    application = await accepted(office, applicant)
    before = await contents.last(application)
    assert before is not None
    told = submissions.read(before).model_copy(
        update={"statement": "林知行在公司负责转让，见大学的合同。"}
    )
    await Submission(
        id=uuid4(),
        application=application.id,
        day=DAY,
        made_at=clock.now(),
        content=told.model_dump_json(),
    ).save()
    # What is written after it was handed in is not what a member reads.
    application.statement = "提交以后改写的说明"
    await application.save()
    panel = await evaluation.draw([application], office, DAY)
    case = await case_of(panel, application)
    said = str(await blind.evidence(case))
    person = await people.row(applicant.person)
    for name in ("林知行", "公司", "大学", person.number, application.reference):
        assert name not in said
    assert "负责转让" in said
    assert "提交以后" not in said


async def test_absent_and_conflicted_members_do_not_vote_and_nobody_votes_twice() -> None:
    office = await make_office(3)
    panel, (application, other) = await drawn(office, 2)
    case, second = await case_of(panel, application), await case_of(panel, other)
    one, two, away = await evaluation.sitting(panel, office)
    await evaluation.score(panel, office, DAY, but=[away])
    with pytest.raises(StepNotPossible):
        await meetings.vote(case.id, YES, by=one, on=DAY)
    only = AttendanceIn(present=[one.id])
    with pytest.raises(meetings.NoQuorum) as none:
        await meetings.open_meeting(panel.id, only, by=office.first, on=DAY, vault=vault())
    assert "职称评审管理暂行规定" in none.value.facts["cite"]
    assert (none.value.facts["parts"], none.value.facts["whole"]) == (2, 3)
    stranger = AttendanceIn(present=[one.id, two.id, office.first.id])
    with pytest.raises(FieldsInvalid):
        await meetings.open_meeting(panel.id, stranger, by=office.first, on=DAY, vault=vault())
    everybody = AttendanceIn(present=[one.id, two.id, away.id])
    with pytest.raises(readiness.SheetsMissing) as unscored:
        await meetings.open_meeting(panel.id, everybody, by=office.first, on=DAY, vault=vault())
    assert unscored.value.facts["cite"] == "示例程序第九条"
    there = AttendanceIn(present=[one.id, two.id])
    await meetings.open_meeting(panel.id, there, by=office.first, on=DAY, vault=vault())
    with pytest.raises(meetings.Absent) as absent:
        await meetings.vote(case.id, YES, by=away, on=DAY)
    assert absent.value.facts["cite"]
    await meetings.vote(case.id, YES, by=one, on=DAY)
    with pytest.raises(StepNotPossible):
        await meetings.vote(case.id, VoteIn(choice=Choice.NO), by=one, on=DAY)
    with pytest.raises(StepNotPossible):
        await recusals.recuse(case.id, RecusalIn(reason="反悔"), by=one, on=DAY)
    with pytest.raises(meetings.VotesMissing):
        await meetings.close_meeting(panel.id, by=office.first, on=DAY, vault=vault())
    await recusals.recuse(second.id, RecusalIn(reason="认出申请人"), by=two, on=DAY)
    with pytest.raises(seats.Conflicted) as conflicted:
        await meetings.vote(second.id, YES, by=two, on=DAY)
    assert "职称评审管理暂行规定" in conflicted.value.facts["cite"]
    await meetings.vote(case.id, YES, by=two, on=DAY)
    await meetings.close_meeting(panel.id, by=office.first, on=DAY, vault=vault())
    done = await case_of(panel, application)
    assert (done.yes, done.no, done.abstained, done.entitled, done.passed) == (2, 0, 0, 2, True)
    # One of three may vote on the other: below the quorum, so it needs another panel.
    assert (await case_of(panel, other)).passed is None
    assert (await now(other)).status == "accepted"
    with pytest.raises(StepNotPossible):
        await meetings.close_meeting(panel.id, by=office.first, on=DAY, vault=vault())


@pytest.mark.parametrize(
    ("choices", "passed"),
    [("yyy", True), ("yyn", True), ("ynn", False), ("yya", True), ("yaa", False), ("yy", True),
     ("yn", False), ("aaa", False)],
)  # fmt: skip
async def test_two_thirds_of_those_present_have_to_say_yes(choices: str, passed: bool) -> None:
    office = await make_office(3)
    panel, (application,) = await drawn(office)
    case = await case_of(panel, application)
    there = (await evaluation.sitting(panel, office))[: len(choices)]
    await evaluation.score(panel, office, DAY)
    present = AttendanceIn(present=[member.id for member in there])
    await meetings.open_meeting(panel.id, present, by=office.first, on=DAY, vault=vault())
    meaning = {"y": Choice.YES, "n": Choice.NO, "a": Choice.ABSTAIN}
    for member, letter in zip(there, choices, strict=True):
        await meetings.vote(case.id, VoteIn(choice=meaning[letter]), by=member, on=DAY)
    await meetings.close_meeting(panel.id, by=office.first, on=DAY, vault=vault())
    assert (await now(application)).vote_passed is passed
    kept = await meetings.minutes(panel.id, by=there[0])
    assert kept is not None
    assert kept[0]["cases"][0]["yes"] == choices.count("y")
    # Members learn neither whom they assessed nor who the others are; the office keeps both.
    assert application.reference not in str(kept[0])
    assert not any(member.display_name in str(kept[0]) for member in there)
    whole = await meetings.minutes(panel.id, by=office.third)
    assert whole is not None
    assert application.reference in str(whole[0])


async def test_a_panel_given_up_frees_its_applications() -> None:
    office = await make_office()
    panel, (application,) = await drawn(office)
    why = ReasonIn(reason="两名成员因病不能到会")
    for took_part in (office.first, office.second):
        with pytest.raises(draws.SamePerson):
            await abandonment.abandon(panel.id, why, by=took_part)
    await abandonment.abandon(panel.id, why, by=office.third)
    with pytest.raises(draws.SamePerson):
        await abandonment.abandon(panel.id, why, by=office.third)
    assert (await now(application)).status == "reviewing"
    assert (await pools.published(panel.reference))["abandoned_because"] is None
    await abandonment.abandon(panel.id, why, by=office.chief)
    assert (await now(application)).status == "accepted"
    shown = await pools.published(panel.reference)
    assert shown["abandoned_because"] == "两名成员因病不能到会"
    again = await evaluation.vote([await now(application)], office, DAY)
    assert again.status == "closed"
    with pytest.raises(StepNotPossible):
        await abandonment.abandon(again.id, ReasonIn(reason="不满意结果"), by=office.third)


async def test_a_late_objection_is_refused_with_the_rule() -> None:
    office = await make_office()
    row, _ = await published(office)
    last = publicity.until(row).day
    objection, code = await evaluation.object_to(row, vault(), last, anonymous=True)
    assert (await objections.by_code(CodeIn(code=code.upper()))).id == objection.id
    with pytest.raises(objections.TooLate) as late:
        await evaluation.object_to(row, vault(), last + timedelta(days=1), anonymous=True)
    assert late.value.facts["day"] == str(last)
    assert "第六条" in late.value.facts["cite"]
    with pytest.raises(NotFound):
        await objections.by_code(CodeIn(code="0" * 30))


async def test_an_objection_keeps_its_author_and_its_code_to_itself() -> None:
    office = await make_office()
    row, case = await published(office)
    named, code = await evaluation.object_to(row, vault(), DAY, anonymous=False)
    hidden, _ = await evaluation.object_to(row, vault(), DAY, anonymous=True)
    assert objections.objector(named, vault()) == ("何某", "hemou@people.example")
    assert objections.objector(hidden, vault()) is None
    stored = str(await rows("SELECT * FROM result_objection"))
    assert code not in stored
    assert "何某" not in stored
    told = str(await objections.about(case.id, by=await owner(case)))
    assert "何某" not in told
    with pytest.raises(FieldsInvalid):
        read(ObjectionIn, {"publication": row.id, **WORDS})


@pytest.mark.parametrize("blank", ["", " ", "x"])
async def test_nothing_is_decided_without_reasons(blank: str) -> None:
    for model, more in (
        (RulingIn, {"ruling": Ruling.DISMISS}),
        (ReasonsIn, {}),
        (OutcomeIn, {"outcome": Outcome.STAND}),
    ):
        with pytest.raises(FieldsInvalid) as refused:
            read(model, {"reasons": blank, **more})
        assert [error.field for error in refused.value.errors] == ["reasons"]
        if not blank.strip():
            assert "第三十八条" in refused.value.errors[0].facts["cite"]


async def test_an_objection_that_is_declined_does_not_hold_the_result_up() -> None:
    office = await make_office()
    row, case = await published(office)
    objection, _ = await evaluation.object_to(row, vault(), DAY, anonymous=True)
    after = publicity.until(row).day + timedelta(days=1)
    # Still unanswered when the period is over: nothing ends before somebody has looked at it.
    assert not await evaluation.end(row, after)
    asked = ReasonsIn(reasons="没有写明哪一项不实")
    with pytest.raises(rulings.HadPart):
        await rulings.decline(objection.id, asked, by=office.second, on=after)
    await rulings.decline(objection.id, asked, by=office.chief, on=after)
    assert (await now(case)).status == "proposed"
    answered = await Objection.objects().get(Objection.id == objection.id)
    assert answered is not None
    assert answered.reasons == asked.reasons


async def test_a_refusal_is_reviewed_once_in_time_by_two_without_a_part() -> None:
    office = await make_office()
    case = await accepted(office)
    await evaluation.vote([case], office, DAY, against=[case])
    await evaluation.refuse(await now(case), office, date(2026, 7, 15))
    person, asked = await owner(case), ReviewIn(grounds="评审时没有看到补充的合同登记证明。")
    with pytest.raises(objections.TooLate) as late:
        await reviews.ask(case.id, asked, by=person, on=date(2026, 7, 23))
    assert (late.value.facts["day"], bool(late.value.facts["cite"])) == ("2026-07-22", True)
    review = await reviews.ask(case.id, asked, by=person, on=date(2026, 7, 22))
    with pytest.raises(StepNotPossible):
        await reviews.ask(case.id, asked, by=person, on=date(2026, 7, 22))
    said = OutcomeIn(outcome=Outcome.REOPEN, reasons="补充的证明足以改变结论")
    with pytest.raises(rulings.HadPart):
        await reviews.propose(review.id, said, by=office.first)
    fourth, fifth = await make_account(Role.OFFICER), await make_account(Role.OFFICER)
    await reviews.propose(review.id, said, by=fourth)
    with pytest.raises(rulings.HadPart):
        await reviews.decide(review.id, said, by=fourth, on=DAY)
    other = said.model_copy(update={"outcome": Outcome.STAND})
    back = ReasonsIn(reasons="补充的证明还没有核对")
    for had_part in (office.first, fourth):
        with pytest.raises(rulings.HadPart):
            await reviews.send_back(review.id, back, by=had_part)
    returned = await reviews.send_back(review.id, back, by=fifth)
    assert returned.status == "asked"
    assert {returned.outcome, returned.proposed_by} == {None}
    with pytest.raises(StepNotPossible):
        await reviews.send_back(review.id, back, by=fifth)
    await reviews.propose(review.id, said, by=fourth)
    with pytest.raises(reviews.NotAsProposed):
        await reviews.decide(review.id, other, by=fifth, on=DAY)
    await reviews.decide(review.id, said, by=fifth, on=DAY)
    again = await now(case)
    assert again.status == "accepted"
    assert {again.vote_passed, again.decided_on} == {None}
    await evaluation.vote([again], office, date(2026, 7, 27))
    assert (await now(case)).vote_passed
    asked_grant = decisions.ProposalIn(proposal=Proposal.GRANT, grounds="同意")
    with pytest.raises(decisions.VoteDecides):
        await decisions.propose(case.id, asked_grant, by=office.first)


async def test_the_order_drawn_is_what_the_page_lets_anybody_compute() -> None:
    from credentials.panels import lots

    office = await make_office(9)
    panel, _ = await drawn(office)
    shown = await pools.published(panel.reference)
    assert shown["commitment"] == lots.commitment(shown["secret"])
    order = lots.order(shown["pool"], lots.seed(shown["secret"], shown["word"]))
    assert [each["number"] for each in shown["order"]] == order
    sitting = await Seat.count().where(Seat.panel == panel.id, Seat.state == SeatState.SEATED)
    assert sitting == shown["size"] == 3
