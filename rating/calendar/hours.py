"""Which line is open at a moment, from printed hours and holidays that are passed in.

Where a document closes "over the year end" without dates, 12/31 to 1/3 counts as closed and 12/29 and 12/30
as unknown: nobody is sent to a telephone that may not be answered, and nobody is told that it is not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from typing import Protocol

from rating.calendar.deadlines import IsHoliday
from rating.errors import InvalidRequest

JAPAN = timezone(timedelta(hours=9))
OPEN = "open"
CLOSED = "closed"
UNKNOWN = "unknown"
_LOOK_AHEAD_DAYS = 31
_YEAR_END = ((12, 31), (1, 3))
_PERHAPS = ((12, 29), (12, 30))


class OpeningRangeLike(Protocol):
    """Open from `opens`, no longer at `closes` (minutes of the day, 24:00 is 1440); weekday 0 is Monday."""

    @property
    def weekday(self) -> int: ...  # noqa: D102
    @property
    def opens(self) -> int: ...  # noqa: D102
    @property
    def closes(self) -> int: ...  # noqa: D102


class OpeningHours(Protocol):
    """Printed hours of a contact: what knowledge.contacts.Hours holds.

    `holidays` is closed, all_day or as_weekday; `year_end` closed, all_day (with dates, inclusive),
    closed_dates_not_printed or not_printed.
    """

    @property
    def ranges(self) -> Sequence[OpeningRangeLike]: ...  # noqa: D102
    @property
    def holidays(self) -> str: ...  # noqa: D102
    @property
    def year_end(self) -> str: ...  # noqa: D102
    @property
    def year_end_from(self) -> tuple[int, int] | None: ...  # noqa: D102
    @property
    def year_end_until(self) -> tuple[int, int] | None: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class OpeningRange:
    """Open from `opens`, no longer at `closes` (minutes of the day, 24:00 is 1440); weekday 0 is Monday."""

    weekday: int
    opens: int
    closes: int


@dataclass(frozen=True, slots=True)
class Hours:
    """Printed hours that stand in this room's own tables; see `OpeningHours`."""

    ranges: tuple[OpeningRange, ...]
    holidays: str
    year_end: str
    year_end_from: tuple[int, int] | None = None
    year_end_until: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class LineStatus:
    """Whether a line answers at a moment: "open", "closed" or "unknown".

    `closes_at` is set while open, `opens_at` (the next certain opening) otherwise; None where not known.
    `reason`: within_hours, outside_hours, weekend, holiday, year_end, year_end_not_dated, hours_not_printed.
    """

    contact_id: str
    status: str
    reason: str
    opens_at: datetime | None
    closes_at: datetime | None


@dataclass(frozen=True, slots=True)
class _Span:
    start: datetime
    end: datetime
    status: str


def line_status(
    contact_id: str, hours: OpeningHours | None, at: datetime, is_holiday: IsHoliday
) -> LineStatus:
    """Whether a line with printed `hours` (None: not printed) answers at the moment `at`.

    Raises:
        InvalidRequest: `at` carries no offset.
    """
    if at.tzinfo is None:
        raise InvalidRequest("at", at, "a moment with its offset from UTC")
    if hours is None:
        return LineStatus(contact_id, UNKNOWN, "hours_not_printed", None, None)
    now = at.astimezone(JAPAN)
    spans = list(_spans(hours, now.date(), is_holiday))
    current = next((span for span in spans if span.start <= now < span.end), None)
    kind = _kind(hours, now.date(), is_holiday)
    if current is None:
        reason = kind if kind in ("weekend", "holiday", "year_end") else "outside_hours"
        return LineStatus(contact_id, CLOSED, reason, _next_opening(spans, now), None)
    if current.status == UNKNOWN:
        return LineStatus(contact_id, UNKNOWN, "year_end_not_dated", _next_opening(spans, now), None)
    return LineStatus(contact_id, OPEN, "within_hours", None, _closing(spans, current))


def lines_at(
    lines: Iterable[tuple[str, OpeningHours | None]], at: datetime, is_holiday: IsHoliday
) -> tuple[LineStatus, ...]:
    """The status of several lines, in the order given.

    Raises:
        InvalidRequest: `at` carries no offset.
    """
    return tuple(line_status(contact_id, hours, at, is_holiday) for contact_id, hours in lines)


def first_open(
    lines: Iterable[tuple[str, OpeningHours | None]], at: datetime, is_holiday: IsHoliday
) -> LineStatus | None:
    """The first line of the given order that is certainly open, if any.

    Raises:
        InvalidRequest: `at` carries no offset.
    """
    return next((status for status in lines_at(lines, at, is_holiday) if status.status == OPEN), None)


def _kind(hours: OpeningHours, day: date, is_holiday: IsHoliday) -> str:
    """What sort of day it is for these hours."""
    start, end = hours.year_end_from, hours.year_end_until
    dated = start is not None and end is not None
    closed = dated or hours.year_end == "closed_dates_not_printed"
    in_year_end = _within(day, (start, end) if start and end else _YEAR_END)
    if in_year_end and closed:
        return "year_end"
    if is_holiday(day):
        return "holiday"
    if day.weekday() >= 5:
        return "weekend"
    perhaps = in_year_end or (not dated and _within(day, _PERHAPS))
    return "year_end_not_dated" if perhaps else "weekday"


def _within(day: date, window: tuple[tuple[int, int], tuple[int, int]]) -> bool:
    start, end = window
    here = (day.month, day.day)
    return start <= here <= end if start <= end else here >= start or here <= end


def _spans(hours: OpeningHours, today: date, is_holiday: IsHoliday) -> Iterator[_Span]:
    for offset in range(_LOOK_AHEAD_DAYS):
        day = today + timedelta(days=offset)
        kind = _kind(hours, day, is_holiday)
        rule = hours.year_end if kind == "year_end" else hours.holidays if kind == "holiday" else "as_weekday"
        if rule == "all_day":
            yield _Span(_moment(day, 0), _moment(day, 1440), OPEN)
        elif rule == "as_weekday":
            status = UNKNOWN if kind == "year_end_not_dated" else OPEN
            for found in hours.ranges:
                if found.weekday == day.weekday():
                    yield _Span(_moment(day, found.opens), _moment(day, found.closes), status)


def _moment(day: date, minutes: int) -> datetime:
    return datetime.combine(day, time(), JAPAN) + timedelta(minutes=minutes)


def _next_opening(spans: Sequence[_Span], now: datetime) -> datetime | None:
    return min((span.start for span in spans if span.status == OPEN and span.start > now), default=None)


def _closing(spans: Sequence[_Span], current: _Span) -> datetime | None:
    """The end of the unbroken run of opening that `current` belongs to; None when no end is in sight."""
    end = current.end
    for span in sorted(spans, key=lambda span: span.start):
        if span.status == OPEN and span.start <= end:
            end = max(end, span.end)
    return None if end >= max(span.end for span in spans) else end
