"""Reads quantities as people write them in Japanese: amounts, head counts, times, courses, dates.

Why a module of its own: the number readers of spaCy and Sudachi lose ranges, modifiers and the words that say
what an amount is for. It is pure (standard library and yaml), knows no dialogue, and never guesses a scale: a
bare 8000 stays a number. All words live in quantities.yml. It is long because its parts share one scanner.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import yaml

OKU = 100_000_000
MAN = 10_000
LEFT = "left"
RANGED = ("money", "headcount", "times", "number")
_ARABIC = re.compile(r"\d{1,3}(?:(?:,\d{3})+|(?: \d{3}){2,})(?!\d)(?:\.\d+)?|\d+(?:[.\u30fb]\d+)?")
_CODE = re.compile(r"[a-z]+-?$")
_KANJI = re.compile("[\u4e00-\u9fff]")
_CODE_TAIL = re.compile(r"-0(?!\d)")


class QuantityError(Exception):
    """The table of words cannot be used."""

    code = "quantity_table_unusable"


@dataclass(frozen=True)
class Quantity:
    """One quantity of a text.

    `value` is in yen, persons, times, the number of a course or class, percent, minutes of the day (clock),
    month * 100 + day (month_day) or years from now (relative_year), as `unit` says; of a range it is the
    lower bound.
    `start` and `end` are offsets in the text as given and leave modifiers out. Bounds are set for real
    ranges only.
    """

    kind: str
    value: int
    low: int | None
    high: int | None
    modifier: str | None
    unit: str | None
    tax: str | None
    role: str | None
    start: int
    end: int
    text: str


@dataclass
class _Found:
    """A quantity in the making; offsets are those of the normalised text."""

    kind: str
    value: Decimal
    start: int
    end: int
    unit: str | None = None
    first: Decimal = Decimal(0)
    first_scale: int = 1
    last_scale: int = 1
    low: Decimal | None = None
    high: Decimal | None = None
    modifier: str | None = None
    before: int = 0
    after: int = 0
    tax: str | None = None
    role: str | None = None


@dataclass
class _Numeral:
    """A number as written; `bare` is what followed the last large unit without a unit of its own."""

    terms: list[tuple[Decimal, int]]
    end: int
    arabic: bool
    units: int
    bare: list[tuple[Decimal, int]]
    bare_start: int
    last_big: int

    @property
    def first(self) -> Decimal:
        return (self.terms or self.bare)[0][0]


def _either(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


def _compiled(rows: Iterable[dict[str, Any]]) -> list[tuple[re.Pattern[str], dict[str, Any]]]:
    return [(re.compile(row["pattern"]), row) for row in rows]


class QuantityParser:
    """Reads all quantities of a text with the words of one YAML table."""

    def __init__(self, path: Path | str) -> None:
        """Load and compile the table.

        Raises:
            QuantityError: the file is missing or lacks a key.
        """
        try:
            words: dict[str, Any] = yaml.safe_load(Path(path).read_text(encoding="utf-8"))
            self._compile(words)
        except (OSError, yaml.YAMLError, KeyError, TypeError, re.error) as error:
            raise QuantityError(f"{path}: {error!r}") from error

    def _compile(self, words: dict[str, Any]) -> None:
        self._words = words
        mixed = {**words["digits"], **words["small_units"], **words["big_units"]}
        kana = {**words["kana_digits"], **words["small_units"], **words["big_units"]}
        self._token = re.compile(_either(mixed))
        self._kana_token = re.compile(_either(word for word in kana if word[0] >= "\u3041" and word[0] <= "\u3096"))
        self._digits = {**words["digits"], **words["kana_digits"]}
        self._small, self._big = words["small_units"], words["big_units"]
        self._circled = words["circled"]
        self._keep = set(words["circled"])
        self._not_after = re.compile(f"(?:{_either(words['not_after'])})$")
        self._not_before = re.compile(_either(words["not_before"]))
        self._kana_stop = re.compile(_either(words["kana_stop_after"]))
        self._half = re.compile(re.escape(words["half_after_big_unit"]) + f"(?!{_either(words['half_stop_after'])})")
        self._stops = re.compile("|".join(f"(?:{pattern})" for pattern in words["stop_patterns"]))
        self._yen = re.compile(rf"\s*(?:{_either(words['yen'])})")
        self._sign = re.compile(rf"(?:{_either(words['yen_signs'])})\s*")
        self._bracket = re.compile(rf"\s?\(({_either(words['bracket_units'])})\)")
        self._decade = re.compile(re.escape(words["decade"]))
        self._counters = _compiled(words["counters"])
        self._word_patterns = _compiled(words["word_patterns"])
        self._class_before = re.compile(rf"(?:{_either(words['class_before'])})\s*$")
        self._course_list = re.compile(words["course_list"] + "$")
        self._course_before = re.compile(rf"(?:{_either(words['course_before'])})\s*$")
        self._compile_dates(words)
        self._compile_english(words)
        self._prefixes = [
            (re.compile(rf"(?:{row['pattern']}){words['prefix_gap']}$"), row["modifier"])
            for row in words["prefix_modifiers"]
        ]
        self._suffixes = [
            (re.compile(rf"{words['suffix_gap']}(?:{row['pattern']})"), row["modifier"])
            for row in words["suffix_modifiers"]
        ]
        words_first = [pattern.pattern for pattern, _ in self._word_patterns]
        plain = [*mixed, *kana, *words["circled"], *words["yen_signs"], *words["relative_years"]]
        plain += [*words["weekdays"], *words["english_numbers"]]
        # Wherever nothing of this begins, nothing has to be tried: most of a sentence.
        self._start = re.compile("|".join([r"\d", *words_first, *words["stop_patterns"], _either(plain)]))
        self._skipped = re.compile(words["skipped_inside"])
        self._tax = re.compile(
            f"(?P<included>{_either(words['tax_included'])})|(?P<excluded>{_either(words['tax_excluded'])})"
        )
        self._role_of: dict[str, str | None] = {cue: role for role, cues in words["roles"].items() for cue in cues}
        self._role_of.update(dict.fromkeys(words["role_stop"]))
        self._role = re.compile(_either(self._role_of))
        self._longest_role = max(map(len, self._role_of))
        self._role_after = re.compile(rf"{words['role_link_after']}(?P<cue>{_either(self._role_of)})")
        self._clause = re.compile("|".join(re.escape(mark) for mark in words["clause_ends"]))
        self._range = re.compile(words["range_patterns"] + "$")
        self._list = re.compile(words["list_patterns"] + "$")
        self._list_gap = re.compile(words["list_patterns"])
        digit, unit = _either(words["digits"]), _either([*words["small_units"], *words["big_units"]])
        counted = "|".join(f"(?:{row['pattern']})" for row in words["counters"] if row["kind"] in RANGED)
        self._pair = re.compile(f"({digit})({digit})(?={unit}|{counted})")
        self._bound_join = re.compile(words["bound_join"] + "$")
        self._changed_from, self._changed_to = re.compile(words["changed_from"]), re.compile(words["changed_to"])
        self._denied, self._denied_before = re.compile(words["denied"]), re.compile(words["denied_before"])

    def _compile_dates(self, words: dict[str, Any]) -> None:
        parts = words["date_parts"]
        minute = _either([parts["minute"], *parts["minute_kana"]])
        self._day_part = re.compile(re.escape(parts["day"]))
        self._minute_part = re.compile(rf"(\d{{1,2}})(?:{minute})|({re.escape(parts['half'])})")
        self._written_date = re.compile(
            r"(?:(\d{4})[/.-])?(1[0-2]|0?[1-9])[/](3[01]|[12]\d|0?[1-9])(?![\d/])"
            r"|(\d{4})-(1[0-2]|0[1-9])-(3[01]|[12]\d|0[1-9])(?!\d)"
        )
        self._written_time = re.compile(r"([01]?\d|2[0-4]):([0-5]\d)(?!\d)")
        self._afternoon_after = re.compile(rf"\s?\(?(?:{_either(words['afternoon_after'])})")
        self._afternoon = re.compile(rf"(?:{_either(words['afternoon'])})[\s\u306e]?$")
        self._era = re.compile(f"(?P<era>{_either(words['eras'])})$")
        self._relative = re.compile(_either(words["relative_years"]))
        self._weekday = re.compile(_either(words["weekdays"]))

    def _compile_english(self, words: dict[str, Any]) -> None:
        scales = {**words["english_scales"], **words["english_scales_with_yen"]}
        self._scales = scales
        self._english_scale = re.compile(rf"[\s-]*({_either(words['english_scales'])})(?![a-z])")
        self._short_scale = re.compile(
            rf"\s?({_either(words['english_scales_with_yen'])})(?![a-z])(?=\s*(?:{_either(words['yen'])}))"
        )
        self._signed_scale = re.compile(rf"\s?({_either(words['english_scales_with_yen'])})(?![a-z])")
        self._english_number = re.compile(rf"(?<![a-z])({_either(words['english_numbers'])})(?=[\s-])")

    def parse(self, text: str) -> list[Quantity]:
        """All quantities of `text` in order; offsets are those of `text` as given."""
        folded, places = self._fold(text)
        found = self._scan(folded)
        for index, item in enumerate(found):
            previous = found[index - 1].end if index else 0
            following = found[index + 1].start if index + 1 < len(found) else len(folded)
            self._modify(folded, item, previous, following)
        self._list_courses(folded, found)
        self._mark_left(folded, found)
        found = self._merge(folded, found)
        for index, item in enumerate(found):
            previous = found[index - 1].after if index else 0
            following = found[index + 1].before if index + 1 < len(found) else len(folded)
            item.tax = self._tax_of(folded, item, previous, following)
            item.role = item.role or self._role_near(folded, found, index)
        return [self._finish(item, text, places) for item in found]

    def _fold(self, text: str) -> tuple[str, list[int]]:
        """NFKC in lower case, sign by sign, with the offset that each folded sign came from."""
        folded: list[str] = []
        places: list[int] = []
        index = 0
        while index < len(text):
            end = index + 1
            while end < len(text) and text[end] in "\uff9e\uff9f":
                end += 1
            piece = text[index:end]
            plain = piece if piece in self._keep else unicodedata.normalize("NFKC", piece).lower()
            folded.append(plain)
            places.extend([index] * len(plain))
            index = end
        places.append(len(text))
        plain = "".join(folded)
        for skipped in reversed(list(self._skipped.finditer(plain))):
            plain = plain[: skipped.start()] + plain[skipped.end() :]
            del places[skipped.start() : skipped.end()]
        return plain, places

    @staticmethod
    def _finish(item: _Found, text: str, places: list[int]) -> Quantity:
        start = places[item.start]
        end = places[item.end] if item.end < len(places) else len(text)
        return Quantity(
            kind=item.kind,
            value=int(item.value),
            low=None if item.low is None else int(item.low),
            high=None if item.high is None else int(item.high),
            modifier=item.modifier,
            unit=item.unit,
            tax=item.tax,
            role=item.role,
            start=start,
            end=end,
            text=text[start:end],
        )

    # -- finding

    def _scan(self, text: str) -> list[_Found]:
        found: list[_Found] = []
        index = 0
        while begin := self._start.search(text, index):
            index = begin.start()
            item, end = self._at(text, index)
            if item is not None:
                item.before, item.after = item.start, item.end
                found.append(item)
            index = max(end, index + 1)
        return found

    def _at(self, text: str, index: int) -> tuple[_Found | None, int]:
        """What begins at `index`: a quantity, a span to pass over, or nothing (its end is `index`)."""
        for pattern, row in self._word_patterns:
            match = pattern.match(text, index)
            if match:
                item = _Found(row["kind"], Decimal(row["value"]), index, match.end(), row["unit"])
                item.role = row.get("role")
                return item, match.end()
        for table, pattern, kind, unit in (
            ("relative_years", self._relative, "year", "relative_year"),
            ("weekdays", self._weekday, "weekday", "weekday"),
        ):
            match = pattern.match(text, index)
            if match:
                value = Decimal(self._words[table][match.group()])
                return _Found(kind, value, index, match.end(), unit), match.end()
        stop = self._stops.match(text, index)
        if stop:
            return None, stop.end()
        if text[index] in self._circled:
            return self._circle(text, index)
        return self._date(text, index) or self._number(text, index) or (None, index)

    def _circle(self, text: str, index: int) -> tuple[_Found, int]:
        end = index + 1
        suffix = _CODE_TAIL.match(text, end)
        item = _Found("course", Decimal(self._circled[text[index]]), index, end, "course")
        return item, suffix.end() if suffix else end

    def _date(self, text: str, index: int) -> tuple[_Found, int] | None:
        if index and text[index - 1].isdigit():
            return None
        match = self._written_date.match(text, index)
        if match:
            month, day = (int(part) for part in (match.group(2) or match.group(5), match.group(3) or match.group(6)))
            return _Found("date", Decimal(month * 100 + day), index, match.end(), "month_day"), match.end()
        match = self._written_time.match(text, index)
        if match:
            minutes = int(match.group(1)) * 60 + int(match.group(2))
            return _Found("clock", Decimal(minutes), index, match.end(), "minute_of_day"), match.end()
        return None

    def _number(self, text: str, index: int) -> tuple[_Found | None, int] | None:
        pair = self._pair.match(text, index)
        if pair and self._digits[pair.group(1)] + 1 == self._digits[pair.group(2)]:
            return self._paired(text, index, self._digits[pair.group(1)])
        sign = self._sign.match(text, index)
        start = sign.end() if sign else index
        english = self._english_number.match(text, start)
        if english:
            value = Decimal(self._words["english_numbers"][english.group(1)])
            numeral: _Numeral | None = _Numeral([(value, 1)], english.end(), True, 0, [], english.end(), 0)
        else:
            numeral = self._numeral(text, start, kana=False)
            spoken = self._numeral(text, start, kana=True)
            if spoken is not None and (numeral is None or spoken.end > numeral.end):
                numeral = spoken
        if numeral is None:
            return None
        if self._forbidden(text, index, numeral):
            return None, numeral.end
        return self._with_unit(text, index, numeral, signed=bool(sign), english=bool(english))

    def _paired(self, text: str, index: int, low: int) -> tuple[_Found | None, int] | None:
        """A range of two neighbouring digits without anything between them (「七八千万」)."""
        read = self._number(text, index + 1)
        if read and read[0]:
            read[0].start, read[0].high = index, read[0].value
            read[0].low = read[0].value = Decimal(low * read[0].first_scale)
        return read

    def _forbidden(self, text: str, index: int, numeral: _Numeral) -> bool:
        head = text[:index]
        if self._not_after.search(head) or self._not_before.match(text, numeral.end):
            return True
        word = _CODE.search(head) if numeral.arabic else None
        if word is None:
            return False
        return word.group() not in self._role_of and not self._course_before.search(head)

    # -- numerals

    def _numeral(self, text: str, index: int, *, kana: bool) -> _Numeral | None:
        """The number that begins at `index`; in kana only when it carries a large unit."""
        token = self._kana_token if kana else self._token
        done: list[tuple[Decimal, int]] = []
        section: list[tuple[Decimal, int]] = []
        pending: Decimal | None = None
        arabic = units = last_big = 0
        position = checkpoint = index
        digit_run = False
        while True:
            number = None if kana else _ARABIC.match(text, position)
            if number:
                if pending is not None:
                    break
                pending, digit_run, arabic = (
                    Decimal(number.group().replace(",", "").replace(" ", "").replace("\u30fb", ".")),
                    False,
                    1,
                )
                position = number.end()
                continue
            skipped = position + 1 if pending is not None and text[position : position + 1] == " " else position
            match = token.match(text, skipped)
            if match is None or (skipped > position and match.group() not in {**self._small, **self._big}):
                break
            word = match.group()
            if word in self._digits and (kana or word in self._words["digits"]):
                if pending is not None and (not digit_run or kana):
                    break
                pending = self._digits[word] + (pending * 10 if pending is not None else Decimal(0))
                digit_run, position = True, match.end()
                continue
            if word in self._small:
                section.append((Decimal(1) if pending is None else pending, self._small[word]))
            elif not self._close(section, pending, done, self._big[word], last_big):
                if last_big and (section or pending is not None):
                    section, pending, position = [], None, checkpoint
                break
            else:
                section, last_big, checkpoint = [], self._big[word], match.end()
            pending, digit_run, position, units = None, False, match.end(), units + 1
        if pending is not None:
            section.append((pending, 1))
        if not (done or section):
            return None
        return self._checked(text, _Numeral(done, position, bool(arabic), units, section, checkpoint, last_big), kana)

    @staticmethod
    def _close(
        section: list[tuple[Decimal, int]],
        pending: Decimal | None,
        done: list[tuple[Decimal, int]],
        unit: int,
        last_big: int,
    ) -> bool:
        terms = [*section, (pending, 1)] if pending is not None else section
        if not terms or (last_big and unit >= last_big):
            return False
        done.extend((mantissa, scale * unit) for mantissa, scale in terms)
        return True

    def _checked(self, text: str, numeral: _Numeral, kana: bool) -> _Numeral | None:
        if not kana:
            return numeral
        rest = numeral.end
        if self._kana_stop.match(text, rest):
            return None
        strong = numeral.last_big >= OKU or numeral.units > 1 or bool(self._yen.match(text, rest))
        return numeral if strong and numeral.last_big else None

    # -- what the number counts

    def _with_unit(
        self, text: str, index: int, numeral: _Numeral, *, signed: bool, english: bool
    ) -> tuple[_Found | None, int]:
        """The quantity and where reading goes on: what follows a large unit may be given back."""
        end = numeral.end
        terms = [*numeral.terms, *numeral.bare]
        yen = self._yen.match(text, end)
        if numeral.last_big and numeral.bare and not yen:
            terms, end = self._after_big_unit(text, numeral)
        elif numeral.last_big and not numeral.bare:
            half = self._half.match(text, end)
            if half:
                terms, end = [*terms, (Decimal("0.5"), numeral.last_big)], half.end()
        item = self._found("number", terms, index, end, None)
        if signed or numeral.arabic:
            self._english_money(text, item, signed=signed)
        yen = self._yen.match(text, item.end)
        if yen or signed or item.kind == "money":
            return self._money(text, item, yen.end() if yen else item.end)
        bracket = self._bracket.match(text, item.end)
        if bracket:
            item.value *= self._words["bracket_units"][bracket.group(1)]
            return self._money(text, item, bracket.end())
        if numeral.last_big and self._decade.match(text, item.end):
            return self._money(text, item, end)
        if self._count(text, item, numeral):
            return item, item.end
        if numeral.last_big or item.value >= self._words["bare_money_from"]:
            return self._money(text, item, end)
        if self._class_before.search(text[:index]) and 1 <= item.value <= self._words["class_max"]:
            item.kind, item.unit = "class", "class"
            return item, end
        if self._course_before.search(text[:index]) and 1 <= item.value <= 5:
            item.kind, item.unit = "course", "course"
            return item, end
        counts = numeral.arabic and not english
        return (item if counts or self._stands_alone(text, item, numeral) else None), end

    def _stands_alone(self, text: str, item: _Found, numeral: _Numeral) -> bool:
        """Whether kanji without a counter are a number: 「八千」 is; 「八」, 「千」, 「八千代」 are not."""
        rest = text[item.end : item.end + 1]
        if numeral.units and item.value not in (10, 100, 1000):
            return not _KANJI.match(rest) or any(p.match(text, item.end) for p, _ in self._suffixes)
        gap = self._list_gap.match(text, item.end)
        following = self._numeral(text, gap.end(), kana=False) if gap else None
        return following is not None and following.first == item.value + 1

    @staticmethod
    def _found(kind: str, terms: list[tuple[Decimal, int]], start: int, end: int, unit: str | None) -> _Found:
        value = sum((mantissa * scale for mantissa, scale in terms), Decimal(0))
        return _Found(kind, value, start, end, unit, terms[0][0], terms[0][1], terms[-1][1])

    def _after_big_unit(self, text: str, numeral: _Numeral) -> tuple[list[tuple[Decimal, int]], int]:
        """What 「2000」 means in 「1億2000」: ten-thousands, unless something counts it."""
        rest = numeral.bare
        value = sum((mantissa * scale for mantissa, scale in rest), Decimal(0))
        counted = any(pattern.match(text, numeral.end) for pattern, _ in self._counters)
        if not counted and numeral.last_big == OKU and value < MAN:
            single = value < 10 and rest[0][1] == 1
            scale = self._words["after_oku_digit_scale" if single else "after_oku_scale"]
            return [*numeral.terms, *((mantissa, unit * scale) for mantissa, unit in rest)], numeral.end
        if not counted and numeral.last_big == MAN and 100 <= value < MAN:
            return [*numeral.terms, *rest], numeral.end
        return numeral.terms, numeral.bare_start

    def _english_money(self, text: str, item: _Found, *, signed: bool) -> None:
        pattern = self._signed_scale if signed else self._short_scale
        match = self._english_scale.match(text, item.end) or pattern.match(text, item.end)
        if match:
            scale = self._scales[match.group(1)]
            item.value *= scale
            item.first_scale = item.last_scale = scale
            item.kind, item.end = "money", match.end()

    def _money(self, text: str, item: _Found, end: int) -> tuple[_Found, int]:
        item.kind, item.unit, item.end = "money", "yen", end
        decade = self._decade.match(text, end)
        if decade and item.last_scale > 1:
            item.low, item.high = item.value, item.value + item.last_scale - 1
            item.end = decade.end()
        return item, item.end

    def _count(self, text: str, item: _Found, numeral: _Numeral) -> bool:
        """Whether a counter follows; the item then becomes what it counts."""
        spaced = text[item.end : item.end + 1] == " " and not numeral.last_big
        position = item.end + 1 if spaced else item.end
        for pattern, row in self._counters:
            match = pattern.match(text, position)
            if match is None or not row.get("low", 0) <= item.value <= row.get("high", item.value):
                continue
            if row.get("arabic_only") and not numeral.arabic:
                continue
            item.kind, item.unit, item.end = row["kind"], row["unit"], match.end()
            self._date_parts(text, item)
            return True
        return False

    def _date_parts(self, text: str, item: _Found) -> None:
        """Join month and day, hour and minute; add the era or the afternoon that stands before."""
        head = text[: item.start]
        if item.kind == "month":
            day = self._numeral(text, item.end, kana=False)
            mark = self._day_part.match(text, day.end) if day else None
            if day and mark and not day.terms:
                days = sum((mantissa * scale for mantissa, scale in day.bare), Decimal(0))
                item.kind, item.unit, item.value = "date", "month_day", item.value * 100 + days
                item.end = mark.end()
        elif item.kind == "clock":
            morning, item.value = item.value < 12, item.value * 60
            minute = self._minute_part.match(text, item.end)
            if minute:
                item.value += Decimal(minute.group(1) or 30)
                item.end = minute.end()
            if morning and (self._afternoon.search(head) or self._afternoon_after.match(text, item.end)):
                item.value += 12 * 60
        elif item.unit == "year" and item.kind == "duration":
            era = self._era.search(head)
            if era:
                item.kind, item.value = "year", item.value + self._words["eras"][era.group("era")]

    # -- modifiers and ranges

    def _modify(self, text: str, item: _Found, previous: int, following: int) -> None:
        head = text[previous : item.start]
        for pattern, modifier in self._prefixes:
            match = pattern.search(head)
            if match:
                item.modifier, item.before = modifier, previous + match.start()
                break
        for pattern, modifier in self._suffixes:
            match = pattern.match(text, item.end)
            if match and match.end() <= following:
                item.modifier, item.after = modifier, match.end()
                return

    def _merge(self, text: str, found: list[_Found]) -> list[_Found]:
        merged: list[_Found] = []
        for item in found:
            joined = self._joined(text, merged[-1], item) if merged else None
            if joined is None:
                merged.append(item)
            else:
                merged[-1] = joined
        return merged

    def _mark_left(self, text: str, found: list[_Found]) -> None:
        """Mark what is denied, or left for what follows it (「②から③に変えたら」): it is meant no more."""
        for index, left in enumerate(found):
            right = found[index + 1] if index + 1 < len(found) else None
            if self._denied.match(text, left.end) or self._denied_before.search(text[: left.start]):
                left.role = LEFT
            elif right is not None and left.kind in (right.kind, "number"):
                gap = self._changed_from.match(text, left.end)
                if gap and gap.end() == right.start and self._changed_to.match(text, right.end):
                    left.role = LEFT

    def _list_courses(self, text: str, found: list[_Found]) -> None:
        """A bare number in a row with a course before it is a course too (`courses 1, 2 and 3`)."""
        for left, right in pairwise(found):
            bare = right.kind == "number" and 1 <= right.value <= 5
            if left.kind == "course" and bare and self._course_list.match(text[left.end : right.start]):
                right.kind, right.unit = "course", "course"

    @staticmethod
    def _course_range(left: _Found, right: _Found) -> _Found | None:
        if not {left.kind, right.kind} <= {"course", "number"} or not left.value < right.value <= 5:
            return None
        low, high = left.value, right.value
        start = {"start": left.start, "before": left.before}
        return replace(right, kind="course", unit="course", value=low, low=low, high=high, modifier=None, **start)

    def _joined(self, text: str, left: _Found, right: _Found) -> _Found | None:
        """The range that two neighbours make, if they make one."""
        if LEFT in (left.role, right.role):
            return None
        if "course" in (left.kind, right.kind):
            return self._course_range(left, right) if self._range.match(text[left.end : right.start]) else None
        if right.kind not in RANGED or left.kind not in (right.kind, "number") or left.low is not None:
            return None
        between = text[left.end : right.start]
        listed = bool(self._list.match(between))
        bounded = (
            left.modifier in ("at_least", "over")
            and right.modifier in ("under", "at_most")
            and bool(self._bound_join.match(text[left.after : right.before]))
        )
        if not (listed or bounded or self._range.match(between)):
            return None
        upper = self._neighbour(left, right) if listed else right
        low = self._scaled(left, upper) if upper else None
        if upper is None or low is None:
            return None
        modifier = None if bounded else right.modifier if right.modifier == "about" else left.modifier
        joined = replace(upper, value=low, low=low, high=upper.value, start=left.start, before=left.before)
        joined.modifier = modifier if modifier == "about" else None
        return joined

    @staticmethod
    def _neighbour(left: _Found, right: _Found) -> _Found | None:
        """The right one of a list when it follows the left one directly (「7、8千万」, 「十二、三人」)."""
        if left.value + 1 == (right.first if left.kind == "number" else right.value):
            return right if left.kind == "number" or right.kind in ("headcount", "times") else None
        tens = left.value - left.value % 10
        if left.kind == "number" and tens and left.value % 10 + 1 == right.value:
            return replace(right, value=tens + right.value)
        return None

    @staticmethod
    def _scaled(left: _Found, right: _Found) -> Decimal | None:
        """The lower bound, with the scale of the upper one where its own was left out (「5〜6千万」)."""
        if left.kind == right.kind and left.kind != "number":
            return left.value if left.value < right.value else None
        scales = (right.first_scale, MAN, 1) if right.kind == "money" else (right.first_scale, 1)
        return next((left.value * scale for scale in scales if left.value * scale < right.value), None)

    # -- tax and role

    def _tax_of(self, text: str, item: _Found, previous: int, following: int) -> str | None:
        if item.kind not in ("money", "number"):
            return None
        reach = self._words["tax_reach"]
        before = text[max(previous, item.start - reach) : item.start]
        after = text[item.end : min(following, item.end + reach)]
        matches = [*self._tax.finditer(before)][-1:] + [*self._tax.finditer(after)][:1]
        if not matches:
            return None
        return "included" if matches[0].group("included") else "excluded"

    def _role_near(self, text: str, found: list[_Found], index: int) -> str | None:
        item = found[index]
        allowed = {
            "money": self._words["money_roles"],
            "number": [*self._words["money_roles"], *self._words["headcount_roles"]],
            "headcount": self._words["headcount_roles"],
        }.get(item.kind)
        if allowed is None:
            return None
        previous = found[index - 1].end if index else 0
        reach = self._words["role_reach_before"]
        # A word that ends within reach is read whole (`property damage`, not `damage`).
        before = self._clause.split(text[max(previous, item.start - reach - self._longest_role) : item.start])[-1]
        cues = [cue.group() for cue in self._role.finditer(before) if len(before) - cue.end() < reach]
        own = [cue for cue in cues if self._role_of[cue] is None or self._role_of[cue] in allowed]
        if own and self._role_of[own[-1]] in self._words["yielding_roles"]:
            own = [cue for cue in own if self._role_of[cue] in self._words["yields_to"]] or own
        if own and not (index and self._belongs_before(text, found[index - 1], item)):
            return self._role_of[own[-1]]
        after = self._role_after.match(text, item.end)
        if after and (not cues or not own or index):
            role = self._role_of[after.group("cue")]
            following = found[index + 1].start if index + 1 < len(found) else len(text) + 9
            tied = after.end() - item.end > len(after.group("cue")) or following - after.end() > 3
            if role in allowed and tied:
                return role
        return self._role_of[own[-1]] if own else None

    def _belongs_before(self, text: str, left: _Found, item: _Found) -> bool:
        """Whether the cue between two amounts is tied to the first one (「8千万の売上で1億の対物」)."""
        link = self._role_after.match(text, left.end)
        if not link or link.end() > item.start or link.end() - left.end == len(link.group("cue")):
            return False
        own = self._role_after.match(text, item.end)
        return bool(own)
