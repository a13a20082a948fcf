"""The moment that a member states (`土曜の22時`, `12/31`, `平日の夜`), which wins over the clock."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bot.actions.capabilities.clock import moments, names, pattern, stated_clock
from bot.actions.capabilities.dates import in_digits, stated_days

_DAYS_AHEAD, _OPEN_HOUR, _HOURS = 400, 10, 24
# The equinoxes of 1980 as days of their month, and how far they move in a year beside the leap days.
_EQUINOX_YEAR, _EQUINOX, _EQUINOX_SHIFT = 1980, {3: 20.8431, 9: 23.2488}, 0.242194
IsHoliday = Callable[[date], bool]


@dataclass(frozen=True)
class Stated:
    """A moment read from a message; `said` tells what of it was stated."""

    at: datetime
    said_day: bool
    said_time: bool


def stated_moment(folded: str, now: datetime, is_holiday: IsHoliday, *, since: date | None = None) -> Stated | None:
    """The moment stated in a message, or None when none is, or when it is one that is over (`昨夜`).

    Args:
        folded: The message with width and case folded.
        now: The present moment, for what is left unsaid.
        is_holiday: Whether a day is a public holiday.
        since: From when on a day of the month alone (`27日`) counts as one; None where it names no day.

    Returns:
        The first such moment from today on.
    """
    if names(folded, tuple(moments()["past"])):
        calling = [found.start() for found in re.finditer(pattern(moments()["calling"]), folded)]
        folded = folded[calling[-1] :] if calling else ""
        if not folded or names(folded, tuple(moments()["past"])):
            return None
    folded = _when_calling(folded, now)
    bare = since is not None and names(folded, tuple(moments()["bare_day"]))
    day = stated_date(in_digits(folded), now) or _named_day(folded, now)
    day = day or (_day_of_month(folded, since) if since and bare else None) or _kind_of_day(folded, now, is_holiday)
    clock = stated_clock(folded)
    if day is None and clock is None:
        return None
    hour, minute = clock or (_OPEN_HOUR if day else now.hour, 0)
    later, hour = divmod(hour, _HOURS)
    at = datetime.combine((day or now.date()) + timedelta(days=later), time(hour, minute), now.tzinfo)
    return Stated(at, day is not None, clock is not None)


def _when_calling(folded: str, now: datetime) -> str:
    """The message from the words on that tell the present day (`今日は1月2日`), where a date stands behind them."""
    calling = [found.start() for found in re.finditer(pattern(moments()["calling"]), folded)]
    rest = folded[calling[-1] :] if calling else ""
    return rest if rest and stated_date(in_digits(rest), now) is not None else folded


def stated_date(folded: str, now: datetime) -> date | None:
    """A date with month and day, the next such day from today on; or tomorrow when it is named."""
    named = next((day.on for day in stated_days(folded, now.date()) if day.full), None)
    if named is not None:
        return named
    return now.date() + timedelta(days=1) if names(folded, tuple(moments()["tomorrow"])) else None


def _day_of_month(folded: str, since: date) -> date | None:
    return next((day.on for day in stated_days(in_digits(folded), since) if not day.month_only), None)


def _named_day(folded: str, now: datetime) -> date | None:
    days = moments()["days"].items()
    return next((_next(now, _on_date(named)) for named, words in days if names(folded, tuple(words))), None)


def _kind_of_day(folded: str, now: datetime, is_holiday: IsHoliday) -> date | None:
    table = moments()
    off = names(folded, tuple(table["kinds"]["holiday"]))
    for number, words in table["weekdays"].items():
        if names(folded, tuple(words)):
            holiday = _next(now, _on_holiday(number, is_holiday)) if off else None
            return holiday or _next(now, _on_weekday(number, is_holiday))
    for kind, words in table["kinds"].items():
        if names(folded, tuple(words)):
            if names(folded, tuple(table["present"])) and _KINDS[kind](is_holiday)(now.date()):
                return now.date()
            return _next(now, _KINDS[kind](is_holiday))
    return None


def _on_date(named: str) -> Callable[[date], bool]:
    """The day that a name stands for: `12-31`, `9-monday-3` (the third Monday), `3-equinox`."""
    month, *rest = named.split("-")
    if rest[0] == "monday":
        return lambda day: day.month == int(month) and day.weekday() == 0 and (day.day + 6) // 7 == int(rest[1])
    if rest[0] == "equinox":
        return lambda day: day.month == int(month) and day.day == _equinox(day.year, int(month))
    return lambda day: (day.month, day.day) == (int(month), int(rest[0]))


def _equinox(year: int, month: int) -> int:
    """The day of March or September on which the equinox falls in Japan, for the years 1980-2099."""
    years = year - _EQUINOX_YEAR
    return int(_EQUINOX[month] + _EQUINOX_SHIFT * years) - years // 4


def _on_weekday(number: int, is_holiday: IsHoliday) -> Callable[[date], bool]:
    return lambda day: day.weekday() == number and (number >= 5 or not is_holiday(day))


def _on_holiday(number: int, is_holiday: IsHoliday) -> Callable[[date], bool]:
    return lambda day: day.weekday() == number and is_holiday(day)


_KINDS: dict[str, Callable[[IsHoliday], Callable[[date], bool]]] = {
    "weekday": lambda is_holiday: lambda d: d.weekday() < 5 and not is_holiday(d) and not _year_end(d),
    "weekend": lambda _: lambda d: d.weekday() >= 5 and not _year_end(d),
    "holiday": lambda is_holiday: lambda d: is_holiday(d) and d.weekday() < 5 and not _year_end(d),
}


def _year_end(day: date) -> bool:
    return (day.month, day.day) >= (12, 29) or (day.month, day.day) <= (1, 3)


def _next(now: datetime, fits: Callable[[date], bool]) -> date | None:
    for ahead in range(_DAYS_AHEAD):
        day = now.date() + timedelta(days=ahead)
        if fits(day):
            return day
    return None


def wrong_weekday(folded: str, today: date) -> date | None:
    """The day that a message names together with a weekday which it does not fall on, in any year near; else None.

    Args:
        folded: The message with width and case folded.
        today: The present day; of a date without a year, the next such day is meant.
    """
    found = re.search(moments()["weekday_told"], folded)
    if found is None:
        return None
    told = moments()["weekday_signs"].index(found["weekday"])
    years = [int(found["year"])] if found["year"] else [today.year, today.year + 1, today.year - 1]
    days = [day for year in years if (day := _day_or_none(year, int(found["month"]), int(found["day"]))) is not None]
    if not days or any(day.weekday() == told for day in days):
        return None
    return next((day for day in days if day >= today), days[0])


def _day_or_none(year: int, month: int, day: int) -> date | None:
    """A day, or None where the calendar has none such."""
    try:
        return date(year, month, day)
    except ValueError:
        return None
