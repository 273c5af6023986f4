"""The evaluation as the office tells it, in plain Python: who may do what when, and what follows.

Written from the words of the procedure alone: it knows nothing of the code's steps or tables. Days
are counted in working days from the first; a period of five ends with the fifth day after it began.
"""

from typing import Any

APPLICANT = ("draft", "save", "fill", "employ", "submit", "withdraw", "ask-review")
EMPLOYER = ("put-up", "confirm", "decline")
OFFICERS = ("o0", "o1", "o2", "o3", "o4", "o5")
MEMBERS = ("m0", "m1", "m2", "m3")
FORMAL = ("return", "ask", "accept", "publish", "grant?", "refuse?", "send-back", "grant", "refuse")
PANEL = ("commit", "word", "reveal", "abandon", "open", "close")
OBJECTION = ("take-up", "decline-objection", "dismiss", "recheck", "uphold")
REVIEW = ("stand?", "reopen?", "hand-back", "let-stand", "reopen")
STANDING = ("suspend?", "lift?", "revoke?", "decide", "drop")
OFFICE = FORMAL + PANEL + OBJECTION + REVIEW + STANDING
SITTING = ("score", "yes", "no", "tie")
ACTS = (*APPLICANT, *EMPLOYER, *OFFICE, *SITTING, "object", "work", "day", "week")
PEOPLE = ("applicant", "stranger", "employer", "rival", *OFFICERS, *MEMBERS, "visitor")
OVER = {"granted", "refused", "withdrawn"}
PANEL_OF = 3
SETTLED = {"voted", "published", "held", "proposed"}
"""A panel has voted or a decision is prepared: nobody withdraws any more."""
PERIOD = 5
SUPPLEMENT = 15
FORBIDDEN, UNKNOWN, NOT_NOW = "PermissionDeniedException", "NotFound", "StepNotPossible"


def who_may(act: str) -> tuple[str, ...]:
    """Whose act it is at all."""
    if act in APPLICANT:
        return ("applicant", "stranger")
    if act in EMPLOYER:
        return ("employer", "rival")
    if act in SITTING:
        return MEMBERS
    return OFFICERS if act in OFFICE else ("visitor",)


class Model:
    """One person's newest application, and the level it may have brought.

    `simple` is the procedure before July: no employer, no formal check, no panel, no publication.
    """

    def __init__(self, day: int = 0, *, simple: bool = False) -> None:
        self.day, self.simple = day, simple
        self.was_refused = False
        self.standing = ""
        self.suspended_to = 0
        self.asked: dict[str, Any] | None = None
        self.tied: set[str] = set()
        self.begin("")

    def begin(self, status: str) -> None:
        """A new application."""
        self.status, self.steps = status, 0
        self.filled = self.written = self.handed = self.confirmed = self.noticed = False
        self.employed: bool | None = None
        self.up_since: int | None = None
        self.last_return = ""
        self.returned_day = 0
        self.involved: set[str] = set()
        self.panel: dict[str, Any] | None = None
        self.passed: bool | None = None
        self.shown: dict[str, Any] | None = None
        self.objections: list[dict[str, Any]] = []
        self.proposal = self.prepared_by = ""
        self.refused_day = 0
        self.reviews: list[dict[str, Any]] = []

    # -- who is refused what ------------------------------------------------------------------

    def refusal(self, act: str, who: str) -> str:
        """The name of the refusal, or nothing."""
        if act in {"day", "week", "work"}:
            return ""
        if act != "object" and who not in who_may(act):
            return "NotAuthorizedException" if who == "visitor" else FORBIDDEN
        if act in APPLICANT:
            return self._applicant(act, who)
        if act in EMPLOYER:
            return self._employer(act, who)
        if act in SITTING:
            return self._member(act, who)
        if act == "object":
            return self._objector()
        parts = (
            (FORMAL, self._formal), (PANEL, self._panel), (OBJECTION, self._objection),
            (REVIEW, self._review), (STANDING, self._standing),
        )  # fmt: skip
        return next(rule for acts, rule in parts if act in acts)(act, who)

    def _applicant(self, act: str, who: str) -> str:
        if act == "draft":
            taken = who == "applicant" and self.status not in OVER | {""}
            return "AlreadyOpen" if taken else ""
        if who == "stranger" or not self.status:
            return UNKNOWN
        if act == "withdraw":
            return NOT_NOW if self.status in OVER | SETTLED else ""
        if act == "ask-review":
            if self.status != "refused":
                return NOT_NOW
            if self.day > self.refused_day + PERIOD:
                return "TooLate"
            again = any(each["day"] == self.refused_day for each in self.reviews)
            return NOT_NOW if again else ""
        if self.status not in {"draft", "returned"}:
            return NOT_NOW
        if act == "submit":
            if self.overdue:
                return "SupplementTooLate"
            if not (self.written and (self.filled or self.simple)):
                return "FieldsInvalid"
            if self.was_refused and not self.handed and not self.simple:
                return "TooSoon"
            return ""
        closed = self.status == "returned" and self.noticed
        if act == "fill" and closed:
            return "NotReopened"
        return "NotReopened" if act == "employ" and closed and self.last_return == "ask" else ""

    @property
    def overdue(self) -> bool:
        """Whether the time for a supplement is over."""
        if self.simple:
            return False
        return self.status == "returned" and self.day > self.returned_day + SUPPLEMENT

    def _employer(self, act: str, who: str) -> str:
        if who == "rival" or not self.handed or not self.employed:
            return UNKNOWN
        if self.status != "confirming":
            return NOT_NOW
        if act == "confirm" and self.up_since is None:
            return "NotPublished"
        running = act == "confirm" and self.day <= (self.up_since or 0) + PERIOD
        return "PublicationRunning" if running else ""

    def _formal(self, act: str, who: str) -> str:
        if not self.handed:
            return UNKNOWN
        if act == "return" and not self.simple:
            return "NoticeAsked"
        if act in {"ask", "accept"} and self.simple:
            return "NoFormalCheck"
        if act in {"return", "ask", "accept"}:
            return "" if self.status == "submitted" else NOT_NOW
        if act == "publish":
            if self.status != "voted":
                return NOT_NOW
            return "" if self.passed else "NotPassed"
        if act in {"grant?", "refuse?"}:
            if self.status == "submitted" and self.simple:
                return ""
            if self.status in {"submitted", "held"}:
                return "VoteDecides"
            if self.status != "voted":
                return NOT_NOW
            return "VoteDecides" if act == "grant?" or self.passed else ""
        if self.status != "proposed":
            return NOT_NOW
        if who == self.prepared_by:
            return "SamePerson"
        return "NotAsProposed" if act in {"grant", "refuse"} and act != self.proposal else ""

    def _panel(self, act: str, who: str) -> str:
        panel = self.panel
        if act == "commit":
            if self.status != "accepted":
                return "NotTogether"
            if len(MEMBERS) - len(self.tied) < PANEL_OF:
                return "PoolTooSmall"
            return "AlreadyBefore" if panel and panel["status"] == "committed" else ""
        if panel is None:
            return UNKNOWN
        status = panel["status"]
        if act == "abandon":
            if panel["word"] and who in {panel["by"], panel["word"]}:
                return "SamePerson"
            if status in {"closed", "abandoned", "failed"}:
                return NOT_NOW
            return "SamePerson" if panel["leaving"] == who else ""
        if act in {"word", "reveal"}:
            if (who == panel["by"]) is (act == "word"):
                return "SamePerson"
            if status != "committed" or (act == "word" and panel["word"]):
                return NOT_NOW
            return "WordMissing" if act == "reveal" and not panel["word"] else ""
        if act == "open":
            if status != "drawn":
                return NOT_NOW
            there = panel["seats"][: self.attending(who)]
            if len(there) < 2:
                return "NoQuorum"
            # Nobody owes a sheet for what was withdrawn.
            judging = self.status == "reviewing"
            return "SheetsMissing" if judging and {*there} - panel["scored"] else ""
        if status != "meeting":
            return NOT_NOW
        left = set(panel["present"]) - panel["votes"].keys()
        return "VotesMissing" if left and self.status == "reviewing" else ""

    def attending(self, who: str) -> int:
        """How many of the three an officer finds there."""
        return {"o3": 1, "o2": 2}.get(who, 3)

    def _member(self, act: str, who: str) -> str:
        panel = self.panel
        if act == "tie":
            return ""
        if panel is None or who not in panel["seats"]:
            return UNKNOWN
        if self.status != "reviewing":
            return "NoLongerBefore"
        if act == "score":
            return NOT_NOW if panel["status"] != "drawn" or who in panel["scored"] else ""
        if panel["status"] != "meeting":
            return NOT_NOW
        if who not in panel["present"]:
            return "Absent"
        return NOT_NOW if who in panel["votes"] else ""

    def _objector(self) -> str:
        if self.shown is None:
            return UNKNOWN
        late = self.day > self.shown["day"] + PERIOD or self.shown["ended"]
        return "TooLate" if late or self.status not in {"published", "held"} else ""

    def target(self, who: str) -> dict[str, Any] | None:
        """The objection an officer has on the desk: the newest, or for two of them the one before.

        Its number is its place.
        """
        place = 2 if who in {"o1", "o3"} and len(self.objections) > 1 else 1
        return self.objections[-place] if self.objections else None

    def _objection(self, act: str, who: str) -> str:
        one = self.target(who)
        if one is None:
            return UNKNOWN
        if act == "take-up":
            able = self.status in {"published", "held"} and not one["about"]["ended"]
            return "" if able and one["status"] == "received" else NOT_NOW
        if who in self.involved:
            return "HadPart"
        asked = "received" if act == "decline-objection" else "taken-up"
        return "" if one["status"] == asked else NOT_NOW

    def _review(self, act: str, who: str) -> str:
        if not self.reviews:
            return UNKNOWN
        one = self.reviews[-1]
        if who in self.involved:
            return "HadPart"
        if act.endswith("?"):
            return "" if one["status"] == "asked" else NOT_NOW
        if one["status"] != "proposed":
            return NOT_NOW
        if one["by"] == who:
            return "HadPart"
        return "" if act in {"hand-back", one["outcome"]} else "NotAsProposed"

    def _standing(self, act: str, who: str) -> str:
        if act.endswith("?"):
            if not self.standing:
                return UNKNOWN
            return NOT_NOW if self._stands_against(act) else ""
        if self.asked is None:
            return UNKNOWN
        if self.asked["by"] == who:
            return "SamePerson"
        if self.asked["status"] != "proposed":
            return NOT_NOW
        return NOT_NOW if act == "decide" and self._stands_against(self.asked["act"]) else ""

    def _stands_against(self, act: str) -> bool:
        """Whether a level's standing forbids it."""
        wanted = {"suspend?": {"in-force"}, "lift?": {"suspended"}}
        return self.standing not in wanted.get(act, {"in-force", "suspended"})
