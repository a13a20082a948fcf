"""The moment that a member states (`土曜の22時`, `12/31`, `平日の夜`), which wins over the clock."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

TABLE = Path(__file__).resolve().parent.parent.parent / "data" / "moments.yml"
_NOON, _DAYS_AHEAD = 12, 400
IsHoliday = Callable[[date], bool]


@dataclass(frozen=True)
class Stated:
    """A moment read from a message; `said` tells what of it was stated."""

    at: datetime
    said_day: bool
    said_time: bool


@lru_cache(maxsize=1)
def _table(path: Path = TABLE) -> Mapping[str, Any]:
    return dict(yaml.safe_load(path.read_text(encoding="utf-8")))


def stated_moment(folded: str, now: datetime, is_holiday: IsHoliday) -> Stated | None:
    """The moment stated in a message, or None when none is.

    Args:
        folded: The message with width and case folded.
        now: The present moment, for what is left unsaid.
        is_holiday: Whether a day is a public holiday.

    Returns:
        The first such moment from now on (a stated date: of this year).
    """
    day = _day(folded, now, is_holiday)
    clock = _clock(folded)
    if day is None and clock is None:
        return None
    return Stated(
        datetime.combine(day or now.date(), clock or time(10 if day else now.hour, 0), now.tzinfo),
        day is not None,
        clock is not None,
    )


def stated_date(folded: str, now: datetime) -> date | None:
    """A date with month and day, of this year; or tomorrow when it is named."""
    match = re.search(_table()["date"], folded)
    if match:
        try:
            return date(now.year, int(match["month"]), int(match["day"]))
        except ValueError:
            return None
    if any(word in folded for word in _table()["tomorrow"]):
        return now.date() + timedelta(days=1)
    return None


def _day(folded: str, now: datetime, is_holiday: IsHoliday) -> date | None:
    stated = stated_date(folded, now)
    if stated is not None:
        return stated
    for number, words in _table()["weekdays"].items():
        if any(word in folded for word in words):
            return _next(now, _on_weekday(number, is_holiday))
    for kind, words in _table()["kinds"].items():
        if any(word in folded for word in words):
            return _next(now, _KINDS[kind](is_holiday))
    return None


def _on_weekday(number: int, is_holiday: IsHoliday) -> Callable[[date], bool]:
    return lambda day: day.weekday() == number and (number >= 5 or not is_holiday(day))


_KINDS: dict[str, Callable[[IsHoliday], Callable[[date], bool]]] = {
    "weekday": lambda is_holiday: lambda d: d.weekday() < 5 and not is_holiday(d) and not _year_end(d),
    "weekend": lambda _: lambda d: d.weekday() >= 5 and not _year_end(d),
    "holiday": lambda is_holiday: lambda d: is_holiday(d) and d.weekday() < 5 and not _year_end(d),
    "year_end": lambda _: lambda d: (d.month, d.day) == (12, 31),
}


def _year_end(day: date) -> bool:
    return (day.month, day.day) >= (12, 29) or (day.month, day.day) <= (1, 3)


def _next(now: datetime, fits: Callable[[date], bool]) -> date | None:
    for ahead in range(_DAYS_AHEAD):
        day = now.date() + timedelta(days=ahead)
        if fits(day):
            return day
    return None


def _clock(folded: str) -> time | None:
    table = _table()
    for match in re.finditer(table["clock"], folded):
        hour = int(match["hour"])
        minute = 30 if match["thirty"] else int(match["minute"] or 0)
        if hour > 24 or minute > 59:
            continue
        halves = {match["half"], match["after"]}
        if hour < _NOON and halves & set(table["afternoon"]):
            hour += _NOON
        return time(hour % 24, minute)
    for hour, words in table["parts"].items():
        if any(word in folded for word in words):
            return time(hour, 0)
    return None
