"""How far an application is, for anybody who has its reference number: the stage alone."""

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


async def stage(reference: str) -> Stage:
    """The stage of an application that has been handed in.

    Raises:
        NotFound: there is none of this reference.
    """
    row = await (
        Application.select(Application.status)
        .where(
            Application.reference == halfwidth(reference).upper(),
            Application.submitted_on.is_not_null(),
        )
        .first()
    )
    if row is None:
        raise NotFound(N_("没有这个申请编号。"))
    return STAGE[Status(row["status"])]
