"""The outbox: what was asked for in an act is done after it, however often something fails."""

import asyncio
from collections import Counter
from datetime import timedelta

import pytest

from registry.platform import clock, outbox
from registry.platform.db import transaction
from registry.platform.outbox import LONGEST_WAIT, Jobs
from registry.platform.tables import Job

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("connected")]

seen: Counter[str] = Counter()


async def greet(subject: str) -> None:
    await asyncio.sleep(0)
    seen[subject] += 1


async def fail(subject: str) -> None:
    raise OSError("no line to the printer")


GREET: Jobs = {"greet": greet}
FAIL: Jobs = {"greet": fail}


async def only_job() -> Job:
    (job,) = await Job.objects()
    return job


@pytest.fixture(autouse=True)
async def _forget(connected: None) -> None:
    """Nothing is asked for yet, not even by what a new installation began with."""
    seen.clear()
    await Job.delete(force=True)


async def test_what_is_done_is_gone() -> None:
    await outbox.put("greet", "ada")
    assert await outbox.empty(GREET) == 1
    assert await outbox.empty(GREET) == 0
    assert seen == {"ada": 1}
    assert await Job.count() == 0


async def test_an_act_that_does_not_happen_asks_for_nothing() -> None:
    async def act() -> None:
        async with transaction():
            await outbox.put("greet", "ada")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await act()
    assert await outbox.empty(GREET) == 0


async def test_asking_twice_is_one_job() -> None:
    await outbox.put("greet", "ada")
    await outbox.put("greet", "ada")
    assert await outbox.empty(GREET) == 1


async def test_several_workers_share_the_work() -> None:
    for number in range(30):
        await outbox.put("greet", str(number))
    done = await asyncio.gather(*(outbox.empty(GREET) for _ in range(3)))
    assert sum(done) == 30
    assert set(seen.values()) == {1}


async def test_what_fails_is_tried_again_ever_more_rarely(
    caplog: pytest.LogCaptureFixture,
) -> None:
    await outbox.put("greet", "ada")
    waits = []
    for _ in range(15):
        before = clock.now()
        await outbox.empty(FAIL, max(before, (await only_job()).due_at))
        job = await only_job()
        waits.append(job.due_at - before)
    assert waits[0] < timedelta(seconds=10) < waits[3] < waits[14]
    assert waits[14] <= LONGEST_WAIT + timedelta(minutes=1)
    assert (job.attempts, job.trouble) == (15, "OSError: no line to the printer")
    assert "no line to the printer" in caplog.text
    assert await outbox.empty(GREET, job.due_at) == 1


async def test_a_job_whose_worker_died_is_taken_up_by_another() -> None:
    await outbox.put("greet", "ada")

    async def die(_: str) -> None:
        raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await outbox.empty({"greet": die})
    assert await outbox.empty(GREET) == 0
    assert await outbox.empty(GREET, clock.now() + outbox.LEASE + timedelta(seconds=1)) == 1


async def test_what_is_asked_for_while_it_is_being_done_is_done_again() -> None:
    await outbox.put("greet", "ada")

    async def greet_and_ask(subject: str) -> None:
        await greet(subject)
        if seen[subject] == 1:
            await outbox.put("greet", subject)

    assert await outbox.empty({"greet": greet_and_ask}) == 2
    assert await Job.count() == 0


async def test_a_worker_leaves_kinds_it_does_not_know_to_another() -> None:
    await outbox.put("sing", "ada")
    assert await outbox.empty(GREET) == 0
    assert await outbox.empty({"sing": greet}) == 1
