"""Days that members name (`12月22日`, `来月5日`, `the 22nd`), and what they mean to do on each.

A day without a year is the next such day from today on; it is the last one only where the message tells that it is
over. Whether cover begins then or the papers are handed in is read from the words around the day, never guessed from
the scheme.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from bot.actions.capabilities.clock import kanji_number, moments, pattern

TABLE = Path(__file__).resolve().parent.parent.parent / "data" / "dates.yml"
_REIWA, _YEARS, _MONTHS = 2018, 9, 3
_LEAP_DAY = (2, 29)
_NEAR, _APART, _BESIDE = 3, 12, 2


@dataclass(frozen=True)
class Day:
    """A day named in a message.

    Attributes:
        on: The day; the first of the month when only a month was named.
        start: Where it is named, in the folded text.
        end: Where the name ends.
        month_only: Whether only a month was named.
        full: Whether both the month and the day were named.
    """

    on: date
    start: int
    end: int
    month_only: bool = False
    full: bool = False


Named = tuple[Day, re.Match[str]]


def stated_days(folded: str, today: date) -> tuple[Day, ...]:
    """The days named in a message, in the order of the text.

    Args:
        folded: The message with width and case folded.
        today: The present day.

    Returns:
        Days; a day of the month and a month named apart (`21日です、6月の`) are one, and so are `今日は21日`.
    """
    closing = [match.span() for match in pattern_of("closing").finditer(folded)]
    found = [item for item in _found(folded, today) if not _overlaps(item[1], closing)]
    found = _joined(_without_weekdays(sorted(found, key=lambda item: item[0].start)), today)
    days = [day for day, _ in found]
    same = [day for day, other in itertools.pairwise(days) if day.on == today and other.start - day.end <= _NEAR]
    return tuple(day for day in days if day not in same or day is days[-1])


def in_digits(folded: str) -> str:
    """A text with written-out days and months (`十二月二十日`) in digits; other numbers stay."""
    return pattern_of("kanji").sub(lambda match: str(kanji_number(match["number"])), folded)


def _found(folded: str, today: date) -> Iterator[Named]:
    taken: list[tuple[int, int]] = []
    for form in _forms():
        for match in form.finditer(folded):
            if _overlaps(match, taken):
                continue
            taken.append(match.span())
            parts = match.groupdict()
            on = None if _only_told(parts, folded[match.end() :]) else _on(parts, today)
            if on is not None:
                full = bool(parts.get("day")) and bool(parts.get("month") or parts.get("name"))
                yield Day(on, *match.span(), month_only=_month_only(parts), full=full), match


def _only_told(parts: Mapping[str, str | None], after: str) -> bool:
    """Whether nobody does anything on the day: it bounds a time, or a weekday is remarked on."""
    told = parts.get("weekday") and pattern_of("weekday_told").match(after)
    return bool(told) or pattern_of("bound").match(after) is not None


def _overlaps(match: re.Match[str], taken: Sequence[tuple[int, int]]) -> bool:
    return any(match.start() < end and start < match.end() for start, end in taken)


def _without_weekdays(found: list[Named]) -> list[Named]:
    """Days without a weekday that only stands beside its date (`4月19日（土曜）`)."""
    dates = [day for day, match in found if not match.groupdict().get("weekday")]
    return [
        (day, match)
        for day, match in found
        if not match.groupdict().get("weekday") or all(not 0 <= day.start - other.end <= _BESIDE for other in dates)
    ]


def _joined(found: list[Named], today: date) -> list[Named]:
    """A day of the month without a month takes the month that stands alone beside it."""
    days = [item for item in found if _without_month(item[1])]
    months = [item for item in found if item[0].month_only and item[1].groupdict().get("month")]
    if len(days) != 1 or len(months) != 1:
        return found
    (day, day_match), (month, month_match) = days[0], months[0]
    on = _on({**month_match.groupdict(), "day": day_match["day"]}, today)
    apart = max(day.start, month.start) - min(day.end, month.end) > _APART
    of_month = pattern_of("of_month").match(month_match.string[month_match.end() :])
    if on is None or (apart and not of_month):
        return found
    kept = [item for item in found if item[0] not in (day, month)]
    return sorted([*kept, (Day(on, day.start, day.end), day_match)], key=lambda item: item[0].start)


def _month_only(parts: Mapping[str, str | None]) -> bool:
    named = any(parts.get(name) for name in ("month", "name", "near"))
    return named and not parts.get("day") and not parts.get("end") and parts.get("near") != _table()["month_end"]


def _without_month(match: re.Match[str]) -> bool:
    parts = match.groupdict()
    return bool(parts.get("day")) and not any(parts.get(name) for name in ("month", "name", "near"))


def _on(parts: Mapping[str, str | None], today: date) -> date | None:
    """The day that the groups of a form name, or None when there is no such day."""
    if parts.get("word"):
        return today + timedelta(days=next(ahead for ahead, words in _words() if parts["word"] in words))
    if parts.get("number"):
        return today + timedelta(days=int(parts["number"] or 0) * (7 if parts.get("weeks") else 1))
    if parts.get("weekday"):
        ahead = (_table()["weekdays"].index(parts["weekday"]) - today.weekday() - 1) % 7 + 1
        return today + timedelta(days=ahead)
    if parts.get("near"):
        ahead = _table()["near"][parts["near"]]
        if ahead == "december":
            return date(today.year, 12, 1)
        first = date(today.year + 1, 1, 1) if ahead == "january" else _first_of(today, ahead)
        return _in_month(first.year, first.month, parts)
    if not parts.get("month") and not parts.get("name"):
        return _next(
            ((_first_of(today, ahead).year, _first_of(today, ahead).month) for ahead in range(_MONTHS)), parts, today
        )
    month = int(parts["month"] or 0) if parts.get("month") else month_named(parts.get("name") or "")
    if parts.get("year") or parts.get("reiwa"):
        year = int(parts["year"] or 0) if parts.get("year") else _REIWA + int(parts["reiwa"] or 0)
        return _in_month(year, month, parts)
    if parts.get("last") or parts.get("ahead"):
        return _in_month(today.year + (-1 if parts.get("last") else 1), month, parts)
    return _next(((today.year + ahead, month) for ahead in range(_YEARS)), parts, today)


def _next(months: Iterable[tuple[int, int]], parts: Mapping[str, str | None], today: date) -> date | None:
    """The first such day from today on; a whole month counts while it lasts."""
    for year, month in months:
        day = _in_month(year, month, parts)
        if day is None:
            continue
        last = _first_of(day, 1) - timedelta(days=1) if not parts.get("day") else day
        if last >= today:
            return day
    return None


def _in_month(year: int, month: int, parts: Mapping[str, str | None]) -> date | None:
    if parts.get("end") or parts.get("near") == _table()["month_end"]:
        return _first_of(date(year, month, 1), 1) - timedelta(days=1)
    try:
        return date(year, month, int(parts.get("day") or 1))
    except ValueError:
        return None


def _first_of(day: date, months: int) -> date:
    month = day.year * 12 + day.month - 1 + months
    return date(month // 12, month % 12 + 1, 1)


def month_named(name: str) -> int:
    """The number of a month named in English."""
    return next(number for number, form in enumerate(moments()["months"], 1) if re.fullmatch(form, name))


@lru_cache(maxsize=1)
def _table() -> Mapping[str, Any]:
    return dict(yaml.safe_load(TABLE.read_text(encoding="utf-8")))


def _words() -> Iterator[tuple[int, tuple[str, ...]]]:
    return ((ahead, tuple(words)) for ahead, words in _table()["words"].items())


@lru_cache(maxsize=1)
def _forms() -> tuple[re.Pattern[str], ...]:
    words = pattern(word for _, listed in _words() for word in listed)
    months = "|".join(moments()["months"])
    return tuple(re.compile(form.replace("{months}", months).replace("{words}", words)) for form in _table()["forms"])


@lru_cache(maxsize=16)
def pattern_of(name: str) -> re.Pattern[str]:
    """A pattern of the table by its name."""
    return re.compile(str(_table()[name]).replace("{months}", "|".join(moments()["months"])))
