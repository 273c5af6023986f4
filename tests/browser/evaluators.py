"""Everybody with a part in an evaluation, before a browser, and what each of them does there."""

from datetime import date

from playwright.sync_api import Browser, expect

from tests.browser.people import Applicant, Employer, Office, Visitor

SEED = "seven dice for {level}: 4 1 6 2 2 5 3, thrown at the office"
PUBLIC_FIGURE = "上证指数收盘 3388.06"


class Colleague(Visitor):
    """Somebody with an account that was opened for them."""

    def __init__(self, browser: Browser, office: Office, who: str) -> None:
        super().__init__(browser, office, java_script_enabled=False)
        self.staff = office.staff[who]

    def arrives(self) -> None:
        """Sign in, as everybody has to each day."""
        self.signs_in(self.staff.login, self.staff.password, self.staff.secret)

    def follows_to(self, address: str, words: str) -> None:
        """Go on by the link in the row or item that has these words."""
        self.page.locator(f'main a[href^="{address}"]', has_text=words).first.click()


class Candidate(Colleague, Applicant):
    """An applicant for a level, with address and reference of the application once there is one."""

    at = ""
    reference = ""

    @property
    def application(self) -> str:
        """The id of the application."""
        return self.at.rpartition("/")[2]

    def begins(self, level: str) -> None:
        self.begins_application(level)
        self.at = self.page.url.removeprefix(self.office.url)

    def states(self, statement: str) -> None:
        self.goes_to(f"{self.at}/statement")
        self.writes(statement=statement)
        self.presses("保存并返回")

    def claims(self, *functions: str) -> None:
        self.goes_to(f"{self.at}/functions")
        self.ticks(*(f"function-{each}" for each in functions))
        self.presses("保存并返回")

    def accounts_for(self, function: str) -> None:
        self.goes_to(f"{self.at}/functions/{function}")
        self.writes(account="主持谈判，起草合同并办理认定登记。")
        self.presses("保存")
        self.goes_to(f"{self.at}/functions/{function}/achievement")
        self.writes(text="促成一项专利许可，首期款已到账。")
        self.writes_day("day", date(2026, 5, 6))
        self.presses("保存这一份")

    def shows_a_contract_for(self, function: str) -> None:
        self.goes_to(f"{self.at}/functions/{function}/contract")
        self.page.locator('main input[name="contract"]').first.check()
        self.presses("保存这一份")

    def is_recommended_for(self, function: str) -> None:
        self.goes_to(f"{self.at}/functions/{function}/recommendation")
        self.writes(recommender="高若水", unit="临江大学", text="与其合作两年，专业可靠。")
        self.presses("保存这一份")

    def names_employer(self, unit: str) -> None:
        self.goes_to(f"{self.at}/employer")
        self.writes(employer=unit)
        self.presses("保存并返回")

    def hands_in(self, words: str = "提交申请") -> None:
        """Check everything and hand it in."""
        self.goes_to(f"{self.at}/check")
        self.presses(words)
        assert "申请已提交" in self.reads(), self.reads()
        self.reference = self.page.locator(".govuk-panel .reg-number").inner_text()

    def progress(self) -> str:
        """What the page of the application says."""
        self.goes_to(self.at)
        return self.reads()

    def stands_at(self, status: str) -> bool:
        """Whether the application has come this far."""
        return status in self.progress()

    def holds(self, title: str, status: str) -> bool:
        """Whether they have a certificate of this title with this status."""
        return self.certificates().get(title, ("", ""))[0] == status

    def certificates(self) -> dict[str, tuple[str, str]]:
        """The status and number of each certificate, by what it certifies."""
        self.goes_to("/certificates")
        found = {}
        for card in self.page.locator(".govuk-summary-card").all():
            status = card.locator(".govuk-tag").inner_text()
            found[card.locator("h2").inner_text()] = (
                status,
                card.locator("dd .reg-number").inner_text(),
            )
        return found

    def defends(self, words: str) -> None:
        self.goes_to("/integrity/cases")
        self.follows_to("/integrity/cases/", "CX-")
        self.writes(defence=words)
        self.presses("提交陈述申辩")

    def reports(self, number: str, alleged: str) -> None:
        self.goes_to("/integrity/cases")
        self.writes(person=number, alleged=alleged)
        self.writes_day("ended_on", date(2026, 6, 1))
        self.presses("提交")


class Unit(Colleague):
    """Who acts for an employer."""

    def puts_up(self, reference: str, day: date) -> None:
        self._opens(reference)
        self.writes_day("first_day", day)
        self.writes(place="一楼公告栏")
        self.presses("登记公示")

    def confirms(self, reference: str) -> None:
        self._opens(reference)
        self.presses("确认属实")

    def _opens(self, reference: str) -> None:
        self.follows("员工的申请")
        self.follows_to("/employer/", reference)


class Desk(Colleague):
    """An officer."""

    def opens_round(self, name: str, day: date) -> None:
        self.goes_to("/rounds")
        self.writes(name=name)
        self.ticks("level-junior", "level-mid", "level-senior")
        self.writes_day("opens_on", day)
        self.presses("开放")

    def opens_case(self, reference: str) -> None:
        self.goes_to("/queue")
        self.follows_to("/queue/", reference)

    def asks_to_mend_the_statement(self, words: str) -> None:
        self.opens("要求补正")
        self.writes(**{"ask-statement": words})
        self.presses("发出补正通知")

    def accepts(self) -> None:
        self.presses("予以受理")

    def commits(self, level: str, words: str, application: str) -> None:
        self.goes_to("/panels")
        self.writes(level=level, secret=SEED.format(level=words))
        self.ticks(f"application-{application}")
        self.presses("冻结名单并公布摘要")
        self.opens_panel(words)

    def opens_panel(self, words: str) -> None:
        self.goes_to("/panels")
        row = self.page.get_by_role("row").filter(has_text=words)
        row.locator('a[href^="/panels/"]').click()

    def adds_public_figure(self) -> None:
        self.writes(word=PUBLIC_FIGURE)
        self.presses("添加公开数字")

    def reveals(self, words: str) -> None:
        self.writes(secret=SEED.format(level=words))
        self.presses("公开种子并抽取")

    def opens_meeting(self) -> None:
        for box in self.page.locator('main [name^="present-"]').all():
            box.check()
        self.presses("记录到会并开始会议")

    def counts(self) -> None:
        self.presses("计票并形成纪要")

    def publishes(self) -> None:
        self.presses("公示结果")

    def opens_objection(self, reference: str) -> None:
        self.goes_to("/objections")
        row = self.page.get_by_role("row").filter(has_text=reference)
        row.locator('a[href^="/objections/"]').click()

    def dismisses(self, reasons: str) -> None:
        self.writes(ruling="dismiss", reasons=reasons)
        self.presses("作出决定")

    def grants(self) -> None:
        self.writes(grounds="公示期满无异议，同意授予。")
        self.presses("决定授予")

    def opens_integrity_case(self) -> None:
        self.goes_to("/integrity/cases")
        self.follows_to("/integrity/cases/", "CX-")

    def gives_notice(self, facts: str) -> None:
        self.presses("受理")
        self.writes(facts=facts, basis="章程第八条", measure="suspension")
        self.presses("告知")

    def convenes(self, members: list[str], until: date) -> None:
        self.writes(finding="合同金额填报不实", reasons="与登记机关核对不符", severity="general")
        draft = self.page.locator("form", has=self.page.locator("#convene-basis"))
        draft.locator('[name="basis"]').fill("章程第八条")
        draft.locator('[name="measure"][value="suspension"]').check()
        self.writes_day("until", until)
        self.ticks(*(f"member-{each}" for each in members))
        self.presses("提交审议组")

    def decides_and_serves(self) -> None:
        self.presses("计票")
        self.presses("记录已送达")


class Assessor(Colleague):
    """A member of panels."""

    def declares_tie(self, name: str, reason: str) -> None:
        self.goes_to("/assessing")
        self.writes(name=name, reason=reason)
        self.presses("声明")

    def duties(self) -> list[str]:
        """Addresses of the applications before the panels they sit on."""
        self.goes_to("/assessing")
        links = self.page.locator('main a[href^="/assessing/"]')
        return [link.get_attribute("href") or "" for link in links.all()]

    def scores(self, duty: str, points: int) -> None:
        self.goes_to(duty)
        for box in self.page.locator('main input[inputmode="numeric"]').all():
            box.fill(str(points))
        self.presses("提交评分表")

    def votes(self, duty: str) -> None:
        self.goes_to(duty)
        self.writes(choice="yes")
        self.presses("投票")

    def agrees_to_decision(self) -> None:
        self.goes_to("/integrity/cases")
        self.follows_to("/integrity/cases/", "CX-")
        self.writes(agrees="yes")
        self.presses("投票")


class Onlooker(Employer):
    """Anybody at all; not signed in."""

    def published(self) -> list[str]:
        """The references of the results before the public."""
        self.goes_to("/results")
        return self.page.locator("main th .reg-number, main th.reg-number").all_inner_texts()

    def objects_anonymously(self, reference: str, grounds: str) -> str:
        """Object to a result; return the receipt code."""
        self.goes_to("/results")
        row = self.page.get_by_role("row").filter(has_text=reference)
        row.get_by_role("link", name="提出异议").click()
        self.writes(grounds=grounds)
        self.ticks("anonymous")
        self.presses("提交异议")
        code = self.page.locator(".reg-total .reg-number")
        expect(code).to_be_visible()
        return code.inner_text()

    def asks_about(self, code: str) -> str:
        self.goes_to("/results/objection")
        self.writes(code=code)
        self.presses("查询")
        return self.reads()

    def asks_how_far(self, reference: str) -> str:
        self.goes_to(f"/progress?reference={reference}")
        return self.reads()
