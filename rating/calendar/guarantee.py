"""The certificate confirmation service: when it can be used, and when a domain is approved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from rating.calendar.deadlines import IsHoliday
from rating.calendar.hours import Hours, LineStatus, OpeningRange, line_status
from rating.loading.service import GuaranteeTables, default_guarantee
from rating.model import Source

SERVICE = "guarantee_service"


@dataclass(frozen=True, slots=True)
class DomainApproval:
    """The round of approval that an application of a day falls into.

    `applied_from` and `applied_until` are the first and last day of the round; `part_of_month` is "late";
    `longest_wait_months` is the printed longest wait (a guide figure).
    """

    applied_on: date
    applied_from: date
    applied_until: date
    approved_year: int
    approved_month: int
    part_of_month: str
    longest_wait_months: int
    source: Source


def guarantee_hours(tables: GuaranteeTables | None = None) -> Hours:
    """The printed hours of the service; maintenance is not counted."""
    tables = default_guarantee() if tables is None else tables
    rule = tables.hours
    return Hours(
        ranges=tuple(OpeningRange(day, rule["opens"], rule["closes"]) for day in rule["weekdays"]),
        holidays=rule["holidays"],
        year_end=rule["year_end"],
        year_end_from=(rule["year_end_from"][0], rule["year_end_from"][1]),
        year_end_until=(rule["year_end_until"][0], rule["year_end_until"][1]),
    )


def guarantee_status(
    at: datetime, is_holiday: IsHoliday, tables: GuaranteeTables | None = None
) -> LineStatus:
    """Whether the service can be used at a moment.

    Raises:
        InvalidRequest: `at` carries no offset.
    """
    return line_status(SERVICE, guarantee_hours(tables), at, is_holiday)


def domain_approval(applied_on: date, tables: GuaranteeTables | None = None) -> DomainApproval:
    """In which month an application for a domain of this day is approved."""
    tables = default_guarantee() if tables is None else tables
    first, last, approved = next(
        found for found in tables.rounds if (applied_on.month - found[0]) % 12 <= (found[1] - found[0]) % 12
    )
    started = _month(applied_on, -((applied_on.month - first) % 12))
    after = _month(started, (last - first) % 12 + 1)
    approval = _month(started, (approved - first) % 12)
    return DomainApproval(
        applied_on=applied_on,
        applied_from=started,
        applied_until=after - timedelta(days=1),
        approved_year=approval.year,
        approved_month=approval.month,
        part_of_month=tables.part_of_month,
        longest_wait_months=tables.longest_wait_months,
        source=tables.approvals_source,
    )


def _month(day: date, months: int) -> date:
    month = day.year * 12 + day.month - 1 + months
    return date(month // 12, month % 12 + 1, 1)
