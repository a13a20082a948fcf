"""The time of day that a member states (`夜10時`, `10 pm`, `正午`), from the words of bot/data/moments.yml."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

TABLE = Path(__file__).resolve().parent.parent.parent / "data" / "moments.yml"
_NOON, _LATEST, _MINUTES, _HALF_HOUR = 12, 27, 60, 30
_ENGLISH = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
# The hours of the half of the day that a word names, as it is on the 24-hour clock; other hours stay as they are said.
_HALVES: dict[str, Callable[[int], int]] = {
    "am": lambda hour: hour % _NOON if hour <= _NOON else hour,
    "pm": lambda hour: hour + _NOON if hour < _NOON else hour,
    "noon": lambda hour: hour + _NOON if 1 <= hour <= 5 else hour,
    "night": lambda hour: hour + _NOON if 5 <= hour <= _NOON else hour,
    "late": lambda hour: hour + _NOON if 9 <= hour <= _NOON else hour,
}


@lru_cache(maxsize=1)
def moments(path: Path = TABLE) -> Mapping[str, Any]:
    """The words for days and times."""
    return dict(yaml.safe_load(path.read_text(encoding="utf-8")))


def pattern(words: Iterable[str]) -> str:
    """Alternatives for words, the longest first: Latin ones whole, Japanese ones anywhere, `re:` as written."""
    return "|".join(_form(word) for word in sorted(words, key=len, reverse=True))


@lru_cache(maxsize=64)
def names(text: str, words: tuple[str, ...]) -> bool:
    """Whether a folded text holds one of the words."""
    return re.search(pattern(words), text) is not None


def stated_clock(folded: str) -> tuple[int, int] | None:
    """The hour and minute stated, or None; hours from 24 on are those of the next day (`24時`, `夜12時`).

    Args:
        folded: The message with width and case folded.
    """
    # The day of a month that is named is no hour (`January 5 in the morning`).
    day = rf"(?<![0-9] )(?<![a-z])(?:{'|'.join(moments()['months'])})\.? [0-9]{{1,2}}(?:st|nd|rd|th)?(?![0-9:]| ?[ap]m)"
    text = re.sub(day, " ", _in_digits(folded))
    for compiled in _patterns():
        for match in compiled.finditer(text):
            hour, minute = _hour(match.groupdict()), _minute(match.groupdict())
            if hour is not None and minute < _MINUTES:
                return hour, minute
    for part, words in moments()["parts"].items():
        if names(folded, tuple(words)):
            return int(part), 0
    return None


def _form(word: str) -> str:
    if word.startswith("re:"):
        return f"(?<![a-z]){word[3:]}"
    return rf"(?<![a-z]){re.escape(word)}(?![a-z])" if word.isascii() else re.escape(word)


@lru_cache(maxsize=1)
def _patterns() -> tuple[re.Pattern[str], ...]:
    listed = [word for words in moments()["halves"].values() for word in words]
    # After digits a Latin word follows at once (`10pm`), so it is bounded by the patterns themselves.
    english = "|".join(re.escape(word) for word in sorted(listed, key=len, reverse=True) if word.isascii())
    half = "|".join(
        [*(re.escape(word) for word in sorted(listed, key=len, reverse=True) if not word.isascii()), "am|pm"]
    )
    return tuple(re.compile(form.replace("{half}", half).replace("{english}", english)) for form in moments()["clock"])


def _in_digits(folded: str) -> str:
    written = moments()["digits"]
    text = re.sub(written["kanji"], lambda match: str(kanji_number(match["number"])), folded)
    return re.sub(written["english"], lambda match: str(_ENGLISH.index(match["number"] or match["past"]) + 1), text)


def kanji_number(number: str) -> int:
    """A number from 1 to 99 written as `二十三`."""
    written = moments()["digits"]
    tens, ten, ones = number.rpartition(written["ten"])
    count = written["ones"].find
    return (count(tens) + 1 if tens else 1) * 10 * bool(ten) + (count(ones) + 1 if ones else 0)


def _hour(found: Mapping[str, str | None]) -> int | None:
    hour = int(found["hour"] or 0)
    words = [word for word in (found.get("half"), found.get("after")) if word]
    for half, listed in moments()["halves"].items():
        if set(words) & set(listed):
            hour = _HALVES[half](hour)
            break
    return hour if hour <= _LATEST else None


def _minute(found: Mapping[str, str | None]) -> int:
    return _HALF_HOUR if found.get("thirty") else int(found.get("minute") or 0)
