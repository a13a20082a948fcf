"""A person takes over: what was said is summed up, shown, and stored with a number; hours are told honestly."""

from __future__ import annotations

from bot.actions.capabilities.contact_text import contact_line
from bot.actions.flow import Flow, Question, Turn
from bot.actions.reply import Choice, Reply
from bot.actions.state import OpenFlow
from records.handovers import add_handover


class HandOverFlow(Flow):
    """Hand-over to staff."""

    def choices(self, turn: Turn, flow: OpenFlow, question: Question) -> list[Choice]:
        """Yes and no at the end."""
        return super().choices(turn, flow, question) if question.kind == "yes_no" else []

    def ask(self, turn: Turn, flow: OpenFlow, question: Question) -> Reply:
        """Whom to call when it is urgent is said once; the summary stands before the question whether to store it."""
        reply = super().ask(turn, flow, question)
        if question.slot != "confirmed":
            if flow.values.get("_told"):
                return reply
            flow.values["_told"] = True
            return Reply().say(turn.t("handover.contact", contact=contact_line(turn, "branch"))).then(reply)
        return Reply().say(turn.t("handover.summary"), *self._summary(turn, flow)).then(reply)

    def finish(self, turn: Turn, flow: OpenFlow) -> Reply:
        """Store the hand-over and say when somebody can answer."""
        if not flow.values.get("confirmed"):
            return Reply().say(turn.t("handover.dropped"))
        summary = "\n".join(self._summary(turn, flow))
        with turn.services.database.session() as session:
            stored = add_handover(session, summary=summary, conversation_id=turn.conversation_id, now=turn.now)
        turn.state.stored = [*turn.state.stored, stored.number][-8:]
        return Reply().say(turn.t("handover.stored", number=stored.number), turn.t("handover.hours"))

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
