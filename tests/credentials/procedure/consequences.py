"""What follows in the model from an act that nobody refuses."""

from tests.credentials.procedure.model import MEMBERS, PANEL_OF, PERIOD, Model


class Procedure(Model):
    """The model with its acts taken."""

    def take(self, act: str, who: str) -> None:
        """Let an act happen that `refusal` does not refuse."""
        if act in {"day", "week"}:
            self.day += 1 if act == "day" else 6
        elif act in {"grant?", "refuse?"}:
            self._propose(act.rstrip("?"), who)
        elif act in {"stand?", "reopen?"}:
            outcome = "reopen" if act == "reopen?" else "let-stand"
            self.reviews[-1] |= {"status": "proposed", "outcome": outcome, "by": who}
        elif act in {"suspend?", "lift?", "revoke?"}:
            self.asked = {"status": "proposed", "act": act, "by": who, "until": self.day + 3}
        else:
            getattr(self, "_" + act.replace("-", "_"))(act, who)

    def _step(self, to: str, who: str = "") -> None:
        self.status, self.steps = to, self.steps + 1
        if who:
            self.involved.add(who)

    def _draft(self, act: str, who: str) -> None:
        self.begin("draft")

    def _save(self, act: str, who: str) -> None:
        self.written = True

    def _fill(self, act: str, who: str) -> None:
        self.filled = True
        if self.employed is None:
            self.employed = False

    def _employ(self, act: str, who: str) -> None:
        self.employed = not self.employed
        self.up_since, self.confirmed = None, False

    def _submit(self, act: str, who: str) -> None:
        waits = self.employed and not self.confirmed
        self._step("confirming" if waits else "submitted", who)
        self.handed = True

    def _withdraw(self, act: str, who: str) -> None:
        self._step("withdrawn", who)

    def _put_up(self, act: str, who: str) -> None:
        self.up_since = self.day

    def _confirm(self, act: str, who: str) -> None:
        self._step("submitted", who)
        self.confirmed = True

    def _decline(self, act: str, who: str) -> None:
        self._step("returned", who)
        self.up_since, self.last_return, self.returned_day = None, "decline", self.day

    def _ask(self, act: str, who: str) -> None:
        self._step("returned", who)
        self.noticed, self.last_return, self.returned_day = True, "ask", self.day

    def _return(self, act: str, who: str) -> None:
        self._step("returned", who)
        self.last_return = act

    def _accept(self, act: str, who: str) -> None:
        self._step("accepted", who)

    def _commit(self, act: str, who: str) -> None:
        self.panel = {"status": "committed", "by": who, "word": "", "seats": [], "present": []}
        self.panel |= {"scored": set(), "votes": {}, "leaving": ""}
        self.involved.add(who)

    def _word(self, act: str, who: str) -> None:
        assert self.panel is not None
        self.panel["word"] = who
        self.involved.add(who)

    def _reveal(self, act: str, who: str) -> None:
        assert self.panel is not None
        if len(MEMBERS) - len(self.tied) < PANEL_OF:
            self.panel["status"] = "failed"
            return
        self.panel["status"] = "drawn"
        if self.status == "accepted":
            self._step("reviewing", who)

    def _abandon(self, act: str, who: str) -> None:
        assert self.panel is not None
        if self.panel["word"] and not self.panel["leaving"]:
            self.panel["leaving"] = who
            return
        self.panel["status"] = "abandoned"
        if self.status == "reviewing":
            self._step("accepted", who)

    def _tie(self, act: str, who: str) -> None:
        self.tied.add(who)

    def _score(self, act: str, who: str) -> None:
        assert self.panel is not None
        self.panel["scored"].add(who)

    def _open(self, act: str, who: str) -> None:
        assert self.panel is not None
        self.panel |= {"status": "meeting", "present": self.panel["seats"][: self.attending(who)]}
        self.involved.add(who)

    def _yes(self, act: str, who: str) -> None:
        assert self.panel is not None
        self.panel["votes"][who] = act

    _no = _yes

    def _close(self, act: str, who: str) -> None:
        assert self.panel is not None
        self.panel["status"] = "closed"
        if self.status == "reviewing":
            said = [*self.panel["votes"].values()]
            self.passed = 3 * said.count("yes") >= 2 * len(said)
            self._step("voted", who)

    def _publish(self, act: str, who: str) -> None:
        self._step("published", who)
        self.shown = {"day": self.day, "ended": False, "by": who}

    def _object(self, act: str, who: str) -> None:
        self.objections.append({"status": "received", "about": self.shown})

    def _take_up(self, act: str, who: str) -> None:
        one = self.target(who)
        assert one is not None
        one["status"] = "taken-up"
        if self.status != "held":
            self._step("held")

    def _decline_objection(self, act: str, who: str) -> None:
        one = self.target(who)
        assert one is not None
        one["status"] = "declined"
        self._end()

    def _dismiss(self, act: str, who: str) -> None:
        one = self.target(who)
        assert one is not None
        one["status"] = "dismissed"
        if self.status == "held" and self._lives(one) and not self._pending("taken-up"):
            self._step("published")
            self._end()

    def _recheck(self, act: str, who: str) -> None:
        one = self.target(who)
        assert one is not None
        one["status"] = "upheld"
        if self.status == "held" and self._lives(one):
            one["about"]["ended"] = True
            if act == "recheck":
                self._step("accepted", who)
                self.passed = None
            else:
                self._propose("refuse", who)
                self.passed = None

    _uphold = _recheck

    def _lives(self, one: dict[str, object]) -> bool:
        return one["about"] is self.shown and self.shown is not None and not self.shown["ended"]

    def _pending(self, *statuses: str) -> bool:
        return any(e["status"] in statuses and e["about"] is self.shown for e in self.objections)

    def _end(self) -> None:
        if self.status != "published" or self.shown is None:
            return
        if self.day > self.shown["day"] + PERIOD and not self._pending("received", "taken-up"):
            self.shown["ended"] = True
            self._step("proposed")
            self.proposal, self.prepared_by = "grant", self.shown["by"]

    def _work(self, act: str, who: str) -> None:
        self._end()
        if self.overdue:
            self._step("withdrawn")
        if self.standing == "suspended" and self.day > self.suspended_to:
            self.standing = "in-force"

    def _grant(self, act: str, who: str) -> None:
        self._step(act + ("ed" if act == "grant" else "d"), who)
        if act == "grant":
            self.standing, self.asked = "in-force", None
        else:
            self.was_refused, self.refused_day = True, self.day

    _refuse = _grant

    def _propose(self, proposal: str, who: str) -> None:
        self._step("proposed", who)
        self.proposal, self.prepared_by = proposal, who

    def _send_back(self, act: str, who: str) -> None:
        if self.simple:
            self._step("submitted", who)
        else:
            self._step("accepted" if self.passed is None else "voted", who)
        self.proposal = self.prepared_by = ""

    def _ask_review(self, act: str, who: str) -> None:
        self.reviews.append({"status": "asked", "day": self.refused_day, "by": ""})

    def _hand_back(self, act: str, who: str) -> None:
        self.reviews[-1] |= {"status": "asked", "by": ""}

    def _let_stand(self, act: str, who: str) -> None:
        self.reviews[-1]["status"] = "over"
        if act == "reopen":
            self._step("submitted" if self.simple else "accepted", who)
            self.passed, self.proposal, self.prepared_by = None, "", ""
            self.was_refused = False

    _reopen = _let_stand

    def _decide(self, act: str, who: str) -> None:
        assert self.asked is not None
        self.asked["status"] = "decided"
        done = {"suspend?": "suspended", "lift?": "in-force", "revoke?": "revoked"}
        self.standing, self.suspended_to = done[self.asked["act"]], self.asked["until"]

    def _drop(self, act: str, who: str) -> None:
        assert self.asked is not None
        self.asked["status"] = "dropped"
