"""Awards and contributions: recorded by the office with evidence, published by the person alone."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from registry import consents, people
from registry.consents import NotGiven
from registry.integrity import merits, records
from registry.integrity.merits import MeritIn
from registry.integrity.tables import Merit
from registry.integrity.words import MeritKind
from registry.platform import clock, documents
from registry.platform.errors import FieldsInvalid, NotFound
from registry.platform.permissions import Role
from registry.platform.tables import AuditEntry, Job
from registry.tables import Account, Consent, ConsentWithdrawal, Document
from tests.factories import DAY, make_account, make_applicant

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("connected")]
PAPER = documents.admit("award.pdf", b"%PDF-1.7 an award", field="evidence", megabytes=1)
TITLE = "上海市技术转移优秀案例一等奖"


async def number_of(person: Account) -> str:
    return str((await people.find(person.person, by=person)).number)


async def asked(of: Account, **other: object) -> MeritIn:
    given: dict[str, Any] = {
        "person": await number_of(of),
        "kind": MeritKind.AWARD,
        "title": TITLE,
        "given_by": "市技术市场协会",
        "given_on": DAY - timedelta(days=30),
        "basis": "协会〔2026〕7号",
        **other,
    }
    return MeritIn.model_validate(given)


async def praised(person: Account) -> Merit:
    officer = await make_account(Role.OFFICER)
    return await merits.praise(await asked(person), by=officer, on=DAY, file=PAPER)


async def shown(person: Account) -> list[str]:
    found = await records.extract(await number_of(person), on=DAY)
    return [merit["title"] for merit in found["merits"]]


async def test_the_public_reads_of_a_merit_only_while_its_holder_agrees() -> None:
    person = await make_applicant()
    first, second = await praised(person), await praised(person)
    assert await shown(person) == []
    await merits.publish(first.id, by=person)
    assert await shown(person) == [TITLE]
    (given,) = await Consent.objects().where(Consent.purpose == f"publish-merit:{first.id}")
    assert TITLE in given.wording
    await merits.publish(first.id, by=person)  # a second click is no second consent
    assert await Consent.count().where(Consent.person == person.person) == 1
    await merits.hide(first.id, by=person)
    assert await shown(person) == []
    with pytest.raises(NotGiven):
        await merits.hide(first.id, by=person)
    await merits.publish(first.id, by=person)
    await merits.publish(second.id, by=person)
    assert await shown(person) == [TITLE, TITLE]
    assert await ConsentWithdrawal.count() == 1
    said = await AuditEntry.select(AuditEntry.action).where(
        AuditEntry.subject == f"person:{person.person}"
    )
    acts = [row["action"] for row in said if row["action"].startswith("consent.")]
    assert acts == ["consent.give", "consent.withdraw", "consent.give", "consent.give"]


async def test_nobody_agrees_for_somebody_else() -> None:
    person, other = await make_applicant(), await make_applicant(name="李明")
    merit = await praised(person)
    for act in (merits.publish, merits.hide):
        with pytest.raises(NotFound):
            await act(merit.id, by=other)
        with pytest.raises(NotFound):
            await act(uuid4(), by=person)
    assert await shown(person) == []


async def test_of_withdrawals_at_once_one_counts() -> None:
    person = await make_applicant()
    merit = await praised(person)
    await merits.publish(merit.id, by=person)
    done = await asyncio.gather(
        *(merits.hide(merit.id, by=person) for _ in range(4)), return_exceptions=True
    )
    assert sum(each is None for each in done) == 1
    assert all(each is None or isinstance(each, NotGiven) for each in done)
    assert await ConsentWithdrawal.count() == 1
    assert await consents.standing(person.person) == {}


async def test_a_merit_has_a_day_a_person_and_evidence() -> None:
    person, officer = await make_applicant(), await make_account(Role.OFFICER)
    wrong = [
        (await asked(person, person="P-999999"), PAPER, {"person"}),
        (await asked(person, given_on=DAY + timedelta(days=1)), PAPER, {"given_on"}),
        (await asked(person), None, {"evidence"}),
        (await asked(person, evidence=uuid4()), None, {"evidence"}),
        (await asked(person, person="P-999999"), None, {"person", "evidence"}),
    ]
    for each, file, fields in wrong:
        with pytest.raises(FieldsInvalid) as refused:
            await merits.praise(each, by=officer, on=DAY, file=file)
        assert {error.field for error in refused.value.errors} == fields
    assert await Merit.count() == 0
    assert await Document.count().where(Document.person == person.person) == 0


async def test_evidence_is_about_the_person_and_theirs_to_read() -> None:
    person, officer = await make_applicant(), await make_account(Role.OFFICER)
    merit = await merits.praise(await asked(person), by=officer, on=DAY, file=PAPER)
    kept = await Document.objects().get(Document.id == merit.evidence)
    assert kept is not None
    assert (kept.person, kept.uploaded_by) == (person.person, officer.id)
    again = await asked(person, evidence=merit.evidence, title="第二项")
    assert (await merits.praise(again, by=officer, on=DAY)).evidence == merit.evidence
    told = await Job.select(Job.subject).where(Job.kind == "notice")
    assert [row["subject"].split()[:2] for row in told] == [[str(person.person), "merit"]]


async def test_an_earlier_consent_taken_back_leaves_a_later_one() -> None:
    person = await make_applicant()
    await consents.give("test", "一", by=person)
    await consents.withdraw("test", by=person)
    await consents.give("test", "二", by=person)
    since = (await consents.standing(person.person))["test"]
    assert since <= clock.now()
    with pytest.raises(NotGiven):
        await consents.withdraw("other", by=person)
