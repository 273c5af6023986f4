"""A secret vote cannot be read while it lasts, and comes out right when it is counted."""

from collections import Counter
from uuid import UUID, uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from registry import ballots
from registry.ballots import CHOICE_BYTES
from registry.platform.vault import FieldUnreadable, Vault
from registry.tables import BallotBox, SealedBallot
from tests.factories import vault

pytestmark = pytest.mark.anyio


async def a_vote(*choices: str) -> tuple[UUID, list[SealedBallot]]:
    vote = uuid4()
    await ballots.open_box(vote, vault=vault())
    for choice in choices:
        await ballots.cast(vote, choice)
    return vote, await SealedBallot.objects().where(SealedBallot.box == vote)


async def test_the_count_says_how_often_each_choice_was_made(connected: None) -> None:
    vote, _ = await a_vote("yes", "no", "yes", "abstain", "yes")
    assert await ballots.count(vote, vault=vault()) == {"yes": 3, "no": 1, "abstain": 1}


async def test_equal_ballots_look_different_and_different_ones_are_as_long(connected: None) -> None:
    _, sealed = await a_vote("yes", "yes", "no", "abstain")
    assert len({each.sealed for each in sealed}) == 4
    assert len({len(each.sealed) for each in sealed}) == 1


async def test_the_count_leaves_neither_ballot_nor_key(connected: None) -> None:
    vote, _ = await a_vote("yes", "no")
    await ballots.count(vote, vault=vault())
    assert not await SealedBallot.exists().where(SealedBallot.box == vote)
    assert not await BallotBox.exists().where(BallotBox.id == vote)


async def test_a_vote_that_is_not_counted_can_be_thrown_away(connected: None) -> None:
    vote, _ = await a_vote("yes")
    await ballots.discard(vote)
    assert not await SealedBallot.exists().where(SealedBallot.box == vote)


async def test_another_vault_opens_nothing(connected: None) -> None:
    vote, _ = await a_vote("yes")
    other = Vault({"test": b"\1" * 32}, "test", b"\2" * 32)
    with pytest.raises(FieldUnreadable):
        await ballots.count(vote, vault=other)
    assert await ballots.count(vote, vault=vault()) == {"yes": 1}


@settings(
    max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(choices=st.lists(st.text("abcdefgh-", min_size=1, max_size=CHOICE_BYTES), max_size=9))
def test_whatever_is_cast_is_counted(choices: list[str]) -> None:
    vote, key = uuid4(), X25519PrivateKey.generate()
    public = key.public_key().public_bytes_raw().hex()
    sealed = [ballots._seal(public, vote, each) for each in choices]
    assert Counter(ballots._unseal(key, vote, each) for each in sealed) == Counter(choices)
