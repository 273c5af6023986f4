"""What a check says: one verdict, the reasons by code, and only what a stranger may see.

Three-valued: `valid` means genuine and in force at the time of the check, `invalid` that it is not,
`undetermined` that something needed could not be looked at.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

import msgspec

from credentials.words import Standing, StandingReason
from registry.platform import i18n
from registry.platform.i18n import N_


class Verdict(StrEnum):
    """What an employer needs to know first."""

    VALID = "valid"
    INVALID = "invalid"
    UNDETERMINED = "undetermined"


class Outcome(StrEnum):
    """How one check went."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_CHECKED = "not-checked"


class Reason(StrEnum):
    """Why something could not be looked at."""

    NOT_REACHED = "not-reached"
    NO_LIST = "no-list"
    NO_ROOT = "no-root"
    NO_STAMPING_ROOT = "no-stamping-root"
    TOO_MUCH = "too-much"
    TOO_LARGE = "too-large"
    NO_TWIN = "no-twin"


class Status(StrEnum):
    """Where a genuine certificate stands on the day of the check."""

    IN_FORCE = "in-force"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    EXPIRED = "expired"
    REPLACED = "replaced"
    NOT_ISSUED = "not-issued"  # on a day in the past that was before its issue


class Check(msgspec.Struct, frozen=True):
    """One thing that was looked at."""

    code: str
    outcome: str
    detail: str
    """A plain sentence in the language of the request."""


class Shown(msgspec.Struct, frozen=True):
    """What a stranger may see of a certificate."""

    name_masked: str
    level: str
    granted_on: str
    valid_until: str
    status: str
    status_since: str
    reason: str | None
    replaced_by: str | None
    issued_on: str | None = None
    """Of one that was replaced: it was valid from that day until `status_since`."""
    reason_said: str | None = None
    """The class of the reason, in the language of the request."""


class Stated(msgspec.Struct, frozen=True):
    """What a stranger may see of a statement: nothing of what it says."""

    kind: str
    name_masked: str
    issued_on: str
    superseded_by: str | None
    superseded_on: str | None


class AsOf(msgspec.Struct, frozen=True):
    """Which days an answer about the past is for."""

    day: str
    known_by: str
    """What the office knew by that day counts."""


class Answer(msgspec.Struct, frozen=True):
    """The answer to one check."""

    verdict: str
    number: str | None
    checks: list[Check]
    checked_at: str
    """UTC, ISO 8601: the register was looked at then, so the status is as fresh as that."""
    certificate: Shown | None = None
    statement: Stated | None = None
    as_of: AsOf | None = None
    """Only of an answer about a day in the past."""


REASONS: dict[str, str] = {
    StandingReason.INTEGRITY: N_("违反职业诚信，已作出处理决定"),
    StandingReason.FRAUD: N_("以不实材料取得"),
    StandingReason.REQUEST: N_("应持证人本人申请"),
    StandingReason.ERROR: N_("授予有误，已予纠正"),
}
"""The class of a reason as anybody may read it, never the details."""
WORDS: dict[tuple[str, str], str] = {
    ("genuine", Outcome.PASSED): N_("登记中有这张证书。"),
    ("genuine", Outcome.FAILED): N_("登记中没有符合所填内容的证书。"),
    ("genuine", Outcome.NOT_CHECKED): N_("未能查询登记。"),
    (f"status-{Status.IN_FORCE}", Outcome.PASSED): N_("证书在有效期内。"),
    (f"status-{Status.SUSPENDED}", Outcome.FAILED): N_("证书自 {since} 起暂停使用。"),
    (f"status-{Status.REVOKED}", Outcome.FAILED): N_("证书已于 {since} 撤销。"),
    (f"status-{Status.EXPIRED}", Outcome.FAILED): N_("证书已于 {until} 到期。"),
    (f"status-{Status.REPLACED}", Outcome.FAILED): N_(
        "证书自 {issued} 起有效，到 {since} 由 {by} 替换为止。"
    ),
    (f"status-{Status.NOT_ISSUED}", Outcome.FAILED): N_("那一天证书还没有签发；签发于 {issued}。"),
    ("status-higher-level", Outcome.FAILED): N_("持证人已于 {since} 取得更高等级，请查验新证书。"),
    ("status-newest", Outcome.PASSED): N_("此后没有出具更新的证明。"),
    ("status-superseded", Outcome.FAILED): N_("已于 {since} 出具更新的证明 {by}，以新者为准。"),
    ("file-on-record", Outcome.PASSED): N_("文件与签发的原件逐字节相同。"),
    ("file-on-record", Outcome.FAILED): N_("文件与签发的任何原件都不相同：不是原件，或被改动过。"),
    ("pdf-readable", Outcome.PASSED): N_("文件是完整的 PDF，首尾没有多余内容。"),
    ("pdf-readable", Outcome.FAILED): N_("文件不是完整的 PDF，或首尾有多余内容。"),
    ("one-signature", Outcome.PASSED): N_("文件中恰有一个数字签章。"),
    ("one-signature", Outcome.FAILED): N_("文件中没有数字签章，或不止一个。"),
    ("whole-file", Outcome.PASSED): N_("签章覆盖整个文件。"),
    ("whole-file", Outcome.FAILED): N_("签章没有覆盖整个文件：签章之后有内容被添加或改动。"),
    ("no-changes-allowed", Outcome.PASSED): N_("签章声明不允许任何改动。"),
    ("no-changes-allowed", Outcome.FAILED): N_("签章没有声明不允许改动，不是本系统签发的形式。"),
    ("signature-form", Outcome.PASSED): N_("签章的形式与本系统签发的一致（PAdES）。"),
    ("signature-form", Outcome.FAILED): N_("签章的形式与本系统签发的不同。"),
    ("unchanged", Outcome.PASSED): N_("文件内容自签章以来没有变化。"),
    ("unchanged", Outcome.FAILED): N_("文件内容与签章不符：文件被改动过。"),
    ("issued-by-us", Outcome.PASSED): N_("签章证书由本系统的根证书签发，并在有效期内。"),
    ("issued-by-us", Outcome.FAILED): N_("签章证书不是由本系统的根证书签发，或不在有效期内。"),
    ("seal-not-revoked", Outcome.PASSED): N_("签章证书没有被吊销。"),
    ("seal-not-revoked", Outcome.FAILED): N_("签章证书已被吊销。"),
    ("seal-revoked-since", Outcome.PASSED): N_(
        "签章证书后来被吊销；这份文件与登记的原件逐字节相同，不受影响。"
    ),
    ("time-stamped", Outcome.PASSED): N_("时间戳服务证明签章不晚于 {at}（北京时间）。"),
    ("time-stamped", Outcome.FAILED): N_("签章旁的时间戳不可信，或不是这个签章的。"),
    ("twin-sealed", Outcome.PASSED): N_("文件内的电子凭证由本系统签章。"),
    ("twin-sealed", Outcome.FAILED): N_("文件内的电子凭证不是本系统签章的。"),
    ("twin-agrees", Outcome.PASSED): N_("文件内的电子凭证与页面所印的内容一致。"),
    ("twin-agrees", Outcome.FAILED): N_(
        "文件内的电子凭证与页面所印的姓名、编号、等级、日期或核验码不一致：不能作为凭据。"
    ),
    ("twin-on-record", Outcome.PASSED): N_("文件内的电子凭证与登记一致。"),
    ("twin-on-record", Outcome.FAILED): N_(
        "文件内的电子凭证与登记的姓名、编号、等级、日期或核验码不一致：不能作为凭据。"
    ),
    ("not-expired", Outcome.PASSED): N_("电子凭证在有效期内。"),
    ("not-expired", Outcome.FAILED): N_("电子凭证已经到期。"),
    ("status-in-pack", Outcome.PASSED): N_(
        "按 {at} 的离线包（日志检查点 {head}），证书没有被撤销、暂停或换发。"
    ),
    ("status-in-pack:revoked", Outcome.FAILED): N_(
        "证书已于 {since} 撤销（据 {at} 的状态列表 {list}，日志检查点 {head}）。"
    ),
    ("status-in-pack:suspended", Outcome.FAILED): N_(
        "证书自 {since} 起暂停使用（据 {at} 的状态列表 {list}，日志检查点 {head}）。"
    ),
    ("status-in-pack:replaced", Outcome.FAILED): N_(
        "证书已于 {since} 换发（据 {at} 的状态列表 {list}，日志检查点 {head}）。"
    ),
    ("status-in-pack", Outcome.FAILED): N_("按 {at} 的离线包，证书已被撤销、暂停或换发。"),
}
UNANSWERED: dict[Reason, str] = {
    Reason.NOT_REACHED: N_("前面的检查没有通过，此项无法检查。"),
    Reason.NO_LIST: N_("没有可用的证书吊销列表，此项未检查。"),
    Reason.NO_ROOT: N_("本系统尚未设置根证书，此项未检查。"),
    Reason.NO_STAMPING_ROOT: N_("本系统没有设置时间戳服务的根证书，此项未检查。"),
    Reason.TOO_MUCH: N_("检查该文件所需的时间或内存超过限制，未能检查。"),
    Reason.TOO_LARGE: N_("文件过大，未能检查。"),
    Reason.NO_TWIN: N_("这张证书签发时还没有电子凭证，离线时不能查验状态。"),
}


def check(code: str, outcome: Outcome, reason: Reason | None = None, **facts: Any) -> Check:
    """One check, with its sentence in the language of the request.

    `reason` says why it could not be looked at.
    """
    words = i18n.gettext(UNANSWERED[reason] if reason else WORDS[code, outcome])
    if "{" not in words:  # most answers name no day, and writing one out takes its time
        return Check(code, outcome, words)
    shown = {name: _written(value) for name, value in facts.items()}
    return Check(code, outcome, words.format(**shown))


def _written(fact: Any) -> Any:
    """A fact as it stands in a sentence."""
    if isinstance(fact, datetime):
        return i18n.moment(fact)
    return i18n.day(fact) if isinstance(fact, date) else fact


def status_on(
    day: date, *, standing: str, valid_until: date, suspended_until: date | None, replaced: bool
) -> Status:
    """Where a certificate stands on a day: what weighs most comes first."""
    if standing == Status.REVOKED:
        return Status.REVOKED
    if replaced or standing == Standing.SUPERSEDED:
        return Status.REPLACED
    if day > valid_until:
        return Status.EXPIRED
    if standing == Status.SUSPENDED and (suspended_until is None or day <= suspended_until):
        return Status.SUSPENDED
    return Status.IN_FORCE


def reason_in_words(reason: str | None) -> str | None:
    """The class of a reason, in the language of the request."""
    return i18n.gettext(REASONS[reason]) if reason else None


def not_on_record(at: datetime) -> Answer:
    """The one answer to whatever is not there, in which nothing shows why not."""
    failed = check("genuine", Outcome.FAILED)
    return Answer(Verdict.INVALID, None, [failed], at.isoformat(timespec="seconds"))
