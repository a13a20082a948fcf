"""The interview for a draft of the accident report: asked step by step, summed up, then stored with a number.

It collects no medical detail and decides nothing; each answer is kept as a draft at once, so that a talk broken off
can be taken up the next day.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from bot.actions import clauses, evidence
from bot.actions.flow import Flow, Question, Turn
from bot.actions.reply import Choice, Reply
from bot.actions.state import OpenFlow
from records import drafts

_HOUR = re.compile(r"[0-9]{1,2}\u6642(?:[0-9]{1,2}\u5206|\u534a)?|[0-9]{1,2}:[0-9]{2}")
_FIELDS = ("happened_at", "place", "what_happened", "harmed", "photos", "witnesses")


class ReportFlow(Flow):
    """Interview for the 事故発生状況報告書."""

    def declines(self, turn: Turn) -> bool:
        """Where the form is kept and what it asks for is told; only a wish to write it begins a draft."""
        if evidence.pattern("should_it").search(turn.heard.folded):
            return True
        return clauses.asks(turn.heard.text) and not turn.heard.mentioned("opens", "report")

    def hear(self, turn: Turn, values: Mapping[str, Any], asked: str | None) -> dict[str, Any]:
        """The answer; words that begin with a correction mend the field told last instead."""
        heard = super().hear(turn, values, asked)
        if asked == _FIELDS[0] and evidence.pattern("only_wishes").search(turn.heard.folded):
            # That a draft is wished is no date.
            heard.pop(asked, None)
        if asked == "photos" and "photos" not in heard:
            heard |= _photographed(turn.heard.folded)
        told = clauses.after_mending(turn.heard.text)
        last = next((slot for slot in reversed(_FIELDS) if slot in values and slot != asked), None)
        if told is None or last is None or asked not in _FIELDS or "_explicit" in heard:
            return heard
        before = str(values[last])
        hour = _HOUR.search(told)
        # An hour put right leaves the day as it was told.
        mended = _HOUR.sub(hour[0], before, count=1) if hour and _HOUR.search(before) and hour[0] == told else told
        return {last: mended, "_explicit": True}

    def aside(self, turn: Turn, known: Mapping[str, Any]) -> Reply | None:
        """Whoever only says that he wishes a draft is asked on."""
        return Reply() if evidence.pattern("only_wishes").search(turn.heard.folded) else None

    def settle(self, turn: Turn, values: dict[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
        """Keep the draft after every answer."""
        fields = {slot: values[slot] for slot in _FIELDS if slot in values}
        if fields:
            with turn.services.database.session() as session:
                number = values.get("_number")
                if number is None:
                    draft = drafts.add_draft(session, fields=fields, conversation_id=turn.conversation_id, now=turn.now)
                    values["_number"] = draft.number
                    turn.state.stored = [*turn.state.stored, draft.number][-8:]
                else:
                    drafts.update_draft(session, number, fields=fields, now=turn.now)
        return values

    def ask(self, turn: Turn, flow: OpenFlow, question: Question) -> Reply:
        """At the end everything is shown before it is stored as complete."""
        if question.slot != "confirmed":
            return super().ask(turn, flow, question)
        reply = Reply().say(turn.t("report.summary"))
        reply.say(*(turn.t("report.row", label=label, value=value) for label, value in self._rows(turn, flow)))
        return reply.say(turn.t(self.key("confirmed", "ask"))).offer(self.choices(turn, flow, question))

    def ask_again(self, turn: Turn, flow: OpenFlow, question: Question) -> Reply:
        """Whoever is asked whether to store it sees what is stored."""
        return self.ask(turn, flow, question)

    def choices(self, turn: Turn, flow: OpenFlow, question: Question) -> list[Choice]:
        """Yes and no only where the question takes them."""
        return super().choices(turn, flow, question) if question.kind == "yes_no" else []

    def show(self, turn: Turn, slot: str, value: Any) -> str:
        """Unknown answers are shown as such."""
        if value == "?":
            return turn.t("report.unknown")
        return super().show(turn, slot, value)

    def finish(self, turn: Turn, flow: OpenFlow) -> Reply:
        """Mark the draft complete, or ask what to mend."""
        if not flow.values.get("confirmed"):
            flow.values.pop("confirmed", None)
            flow.asked = "confirmed"
            return Reply().say(turn.t("report.mend"))
        number = flow.values["_number"]
        with turn.services.database.session() as session:
            drafts.complete_draft(session, number, now=turn.now)
        rows = self._rows(turn, flow)
        reply = Reply().say(turn.t("report.stored", number=number), turn.t("report.next"))
        return reply.show(
            {
                "type": "draft",
                "number": number,
                "title": turn.t("report.title"),
                "rows": [{"label": label, "value": value} for label, value in rows],
                "print_url": f"/drafts/{number}",
            }
        )

    def _rows(self, turn: Turn, flow: OpenFlow) -> list[tuple[str, str]]:
        return [
            (turn.t(self.key(slot, "label")), self.show(turn, slot, flow.values[slot]))
            for slot in _FIELDS
            if slot in flow.values
        ]


def _photographed(folded: str) -> dict[str, Any]:
    """Whether photographs were taken, in the words of taking them; empty when nothing is told."""
    if evidence.pattern("photos_not").search(folded):
        return {"photos": False}
    return {"photos": True} if evidence.pattern("photos_taken").search(folded) else {}
