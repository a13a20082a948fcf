"""What the member said: the amounts, days and other figures that a reply may repeat or start its arithmetic from.

Reads amounts in its own way, and generously: a message may mean several amounts, the counter must have taken one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from tests.conversations.figures.reader import MONTHS, Figure, figures, folded

_KANJI = ("〇零", "一壱壹", "二弐", "三参", "四", "五", "六", "七", "八", "九")
_DIGITS = {char: value for value, chars in enumerate(_KANJI) for char in chars}
_SMALL, _LARGE = {"十": 10, "百": 100, "千": 1_000}, {"万": 10_000, "億": 100_000_000}
_KANA = {"いち": "一", "いっ": "一", "に": "二", "さん": "三", "よん": "四", "ご": "五", "ろく": "六", "なな": "七",
         "はち": "八", "はっ": "八", "きゅう": "九", "じゅう": "十", "ひゃく": "百", "びゃく": "百", "ぴゃく": "百",
         "せん": "千", "ぜん": "千", "まん": "万", "おく": "億"}  # fmt: skip
_KANA_NUMBER = re.compile(
    rf"(?:{'|'.join(_KANA)}|\d)+(?:まん|おく|せん|ひゃく|びゃく|ぴゃく|じゅう(?=にん))|ひゃく(?=にん|まん|かい)"
)
_NUMBER = re.compile(rf"[\d{''.join(_DIGITS)}十百千][\d,.{''.join(_DIGITS)}十百千万億]*")
_RANGE = re.compile(r"(\d[\d,.]*)\s*(?:〜|~|-|から|か|、|to)\s*(?=(\d[\d,.]*)((?:千万|百万|千|万|億)))")
_KANJI_DATE = re.compile(rf"[{''.join(_DIGITS)}十]+(?=月|日)")
_WITHOUT = "入れ(?:て(?:い)?)?(?:な|ず|ませ)|含(?:め|ま|んで|めて|まれ)(?:い)?(?:な|ず|ませ)"
_UNTAXED = re.compile(
    f"税[^。\n]{{0,6}}(?:{_WITHOUT})|"
    "税抜|税別|抜き|ぜいぬき|tax excluded|without tax|before tax|excluding|plus tax|税なし"
)
_ENGLISH = {"no": 0, "one": 1, "once": 1, "two": 2, "twice": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
            "eight": 8, "nine": 9, "ten": 10}  # fmt: skip
_THINGS = {"ひとつ": 1, "ふたつ": 2, "みっつ": 3, "よっつ": 4}
_COUNTED = ("people", "times")
_YEARS = {-1: "昨年|去年|前年|last year", 1: "来年|次の年度|翌年|次年度|next year", 2: "再来年|翌々年"}
_NEAR_DAYS = 75
_RELATIVE = re.compile(
    "来週|再来週|今週|先週|来月|再来月|今月|先月|翌月|月末|月初|週末|曜|年明け|年末|正月|昨日|きのう|あさって|明後日|おととい|"
    "week|month|day|年内|らいげつ|らいしゅう"
)
_TOMORROW = re.compile("明日|あした|あす|翌日|tomorrow")


@dataclass
class Said:
    """Everything that a member said so far in one conversation, buttons pressed included."""

    messages: list[str] = field(default_factory=list)
    meant: set[int] = field(default_factory=set)

    @property
    def whole(self) -> str:
        """All messages in one text, without thousands' commas."""
        return re.sub(r"(?<=\d),(?=\d{3})", "", folded("\n".join(self.messages)))

    @property
    def amounts(self) -> set[int]:
        """Every amount in yen that may be meant, with its amount including tax when tax was spoken of."""
        plain = self.meant | {yen for message in self.messages for yen in amounts(message)}
        if _UNTAXED.search(self.whole.lower()):
            plain |= {yen * 110 // 100 for yen in plain}
        return plain

    @property
    def numbers(self) -> set[int]:
        """Every bare number, as a count of people, claims or accidents."""
        spoken = {_ENGLISH[word] for word in re.findall("[a-z]+", self.whole.lower()) if word in _ENGLISH}
        spoken |= {number for word, number in _THINGS.items() if word in self.whole}
        return spoken | {int(value) for message in self.messages for value in _values(message) if value == int(value)}

    @property
    def dated(self) -> list[Figure]:
        """Every date and day, also those whose units are written in kana."""
        kanji = (re.sub(r"(?<=\d)にち", "日", re.sub(r"(?<=\d)がつ", "月", _in_digits(one))) for one in self.messages)
        return [figure for message in kanji for figure in figures(message) if figure.kind in ("date", "day")]

    @property
    def minutes(self) -> set[int]:
        """Every time of day, in minutes."""
        return {figure.value for message in self.messages for figure in figures(message) if figure.kind == "time"}

    @property
    def months(self) -> set[int]:
        """Every month of the year, by its number or its English name."""
        named = {figure.value[1] for figure in self.dated if figure.kind == "date"}
        english = {at for at, name in enumerate(MONTHS, 1) if re.search(rf"\b{name}\b", self.whole.lower())}
        return named - {0} | english

    def years(self, fiscal: int) -> set[int]:
        """Every year, by its number or as the one next to the fiscal year of now."""
        found = {figure.value[0] for message in self.messages for figure in figures(message) if figure.kind == "date"}
        ahead = {shift for shift, words in _YEARS.items() if re.search(words, self.whole.lower())}
        return (found | {fiscal + shift for shift in ahead} | {value + 2018 for value in self.numbers}) - {0}

    def days(self, now: datetime) -> set[date]:
        """The days that a date may mean: the one stated, of this year or the next; tomorrow; and today.

        A day of the month alone (`22日だったら？`) is one of this month, of the next, of a month that was said, or
        of the one before it, in which papers for it arrive.
        """
        found, today = {now.date()}, now.date()
        if _TOMORROW.search(self.whole.lower()):
            found.add(today + timedelta(days=1))
        dates = [figure.value for figure in self.dated if figure.kind == "date"]
        alone = {figure.value for figure in self.dated if figure.kind == "day"}
        months = self.months | {(month - 2) % 12 + 1 for month in self.months} | {today.month, today.month % 12 + 1}
        stated = [*dates, *((0, month, day) for month in months for day in alone)]
        for year, month, day in stated:
            years = (year,) if year else (now.year, now.year + 1)
            found |= {one for each in years for one in _day(each, month, day)}
        return found

    def may_mean(self, day: date, now: datetime) -> bool:
        """Whether a day is one of those said, or near enough for a word such as 来週 or 月末."""
        near = abs((day - now.date()).days) <= _NEAR_DAYS and _RELATIVE.search(self.whole.lower()) is not None
        return near or day in self.days(now)

    def may_mean_month(self, first: date, now: datetime) -> bool:
        """Whether a month is one of those said, by its number, its name, a day in it or a word such as 来月."""
        return first.month in self.months | self.numbers or self.may_mean(first, now)

    def holds(self, text: str) -> bool:
        """Whether every figure of a text stands in what was said: with its unit, or as an amount or a count."""
        said = self.whole
        spoken = {(figure.kind, figure.value) for message in self.messages for figure in figures(message)}
        spoken -= {(kind, value) for kind, value in spoken if kind == "number"}
        spoken |= {("yen", yen) for yen in self.amounts}
        spoken |= {(kind, number) for kind in _COUNTED for number in self.numbers}
        return all(
            (figure.kind, figure.value) in spoken or _with_unit(figure.text, folded(text)) in said
            for figure in figures(text)
        )


def _with_unit(figure: str, text: str) -> str:
    """A figure with the character that follows it, as it may be its unit."""
    found = re.search(rf"(?<!\d){re.escape(figure)}(?!\d)(\w?)", text)
    return (found[0] if found else figure).replace(",", "")


def _in_digits(message: str) -> str:
    """A message with the months and days that are written in kanji numbers in digits."""

    def digits(found: re.Match[str]) -> str:
        value = _value(found[0])
        return found[0] if value is None else str(int(value))

    return _KANJI_DATE.sub(digits, folded(message))


def _day(year: int, month: int, day: int) -> set[date]:
    try:
        return {date(year, month, day)}
    except ValueError:
        return set()


def amounts(message: str) -> set[int]:
    """Every amount that a message may mean."""
    found = {int(figure.value) for figure in figures(message) if figure.kind == "yen"}
    for value in _values(message):
        found |= {int(value), int(value * 1_000), int(value * 10_000)}
    return found


def _values(message: str) -> Iterable[float]:
    text = folded(message)
    text = _KANA_NUMBER.sub(lambda found: re.sub("|".join(_KANA), lambda kana: _KANA[kana[0]], found[0]), text)
    text = _RANGE.sub(r"\1\3~", text)
    for found in _NUMBER.finditer(text):
        value = _value(found[0])
        if value is not None:
            yield value


def _value(text: str) -> float | None:
    """`1億2千万`, `八千万`, `1.5億`, `85百万`, `80,000千`; a digit at the end takes the next smaller unit."""
    total, group, current, digits = 0.0, 0.0, 0.0, ""
    last_unit = 1.0
    for char in text.replace(",", ""):
        if (char.isdigit() and char in "0123456789.") or char == ".":
            digits += char
            continue
        if char in _DIGITS:
            digits += str(_DIGITS[char])
            continue
        if digits:
            if not re.fullmatch(r"\d+(?:\.\d+)?", digits.strip(".")):
                return None
            current, digits = float(digits.strip(".")), ""
        if char in _SMALL:
            group, current = group + (current or 1) * _SMALL[char], 0.0
        elif char in _LARGE:
            total, group, current = total + (group + current or 1) * _LARGE[char], 0.0, 0.0
            last_unit = _LARGE[char]
    if digits.strip("."):
        if not re.fullmatch(r"\d+(?:\.\d+)?", digits.strip(".")):
            return None
        current = float(digits.strip("."))
        if last_unit > 1 and not group and current < 10:
            current *= last_unit / 10
    return total + group + current
