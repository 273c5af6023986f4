"""The outbox: what has to be done after an act, put on record in the act's own transaction.

A worker does it soon afterwards, at least once: whoever takes a job is able to do it twice. A job
that fails is tried again, ever more rarely, until it is done; none is given up or lost.
"""

import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta

import anyio

from registry.platform import clock
from registry.platform.db import is_sqlite, rows, transaction
from registry.platform.errors import Refusal
from registry.platform.tables import Job

LEASE = timedelta(minutes=5)
"""How long a worker has one job for itself; after that another believes it dead."""
FIRST_WAIT = timedelta(seconds=2)
LONGEST_WAIT = timedelta(hours=1)
PAUSE_SECONDS = 0.5
"""Between two looks into an empty outbox."""

Jobs = Mapping[str, Callable[[str], Awaitable[None]]]
"""Who does which kind of job; each is called with the job's subject."""
_log = logging.getLogger(__name__)


async def put(kind: str, subject: str, due: datetime | None = None) -> None:
    """Ask for something to be done once this transaction is committed, or from `due` on.

    The same kind and subject twice, before the first is done, is one job.
    """
    await rows(
        "INSERT INTO job (name, kind, subject, due_at, attempts) VALUES ({}, {}, {}, {}, 0)"
        " ON CONFLICT (name) DO UPDATE SET due_at = excluded.due_at",
        f"{kind} {subject}",
        kind,
        subject,
        due or clock.now(),
    )


async def empty(jobs: Jobs, now: datetime | None = None) -> int:
    """Do everything that is due, and return how much was done."""
    done = 0
    while (job := await _take(jobs, now or clock.now())) is not None:
        done += await _do(job, jobs)
    return done


async def keep_empty(jobs: Jobs) -> None:
    """Do what is due as it comes, until cancelled."""
    while True:
        try:
            await empty(jobs)
        except Exception:
            # The database is away for a moment: the jobs are on record, the worker stays.
            _log.exception("the outbox could not be read")
        await anyio.sleep(PAUSE_SECONDS)


async def _take(jobs: Jobs, now: datetime) -> Job | None:
    waiting = Job.kind.is_in(list(jobs)) & (Job.due_at <= now)
    if not await Job.exists().where(waiting):
        return None
    async with transaction():
        query = Job.objects().where(waiting).order_by(Job.due_at).first()
        if not is_sqlite():
            query = query.lock_rows("UPDATE", skip_locked=True)
        job: Job | None = await query
        if job is not None:
            job.due_at, job.attempts = now + LEASE, job.attempts + 1
            await job.save([Job.due_at, Job.attempts])
    return job


async def _do(job: Job, jobs: Jobs) -> bool:
    # One that was asked for again meanwhile has another due time, and stays.
    mine = (Job.name == job.name) & (Job.due_at == job.due_at)
    try:
        await jobs[job.kind](job.subject)
    except Exception as trouble:
        _log.warning("%s: %s", job.name, trouble, exc_info=not isinstance(trouble, Refusal))
        wait = min(FIRST_WAIT * 2 ** min(job.attempts, 20), LONGEST_WAIT)
        said = f"{type(trouble).__name__}: {trouble}"[:200]
        await Job.update({Job.due_at: clock.now() + wait, Job.trouble: said}).where(mine)
        return False
    await Job.delete().where(mine)
    return True
