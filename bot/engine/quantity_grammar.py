"""The second step of `quantities`: finding each quantity of a text, by the number and by what it counts."""

from __future__ import annotations

import re
from decimal import Decimal

from bot.engine.quantity_lexing import Numerals
from bot.engine.quantity_parts import MAN, OKU, Found, Numeral
from bot.engine.quantity_words import Words

_CODE = re.compile(r"[a-z]+-?$")
_KANJI = re.compile("[\u4e00-\u9fff]")
_CODE_TAIL = re.compile(r"-0(?!\d)")


class Grammar:
    """Finds quantities one by one; none knows of its neighbours yet."""

    def __init__(self, words: Words) -> None:
        self._words = words
        self._numerals = Numerals(words)

    def scan(self, text: str) -> list[Found]:
        """The quantities of a folded text in order."""
        found: list[Found] = []
        index = 0
        while begin := self._words.start.search(text, index):
            index = begin.start()
            item, end = self._at(text, index)
            if item is not None:
                item.before, item.after = item.start, item.end
                found.append(item)
            index = max(end, index + 1)
        return found

    def _at(self, text: str, index: int) -> tuple[Found | None, int]:
        """What begins at `index`: a quantity, a span to pass over, or nothing (its end is `index`)."""
        for pattern, row in self._words.word_patterns:
            match = pattern.match(text, index)
            if match:
                item = Found(row["kind"], Decimal(row["value"]), index, match.end(), row["unit"])
                item.role = row.get("role")
                return item, match.end()
        for table, pattern, kind, unit in (
            ("relative_years", self._words.relative, "year", "relative_year"),
            ("weekdays", self._words.weekday, "weekday", "weekday"),
        ):
            match = pattern.match(text, index)
            if match:
                value = Decimal(self._words.table[table][match.group()])
                return Found(kind, value, index, match.end(), unit), match.end()
        stop = self._words.stops.match(text, index)
        if stop:
            return None, stop.end()
        if text[index] in self._words.circled:
            return self._circle(text, index)
        return self._date(text, index) or self._number(text, index) or (None, index)

    def _circle(self, text: str, index: int) -> tuple[Found, int]:
        end = index + 1
        suffix = _CODE_TAIL.match(text, end)
        item = Found("course", Decimal(self._words.circled[text[index]]), index, end, "course")
        return item, suffix.end() if suffix else end

    def _date(self, text: str, index: int) -> tuple[Found, int] | None:
        if index and text[index - 1].isdigit():
            return None
        match = self._words.kana_date.match(text, index)
        if match:
            month = Decimal(self._words.table["kana_months"][match["month"]])
            if match["day"] is None:
                return Found("month", month, index, match.end(), "month"), match.end()
            day = self._words.table["kana_days"][match["day"]]
            return Found("date", month * 100 + day, index, match.end(), "month_day"), match.end()
        match = self._words.written_date.match(text, index)
        if match:
            month, day = (int(part) for part in (match.group(2) or match.group(5), match.group(3) or match.group(6)))
            return Found("date", Decimal(month * 100 + day), index, match.end(), "month_day"), match.end()
        match = self._words.written_time.match(text, index)
        if match:
            minutes = int(match.group(1)) * 60 + int(match.group(2))
            return Found("clock", Decimal(minutes), index, match.end(), "minute_of_day"), match.end()
        return None

    def _number(self, text: str, index: int) -> tuple[Found | None, int] | None:
        pair = self._words.pair.match(text, index)
        if pair and self._words.digits[pair.group(1)] + 1 == self._words.digits[pair.group(2)]:
            return self._paired(text, index, self._words.digits[pair.group(1)])
        sign = self._words.sign.match(text, index)
        start = sign.end() if sign else index
        english = self._words.english_number.match(text, start)
        if english:
            value = self._english_value(english.group(1))
            numeral: Numeral | None = Numeral([(value, 1)], english.end(), True, 0, [], english.end(), 0)
        else:
            numeral = self._numerals.read(text, start, kana=False)
            spoken = self._numerals.read(text, start, kana=True)
            if spoken is not None and (numeral is None or spoken.end > numeral.end):
                numeral = spoken
        if numeral is None:
            return None
        if self._forbidden(text, index, numeral):
            return None, numeral.end
        return self._with_unit(text, index, numeral, signed=bool(sign), english=bool(english))

    def _english_value(self, words: str) -> Decimal:
        """What a number in English words comes to (`a hundred and twenty-five`)."""
        value = Decimal(0)
        for word in self._words.english_word.findall(words):
            told = self._words.table["english_numbers"][word]
            value = max(value, Decimal(1)) * told if told == 100 else value + told
        return value

    def _paired(self, text: str, index: int, low: int) -> tuple[Found | None, int] | None:
        """A range of two neighbouring digits without anything between them (「七八千万」)."""
        read = self._number(text, index + 1)
        if read and read[0]:
            read[0].start, read[0].high = index, read[0].value
            read[0].low = read[0].value = Decimal(low * read[0].first_scale)
        return read

    def _forbidden(self, text: str, index: int, numeral: Numeral) -> bool:
        head = text[:index]
        if self._words.not_after.search(head) or self._words.not_before.match(text, numeral.end):
            return True
        word = _CODE.search(head) if numeral.arabic else None
        if word is None:
            return False
        return word.group() not in self._words.role_of and not self._words.course_before.search(head)

    # -- what the number counts

    def _with_unit(
        self, text: str, index: int, numeral: Numeral, *, signed: bool, english: bool
    ) -> tuple[Found | None, int]:
        """The quantity and where reading goes on: what follows a large unit may be given back."""
        end = numeral.end
        terms = [*numeral.terms, *numeral.bare]
        yen = self._words.yen.match(text, end)
        if numeral.last_big and numeral.bare and not yen:
            terms, end = self._after_big_unit(text, numeral)
        elif numeral.last_big and not numeral.bare:
            half = self._words.half.match(text, end)
            if half:
                terms, end = [*terms, (Decimal("0.5"), numeral.last_big)], half.end()
        item = self._found("number", terms, index, end, None)
        if signed or numeral.arabic:
            self._english_money(text, item, signed=signed)
        yen = self._words.yen.match(text, item.end)
        if yen or signed or item.kind == "money":
            return self._money(text, item, yen.end() if yen else item.end)
        bracket = self._words.bracket.match(text, item.end)
        if bracket:
            item.value *= self._words.table["bracket_units"][bracket.group(1)]
            return self._money(text, item, bracket.end())
        if numeral.last_big and self._words.decade.match(text, item.end):
            return self._money(text, item, end)
        numbered = self._words.class_after.match(text, item.end)
        classed = self._words.class_before.search(text[:index]) and 1 <= item.value <= self._words.table["class_max"]
        if classed and numbered:
            item.kind, item.unit = "class", "class"
            return item, numbered.end()
        if self._count(text, item, numeral):
            return item, item.end
        if numeral.last_big or item.value >= self._words.table["bare_money_from"]:
            return self._money(text, item, end)
        if classed:
            item.kind, item.unit = "class", "class"
            return item, end
        if self._words.course_before.search(text[:index]) and 1 <= item.value <= 5:
            item.kind, item.unit = "course", "course"
            return item, end
        counts = numeral.arabic and not english
        return (item if counts or self._stands_alone(text, item, numeral) else None), end

    def _stands_alone(self, text: str, item: Found, numeral: Numeral) -> bool:
        """Whether kanji without a counter are a number: 「八千」 is; 「八」, 「千」, 「八千代」 are not."""
        rest = text[item.end : item.end + 1]
        if numeral.units and item.value not in (10, 100, 1000):
            return not _KANJI.match(rest) or any(p.match(text, item.end) for p, _ in self._words.suffixes)
        gap = self._words.list_gap.match(text, item.end)
        following = self._numerals.read(text, gap.end(), kana=False) if gap else None
        return following is not None and following.first == item.value + 1

    @staticmethod
    def _found(kind: str, terms: list[tuple[Decimal, int]], start: int, end: int, unit: str | None) -> Found:
        value = sum((mantissa * scale for mantissa, scale in terms), Decimal(0))
        return Found(kind, value, start, end, unit, terms[0][0], terms[0][1], terms[-1][1])

    def _after_big_unit(self, text: str, numeral: Numeral) -> tuple[list[tuple[Decimal, int]], int]:
        """What 「2000」 means in 「1億2000」: ten-thousands, unless something counts it."""
        rest = numeral.bare
        value = sum((mantissa * scale for mantissa, scale in rest), Decimal(0))
        counted = any(pattern.match(text, numeral.end) for pattern, _ in self._words.counters)
        if not counted and numeral.last_big == OKU and value < MAN:
            single = value < 10 and rest[0][1] == 1
            scale = self._words.table["after_oku_digit_scale" if single else "after_oku_scale"]
            return [*numeral.terms, *((mantissa, unit * scale) for mantissa, unit in rest)], numeral.end
        if not counted and numeral.last_big == MAN and 100 <= value < MAN:
            return [*numeral.terms, *rest], numeral.end
        return numeral.terms, numeral.bare_start

    def _english_money(self, text: str, item: Found, *, signed: bool) -> None:
        pattern = self._words.signed_scale if signed else self._words.short_scale
        match = self._words.english_scale.match(text, item.end) or pattern.match(text, item.end)
        if match:
            scale = self._words.scales[match.group(1)]
            item.value *= scale
            item.first_scale = item.last_scale = scale
            item.kind, item.end = "money", match.end()

    def _money(self, text: str, item: Found, end: int) -> tuple[Found, int]:
        item.kind, item.unit, item.end = "money", "yen", end
        decade = self._words.decade.match(text, end)
        if decade and item.last_scale > 1:
            item.low, item.high = item.value, item.value + item.last_scale - 1
            item.end = decade.end()
        return item, item.end

    def _count(self, text: str, item: Found, numeral: Numeral) -> bool:
        """Whether a counter follows; the item then becomes what it counts."""
        spaced = text[item.end : item.end + 1] == " " and not numeral.last_big
        position = item.end + 1 if spaced else item.end
        for pattern, row in self._words.counters:
            match = pattern.match(text, position)
            if match is None or not row.get("low", 0) <= item.value <= row.get("high", item.value):
                continue
            if row.get("arabic_only") and not numeral.arabic:
                continue
            item.kind, item.unit, item.end = row["kind"], row["unit"], match.end()
            self._date_parts(text, item)
            return True
        return False

    def _date_parts(self, text: str, item: Found) -> None:
        """Join month and day, hour and minute; add the era or the afternoon that stands before."""
        head = text[: item.start]
        if item.kind == "month":
            day = self._numerals.read(text, item.end, kana=False)
            mark = self._words.day_part.match(text, day.end) if day else None
            if day and mark and not day.terms:
                days = sum((mantissa * scale for mantissa, scale in day.bare), Decimal(0))
                item.kind, item.unit, item.value = "date", "month_day", item.value * 100 + days
                item.end = mark.end()
        elif item.kind == "clock":
            morning, item.value = item.value < 12, item.value * 60
            minute = self._words.minute_part.match(text, item.end)
            if minute:
                item.value += Decimal(minute.group(1) or 30)
                item.end = minute.end()
            if morning and (self._words.afternoon.search(head) or self._words.afternoon_after.match(text, item.end)):
                item.value += 12 * 60
        elif item.unit == "year" and item.kind == "duration":
            era = self._words.era.search(head)
            if era:
                item.kind, item.value = "year", item.value + self._words.table["eras"][era.group("era")]
