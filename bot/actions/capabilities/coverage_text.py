"""What the counter says of a coverage case: which plans' terms speak of it, what is near and left out, who decides.

It never says that something will be paid (T4, T5).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot.actions.capabilities.contact_text import contact_line
from bot.actions.capabilities.limits import amount_of_course, amounts_by_course
from bot.actions.capabilities.source_text import place_line
from bot.actions.flow import Turn
from bot.actions.reply import Choice

if TYPE_CHECKING:
    from knowledge.cases import Case

_VERDICTS = {3: "all", 2: "wide", 1: "premium", 0: "none"}
_DESKS = {"third_party": ("branch",), "assembly": ("branch", "gunma_agency"), "cyber": ("cyber_agent", "excel")}
_AGENCIES = {"third_party": "toshiba_planning", "assembly": "gunma_agency", "cyber": "excel"}
_MOST_NAMED = 2


def verdict(turn: Turn, case: Case, plan: str | None = None) -> str:
    """Which plans' terms speak of a case; of the plan asked for first."""
    t = turn.t
    if case.plans is None:
        return t("coverage.verdict.not_said")
    if case.product != "third_party":
        return t(f"coverage.verdict.{'in' if case.plans else 'out'}", product=t(f"products.{case.product}"))
    whole = t(f"coverage.verdict.{_VERDICTS[len(case.plans)]}")
    if plan is None or not case.plans:
        return whole
    named = t(f"flow_quote.plan.options.{plan}")
    return t(f"coverage.plan.{'in' if plan in case.plans else 'out'}", plan=named) + "\n" + whole


def by_answer(turn: Turn, case: Case, condition: str) -> str:
    """Which plans' terms speak of a case if one answer to an open question holds, in few words."""
    if case.plans is None:
        key, named = "not_said", ""
    elif case.product != "third_party":
        key, named = "in" if case.plans else "out", turn.t(f"products.{case.product}")
    else:
        key, named = _VERDICTS[len(case.plans)], ""
    return turn.t(f"coverage.by_answer.{key}", condition=condition, product=named)


def limit_line(turn: Turn, case: Case, course: int | None, *, every: bool) -> str | None:
    """Which sum insured a case falls under, with its amount in the member's course; None where there is none.

    Args:
        turn: The turn.
        case: The case.
        course: The member's course, if told.
        every: Whether the amounts of all courses are to stand there when no course was told.
    """
    t, limit = turn.t, case.limit_en if turn.state.lang == "en" else case.limit
    if not limit:
        return None
    line = t("coverage.limit", limit=limit)
    if course:
        amount = amount_of_course(turn, case.limit_id, course)
        shown = t("coverage.limit_of_course", course=t(f"quote.course.{course}"), amount=amount) if amount else ""
        return line + shown
    amounts = amounts_by_course(turn, case.limit_id) if every else None
    return line + (t("coverage.limit_by_course", amounts=amounts) if amounts else "")


def details(turn: Turn, case: Case, limit: str | None) -> list[str]:
    """Why and under which conditions, the limit (as `limit_line` words it), and what is near but left out."""
    t, english = turn.t, turn.state.lang == "en"
    lines = [case.text(turn.state.lang)]
    if limit:
        lines.append(limit)
    cases = turn.services.coverage.cases
    titles = [cases[id_].title_en if english else cases[id_].title for id_ in case.exclusions[:_MOST_NAMED]]
    if titles:
        lines.append(t("coverage.exclusions", titles=t("units.comma").join(titles)))
    return lines


def who_decides(turn: Turn, product: str) -> str:
    """That the insurer decides, whom to call first, and not to settle before."""
    desks = turn.t("units.comma").join(contact_line(turn, desk) for desk in _DESKS[product])
    return turn.t("coverage.who_decides", contact=desks)


def whom_to_ask(turn: Turn, product: str) -> str:
    """The agency with its number, where the documents do not say (T2)."""
    return turn.t("coverage.ask_agency", contact=contact_line(turn, _AGENCIES[product]))


def source_line(turn: Turn, case: Case) -> str:
    """The document and its section, with a warning when its period is over."""
    source = turn.services.knowledge.source(case.source)
    line = place_line(turn, case.source, case.locator)
    if source.period is not None and turn.now >= source.period.end:
        line += turn.t("compare.expired", until=turn.t.day(source.period.end.date()))
    return line


def like_cases(turn: Turn, cases: Sequence[Case]) -> list[Choice]:
    """Buttons for like cases."""
    english = turn.state.lang == "en"
    titles = [(case.title_en if english else case.title, case.id) for case in cases[:_MOST_NAMED]]
    return [
        Choice(title, title, {"flow": "coverage", "values": {"story": "told", "_case": id_}}) for title, id_ in titles
    ]
