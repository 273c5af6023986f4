"""A class, from the proposal of its course to the checked statement of hours of who attended it."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import BASE, TRIAL
from tests.browser.people import Applicant, Clerk, Employer, Office, Officer, address_in
from tests.factories import resident_number

pytestmark = pytest.mark.browser

COURSE, CODE = "技术合同登记实务", "2026-035"
PASSWORD, NAME, ABSENT = "a long enough password", "沈知行", "高若水"
LEVELS, MODULES = ["junior"], ["practical-skills"]


@pytest.mark.parametrize("scripts", [True, False], ids=["with-scripts", "without-scripts"])
def test_from_a_proposed_course_to_a_checked_statement_of_hours(
    chromium: Browser, office: Office, tmp_path: Path, scripts: bool
) -> None:
    learner = Applicant(chromium, office, java_script_enabled=scripts)
    absent = Applicant(chromium, office, java_script_enabled=scripts)
    clerk = Clerk(chromium, office, java_script_enabled=scripts)
    officer = Officer(chromium, office, java_script_enabled=scripts)
    employer = Employer(chromium, office, java_script_enabled=scripts)

    numbers = [
        registers(learner, "shen@example.org", resident_number(7), NAME),
        registers(absent, "gao@example.org", resident_number(8), ABSENT),
    ]
    accredits_the_base(officer)
    proposes_a_course(clerk)
    approves_the_course(officer)
    opens_a_class(clerk)
    enrols(clerk, numbers)
    records_attendance_and_the_examination(clerk)
    posts_the_hours(clerk)
    paper = reads_and_takes_the_statement(learner, tmp_path)
    is_told_of_no_hours(absent)
    checks_code_and_file(employer, paper)
    reads_the_same_at_the_base_and_the_bureau(clerk, officer)

    people = (learner, absent, clerk, officer, employer)
    assert [fault for person in people for fault in person.faults] == []


def registers(person: Applicant, login: str, number: str, name: str) -> str:
    person.registers(login, PASSWORD)
    person.gives_identity(number, name)
    person.goes_to("/profile")
    return person.page.locator(".reg-number").first.inner_text()


def accredits_the_base(officer: Officer) -> None:
    officer.signs_in(*vars(officer.office.staff["first"]).values())
    officer.accredits(BASE, "沪备-001", LEVELS, MODULES)
    assert "沪备-001" in officer.reads()


def proposes_a_course(clerk: Clerk) -> None:
    clerk.signs_in(*vars(clerk.office.staff["clerk"]).values())
    clerk.follows("课程")
    clerk.presses("申报课程")
    clerk.writes(
        title=COURSE,
        level="junior",
        module="practical-skills",
        minutes="三小时",
        syllabus="合同分类、认定登记流程与税收政策",
        pass_mark="60",
    )
    clerk.presses("提交申报")
    assert "请填写整数。" in clerk.told_beside("minutes")
    clerk.writes(minutes="180")
    clerk.presses("提交申报")
    assert "待审核" in clerk.reads()


def approves_the_course(officer: Officer) -> None:
    officer.goes_to("/courses")
    officer.follows(COURSE)
    officer.writes(note="同意")
    officer.presses("批准课程")
    assert "已批准" in officer.reads()


def opens_a_class(clerk: Clerk) -> None:
    clerk.goes_to("/courses")
    clerk.follows(COURSE)
    clerk.presses("安排班次")
    clerk.writes(
        code=CODE,
        mode="face-to-face",
        begins="9:00",
        ends="12:00",
        teacher="林老师",
        capacity="30",
        place="一号楼 201 室",
    )
    clerk.writes_day("day", TRIAL - timedelta(days=1))
    clerk.presses("保存班次")
    assert "还没有人报名。" in clerk.reads()


def enrols(clerk: Clerk, numbers: list[str]) -> None:
    clerk.writes(people=f"{numbers[0]}\nP-999999")
    clerk.presses("添加学员")
    assert "2" in clerk.told_beside("people")
    clerk.writes(people="\n".join(numbers))
    clerk.presses("添加学员")
    assert "2 / 30 人" in clerk.reads()


def records_attendance_and_the_examination(clerk: Clerk) -> None:
    clerk.page.get_by_label(f"{NAME} 实到分钟").fill("181")
    clerk.presses("保存到课和成绩")
    assert "多于这次课的 180 分钟" in clerk.reads()
    clerk.page.get_by_label(f"{NAME} 实到分钟").fill("１８０")
    clerk.page.get_by_label(f"{NAME} 成绩").fill("88")
    clerk.page.get_by_label(f"{ABSENT} 实到分钟").fill("0")
    clerk.presses("保存到课和成绩")
    assert clerk.page.get_by_label(f"{NAME} 实到分钟").input_value() == "180"
    assert clerk.page.get_by_label(f"{NAME} 成绩").input_value() == "88"


def posts_the_hours(clerk: Clerk) -> None:
    clerk.presses("登入台账")
    assert "已登记" in clerk.reads()
    clerk.goes_to("/ledger")
    assert "最近 1 笔" in clerk.reads()
    assert COURSE in clerk.reads()


def reads_and_takes_the_statement(learner: Applicant, folder: Path) -> Path:
    learner.goes_to("/hours")
    assert "累计 4 学时" in learner.reads()
    learner.follows("学时可以用于什么")
    assert "各等级学时要求（示例）" in learner.reads()
    with learner.page.expect_download() as coming:
        learner.follows("学时证明（PDF）")
    file = folder / coming.value.suggested_filename
    coming.value.save_as(file)
    return file


def is_told_of_no_hours(absent: Applicant) -> None:
    absent.goes_to("/hours")
    assert "还没有培训基地为您登记学时。" in absent.reads()


def checks_code_and_file(employer: Employer, paper: Path) -> None:
    address = address_in(paper)
    assert address.upper().startswith(f"{employer.office.url}/S/".upper())
    employer.page.goto(address)
    assert employer.verdict() == "有效"
    employer.follows("English")
    assert employer.verdict() == "Valid"
    employer.follows("中文")
    employer.checks_file(paper)
    assert employer.verdict() == "有效"
    changed = Path(shutil.copy(paper, paper.with_name("changed.pdf")))
    content = bytearray(changed.read_bytes())
    content[len(content) // 2] ^= 1
    changed.write_bytes(content)
    employer.checks_file(changed)
    assert employer.verdict().startswith("无效")


def reads_the_same_at_the_base_and_the_bureau(clerk: Clerk, officer: Officer) -> None:
    clerk.goes_to("/classes")
    clerk.follows(CODE)
    clerk.follows(NAME)
    assert "累计 4 学时" in clerk.reads()
    officer.goes_to(clerk.page.url.removeprefix(officer.office.url))
    assert "累计 4 学时" in officer.reads()
    assert "共 180 分钟" in officer.reads()
