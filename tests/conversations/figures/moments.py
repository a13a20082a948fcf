"""The moment that a reply speaks for, and who answers the telephone then: worked out here once more."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

from rating import calendar
from tests.conversations.figures import lines
from tests.conversations.figures.books import JAPAN, Books, Turn, is_moment, moment_of
from tests.conversations.figures.lines import Made

_PARTS = {"朝": (7, 8), "昼": (12, 14), "夕": (18,), "夜": (0, 2, 21), "晩": (21,), "よる": (21,), "正午": (12,),
          "午後": (14,), "午前": (8,), "未明": (2,), "日中": (12,), "仕事終わり": (18,), "就業後": (18,),
          "morning": (7, 8), "noon": (12, 14), "evening": (18,), "night": (0, 2, 21), "midday": (12,), "lunch": (12,),
          "daytime": (12,)}  # fmt: skip
_WEEKDAYS = (("月曜", "mon"), ("火曜", "tue"), ("水曜", "wed"), ("木曜", "thu"), ("金曜", "fri"), ("土曜", "sat"),
             ("日曜", "sun"))  # fmt: skip
_GUARANTEE_OPENS = 6  # until 24:00
_YEAR_END = ("年末", "大晦日", "大みそか", "year end", "year-end", "new year")
_NEW_YEAR = ("元日", "元旦", "正月", "三が日", "new year")


def moment(books: Books, made: Made, turn: Turn) -> bool:
    """A moment as said (or now), with the weekday that it really is."""
    at = _told_moment(made.parts["moment"])
    if at is None or not _is_said(books, turn, at.date()):
        return False
    weekday = lines.word(f"accident.weekday.{at.weekday()}", made.lang)
    return made.parts["weekday"] == weekday and at.hour * 60 + at.minute in _times(turn)


def weekday_off(_books: Books, made: Made, turn: Turn) -> bool:
    """A day that was said, with the weekday that it really is."""
    at = _told_moment(f"{made.parts['year']}-{made.parts['month']}-{made.parts['day']} 10:00")
    if at is None or at.date() not in turn.said.days(turn.as_of):
        return False
    return made.parts["weekday"] == lines.word(f"accident.weekday.{at.weekday()}", made.lang)


def _told_moment(text: str) -> datetime | None:
    told = moment_of(text)
    try:
        return told and datetime.combine(date(*told[0]), time(*divmod(told[1], 60)), JAPAN)
    except ValueError:
        return None


def _is_said(books: Books, turn: Turn, at: date) -> bool:
    said, today = turn.said.whole.lower(), turn.as_of.date()
    if at in turn.said.days(turn.as_of) or at - timedelta(days=1) in turn.said.days(turn.as_of):
        return True
    if (at.month, at.day) in ((12, 31), (1, 1)) and any(word in said for word in (*_YEAR_END, *_NEW_YEAR)):
        return True
    if not today <= at <= today + timedelta(days=400):
        return False
    holiday = books.holiday_name(at)
    if holiday is not None and holiday in said:
        return True
    if any(name in said for name in _WEEKDAYS[at.weekday()]):
        return at <= today + timedelta(days=28) or at in _of_weekday(turn, at.weekday())
    closed, soon = books.is_closed(at), at <= today + timedelta(days=40)
    words = (
        ("土日", "休日", "週末", "祝", "連休", "weekend", "holiday", "休み")
        if closed
        else ("平日", "weekday", "営業日")
    )
    return soon and any(word in said for word in words)


def _of_weekday(turn: Turn, weekday: int) -> set[date]:
    """The next day of each day of a month that was said (`4日の月曜`) which falls on a weekday."""
    ahead = [turn.as_of.date() + timedelta(days=days) for days in range(400)]
    alone = {figure.value for figure in turn.said.dated if figure.kind == "day"}
    found = (next((one for one in ahead if one.day == day and one.weekday() == weekday), None) for day in alone)
    return {one for one in found if one is not None}


def _times(turn: Turn) -> set[int]:
    """The times of day that were said, to either half of the day; of the parts of the day; now; and 10:00."""
    said = turn.said.whole.lower()
    found = {turn.as_of.hour * 60, turn.as_of.hour * 60 + turn.as_of.minute, 600}
    found |= {hour * 60 for word, hours in _PARTS.items() if word in said for hour in hours}
    for value in turn.said.numbers | set(turn.said.minutes):
        hour, minute = divmod(value, 60) if value in turn.said.minutes else (value, 0)
        if hour <= 24:
            found |= {(hour + half) % 24 * 60 + part for half in (0, 12) for part in {minute, 30}}
    return found


def _moment_of_lines(turn: Turn) -> datetime | None:
    """The moment that a reply speaks for: the one that it tells, else now."""
    told = [_told_moment(made.parts["moment"]) for made in turn.made("accident.at")]
    return told[0] if told else turn.as_of


def lines_open(books: Books, made: Made, turn: Turn) -> bool:
    """Desks that a reply calls open (closed, unknown) are so at its moment."""
    expected, at = made.key.removeprefix("accident."), _moment_of_lines(turn)
    text, named = made.parts["contacts"], 0
    if at is None:
        return False
    for contact in books.knowledge.contacts.values():
        for lang in ("ja", "en"):
            whole_ = books.phrase(contact.contact_id, lang)
            shown = whole_ if expected != "closed" else contact.name
            if shown in text:
                text, named = text.replace(shown, ""), named + 1
                status = calendar.line_status(contact.contact_id, contact.hours, at, books.is_holiday).status
                if status != expected and not _same(books, shown, expected, at):
                    return False
    return named > 0 and books.only_contacts(text)


def _same(books: Books, shown: str, expected: str, at: datetime) -> bool:
    """Whether another contact that is shown in the same words stands so."""
    return any(
        calendar.line_status(c.contact_id, c.hours, at, books.is_holiday).status == expected
        for c in books.knowledge.contacts.values()
        if shown in (c.name, books.phrase(c.contact_id, "ja"), books.phrase(c.contact_id, "en"))
    )


def night(books: Books, made: Made, turn: Turn) -> bool:
    """The night line, named for a moment at which it is open."""
    inside = lines.read("accident.at", made.lang, made.parts["when"])
    if inside is None or not moment(books, Made("accident.at", made.lang, inside), turn):
        return False
    at = _told_moment(inside["moment"]) or turn.as_of
    contact = books.knowledge.contact("accident_support")
    status = calendar.line_status("accident_support", contact.hours, at, books.is_holiday).status
    return status == "open" and made.parts["contact"] == books.phrase("accident_support", made.lang)


def hours_at(books: Books, made: Made, turn: Turn) -> bool:
    """Whether a desk that the reply names answers at a moment, why not, and when it opens next."""
    at = _when(books, made.parts.get("when", ""), made.lang, turn)
    opens = lines.read("contact.opens", made.lang, made.parts.get("opens", ""))
    shown = "\n".join(turn.lines)
    for contact in books.knowledge.contacts.values():
        if at is None or (contact.name not in shown and contact.name_en not in shown):
            continue
        status = calendar.line_status(contact.contact_id, contact.hours, at, books.is_holiday)
        next_told = opens is None or (status.opens_at is not None and is_moment(opens["moment"], status.opens_at))
        if status.reason == made.key.rsplit(".", 1)[1] and next_told:
            return True
    return False


def _when(books: Books, text: str, lang: str, turn: Turn) -> datetime | None:
    """The moment of a line, as said or now, with the weekday that it really is; at 10:00 when only a day is told."""
    for key in ("contact.now", "contact.at"):
        inside = lines.read(key, lang, text)
        at = inside and (_told_moment(inside["moment"]) or _told_moment(f"{inside['moment']} 10:00"))
        if inside and at and inside["weekday"] == lines.word(f"accident.weekday.{at.weekday()}", lang):
            is_now = at == turn.as_of
            is_said = _is_said(books, turn, at.date()) and at.hour * 60 + at.minute in _times(turn)
            return at if is_now or (key == "contact.at" and is_said) else None
    return None


def opening(books: Books, made: Made, turn: Turn) -> bool:
    """Whether the guarantee system can be used: from 6:00 on working days outside of the turn of the year."""
    timed = re.fullmatch(r"(.+?) ?(\d{1,2}:\d\d)", made.parts["at"])
    for day_text, clock in (timed.groups(),) if timed else ((made.parts["at"], "10:00"),):
        parts = lines.read("opening.day", made.lang, day_text)
        if not parts or not (parts["month"].isdigit() and parts["day"].isdigit()):
            continue
        for year in (turn.as_of.year, turn.as_of.year + 1):
            at = _told_moment(f"{year}-{parts['month']}-{parts['day']} {clock}")
            if at is None or not _is_said(books, turn, at.date()) or at.hour * 60 + at.minute not in _times(turn):
                continue
            if parts["weekday"] != lines.word(f"accident.weekday.{at.weekday()}", made.lang):
                continue
            turn_of_year = (at.month, at.day) >= (12, 31) or (at.month, at.day) <= (1, 3)
            is_open = at.hour >= _GUARANTEE_OPENS and not books.is_closed(at.date()) and not turn_of_year
            if made.key == ("opening.open" if is_open else "opening.closed"):
                return True
    return False


def address(books: Books, made: Made, turn: Turn) -> bool:
    """The address of a desk that the reply, or the one before it, names."""
    shown = "\n".join((*turn.earlier, *turn.lines))
    named = (one for one in books.knowledge.contacts.values() if one.name in shown or one.name_en in shown)
    return any(one.address and made.parts["address"] in (one.address, one.postal_address) for one in named)


CHECKS = {
    "opening.open": opening,
    "opening.closed": opening,
    "contact.open": hours_at,
    "contact.address": address,
    "accident.at": moment,
    "accident.weekday_off": weekday_off,
    "accident.open": lines_open,
    "accident.closed": lines_open,
    "accident.unknown": lines_open,
    "accident.third_party.night": night,
}
