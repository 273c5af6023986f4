"""The office's lists of objections, reviews of refusals and panels, by the days that are left.

Each line of a list gets `until`, `left` and `provisional`, as of `Deadline`; None where nothing
waits any more. What waits stands first, soonest due first.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from credentials import deadlines, procedure
from credentials.panels import objections, pools, reviews
from credentials.panels.tables import Objection, PanelCase
from credentials.panels.words import PENDING, PanelStatus
from credentials.tables import Application
from registry.platform import clock, steps, workdays
from registry.platform.workdays import Deadline
from registry.regulations import Body

OBJECTION, REVIEW = "objection_working_days", "refusal_review_working_days"
"""Figures of a procedure: how long the office has to decide."""
WAITING = frozenset({PanelStatus.COMMITTED, PanelStatus.DRAWN, PanelStatus.MEETING})
"""Panels that somebody still has to move."""


def until(rules: Body, figure: str, since: date) -> Deadline | None:
    """The last day of a period that a procedure gives, or None where it gives none."""
    days = rules.asks(figure)
    return workdays.after(since, days) if days else None


async def listed_objections(on: date) -> list[dict[str, Any]]:
    """Every objection as `objections.waiting` says it, and the days left for those not answered."""
    rows = await objections.waiting()
    open_ones = [row["id"] for row in rows if row["status"] in PENDING]
    about = await _about(open_ones)
    rules = await _rules(about.values())
    for row in rows:
        body = rules[about[row["id"]]] if row["id"] in about else None
        row |= _shown(until(body, OBJECTION, row["received_on"]) if body else None, on)
    return _sorted(rows)


async def _about(found: list[UUID]) -> dict[UUID, UUID]:
    if not found:
        return {}
    rows = await Objection.select(
        Objection.id, Objection.publication.application.id.as_alias("application")
    ).where(Objection.id.is_in(found))
    return {row["id"]: row["application"] for row in rows}


async def listed_reviews(on: date) -> list[dict[str, Any]]:
    """Every review that waits as `reviews.waiting` says it, and the days left."""
    rows = await reviews.waiting()
    rules = await _rules(row["application"] for row in rows)
    for row in rows:
        row |= _shown(until(rules[row["application"]], REVIEW, row["asked_on"]), on)
    return _sorted(rows)


async def _rules(applications: Iterable[UUID]) -> dict[UUID, Body]:
    wanted = [*{*applications}]
    if not wanted:
        return {}
    cases = await Application.objects().where(Application.id.is_in(wanted))
    return {case.id: await procedure.of(case) for case in cases}


async def listed_panels(on: date) -> list[dict[str, Any]]:
    """Every panel as {panel, until, left, provisional}: due when the first of its cases is."""
    rows: list[dict[str, Any]] = [{"panel": panel} for panel in await pools.all_published()]
    due = await _first_due([row["panel"].id for row in rows if row["panel"].status in WAITING])
    for row in rows:
        row |= _shown(due.get(row["panel"].id), on)
    return _sorted(rows)


async def _first_due(panels: list[UUID]) -> dict[UUID, Deadline]:
    if not panels:
        return {}
    cases = await PanelCase.select(
        PanelCase.panel, PanelCase.application, PanelCase.application.status.as_alias("status")
    ).where(PanelCase.panel.is_in(panels), PanelCase.open.eq(True))
    stepped = await steps.histories([row["application"] for row in cases])
    found: dict[UUID, Deadline] = {}
    for row in cases:
        began = clock.office_day(stepped[row["application"]][-1]["taken_at"])
        last = await deadlines.due(row["status"], began)
        first = found.get(row["panel"])
        if last is not None and (first is None or last.day < first.day):
            found[row["panel"]] = last
    return found


def _shown(last: Deadline | None, on: date) -> dict[str, Any]:
    if last is None:
        return {"until": None, "left": None, "provisional": False}
    return {"until": last.day, "left": last.left(on), "provisional": last.provisional}


def _sorted(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(rows, key=lambda row: (row["until"] is None, row["until"] or date.max))
