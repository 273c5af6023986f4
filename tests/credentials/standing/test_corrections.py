"""A corrected name, and the certificates that follow it."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from certificates import checking
from certificates.jobs import jobs
from certificates.tables import Certificate
from credentials.standing import changes, requests
from credentials.standing.requests import AlreadyAsked, NameIn
from credentials.words import Level, StandingReason
from registry import people, profile
from registry.platform import clock, documents, outbox, vault
from registry.platform.db import transaction
from registry.platform.errors import FieldsInvalid, NotFound
from registry.platform.installation import Installation
from registry.platform.outbox import Jobs
from registry.platform.permissions import Role
from registry.platform.settings import Settings
from registry.tables import Account
from registry.words import OrganisationKind
from tests.certificates.examples import PASSWORD, authority
from tests.credentials.standing.holding import decided, make_level, now
from tests.factories import DAY, Clock, make_account, make_applicant, make_organisation

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("connected")]


@pytest.fixture
async def work(tmp_path: Path) -> Jobs:
    """The jobs of an installation with a bureau and a signing authority."""
    await make_organisation(OrganisationKind.BUREAU)
    keys = shutil.copytree(authority(), tmp_path / "keys")
    vault.establish(keys, "test")
    here = {"keys": f"file:{keys}", "keys_password": PASSWORD}
    return jobs(Installation.of(Settings.model_validate(here)))


async def named(account: Account, name: str) -> NameIn:
    file = documents.admit("户口簿.pdf", b"%PDF-1.7 " + account.id.bytes, field="f", megabytes=1)
    kept = await profile.keep(file, by=account)
    return NameIn(name=name, evidence=kept, grounds="登记时写错")


async def certificates() -> list[Certificate]:
    return await Certificate.objects().order_by(Certificate.number)


async def test_the_certificate_is_issued_anew_and_the_earlier_one_says_by_which(
    work: Jobs, time: Clock
) -> None:
    account = await make_applicant(name="陈思远")
    await make_level(account)
    await outbox.empty(work)
    row = await requests.ask_name(await named(account, "陈思源"), by=account, on=DAY)
    await decided(row, DAY)
    assert (await people.row(account.person)).name == "陈思源"
    assert await Account.exists().where(Account.id == account.id, Account.display_name == "陈思源")
    await outbox.empty(work)
    old, new = await certificates()
    assert (old.holder_name, new.holder_name) == ("陈思远", "陈思源")
    answer = await checking.by_code(old.code, clock.now())
    assert answer.certificate is not None
    assert (answer.certificate.status, answer.certificate.replaced_by) == ("replaced", new.number)
    assert (await checking.by_code(new.code, clock.now())).verdict == "valid"
    await outbox.put("credential-in-force", str(new.credential))
    await outbox.empty(work)
    assert len(await certificates()) == 2


async def test_what_is_asked_needs_another_name_and_a_document_of_ones_own(time: Clock) -> None:
    account, nobody = await make_applicant(), await make_account(Role.APPLICANT)
    with pytest.raises(FieldsInvalid):
        await requests.ask_name(await named(account, "陈思远"), by=account, on=DAY)
    with pytest.raises(FieldsInvalid):
        await requests.ask_name(await named(nobody, "李"), by=nobody, on=DAY)
    theirs = await named(await make_applicant(), "陈思源")
    with pytest.raises(NotFound):
        await requests.ask_name(theirs, by=account, on=DAY)
    asked = await named(account, "陈思源")
    await requests.ask_name(asked, by=account, on=DAY)
    with pytest.raises(AlreadyAsked):
        await requests.ask_name(asked, by=account, on=DAY)
    assert (await people.row(account.person)).name == "陈思远"


async def test_a_renewed_level_gets_a_paper_with_its_new_last_day(work: Jobs, time: Clock) -> None:
    account = await make_applicant()
    held = await make_level(account)
    await outbox.empty(work)
    officer = await make_account(Role.OFFICER)
    first = held.valid_until + timedelta(days=1)
    async with transaction():
        await changes.renew(
            held, by=officer.id, on=DAY, first=first, last=first + timedelta(days=365)
        )
    await outbox.empty(work)
    old, new = await certificates()
    assert old.replaced_by == new.id
    answer = await checking.by_code(new.code, clock.now())
    assert answer.certificate is not None
    assert answer.certificate.valid_until == str(first + timedelta(days=365))


async def test_the_paper_of_a_superseded_level_points_to_the_higher_one(
    work: Jobs, time: Clock
) -> None:
    account = await make_applicant()
    junior = await make_level(account)
    await outbox.empty(work)
    mid = await make_level(account, Level.MID)
    (paper,) = await certificates()
    before = await checking.by_code(paper.code, clock.now())
    assert before.certificate is not None
    assert (before.certificate.status, before.certificate.replaced_by) == ("replaced", None)
    assert before.checks[-1].code == "status-higher-level"
    await outbox.empty(work)
    senior = await make_level(account, Level.SENIOR)
    await outbox.empty(work)
    by_credential = {row.credential: row for row in await certificates()}
    assert by_credential[junior.id].replaced_by == by_credential[mid.id].id
    assert by_credential[mid.id].replaced_by == by_credential[senior.id].id
    async with transaction():
        revoked = await now(senior)
        await changes.revoke(revoked, by=None, on=DAY, reason=StandingReason.ERROR)
    await outbox.empty(work)
    again = [row for row in await certificates() if row.credential == mid.id]
    assert len(again) == 2
    assert (await checking.by_code(again[1].code, clock.now())).verdict == "valid"
