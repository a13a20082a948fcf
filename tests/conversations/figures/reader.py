"""Reads every figure in a text: of what kind it is, and its value in one form whatever it is written like.

Shares no code with the counter. No digit escapes: what has no kind of its own is a `number`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

Value = Any


@dataclass(frozen=True)
class Figure:
    """A figure.

    Kinds: yen; phone; postal; address; date (year, month, day, 0 where not said); day (of a month); time (minutes of
    the day); percent; code (of a premium); record (a quote's or draft's number); item (how many things a text goes on
    to list); people, years, days and the other units; number.
    """

    kind: str
    value: Value
    text: str


_CIRCLED = re.compile("[\u2460-\u2473]")
_N = r"\d[\d,]*(?:\.\d+)?"
_ALONE = r"(?<![\d.,¥])"
MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october")
MONTHS += ("november", "december")
_MONTH = rf"(?P<name>{'|'.join(MONTHS)}|jan|feb|mar|apr|jun|jul|aug|sep|oct|nov|dec)\b"
_SCALE = {"": 1, "thousand": 10**3, "m": 10**6, "million": 10**6, "billion": 10**9}
_UNITS = {
    "people": "名|人(?!格)|people|employees|persons?|or fewer",
    "companies": "社|insurers|companies",
    "characters": r"文字(?!目)|characters|half-width|(?=〜\d+文字)|(?= to \d+(?: half-width|\.))",
    "minutes": "分(?![類の])|minutes?",
    "hours": "時間|hours?",
    "months": "(?:か|カ|ヶ|ヵ)月|months?",
    "days": "日(?:以内|間)|days?",
    "years": "年(?:間|以内|前|後|分)?|years?",
    "item": "つ|種類|制度|コース|丁目|階|文字目|か所|通りの?(?=呼|あり)",
    "times": "回|度目|times?",
    "bands": "区分|段階?|bands",
    "branches": "支部|branches",
    "premiums": "通り|premiums",
    "class": "類",
    "article": "条",
    "pixels": "ピクセル|pixels",
}


def _number(text: str) -> Decimal:
    return Decimal(text.rstrip(",.").replace(",", ""))


def _whole(value: Decimal) -> int | str:
    return int(value) if value == value.to_integral_value() else str(value)


def _plain(found: re.Match[str]) -> int | str:
    return _whole(_number(found["n"]))


def _written(found: re.Match[str]) -> str:
    return found[0]


def _yen(found: re.Match[str]) -> int | str:
    oku, man, ones = (_number(part) if part else Decimal(0) for part in found.group("oku", "man", "ones"))
    man *= 1000 if found["thousand_man"] else 1
    ones *= 1000 if found["thousand"] else 1
    return _whole(oku * 100_000_000 + man * 10_000 + ones)


def _english_yen(found: re.Match[str]) -> int | str:
    scale = found.groupdict().get("scale") or ""
    return _whole(_number(found["n"]) * _SCALE[scale.lower()])


def _date(found: re.Match[str]) -> tuple[int, int, int]:
    named = found.groupdict()
    year = 2018 + int(named["era"]) if named.get("era") else int(named.get("y") or 0)
    month = int(named.get("m") or 0)
    if named.get("name"):
        month = 1 + next(at for at, name in enumerate(MONTHS) if name.startswith(named["name"][:3].lower()))
    return year, month, int(named.get("d") or 0)


def _time(found: re.Match[str]) -> int:
    named = found.groupdict()
    hour, minute = int(found["h"]), int(named.get("min") or 0)
    half = (named.get("half") or named.get("ap") or "").replace(".", "").lower()
    if half in ("午後", "pm") and hour < 12:
        hour += 12
    return (0 if half in ("午前", "am") and hour == 12 else hour) * 60 + minute


def _percent(found: re.Match[str]) -> int | str:
    return _whole(_number(found["n"]) * (10 if found["tenth"] else 1))


_READERS: tuple[tuple[str, str, Callable[[re.Match[str]], Value]], ...] = (
    ("", r"https?://[!-~]+|[\w.-]*@[\w.-]+|Windows ?11", _written),
    ("record", r"(?<![A-Z0-9])(?-i:[A-Z][0-9A-Z]{4}-[0-9A-Z]{5})(?![0-9A-Z])", _written),
    ("code", r"(?<![A-Z0-9])(?-i:[ZWP][A-M][AB]?[\u2460-\u2464]-0|[A-D][ABC][1-8])(?![A-Z0-9])", _written),
    ("", "[\u2460-\u2473]", _written),
    ("phone", r"(?<![\d-])0\d{1,4}-\d{1,4}-\d{3,4}(?![\d-])|(?<![\d-])0\d{3}-\d{6}(?!\d)", _written),
    ("phone", r"(?<![\d,.¥-])1(?:19|10)(?=番|へ|も|、| or| first| too|\.|;|,(?! ?\d))", _written),
    ("postal", r"〒?(?<![\d-])\d{3}-\d{4}(?![\d-])", _written),
    ("date", r"(?<![\d-])(?P<y>20\d\d)-(?P<m>\d{1,2})(?:-(?P<d>\d{1,2}))?(?![\d-])", _date),
    ("address", r"(?<=[\u3041-\u9fff])\d+(?:丁目\d+)?(?:-\d+)+(?![\d:])", _written),
    ("date", r"(?P<y>\d{4})年(?P<m>\d{1,2})月(?:(?P<d>\d{1,2})日(?!以内|間))?", _date),
    ("date", r"令和(?P<era>\d+)年度?(?:\)(?=\d))?(?:(?P<m>\d{1,2})月)?(?:(?P<d>\d{1,2})日)?", _date),
    ("date", r"(?P<y>20\d\d)年\(", _date),
    ("date", r"(?P<m>\d{1,2})月(?P<d>\d{1,2})日(?!以内|間)", _date),
    ("date", r"(?<![\d/])(?P<m>\d{1,2})/(?P<d>\d{1,2})(?![\d/])", _date),
    ("date", rf"(?<!\d)(?P<d>\d{{1,2}}) {_MONTH}(?:,? (?P<y>\d{{4}}))?", _date),
    ("date", rf"{_MONTH} (?P<d>\d{{1,2}})(?!\d)(?:,? (?P<y>\d{{4}}))?", _date),
    ("date", rf"{_MONTH} (?P<y>\d{{4}})", _date),
    ("date", r"(?:FY ?)?(?<![\d,.])(?P<y>20\d\d)(?:年度?(?!以|間)|(?![\d,円万億×-]))", _date),
    ("date", r"(?<![\d,.])(?P<m>\d{1,2})(?=〜\d{1,2}月)", _date),
    ("date", r"(?<![\d,.])(?P<m>\d{1,2})月(?!間|目)", _date),
    ("time", r"(?P<half>午前|午後)?(?<![\d,.])(?P<h>\d{1,2})時(?!間)(?:(?P<min>\d{1,2})分)?", _time),
    ("time", r"(?<![\d:])(?P<h>\d{1,2}):(?P<min>\d{2})(?!\d|:\d)\s*(?P<ap>[ap]\.?m\b)?", _time),
    ("time", r"(?<![\d:])(?P<h>\d{1,2})\s?(?P<ap>[ap]\.?m\b)", _time),
    (
        "yen",
        rf"(?:(?P<oku>{_N})億)?(?:(?P<man>{_N})(?P<thousand_man>千)?万)?"
        rf"(?:(?P<ones>{_N})(?P<thousand>千)?円|(?<=[億万])円)?(?![人件社])",
        _yen,
    ),
    ("yen", rf"{_ALONE}(?P<n>{_N})[ -]?(?P<scale>thousand|million|billion|M\b)", _english_yen),
    ("yen", rf"¥(?P<n>{_N})", _english_yen),
    ("yen", rf"{_ALONE}(?P<n>\d{{1,3}}(?:,\d{{3}})+|{_N}(?= yen))", _english_yen),
    ("percent", rf"(?P<n>{_N})\s?(?:%|per ?cent|(?P<tenth>割))", _percent),
    ("day", r"(?<![\d,.])(?P<d>\d{1,2})(?:日(?!以内|間)|(?:st|nd|rd|th)\b)", lambda found: int(found["d"])),
    *((kind, rf"(?<![\d,.])(?P<n>{_N})[ -]?(?:{unit})(?![a-z])", _plain) for kind, unit in _UNITS.items()),
    ("number", rf"(?P<n>{_N})", _plain),
)
_PLANS = re.compile(rf"A ({_N}), B ({_N}), C ({_N}) (million)")
_COMPILED = tuple((kind, re.compile(pattern, re.IGNORECASE), read) for kind, pattern, read in _READERS)
_DAYS = re.compile(r"(?P<month>\d{1,2}月)(?P<first>\d{1,2}日)[・、](?P<second>\d{1,2}日)")
_ENGLISH_DAYS = re.compile(
    rf"(?P<first>\d{{1,2}})(?P<and>(?: and | or |, |-))(?P<second>\d{{1,2}}) {_MONTH}", re.IGNORECASE
)
_AND = "(?:, | and | and up to | or | to )"
_LIST = re.compile(rf"{_ALONE}({_N})({_AND}(?:{_N}{_AND})*{_N} )(million|billion)")


def folded(text: str) -> str:
    """NFKC; circled numbers stay what they are, apart from digits."""
    return "".join(char if _CIRCLED.match(char) else unicodedata.normalize("NFKC", char) for char in text)


def has_digit(text: str) -> bool:
    """Whether a text holds a figure at all."""
    return any(char.isdigit() and not _CIRCLED.match(char) for char in folded(text))


def figures(text: str) -> Iterator[Figure]:
    """Every figure of a text, kind by kind; each digit belongs to exactly one."""
    rest = _spread(folded(text))
    for kind, pattern, read in _COMPILED:
        pieces, last = [], 0
        for found in pattern.finditer(rest):
            if not found[0]:
                continue
            if kind:
                yield Figure(kind, read(found), found[0])
            pieces += [rest[last : found.start()], "\x00"]
            last = found.end()
        rest = "".join(pieces) + rest[last:] if pieces else rest


def _spread(text: str) -> str:
    """What is said once for several figures, said with each: `3, 4 and 5 million`, `12月29日・30日`."""

    def each(found: re.Match[str]) -> str:
        return re.sub(rf"({_N})", rf"\1 {found[3]}", found[1] + found[2].rstrip()) + " "

    text = _PLANS.sub(r"A \1 \4, B \2 \4, C \3 \4", text)
    text = _DAYS.sub(r"\g<month>\g<first>、\g<month>\g<second>", text)
    text = _ENGLISH_DAYS.sub(r"\g<first> \g<name>\g<and>\g<second> \g<name>", text)
    return _LIST.sub(each, text)
