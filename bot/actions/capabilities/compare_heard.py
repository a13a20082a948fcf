"""What a message asks of plans and courses set side by side. It only reads; what they hold, `compare` looks up."""

from __future__ import annotations

from bot.actions import clauses, evidence
from bot.actions.capabilities.limits import course_limits, cyber_limits
from bot.actions.capabilities.quote_heard import named_courses, named_cyber_plans
from bot.actions.flow import Turn

PLANS = ("basic", "wide", "premium")
_TWO = 2
# What an amount of a limit is told of -> the limit of a course.
_OF_LIMIT = {
    "limit_bodily": "bodily_injury_yen",
    "limit_property": "property_damage_yen",
    "limit_specified": "specified_property_yen",
}


def of_cyber(turn: Turn) -> bool:
    """Whether the cyber insurance is named or spoken of."""
    return (turn.heard.mention("scheme") or evidence.scheme_spoken(turn)) == "cyber"


def one_up(turn: Turn) -> list[str]:
    """The plan told before and the next one, where a message asks about one step up; empty where it does not."""
    if not turn.heard.mentioned("aspect", "plan_up") or of_cyber(turn):
        return []
    told = turn.state.facts.get("compared") if turn.state.topic == "compare" else None
    # After two plans side by side it is the step above the higher one.
    spoken = told[-1] if told else turn.state.facts.get("quote_told", {}).get("values", {}).get("plan")
    named = turn.heard.mention("plan") or spoken
    return list(PLANS[PLANS.index(named) :][:_TWO]) if named in PLANS[:-1] else []


def asks_premium(turn: Turn) -> bool:
    """Whether a price is asked, and no limit."""
    return turn.heard.mentioned("ask", "price") and not evidence.pattern("cyber_sums").search(turn.heard.folded)


def asks_cyber_sums(turn: Turn) -> bool:
    """Whether up to how much a plan of the cyber insurance pays is asked, or which plan pays most or least."""
    heard = turn.heard
    plans, aside = named_cyber_plans(turn), any(heard.mention(entity) for entity in ("harm", "happened", "told"))
    if not of_cyber(turn) or not plans or aside or _other_amount(turn) or asks_premium(turn):
        return False
    sums = evidence.pattern("cyber_sums").search(heard.folded) is not None
    ranked = not heard.mention("cyber_plan") and bool(evidence.kinds(heard.text) & {"what", "differ", "list", "amount"})
    other = evidence.pattern("cyber_sums_aside").search(heard.folded) is not None
    return (sums or ranked) and not other


def _other_amount(turn: Turn) -> bool:
    """Whether an amount is told that is none of the sums of the cyber plans."""
    sums = {amount for limits in cyber_limits(turn).values() for amount in limits.values()}
    return any(one.role == "annual_sales" or one.value not in sums for one in turn.heard.all_of("money"))


def asks_limit(turn: Turn) -> bool:
    """Whether a message asks up to how much is paid."""
    return turn.heard.mentioned("ask", "limit") or evidence.pattern("limit_asked").search(turn.heard.folded) is not None


def courses_by_limit(turn: Turn) -> tuple[str, int, list[int]] | None:
    """The courses with at least the limit that a message asks the course of: which limit, yen, courses; None mostly."""
    heard = turn.heard
    told = heard.quantity("money", *_OF_LIMIT)
    which = evidence.pattern("which_course").search(heard.folded) is not None
    which = which or (turn.state.topic == "compare" and clauses.supposes(heard.text))
    if told is None or not told.value or not which or named_courses(turn) or heard.quantity("money", "annual_sales"):
        return None
    limit = _OF_LIMIT[str(told.role)]
    least = told.value
    return limit, least, [course for course, limits in course_limits(turn).items() if limits[limit] >= least]


def alike_by_plan(turn: Turn) -> bool:
    """Whether a message asks for the limits of two plans or more: they go by the course, whatever the plan."""
    several = len(turn.heard.mentions.get("plan", ())) >= _TWO
    if several and evidence.pattern("limits_change").search(turn.heard.folded):
        return not turn.heard.all_of("money")
    return several and asks_limit(turn) and not named_courses(turn) and not turn.heard.quantities
