"""Where each kind of account can go: the links at the head of every page."""

from typing import Any

from registry.platform.i18n import N_, gettext
from registry.platform.permissions import Role

VERIFY = ("/verify", N_("查验证书"))
POLICIES = ("/policies", N_("政策文件"))
BASES = ("/bases", N_("培训基地"))
STATISTICS = ("/statistics", N_("统计"))
CASES = ("/integrity/cases", N_("诚信案件"))
RESULTS = ("/results", N_("结果公示"))
OFFICE = (
    ("/queue", N_("待办申请")),
    ("/rounds", N_("受理批次")),
    ("/levels", N_("等级管理")),
    ("/panels", N_("评审组")),
    ("/objections", N_("异议和复核")),
    ("/assessors", N_("评审专家名册")),
    ("/people", N_("条件核对")),
    ("/checks", N_("批量核对")),
    ("/impact", N_("政策变动试算")),
    BASES,
    ("/courses", N_("课程管理")),
    ("/findings", N_("学时核查")),
    CASES,
    STATISTICS,
    POLICIES,
    VERIFY,
)
LINKS: dict[str, tuple[tuple[str, str], ...]] = {
    Role.APPLICANT: (
        ("/applications", N_("我的申请")),
        ("/profile", N_("个人资料")),
        ("/hours", N_("我的学时")),
        ("/practice", N_("导师带教")),
        ("/standing", N_("我的等级")),
        ("/certificates", N_("我的证书")),
        ("/integrity", N_("我的诚信")),
        ("/sharing", N_("授权与分享")),
        ("/eligibility", N_("政策条件")),
        VERIFY,
    ),
    Role.ASSESSOR: (("/assessing", N_("我的评审")), CASES, VERIFY),
    Role.EMPLOYER: (
        ("/employer", N_("员工的申请")),
        VERIFY,
        ("/lists", N_("批量查验")),
        ("/watches", N_("关注的证书")),
    ),
    Role.BASE_CLERK: (
        ("/courses", N_("课程管理")),
        ("/classes", N_("班次")),
        ("/imports", N_("批量导入")),
        ("/ledger", N_("学时登记")),
        ("/mentors", N_("导师")),
        BASES,
        STATISTICS,
        VERIFY,
    ),
    Role.OFFICER: OFFICE,
    Role.CHIEF_OFFICER: OFFICE,
}
VISITOR = (("/", N_("首页")), RESULTS, POLICIES, VERIFY)


def links(account: Any, path: str) -> list[tuple[str, str, bool]]:
    """The links of an account (None: a visitor) as (address, words, whether it is this part)."""
    shown = LINKS.get(account.role, VISITOR) if account else VISITOR
    return [
        (href, gettext(words), path == href or (href != "/" and path.startswith(f"{href}/")))
        for href, words in shown
    ]
