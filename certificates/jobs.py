"""What this package does, soon afterwards, about acts of the packages below it."""

import contextlib
from uuid import UUID

from anyio import to_thread

from certificates import keys, succession
from certificates.issuing import NotInForce
from certificates.log import keeping
from certificates.log.sources import LOG_ENTRY
from certificates.sharing import notices, watching
from certificates.words import REPLACED
from credentials.words import NOW_IN_FORCE, STANDING_CHANGED
from registry.platform import clock
from registry.platform.installation import Installation
from registry.platform.outbox import Jobs


def jobs(here: Installation) -> Jobs:
    """The jobs of this package, for a worker of one installation."""

    async def issue(credential: str) -> None:
        """Give a level that has come into force, or changed, the certificate that says so."""
        folder, password = here.settings.key_folder, here.keys_password()
        signer = await to_thread.run_sync(keys.load_signer, folder, password)
        # Suspended or revoked meanwhile: there is nothing to issue any more.
        with contextlib.suppress(NotInForce):
            await succession.follow(
                UUID(credential), by=None, on=clock.today(), settings=here.settings, signer=signer
            )

    async def log(subject: str) -> None:
        """Put an act into the transparency log, once, and sign its new head."""
        await keeping.log(subject, here)

    async def log_standing(step: str) -> None:
        """The same for a level that was suspended, revoked or is in force again; tell who follows.

        Whoever follows is told even while the log cannot be written.
        """
        await watching.tell_standing(step)
        await keeping.log(f"standing:{step}", here)

    return {
        NOW_IN_FORCE: issue,
        STANDING_CHANGED: log_standing,
        LOG_ENTRY: log,
        REPLACED: watching.tell_replaced,
        **notices.jobs(here),
    }
