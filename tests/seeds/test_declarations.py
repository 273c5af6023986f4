"""The four lives of the demonstration under the residence-permit points, as they are told."""

import pytest
from faker import Faker

from credentials.eligibility import assessments
from credentials.eligibility.assessments import Assessment
from credentials.rules.evaluator import Verdict
from credentials.words import Basis
from registry.platform import clock
from registry.platform.permissions import Role
from registry.platform.settings import Settings
from seeds import declarations, people, stories
from seeds.cast import Cast
from tests.certificates.examples import signer
from tests.factories import make_account, vault

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("connected")]


async def told(place: int) -> Assessment:
    settings = Settings.from_env()
    cast = Cast(
        settings=settings,
        vault=vault(),
        signer=signer(),
        fake=Faker("zh_CN"),
        password="",
        password_hash="",
        listed=[],
    )
    account, today = await make_account(), clock.today()
    story = [*stories.told()][place]
    await people.complete(cast, place, story, account, today)
    await declarations.tell(place, account, await make_account(Role.OFFICER), today)
    assert account.person is not None
    return await assessments.assess(account.person, declarations.POLICY, by=account, on=today)


async def test_one_has_enough_by_what_an_officer_has_seen() -> None:
    found = await told(declarations.SECURE)
    assert found.answer.verdict is Verdict.YES
    assert found.answer.proven > 120
    assert found.facts["insured_months"].basis is Basis.RECORD
    assert found.facts["base_months_1_0"].value == 30


async def test_one_is_short_and_a_little_more_insurance_would_do() -> None:
    found = await told(declarations.SHORT)
    assert found.answer.verdict is Verdict.NO
    assert 110 <= found.answer.proven < 120
    assert "insured_months" in found.changes


async def test_one_is_barred_whatever_the_points() -> None:
    found = await told(declarations.BARRED)
    assert found.answer.verdict is Verdict.NO
    assert found.answer.proven >= 120 or found.answer.possible >= 120
    assert found.changes == {}


async def test_one_has_enough_until_a_birthday_takes_points_away() -> None:
    found = await told(declarations.BIRTHDAY)
    first, *later = found.forecast.turns
    assert first.verdict is Verdict.YES
    lost = next(turn for turn in later if turn.proven < first.proven)
    assert "age" in lost.moved
    assert lost.month <= 12
