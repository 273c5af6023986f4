"""Whose story the demonstration tells: some sixty people, each ending in a state worth seeing."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from faker import Faker

from credentials.words import Level
from registry.words import Degree

BASES = (
    ("国家技术转移人才培养基地（申城东部·演示）", "Shencheng East Training Base (Demo)"),
    ("申城理工大学技术转移学院（演示）", "Shencheng Institute of Technology Transfer (Demo)"),
    ("申城技术交易所培训中心（演示）", "Shencheng Technology Exchange Training Centre (Demo)"),
    ("临江科创人才培训基地（演示）", "Linjiang Innovation Training Base (Demo)"),
)
EMPLOYERS = (
    ("申城新材料研究院有限公司（演示）", "Shencheng New Materials Institute Ltd (Demo)"),
    ("临江生物医药科技有限公司（演示）", "Linjiang Biomedical Technology Ltd (Demo)"),
    ("浦岸智能装备股份有限公司（演示）", "Pu'an Intelligent Equipment Co. (Demo)"),
)
SCHOOLS = ("申城理工大学", "临江大学", "浦岸师范大学", "东海科技大学")
SUBJECTS = ("材料科学与工程", "生物医学工程", "微电子学", "应用化学", "机械工程", "人工智能")
POSTS = ("技术转移主管", "成果转化经理", "知识产权运营经理", "技术经理人")
COURSES = (
    "技术转移概论",
    "科技成果转化政策与法规",
    "技术合同与知识产权实务",
    "技术评估与定价",
    "商业计划与谈判",
    "中试与产业化案例研讨",
)
SUPPLEMENT = "请补充技术合同登记证明，并在工作说明中写明本人在项目中的角色。"
GRANT = "材料齐全，各项条件经核对均满足。"
EARLIER = "两年来参与两项成果的转让，协助起草合同。"
REFUSAL = "经核对，工作说明中的项目与合同登记信息不一致，未能证明本人参与。"
SUSPENSION = "未及时向委托双方披露利益冲突。"
REVOCATION = "以虚假合同材料取得评价结果。"

RECENT = timedelta(days=20)
TRIAL_ENDS = date(2026, 6, 30)
"""Last day on which an application followed the trial procedure, without employer and panel."""
LAST_YEAR = timedelta(days=270)
LONG = timedelta(days=58)
LONG_HELD = timedelta(days=400)
"""More than the year for which a doctor holds the middle level before the upper one."""
LATELY = timedelta(days=32)
FIRST_EDITION = date(2024, 10, 15)
"""A day of the first edition, whose certificates have run out."""


@dataclass(frozen=True)
class Story:
    """One person, and how far they have come."""

    ends: str
    level: Level = Level.JUNIOR
    rises: Level | None = None
    """The level they are granted later, with hours of which the first has taken a part."""
    holds: Level | None = None
    """The level they were granted long enough before to apply for this one."""
    degree: Degree = Degree.BACHELOR
    registered: bool = True
    class_days: int = 6
    contracts: int = 1
    supplemented: bool = False
    corrected: bool = False
    passport: bool = False
    paper: str = ""
    name: str = ""
    long_ago: bool = False
    self_employed: bool = False
    employer: str = ""
    """What the employer did, where it did not confirm: waiting, published or declined."""
    again: bool = False
    """They were refused before, and apply with a major new achievement."""
    since: timedelta = RECENT
    asks: str = ""
    """What is asked about their level afterwards, and where it ends: `renewal-granted`."""

    @property
    def tried(self) -> bool:
        """Whether two officers decided on it alone, under the trial procedure."""
        return self.ends in {"granted", "refused", "proposed"}

    def day(self, today: date) -> date:
        """The day they applied, or would have."""
        if self.long_ago:
            return FIRST_EDITION
        if self.tried:
            return min(today - LAST_YEAR, TRIAL_ENDS) if self.ends != "proposed" else TRIAL_ENDS
        return today - self.since

    def came(self, today: date) -> date:
        """The day they registered: that of their first application."""
        if self.holds is not None:
            return min(self.day(today) - LONG_HELD, TRIAL_ENDS)
        return TRIAL_ENDS if self.again else self.day(today)


def told() -> Iterator[Story]:
    """The fifty and some, those of the manifest's first applicants first."""
    yield Story("draft", corrected=True)
    yield Story("none", registered=False, class_days=0)
    yield Story("returned", supplemented=True)
    yield Story("none", class_days=2)
    yield Story("draft", class_days=3)
    yield Story("draft", degree=Degree.MASTER)
    for supplemented in (False, False, True, False):
        yield Story("submitted", supplemented=supplemented)
    yield Story("returned", supplemented=True, degree=Degree.MASTER)
    yield Story("returned", supplemented=True)
    yield Story("proposed")
    yield Story("proposed")
    yield Story("proposed", degree=Degree.DOCTOR, class_days=9, contracts=5, level=Level.MID)
    yield Story("refused")
    yield Story("refused")
    yield Story("withdrawn")
    yield Story("none")
    yield Story("none", class_days=4)
    yield Story("granted", name="𬱟欣然")
    yield Story("granted", name="古丽娜尔·买买提江")
    yield Story("granted", name="Eleanor Whitfield", passport=True)
    yield Story("granted", degree=Degree.DOCTOR, class_days=9, contracts=6, level=Level.MID)
    yield Story("granted", degree=Degree.DOCTOR, class_days=9, contracts=6, rises=Level.MID)
    for asks in (
        "name-asked", "name-granted", "suspension-proposed", "suspension-dropped",
        "suspension-lifted", "",
    ):  # fmt: skip
        yield Story("granted", supplemented=True, asks=asks)
    yield Story("granted")
    yield Story("granted", paper="suspended")
    yield Story("granted", paper="suspended", degree=Degree.MASTER)
    yield Story("granted", paper="revoked")
    yield Story("granted", paper="revoked")
    yield Story("granted", paper="replaced")
    yield Story("granted", paper="replaced", degree=Degree.MASTER)
    yield Story("granted", long_ago=True)
    yield Story("granted", long_ago=True, asks="renewal-granted")
    yield Story("confirming", employer="waiting", since=timedelta(days=2))
    yield Story("confirming", employer="published", since=timedelta(days=4))
    yield Story("confirming", employer="published")
    yield Story("returned", employer="declined")
    yield Story("submitted", self_employed=True)
    yield Story("submitted", again=True)
    yield Story("submitted", degree=Degree.DOCTOR, class_days=9, contracts=6, level=Level.MID)
    yield Story("accepted")
    yield Story("accepted", supplemented=True, self_employed=True)
    yield Story("accepted", supplemented=True)
    for ends in ("evaluated", "rejected", "rejected", "reviewed"):
        yield Story(ends, since=LONG)
    for ends in ("ended", "ended", "voted", "not-passed", "published", "published", "objected"):
        yield Story(ends, since=LONG)
    for ends in ("held", "rechecked", "scored", "scored", "meeting", "meeting", "committed"):
        yield Story(ends, degree=Degree.MASTER, since=LATELY)
    for ends in ("ended", "drawn"):
        yield Story(
            ends, degree=Degree.DOCTOR, class_days=9, contracts=6, level=Level.MID, since=LONG
        )
    yield Story("accepted", degree=Degree.DOCTOR, class_days=9, contracts=6, level=Level.MID)
    for end in ("asked", "proposed", "refused"):
        yield Story("granted", long_ago=True, asks=f"renewal-{end}")
    for ends in ("granted", "submitted", "scored", "ended"):
        yield Story(
            ends, level=Level.SENIOR, holds=Level.MID, degree=Degree.DOCTOR, class_days=11,
            contracts=16, since=LONG,
        )  # fmt: skip
    for ends in ("review-proposed", "review-stands", "review-reopened"):
        yield Story(ends, since=LONG)
    yield Story("abandoned", since=LATELY)
    yield Story("failed", since=LATELY)


def login(place: int) -> str:
    """The login of the person a story is about."""
    return f"manager{place + 1:02d}@people.example"


def statement(fake: Faker, level: Level) -> str:
    """A few sentences about somebody's work."""
    subject, school = fake.random_element(SUBJECTS), fake.random_element(SCHOOLS)
    reach = "并牵头完成转让谈判" if level is not Level.JUNIOR else "协助完成转让谈判"
    return (
        f"三年来从事{subject}领域的成果转化，对接{school}的课题组与企业需求，"
        f"负责技术评估、合同起草和登记，{reach}。"
    )
