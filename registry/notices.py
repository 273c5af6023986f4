"""Notices to people about their own matters: asked for with the act, sent soon afterwards.

A letter says what has happened to which reference and where to read it, and nothing else: mail is
not a safe place for more.
"""

from collections.abc import Awaitable, Callable
from enum import StrEnum
from uuid import UUID

from registry.platform import mail, outbox
from registry.platform.i18n import N_, translate
from registry.platform.settings import Settings
from registry.tables import Account

NOTICE = "notice"
"""Job about a person, an account or an organisation, what to tell them, and a reference."""


class About(StrEnum):
    """What somebody is told."""

    SUBMITTED = "submitted"
    HANDED_TO_EMPLOYER = "handed-to-employer"
    CONFIRMATION_ASKED = "confirmation-asked"
    CONFIRMED = "confirmed"
    NOT_CONFIRMED = "not-confirmed"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    GRANTED = "granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    OVERDUE = "overdue"
    LAPSED = "lapsed"
    ASKED = "asked"
    ANSWERED = "answered"
    CONVENED = "convened"
    SEATED = "seated"
    PUBLISHED = "published"
    HELD = "held"
    RESUMED = "resumed"
    RECHECKED = "rechecked"
    REVIEWED = "reviewed"
    CASE_NOTICED = "case-noticed"
    CASE_SERVED = "case-served"
    MERIT = "merit"


WORDS: dict[About, tuple[str, str]] = {
    About.SUBMITTED: (N_("您的申请已收到。"), "/applications"),
    About.HANDED_TO_EMPLOYER: (N_("您的申请已交用人单位公示和确认。"), "/applications"),
    About.CONFIRMATION_ASKED: (N_("有一份员工的申请请贵单位公示和确认，请登录查看。"), "/employer"),
    About.CONFIRMED: (N_("用人单位已确认您的申请，申请已转登记机构审查。"), "/applications"),
    About.NOT_CONFIRMED: (N_("用人单位没有确认您的申请，请登录查看原因。"), "/applications"),
    About.ACCEPTED: (N_("您的申请已受理，将由评审组评审。"), "/applications"),
    About.RETURNED: (N_("您的申请需要补正，请登录查看并在期限内补正。"), "/applications"),
    About.GRANTED: (N_("您的申请已作出决定，请登录查看。"), "/applications"),
    About.REFUSED: (N_("您的申请已作出决定，请登录查看。"), "/applications"),
    About.WITHDRAWN: (N_("您的申请已按您的要求撤回。"), "/applications"),
    About.OVERDUE: (
        N_("您的申请没有在期限内补正，已按撤回处理；您可以登录查看并重新申请。"),
        "/applications",
    ),
    About.LAPSED: (N_("您的等级有效期已满，请登录查看能否补办续期。"), "/standing"),
    About.ASKED: (N_("您的申请已收到。"), "/standing"),
    About.ANSWERED: (N_("您的申请已作出决定，请登录查看。"), "/standing"),
    About.CONVENED: (N_("您的申请已交评审组评审。"), "/applications"),
    About.SEATED: (N_("您被抽取参加评审，请登录查看，并核对是否需要回避。"), "/assessing"),
    About.PUBLISHED: (N_("您的申请的评审结果已公示，请登录查看。"), "/applications"),
    About.HELD: (N_("公示期间收到对您的申请的异议，正在核查，请登录查看。"), "/applications"),
    About.RESUMED: (N_("对您的申请的异议不成立，公示继续，请登录查看。"), "/applications"),
    About.RECHECKED: (N_("您的申请将由新的评审组重新评审，请登录查看。"), "/applications"),
    About.REVIEWED: (N_("您申请的复核已作出决定，请登录查看。"), "/applications"),
    About.CASE_NOTICED: (N_("有一件与您有关的事项需要您陈述意见，请登录查看期限。"), "/integrity"),
    About.CASE_SERVED: (N_("有一份与您有关的决定，请登录查看。"), "/integrity"),
    About.MERIT: (
        N_("有一项荣誉或者贡献已记入您的登记，是否公开由您决定，请登录查看。"),
        "/integrity",
    ),
}


async def tell(whom: UUID, about: About, reference: str) -> None:
    """Ask for a notice to a person, an account or an organisation, once this is committed."""
    await outbox.put(NOTICE, f"{whom} {about} {reference}")


def deliverer(settings: Settings) -> Callable[[str], Awaitable[None]]:
    """Who sends the notices of an installation."""

    async def deliver(subject: str) -> None:
        """Write in both languages to every open account that is meant."""
        whom, about, reference = subject.split(" ")
        words, path = WORDS[About(about)]
        both = "\n\n".join(
            f"{reference}\n{translate(words, language)}" for language in ("zh", "en")
        )
        for account in await Account.objects().where(
            (Account.person == UUID(whom))
            | (Account.id == UUID(whom))
            | (Account.organisation == UUID(whom)),
            Account.active.eq(True),
        ):
            text = f"{both}\n\n{settings.public_url}{path}\n"
            await mail.send(mail.letter(account.login, reference, text), settings)

    return deliver
