"""People before a browser: what each of them does, said in their own words."""

import shutil
import subprocess
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pyotp
import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Browser, Locator, Page

from tests.browser.wall_clock import WallClock

REFUSED = "Failed to load resource: the server responded with a status of 4"
"""What Chromium notes in its console about a form that was answered with a refusal."""


@dataclass(frozen=True)
class Staff:
    """Somebody whose account the operator opened."""

    login: str
    password: str
    secret: str


@dataclass(frozen=True)
class Office:
    """A running registry."""

    url: str
    staff: dict[str, Staff]
    clock: WallClock


class Visitor:
    """Somebody at a browser of their own. `faults` notes what no page of ours may do."""

    def __init__(self, browser: Browser, office: Office, **options: Any) -> None:
        self.office = office
        self.faults: list[str] = []
        self.context = browser.new_context(locale="zh-CN", **options)
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(20_000)
        self.page.on("request", lambda request: self._same_host(request.url))
        self.page.on("response", lambda answer: self._no_error(answer.status, answer.url))
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("console", lambda said: self._quiet(said.type, said.text))

    def _same_host(self, url: str) -> None:
        if urlsplit(url).scheme != "data" and not url.startswith(f"{self.office.url}/"):
            self.faults.append(f"asked another host: {url}")

    def _no_error(self, status: int, url: str) -> None:
        if status >= 500:
            self.faults.append(f"{status} at {url}")

    def _quiet(self, kind: str, text: str) -> None:
        if kind == "error" and not text.startswith(REFUSED):
            self.faults.append(text)

    def goes_to(self, path: str) -> None:
        self.page.goto(f"{self.office.url}{path}")

    def follows(self, words: str) -> None:
        self.page.get_by_role("link", name=words).first.click()

    def presses(self, words: str) -> None:
        self.page.get_by_role("button", name=words, exact=True).click()

    def opens(self, words: str) -> None:
        self.page.locator("summary", has_text=words).click()

    def writes(self, **fields: str) -> None:
        """Fill in fields by their names; those that are choices are chosen."""
        for name, value in fields.items():
            box = self._box(name)
            kind = box.first.get_attribute("type")
            if kind == "radio":
                self.page.locator(f'main input[name="{name}"][value="{value}"]').check()
            elif box.first.evaluate("box => box.tagName") == "SELECT":
                box.select_option(value)
            else:
                box.fill(value)

    def writes_day(self, name: str, day: date) -> None:
        for part in ("year", "month", "day"):
            self._box(f"{name}-{part}").fill(str(getattr(day, part)))

    def ticks(self, *names: str) -> None:
        for name in names:
            self.page.locator(f'main [type="checkbox"][name="{name}"]').check()

    def attaches(self, name: str, file: Path) -> None:
        self.page.locator(f'input[type="file"][name="{name}"]').set_input_files(file)

    def _box(self, name: str) -> Locator:
        return self.page.locator(f'main [name="{name}"]:visible')

    def reads(self) -> str:
        """The words of the page before them."""
        return self.page.locator("main").inner_text()

    def typed(self, name: str) -> str:
        """What stands in a field."""
        return self._box(name).input_value()

    def told_beside(self, name: str) -> str:
        """The message beside a field."""
        return self.page.locator(f"#{name}-error").inner_text()

    def signs_in(self, login: str, password: str, secret: str = "") -> None:
        self.goes_to("/sign-in")
        self.writes(login=login, password=password)
        if secret:
            self.writes(code=pyotp.TOTP(secret).at(self.office.clock()))
        self.page.locator("main").get_by_role("button", name="登录").click()
        assert "/sign-in" not in self.page.url, self.reads()

    def signs_out(self) -> None:
        self.presses("退出登录")


class Applicant(Visitor):
    """A technology manager."""

    def registers(self, login: str, password: str) -> None:
        self.goes_to("/register")
        self.writes(login=login, password=password)
        self.page.locator("#consent").check()
        self.presses("同意并注册")

    def gives_identity(self, number: str, name: str) -> None:
        self.goes_to("/profile/identity")
        self.writes(kind="resident", name=name, number=number)
        self.presses("保存身份信息")

    def adds_education(self, certificate: Path) -> None:
        self.goes_to("/profile/education")
        self.writes(school="申城理工大学", degree="bachelor", subject="应用化学")
        self.writes_day("graduated_on", date(2012, 6, 30))
        self.attaches("evidence", certificate)
        self.presses("保存这一条")

    def adds_employment(self) -> None:
        self.goes_to("/profile/employment")
        self.writes(employer="某科技公司", post="技术经理", technology_transfer="yes")
        self.writes_day("began_on", date(2020, 1, 1))
        self.presses("保存这一条")

    def adds_title(self) -> None:
        self.goes_to("/profile/titles")
        self.writes(title="工程师", level="intermediate", granted_by="评审委员会")
        self.writes_day("granted_on", date(2019, 12, 31))
        self.presses("保存这一条")

    def adds_contract(self) -> None:
        self.goes_to("/profile/contracts")
        self.writes(
            registration_number="2024310000012345",
            title="某项技术转让",
            role="lead",
            amount_yuan="1,200,000.50",
            parties="甲公司\n乙大学",
        )
        self.writes_day("signed_on", date(2024, 5, 6))
        self.presses("保存这一条")

    def begins_application(self, level: str) -> None:
        self.goes_to("/applications")
        self.writes(level=level)
        self.presses("开始申请")

    def saves(self, statement: str) -> None:
        self.writes(statement=statement)
        self.presses("保存，以后再填")

    def takes_up_application(self, words: str) -> None:
        self.goes_to("/applications")
        self.follows(words)

    def downloads_certificate(self, into: Path) -> Path:
        self.goes_to("/certificates")
        with self.page.expect_download() as coming:
            self.follows("下载 PDF 证书")
        file = into / coming.value.suggested_filename
        coming.value.save_as(file)
        return file


class Clerk(Visitor):
    """A training base's clerk."""

    def records(self, person: str, reference: str, minutes: str, day: date) -> None:
        self.goes_to("/ledger/record")
        self.writes(
            person=person,
            reference=reference,
            course="技术合同实务",
            module="practical-skills",
            mode="face-to-face",
            minutes=minutes,
        )
        self.writes_day("held_on", day)
        self.presses("保存这一笔")

    def reverses(self, reference: str, reason: str) -> None:
        self.goes_to("/ledger")
        self.page.get_by_role("row").filter(has_text=reference).get_by_role("link").click()
        self.writes(reason=reason)
        self.presses("冲正这一笔")


class Officer(Visitor):
    """An officer of the bureau."""

    def accredits(self, base: str, number: str, levels: list[str], modules: list[str]) -> None:
        self.goes_to("/bases")
        self.presses("登记备案")
        self.writes(base=base, number=number)
        self.ticks(*(f"level-{each}" for each in levels))
        self.ticks(*(f"module-{each}" for each in modules))
        self.writes_day("first_day", date(2020, 1, 1))
        self.writes_day("last_day", date(2035, 12, 31))
        self.presses("保存备案")

    def opens_case(self, reference: str) -> None:
        self.goes_to("/queue")
        self.follows(reference)

    def returns(self, what_is_missing: str) -> None:
        self.opens("要求补正")
        self.writes(grounds=what_is_missing)
        self.presses("退回补正")

    def proposes(self, proposal: str, grounds: str) -> None:
        self.opens("拟定意见")
        self.writes(proposal=proposal, grounds=grounds)
        self.presses("交另一位人员决定")

    def tries_to_grant_all_the_same(self, grounds: str) -> tuple[int, str]:
        """Send the form that the page does not offer."""
        token = self.page.locator('input[name="_csrf_token"]').first.input_value()
        sent: dict[str, str | float | bool] = {
            "_csrf_token": token,
            "grounds": grounds,
            "decision": "grant",
        }
        answer = self.context.request.post(f"{self.page.url}/decision", form=sent)
        return answer.status, answer.text()

    def grants(self, grounds: str) -> None:
        self.writes(grounds=grounds)
        self.presses("决定授予")


class Employer(Visitor):
    """Anybody who wants to know; not signed in."""

    def checks_number(self, number: str, name: str) -> None:
        self.goes_to("/verify")
        self.writes(number=number, name=name)
        asked = self.page.locator("form[action='/verify']")
        asked.get_by_role("button", name="查验", exact=True).click()

    def checks_file(self, file: Path) -> None:
        self.goes_to("/verify")
        self.attaches("file", file)
        self.presses("上传并查验")

    def verdict(self) -> str:
        return self.page.locator("h1").inner_text()


def address_in(paper: Path) -> str:
    """What a phone's camera reads off the one code that a paper bears, whatever its page."""
    if shutil.which("pdftoppm") is None:
        pytest.fail("no pdftoppm: apt-get install poppler-utils")
    pictures = paper.with_suffix("")
    subprocess.run(["pdftoppm", "-r", "150", "-png", str(paper), str(pictures)], check=True)
    read = []
    for page in paper.parent.glob(f"{pictures.name}-*.png"):
        with Image.open(page) as image:
            read += zxingcpp.read_barcodes(image.convert("L"))
    (found,) = read
    return str(found.text)
