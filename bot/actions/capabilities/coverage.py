"""Is this covered? The case that an accident told in ordinary words is like.

Asks for the deciding fact that is missing and says which plans' terms speak of the case. It never says that something
will be paid (T4, T5).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from bot.actions.answers import Answers
from bot.actions.capabilities.contact_text import contact_line
from bot.actions.flow import Flow, FlowSpec, Question, Turn
from bot.actions.reply import Reply
from bot.actions.state import OpenFlow

if TYPE_CHECKING:
    from knowledge.cases import Case

FACTS = ("cause", "damage", "timing", "site", "whose")
PLANS = ("basic", "wide", "premium")
SURE, NEAR, CONTRADICTED = 0.08, 0.35, 0.15
LIKE, _NOTHING_TOLD = 0.45, 6
_OTHER_PRODUCT = 0.1
_MOST_QUESTIONS = 2


class CoverageFlow(Flow):
    """Coverage of a case."""

    def __init__(self, spec: FlowSpec, answers: Answers) -> None:
        super().__init__(spec)
        self._answers = answers

    def hear(self, turn: Turn, values: Mapping[str, Any], asked: str | None) -> dict[str, Any]:
        """The story's likely cases, the facts named in it, and the plan and scheme spoken of."""
        understood = turn.heard
        heard: dict[str, Any] = {}
        if asked in FACTS:
            heard = super().hear(turn, values, asked)
        for fact in understood.mentions.get("fact", ()):
            slot, value = fact.split("=")
            if slot not in heard:
                heard[slot] = value
        plan = understood.mention("plan")
        if plan:
            heard["_plan"] = plan
        scheme = understood.mention("scheme")
        if scheme in ("third_party", "assembly", "cyber"):
            heard["_product"] = scheme
        if self._tells(turn, asked):
            heard["story"] = "told"
            heard["_scores"] = {case.id: case.score for case in understood.cases}
        return heard

    def _tells(self, turn: Turn, asked: str | None) -> bool:
        """Whether the message tells what happened; the mere question whether something is covered does not."""
        heard = turn.heard
        if not heard.cases or _only_asks(turn):
            return False
        about = heard.intent in (*self.spec.intents, "accident_now")
        if asked == "story":
            return about or heard.cases[0].match >= LIKE
        return (asked is None and about) or heard.cases[0].score >= 0.3

    def opening(self, turn: Turn) -> dict[str, Any]:
        """The scheme spoken of last."""
        if turn.state.scheme in ("third_party", "assembly", "cyber"):
            return {"_product": turn.state.scheme}
        return {}

    def next(self, turn: Turn, flow: OpenFlow) -> Question | None:
        """The fact on which the likeliest cases differ, when it is not known; at most two."""
        values = flow.values
        ranked = self._ranked(turn, values)
        if not ranked or ranked[0][1] < SURE:
            if flow.misses or flow.asked == "story" or (self._answers.confident(turn) and not _only_asks(turn)):
                return None
            return self.spec.question("story")
        if values.get("_asked", 0) >= _MOST_QUESTIONS or len(ranked) < 2 or ranked[1][1] < ranked[0][1] * NEAR:
            return None
        first, second = ranked[0][0], ranked[1][0]
        if first.product != second.product or first.plans == second.plans:
            return None
        for slot in FACTS:
            wanted = {first.facts.get(slot), second.facts.get(slot)}
            if None not in wanted and len(wanted) == 2 and slot not in values and slot not in flow.skipped:
                values["_asked"] = values.get("_asked", 0) + 1
                return self.spec.question(slot)
        return None

    def finish(self, turn: Turn, flow: OpenFlow) -> Reply:
        """Which plans' terms speak of the case, like cases, limits, who decides, whom to ask."""
        values = flow.values
        ranked = self._ranked(turn, values)
        answer = self._answers.ranked(turn)
        if answer and (not ranked or answer[0].score > ranked[0][1] * 1.2):
            return self._answers.entry(turn, answer[0].id).say(self._who_decides(turn))
        if not ranked or ranked[0][1] < SURE:
            return Reply().say(
                turn.t("coverage.not_found"), turn.t("coverage.ask", contact=contact_line(turn, "branch"))
            )
        case = ranked[0][0]
        turn.state.scheme = case.product
        reply = Reply().say(self._verdict(turn, case, values.get("_plan")), case.text(turn.state.lang))
        if case.limit:
            reply.say(turn.t("coverage.limit", limit=case.limit))
        reply.say(self._who_decides(turn), self._source(turn, case))
        return reply

    def _verdict(self, turn: Turn, case: Case, plan: str | None) -> str:
        t = turn.t
        if case.plans is None:
            return t("coverage.verdict.not_said")
        if case.product != "third_party":
            return t(f"coverage.verdict.{'in' if case.plans else 'out'}", product=t(f"products.{case.product}"))
        key = {3: "all", 2: "wide", 1: "premium", 0: "none"}[len(case.plans)]
        verdict = t(f"coverage.verdict.{key}")
        if plan and 0 < len(case.plans) < 3:
            named = t(f"flow_quote.plan.options.{plan}")
            asked = t(f"coverage.plan.{'in' if plan in case.plans else 'out'}", plan=named)
            return f"{asked}\n{verdict}"
        return verdict

    def _who_decides(self, turn: Turn) -> str:
        return turn.t("coverage.who_decides", contact=contact_line(turn, "branch"))

    def _source(self, turn: Turn, case: Case) -> str:
        source = turn.services.knowledge.source(case.source)
        line = turn.t("coverage.source", document=source.short_title, locator=case.locator)
        if source.period is not None and turn.now >= source.period.end:
            line += turn.t("compare.expired", until=turn.t.day(source.period.end.date()))
        return line

    def _ranked(self, turn: Turn, values: Mapping[str, Any]) -> list[tuple[Case, float]]:
        """Cases by score, weighed with the facts that are known."""
        cases = turn.services.coverage.cases
        ranked = []
        for case_id, score in (values.get("_scores") or {}).items():
            case = cases.get(case_id)
            if case is None:
                continue
            for slot in FACTS:
                if slot in values and case.facts.get(slot) not in (None, values[slot]):
                    score *= CONTRADICTED
            if values.get("_product") and case.product != values["_product"]:
                score *= _OTHER_PRODUCT
            ranked.append((case, score))
        return sorted(ranked, key=lambda item: -item[1])


def _only_asks(turn: Turn) -> bool:
    """Whether a message asks for a check of cover and tells nothing that could be checked."""
    spans = [word.end - word.start for word in turn.heard.words if (word.entity, word.value) == ("opens", "coverage")]
    return bool(spans) and len(turn.heard.folded) - max(spans) <= _NOTHING_TOLD
