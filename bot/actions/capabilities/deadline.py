"""By when to apply and from when cover runs, computed from the printed rule for the day asked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import rating
from bot.actions import clauses, denial, evidence, following
from bot.actions.capabilities import deadline_text
from bot.actions.capabilities.damage import tells_harm
from bot.actions.capabilities.dated import Dated, dated, of_a_deadline, of_a_domain
from bot.actions.capabilities.dates import Day, in_digits, pattern_of, stated_days
from bot.actions.capabilities.place import hear_place
from bot.actions.capabilities.subject import spoken_of
from bot.actions.evidence import MAIN_SCHEME
from bot.actions.flow import Flow, FlowSpec, Question, Turn
from bot.actions.reply import Choice, Reply
from bot.actions.state import OpenFlow
from bot.actions.sureness import FAQ, STRANGERS, SURE_INTENT
from rating import calendar

if TYPE_CHECKING:
    from bot.actions.answers import Answers

_ALL = "all"  # branches
PRODUCTS = ("third_party", "assembly", "cyber", "guarantee", "top_up")
# The top-up has no day by which to apply, and the assembly plan no rule for joining late: entries say what is printed.
_OF_TOP_UP = "tp_topup"
_TOLD_BY_ENTRY = {"top_up": "tp_topup_start", "assembly": "as_midterm"}
# Entries that tell in general what is computed here.
_GENERAL = frozenset(
    {
        "as_deadlines",
        "as_payment_deadlines",
        "tp_midterm_deadline",
        "tp_midterm",
        "cy_late_joining",
        "cy_annual_deadline",
        "ge_deadlines",
        "gl_midterm",
        "gu_domain_calendar",
    }
)
_LEAST, _BRIEF = 0.05, 24
# How nearly a message that tells no day must be worded like another entry, and how far that one must be ahead.
_WORDED, _AHEAD = 0.45, 0.1
# Entries that tell what is printed of a deadline on a day when desks are closed: nothing, and whom to ask.
_RUNNING, _PER_WORK, _ENDS = "as_started_before", "as_start_per_work", "as_end_per_work"
_CLOSED_DAY = {"third_party": "tp_midterm_deadline", "cyber": "cy_late_joining"}
# At what hour cover begins or ends is told by an entry.
_OF_HOUR = re.compile(r"\u4f55\u6642|\u306a\u3093\u3058|what time|what hour")
# A day of the month alone, and what would name a month beside it.
_BARE_DAY = re.compile(r"(the )?[0-9]{1,2}(\u65e5|st|nd|rd|th)")
_UP_TO = re.compile(r"([0-9]{1,2})\u65e5(?:\u307e\u3067|\u4ee5\u524d)")
_MONTH = re.compile(r"\u6708|\u4eca\u65e5|\u660e\u65e5|\u672c\u65e5|month|today|tomorrow")


class DeadlineFlow(Flow):
    """Deadlines of third_party (20th), cyber (15th), the 11 Gunma branches, and the domain approvals."""

    telling = frozenset({"_applied", "_starts"})
    kept = frozenset({"_applied", "_starts"})

    def __init__(self, spec: FlowSpec, answers: Answers) -> None:
        super().__init__(spec)
        self._answers = answers

    def hear(self, turn: Turn, values: Mapping[str, Any], asked: str | None) -> dict[str, Any]:
        """Product, branches, the day of applying, and the day from which cover is wanted."""
        heard = super().hear(turn, values, asked)
        scheme = turn.heard.mention("scheme")
        closed = _CLOSED_DAY.get(scheme or values.get("product") or turn.state.scheme or MAIN_SCHEME)
        general = any(pattern_of(name).search(in_digits(turn.heard.folded)) for name in ("closed", "postmark"))
        spoken = scheme or values.get("product") or turn.state.scheme
        running = spoken == "assembly" and pattern_of("running").search(turn.heard.folded) is not None
        if running and self._answers.of_desks(turn) is None:
            ends = pattern_of("ends").search(turn.heard.folded) is not None
            return {"product": "assembly", "_entry": _ENDS if ends else _RUNNING}
        if asked is None and spoken == "assembly" and self._of_start(turn):
            return {"product": "assembly", "_entry": _PER_WORK}
        if asked is None and closed and general:
            return {"product": scheme or values.get("product") or turn.state.scheme or MAIN_SCHEME, "_entry": closed}
        if scheme in PRODUCTS:
            heard["product"] = scheme
        meant = denial.without_places_taken_back(turn.heard.folded)
        branches = [branch.branch_id for branch in turn.services.knowledge.areas.branches_in(meant)]
        place = hear_place(turn)
        if len(branches) == 1 and "branch" not in place:
            place["branch"] = branches[0]
        if place.get("branch"):
            heard["branch"] = place["branch"]
            # The cyber insurance's cooperative has no branches in Gunma.
            if values.get("product") in (None, "cyber"):
                heard.setdefault("product", "assembly")
        if not branches and pattern_of("all_branches").search(turn.heard.folded):
            heard |= {"branch": _ALL, "product": "assembly"}
        if len(branches) > 1:
            heard["branch"] = ",".join(branches)
            heard["product"] = "assembly"
        if not _OF_HOUR.search(in_digits(turn.heard.folded)):
            heard |= self._days(turn)
        if "product" not in heard and of_a_domain(turn.heard.folded):
            heard["product"] = "guarantee"
        if asked is None and not heard.keys() - {"product"}:
            heard |= self._entry(turn)
        return heard

    def note(self, turn: Turn) -> None:
        """The branch that a member names as one (`太田支部`), or beside the scheme that has such branches."""
        branch = turn.services.knowledge.areas.branch(turn.heard.text)
        beside = turn.heard.mention("scheme") == "assembly" and not turn.heard.mention("happened")
        if branch is not None and (beside or turn.heard.mentioned("desk", "branch")):
            turn.state.facts.update(branch=branch.branch_id, prefecture="gunma")

    def owns(self, turn: Turn, values: Mapping[str, Any]) -> bool:
        """A day of applying or of starting, and the question when or whether in time, ask for computed dates."""
        heard, product = turn.heard, values.get("product") or spoken_of(turn)
        if heard.mention("happened") or heard.mentioned("ask", "price"):
            return False
        if values.get("_entry") in (_RUNNING, _ENDS):
            running = pattern_of("running").search(heard.folded) is not None
            return running and clauses.asks(heard.text) and not tells_harm(heard) and not heard.mention("harm")
        if values.get("_entry") in _CLOSED_DAY.values() and (
            turn.state.topic == self.id or of_a_deadline(heard.folded)
        ):
            return True
        if heard.mentioned("covered", "asked") and not of_a_deadline(heard.folded):
            return False
        of_claims = any(evidence.pattern(name).search(heard.folded) for name in ("claim_limit", "claim_late"))
        if tells_harm(heard) or of_claims:
            # The day is the day of an accident, or what runs out is a claim.
            return False
        if heard.intent in STRANGERS and heard.confidence >= SURE_INTENT:
            # Tomorrow and a town are named for the weather, too.
            return False
        if values.get("branch") and values.get("_applied") and values.get("_yes_no"):
            return True
        if not values.get("_when"):
            return False
        if product == "guarantee":
            return of_a_domain(heard.folded)
        return product in PRODUCTS or heard.score("deadline") >= _LEAST

    def declines(self, turn: Turn) -> bool:
        """What an entry surely answers, where no day is told with the question when."""
        if evidence.pattern("cover_ends").search(turn.heard.folded):
            return True
        told, ranked = self.hear(turn, {}, None), self._answers.rank(turn)
        if told.get("_when") or told.get("branch") or told.get("_entry") or not clauses.asks(turn.heard.text):
            return False
        if ranked.best is None or ranked.best.id in _GENERAL:
            return False
        return ranked.sure or (ranked.best.match >= _WORDED and ranked.lead >= _AHEAD)

    def opening(self, turn: Turn) -> dict[str, Any]:
        """The scheme and branch spoken of before."""
        known: dict[str, Any] = {}
        product = spoken_of(turn)
        if (
            turn.state.topic == FAQ
            and (turn.state.answer or "").startswith(_OF_TOP_UP)
            and not turn.heard.mention("scheme")
        ):
            product = "top_up"
        if product in PRODUCTS:
            known["product"] = product
        if "branch" in turn.state.facts:
            known["branch"] = turn.state.facts["branch"]
        return self._wished(turn, known) | known

    def _wished(self, turn: Turn, known: Mapping[str, Any]) -> dict[str, Any]:
        """The day from which cover was wanted a moment ago, for a deadline asked for without a day; mostly empty."""
        last = turn.state.closed.get(self.id, {})
        goes_on = turn.state.topic in (self.id, FAQ) and last.get("product") == known.get("product")
        asked = pattern_of("by_when").search(turn.heard.folded) and len(turn.heard.folded) <= _BRIEF
        if not (goes_on and asked and last.get("_starts")) or stated_days(turn.heard.folded, turn.now.date()):
            return {}
        return {slot: last.get(slot) for slot in ("_starts", "_month_only")}

    def continues(self, turn: Turn, known: Mapping[str, Any]) -> dict[str, Any]:
        """From what hour cover runs; when to pay, after the deadline of a branch, but not how."""
        folded = turn.heard.folded
        hour = _OF_HOUR.search(in_digits(folded)) and evidence.pattern("of_cover").search(folded)
        if hour and len(folded) <= _BRIEF and known.get("product") == MAIN_SCHEME and "_entry" not in known:
            return {"_hour": True}
        if turn.services.knowledge.areas.branches_in(turn.heard.text):
            return {}
        of_branch = known.get("product") == rating.ASSEMBLY and "branch" in known and "_entry" not in known
        if of_branch and len(folded) <= _BRIEF and pattern_of("applying_bare").fullmatch(folded):
            # The other one of the two deadlines of the branch told last.
            return {"_paying": False}
        how = turn.heard.mentioned("ask", "paying") and pattern_of("which_day").search(folded) is None
        how = how or pattern_of("paying_where").search(folded) is not None
        asked = len(folded) <= _BRIEF and pattern_of("paying").search(folded) and not how
        if not asked or known.get("product") != rating.ASSEMBLY or "branch" not in known or "_entry" in known:
            return {}
        return {"_paying": True}

    def settle(self, turn: Turn, values: dict[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
        """The branch holds for the whole talk."""
        if "branch" in new and "," not in new["branch"] and new["branch"] != _ALL:
            turn.state.facts["branch"] = new["branch"]
            turn.state.facts["prefecture"] = "gunma"
        if "product" in values:
            turn.state.scheme = values["product"]
        return values

    def show(self, turn: Turn, slot: str, value: Any) -> str:
        """Schemes and branches by name."""
        if slot == "product":
            return turn.t(f"products.{value}")
        if slot == "branch":
            return turn.t("units.comma").join(deadline_text.branch_name(turn, part) for part in str(value).split(","))
        return super().show(turn, slot, value)

    def next(self, turn: Turn, flow: OpenFlow) -> Question | None:
        """From which day the assembly plan can be joined is told without a branch."""
        if "_entry" in flow.values:
            return None
        if flow.values.get("product") == "assembly" and flow.values.get("_starts") and "branch" not in flow.values:
            return None
        told = flow.values.get("_applied") or flow.values.get("_starts") or turn.heard.mentioned("ask", "midterm")
        if "product" not in flow.values and told:
            # A day or late joining, and no scheme named: the main scheme's answer, with the others as buttons.
            flow.values |= {"product": MAIN_SCHEME, "_assumed": True}
        return super().next(turn, flow)

    def finish(self, turn: Turn, flow: OpenFlow) -> Reply:
        """The dates first, then the rule, whether its period is over, and the source."""
        values = flow.values
        if "_entry" in values:
            return self._answers.entry(turn, values["_entry"])
        product = values["product"]
        asked = deadline_text.Asked(
            applied=_day(values.get("_applied")),
            starts=_day(values.get("_starts")),
            month_only=bool(values.get("_month_only")),
            yes_no=bool(values.get("_yes_no")),
            against=bool(values.get("_against")),
            paying=bool(values.get("_paying")),
        )
        if product == "top_up":
            return self._answers.entry(turn, _TOLD_BY_ENTRY[product])
        if product == "guarantee":
            return deadline_text.domain(turn, asked)
        if product == "assembly":
            yearly = asked.starts is not None and self._begins_year(turn, asked.starts)
            late = asked.starts is not None and not yearly
            told = self._answers.entry(turn, _TOLD_BY_ENTRY[product]) if late else Reply()
            told.say(turn.t("deadline.new_year") if yearly else None)
            branch = values.get("branch") or (None if late else _ALL)
            asked = replace(asked, applied=None) if yearly else asked
            return told.then(deadline_text.branches(turn, branch, asked)) if branch else told
        told = deadline_text.midterm(turn, product, asked)
        return self._of_main_scheme(turn, values, told) if values.get("_assumed") else told

    def _begins_year(self, turn: Turn, day: date) -> bool:
        """Whether cover wanted from a day begins with a year of the assembly plan."""
        first = calendar.period_of(turn.services.tariffs, "assembly", turn.now).effective_from
        return (day.month, day.day) == (first.month, first.day)

    def _of_main_scheme(self, turn: Turn, values: Mapping[str, Any], told: Reply) -> Reply:
        """The dates of the scheme that was supposed, which is said, with the other schemes as buttons."""
        t = turn.t
        lead = t("answers.of_scheme", scheme=t(f"products.{MAIN_SCHEME}"))
        days = {slot: value for slot, value in values.items() if slot not in ("product", "_assumed")}
        others = [product for product in self.spec.question("product").choices if product != MAIN_SCHEME]
        names = {product: self.option(turn, "product", product) for product in others}
        return (
            Reply()
            .say(lead)
            .then(told)
            .offer(
                [
                    Choice(name, name, {"flow": self.id, "values": {**days, "product": key}})
                    for key, name in names.items()
                ]
            )
        )

    def _of_start(self, turn: Turn) -> bool:
        """Whether a message asks when cover begins, and neither by when to apply nor for a branch."""
        folded = turn.heard.folded
        begins = pattern_of("begins").search(folded) is not None and clauses.asks(turn.heard.text)
        return begins and not of_a_deadline(folded) and not turn.services.knowledge.areas.branches_in(folded)

    def _entry(self, turn: Turn) -> dict[str, Any]:
        """The entry whose question the message nearly is, when it tells no day and no branch to compute from."""
        ranked = self._answers.rank(turn)
        corrects = turn.heard.intent in ("correct", "inform") and not clauses.asks(turn.heard.text)
        if ranked.best is None or corrects or following.names_only(turn):
            return {}
        # What is computed for the assembly plan are its branches' deadlines, not when cover begins for a work.
        other = spoken_of(turn) == "assembly" and not of_a_deadline(turn.heard.folded)
        if not other and not self._answers.strong(turn):
            return {}
        best = ranked.best.id
        return {} if best in _GENERAL else {"_entry": best}

    def _days(self, turn: Turn) -> dict[str, Any]:
        said = self._in_month_told(turn, dated(turn.heard.folded, turn.now.date()))
        heard: dict[str, Any] = {}
        if said.applied or said.starts:
            told = said.starts or said.applied
            heard = {"_applied": _text(said.applied), "_starts": _text(said.starts)}
            heard |= {"_yes_no": said.yes_no, "_against": said.against, "_paying": said.paying}
            heard |= {"_month_only": told is not None and told.month_only, "_when": said.explicit and said.asks_when}
        return heard

    def _in_month_told(self, turn: Turn, said: Dated) -> Dated:
        """A bare day of the month supposed after a computed date is in the month that was told."""
        last, folded = turn.state.closed.get(self.id, {}), turn.heard.folded
        if said.starts and said.applied and not said.starts.month_only:
            # Papers are handed in before cover begins: a day without its month is in the month before that.
            return replace(said, applied=_before(said.applied, folded, said.starts.on))
        told, wished = _day(last.get("_applied")), _day(last.get("_starts"))
        told = told or (wished and _first_of_month_before(wished))
        if wished is not None and said.starts and not (said.explicit or said.applied):
            # Beside the day from which cover is wanted, another one that no word explains is that of the papers.
            said = replace(said, applied=said.starts, starts=None)
        if turn.state.topic != self.id or told is None or not (clauses.supposes(folded) or len(folded) <= _BRIEF):
            return said
        bound = _UP_TO.search(in_digits(folded))
        if bound and not said.applied and not said.starts:
            return replace(said, applied=_within(Day(told, *bound.span()), folded, told.replace(day=1), int(bound[1])))
        applied, starts = _within(said.applied, folded, told), _within(said.starts, folded, wished or told)
        if applied is not None and starts is None and wished is not None and said.yes_no and applied != said.applied:
            # Whether that is in time for the day from which cover is wanted.
            starts = Day(wished, 0, 0, month_only=bool(last.get("_month_only")))
        return replace(said, applied=applied, starts=starts)


def _before(day: Day, folded: str, starts: date) -> Day:
    """A day of applying named without its month, in the month before cover begins; any other day as it is."""
    if not _BARE_DAY.match(in_digits(folded)[day.start :]):
        return day
    try:
        return replace(day, on=_first_of_month_before(starts).replace(day=day.on.day))
    except ValueError:
        return day


def _first_of_month_before(day: date) -> date:
    return (day.replace(day=1) - timedelta(days=1)).replace(day=1)


def _within(day: Day | None, folded: str, told: date, number: int | None = None) -> Day | None:
    """A day named without its month, in the month of another day; any other day as it is."""
    if day is None or not _BARE_DAY.match(in_digits(folded)[day.start :]) or _MONTH.search(folded):
        return day
    try:
        return replace(day, on=told.replace(day=number or day.on.day))
    except ValueError:
        return day


def _text(day: Day | None) -> str | None:
    return day.on.isoformat() if day else None


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
