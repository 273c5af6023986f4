"""Monthly histories: how they are read, and which counts of which documents follow."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credentials import contributions, declarations, determinations, facts, policy
from credentials.contributions import HistoryIn
from credentials.declarations import ConfirmationIn, DeclarationIn
from credentials.eligibility import assessments
from credentials.rules import histories, series
from credentials.rules.facts import Number
from credentials.tables import Declaration
from credentials.words import Basis
from registry.platform.errors import FieldsInvalid
from registry.platform.permissions import Role
from registry.tables import Account
from seeds.load import POLICY_FOLDER
from tests.conftest import Client
from tests.credentials.cases import applicant_at, read
from tests.factories import DAY, make_account, make_applicant
from tests.forms import assert_refused, send

POINTS = "residence-points"
BASE = "contribution_base"
BOOK = series.load((POLICY_FOLDER / "series.toml").read_bytes())
PAGE = f"/declarations/histories/{BASE}"
multiples = st.fractions(min_value=0, max_value=3, max_denominator=12434)


def compacted(text: str, on: date = DAY) -> str:
    return contributions.compact(BASE, contributions.read(text, on), on, BOOK)


def months(first: date, many: int, yuan: str) -> str:
    return "\n".join(
        f"{first.year + (first.month - 1 + n) // 12}-{(first.month - 1 + n) % 12 + 1:02d} {yuan}"
        for n in range(many)
    )


@given(st.lists(multiples, min_size=1, max_size=60))
def test_what_is_typed_in_short_is_read_back_month_for_month(wanted: list[Fraction]) -> None:
    text = "|".join(f"{each}x1" for each in wanted)
    assert histories.read(compacted(text)) == wanted


def test_bases_are_compared_exactly_with_the_year_before() -> None:
    assert compacted("2025-12 9947.00\n2025-11 9948", date(2025, 12, 31)) == (
        "9947/12434x1|4974/6217x1"
    )
    worst, _ = contributions.ends(compacted("2025-12 9947\n2025-11 9948", date(2025, 12, 31)))
    assert [each >= Fraction("0.8") for each in worst] == [False, True]


def test_a_month_left_out_keeps_its_place_and_one_after_the_last_is_unknown() -> None:
    text = compacted("2025-01 12307\n2025-04 12307", date(2025, 8, 15))
    assert text == "?x3|12307/12434x1|0x2|12307/12434x1"


def test_a_year_without_a_figure_is_unknown_and_not_nothing() -> None:
    assert compacted("2026-01 30000\n2025-12 12434", date(2026, 2, 1)) == "?x1|1x1"


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("nonsense", "第 {place} 行"),
        ("2025-13 9948", "第 {place} 行"),
        ("2025-01 9948\n2025-01 9948", "前面已有"),
        ("2026-07 9948", "还没有到"),
        ("2025-01 0.001", "最多两位小数"),
        ("2025-01 -5", "最多两位小数"),
        ("0.8x601", "最多 {most} 个月"),
        ("0.8x999|0.8x999", "最多 {most} 个月"),
        ("1/0x3", "倍数"),
        ("x3", "第 {place} 行"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_line(typed: str, words: str) -> None:
    with pytest.raises(FieldsInvalid) as refused:
        contributions.read(typed, DAY)
    (error,) = refused.value.errors
    assert error.field == "months"
    assert words in error.message


@pytest.mark.parametrize(
    "typed", ["2025-03\t9948", "2025/3, 9,948.00", "2025年3月：9948元", "2025.03  9948"]
)
def test_months_are_read_as_people_write_them(typed: str) -> None:
    assert contributions.read(typed, DAY) == {"bases": {"2025-03": 994800}}


@given(st.text(max_size=40))
def test_anything_at_all_is_read_or_refused(typed: str) -> None:
    try:
        written = contributions.read(typed, DAY)
    except FieldsInvalid:
        return
    assert written.keys() in ({"bases"}, {"multiples", "until"})
    histories.read(compacted(typed).replace(contributions.UNKNOWN, "0"))


async def declared(typed: str) -> Account:
    account = await make_applicant()
    await contributions.declare(BASE, HistoryIn(months=typed), by=account, on=DAY)
    return account


@pytest.mark.anyio
@pytest.mark.usefixtures("connected")
async def test_every_count_of_every_document_follows_from_one_history() -> None:
    account = await declared("3x24|1x12|0.7x24")
    assert account.person is not None
    gathered = await facts.gather(account.person, DAY)
    counted = 0
    for edition in await policy.current(DAY):
        given_to = facts.given(edition.document, gathered)
        for name, fact in edition.document.facts.items():
            if isinstance(fact, Number) and fact.counted:
                expected = [Fraction(3)] * 24 + [Fraction(1)] * 12 + [Fraction("0.7")] * 24
                assert given_to[name] == histories.count(fact.counted, expected), name
                counted += 1
    assert counted >= 6
    found = await assessments.assess(account.person, POINTS, by=account, on=DAY)
    assert found.facts["base_months_3_0"].value == 24
    assert found.facts["base_months_3_0"].basis is Basis.DECLARED
    assert BASE not in found.answer.missing


@pytest.mark.anyio
@pytest.mark.usefixtures("connected")
async def test_counts_that_hang_on_unknown_months_are_missing_and_not_nothing() -> None:
    account = await declared(months(date(2022, 7, 1), 48, "13000"))
    assert account.person is not None
    gathered = await facts.gather(account.person, DAY)
    document = (await policy.in_force(POINTS, DAY)).document
    given_to = facts.given(document, gathered)
    assert "base_months_1_0" not in given_to  # six months of 2026 lack the figure of 2025
    assert "gate_months" not in given_to


@pytest.mark.anyio
@pytest.mark.usefixtures("connected")
async def test_a_record_stands_against_a_count_and_a_count_against_somebody_s_word() -> None:
    account, officer = await make_applicant(), await make_account(Role.OFFICER)
    assert account.person is not None
    for name, value in {"gate_months": "5", "base_months_2_0": "7"}.items():
        line = await declarations.declare(DeclarationIn(fact=name, value=value), by=account, on=DAY)
    seen = ConfirmationIn(basis=Basis.RECORD, note="已核对")
    await declarations.confirm(line.id, seen, by=officer, on=DAY)
    await contributions.declare(BASE, HistoryIn(months="2x48"), by=account, on=DAY)
    document = (await policy.in_force(POINTS, DAY)).document
    given_to = facts.given(document, await facts.gather(account.person, DAY))
    assert (given_to["gate_months"], given_to["base_months_2_0"]) == (12, 7)


@pytest.mark.anyio
@pytest.mark.usefixtures("connected")
async def test_a_determination_from_a_history_replays_and_time_counts_it_on() -> None:
    account, officer = await declared("1x35|0x13"), await make_account(Role.OFFICER)
    assert account.person is not None
    found = await assessments.assess(account.person, POINTS, by=account, on=DAY)
    moved = {name for turn in found.forecast.turns for name in turn.moved}
    assert "base_months_1_0" in moved
    assert "base_months_1_0" not in found.forecast.assumed
    kept, _ = await determinations.propose(account.person, POINTS, by=officer, on=DAY)
    assert await determinations.replay(await determinations.find(kept.id, by=officer))


@pytest.mark.anyio
async def test_a_history_is_pasted_once_shown_again_and_taken_back(client: Client) -> None:
    await applicant_at(client)
    assert "0.8x36|0.7x12" in await read(client, PAGE)
    assert_refused(await send(client, PAGE, {"months": "三月 9948"}), "months", "第 1 行")
    assert await Declaration.count() == 0
    done = await send(client, PAGE, {"months": "2025-03 9948\r\n2025-02 9947.50"})
    assert (done.status_code, done.headers["location"]) == (303, "/declarations")
    listed = await read(client, "/declarations")
    assert "逐月社会保险缴费基数" in listed
    assert "2 个月" in listed
    assert "2025-03 9948\n2025-02 9947.5</textarea>" in await read(client, PAGE)
    assert f'href="{PAGE}"' in await read(client, f"/eligibility/{POINTS}")
    await send(client, "/declarations", {"fact": BASE}, to="/declarations/withdrawal")
    assert "还没有声明" in await read(client, "/declarations")
    assert (await client.get("/declarations/histories/luck")).status_code == 404
