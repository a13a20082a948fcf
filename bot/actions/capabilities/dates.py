"""Days that members name (`12月22日`, `来月5日`, `the 22nd`), and what they mean to do on each.

A day without a year is the next such day from today on; it is the last one only where the message tells that it is
over. Whether cover begins then or the papers are handed in is read from the words around the day, never guessed from
the scheme.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from bot.actions.capabilities.clock import kanji_number, moments, pattern

TABLE = Path(__file__).resolve().parent.parent.parent / "data" / "dates.yml"
_REIWA, _YEARS, _MONTHS = 2018, 9, 3
_LEAP_DAY = (2, 29)
_NEAR, _APART = 3, 12


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


@dataclass(frozen=True)
class Dated:
    """What a message says about days.

    Attributes:
        applied: The day on which the papers are handed in or arrive, or None.
        starts: The day from which cover is wanted, or None.
        asks_when: Whether it asks for a day, a deadline, or whether it is in time.
        yes_no: Whether a yes or no is the answer.
        against: Whether the question expects a no (`もう無理？`).
        paying: Whether the premium's payment is spoken of, not applying.
        explicit: Whether a word near a day tells what it means.
    """

    applied: Day | None
    starts: Day | None
    asks_when: bool
    yes_no: bool
    against: bool
    paying: bool
    explicit: bool


def dated(folded: str, today: date) -> Dated:
    """The days of a message with their meaning.

    Args:
        folded: The message with width and case folded.
        today: The present day.

    Returns:
        Each meaning's first day; a day that no word explains is one of applying, or one of starting where the
        message asks by when.
    """
    folded = in_digits(folded)
    days = stated_days(folded, today)
    applied: Day | None = None
    starts: Day | None = None
    bare: list[Day] = []
    ends = [*(day.start for day in days[1:]), len(folded)]
    for day, following in zip(days, ends, strict=False):
        meaning = _meaning(folded, day, following)
        if meaning == "starts":
            starts = starts or day
        elif meaning == "applied":
            applied = applied or _settled(folded, day, today)
        else:
            bare.append(day)
    by_when = _pattern("by_when").search(folded) is not None
    for day in bare:
        if _pattern("deadline_before").search(folded[: day.start]):
            continue
        if by_when and starts is None and day.on > today:
            starts = day
        else:
            applied = applied or day
    said = {
        name: _pattern(name).search(folded) is not None
        for name in ("when", "yes_no", "wh", "against", "paying", "elsewhere")
    }
    yes_no = said["yes_no"] and not said["wh"]
    return Dated(
        applied,
        starts,
        said["when"] and not said["elsewhere"],
        yes_no,
        said["against"],
        said["paying"],
        len(bare) < len(days),
    )


def stated_days(folded: str, today: date) -> tuple[Day, ...]:
    """The days named in a message, in the order of the text.

    Args:
        folded: The message with width and case folded.
        today: The present day.

    Returns:
        Days; a day of the month and a month named apart (`21日です、6月の`) are one, and so are `今日は21日`.
    """
    closing = [match.span() for match in _pattern("closing").finditer(folded)]
    found = [item for item in _found(folded, today) if not _overlaps(item[1], closing)]
    found = _joined(sorted(found, key=lambda item: item[0].start), today)
    days = [day for day, _ in found]
    same = [day for day, other in itertools.pairwise(days) if day.on == today and other.start - day.end <= _NEAR]
    return tuple(day for day in days if day not in same or day is days[-1])


def closing_month(folded: str) -> int | None:
    """The month in which a firm closes its books (`9月決算`), or None."""
    match = _pattern("closing").search(in_digits(folded))
    if match is None:
        return None
    number = match["month"] or match["month2"] or match["month3"]
    return int(number) if number else _month(match["name"] or match["name2"])


def of_a_domain(folded: str) -> bool:
    """Whether a message speaks of the mail domain that an orderer has approved."""
    return _pattern("domain").search(folded) is not None


def in_digits(folded: str) -> str:
    """A text with written-out days and months (`十二月二十日`) in digits; other numbers stay."""
    return _pattern("kanji").sub(lambda match: str(kanji_number(match["number"])), folded)


def asks_which_year(folded: str) -> bool:
    """Whether a message asks which year's sales to declare."""
    return _pattern("closing_asks").search(folded) is not None


def _found(folded: str, today: date) -> Iterator[Named]:
    taken: list[tuple[int, int]] = []
    for form in _forms():
        for match in form.finditer(folded):
            if _overlaps(match, taken):
                continue
            taken.append(match.span())
            parts = match.groupdict()
            on = None if _pattern("bound").match(folded[match.end() :]) else _on(parts, today)
            if on is not None:
                full = bool(parts.get("day")) and bool(parts.get("month") or parts.get("name"))
                yield Day(on, *match.span(), month_only=_month_only(parts), full=full), match


def _overlaps(match: re.Match[str], taken: Sequence[tuple[int, int]]) -> bool:
    return any(match.start() < end and start < match.end() for start, end in taken)


def _joined(found: list[Named], today: date) -> list[Named]:
    """A day of the month without a month takes the month that stands alone beside it."""
    days = [item for item in found if _without_month(item[1])]
    months = [item for item in found if item[0].month_only and item[1].groupdict().get("month")]
    if len(days) != 1 or len(months) != 1:
        return found
    (day, day_match), (month, month_match) = days[0], months[0]
    on = _on({**month_match.groupdict(), "day": day_match["day"]}, today)
    if on is None or max(day.start, month.start) - min(day.end, month.end) > _APART:
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
    month = int(parts["month"] or 0) if parts.get("month") else _month(parts.get("name") or "")
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


def _month(name: str) -> int:
    return next(number for number, form in enumerate(moments()["months"], 1) if re.fullmatch(form, name))


def _meaning(folded: str, day: Day, following: int) -> str | None:
    """`starts`, `applied`, or None when no word near the day tells."""
    before, after = folded[: day.start], folded[day.end : following]
    if _pattern("applies_before").search(before):
        return "applied"
    if _pattern("starts_after").match(after) or _pattern("starts_before").search(before):
        return "starts"
    return "applied" if _pattern("applies_after").search(after) else None


def _settled(folded: str, day: Day, today: date) -> Day:
    """A day of applying that is told as over is the last such day, not the next."""
    over = _pattern("past_after").match(folded[day.end :]) or _pattern("past_before").search(folded[: day.start])
    if not over or day.on <= today:
        return day
    earlier = day.on.replace(year=day.on.year - 1) if (day.on.month, day.on.day) != _LEAP_DAY else None
    return replace(day, on=earlier) if earlier is not None and earlier <= today else day


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
def _pattern(name: str) -> re.Pattern[str]:
    return re.compile(str(_table()[name]).replace("{months}", "|".join(moments()["months"])))
