"""Is this covered? The case that an accident told in ordinary words is like.

Asks for the deciding fact that is missing and says which plans' terms speak of the case. It never says that something
will be paid (T4, T5).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from bot.actions import clauses, evidence
from bot.actions.answers import Answers
from bot.actions.capabilities.contact_text import contact_line
from bot.actions.capabilities.coverage_text import details, like_cases, source_line, verdict, who_decides, whom_to_ask
from bot.actions.flow import Flow, FlowSpec, Question, Turn
from bot.actions.reply import Reply
from bot.actions.state import OpenFlow

if TYPE_CHECKING:
    from knowledge.cases import Case

FACTS = ("cause", "damage", "timing", "site", "whose", "orderer")
PRODUCTS = ("third_party", "assembly", "cyber")
SURE, NEAR, CONTRADICTED = 0.08, 0.35, 0.15
LIKE, _STRANGE, _NOTHING_TOLD = 0.45, 0.75, 6
_OTHER_PRODUCT = 0.1
# Nobody named a scheme: most members mean the one that most of them have.
_MAIN, _MAIN_SCHEME = 1.3, "third_party"
_MOST_QUESTIONS, _MOST_LIKE = 2, 4
# How much better an entry must match than the likeliest case.
_AHEAD, _FAR = 0.1, 0.25
_AS_LIKELY = 0.6
# The member's plan told after a verdict: what may stand beside it, in characters, and what makes it another matter.
_OWN_PLAN, _PLAN_ALONE = 24, 8
_OTHER_MATTER = frozenset({"ask", "scheme", "fact", "happened", "told", "need", "cause", "aspect", "membership"})


class CoverageFlow(Flow):
    """Coverage of a case."""

    kept = frozenset({"_scores"})

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
        if scheme in PRODUCTS:
            heard["_product"] = scheme
        if self._tells(turn, values, asked):
            heard["story"] = "told"
            heard["_scores"] = _scores(turn)
        return heard

    def _tells(self, turn: Turn, values: Mapping[str, Any], asked: str | None) -> bool:
        """Whether the message tells what happened; a mere question for cover, or a fact put right, does not."""
        heard = turn.heard
        if not heard.cases or _only_asks(turn):
            return False
        if asked is None and "_scores" in values and heard.mention("fact") and clauses.mends(heard.text):
            return False
        about = heard.intent in (*self.spec.intents, "accident_now")
        if asked == "story":
            strange = heard.mention("foreign") or (heard.intent == "out_of_scope" and heard.confidence >= _STRANGE)
            return about or (heard.cases[0].match >= LIKE and not strange)
        return (asked is None and about) or heard.cases[0].score >= 0.3

    def opening(self, turn: Turn) -> dict[str, Any]:
        """The scheme spoken of last."""
        return {"_product": turn.state.scheme} if turn.state.scheme in PRODUCTS else {}

    def continues(self, turn: Turn, known: Mapping[str, Any]) -> dict[str, Any]:
        """The member's own plan, told after a verdict, is held against the case that was told."""
        heard = turn.heard
        plans = [word for word in heard.words if word.entity == "plan"]
        others = [word for word in heard.words if word.entity in _OTHER_MATTER and word.value != "payment"]
        if len({word.value for word in plans}) != 1 or others or heard.quantities or len(heard.folded) > _OWN_PLAN:
            return {}
        beside = len(heard.folded) - sum(word.end - word.start for word in plans)
        if beside > _PLAN_ALONE and "covered" not in evidence.kinds(heard.text):
            return {}
        ranked = self._ranked(turn, known)
        return {"_plan": plans[0].value, "_case": ranked[0][0].id} if ranked else {}

    def next(self, turn: Turn, flow: OpenFlow) -> Question | None:
        """The fact on which the likeliest cases differ, when it is not known; at most two."""
        values = flow.values
        if values.get("_case"):
            return None
        ranked = self._ranked(turn, values)
        if turn.heard.mentioned("accident_detail", "injury"):
            # Whose property was harmed is no question where somebody was hurt.
            values["_hurt"] = True
        if not ranked or ranked[0][1] < SURE:
            if flow.misses or flow.asked == "story" or (self._answers.confident(turn) and not _only_asks(turn)):
                return None
            return self.spec.question("story")
        slot = None if values.get("_asked", 0) >= _MOST_QUESTIONS else self._deciding(ranked, flow)
        if slot is None:
            return None
        values["_asked"] = values.get("_asked", 0) + 1
        return self.spec.question(slot)

    def _deciding(self, ranked: list[tuple[Case, float]], flow: OpenFlow) -> str | None:
        """The first fact, not yet known, on which a likely case differs from the likeliest one, and so do the plans."""
        first = ranked[0][0]
        for case in self._rivals(ranked):
            for slot in FACTS:
                known = slot in flow.values or slot in flow.skipped or (slot == "whose" and "_hurt" in flow.values)
                if not known and _differ(first, case, slot):
                    return slot
        return None

    def _rivals(self, ranked: list[tuple[Case, float]]) -> list[Case]:
        """Likely cases of the same scheme whose plans are others than those of the likeliest case."""
        first, best = ranked[0]
        near = [case for case, score in ranked[1:_MOST_LIKE] if score >= best * NEAR]
        return [case for case in near if case.product == first.product and case.plans != first.plans]

    def finish(self, turn: Turn, flow: OpenFlow) -> Reply:
        """Which plans' terms speak of the case, like cases, limits, who decides, whom to ask."""
        values = flow.values
        ranked = self._ranked(turn, values)
        entry = None if values.get("_case") else self._better_entry(turn, ranked, values)
        if entry is not None:
            return self._told_entry(turn, entry)
        if not ranked or ranked[0][1] < SURE:
            contact = contact_line(turn, "branch")
            return Reply().say(turn.t("coverage.not_found"), turn.t("coverage.ask", contact=contact))
        case = ranked[0][0]
        turn.state.scheme = case.product
        reply = Reply().say(verdict(turn, case, values.get("_plan")), *details(turn, case))
        reply.say(*self._otherwise(turn, ranked, flow), *self._elsewhere(turn, ranked, values))
        silent = case.plans is None
        reply.say(whom_to_ask(turn, case.product) if silent else None)
        reply.say(None if silent and not _happened(turn) else who_decides(turn, case.product), source_line(turn, case))
        return reply.offer(like_cases(turn, self._rivals(ranked)))

    def _told_entry(self, turn: Turn, entry_id: str) -> Reply:
        """An entry's answer; where something happened, who decides in that scheme and whom to call."""
        reply, scheme = self._answers.told(turn, entry_id), turn.services.knowledge.entries[entry_id].scheme
        return reply.say(who_decides(turn, scheme)) if _happened(turn) and scheme in PRODUCTS else reply

    def _better_entry(self, turn: Turn, ranked: list[tuple[Case, float]], values: Mapping[str, Any]) -> str | None:
        """The entry that a message is rather worded like than like any case; for a told accident by far."""
        found = self._answers.ranked(turn)
        if not found or not self._answers.confident(turn) or values.get("_scores") not in (None, _scores(turn)):
            return None
        if not ranked or ranked[0][1] < SURE:
            return found[0].id
        told = any(turn.heard.mention(entity) for entity in ("told", "happened", "fact"))
        entries = {item.id: item.match for item in turn.heard.answers}
        cases = {item.id: item.match for item in turn.heard.cases}
        lead = entries.get(found[0].id, 0.0) - cases.get(ranked[0][0].id, 0.0)
        return found[0].id if lead >= (_FAR if told else _AHEAD) else None

    def _otherwise(self, turn: Turn, ranked: list[tuple[Case, float]], flow: OpenFlow) -> list[str]:
        """What holds in the other case, where the member could not tell the deciding fact."""
        first = ranked[0][0]
        for case in self._rivals(ranked):
            for slot in flow.skipped:
                if _differ(first, case, slot):
                    condition = self.option(turn, slot, case.facts[slot])
                    return [turn.t("coverage.otherwise", condition=condition, verdict=verdict(turn, case))]
        return []

    def _elsewhere(self, turn: Turn, ranked: list[tuple[Case, float]], values: Mapping[str, Any]) -> list[str]:
        """What another scheme says of such a thing, where none was named and it is as likely."""
        first, best = ranked[0]
        if values.get("_product"):
            return []
        for case, score in ranked[1:_MOST_LIKE]:
            if case.product != first.product and score >= best * _AS_LIKELY and case.plans is not None:
                return [turn.t("coverage.elsewhere", verdict=verdict(turn, case))]
        return []

    def _ranked(self, turn: Turn, values: Mapping[str, Any]) -> list[tuple[Case, float]]:
        """Cases by score, weighed with the facts that are known."""
        cases = turn.services.coverage.cases
        if values.get("_case") in cases:
            return [(cases[values["_case"]], 1.0)]
        ranked = []
        scores = {key: score for key, score in (values.get("_scores") or {}).items() if key in cases}
        for case_id, score in scores.items():
            case = cases[case_id]
            for slot in FACTS:
                if slot in values and case.facts.get(slot) not in (None, values[slot]):
                    score *= CONTRADICTED
            if values.get("_product"):
                score *= 1.0 if case.product == values["_product"] else _OTHER_PRODUCT
            elif case.product == _MAIN_SCHEME:
                score *= _MAIN
            ranked.append((case, score))
        # What is known rules cases out; it does not make the others less likely than they were together.
        rest = sum(score for _, score in ranked)
        share = min(sum(scores.values()) / rest, _OTHER_PRODUCT**-1) if rest else 1.0
        return sorted(((case, score * share) for case, score in ranked), key=lambda item: -item[1])


def _happened(turn: Turn) -> bool:
    """Whether a message tells of something that took place, or could."""
    return bool(turn.heard.mention("happened") or turn.heard.mention("fact"))


def _differ(one: Case, other: Case, slot: str) -> bool:
    """Whether two cases are told apart by a fact."""
    facts = {one.facts.get(slot), other.facts.get(slot)}
    return None not in facts and len(facts) == 2


def _scores(turn: Turn) -> dict[str, float]:
    """The cases that this very message is like."""
    return {case.id: case.score for case in turn.heard.cases}


def _only_asks(turn: Turn) -> bool:
    """Whether a message asks for a check of cover and tells nothing that could be checked."""
    spans = [word.end - word.start for word in turn.heard.words if (word.entity, word.value) == ("opens", "coverage")]
    return bool(spans) and len(turn.heard.folded) - max(spans) <= _NOTHING_TOLD
