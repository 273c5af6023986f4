"""A believable register made with Faker, through the packages' own use cases: every state there is.

Nobody in it exists: identity numbers pass their check digit and lie in a region that does not
exist, and every certificate carries a watermark. The same seed gives the same people; passwords
are drawn afresh.
"""

import secrets
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from faker import Faker

from certificates import checking, issuing, keys, succession
from certificates.tables import Certificate, CertificateFile
from credentials import applications, decisions
from credentials.applications import DraftIn, StatementIn
from credentials.decisions import GroundsIn, ProposalIn
from credentials.tables import Application, Credential
from credentials.words import Proposal, Standing
from registry import accounts
from registry.integrity.words import Measure, Severity
from registry.platform import clock, db
from registry.platform.db import transaction
from registry.platform.installation import Installation
from registry.platform.passwords import Passwords
from registry.platform.permissions import Role
from registry.platform.settings import Settings
from registry.tables import Account
from seeds import (
    declarations,
    holdings,
    intake,
    lessons,
    merits,
    misconduct,
    panels,
    people,
    stories,
)
from seeds.cast import Cast, bases, staff
from seeds.intake import Matter
from seeds.misconduct import Told
from seeds.stories import Story

SEED = 20271231
RISE = timedelta(days=120)
"""From an application to that for the next level."""
SINCE = timedelta(days=60)
"""How long before today the register of assessors was opened."""
ORDER = ("valid", "revoked", "suspended", "expired", "replaced")
"""Statuses as the manifest lists them."""


async def fill(settings: Settings, folder: Path) -> dict[str, Any]:
    """Fill an established installation; write the certificates' files into a folder.

    Returns the accounts and certificates of the manifest.
    """
    here = Installation.of(settings)
    fake = Faker("zh_CN")
    fake.seed_instance(SEED)
    password = secrets.token_urlsafe(9)
    cast = Cast(
        settings=settings,
        vault=here.vault,
        signer=keys.load_signer(settings.key_folder, here.keys_password()),
        fake=fake,
        password=password,
        password_hash=await Passwords(1).hash(password),
        listed=[],
    )
    await db.connect(settings)
    try:
        clerks = await bases(cast)
        officers = await staff(cast)
        await intake.open_rounds(officers[0], clock.today())
        accepted: panels.Cases = {}
        for place, story in enumerate(stories.told()):
            await _act(cast, place, story, clerks[place % len(clerks)], officers, accepted)
        bench = await panels.office(cast.vault)
        await panels.enlist(bench, clock.today() - SINCE)
        await panels.evaluate(accepted, bench, cast.vault, clock.today())
        await lessons.teach(cast, clerks, officers[0])
        await holdings.follow(cast, clerks[0], officers)
        await _integrity(cast, officers[0])
        listed = await _certificates(folder)
    finally:
        await db.disconnect()
    return {"accounts": cast.listed, "certificates": listed}


async def _act(
    cast: Cast,
    place: int,
    story: Story,
    clerk: Account,
    officers: tuple[Account, Account],
    accepted: panels.Cases,
) -> None:
    """One person from registration to wherever their story ends."""
    today = clock.today()
    on = story.day(today)
    came = story.came(today)
    login = stories.login(place)
    with clock.morning_of(came):
        async with transaction():
            person = await accounts.new_person()
            account = await accounts.new_account(
                login, cast.password_hash, Role.APPLICANT, login, person=person.id
            )
        cast.listed.append({"role": "applicant", "login": login, "password": cast.password})
        if story.registered:
            await people.complete(cast, place, story, account, came)
            await people.attend(cast, story, account, clerk, came)
            await declarations.tell(place, account, officers[0], today)
        if story.ends == "none":
            return
    if story.holds is not None:
        lower = replace(story, ends="granted", level=story.holds, holds=None)
        await _apply(cast, lower, account, officers, came)
    if story.again:
        await _refused_before(story, account, officers)
    come = await _apply(cast, story, account, officers, on)
    if come is not None:
        accepted.setdefault(story.ends, []).append(come)
    if story.rises is not None:
        higher = replace(story, level=story.rises, paper="", supplemented=False)
        await _apply(cast, higher, account, officers, on + RISE)


async def _apply(
    cast: Cast, story: Story, account: Account, officers: tuple[Account, Account], on: date
) -> Application | None:
    """One application, from its draft to wherever the story ends; returned if a panel is next."""
    first, second = officers
    with clock.morning_of(on):
        case = await applications.draft(DraftIn(level=story.level), by=account, on=on)
        statement = StatementIn(statement=stories.statement(cast.fake, story.level))
        case = await applications.save(case.id, statement, by=account)
        if not story.tried:
            await intake.fill_in(case, story, account, on)
        if story.ends == "draft":
            return None
    if not story.tried:
        return await intake.carry(Matter(case, account, first, story), on)
    with clock.morning_of(on):
        case = await applications.submit(case.id, by=account, on=on)
    if story.supplemented:
        with clock.morning_of(on + timedelta(days=2)):
            asked = GroundsIn(grounds=stories.SUPPLEMENT)
            case = await decisions.return_for_supplement(case.id, asked, by=first)
        again = on + timedelta(days=4)
        with clock.morning_of(again):
            case = await applications.submit(case.id, by=account, on=again)
    await _decide(cast, story, case, first, second, on + timedelta(days=9))
    return None


async def _refused_before(
    story: Story, account: Account, officers: tuple[Account, Account]
) -> None:
    """An application that was refused under the trial procedure."""
    on = stories.TRIAL_ENDS
    with clock.morning_of(on):
        case = await applications.draft(DraftIn(level=story.level), by=account, on=on)
        await applications.save(case.id, StatementIn(statement=stories.EARLIER), by=account)
        case = await applications.submit(case.id, by=account, on=on)
        asked = ProposalIn(proposal=Proposal.REFUSE, grounds=stories.REFUSAL)
        await decisions.propose(case.id, asked, by=officers[0])
        grounds = GroundsIn(grounds=stories.REFUSAL)
        await decisions.refuse(case.id, grounds, by=officers[1], on=on)


async def _decide(
    cast: Cast, story: Story, case: Application, first: Account, second: Account, on: date
) -> None:
    refusing = story.ends == "refused"
    grounds = stories.REFUSAL if refusing else stories.GRANT
    proposal = Proposal.REFUSE if refusing else Proposal.GRANT
    with clock.morning_of(on - timedelta(days=2)):
        await decisions.propose(case.id, ProposalIn(proposal=proposal, grounds=grounds), by=first)
    if story.ends == "proposed":
        return
    with clock.morning_of(on):
        if refusing:
            await decisions.refuse(case.id, GroundsIn(grounds=grounds), by=second, on=on)
            return
        held = await decisions.grant(case.id, GroundsIn(grounds=grounds), by=second, on=on)
    # Not as on that morning: the seal was made today.
    certificate = await succession.follow(
        held.id, by=second, on=on, settings=cast.settings, signer=cast.signer
    )
    await _afterwards(cast, story, held, certificate, second)


async def _afterwards(
    cast: Cast, story: Story, held: Credential, certificate: Certificate, by: Account
) -> None:
    owner = await Account.objects().get(Account.person == held.person)
    assert owner is not None, "applicants have accounts"
    on = clock.today() - timedelta(days=12)
    if story.paper == "suspended":
        until = on + timedelta(days=90)
        told = Told(stories.SUSPENSION, Measure.SUSPENSION, Severity.GENERAL, until)
        await misconduct.decided(owner, told, on, vault=cast.vault)
    elif story.paper == "revoked":
        until = on + timedelta(days=1000)
        told = Told(stories.REVOCATION, Measure.WITHDRAWAL, Severity.SERIOUS, until, publish=True)
        await misconduct.decided(owner, told, on, vault=cast.vault)
    elif story.paper == "replaced":
        await issuing.replace(
            certificate.id, by=by, on=on, settings=cast.settings, signer=cast.signer
        )


async def _integrity(cast: Cast, officer: Account) -> None:
    """Merits, cases and records, each about people to whom little else happens."""
    holders, today = await _undisturbed(), clock.today()
    await merits.award(holders, officer)
    await misconduct.open_cases(holders, today, vault=cast.vault)
    await misconduct.object_to_records(today)
    await misconduct.criticise(holders[::-1], today, vault=cast.vault)
    idle = next(place for place, story in enumerate(stories.told()) if story.ends == "withdrawn")
    barred = await Account.objects().get(Account.login == stories.login(idle))
    assert barred is not None, "everybody in the stories has an account"
    await misconduct.bar(barred, today, vault=cast.vault)


async def _undisturbed() -> list[Account]:
    """Holders of levels in force, in the order of their logins."""
    in_force = await Credential.select(Credential.person).where(
        Credential.status == Standing.IN_FORCE
    )
    found: list[Account] = await (
        Account.objects()
        .where(Account.person.is_in([row["person"] for row in in_force]))
        .order_by(Account.login)
    )
    return found


async def _certificates(folder: Path) -> list[dict[str, str]]:
    """Write the files; list them with the first of every status at the head."""
    folder.mkdir(parents=True, exist_ok=True)
    listed: dict[str, list[dict[str, str]]] = {}
    for row in await Certificate.objects().order_by(Certificate.number):
        signed = await CertificateFile.objects().get(CertificateFile.certificate == row.id)
        assert signed is not None, "issued certificates are signed"
        file = folder / f"{row.number}.pdf"
        file.write_bytes(signed.content)
        answer = await checking.by_code(row.code, clock.now())
        assert answer.certificate is not None, "it is on record"
        status = answer.certificate.status.replace("in-force", "valid")
        listed.setdefault(status, []).append(
            {
                "number": row.number,
                "code": row.code,
                "name": row.holder_name,
                "status": status,
                "pdf": str(file),
            }
        )
    groups = [listed[status] for status in ORDER]
    return [first for first, *_ in groups] + [other for _, *others in groups for other in others]
