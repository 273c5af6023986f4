"""What keeps somebody off the panel of an integrity case: a part in it, or a tie to its subject.

After the duty to stand aside (by analogy with 行政处罚法 Art. 43); the edition of the procedure
says whether a common employer is such a tie.
"""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from registry import organisations
from registry.integrity import cases
from registry.integrity.tables import IntegrityCase
from registry.integrity.words import Source
from registry.platform.errors import FieldError, RuleNotMet
from registry.platform.i18n import N_
from registry.platform.permissions import Role
from registry.tables import Account, Employment, Organisation

SITS = frozenset({Role.OFFICER, Role.CHIEF_OFFICER, Role.ASSESSOR})
"""Who may sit on a panel."""
EMPLOYER = "same_employer_excluded"
UNFIT = N_("{name}不能参加审议：没有资格。")
SUBJECT = N_("{name}不能参加审议：是当事人本人。")
REPORTED = N_("{name}不能参加审议：举报了这个案件。")
FOUND = N_("{name}不能参加审议：发现了这个案件的线索。")
HANDLES = N_("{name}不能参加审议：承办这个案件。")
COLLEAGUE = N_("{name}不能参加审议：与当事人在同一单位（{cite}）。")


class PanelRefused(RuleNotMet):
    """The panel is too small, of even size, or somebody may not sit on it."""


async def check(case: IntegrityCase, members: Sequence[UUID], *, by: Account) -> None:
    """Refuse whoever may not sit, each with why.

    Raises:
        PanelRefused: one of them has no such role, has a part in the case, or is tied to its
            subject.
    """
    faults = [fault for each in members if (fault := await _fault(case, each, by))]
    if faults:
        first = faults[0]
        raise PanelRefused(first.message, errors=faults, **first.facts)


async def _fault(case: IntegrityCase, member: UUID, by: Account) -> FieldError | None:
    account = await Account.objects().get(Account.id == member)
    why, cite = UNFIT, ""
    if account is not None and account.active and account.role in SITS:
        found = await tie(case, account)
        if found is None and member == by.id:
            found = HANDLES, ""
        if found is None:
            return None
        why, cite = found
    name = account.display_name if account else str(member)
    return FieldError(f"member-{member}", "may-not-sit", why, {"name": name, "cite": cite})


async def tie(case: IntegrityCase, account: Account) -> tuple[str, str] | None:
    """What keeps an account off a case, as a message and the rule it cites; None: nothing."""
    themselves = {account.person, account.same_as} - {None}
    if case.person in themselves:
        return SUBJECT, ""
    reporter = await Account.objects().get(Account.id == case.reported_by)
    assert reporter is not None, "foreign keys hold accounts in place"
    if account.id == reporter.id or {reporter.person, reporter.same_as} & themselves:
        return (REPORTED if case.source == Source.REPORT else FOUND), ""
    if account.id == case.handled_by:
        return HANDLES, ""
    rules = await cases.rules_of(case)
    if rules.asks(EMPLOYER) and await _employers(account) & await _posts([case.person]):
        return COLLEAGUE, rules.figures[EMPLOYER].cite
    return None


async def _employers(account: Account) -> set[str]:
    """Where somebody works, by the register of assessors, their office and their own profile."""
    office = await Organisation.objects().get(Organisation.id == account.organisation)
    named = {account.employer, office.name if office else None} - {None}
    own = await _posts([each for each in (account.person, account.same_as) if each])
    return {organisations.plain(str(each)) for each in named} | own


async def _posts(people: Iterable[UUID]) -> set[str]:
    wanted: list[Any] = [*people]
    if not wanted:
        return set()
    rows = await Employment.select(Employment.employer).where(
        Employment.person.is_in(wanted), Employment.removed_at.is_null()
    )
    return {organisations.plain(row["employer"]) for row in rows}
