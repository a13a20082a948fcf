"""The words of quantities.yml, compiled: every pattern that the other steps of `quantities` look for."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from bot.engine.quantity_parts import RANGED


def _either(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


def _compiled(rows: Iterable[dict[str, Any]]) -> list[tuple[re.Pattern[str], dict[str, Any]]]:
    return [(re.compile(row["pattern"]), row) for row in rows]


class Words:
    """Patterns and tables, named after the keys of quantities.yml; `table` is the file itself."""

    def __init__(self, words: dict[str, Any]) -> None:
        """Compile the table.

        Raises:
            KeyError, TypeError, re.error: it lacks a key or holds what is no pattern.
        """
        self.table = words
        mixed = {**words["digits"], **words["small_units"], **words["big_units"]}
        kana = {**words["kana_digits"], **words["small_units"], **words["big_units"]}
        self.token = re.compile(_either(mixed))
        self.kana_token = re.compile(_either(word for word in kana if word[0] >= "\u3041" and word[0] <= "\u3096"))
        self.digits = {**words["digits"], **words["kana_digits"]}
        self.small, self.big = words["small_units"], words["big_units"]
        self.not_units = re.compile(words["not_units"])
        self.circled = words["circled"]
        self.keep = set(words["circled"])
        self.roman: dict[str, str] = words["roman"]
        self.not_after = re.compile(f"(?:{'|'.join(words['not_after'])})$")
        self.not_before = re.compile(_either(words["not_before"]))
        self.kana_stop = re.compile(_either(words["kana_stop_after"]))
        self.half = re.compile(re.escape(words["half_after_big_unit"]) + f"(?!{_either(words['half_stop_after'])})")
        self.stops = re.compile("|".join(f"(?:{pattern})" for pattern in words["stop_patterns"]))
        self.yen = re.compile(rf"\s*(?:{_either(words['yen'])})")
        self.sign = re.compile(rf"(?:{_either(words['yen_signs'])})\s*")
        self.bracket = re.compile(rf"\s?\(({_either(words['bracket_units'])})\)")
        self.decade = re.compile(re.escape(words["decade"]))
        self.counters = _compiled(words["counters"])
        self.word_patterns = _compiled(words["word_patterns"])
        self.class_before = re.compile(rf"(?:{_either(words['class_before'])})\s*$")
        self.class_after = re.compile(_either(words["class_after"]))
        self.course_list = re.compile(words["course_list"] + "$")
        self.course_before = re.compile(rf"(?:{_either(words['course_before'])}|{words['course_letters']})\s*$")
        self._compile_dates(words)
        self._compile_english(words)
        self.prefixes = [
            (re.compile(rf"(?:{row['pattern']}){words['prefix_gap']}$"), row["modifier"])
            for row in words["prefix_modifiers"]
        ]
        self.suffixes = [
            (re.compile(rf"{words['suffix_gap']}(?:{row['pattern']})"), row["modifier"])
            for row in words["suffix_modifiers"]
        ]
        words_first = [pattern.pattern for pattern, _ in self.word_patterns]
        plain = [*mixed, *kana, *words["circled"], *words["yen_signs"], *words["relative_years"]]
        plain += [*words["weekdays"], *words["english_numbers"], *words["kana_months"]]
        # Wherever nothing of this begins, nothing has to be tried: most of a sentence.
        self.start = re.compile("|".join([r"\d", *words_first, *words["stop_patterns"], _either(plain)]))
        self.skipped = re.compile(words["skipped_inside"])
        digit = f"({_either(words['kana_digits'])})"
        self.respelt = [
            (re.compile(row["pattern"].replace("{digit}", digit)), row.get("by")) for row in words["respelt"]
        ]
        taxes = {
            name: "|".join([_either(words[f"tax_{name}"]), *words[f"tax_{name}_patterns"]])
            for name in ("excluded", "included")
        }
        self.tax = re.compile("|".join(f"(?P<{name}>{told})" for name, told in taxes.items()))
        self.foreign_currency = re.compile(words["foreign_currency"])
        self.role_of: dict[str, str | None] = {cue: role for role, cues in words["roles"].items() for cue in cues}
        self.role_of.update(dict.fromkeys(words["role_stop"]))
        self.role = re.compile(_either(self.role_of))
        self.longest_role = max(map(len, self.role_of))
        self.role_after = re.compile(rf"{words['role_link_after']}(?P<cue>{_either(self.role_of)})")
        self.clause = re.compile("|".join(re.escape(mark) for mark in words["clause_ends"]))
        self.range = re.compile(words["range_patterns"] + "$")
        self.list = re.compile(words["list_patterns"] + "$")
        self.list_gap = re.compile(words["list_patterns"])
        digit, unit = _either(words["digits"]), _either([*words["small_units"], *words["big_units"]])
        counted = "|".join(f"(?:{row['pattern']})" for row in words["counters"] if row["kind"] in RANGED)
        self.pair = re.compile(f"({digit})({digit})(?={unit}|{counted})")
        self.limit_of_course = re.compile(words["limit_of_course"])
        self.limit_pair = re.compile(words["limit_pair"] + "$")
        self.bound_join = re.compile(words["bound_join"] + "$")
        self.changed_from, self.changed_to = re.compile(words["changed_from"]), re.compile(words["changed_to"])
        self.mended, self.beside = re.compile(words["mended"]), re.compile(words["beside"])
        self.denied, self.denied_before = re.compile(words["denied"]), re.compile(words["denied_before"])

    def _compile_dates(self, words: dict[str, Any]) -> None:
        parts = words["date_parts"]
        minute = _either([parts["minute"], *parts["minute_kana"]])
        self.day_part = re.compile(_either(parts["day"]))
        self.kana_date = re.compile(
            f"{words['kana_date_after']}(?P<month>{_either(words['kana_months'])})"
            f"(?:(?P<day>{_either(words['kana_days'])})|{words['kana_month_alone']})"
        )
        self.minute_part = re.compile(rf"(\d{{1,2}})(?:{minute})|({re.escape(parts['half'])})")
        self.written_date = re.compile(
            r"(?:(\d{4})[/.-])?(1[0-2]|0?[1-9])[/](3[01]|[12]\d|0?[1-9])(?![\d/])"
            r"|(\d{4})-(1[0-2]|0[1-9])-(3[01]|[12]\d|0[1-9])(?!\d)"
        )
        self.written_time = re.compile(r"([01]?\d|2[0-4]):([0-5]\d)(?!\d)")
        self.afternoon_after = re.compile(rf"\s?\(?(?:{_either(words['afternoon_after'])})")
        self.afternoon = re.compile(rf"(?:{_either(words['afternoon'])})[\s\u306e]?$")
        self.era = re.compile(f"(?P<era>{_either(words['eras'])})$")
        self.relative = re.compile(_either(words["relative_years"]))
        self.weekday = re.compile(_either(words["weekdays"]))

    def _compile_english(self, words: dict[str, Any]) -> None:
        scales = {**words["english_scales"], **words["english_scales_with_yen"]}
        self.scales = scales
        self.english_scale = re.compile(rf"[\s-]*({_either(words['english_scales'])})(?![a-z])")
        self.short_scale = re.compile(
            rf"\s?({_either(words['english_scales_with_yen'])})(?![a-z])(?=\s*(?:{_either(words['yen'])}))"
        )
        self.signed_scale = re.compile(rf"\s?({_either(words['english_scales_with_yen'])})(?![a-z])")
        numbers = words["english_numbers"]
        ones, teens = ([word for word in numbers if low <= numbers[word] < end] for low, end in ((1, 10), (10, 20)))
        tens = [word for word in numbers if 20 <= numbers[word] < 100]
        small = rf"(?:{_either(tens)})(?:[\s-](?:{_either(ones)}))?|{_either(teens)}|{_either(ones)}"
        hundreds = rf"(?:(?:{_either(ones)}|a)\s)?hundred(?:\s(?:and\s)?(?:{small}))?"
        self.english_number = re.compile(rf"(?<![a-z])({hundreds}|{small})(?=[\s-])")
        self.english_word = re.compile(_either(numbers))
