"""Dates in words: the day that was asked for first, then the rule, its period, where to go and the source."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.actions.capabilities.contact_text import contact_line
from bot.actions.capabilities.source_text import source_line
from bot.actions.flow import Turn
from bot.actions.reply import Reply
from knowledge.romaji import romaji
from rating import calendar

_SATURDAY = 5
_DESKS = {"third_party": "branch", "cyber": "excel"}


@dataclass(frozen=True)
class Asked:
    """What a member asks about days.

    Attributes:
        applied: The day of applying, or None when none was told.
        starts: The day from which cover is wanted, or None.
        month_only: Whether only the month of it was told.
        yes_no: Whether a yes or no is the answer.
        against: Whether the question expects a no, so that neither yes nor no would be clear.
        paying: Whether the day is one of paying, not of applying.
    """

    applied: date | None
    starts: date | None
    month_only: bool
    yes_no: bool
    against: bool
    paying: bool


def midterm(turn: Turn, product: str, asked: Asked) -> Reply:
    """When cover starts, or by when to apply for it, in a scheme that can be joined late."""
    t = turn.t
    if asked.starts is not None:
        reply, start = _wanted(turn, product, asked, asked.starts)
    elif asked.applied is not None and asked.month_only:
        reply, start = _in_month(turn, product, asked.applied)
    else:
        day = asked.applied or turn.now.date()
        start = _start(turn, product, day)
        values = {"applied": t.day(day), "starts": t.day(start.rule_starts_on)}
        reply = Reply().say(t(f"deadline.starts.{product}", **values))
        if asked.applied is None:
            # Nobody told a day: the rule is what was asked for, and today its example.
            reply = Reply().say(t(f"deadline.rule.{product}")).then(reply)
            reply.say(t("deadline.next", next=t.day(start.next_deadline_on)))
    if asked.applied is not None or asked.starts is not None:
        reply.say(t(f"deadline.rule.{product}"))
    reply.say(*_period(turn, start))
    if start.deadline_is_closed_day and (asked.starts or asked.applied in (None, start.next_deadline_on)):
        reply.say(t("deadline.closed_day", day=t.day(start.next_deadline_on)))
    source = source_line(turn, start.source)
    return reply.say(t(f"deadline.where.{product}", contact=contact_line(turn, _DESKS[product])), source)


def _wanted(turn: Turn, product: str, asked: Asked, wanted: date) -> tuple[Reply, calendar.MidtermStart]:
    """From which day cover is wanted: the deadline for it, and whether it is met."""
    t = turn.t
    day = asked.applied or turn.now.date()
    start = _start(turn, product, day)
    real = {"applied": t.day(day), "starts": t.day(start.rule_starts_on)}
    if wanted.day != 1:
        reply = Reply().say(_verdict(turn, asked, met=False) + t("deadline.first_only", wanted=t.day(wanted)))
        return reply.say(t(f"deadline.starts.{product}", **real)), start
    deadline = calendar.midterm_deadline(turn.services.tariffs, product, wanted, turn.now)
    values = {"wanted": t.day(wanted), "deadline": t.day(deadline)}
    met = day <= deadline
    if not met:
        reply = Reply().say(_verdict(turn, asked, met=False) + t("deadline.missed", **values))
        return reply.say(t(f"deadline.starts.{product}", **real)), start
    met_text = t("deadline.met", **values) if asked.applied else t(f"deadline.by.{product}", **values)
    return Reply().say(_verdict(turn, asked, met=True) + met_text), _start(turn, product, deadline)


def _in_month(turn: Turn, product: str, first: date) -> tuple[Reply, calendar.MidtermStart]:
    """A month of applying without a day: what its deadline divides."""
    t = turn.t
    in_time = _start(turn, product, first)
    late = _start(turn, product, date(first.year, first.month, 28))
    values = {"deadline": t.day(in_time.deadline_on), "starts": t.day(in_time.rule_starts_on)}
    return Reply().say(t("deadline.month", **values, later=t.day(late.rule_starts_on))), in_time


def _verdict(turn: Turn, asked: Asked, *, met: bool) -> str:
    if not asked.yes_no:
        return ""
    if asked.against:
        return turn.t(f"deadline.{'still' if met else 'no_longer'}")
    return turn.t(f"deadline.{'yes' if met else 'no'}")


def _start(turn: Turn, product: str, day: date) -> calendar.MidtermStart:
    return calendar.midterm_start(turn.services.tariffs, product, day, turn.services.is_holiday)


def _period(turn: Turn, start: calendar.MidtermStart) -> list[str]:
    """Until when that cover runs, and that what starts later belongs to a year whose document is not held."""
    t, starts, ends = turn.t, start.rule_starts_on, start.ends_at
    period = calendar.period_of(turn.services.tariffs, start.product, turn.now)
    values = {"starts": t.day(starts), "begins": t.moment(period.effective_from), "ends": t.moment(ends)}
    turning = (starts.month, starts.day) == (ends.month, ends.day)
    lines = [t("deadline.turn_of_year", **values)] if turning else []
    if start.state == "after_period":
        lines.append(t(f"deadline.{'over' if turn.now >= ends else 'next_year'}", **values))
    elif not turning:
        key = "before_period" if start.state == "before_period" else "until"
        lines.append(t(f"deadline.{key}", **values))
    return lines


def branches(turn: Turn, branch: str, asked: Asked) -> Reply:
    """The printed deadlines of one, some or all branches; for a day that was told, whether it would be in time."""
    t, today = turn.t, turn.now.date()
    tariffs = turn.services.tariffs
    if branch == "all":
        found: Sequence[calendar.BranchDeadlines] = calendar.assembly_deadlines(tariffs, turn.now, today)
    else:
        parts = branch.split(",")
        found = [calendar.assembly_deadlines_of(tariffs, part, turn.now, today) for part in parts]
    reply = Reply()
    if asked.applied is not None and not asked.month_only and len(found) == 1:
        reply.say(_against_print(turn, found[0], asked, asked.applied))
    rows = [
        [branch_name(turn, one.branch), _month_day(turn, one.apply_by), _month_day(turn, one.pay_by)] for one in found
    ]
    reply.say(*(t("deadline.branch", branch=name, apply=apply, pay=pay) for name, apply, pay in rows))
    reply.say(t("deadline.print_year", year=found[0].apply_by.year))
    if len(found) == 1:
        reply.say(*_closed_days(turn, found[0]))
    if all(one.apply_passed for one in found):
        reply.say(t("deadline.passed", contact=contact_line(turn, "gunma_agency")))
    if len(found) > 2:
        columns = [t("deadline.column.branch"), t("deadline.column.apply"), t("deadline.column.pay")]
        reply.show({"type": "table", "title": t("deadline.title"), "columns": columns, "rows": rows})
    source = found[0].source
    return reply.say(source_line(turn, source))


def _closed_days(turn: Turn, one: calendar.BranchDeadlines) -> list[str]:
    """That a printed day is no working day, so that nobody takes it for a mistake of this counter."""
    t, is_holiday = turn.t, turn.services.is_holiday
    days = dict.fromkeys((one.apply_by, one.pay_by))
    closed = [day for day in days if day.weekday() >= _SATURDAY or is_holiday(day)]
    return [
        t("deadline.print_closed", day=_month_day(turn, day), weekday=t(f"accident.weekday.{day.weekday()}"))
        for day in closed
    ]


def _against_print(turn: Turn, one: calendar.BranchDeadlines, asked: Asked, day: date) -> str:
    """A day held against the printed deadline: of paying when the message speaks of paying, else of applying."""
    t = turn.t
    limit = one.pay_by if asked.paying else one.apply_by
    met = (day.month, day.day) <= (limit.month, limit.day)
    values = {"day": _month_day(turn, day), "limit": _month_day(turn, limit), "year": limit.year}
    return _verdict(turn, asked, met=met) + t(f"deadline.print_{'met' if met else 'missed'}", **values)


def domain(turn: Turn, asked: Asked) -> Reply:
    """In which month an application for a domain is approved."""
    t = turn.t
    day = asked.applied or turn.now.date()
    approval = calendar.domain_approval(day)
    applied = t("units.month", month=day.month) if asked.month_only and asked.applied else _month_day(turn, day)
    values = {"applied": applied, "month": approval.approved_month, "year": approval.approved_year}
    reply = Reply().say(t("deadline.domain", **values), t("deadline.domain_note", months=approval.longest_wait_months))
    source = approval.source
    return reply.say(source_line(turn, source))


def branch_name(turn: Turn, branch_id: str) -> str:
    """A Gunma branch's name, in an English talk in Latin letters; the id where no branch has it."""
    branch = next((one for one in turn.services.knowledge.areas.branches if one.branch_id == branch_id), None)
    if branch is None:
        return branch_id
    return romaji(branch.kana).capitalize() if turn.state.lang == "en" else branch.short


def _month_day(turn: Turn, day: date | datetime) -> str:
    return turn.t("units.month_day", month=day.month, day=day.day)
