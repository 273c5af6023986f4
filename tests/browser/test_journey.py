"""The whole main job through the pages, as the people do it: with and without JavaScript."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from playwright.sync_api import Browser

from certificates import offline
from tests.browser.conftest import BASE, TRIAL
from tests.browser.people import Applicant, Clerk, Employer, Office, Officer, address_in
from tests.certificates.test_corpus import trusted_by_pyhanko
from tests.factories import resident_number

pytestmark = pytest.mark.browser

LOGIN, PASSWORD, NAME = "shen@example.org", "a long enough password", "沈知行"
NUMBER = resident_number(7)
STATEMENT = "两项成果的转让，负责评估和谈判。"
MISSING = "请补充合同登记证明。"


@pytest.mark.parametrize("scripts", [True, False], ids=["with-scripts", "without-scripts"])
def test_from_registration_to_a_checked_certificate(
    chromium: Browser, office: Office, tmp_path: Path, scripts: bool
) -> None:
    applicant = Applicant(chromium, office, java_script_enabled=scripts)
    clerk = Clerk(chromium, office, java_script_enabled=scripts)
    first = Officer(chromium, office, java_script_enabled=scripts)
    second = Officer(chromium, office, java_script_enabled=scripts)
    employer = Employer(chromium, office, java_script_enabled=scripts)

    registry_number = registers_and_fills_the_profile(applicant, tmp_path)
    drafts_leaves_and_takes_it_up_again(applicant)
    is_told_what_is_missing(applicant)
    has_the_base_accredited(first)
    records_hours_and_reverses_a_wrong_entry(clerk, registry_number)
    reference = submits_and_sees_the_findings(applicant)
    returns_it_once(first, reference)
    supplements_and_submits_again(applicant)
    prepares_and_cannot_decide(first, reference)
    decides_and_issues(second, reference)
    paper = applicant.downloads_certificate(tmp_path)
    opens_the_address_of_the_qr_code(employer, paper)
    checks_number_and_name(employer, paper.stem)
    checks_the_file_and_one_with_a_byte_changed(employer, paper)
    every_other_checker_accepts_it(chromium, office, paper)

    people = (applicant, clerk, first, second, employer)
    assert [fault for person in people for fault in person.faults] == []


def registers_and_fills_the_profile(applicant: Applicant, folder: Path) -> str:
    applicant.registers(LOGIN, PASSWORD)
    wrong = NUMBER[:-1] + ("0" if NUMBER[-1] != "0" else "1")
    applicant.gives_identity(wrong, NAME)
    assert "校验" in applicant.told_beside("number")
    assert (applicant.typed("name"), applicant.typed("number")) == (NAME, wrong)
    applicant.gives_identity(NUMBER, NAME)
    diploma = folder / "diploma.pdf"
    diploma.write_bytes(b"%PDF-1.7\n% a diploma, as far as the type goes\n")
    applicant.adds_education(diploma)
    applicant.adds_employment()
    applicant.adds_title()
    applicant.adds_contract()
    assert "某项技术转让" in applicant.reads()
    applicant.goes_to("/profile")
    return applicant.page.locator(".reg-number").first.inner_text()


def drafts_leaves_and_takes_it_up_again(applicant: Applicant) -> None:
    applicant.begins_application("junior")
    applicant.saves(STATEMENT)
    applicant.signs_out()
    applicant.signs_in(LOGIN, PASSWORD)
    applicant.takes_up_application("继续填写")
    assert applicant.typed("statement") == STATEMENT


def is_told_what_is_missing(applicant: Applicant) -> None:
    applicant.presses("提交申请")
    told = applicant.reads()
    assert "请改正以下内容" in told
    assert "不满足条件" in told
    assert "初级的培训学时" in told
    assert applicant.typed("statement") == STATEMENT


def has_the_base_accredited(officer: Officer) -> None:
    officer.signs_in(*vars(officer.office.staff["first"]).values())
    officer.accredits(BASE, "沪备-001", ["junior"], ["practical-skills"])
    assert "沪备-001" in officer.reads()


def records_hours_and_reverses_a_wrong_entry(clerk: Clerk, person: str) -> None:
    clerk.signs_in(*vars(clerk.office.staff["clerk"]).values())
    yesterday = TRIAL - timedelta(days=1)
    clerk.records(person, "班一-01", "0", yesterday)
    assert "须大于 0" in clerk.told_beside("minutes")
    assert clerk.typed("reference") == "班一-01"
    clerk.records(person, "班一-02", "480", yesterday)
    clerk.reverses("班一-02", "人员填错")
    assert "已冲正" in clerk.reads()
    assert "原因：人员填错" in clerk.reads()
    for n in range(3, 7):
        clerk.records(person, f"班一-{n:02}", "480", yesterday - timedelta(days=n))
    assert "最近 6 笔" in clerk.reads()


def submits_and_sees_the_findings(applicant: Applicant) -> str:
    applicant.goes_to("/hours")
    assert "累计 42 学时" in applicant.reads()
    applicant.takes_up_application("继续填写")
    assert "满足条件" in applicant.reads()
    applicant.presses("提交申请")
    assert "申请已提交" in applicant.reads()
    reference = applicant.page.locator(".reg-number").first.inner_text()
    applicant.follows("查看申请和进度")
    told = applicant.reads()
    assert "已随申请保存" in told
    assert "版本 evaluation-" in told
    return reference


def returns_it_once(officer: Officer, reference: str) -> None:
    officer.opens_case(reference)
    assert NAME in officer.reads()
    assert NUMBER not in officer.reads()
    officer.returns(MISSING)
    assert "等申请人补正" in officer.reads()


def supplements_and_submits_again(applicant: Applicant) -> None:
    applicant.takes_up_application("前往补正")
    assert MISSING in applicant.reads()
    applicant.writes(statement=f"{STATEMENT}证明已补。")
    applicant.presses("再次提交")
    assert "申请已提交" in applicant.reads()


def prepares_and_cannot_decide(officer: Officer, reference: str) -> None:
    officer.opens_case(reference)
    assert "证明已补" in officer.reads()
    officer.proposes("grant", "条件均满足。")
    assert "拟定的人不能决定" in officer.reads()
    assert officer.page.locator('[name="decision"]').count() == 0
    status, told = officer.tries_to_grant_all_the_same("自己同意。")
    assert status == 403
    assert "须由另一位" in told
    assert "自己同意。" in told


def decides_and_issues(officer: Officer, reference: str) -> None:
    officer.signs_in(*vars(officer.office.staff["second"]).values())
    officer.opens_case(reference)
    officer.grants("同意授予。")
    assert "已授予" in officer.reads()
    officer.presses("签发证书")
    number = officer.page.locator(".reg-desk__acts .reg-number").inner_text()
    assert number.startswith("SHTM-")


def opens_the_address_of_the_qr_code(employer: Employer, paper: Path) -> None:
    address = address_in(paper)
    assert address.upper().startswith(f"{employer.office.url}/V/".upper())
    employer.page.goto(address)
    assert employer.verdict() == "有效"
    employer.follows("English")
    assert employer.verdict() == "Valid"
    employer.follows("中文")


def checks_number_and_name(employer: Employer, number: str) -> None:
    employer.checks_number(number, NAME)
    assert employer.verdict() == "有效"
    employer.checks_number(number, "沈知信")
    assert employer.verdict() == "未查到"


def every_other_checker_accepts_it(chromium: Browser, office: Office, paper: Path) -> None:
    """What a browser kept is still the original: to the strict check, a pack, the offline page."""
    content = paper.read_bytes()
    answer = httpx.post(f"{office.url}/api/verify/file", files={"file": content}).json()
    assert answer["verdict"] == "valid"
    assert {each["outcome"] for each in answer["checks"]} == {"passed"}
    known = offline.read(httpx.get(f"{office.url}/authority/pack.json").content)
    made_at = datetime.fromisoformat(known.made_at)
    found = offline.verify(content, known, made_at)
    assert (found.verdict, found.number) == ("valid", paper.stem)
    roots = [x509.load_pem_x509_certificate(each.encode()) for each in known.roots]
    with ThreadPoolExecutor(1) as apart:  # where no event loop runs
        assert apart.submit(trusted_by_pyhanko, content, roots, made_at).result()
    checker = paper.with_name("verify.html")
    checker.write_bytes(httpx.get(f"{office.url}/authority/verify.html").content)
    page = chromium.new_context(offline=True).new_page()
    page.goto(checker.as_uri())
    page.set_input_files("#file", paper)
    page.wait_for_selector("#result:not([hidden])")
    assert page.get_attribute("#result", "class") == "valid"


def checks_the_file_and_one_with_a_byte_changed(employer: Employer, paper: Path) -> None:
    employer.checks_file(paper)
    assert employer.verdict() == "有效"
    content = bytearray(paper.read_bytes())
    content[len(content) // 2] ^= 1
    changed = paper.with_name("changed.pdf")
    changed.write_bytes(content)
    employer.checks_file(changed)
    assert employer.verdict() == "无效：不是原件"
    assert "这个文件与签发的原件不同，不能采信。" in employer.reads()
