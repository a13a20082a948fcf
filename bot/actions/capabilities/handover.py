"""A person takes over: what was said is summed up, shown, and stored with a number; hours are told honestly."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.actions import clauses, evidence
from bot.actions.capabilities.contact_text import whom_to_ask
from bot.actions.capabilities.moment import stated_moment
from bot.actions.capabilities.place import hear_place
from bot.actions.flow import Flow, Question, Turn
from bot.actions.reply import Choice, Reply
from bot.actions.state import OpenFlow
from bot.actions.sureness import COURTESIES
from records.handovers import add_handover

# Office hours as most desks print them: outside of them it is said that nobody may answer.
_SATURDAY, _OPENS, _CLOSES = 5, 9, 17
# A longer text is no addition in passing.
_MOST_MORE = 80


class HandOverFlow(Flow):
    """Hand-over to staff."""

    def hear(self, turn: Turn, values: Mapping[str, Any], asked: str | None) -> dict[str, Any]:
        """The matter and the consent; out of the blue only that a person is wanted.

        What is told instead of a consent (a name, when to call) belongs to the matter.
        """
        if asked is None:
            return {"_wanted": True} if turn.heard.mention("person") else {}
        heard = super().hear(turn, values, asked)
        told = turn.heard.text.strip()
        more = asked == "confirmed" and asked not in heard and not turn.heard.mention("reply")
        meaningless = evidence.pattern("tells_something").search(turn.heard.folded) is None
        if not more or meaningless or clauses.asks(told) or turn.heard.intent in COURTESIES or len(told) > _MOST_MORE:
            return heard
        before = values.get("matter")
        return {"matter": turn.t("units.comma").join([before, told]) if before else told, "_explicit": True}

    def owns(self, turn: Turn, values: Mapping[str, Any]) -> bool:
        """Whoever asks for a person gets the hand-over, at any hour; an accident goes first."""
        return turn.heard.intent != "accident_now" and not turn.heard.mention("happened")

    def choices(self, turn: Turn, flow: OpenFlow, question: Question) -> list[Choice]:
        """Yes and no at the end."""
        return super().choices(turn, flow, question) if question.kind == "yes_no" else []

    def ask(self, turn: Turn, flow: OpenFlow, question: Question) -> Reply:
        """Whom to call is not said twice in a row; the summary stands before the question whether to store it."""
        reply = super().ask(turn, flow, question)
        if question.slot != "confirmed":
            if flow.values.get("_told"):
                return reply
            flow.values["_told"] = True
            lines = [turn.t("handover.honest"), self._call(turn)]
            return Reply().say(*lines).then(reply)
        urgent = turn.t("handover.contact", contact=whom_to_ask(turn, turn.state.scheme))
        # Who tells where he is wants to know whom to reach there.
        said = urgent in (turn.state.last_text or "") and not hear_place(turn)
        told = Reply().say(turn.t("handover.summary"), *self._summary(turn, flow), None if said else urgent)
        return told.then(reply)

    def ask_again(self, turn: Turn, flow: OpenFlow, question: Question) -> Reply:
        """Whoever is asked whether to leave it sees what is left."""
        return self.ask(turn, flow, question)

    def finish(self, turn: Turn, flow: OpenFlow) -> Reply:
        """Store the hand-over and say when somebody can answer."""
        if not flow.values.get("confirmed"):
            return Reply().say(turn.t("handover.dropped"))
        summary = "\n".join(self._summary(turn, flow))
        with turn.services.database.session() as session:
            stored = add_handover(session, summary=summary, conversation_id=turn.conversation_id, now=turn.now)
        turn.state.stored = [*turn.state.stored, stored.number][-8:]
        return Reply().say(turn.t("handover.stored", number=stored.number), turn.t("handover.hours"))

    def _call(self, turn: Turn) -> str:
        """Whom to call instead of waiting; outside office hours, that nobody may answer."""
        stated = stated_moment(turn.heard.folded, turn.now, turn.services.is_holiday)
        at = stated.at if stated else turn.now
        working = at.weekday() < _SATURDAY and not turn.services.is_holiday(at.date()) and _OPENS <= at.hour < _CLOSES
        key = "contact" if working else "contact_closed"
        return turn.t(f"handover.{key}", contact=whom_to_ask(turn, turn.state.scheme))

    def _summary(self, turn: Turn, flow: OpenFlow) -> list[str]:
        t, state = turn.t, turn.state
        lines = [t("handover.matter", matter=flow.values.get("matter", t("report.unknown")))]
        if state.scheme:
            lines.append(t("handover.scheme", scheme=t(f"products.{state.scheme}")))
        topics = [t(f"flow_{name}.title") for name in state.closed if name != self.id]
        if topics:
            lines.append(t("handover.topics", topics=t("units.comma").join(topics)))
        numbers = [number for number in state.stored if not number.startswith("H")]
        if numbers:
            lines.append(t("handover.numbers", numbers=t("units.comma").join(numbers[-3:])))
        return lines
