"""Deadlines and starts of cover, worked out once more from the printed rules and the days that were said."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from knowledge.romaji import romaji
from rating import calendar
from tests.conversations.figures import lines
from tests.conversations.figures.books import Books, Turn, day_of, is_moment, whole
from tests.conversations.figures.lines import Made

_LAST = {"third_party": 20, "cyber": 15}  # the day of a month until which to apply
_ROUNDS = {2: 5, 3: 5, 4: 5, 5: 8, 6: 8, 7: 8, 8: 11, 9: 11, 10: 11, 11: 2, 12: 2, 1: 2}
_LONGEST_WAIT_MONTHS = 3


def first_of_month(day: date, months: int) -> date:
    """The 1st, so many months later."""
    month = day.year * 12 + day.month - 1 + months
    return date(month // 12, month % 12 + 1, 1)


def _product(turn: Turn) -> str:
    return "cyber" if turn.has("deadline.rule.cyber") else "third_party"


def _start(applied: date, last: int) -> date:
    return first_of_month(applied, 1 if applied.day <= last else 2)


def _told(made: Made, name: str) -> date | None:
    """The whole date in a place."""
    told = day_of(made.parts.get(name, ""))
    try:
        return date(*told) if told and all(told) else None
    except ValueError:
        return None


def starts(_books: Books, made: Made, turn: Turn) -> bool:
    """Applied for on a day that was said: cover from the next month, or from the one after it."""
    applied, begins = _told(made, "applied"), _told(made, "starts")
    if applied is None or not turn.said.may_mean(applied, turn.as_of):
        return False
    return begins == _start(applied, _LAST[_product(turn)])


def wanted(_books: Books, made: Made, turn: Turn) -> bool:
    """Wanted from a 1st: the deadline lies in the month before."""
    begins, deadline = _told(made, "wanted"), _told(made, "deadline")
    if begins is None or begins.day != 1 or not turn.said.may_mean_month(begins, turn.as_of):
        return False
    return deadline == first_of_month(begins, -1).replace(day=_LAST[_product(turn)])


def not_first(_books: Books, made: Made, turn: Turn) -> bool:
    begins = _told(made, "wanted")
    return begins is not None and begins.day != 1 and turn.said.may_mean(begins, turn.as_of)


def month(_books: Books, made: Made, turn: Turn) -> bool:
    deadline, last = _told(made, "deadline"), _LAST[_product(turn)]
    if deadline is None or deadline.day != last or not turn.said.may_mean_month(deadline.replace(day=1), turn.as_of):
        return False
    told = (_told(made, "starts"), _told(made, "later"))
    return told == (first_of_month(deadline, 1), first_of_month(deadline, 2))


def upcoming(_books: Books, made: Made, turn: Turn) -> bool:
    """The next deadline, seen from a day that was said, or from today."""
    told, last = _told(made, "next"), _LAST[_product(turn)]
    for day in turn.said.days(turn.as_of):
        ahead = day if day.day <= last else first_of_month(day, 1)
        if told == ahead.replace(day=last):
            return True
    return False


def period(books: Books, made: Made, turn: Turn) -> bool:
    """The document's period, and a start of cover that the reply works out elsewhere."""
    tariff = books.tariffs.latest(_product(turn))
    printed = {"begins": tariff.effective_from, "ends": tariff.effective_until}
    if not all(is_moment(made.parts[name], at) for name, at in printed.items() if name in made.parts):
        return False
    begins = _told(made, "starts")
    shown = {_told(other, name) for other in _deadlines(turn) for name in ("starts", "wanted")}
    return "starts" not in made.parts or (begins is not None and begins.day == 1 and begins in shown)


def _deadlines(turn: Turn) -> list[Made]:
    keys = ("deadline.starts", "deadline.by", "deadline.met", "deadline.missed", "deadline.month")
    return [made for line in turn.lines for made in turn.made_of(line) if made.key.startswith(keys)]


def closed_day(books: Books, made: Made, turn: Turn) -> bool:
    """A deadline that really falls on a day on which offices are closed."""
    day = _told(made, "day")
    return day is not None and day.day == _LAST[_product(turn)] and books.is_closed(day)


def _branch_name(books: Books, title: str, lang: str) -> str:
    """A branch as it is named in a language."""
    if lang != "en":
        return title
    found = next((one for one in books.knowledge.areas.branches if one.short == title), None)
    return romaji(found.kana).capitalize() if found else title


def branch(books: Books, made: Made, turn: Turn) -> bool:
    """A branch with its own two days."""
    return any(
        _branch_name(books, one.title, made.lang) == made.parts["branch"]
        and day_of(made.parts["apply"]) == (0, one.apply_by.month, one.apply_by.day)
        and day_of(made.parts["pay"]) == (0, one.pay_by.month, one.pay_by.day)
        for one in calendar.assembly_deadlines(books.tariffs, turn.as_of)
    )


def print_closed(books: Books, made: Made, turn: Turn) -> bool:
    """A printed day of a branch that the reply shows, which really is that day of the week, and a closed one."""
    shown = {other.parts["branch"] for other in turn.made("deadline.branch")}
    for one in calendar.assembly_deadlines(books.tariffs, turn.as_of):
        for day in (one.apply_by, one.pay_by) if _branch_name(books, one.title, made.lang) in shown else ():
            weekday = lines.word(f"accident.weekday.{day.weekday()}", made.lang)
            told = (day_of(made.parts["day"]), made.parts["weekday"])
            if told == ((0, day.month, day.day), weekday) and books.is_closed(day):
                return True
    return False


def print_year(books: Books, made: Made, turn: Turn) -> bool:
    years = {one.apply_by.year for one in calendar.assembly_deadlines(books.tariffs, turn.as_of)}
    return {whole(made.parts["year"])} == years


def against_print(books: Books, made: Made, turn: Turn) -> bool:
    """A day that was said, held against a deadline of the branch that the reply shows."""
    shown = {
        other.parts["branch"] for line in turn.lines for other in turn.made_of(line) if other.key == "deadline.branch"
    }
    day, met = day_of(made.parts["day"]), made.key == "deadline.print_met"
    said = {(0, found.month, found.day) for found in turn.said.days(turn.as_of)}
    for one in calendar.assembly_deadlines(books.tariffs, turn.as_of):
        for limit in (one.apply_by, one.pay_by) if one.title in shown else ():
            same = (0, limit.month, limit.day) == day_of(made.parts["limit"])
            if same and day in said and met == (day[1:] <= (limit.month, limit.day)):
                return print_year(books, made, turn)
    return False


def domain(_books: Books, made: Made, turn: Turn) -> bool:
    """The round of approval: February to April in May, and so on; what November brings comes in the next February."""
    told, applied = (whole(made.parts["year"]), whole(made.parts["month"])), day_of(made.parts["applied"])
    days = {(0, day.month, day.day) for day in turn.said.days(turn.as_of)}
    if applied is None or not (applied in days or (applied[2] == 0 and applied[1] in turn.said.months)):
        return False
    near = [turn.as_of.year + shift for shift in (-1, 0, 1)]
    return told in {(year + (applied[1] >= 11), _ROUNDS[applied[1]]) for year in near}


def closing(books: Books, made: Made, turn: Turn) -> bool:
    """The business year that closes in the month that was said, between the two days that are printed."""
    tariff = books.tariffs.latest("third_party")
    basis = tariff.rules["sales_basis"]
    first, last = date.fromisoformat(basis["settled_from"]), date.fromisoformat(basis["settled_until"])
    if "first" in made.parts:
        return (_told(made, "first"), _told(made, "last")) == (first, last)
    if "ends" in made.parts:
        return is_moment(made.parts["ends"], tariff.effective_until) and books.only_contacts(made.parts["contact"])
    month_, year = whole(made.parts["month"]), whole(made.parts["year"])
    if made.parts.get("month_2", made.parts["month"]) != made.parts["month"]:
        return False
    closes = [at.year for at in (first, last) if month_ in range(1, 13) and first <= date(at.year, month_, 28) <= last]
    return month_ in turn.said.months | turn.said.numbers and [year] == closes


def domain_note(_books: Books, made: Made, _turn: Turn) -> bool:
    return whole(made.parts["months"]) == _LONGEST_WAIT_MONTHS


CHECKS: dict[str, Callable[[Books, Made, Turn], bool]] = {
    "deadline.starts": starts,
    "deadline.by": wanted,
    "deadline.met": wanted,
    "deadline.missed": wanted,
    "deadline.first_only": not_first,
    "deadline.month": month,
    "deadline.next": upcoming,
    "deadline.until": period,
    "deadline.over": period,
    "deadline.next_year": period,
    "deadline.turn_of_year": period,
    "deadline.closed_day": closed_day,
    "deadline.branch": branch,
    "deadline.print_closed": print_closed,
    "deadline.print_year": print_year,
    "deadline.print_met": against_print,
    "deadline.print_missed": against_print,
    "closing": closing,
    "deadline.domain_note": domain_note,
    "deadline.domain": domain,
}
