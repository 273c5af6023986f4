"""Who somebody is: put on record once, readable by few, theirs alone."""

import asyncio
import re
from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from registry import people
from registry.people import IdentityIn
from registry.platform.db import rows
from registry.platform.errors import FieldsInvalid, NotFound
from registry.platform.permissions import OFFICERS, Role
from registry.platform.tables import AuditEntry
from registry.platform.vault import FieldUnreadable
from registry.tables import Account, Person
from registry.words import IdentityKind
from tests.conftest import Client, NewClient
from tests.factories import DAY, make_account, make_applicant, resident_number, sign_in, vault

pytestmark = pytest.mark.anyio

NUMBER = resident_number(501)
OTHER = resident_number(502)


def given(number: str = NUMBER, **changed: Any) -> dict[str, Any]:
    return {"kind": "resident", "number": number, "name": "沈知行", **changed}


PASSPORT = given("E12345678", kind="passport", born_on="1985-04-01", nationality="gbr")


async def somebody(new_client: NewClient, role: Role = Role.APPLICANT) -> tuple[Client, Account]:
    client, account = new_client(), await make_account(role)
    await sign_in(client, account)
    return client, account


async def test_an_identity_is_put_on_record_and_shown_masked(new_client: NewClient) -> None:
    client, account = await somebody(new_client)
    recorded = await client.put("/api/profile/identity", json=given())

    assert recorded.status_code == 200
    found = recorded.json()
    assert found["identity_masked"] == f"390***********{NUMBER[-4:]}"
    assert (found["born_on"], found["nationality"]) == ("1990-02-28", "CHN")
    everything = (await client.get("/api/profile")).text + recorded.text
    assert NUMBER not in everything
    assert (await client.get("/api/session")).json()["login"] == account.login


async def test_the_number_is_nowhere_in_the_database_in_the_clear(new_client: NewClient) -> None:
    client, _ = await somebody(new_client)
    await client.put("/api/profile/identity", json=given())
    await client.put("/api/profile/identity", json=given())
    for table in ("person", "account", "audit_entry", "session", "sign_in_attempt", "consent"):
        assert NUMBER not in str(await rows(f"SELECT * FROM {table}"))
    kept = (await rows("SELECT * FROM person"))[0]
    assert kept["identity_sealed"].startswith("test.")
    assert re.fullmatch("[0-9a-f]{32}", kept["identity_index"])


async def test_equal_numbers_are_sealed_differently_and_indexed_alike() -> None:
    sealed = {vault().seal(NUMBER, "person:1:identity") for _ in range(3)}
    assert len(sealed) == 3
    assert len({vault().index(NUMBER) for _ in range(3)}) == 1
    assert vault().index(NUMBER) != vault().index(OTHER)


async def test_a_ciphertext_moved_to_another_row_does_not_open(connected: None) -> None:
    one, other = await make_applicant(), await make_applicant()
    sealed = await Person.select(Person.identity_sealed).where(Person.id == one.person).first()
    assert sealed is not None
    await Person.update({Person.identity_sealed: sealed["identity_sealed"]}).where(
        Person.id == other.person
    )
    moved = await people.find(other.person, by=other)
    with pytest.raises(FieldUnreadable):
        people.masked_identity(moved, vault())


async def test_one_document_belongs_to_one_person_and_nobody_learns_whose(
    new_client: NewClient,
) -> None:
    first, owner = await somebody(new_client)
    second, _ = await somebody(new_client)
    await first.put("/api/profile/identity", json=given())
    for typed in (NUMBER, NUMBER.lower(), f" {NUMBER[:6]} {NUMBER[6:]}"):
        refused = await second.put("/api/profile/identity", json=given(typed, name="陆远"))
        assert (refused.status_code, refused.json()["title"]) == (409, "identity-taken")
        assert [error["field"] for error in refused.json()["errors"]] == ["number"]
        for secret in (NUMBER, "沈知行", owner.login, str(owner.person)):
            assert secret not in refused.text
    profile = (await second.get("/api/profile")).json()
    assert (profile["person"]["name"], profile["person"]["identity_masked"]) == (None, "")
    assert (await second.put("/api/profile/identity", json=given(OTHER))).status_code == 200


async def test_of_two_who_claim_one_document_at_once_one_gets_it(new_client: NewClient) -> None:
    clients = [(await somebody(new_client))[0] for _ in range(3)]
    answers = await asyncio.gather(
        *(client.put("/api/profile/identity", json=given()) for client in clients)
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409]


async def test_an_identity_on_record_is_not_changed_by_its_owner(new_client: NewClient) -> None:
    client, _ = await somebody(new_client)
    await client.put("/api/profile/identity", json=given())
    before = await rows("SELECT * FROM person")
    refused = await client.put("/api/profile/identity", json=given(OTHER, name="别人"))
    assert (refused.status_code, refused.json()["title"]) == (422, "identity-fixed")
    assert await rows("SELECT * FROM person") == before
    lines = await AuditEntry.count().where(AuditEntry.action == "person.identity")
    assert lines == 1


async def test_a_passport_is_taken_with_birth_date_and_nationality(new_client: NewClient) -> None:
    client, _ = await somebody(new_client)
    recorded = await client.put("/api/profile/identity", json=PASSPORT)
    assert recorded.status_code == 200
    assert recorded.json()["nationality"] == "GBR"
    assert recorded.json()["identity_masked"] == "E******78"


@pytest.mark.parametrize(
    ("asked", "fields"),
    [
        (given(NUMBER[:-1] + ("0" if NUMBER[-1] != "0" else "1")), {"number"}),
        (given("110105209912310027"), {"number"}),
        (given(name=""), {"name"}),
        (given(name="名" * 101), {"name"}),
        (given(kind="driving-licence"), {"kind"}),
        (given(born_on="1990-02-27"), {"born_on"}),
        (given(born_on="1990-02-30"), {"born_on"}),
        (given(born_on=0), {"born_on"}),
        (given(born_on="99999999999999999999-1-1"), {"born_on"}),
        (given(sex="f"), {"sex"}),
        (given("E1234567", kind="passport"), {"born_on", "nationality"}),
        ({**PASSPORT, "nationality": "GB"}, {"nationality"}),
        ({**PASSPORT, "born_on": "2999-01-01"}, {"born_on"}),
        (given(name="沈\x00知行"), {"name"}),
    ],
)
async def test_everything_wrong_is_said_beside_its_field_and_changes_nothing(
    new_client: NewClient, asked: dict[str, Any], fields: set[str]
) -> None:
    client, _ = await somebody(new_client)
    before = await rows("SELECT * FROM person")
    refused = await client.put("/api/profile/identity", json=asked)
    assert refused.status_code == 422, refused.text
    assert {error["field"] for error in refused.json()["errors"]} == fields
    for error in refused.json()["errors"]:
        assert error["messages"]["zh"] != error["messages"]["en"]
    assert await rows("SELECT * FROM person") == before


async def test_a_person_is_there_for_themselves_and_for_officers_only(connected: None) -> None:
    one = await make_applicant()
    for role in Role:
        caller = await make_account(role)
        if role in OFFICERS:
            assert (await people.find(one.person, by=caller)).id == one.person
        else:
            with pytest.raises(NotFound):
                await people.find(one.person, by=caller)


async def test_somebody_else_and_nobody_look_the_same(new_client: NewClient) -> None:
    other = await make_applicant()
    client, officer = new_client(), await make_account(Role.OFFICER)
    assert (await client.get(f"/api/people/{other.person}")).status_code == 401
    await sign_in(client, officer)
    missing = await client.get(f"/api/people/{uuid4()}")
    assert (missing.status_code, missing.json()["title"]) == (404, "not-found")
    assert (await client.get(f"/api/people/{other.person}")).status_code == 200


async def test_the_whole_number_is_shown_for_a_reason_that_stays(new_client: NewClient) -> None:
    holder = await make_applicant()
    client, officer = await somebody(new_client, Role.OFFICER)
    at = f"/api/people/{holder.person}/identity-number"
    for reason in ("", "   "):
        assert (await client.post(at, json={"reason": reason})).status_code == 422
    assert not await AuditEntry.exists().where(AuditEntry.action == "person.reveal-identity")

    shown = await client.post(at, json={"reason": "电话核对"})
    assert re.fullmatch(r"39\d{15}[\dX]", shown.json()["number"])
    line = await AuditEntry.objects().get(AuditEntry.action == "person.reveal-identity")
    assert line is not None
    assert (line.account, line.role, line.subject) == (
        officer.id,
        "officer",
        f"person:{holder.person}",
    )
    assert line.detail == '{"reason":"电话核对"}'
    nobody = await make_account()
    at = f"/api/people/{nobody.person}/identity-number"
    assert (await client.post(at, json={"reason": "电话核对"})).status_code == 404


async def test_looking_at_a_person_leaves_a_line(new_client: NewClient) -> None:
    holder = await make_applicant()
    client, officer = await somebody(new_client, Role.CHIEF_OFFICER)
    assert (await client.get(f"/api/people/{holder.person}")).status_code == 200
    line = await AuditEntry.objects().get(AuditEntry.action == "person.read")
    assert line is not None
    assert (line.account, line.subject) == (officer.id, f"person:{holder.person}")


async def record(account: Account, number: str, kind: IdentityKind, **more: Any) -> Person:
    asked = IdentityIn(kind=kind, number=number, name="某人", **more)
    return await people.record_identity(asked, by=account, on=DAY, vault=vault())


async def test_a_learner_is_found_by_either_number(connected: None) -> None:
    person = await record(await make_account(), NUMBER, IdentityKind.RESIDENT)
    for typed in (person.number, person.number.lower(), NUMBER, NUMBER.lower(), f" {NUMBER} "):
        assert (await people.find_learner(typed, vault=vault())).id == person.id
    for typed in ("P-999999", OTHER, "", "-", NUMBER[:17]):
        with pytest.raises(FieldsInvalid):
            await people.find_learner(typed, vault=vault())


async def test_nobody_is_a_learner_before_they_have_a_name(connected: None) -> None:
    nameless = await people.find((account := await make_account()).person, by=account)
    with pytest.raises(FieldsInvalid):
        await people.find_learner(nameless.number, vault=vault())


async def test_a_passport_like_a_registry_number_never_stands_for_somebody_else(
    connected: None,
) -> None:
    first = await record(await make_account(), NUMBER, IdentityKind.RESIDENT)
    lookalike = first.number.replace("-", "")
    born = {"born_on": date(1985, 4, 1), "nationality": "GBR"}
    other = await record(await make_account(), lookalike, IdentityKind.PASSPORT, **born)

    assert (await people.find_learner(first.number, vault=vault())).id == first.id
    assert (await people.find_learner(other.number, vault=vault())).id == other.id
    with pytest.raises(FieldsInvalid):
        await people.find_learner(lookalike, vault=vault())
