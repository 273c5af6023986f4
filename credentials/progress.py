"""How far an application is, for anybody who has its reference number: the stage alone.

A reference ends in characters nobody can guess, so that who asks has been given it. Applications
begun before that have none; asking for those is limited far more strictly.
"""

import re
import secrets
from enum import StrEnum

from credentials.tables import Application
from credentials.words import Status
from registry.platform.errors import NotFound
from registry.platform.fields import halfwidth
from registry.platform.i18n import N_


class Stage(StrEnum):
    """What everybody may know: never how it was decided, nor about whom."""

    EMPLOYER = "employer"
    REVIEW = "review"
    PANEL = "panel"
    PUBLICATION = "publication"
    SUPPLEMENT = "supplement"
    DECISION = "decision"
    DECIDED = "decided"
    WITHDRAWN = "withdrawn"


STAGE = {
    Status.CONFIRMING: Stage.EMPLOYER,
    Status.SUBMITTED: Stage.REVIEW,
    Status.ACCEPTED: Stage.REVIEW,
    Status.REVIEWING: Stage.PANEL,
    Status.VOTED: Stage.PANEL,
    Status.PUBLISHED: Stage.PUBLICATION,
    Status.HELD: Stage.PUBLICATION,
    Status.RETURNED: Stage.SUPPLEMENT,
    Status.PROPOSED: Stage.DECISION,
    Status.GRANTED: Stage.DECIDED,
    Status.REFUSED: Stage.DECIDED,
    Status.WITHDRAWN: Stage.WITHDRAWN,
}


ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Without what is easily misread: 0 and O, 1, I and L, U and V."""
SECRET = 5
"""Characters: 24 million possibilities for each number."""
_GUESSABLE = re.compile(r"SQ-\d{4}-\d{6,}")


def reference(year: int, number: int) -> str:
    """A reference for the number of an application within a year."""
    tail = "".join(secrets.choice(ALPHABET) for _ in range(SECRET))
    return f"SQ-{year}-{number:06d}-{tail}"


def written(typed: str) -> str:
    """A reference as it is on record, from what somebody typed."""
    plain: str = halfwidth(typed)
    return plain.strip().upper()


def guessable(typed: str) -> bool:
    """Whether a reference is one of those that count up, which anybody could think of."""
    return _GUESSABLE.fullmatch(written(typed)) is not None


async def stage(reference: str) -> Stage:
    """The stage of an application that has been handed in.

    Raises:
        NotFound: there is none of this reference.
    """
    row = await (
        Application.select(Application.status)
        .where(
            Application.reference == written(reference),
            Application.submitted_on.is_not_null(),
        )
        .first()
    )
    if row is None:
        raise NotFound(N_("没有这个申请编号。"))
    return STAGE[Status(row["status"])]
