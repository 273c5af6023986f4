"""Issuing by the thousand: worker processes that share out whatever waits. Safe to repeat.

Each certificate is put on record, signed and kept by itself, as a single one is: a process that is
killed takes along at most what it had begun, and that is finished by whoever comes next.
"""

import asyncio
import math
import multiprocessing
import os
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from datetime import date
from uuid import UUID

from certificates import issuing, keys
from registry.platform.console import connected, in_words
from registry.platform.errors import Mendable, Refusal
from registry.platform.installation import Installation
from registry.platform.settings import Settings

SHARE = 50
"""Credentials a process takes at a time: it opens the database and the seal once for them."""
Outcome = tuple[UUID, str | None]
"""A credential and why it was refused; None when it has its certificate now."""


class WorkerLost(Mendable):
    """A worker was killed. What it had begun is on record, and finished by another call."""


def issue(waiting: Sequence[UUID], processes: int, on: date) -> Iterator[list[Outcome]]:
    """Issue for credentials with so many processes; one that is refused holds up none.

    Answers share by share, as they are done. The settings are those of the environment.

    Raises:
        WorkerLost: a worker was killed.
    """
    size = max(1, min(SHARE, math.ceil(len(waiting) / processes)))
    shares = [list(waiting[at : at + size]) for at in range(0, len(waiting), size)]
    if min(processes, len(shares)) <= 1:
        yield from (_issue_share(share, on) for share in shares)
        return
    workers = ProcessPoolExecutor(
        min(processes, len(shares)),
        mp_context=multiprocessing.get_context("spawn"),
        initializer=_end_with_parent,
    )
    try:
        for done in as_completed([workers.submit(_issue_share, share, on) for share in shares]):
            yield done.result()
    except BrokenProcessPool:
        raise WorkerLost("A worker was killed; issue again to finish what is missing.") from None
    finally:
        workers.shutdown(cancel_futures=True)


def _end_with_parent() -> None:
    """Let this worker end as soon as the process that started it is gone, however it went."""
    parent = multiprocessing.parent_process()
    assert parent is not None, "a worker has been started by somebody"

    def watch() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def _issue_share(share: Sequence[UUID], on: date) -> list[Outcome]:
    return asyncio.run(_issue_each(share, on))


async def _issue_each(share: Sequence[UUID], on: date) -> list[Outcome]:
    settings, outcomes = Settings.from_env(), list[Outcome]()
    signer = keys.load_signer(settings.key_folder, Installation.of(settings).keys_password())
    async with connected(settings):
        for credential in share:
            try:
                await issuing.issue(credential, by=None, on=on, settings=settings, signer=signer)
            except Refusal as refusal:
                outcomes.append((credential, in_words(refusal)))
            else:
                outcomes.append((credential, None))
    return outcomes
