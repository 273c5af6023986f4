"""Numbers without a gap, one certificate per level, and nothing lost on the way."""

import asyncio
import hashlib
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from certificates import issuing, layout, numbering
from certificates.filing import DrawingChanged
from certificates.issuing import NotInForce
from certificates.keys import SealNotInForce
from certificates.tables import Certificate, CertificateFile
from credentials.tables import Credential
from registry.platform import audit, clock
from registry.platform.db import rows, transaction
from registry.platform.errors import FieldsInvalid, NotFound
from registry.platform.permissions import Role
from registry.platform.settings import Settings
from registry.platform.tables import AuditEntry
from registry.tables import Person
from registry.words import OrganisationKind
from tests.certificates.examples import signer, unsealed
from tests.factories import (
    DAY,
    make_account,
    make_applicant,
    make_granted,
    make_organisation,
    stand,
)

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("connected")]


@pytest.fixture
async def office(settings: Settings) -> dict[str, Any]:
    """Whatever else issuing needs: an officer, the day, the installation, the seal."""
    await make_organisation(OrganisationKind.BUREAU)
    officer = await make_account(Role.OFFICER)
    return {"by": officer, "on": DAY, "settings": settings, "signer": signer()}


async def granted(name: str = "陈思远") -> Credential:
    return await make_granted(await make_applicant(name=name))


async def renamed(person: UUID, name: str) -> None:
    await Person.update({Person.name: name}).where(Person.id == person)


async def file_of(certificate: Certificate) -> CertificateFile:
    found = await CertificateFile.objects().get(CertificateFile.certificate == certificate.id)
    assert found is not None
    return found


async def put_on_record_only(credential: Credential, office: dict[str, Any]) -> Certificate:
    """As after a crash between the record and the signature."""
    asked = {name: office[name] for name in ("by", "on", "settings", "signer")}
    return await issuing._put_on_record(credential.id, **asked)


def serials(certificates: list[Certificate]) -> list[int]:
    return sorted(int(each.number.split("-")[3]) for each in certificates)


async def test_a_certificate_says_what_was_granted_and_to_whom(office: dict[str, Any]) -> None:
    held = await granted()
    certificate = await issuing.issue(held.id, **office)
    face = issuing.face_of(certificate)
    assert numbering.normalise_number(certificate.number) == certificate.number
    assert certificate.number.startswith("SHTM-2026-J-000001-")
    assert (face.holder, face.level, face.granted_on) == ("陈思远", "junior", held.granted_on)
    assert (face.valid_from, face.valid_until) == (held.granted_on, held.valid_until)
    assert face.verification_url == f"{office['settings'].public_url}/v/{certificate.code}"
    kept = await file_of(certificate)
    assert hashlib.sha256(kept.content).hexdigest() == kept.sha256
    assert kept.seal_serial == f"{signer().certificate.serial_number:x}"
    acts = await AuditEntry.select(AuditEntry.action).where(
        AuditEntry.subject == f"certificate:{certificate.id}"
    )
    assert {act["action"] for act in acts} == {"certificate.issue", "certificate.sign"}
    assert (await audit.verify())[1] is None


async def test_numbers_given_out_at_once_follow_each_other(office: dict[str, Any]) -> None:
    held = [await granted(name) for name in ("甲一", "乙二", "丙三", "丁四", "戊五", "己六")]
    await asyncio.gather(*(issuing.issue(each.id, **office) for each in held))
    issued = await Certificate.objects()
    assert serials(issued) == [1, 2, 3, 4, 5, 6]
    assert {each.credential for each in issued} == {each.id for each in held}
    assert await CertificateFile.count() == 6
    assert (await audit.verify())[1] is None


async def test_who_issues_at_once_for_one_level_gets_one_certificate(
    office: dict[str, Any],
) -> None:
    held = await granted()
    issued = await asyncio.gather(*(issuing.issue(held.id, **office) for _ in range(5)))
    assert len({each.id for each in issued}) == 1
    assert await Certificate.count() == await CertificateFile.count() == 1
    assert serials([await issuing.issue((await granted("乙二")).id, **office)]) == [2]


async def test_at_the_turn_of_the_year_too(office: dict[str, Any]) -> None:
    held = await granted()
    days = [date(2026, 12, 31), date(2027, 1, 1)] * 2
    issued = await asyncio.gather(
        *(issuing.issue(held.id, **{**office, "on": day}) for day in days)
    )
    assert len({each.number for each in issued}) == 1
    assert await Certificate.count() == 1


async def test_an_issue_that_is_rolled_back_leaves_no_hole(office: dict[str, Any]) -> None:
    first, second = await granted(), await granted("乙二")

    async def break_off() -> None:
        async with transaction():
            await put_on_record_only(first, office)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await break_off()
    assert await Certificate.count() == 0
    assert serials([await issuing.issue(second.id, **office)]) == [1]


@pytest.mark.parametrize("name", ["张\u200b三", "\u05d0\u05d1", "王\U000f0000五"])
async def test_a_name_that_cannot_be_printed_leaves_nothing(
    name: str, office: dict[str, Any]
) -> None:
    held = await granted()
    await renamed(held.person, name)
    with pytest.raises(FieldsInvalid) as refused:
        await issuing.issue(held.id, **office)
    assert {error.field for error in refused.value.errors} == {"holder"}
    assert await Certificate.count() == 0
    await renamed(held.person, "张三")
    assert serials([await issuing.issue(held.id, **office)]) == [1]


async def test_what_a_crash_left_unsigned_is_signed_later(office: dict[str, Any]) -> None:
    left = await put_on_record_only(held := await granted(), office)
    assert await issuing.pending(on=DAY) == [held.id]
    await renamed(held.person, "另一个名字")
    again = await issuing.issue(held.id, **office)
    assert (again.id, again.number) == (left.id, left.number)
    unsigned = (await issuing.redrawing(left))()
    assert hashlib.sha256(unsigned).hexdigest() == left.unsigned_sha256
    assert unsealed((await file_of(again)).content) == unsigned
    assert await issuing.pending(on=DAY) == []


async def test_two_who_sign_at_once_keep_one_file(office: dict[str, Any]) -> None:
    left = await put_on_record_only(await granted(), office)
    how: dict[str, Any] = {"on": DAY, "settings": office["settings"]}
    await asyncio.gather(*(issuing.sign(left, signer(), **how) for _ in range(3)))
    assert await CertificateFile.count() == 1
    acts = await AuditEntry.count().where(AuditEntry.action == "certificate.sign")
    assert acts == 1


async def test_what_a_new_version_would_draw_otherwise_is_not_signed(
    office: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    left = await put_on_record_only(held := await granted(), office)
    monkeypatch.setattr(layout, "_GREY", (0.1, 0.1, 0.1))
    with pytest.raises(DrawingChanged):
        await issuing.issue(held.id, **office)
    assert await CertificateFile.count() == 0
    replaced = await issuing.replace(left.id, **office)
    assert serials([replaced]) == [2]
    assert await issuing.pending(on=DAY) == []


@pytest.mark.parametrize("step", ["suspend", "revoke"])
async def test_a_level_not_in_force_gets_no_paper(step: str, office: dict[str, Any]) -> None:
    never, begun, done = await granted(), await granted("乙二"), await granted("丙三")
    await put_on_record_only(begun, office)
    issued = await issuing.issue(done.id, **office)
    for held in (never, begun, done):
        await stand(held.id, step, until=date(2026, 7, 31) if step == "suspend" else None)
    for held in (never, begun):
        with pytest.raises(NotInForce):
            await issuing.issue(held.id, **office)
    assert (await issuing.issue(done.id, **office)).id == issued.id
    with pytest.raises(NotInForce):
        await issuing.replace(issued.id, **office)
    kept = await Certificate.objects().get(Certificate.id == issued.id)
    assert kept is not None
    assert kept.replaced_by is None
    assert await CertificateFile.count() == 1
    assert await issuing.pending(on=DAY) == []


async def test_nor_does_one_that_has_expired(office: dict[str, Any]) -> None:
    held = await granted()
    late = held.valid_until + date.resolution
    assert await issuing.pending(on=held.valid_until) == [held.id]
    assert await issuing.pending(on=late) == []
    with pytest.raises(NotInForce):
        await issuing.issue(held.id, **{**office, "on": late})
    assert await Certificate.count() == 0


async def test_issuing_while_it_is_revoked_ends_one_way_or_the_other(
    office: dict[str, Any],
) -> None:
    held = await granted()
    outcomes = await asyncio.gather(
        issuing.issue(held.id, **office),
        stand(held.id, "revoke"),
        return_exceptions=True,
    )
    assert not isinstance(outcomes[1], BaseException)
    if isinstance(outcomes[0], NotInForce):
        assert await CertificateFile.count() == 0
    else:
        assert isinstance(outcomes[0], Certificate)
        assert await CertificateFile.count() == 1


async def test_nothing_is_issued_for_no_level(office: dict[str, Any]) -> None:
    with pytest.raises(NotFound):
        await issuing.issue(uuid4(), **office)
    with pytest.raises(NotFound):
        await issuing.replace(uuid4(), **office)


async def test_a_seal_that_has_expired_signs_nothing(
    office: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    held = await granted()
    monkeypatch.setattr(clock, "now", lambda: datetime(2039, 1, 1, tzinfo=UTC))
    with pytest.raises(SealNotInForce):
        await issuing.issue(held.id, **office)
    assert await CertificateFile.count() == 0


async def test_a_new_paper_takes_the_place_of_the_old(office: dict[str, Any]) -> None:
    held = await granted()
    first = await issuing.issue(held.id, **office)
    await renamed(held.person, "陈思遠")
    second = await issuing.replace(first.id, **office)
    third = await issuing.replace(second.id, **office)
    chain = {each.id: each for each in await Certificate.objects()}
    assert chain[first.id].replaced_by == second.id
    assert chain[second.id].replaced_by == third.id
    assert chain[third.id].replaced_by is None
    assert chain[first.id].replaced_on == DAY
    assert [chain[each.id].holder_name for each in (first, second)] == ["陈思远", "陈思遠"]
    assert serials(list(chain.values())) == [1, 2, 3]
    assert (await issuing.issue(held.id, **office)).id == third.id
    with pytest.raises(NotFound):
        await issuing.replace(first.id, **office)


async def test_of_two_who_replace_at_once_one_does(office: dict[str, Any]) -> None:
    first = await issuing.issue((await granted()).id, **office)
    outcomes = await asyncio.gather(
        *(issuing.replace(first.id, **office) for _ in range(4)), return_exceptions=True
    )
    done = [each for each in outcomes if isinstance(each, Certificate)]
    assert len(done) == 1
    assert all(isinstance(each, NotFound) for each in outcomes if each is not done[0])
    assert serials(await Certificate.objects()) == [1, 2]
    assert await CertificateFile.count() == 2


async def test_a_replacement_that_cannot_be_printed_leaves_the_old_one(
    office: dict[str, Any],
) -> None:
    first = await issuing.issue((held := await granted()).id, **office)
    await renamed(held.person, "陈\u200b远")
    with pytest.raises(FieldsInvalid):
        await issuing.replace(first.id, **office)
    kept = await Certificate.objects().get(Certificate.id == first.id)
    assert kept is not None
    assert kept.replaced_by is None
    assert kept.replaced_on is None


@pytest.mark.parametrize(
    "act",
    [
        "UPDATE certificate_file SET sha256 = 'x'",
        "DELETE FROM certificate_file",
        "UPDATE certificate SET holder_name = '别人'",
        "UPDATE certificate SET credential = id",
        "UPDATE certificate SET replaced_by = NULL, replaced_on = NULL",
        "DELETE FROM certificate",
    ],
)
async def test_the_database_itself_keeps_what_was_issued(act: str, office: dict[str, Any]) -> None:
    first = await issuing.issue((await granted()).id, **office)
    await issuing.replace(first.id, **office)
    before = await Certificate.select().order_by(Certificate.number)
    with pytest.raises(Exception, match=r"append-only|kept as issued"):
        await rows(act)
    assert await Certificate.select().order_by(Certificate.number) == before
    assert await CertificateFile.count() == 2
