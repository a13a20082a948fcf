"""Plans side by side, the same rows for every plan, exclusions too; and the plan that a stated need leads to.

Without a stated need it recommends nothing (T4). Rows come from knowledge/coverage/matrix.yml, limits from rating.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import rating
from bot.actions import afterwards, clauses, evidence
from bot.actions.capabilities import compare_heard, quote_after
from bot.actions.capabilities.compare_heard import PLANS
from bot.actions.capabilities.cyber_class import class_line
from bot.actions.capabilities.limits import amount_of_course, course_limits, cyber_limits
from bot.actions.capabilities.quote_heard import named_courses, named_cyber_plans
from bot.actions.capabilities.source_text import place_line
from bot.actions.flow import Flow, FlowSpec, Question, Turn
from bot.actions.reply import Choice, Reply
from bot.actions.state import OpenFlow
from bot.actions.sureness import BRIEF

if TYPE_CHECKING:
    from bot.actions.answers import Answers

_NEEDS = {
    "unusable": ("wide", "premium"),
    "mistake": ("premium",),
    "mutual": ("wide", "premium"),
    "entrusted": ("wide", "premium"),
    "itself": ("wide", "premium"),
    "personality": ("wide", "premium"),
}


# Needs that the basic plan meets in part, too.
_PARTLY = ("unusable", "entrusted")
# Schemes have no rows in common: which FAQ entry tells two of them apart; any other two are told by what each is for.
_APART = {
    frozenset({"third_party", "assembly"}): "as_difference_third_party",
    frozenset({"third_party", "cyber"}): "ge_third_or_cyber",
    frozenset({"third_party", "top_up"}): "tp_topup",
}
_EACH = "ge_which_scheme"
# What each plan has for loss of use, by cause and damage.
_BY_CAUSE = "tp_loss_of_use_matrix"
# That the counter recommends nothing.
_NO_ADVICE = "ge_recommend"
# Of these every scheme has its own, so that two named schemes alone ask for both.
_TOLD_FOR_EACH = frozenset({"ge_deadlines", "ge_deductibles", "ge_periods"})
_INSURANCES = frozenset({"third_party", "assembly", "cyber", "top_up"})
# What has a limit of its own that is not each course's own row: the kind of sum insured that it falls under.
_LIMITED = ("specified", "entrusted")
_TWO = 2
# A longer question whether one plan has something is about more than that.
_MOST_HAS = 40
# Ways to put a question that ask for nothing else than a difference.
_APART_KINDS = frozenset({"differ", "what", "list", "how"})


class CompareFlow(Flow):
    """Comparison of plans, of courses, and of two schemes."""

    quiet = frozenset({"aspect", "product"})
    telling = frozenset({"_lettered"})
    kept = frozenset({"_lettered", "_limited"})

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
        plans = [plan for plan in PLANS if plan in understood.mentions.get("plan", ())] or compare_heard.one_up(turn)
        courses = named_courses(turn)
        limits = understood.mentioned("aspect", "courses") or understood.mentioned("aspect", "all_courses")
        if scheme in ("third_party", "cyber"):
            heard["product"] = scheme
        if plans or courses or limits:
            heard.setdefault("product", "third_party")
        if plans:
            heard["_plans"] = plans
        limits = limits and len(plans) < _TWO
        if courses or limits or understood.quantity("money", "limit_bodily"):
            heard["_courses"] = courses or list(rating.COURSES)
            heard.setdefault("product", "third_party")
        lettered = named_cyber_plans(turn)
        if lettered and compare_heard.of_cyber(turn) and not compare_heard.asks_premium(turn):
            heard["product"], heard["_lettered"] = "cyber", lettered
        by_limit = compare_heard.courses_by_limit(turn)
        if by_limit is not None:
            heard.update(product="third_party", _least=by_limit[:2], _courses=by_limit[2])
        elif compare_heard.alike_by_plan(turn):
            heard.update(product="third_party", _alike=True, _courses=courses or list(rating.COURSES))
        elif afterwards.about_quote(turn) == "which" and not compare_heard.of_cyber(turn):
            heard["_lowest"] = True
        of = next((one for one in _LIMITED if understood.mentioned("property", one)), None)
        if of and len(courses) == 1 and compare_heard.asks_limit(turn):
            heard["_limited"] = of
        need = understood.mention("need")
        if need:
            heard["need"] = need
            heard.setdefault("product", "third_party")
        if asked is None:
            heard = self.opening(turn) | heard
        if {"_lowest", "_least", "_alike"} & set(heard):
            heard["aspect"] = "table"
        return heard

    def declines(self, turn: Turn) -> bool:
        """How long something takes is no plan."""
        planned = turn.heard.mention("plan") or compare_heard.one_up(turn)
        return "long" in evidence.kinds(turn.heard.text) and not planned

    def continues(self, turn: Turn, known: Mapping[str, Any]) -> dict[str, Any]:
        """The other sum of the cyber plan told last, asked for in few words (`and the response costs?`)."""
        told = known.get("_lettered") if known.get("product") == "cyber" else None
        courses = named_courses(turn)
        if known.get("_limited") and len(courses) == 1 and len(turn.heard.text) <= BRIEF // 2:
            return {"_courses": courses}
        bare = evidence.pattern("cyber_sum_bare").search(turn.heard.folded) is not None
        return {"_lettered": told} if told and bare and not named_cyber_plans(turn) else {}

    def claims(self, turn: Turn, values: Mapping[str, Any]) -> bool:
        """A stated need, with the question which plan has it; two plans, with what one has and the other has not."""
        told = "need" in values or len(values.get("_plans", ())) > 1
        return told and turn.heard.mentioned("opens", "compare")

    def owns(self, turn: Turn, values: Mapping[str, Any]) -> bool:
        """Which plan also pays for the delivered thing itself is told by the plans' rows, not by one told accident.

        So is what tells two schemes apart, when nothing else of them is asked.
        """
        itself = turn.heard.mentioned("need", "itself") and turn.heard.mentioned("ask", "which_plan")
        if turn.heard.mention("harm") and turn.heard.mention("told"):
            return itself
        if values.get("_apart"):
            kinds, ranked = evidence.kinds(turn.heard.text), self._answers.rank(turn)
            other = ranked.strong and ranked.found[0].id not in (*_APART.values(), _EACH)
            only = kinds <= _APART_KINDS and not other
            matter = evidence.of_each_scheme(turn.heard.text)
            apart = ("differ" in kinds and (only or matter is not None)) or matter in _TOLD_FOR_EACH
            most = BRIEF * (2 if turn.state.lang == "en" else 1)
            return apart and len(turn.heard.text) <= most and not turn.heard.mention("harm")
        heard = turn.heard
        if compare_heard.asks_cyber_sums(turn) or values.get("_least") or values.get("_alike"):
            return not heard.mention("told")
        if values.get("_lowest"):
            return "quote" not in turn.state.closed and not turn.state.facts.get("compared")
        if (
            compare_heard.one_up(turn)
            and not heard.mentioned("ask", "price")
            and not heard.mentioned("ask", "difference")
        ):
            return clauses.asks(heard.text) or evidence.pattern("adds").search(heard.folded) is not None
        several = len(named_courses(turn)) > 1 and evidence.kinds(heard.text) & {"differ", "effect"}
        if (
            several
            and turn.state.topic != "quote"
            and not heard.mention("plan")
            and not heard.mentioned("ask", "price")
        ):
            return heard.quantity("money") is None
        if (
            named_courses(turn)
            and compare_heard.asks_limit(turn)
            and (values.get("_limited") or not heard.mention("plan"))
        ):
            return heard.quantity("money") is None and not heard.mention("happened")
        if _asks_for_need(turn, values):
            return True
        return itself

    def opening(self, turn: Turn) -> dict[str, Any]:
        """What is to be compared when the message does not say it; no answer of the member's, so nothing to undo."""
        aspect = "recommend" if turn.heard.intent == "recommend" else "table"
        return {"aspect": aspect, "product": "cyber" if turn.state.scheme == "cyber" else "third_party"}

    def after(self, turn: Turn, known: Mapping[str, Any]) -> Reply | None:
        """Which of the plans compared last costs less; what meets a need that was told, once more."""
        text = turn.heard.folded
        if known.get("need") and len(text) <= BRIEF // 2 and evidence.pattern("what_to_use").search(text):
            return self.finish(turn, OpenFlow(self.id, dict(known)))
        plans = turn.state.facts.get("compared", ())
        return quote_after.lowest_plan(turn, plans) if known.get("product") == "third_party" and plans else None

    def ask(self, turn: Turn, flow: OpenFlow, question: Question) -> Reply:
        """What each plan covers stands before the question for the need, so that nobody has to tell one."""
        gist = [turn.t(f"compare.gist.{plan}") for plan in PLANS] if question.slot == "need" else []
        return Reply().say(*gist).then(super().ask(turn, flow, question))

    def aside(self, turn: Turn, known: Mapping[str, Any]) -> Reply | None:
        """Whoever wants one plan chosen for him is told that this is his own choice, and what each plan covers."""
        if turn.heard.intent != "recommend":
            return None
        return self._answers.entry(turn, _NO_ADVICE).say(*(turn.t(f"compare.gist.{plan}") for plan in PLANS))

    def show(self, turn: Turn, slot: str, value: Any) -> str:
        """The aspect is the counter's own, not the member's."""
        return str(value) if slot == "aspect" else super().show(turn, slot, value)

    def finish(self, turn: Turn, flow: OpenFlow) -> Reply:
        """The table or the difference; the plan for a need; the limits of courses."""
        values = flow.values
        if values.get("_apart"):
            return self._answers.entry(turn, values["_apart"])
        if values["product"] == "cyber":
            return self._cyber(turn, values.get("_lettered", ()))
        need = values.get("need")
        if values.get("_limited"):
            return self._limited(turn, values["_limited"], values["_courses"][0])
        if values.get("_lowest"):
            lowest = quote_after.lowest_plan(turn, PLANS)
            if lowest is not None:
                return lowest
        apart = [plan for plan in values.get("_plans") or () if plan in _NEEDS.get(need or "", ())]
        if need == "unusable" and evidence.pattern("by_mistake").search(turn.heard.folded):
            # Whether there was an accident decides, and that is not told.
            return self._answers.entry(turn, _BY_CAUSE)
        if need in _NEEDS and len(apart) != _TWO:
            return self._for_need(turn, need, values.get("_plans") or ())
        if need in ("bodily_500m", "bodily_1b"):
            return self._higher_limit(turn, need)
        if values.get("_courses") or need == "limits":
            return self._lead(turn, values).then(self._courses(turn, values.get("_courses") or list(rating.COURSES)))
        plans = values.get("_plans") or list(PLANS)
        if len(plans) == 1:
            plans = list(PLANS)
        turn.state.facts["compared"] = list(plans)
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
            best = evidence.pattern("best").search(turn.heard.folded) is not None
            reply.say(t("compare.no_best") if best else None)
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

    def _lead(self, turn: Turn, values: Mapping[str, Any]) -> Reply:
        """Which courses have the limit that was asked for, or that limits go by the course alone."""
        t, courses = turn.t, values.get("_courses") or ()
        if values.get("_alike"):
            return Reply().say(t("compare.limits_alike"))
        if not values.get("_least"):
            return Reply()
        limit, least = values["_least"]
        named = t("units.comma").join(t(f"quote.course.{course}") for course in courses)
        key = "compare.with_limit" if courses else "compare.without_limit"
        return Reply().say(t(key, limit=t(f"quote.limit.{limit}", amount=t.yen(least)), courses=named))

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

    def _cyber(self, turn: Turn, named: Sequence[str]) -> Reply:
        t = turn.t
        table = [
            [plan, t.yen(limits["liability_yen"]), t.yen(limits["incident_response_yen"])]
            for plan, limits in cyber_limits(turn).items()
        ]
        reply = Reply().say(class_line(turn))
        for key, plans in (("cyber_named", named), ("cyber_plan", [row[0] for row in table])):
            rows = [row for row in table if row[0] in plans]
            reply.say(*(t(f"compare.{key}", plan=row[0], liability=row[1], response=row[2]) for row in rows))
            reply.say(t("compare.cyber_lead") if key == "cyber_named" else None)
        columns = [
            t("compare.column.plan"),
            t("compare.column.liability_yen"),
            t("compare.column.incident_response_yen"),
        ]
        reply.show({"type": "table", "title": t("products.cyber"), "columns": columns, "rows": table})
        return reply.say(t("compare.cyber_note"))

    def _limited(self, turn: Turn, limit_id: str, course: int) -> Reply:
        """The limit of one course for property that has a limit of its own, and the course's whole row."""
        t, amount = turn.t, amount_of_course(turn, limit_id, course)
        lead = t(f"compare.limited.{limit_id}", course=t(f"quote.course.{course}"), amount=amount)
        return Reply().say(lead).then(self._courses(turn, [course]))

    def _for_need(self, turn: Turn, need: str, plans: Sequence[str]) -> Reply:
        """The plans that have what is needed; first whether the one plan has it that is asked about."""
        t = turn.t
        matrix = turn.services.coverage.matrix("third_party")
        named = plans[0] if len(plans) == 1 else None
        has = "has" if named in _NEEDS[need] else "has_partly" if need in _PARTLY else "has_not"
        reply = Reply().say(t(f"compare.{has}", plan=t(f"flow_quote.plan.options.{named}")) if named else None)
        return reply.say(t(f"compare.need.{need}"), t("compare.need_note"), self._source(turn, matrix))

    def _higher_limit(self, turn: Turn, need: str) -> Reply:
        t = turn.t
        # What is asked next (from when, with which papers) is about the scheme that was named here.
        turn.state.scheme = rating.TOP_UP
        return Reply().say(t(f"compare.need.{need}"), t("compare.source_top_up"))

    def _cell(self, turn: Turn, value: str) -> str:
        return turn.t(f"compare.cell.{value}") if value in ("yes", "no") else value

    def _cells(self, turn: Turn, names: Sequence[str], cells: Sequence[str]) -> str:
        pairs = [turn.t("compare.pair", name=name, cell=cell) for name, cell in zip(names, cells, strict=True)]
        return turn.t("units.slash").join(pairs)

    def _source(self, turn: Turn, matrix: Any) -> str:
        source = turn.services.knowledge.source(matrix.source)
        line = place_line(turn, matrix.source, matrix.locator)
        if source.period is not None and turn.now >= source.period.end:
            line += turn.t("compare.expired", until=turn.t.day(source.period.end.date()))
        return line


def _asks_for_need(turn: Turn, values: Mapping[str, Any]) -> bool:
    """Whether one plan is asked for that has or has not what a need names, and no accident is told."""
    heard = turn.heard
    apart = heard.mentioned("aspect", "all_plans") or heard.mentioned("ask", "which_plan")
    if values.get("need") in _NEEDS and apart and "differ" in evidence.kinds(heard.text):
        return not (heard.mention("told") or heard.mention("happened"))
    if evidence.pattern("before_joining").search(heard.folded):
        return False
    if {"excluded", "what"} <= evidence.kinds(heard.text):
        # What a plan leaves out is another question than whether it has something.
        return False
    told = any(heard.mention(entity) for entity in ("harm", "told", "happened", "scheme", "accident_detail"))
    if values.get("need") not in _NEEDS or not values.get("_plans") or told or heard.quantities:
        return False
    short = len(heard.text) <= _MOST_HAS * (2 if turn.state.lang == "en" else 1)
    several = len(values["_plans"]) > 1
    asks = clauses.asks(heard.text) or any(clauses.asks(part.text) for part in heard.sentences)
    return short and asks and (several or evidence.pattern("has").search(heard.folded) is not None)


def _schemes_apart(turn: Turn) -> str | None:
    """The entry that tells two named schemes apart; None when not just two are named."""
    named = _INSURANCES.intersection(turn.heard.mentions.get("scheme", ()))
    if len(named) == 1 and evidence.pattern("apart_from").search(turn.heard.folded):
        # Set beside the one that was spoken of before.
        named |= _INSURANCES.intersection({turn.state.facts.get("before")})
    if len(named) != 2:
        return None
    return evidence.of_each_scheme(turn.heard.text) or _APART.get(named, _EACH)


_LIMIT_NAMES = ("bodily_injury_yen", "property_damage_yen", "specified_property_yen")
