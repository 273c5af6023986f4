"""What a walk tries next: weighed by what it is mostly about, or led to the end of a long way."""

from collections.abc import Mapping
from random import Random

from tests.credentials.procedure.consequences import Procedure
from tests.credentials.procedure.model import (
    ACTS,
    EMPLOYER,
    OBJECTION,
    OFFICERS,
    PEOPLE,
    REVIEW,
    STANDING,
    who_may,
)
from tests.credentials.procedure.scene import DAYS, SIMPLE_DAYS

OFTEN = {
    "draft": 30, "fill": 20, "save": 6, "submit": 30, "accept": 30, "commit": 20, "word": 20,
    "reveal": 30, "open": 20, "yes": 30, "close": 30, "publish": 20, "grant": 20, "confirm": 30,
    "score": 20, "put-up": 6, "refuse?": 12, "refuse": 12, "no": 8, "withdraw": 0.3, "abandon": 0.5,
    "object": 8, "take-up": 15, "dismiss": 6, "send-back": 1, "day": 1,
}  # fmt: skip
"""How often an act is tried where it is possible; the others 3. So a run gets somewhere."""
STEADY = dict.fromkeys(("withdraw", "abandon"), 0.3) | dict.fromkeys(("employ", "ask"), 0.1)
THEMES: tuple[Mapping[str, float], ...] = (
    {},
    dict.fromkeys((*EMPLOYER, "employ"), 20),
    STEADY | dict.fromkeys(("object", *OBJECTION), 40) | {"week": 2},
    STEADY
    | {"no": 60, "refuse?": 60, "refuse": 60, "send-back": 6, "ask-review": 90, "draft": 8}
    | dict.fromkeys(REVIEW, 60),
    STEADY | dict.fromkeys(STANDING, 30) | {"object": 1},
    {"withdraw": 1.5, "send-back": 25, "ask": 20, "abandon": 4},
    STEADY
    | {"return": 20, "grant?": 20, "refuse?": 30, "send-back": 8, "ask-review": 60}
    | dict.fromkeys(REVIEW, 40),
)
"""What a run is mostly about, so that all together go every way; the last has no panel."""
LEAVING, SIMPLE = len(THEMES) - 2, len(THEMES) - 1
SELDOM = {"submitted", "returned", "held", "proposed"}
"""Somebody withdraws there, too."""
NOT_SIMPLE = {"fill", "employ"}
BUSY = OFFICERS[:3]
"""Do most of the work, so that somebody without a part in it is left."""
FILED = ("draft", "fill", "save", "submit")
DRAWN = (*FILED, "accept", "commit", "word", "reveal")
MET = (*DRAWN, "score", "score", "score", "open")
LEADS: tuple[tuple[str, ...], ...] = (
    (*FILED, "accept", "commit", "word", "tie", "tie", "reveal"),
    (*DRAWN, "abandon", "abandon"),
    (*MET, "abandon", "abandon"),
    (*MET, *("yes",) * 3, "close", "publish", "object", "take-up", "uphold", "send-back"),
    (*MET, *("no",) * 3, "close", "refuse?", "refuse", "ask-review", "stand?", "hand-back"),
    (*FILED, "ask", "week", "week", "week", "work"),
    (*FILED, "refuse?", "refuse", "ask-review", "reopen?", "hand-back", "reopen?", "reopen"),
)
"""Long ways that acts drawn by lot seldom go to their end; what is not possible is passed over."""
LED = 3
"""Of so many runs one begins with such a way, and still tries what is forbidden, and two at once.

The other runs have no lead.
"""
WAITS = {"confirming", "published"}
TIMES = {"day", "week", "fill", "employ", "object", "suspend?", "lift?", "revoke?", "tie"}
"""Acts that are not one step, or of which several stand beside each other: never two at once."""


def chosen(model: Procedure, theme: int, by: Random, lead: list[str]) -> list[tuple[str, str]]:
    """What is tried next: mostly what the model allows, else what it forbids; some things twice.

    While there is a lead, what is allowed is its next act.
    """
    able: dict[str, list[str]] = {}
    acts = [act for act in ACTS if not (model.simple and act in NOT_SIMPLE)]
    if model.panel is None or model.panel["status"] != "committed":
        acts.remove("tie")
    for act in acts:
        people = tuple(who for who in who_may(act) if (act, who) != ("draft", "stranger"))
        if act == "tie":
            people = tuple({*people} - model.tied)
        if found := [who for who in sorted(people) if model.refusal(act, who) == ""]:
            able[act] = found
    if model.day + 12 > (SIMPLE_DAYS if model.simple else len(DAYS)):
        able = {act: whose for act, whose in able.items() if act not in {"day", "week"}}
    weights = {act: THEMES[theme].get(act, OFTEN.get(act, 3)) for act in able}
    if model.status == "granted":
        weights["draft"] = 1
    if "withdraw" in weights and theme == LEAVING and model.status in SELDOM:
        weights["withdraw"] *= 15
    if "week" in weights and "week" not in THEMES[theme]:
        weights["week"] = 12 if model.status in WAITS else 1
    while lead and lead[0] not in able:
        lead.pop(0)
    if lead:
        weights = {lead[0]: 1}
    (act,) = by.choices([*weights], [*weights.values()])
    if by.random() < 0.25:
        act = act if by.random() < 0.6 else by.choice(acts)
        barred = [who for who in who_may(act) if model.refusal(act, who)]
        wrong = _draft(act, by.choice(barred if barred and by.random() < 0.8 else PEOPLE))
        if model.refusal(*wrong):
            return [wrong]
        (act,) = by.choices([*weights], [*weights.values()])
    one = (act, _who(able[act], by))
    if lead:
        lead.pop(0)
    if by.random() > 0.12 or act in TIMES:
        return [one]
    if by.random() < 0.5:
        return [one, _draft(act, by.choice(who_may(act)))]
    if weights.keys() <= TIMES | {act}:
        return [one]
    (other,) = by.choices([*weights], [0 if each in TIMES else weights[each] for each in weights])
    return [one, (other, by.choice(able[other]))]


def _who(able: list[str], by: Random) -> str:
    busy = [who for who in able if who in BUSY]
    return by.choice(busy if busy and by.random() < 0.8 else able)


def _draft(act: str, who: str) -> tuple[str, str]:
    """Strangers have drafts of their own, which nobody looks at."""
    return (act, "applicant" if (act, who) == ("draft", "stranger") else who)
