"""Deadlines and start of cover for the day asked, as the documents print the rule.

It never says that an application is accepted, and a late-joining premium is not printed (and so not known).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from typing import Any

from rating.errors import InvalidRequest
from rating.model import ASSEMBLY, THIRD_PARTY, Source, Step
from rating.tariffs import Tariff, Tariffs

JAPAN = timezone(timedelta(hours=9))
IsHoliday = Callable[[date], bool]


@dataclass(frozen=True, slots=True)
class Period:
    """The half-open period of insurance of a tariff, and where a moment stands in it.

    `state` is "before", "in_force" or "expired"; `renewal_deadline` is the printed one, if any.
    """

    product: str
    effective_from: datetime
    effective_until: datetime
    state: str
    renewal_deadline: date | None
    source: Source


@dataclass(frozen=True, slots=True)
class MidtermStart:
    """When cover begins for somebody who applies on a day.

    `state`: "midterm", "before_period" (the cover would begin before the period does: not late joining) or
    "after_period" (the cover would begin when the period is over; the next period is not in this document).
    `starts_at` is None where the hour is not printed; `starts_on` and it are None outside "midterm", while
    `rule_starts_on` is what the rule alone yields for that day.
    `deadline_on` is the deadline that this application meets or has missed, `next_deadline_on` the one ahead.
    `deadline_is_closed_day` None: no holidays were given. `ends_on_start_day`: the period ends that very day.
    """

    product: str
    applied_on: date
    state: str
    deadline_on: date
    met_deadline: bool
    next_deadline_on: date
    deadline_is_closed_day: bool | None
    rule_starts_on: date
    starts_on: date | None
    starts_at: datetime | None
    ends_at: datetime
    ends_on_start_day: bool
    steps: tuple[Step, ...]
    source: Source


@dataclass(frozen=True, slots=True)
class BranchDeadlines:
    """The two printed deadlines of a Gunma branch; `note` marks a print that looks odd but is kept.

    `apply_passed` and `pay_passed` are None when no day was given.
    """

    branch: str
    title: str
    apply_by: date
    pay_by: date
    note: str | None
    apply_passed: bool | None
    pay_passed: bool | None
    source: Source


def period_of(tariffs: Tariffs, product: str, as_of: datetime) -> Period:
    """The period of the tariff that speaks for `as_of`.

    Raises:
        InvalidRequest: no such product, or `as_of` carries no offset.
    """
    tariff = tariffs.at(product, as_of)
    expired, before = as_of >= tariff.effective_until, as_of < tariff.effective_from
    renewal = tariff.rules.get("midterm", {}).get("renewal_deadline")
    return Period(
        product=product,
        effective_from=tariff.effective_from,
        effective_until=tariff.effective_until,
        state="expired" if expired else "before" if before else "in_force",
        renewal_deadline=date.fromisoformat(renewal) if renewal else None,
        source=tariff.source_at(tariff.rules["period_locator"]),
    )


def midterm_start(
    tariffs: Tariffs, product: str, applied_on: date, is_holiday: IsHoliday | None = None
) -> MidtermStart:
    """When cover begins for an application that arrives on `applied_on` ("third_party" or "cyber").

    Raises:
        InvalidRequest: the product has no late joining in its document.
    """
    tariff = tariffs.at(product, datetime.combine(applied_on, time(16), JAPAN))
    rule = _midterm_rule(tariff, product)
    deadline = applied_on.replace(day=rule["deadline_day"])
    met = applied_on <= deadline
    starts_on = _first_of_month(applied_on, 1 if met else 2)
    starts_at = _starts_at(rule, starts_on)
    next_deadline = deadline if met else _first_of_month(applied_on, 1).replace(day=rule["deadline_day"])
    state = _state(tariff, starts_on, starts_at)
    midterm = state == "midterm"
    values = {
        "applied_on": applied_on.isoformat(),
        "deadline_day": rule["deadline_day"],
        "deadline_on": deadline.isoformat(),
        "starts_on": starts_on.isoformat(),
        "ends_at": tariff.effective_until.isoformat(),
    }
    return MidtermStart(
        product=product,
        applied_on=applied_on,
        state=state,
        deadline_on=deadline,
        met_deadline=met,
        next_deadline_on=next_deadline,
        deadline_is_closed_day=None if is_holiday is None else _closed(next_deadline, is_holiday),
        rule_starts_on=starts_on,
        starts_on=starts_on if midterm else None,
        starts_at=starts_at if midterm else None,
        ends_at=tariff.effective_until,
        ends_on_start_day=midterm and starts_on == tariff.effective_until.date(),
        steps=(Step("deadline_met" if met else "deadline_missed", values), Step(state, values)),
        source=tariff.source_at(rule["locator"]),
    )


def midterm_deadline(tariffs: Tariffs, product: str, starts_on: date, as_of: datetime) -> date:
    """The last day to apply for cover from `starts_on`, which is moved to the next 1st when it is none.

    Raises:
        InvalidRequest: the product has no late joining in its document.
    """
    rule = _midterm_rule(tariffs.at(product, as_of), product)
    first = starts_on if starts_on.day == 1 else _first_of_month(starts_on, 1)
    day: int = rule["deadline_day"]
    return _first_of_month(first, -1).replace(day=day)


def _midterm_rule(tariff: Tariff, product: str) -> dict[str, Any]:
    rule: dict[str, Any] | None = tariff.rules.get("midterm")
    if rule is None:
        raise InvalidRequest("product", product, "a scheme whose document prints a rule for joining late")
    return rule


def _starts_at(rule: dict[str, Any], starts_on: date) -> datetime | None:
    printed = rule.get("start_time")
    return datetime.combine(starts_on, time.fromisoformat(printed), JAPAN) if printed else None


def _state(tariff: Tariff, starts_on: date, starts_at: datetime | None) -> str:
    if starts_at is None:
        before = starts_on <= tariff.effective_from.date()
        after = starts_on >= tariff.effective_until.date()
    else:
        before, after = starts_at < tariff.effective_from, starts_at >= tariff.effective_until
    return "before_period" if before else "after_period" if after else "midterm"


def _first_of_month(day: date, months: int) -> date:
    month = day.year * 12 + day.month - 1 + months
    return date(month // 12, month % 12 + 1, 1)


def _closed(day: date, is_holiday: IsHoliday) -> bool:
    return day.weekday() >= 5 or is_holiday(day)


def assembly_deadlines(
    tariffs: Tariffs, as_of: datetime, today: date | None = None
) -> tuple[BranchDeadlines, ...]:
    """The deadlines of all 11 branches in printed order; `today` fills the two `passed` fields."""
    tariff = tariffs.at(ASSEMBLY, as_of)
    source = tariff.source_at(tariff.rules["tables"]["deadlines.csv"]["locator"])
    return tuple(_branch(row, today, source) for row in tariff.lists["deadlines"])


def assembly_deadlines_of(
    tariffs: Tariffs, branch: str, as_of: datetime, today: date | None = None
) -> BranchDeadlines:
    """The deadlines of one branch, named by its key or its printed name.

    Raises:
        InvalidRequest: there is no such branch.
    """
    found = assembly_deadlines(tariffs, as_of, today)
    for deadlines in found:
        if branch in (deadlines.branch, deadlines.title):
            return deadlines
    raise InvalidRequest("branch", branch, " or ".join(deadlines.branch for deadlines in found))


def _branch(row: Any, today: date | None, source: Source) -> BranchDeadlines:
    apply_by, pay_by = date.fromisoformat(row["apply_by"]), date.fromisoformat(row["pay_by"])
    return BranchDeadlines(
        branch=row["branch"],
        title=row["title"],
        apply_by=apply_by,
        pay_by=pay_by,
        note=row["note"] or None,
        apply_passed=None if today is None else today > apply_by,
        pay_passed=None if today is None else today > pay_by,
        source=source,
    )


def completed_work_until(tariffs: Tariffs, completed_on: date, as_of: datetime) -> date | None:
    """Until which day the top-up covers accidents after completion: the same day two years later.

    None for 29 February, whose same day two years later does not exist and is not printed.
    """
    tariff = tariffs.at(THIRD_PARTY, as_of)
    years = tariff.rules["eligibility"]["top_up"]["completed_work_years"]
    try:
        return completed_on.replace(year=completed_on.year + years)
    except ValueError:
        return None
