"""Whoever guesses learns nothing from how an answer looks, nor from what it took."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from certificates import checking, numbering
from certificates.tables import Certificate
from registry.platform import clock, db, limits
from tests.certificates.examples import HOLDER
from tests.conftest import Client
from tests.factories import Clock

pytestmark = pytest.mark.anyio


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every query of a look-up and of its limits, as it is sent."""
    seen: list[str] = []

    def watched(real: Callable[..., Any]) -> Callable[..., Any]:
        async def watch(sql: str, *arguments: Any, **how: Any) -> Any:
            seen.append(sql)
            return await real(sql, *arguments, **how)

        return watch

    monkeypatch.setattr(checking, "read_row", watched(db.read_row))
    monkeypatch.setattr(limits, "rows", watched(db.rows))
    return seen


def other(character: str) -> str:
    return "0" if character != "0" else "1"


def shape(answer: httpx.Response) -> tuple[int, list[tuple[str, str]], bytes]:
    headers = sorted((name, value) for name, value in answer.headers.items())
    return answer.status_code, headers, answer.content


async def test_a_wrong_name_and_a_wrong_number_are_one_answer(
    client: Client, certificate: Certificate, asked: list[str], time: Clock
) -> None:
    number, taken = certificate.number, []
    misses = [
        {"number": number, "name": "张三"},
        {"number": number, "name": HOLDER[:-1]},
        {"number": number, "name": f"{HOLDER}甲"},
        {"number": "SHTM-2026-J-000002-7", "name": HOLDER},
        {"number": number[:-1] + other(number[-1]), "name": HOLDER},
        {"number": "SHTM-2026-H-000002-7", "name": HOLDER},
        {"number": certificate.code, "name": HOLDER},
        {"number": "不是编号", "name": "张三"},
    ]
    for path, form in (("/api/verify", "json"), ("/verify", "data")):
        shapes = set()
        for given in misses:
            time.pass_by(minutes=1)
            time.at = time.at.replace(second=10)
            before = len(asked)
            sent: dict[str, Any] = {form: given}
            answer = await client.post(path, **sent)
            # The minute of the check stands in the answer, and is the only thing that may differ.
            said = answer.content.replace(time.at.isoformat(timespec="seconds").encode(), b"")
            shapes.add((answer.status_code, len(answer.headers), len(said)))
            taken.append(asked[before:])
        assert len(shapes) == 1, shapes
    kinds = [[query.split(" FROM ")[0].split(" (")[0] for query in each] for each in taken]
    assert {len(each) for each in kinds} == {len(kinds[0])}

    time.pass_by(minutes=1)
    before = len(asked)
    hit = await client.post("/api/verify", json={"number": number, "name": HOLDER})
    assert hit.json()["verdict"] == "valid"
    assert len(asked) - before == len(kinds[0])
    miss = await client.post("/api/verify", json=misses[0])
    assert hit.json().keys() == miss.json().keys()
    assert hit.status_code == miss.status_code == 200
    assert {name for name, _ in shape(hit)[1]} == {name for name, _ in shape(miss)[1]}


async def test_codes_that_are_not_there_are_one_answer(
    client: Client, certificate: Certificate, asked: list[str], time: Clock
) -> None:
    code = certificate.code
    wrong = [code[:-1] + other(code[-1]), other(code[0]) + code[1:], "0000-0000-0000-0"]
    for path in ("/api/verify/", "/v/"):
        answers = [await client.get(f"{path}{each}") for each in wrong]
        bodies = {each.content.replace(code.encode(), b"") for each in answers}
        lengths = {len(body) for body in bodies}
        assert {each.status_code for each in answers} == {404}
        assert len(lengths) == 1
        assert len({tuple(sorted(each.headers)) for each in answers}) == 1
        before = len(asked)
        await client.get(f"{path}{code}")
        assert len(asked) - before == 1
        for each in wrong:
            before = len(asked)
            await client.get(f"{path}{each}")
            assert len(asked) - before == 1


@pytest.mark.usefixtures("connected")
async def test_ten_thousand_guesses_meet_no_certificate(certificate: Certificate) -> None:
    now = clock.now()
    miss = await checking.by_code("0000-0000-0000-0", now)
    for _ in range(10_000):
        assert await checking.by_code(numbering.new_code(), now) == miss
