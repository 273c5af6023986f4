"""What the forms on the page of a case ask for: each reads its form and calls one use case."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any
from uuid import UUID

from registry.integrity import cases, hearings, panels, reviews, seats
from registry.integrity.cases import DefenceIn, NoticeIn, ReasonsIn
from registry.integrity.drafts import DraftIn
from registry.integrity.hearings import MinutesIn
from registry.integrity.panels import VoteIn
from registry.integrity.reviews import OutcomeIn
from registry.integrity.seats import AlternateIn, RecusalIn
from registry.platform import clock
from registry.platform.fields import read
from registry.platform.vault import Vault
from registry.tables import Account

Act = Callable[[UUID, dict[str, Any], Account], Awaitable[Any]]
"""An act about a case, with what was typed, by whom."""


def handling(vault: Vault) -> dict[str, Act]:
    """What officers may ask for."""
    sealing = {"convene": partial(_convene, vault=vault), "count": partial(_count, vault=vault)}
    return HANDLING | sealing


async def _accept(case: UUID, given: dict[str, Any], by: Account) -> Any:
    return await cases.accept(case, by=by, on=clock.today())


async def _decline(case: UUID, given: dict[str, Any], by: Account) -> Any:
    return await cases.decline(case, read(ReasonsIn, given), by=by)


async def _notify(case: UUID, given: dict[str, Any], by: Account) -> Any:
    return await cases.notify(case, read(NoticeIn, given), by=by, on=clock.today())


async def _minutes(case: UUID, given: dict[str, Any], by: Account) -> Any:
    asked = read(MinutesIn, {"attended": "no", **given})
    return await hearings.hold(case, asked, by=by, on=clock.today())


async def _convene(case: UUID, given: dict[str, Any], by: Account, *, vault: Vault) -> Any:
    said: dict[str, Any] = {"publish": "no", "members": [], "alternates": []}
    for name, value in given.items():
        group, _, account = name.partition("-")
        if account and group in {"member", "alternate"}:
            said[f"{group}s"].append(account)
        else:
            said[name] = value
    asked = read(DraftIn, said)
    return await panels.convene(case, asked, by=by, on=clock.today(), vault=vault)


async def _count(case: UUID, given: dict[str, Any], by: Account, *, vault: Vault) -> Any:
    return await panels.count(case, by=by, on=clock.today(), vault=vault)


async def _serve(case: UUID, given: dict[str, Any], by: Account) -> Any:
    return await panels.serve(case, by=by, on=clock.today())


async def _propose_review(case: UUID, given: dict[str, Any], by: Account) -> Any:
    return await reviews.propose(case, read(OutcomeIn, given), by=by)


async def _decide_review(case: UUID, given: dict[str, Any], by: Account) -> Any:
    return await reviews.decide(case, read(OutcomeIn, given), by=by, on=clock.today())


async def _return_review(case: UUID, given: dict[str, Any], by: Account) -> Any:
    return await reviews.send_back(case, read(ReasonsIn, given), by=by)


async def _defend(case: UUID, given: dict[str, Any], by: Account) -> Any:
    return await cases.defend(case, read(DefenceIn, given), by=by, on=clock.today())


async def _ask_hearing(case: UUID, given: dict[str, Any], by: Account) -> Any:
    return await cases.ask_hearing(case, by=by, on=clock.today())


async def _ask_review(case: UUID, given: dict[str, Any], by: Account) -> Any:
    return await reviews.ask(case, read(ReasonsIn, given), by=by, on=clock.today())


async def _vote(case: UUID, given: dict[str, Any], by: Account) -> Any:
    return await panels.vote(case, read(VoteIn, given), by=by)


async def _close(case: UUID, given: dict[str, Any], by: Account) -> Any:
    return await panels.close(case, by=by)


async def _recuse(case: UUID, given: dict[str, Any], by: Account) -> Any:
    return await seats.recuse(case, read(RecusalIn, given), by=by)


async def _alternate(case: UUID, given: dict[str, Any], by: Account) -> Any:
    return await seats.add(case, read(AlternateIn, given), by=by)


HANDLING: dict[str, Act] = {
    "accept": _accept,
    "decline": _decline,
    "notify": _notify,
    "hold-hearing": _minutes,
    "serve": _serve,
    "name-alternate": _alternate,
    "propose-review": _propose_review,
    "decide-review": _decide_review,
    "return-review": _return_review,
}
OWN: dict[str, Act] = {"defend": _defend, "ask-hearing": _ask_hearing, "ask-review": _ask_review}
VOTING: dict[str, Act] = {"vote": _vote, "close": _close}
RECUSING: dict[str, Act] = {"recuse": _recuse}
