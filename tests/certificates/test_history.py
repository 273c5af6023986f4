"""How a certificate stood on a day in the past, as known then or since."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from certificates import history, issuing
from certificates.answers import Status, Verdict
from certificates.tables import Certificate
from credentials.standing import changes
from credentials.tables import Credential
from credentials.words import StandingReason
from registry.platform import clock
from registry.platform.db import transaction
from registry.platform.errors import FieldsInvalid
from registry.platform.settings import Settings
from registry.tables import Account
from tests.certificates.examples import signer
from tests.conftest import Client
from tests.factories import stand

pytestmark = pytest.mark.anyio
UNTIL = date(2026, 12, 31)


async def shown(client: Client, code: str, day: str, query: str = "") -> dict[str, Any]:
    answer = (await client.get(f"/api/verify/{code}/on/2026-{day}{query}")).json()
    return {**answer["certificate"], "verdict": answer["verdict"]}


async def test_each_change_counts_from_its_day(
    client: Client, certificate: Certificate, time: Any
) -> None:
    time.at = datetime(2026, 7, 10, 4, tzinfo=UTC)
    await stand(certificate.credential, "suspend", until=UNTIL, on=date(2026, 7, 10))
    time.at = datetime(2026, 7, 20, 4, tzinfo=UTC)
    await stand(certificate.credential, "lift", on=date(2026, 7, 20))
    time.at = datetime(2026, 8, 1, 4, tzinfo=UTC)
    await stand(certificate.credential, "revoke", on=date(2026, 8, 1))
    expected = {
        "06-29": ("not-issued", "invalid", None),
        "06-30": ("in-force", "valid", None),
        "07-09": ("in-force", "valid", None),
        "07-10": ("suspended", "invalid", "request"),
        "07-19": ("suspended", "invalid", "request"),
        "07-20": ("in-force", "valid", None),
        "07-31": ("in-force", "valid", None),
        "08-01": ("revoked", "invalid", "request"),
    }
    found = {}
    for day in expected:
        said = await shown(client, certificate.code, day)
        found[day] = (said["status"], said["verdict"], said["reason"])
    assert found == expected
    said = await shown(client, certificate.code, "07-19", "")
    assert said["status_since"] == "2026-07-10"
    assert said["reason_said"] == "应持证人本人申请"
    english = await shown(client, certificate.code, "07-19", "?lang=en")
    assert english["reason_said"] == "At the holder's own request"


async def test_what_was_decided_later_is_left_out_of_what_was_known(
    client: Client, certificate: Certificate, officer: Account, time: Any
) -> None:
    """A revocation that reaches back counts from its first day, but was not known then."""
    time.at = datetime(2026, 9, 1, 4, tzinfo=UTC)
    held = await Credential.objects().get(Credential.id == certificate.credential)
    assert held is not None
    async with transaction():
        await changes.revoke(
            held,
            by=officer.id,
            on=date(2026, 9, 1),
            reason=StandingReason.FRAUD,
            since=date(2026, 7, 15),
        )
    code = certificate.code
    now = await shown(client, code, "08-01")
    assert (now["status"], now["status_since"]) == ("revoked", "2026-07-15")
    then = await shown(client, code, "08-01", "?known_by=2026-08-31")
    assert (then["status"], then["verdict"]) == ("in-force", "valid")
    assert (await shown(client, code, "07-14"))["status"] == "in-force"


@pytest.mark.usefixtures("connected")
async def test_a_suspension_that_ran_out_and_a_paper_that_was_replaced(
    certificate: Certificate, officer: Account, settings: Settings, time: Any
) -> None:
    day = date(2026, 7, 10)
    time.at = datetime(2026, 7, 10, 4, tzinfo=UTC)
    await stand(certificate.credential, "suspend", until=date(2026, 7, 12), on=day)
    time.at = datetime(2026, 7, 14, 4, tzinfo=UTC)
    await stand(certificate.credential, "lift", on=date(2026, 7, 14))
    day = date(2026, 7, 20)
    time.at = datetime(2026, 7, 20, 4, tzinfo=UTC)
    newer = await issuing.replace(
        certificate.id, by=officer, on=day, settings=settings, signer=signer()
    )
    time.at = datetime(2026, 7, 25, 4, tzinfo=UTC)
    found = {}
    for each in (12, 13, 14, 19, 20):
        answer = await history.by_code_on(certificate.code, date(2026, 7, each), clock.now())
        assert answer.certificate is not None
        found[each] = (answer.certificate.status, answer.certificate.status_since)
    assert found == {
        12: (Status.SUSPENDED, "2026-07-10"),
        13: (Status.IN_FORCE, "2026-07-13"),
        14: (Status.IN_FORCE, "2026-07-14"),
        19: (Status.IN_FORCE, "2026-07-14"),
        20: (Status.REPLACED, "2026-07-20"),
    }
    answer = await history.by_code_on(certificate.code, day, clock.now())
    assert answer.certificate is not None
    assert answer.certificate.replaced_by == newer.number
    # The new paper was not there yet on a day when the old one was in force.
    earlier = await history.by_code_on(newer.code, date(2026, 7, 19), clock.now())
    assert earlier.certificate is not None
    assert (earlier.verdict, earlier.certificate.status) == (Verdict.INVALID, Status.NOT_ISSUED)


async def test_a_day_to_come_is_refused_and_an_unknown_code_is_not_found(
    client: Client, certificate: Certificate, time: Any
) -> None:
    for days in ({"day": date(2026, 7, 1)}, {"day": date(2026, 6, 30), "known_by": UNTIL}):
        with pytest.raises(FieldsInvalid):
            await history.by_code_on(certificate.code, at=clock.now(), **days)
    late = await client.get(f"/api/verify/{certificate.code}/on/2026-07-01")
    assert (late.status_code, late.json()["errors"][0]["field"]) == (422, "day")
    none = await client.get("/api/verify/0000-0000-0000-0/on/2026-06-30")
    assert (none.status_code, none.json()["number"]) == (404, None)


async def test_the_page_asks_for_a_day_and_answers_for_it(
    client: Client, certificate: Certificate, time: Any
) -> None:
    time.at = datetime(2026, 7, 10, 4, tzinfo=UTC)
    await stand(certificate.credential, "revoke", on=date(2026, 7, 10))
    boxes = {"code": certificate.code, "day-year": "2026", "day-month": "7"}
    asked = await client.post("/verify/code", data={**boxes, "day-day": "9"})
    assert asked.headers["location"] == f"/v/{certificate.code}/on/2026-07-09"
    page = await client.get(asked.headers["location"])
    assert "2026年7月9日：有效" in page.text
    after = await client.get(f"/v/{certificate.code}/on/2026-07-10")
    assert "2026年7月10日：已撤销" in after.text
    assert "应持证人本人申请" in after.text
    assert (await client.get(f"/v/{certificate.code}")).text.count('action="/verify/code"') == 1
    refused = await client.post("/verify/code", data={**boxes, "day-day": "11"})
    assert (refused.status_code, "只能查验今天或以前的状态" in refused.text) == (422, True)
    nobody = await client.get("/v/0000-0000-0000-0/on/2026-07-09")
    assert (nobody.status_code, "未查到" in nobody.text) == (404, True)
