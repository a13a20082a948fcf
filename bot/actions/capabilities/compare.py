"""Plans side by side, the same rows for every plan, exclusions too; and the plan that a stated need leads to.

Without a stated need it recommends nothing (T4). Rows come from knowledge/coverage/matrix.yml, limits from rating.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import rating
from bot.actions import evidence
from bot.actions.capabilities.limits import course_limits, cyber_limits
from bot.actions.capabilities.quote_heard import named_courses
from bot.actions.flow import Flow, FlowSpec, Question, Turn
from bot.actions.reply import Choice, Reply
from bot.actions.state import OpenFlow
from bot.actions.sureness import BRIEF

if TYPE_CHECKING:
    from bot.actions.answers import Answers

PLANS = ("basic", "wide", "premium")
_NEEDS = {
    "unusable": ("wide", "premium"),
    "mistake": ("premium",),
    "mutual": ("wide", "premium"),
    "entrusted": ("wide", "premium"),
    "itself": ("wide", "premium"),
    "personality": ("wide", "premium"),
}


# Schemes have no rows in common: which FAQ entry tells two of them apart; any other two are told by what each is for.
_APART = {
    frozenset({"third_party", "assembly"}): "as_difference_third_party",
    frozenset({"third_party", "cyber"}): "ge_third_or_cyber",
    frozenset({"third_party", "top_up"}): "tp_topup",
}
_EACH = "ge_which_scheme"
# Of these every scheme has its own, so that two named schemes alone ask for both.
_TOLD_FOR_EACH = frozenset({"ge_deadlines", "ge_deductibles", "ge_periods"})
_INSURANCES = frozenset({"third_party", "assembly", "cyber", "top_up"})
# Ways to put a question that ask for nothing else than a difference.
_APART_KINDS = frozenset({"differ", "what", "list", "how"})


class CompareFlow(Flow):
    """Comparison of plans, of courses, and of two schemes."""

    quiet = frozenset({"aspect"})

    def __init__(self, spec: FlowSpec, answers: Answers) -> None:
        super().__init__(spec)
        self._answers = answers

    def hear(self, turn: Turn, values: Mapping[str, Any], asked: str | None) -> dict[str, Any]:
        """Product, the plans or courses named, and the need."""
        understood = turn.heard
        heard = super().hear(turn, values, asked)
        scheme = understood.mention("scheme")
        apart = _schemes_apart(turn)
        if apart:
            return {"aspect": "table", "product": "third_party", "_apart": apart}
        plans = [plan for plan in PLANS if plan in understood.mentions.get("plan", ())]
        courses = named_courses(turn)
        limits = understood.mentioned("aspect", "courses") or understood.mentioned("aspect", "all_courses")
        if scheme in ("third_party", "cyber"):
            heard["product"] = scheme
        if plans or courses or limits:
            heard.setdefault("product", "third_party")
        if plans:
            heard["_plans"] = plans
        if courses or limits or understood.quantity("money", "limit_bodily"):
            heard["_courses"] = courses or list(rating.COURSES)
            heard.setdefault("product", "third_party")
        need = understood.mention("need")
        if need:
            heard["need"] = need
            heard.setdefault("product", "third_party")
        if asked is None:
            heard = self.opening(turn) | heard
        return heard

    def claims(self, turn: Turn, values: Mapping[str, Any]) -> bool:
        """A stated need, with the question which plan has it; two plans, with what one has and the other has not."""
        told = "need" in values or len(values.get("_plans", ())) > 1
        return told and turn.heard.mentioned("opens", "compare")

    def owns(self, turn: Turn, values: Mapping[str, Any]) -> bool:
        """Which plan also pays for the delivered thing itself is told by the plans' rows, not by one told accident.

        So is what tells two schemes apart, when nothing else of them is asked.
        """
        if turn.heard.mention("harm") and turn.heard.mention("told"):
            return False
        if values.get("_apart"):
            kinds, ranked = evidence.kinds(turn.heard.text), self._answers.rank(turn)
            other = ranked.strong and ranked.found[0].id not in (*_APART.values(), _EACH)
            only = kinds <= _APART_KINDS and not other
            matter = evidence.of_each_scheme(turn.heard.text)
            apart = ("differ" in kinds and (only or matter is not None)) or matter in _TOLD_FOR_EACH
            most = BRIEF * (2 if turn.state.lang == "en" else 1)
            return apart and len(turn.heard.text) <= most and not turn.heard.mention("harm")
        heard = turn.heard
        several = len(named_courses(turn)) > 1 and evidence.kinds(heard.text) & {"differ", "effect"}
        if (
            several
            and turn.state.topic != "quote"
            and not heard.mention("plan")
            and not heard.mentioned("ask", "price")
        ):
            return heard.quantity("money") is None
        if named_courses(turn) and heard.mentioned("ask", "limit") and not heard.mention("plan"):
            return heard.quantity("money") is None and not heard.mention("happened")
        return turn.heard.mentioned("need", "itself") and turn.heard.mentioned("ask", "which_plan")

    def opening(self, turn: Turn) -> dict[str, Any]:
        """What is to be compared when the message does not say it; no answer of the member's, so nothing to undo."""
        aspect = "recommend" if turn.heard.intent == "recommend" else "table"
        return {"aspect": aspect, "product": "cyber" if turn.state.scheme == "cyber" else "third_party"}

    def ask(self, turn: Turn, flow: OpenFlow, question: Question) -> Reply:
        """What each plan covers stands before the question for the need, so that nobody has to tell one."""
        gist = [turn.t(f"compare.gist.{plan}") for plan in PLANS] if question.slot == "need" else []
        return Reply().say(*gist).then(super().ask(turn, flow, question))

    def show(self, turn: Turn, slot: str, value: Any) -> str:
        """The aspect is the counter's own, not the member's."""
        return str(value) if slot == "aspect" else super().show(turn, slot, value)

    def finish(self, turn: Turn, flow: OpenFlow) -> Reply:
        """The table or the difference; the plan for a need; the limits of courses."""
        values = flow.values
        if values.get("_apart"):
            return self._answers.entry(turn, values["_apart"])
        if values["product"] == "cyber":
            return self._cyber(turn)
        need = values.get("need")
        if need in _NEEDS:
            return self._for_need(turn, need)
        if need in ("bodily_500m", "bodily_1b"):
            return self._higher_limit(turn, need)
        if values.get("_courses") or need == "limits":
            return self._courses(turn, values.get("_courses") or list(rating.COURSES))
        plans = values.get("_plans") or list(PLANS)
        if len(plans) == 1:
            plans = list(PLANS)
        # Who cannot tell a need has just read what each plan covers; the differences are new.
        return self._plans(turn, plans, differences=len(plans) == 2 or need == "none")

    def _plans(self, turn: Turn, plans: Sequence[str], *, differences: bool) -> Reply:
        t = turn.t
        matrix = turn.services.coverage.matrix("third_party")
        names = [t(f"flow_quote.plan.options.{plan}") for plan in plans]
        lang = turn.state.lang
        rows = [(row.title(lang), [self._cell(turn, row.cell(plan, lang)) for plan in plans]) for row in matrix.rows]
        reply = Reply()
        if differences:
            differing = [(label, cells) for label, cells in rows if len(set(cells)) > 1]
            reply.say(t("compare.difference", names=t("units.and").join(names)))
            reply.say(
                *(t("compare.row", label=label, cells=self._cells(turn, names, cells)) for label, cells in differing)
            )
            reply.say(t("compare.rest_same"))
        else:
            reply.say(*(t(f"compare.gist.{plan}") for plan in plans), t("compare.none_covers"))
        reply.say(t("compare.limits_by_course"), self._source(turn, matrix))
        reply.show(
            {
                "type": "comparison",
                "title": t("compare.title"),
                "columns": names,
                "rows": [{"label": label, "values": cells} for label, cells in rows],
                "note": t("compare.note"),
            }
        )
        titles = [t("compare.courses_button"), t("menu.quote")]
        return reply.offer(
            [
                Choice(
                    titles[0],
                    titles[0],
                    {"flow": "compare", "values": {"product": "third_party", "aspect": "table", "need": "limits"}},
                ),
                Choice(titles[1], titles[1], {"flow": "quote", "values": {"product": "third_party"}}),
            ]
        )

    def _courses(self, turn: Turn, courses: Sequence[int]) -> Reply:
        t = turn.t
        limits = course_limits(turn)
        reply = Reply().say(t("compare.course_lead"))
        table = []
        for course in courses:
            amounts = [t.yen(limits[course][name]) for name in _LIMIT_NAMES]
            reply.say(
                t(
                    "compare.course",
                    course=t(f"quote.course.{course}"),
                    bodily=amounts[0],
                    damage=amounts[1],
                    specified=amounts[2],
                )
            )
            table.append([t(f"quote.course.{course}"), *amounts])
        columns = [t("compare.column.course"), *(t(f"compare.column.{name}") for name in _LIMIT_NAMES)]
        reply.show({"type": "table", "title": t("compare.course_title"), "columns": columns, "rows": table})
        return reply.say(t("compare.course_note"), self._source(turn, turn.services.coverage.matrix("third_party")))

    def _cyber(self, turn: Turn) -> Reply:
        t = turn.t
        reply = Reply().say(t("compare.cyber_lead"))
        table = []
        for plan, limits in cyber_limits(turn).items():
            amounts = (t.yen(limits["liability_yen"]), t.yen(limits["incident_response_yen"]))
            reply.say(t("compare.cyber_plan", plan=plan, liability=amounts[0], response=amounts[1]))
            table.append([plan, *amounts])
        columns = [
            t("compare.column.plan"),
            t("compare.column.liability_yen"),
            t("compare.column.incident_response_yen"),
        ]
        reply.show({"type": "table", "title": t("products.cyber"), "columns": columns, "rows": table})
        return reply.say(t("compare.cyber_note"))

    def _for_need(self, turn: Turn, need: str) -> Reply:
        t = turn.t
        matrix = turn.services.coverage.matrix("third_party")
        return Reply().say(t(f"compare.need.{need}"), t("compare.need_note"), self._source(turn, matrix))

    def _higher_limit(self, turn: Turn, need: str) -> Reply:
        t = turn.t
        return Reply().say(t(f"compare.need.{need}"), t("compare.source_top_up"))

    def _cell(self, turn: Turn, value: str) -> str:
        return turn.t(f"compare.cell.{value}") if value in ("yes", "no") else value

    def _cells(self, turn: Turn, names: Sequence[str], cells: Sequence[str]) -> str:
        pairs = [turn.t("compare.pair", name=name, cell=cell) for name, cell in zip(names, cells, strict=True)]
        return turn.t("units.slash").join(pairs)

    def _source(self, turn: Turn, matrix: Any) -> str:
        source = turn.services.knowledge.source(matrix.source)
        line = turn.t("quote.source", document=source.short_title, locator=matrix.locator)
        if source.period is not None and turn.now >= source.period.end:
            line += turn.t("compare.expired", until=turn.t.day(source.period.end.date()))
        return line


def _schemes_apart(turn: Turn) -> str | None:
    """The entry that tells two named schemes apart; None when not just two are named."""
    named = _INSURANCES.intersection(turn.heard.mentions.get("scheme", ()))
    if len(named) != 2:
        return None
    return evidence.of_each_scheme(turn.heard.text) or _APART.get(named, _EACH)


_LIMIT_NAMES = ("bodily_injury_yen", "property_damage_yen", "specified_property_yen")
