"""The demonstration's training: courses, classes in every state, a review, and a mentor."""

from datetime import date, timedelta
from uuid import UUID

from registry.platform import clock
from registry.platform.permissions import Role
from registry.tables import Account, Person
from seeds.cast import Cast
from training import attendance, classes, courses, findings, mentoring, practice
from training.attendance import Attended, SheetIn
from training.classes import PostingIn, RosterIn
from training.courses import CourseIn, OpinionIn
from training.findings import DrawIn, ReviewIn
from training.mentoring import MentorIn, PairingIn
from training.planning import ClassIn
from training.practice import ConfirmationIn, PracticeIn
from training.tables import ClassSession
from training.words import Level, Mode, Module

OFFERED = (
    ("技术合同登记实务", Level.JUNIOR, Module.PRACTICAL_SKILLS, 60),
    ("科技成果评价与定价", Level.MID, Module.ADVANCEMENT, 60),
    ("知识产权法律基础", Level.JUNIOR, Module.POLICY_AND_LAW, None),
)
PLACES = ("张江路 18 号 3 楼教室", "湖滨路 6 号报告厅")
COORDINATES = ("31.2072, 121.6036", "30.2741, 120.1551")
SYLLABUS = "内容：分类、流程、案例研讨。授课：本基地专职教师，两人一组轮讲。"
LENGTH = 180
SEED = "演示：2026 年第 1 期"


async def teach(cast: Cast, clerks: list[Account], officer: Account) -> None:
    """Let two bases propose, hold and post; let the bureau review what they posted."""
    today = clock.today()
    learners = await _learners()
    for place, clerk in enumerate(clerks[:2]):
        taught = [await _course(kind, clerk, officer) for kind in OFFERED[:2]]
        await courses.propose(_asked(OFFERED[2]), by=clerk)
        for number, (course, day) in enumerate(
            ((taught[0], -20), (taught[1], -2), (taught[0], 6)), 1
        ):
            row = await _class(clerk, place, number, course, today + timedelta(days=day))
            await _fill(cast, row, clerk, learners[: 5 + number], day)
    first = today - timedelta(days=60)
    asked = ReviewIn(first_day=first, last_day=today)
    await findings.review(asked, by=officer, on=today)
    await findings.draw(DrawIn(**asked.model_dump(), seed=SEED), by=officer, on=today)
    await _mentor(cast, clerks[0], learners, today)


async def _learners() -> list[Person]:
    found: list[Person] = await (
        Person.objects().where(Person.name.is_not_null()).order_by(Person.number).limit(12)
    )
    return found


def _asked(kind: tuple[str, Level, Module, int | None]) -> CourseIn:
    title, level, module, pass_mark = kind
    return CourseIn(
        title=title,
        level=level,
        module=module,
        minutes=LENGTH,
        syllabus=SYLLABUS,
        pass_mark=pass_mark,
    )


async def _course(
    kind: tuple[str, Level, Module, int | None], clerk: Account, officer: Account
) -> UUID:
    row = await courses.propose(_asked(kind), by=clerk)
    await courses.approve(row.id, OpinionIn(note="大纲和师资符合要求，同意开课。"), by=officer)
    identifier: UUID = row.id
    return identifier


async def _class(clerk: Account, place: int, number: int, course: UUID, day: date) -> ClassSession:
    begins = 9 + place
    return await classes.plan(
        ClassIn(
            course=course,
            code=f"B{place + 1}-{day:%Y}-{number:03d}",
            mode=Mode.FACE_TO_FACE,
            day=day,
            begins=f"{begins}:00",
            ends=f"{begins + 3}:00",
            teacher=("林老师", "周老师")[place],
            capacity=40,
            place=PLACES[place],
            coordinates=COORDINATES[place],
        ),
        by=clerk,
    )


async def _fill(
    cast: Cast, row: ClassSession, clerk: Account, learners: list[Person], day: int
) -> None:
    """Enrol; where it is over take attendance, and long afterwards post."""
    numbers = "\n".join(person.number for person in learners)
    await classes.enrol(row.id, RosterIn(people=numbers), by=clerk, vault=cast.vault)
    if day > 0:
        return
    seats = await classes.roster(row.id, by=clerk)
    lines = tuple(
        Attended(enrolment=seat["id"], minutes=LENGTH - 45 * (n % 3 == 2), score=58 + 7 * n % 43)
        for n, seat in enumerate(seats)
    )
    await attendance.take(row.id, SheetIn(lines=lines), by=clerk)
    if day < -7:
        await classes.post(row.id, PostingIn(), by=clerk, on=clock.today(), now=clock.now())


async def _mentor(cast: Cast, clerk: Account, learners: list[Person], today: date) -> None:
    old, young = learners[0], learners[1]
    began = today - timedelta(days=40)
    mentor = await mentoring.register(
        MentorIn(
            person=old.number,
            qualification="高级技术经理人，十二年技术转移经历，促成转化二十余项",
            capacity=3,
            first_day=today.replace(month=1, day=1),
            last_day=today.replace(month=12, day=31),
            terms=True,
        ),
        by=clerk,
        vault=cast.vault,
    )
    pairing = await mentoring.pair(
        PairingIn(
            mentor=mentor.id,
            person=young.number,
            plan="半年内参与两个项目：需求访谈、尽职调查、合同谈判、合同登记。",
            planned_minutes=1440,
            began_on=max(began, today.replace(month=1, day=1)),
        ),
        by=clerk,
        vault=cast.vault,
    )
    senior, junior = [await _account(person) for person in (old, young)]
    for days_ago, activity in ((12, "随导师访谈两家企业，整理技术需求。"), (3, "起草合同要点。")):
        asked = PracticeIn(
            held_on=max(today - timedelta(days=days_ago), pairing.began_on),
            minutes=240,
            activity=activity,
        )
        stretch = await practice.report(pairing.id, asked, by=junior, on=today)
        if days_ago > 7:
            await practice.confirm(
                stretch.id, ConfirmationIn(), by=senior, on=today, now=clock.now()
            )


async def _account(person: Person) -> Account:
    found = await Account.objects().get(
        (Account.person == person.id) & (Account.role == Role.APPLICANT)
    )
    assert found is not None, "everybody in the demonstration has an account"
    return found
