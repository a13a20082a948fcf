"""What a figure of a reply can rest on: the tariffs by code, the contacts, the sources, and every fixed line."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from functools import cache, cached_property
from typing import Any

import holidays

import knowledge
import rating
from knowledge.coverage import Coverage, load_coverage
from tests.conversations.figures import lines
from tests.conversations.figures.ledger import Ledger
from tests.conversations.figures.reader import figures, has_digit
from tests.conversations.figures.said import Said

JAPAN = timezone(timedelta(hours=9))
LANGUAGES = ("ja", "en")
_BEFORE_ANY_END = datetime(2020, 1, 1, tzinfo=JAPAN)  # so that no line tells of an end; those lines are checked apart


@dataclass
class Turn:
    """One reply, with what was said up to it; `records` and `earlier` (lines) were shown up to it and before it."""

    name: str
    as_of: datetime
    said: Said
    lines: list[str]
    buttons: list[str] = field(default_factory=list)
    blocks: list[dict[str, Any]] = field(default_factory=list)
    records: set[str] = field(default_factory=set)
    earlier: list[str] = field(default_factory=list)

    @staticmethod
    def made_of(line: str) -> tuple[lines.Made, ...]:
        """Every text, and every row of texts, that can have made a line."""
        return (*lines.made(line), *lines.composed(line))

    def made(self, key: str) -> list[lines.Made]:
        """The lines of this reply that are made from a text."""
        return [made for line in self.lines for made in self.made_of(line) if made.key == key]

    def has(self, prefix: str) -> bool:
        """Whether some line is made from a text whose key begins so."""
        return any(made.key.startswith(prefix) for line in self.lines for made in self.made_of(line))


class Books:
    """Everything that is known before anybody says a word."""

    def __init__(self) -> None:
        self.knowledge = knowledge.load()
        self.coverage: Coverage = load_coverage()
        self.tariffs = rating.default_tariffs()
        self.ledger = Ledger(self.knowledge, self.tariffs)
        self._holidays = holidays.country_holidays("JP", language="ja")

    def is_holiday(self, day: date) -> bool:
        """Whether a day is a Japanese public holiday."""
        return day in self._holidays

    def holiday_name(self, day: date) -> str | None:
        """What a public holiday is called."""
        return self._holidays.get(day)

    def is_closed(self, day: date) -> bool:
        """Whether a day is a Saturday, a Sunday or a holiday."""
        return day.weekday() >= 5 or self.is_holiday(day)

    @cached_property
    def rates(self) -> dict[tuple[str, str], rating.PublishedPremium]:
        """Published premiums by product and code."""
        products = self.tariffs.products()
        return {(p, rate.code): rate for p in products for rate in self.tariffs.latest(p).premiums.values()}

    @cached_property
    def contacts(self) -> tuple[str, ...]:
        """Every contact in words, with its hours and with its number alone, the longest first."""
        found = set()
        for contact in self.knowledge.contacts.values():
            for lang, name in (("ja", contact.name), ("en", contact.name_en)):
                found.add(self.phrase(contact.contact_id, lang))
                if contact.phone:
                    found.add(lines.joined("accident.number", lang, name=name, phone=contact.phone))
        return tuple(sorted(found, key=len, reverse=True))

    @cached_property
    def places(self) -> dict[str, set[str]]:
        """Locators by the title of their document: of rating's tables, of the matrix and of the cases."""
        found: dict[str, set[str]] = {}
        for path in sorted((lines.ROOT / "rating" / "tables").rglob("manifest.json")):
            body = json.loads(path.read_text(encoding="utf-8"))
            found.setdefault(body["source"]["document_title"], set()).update(_locators(body))
            self._add_english(found, body["source"]["document_id"], _locators(body))
        for record in (*self.coverage.cases.values(), *self.coverage.matrices.values()):
            found.setdefault(self.knowledge.source(record.source).short_title, set()).add(record.locator)
            self._add_english(found, record.source, {record.locator})
        return found

    def _add_english(self, found: dict[str, set[str]], document: str, locators: set[str]) -> None:
        source = self.knowledge.source(document)
        found.setdefault(source.title_en, set()).update("; ".join(source.places_en(one)) for one in locators)

    @cached_property
    def ends(self) -> dict[tuple[int, int, int], datetime]:
        """When the documents' periods end, by day."""
        periods = [source.period for source in self.knowledge.sources.values() if source.period]
        return {triple(period.end.astimezone(JAPAN).date()): period.end for period in periods}

    @cached_property
    def answers(self) -> dict[str, list[tuple[int, tuple[str, ...]]]]:
        """The texts of entries and cases by each of their lines: where the line stands, and the whole text.

        An entry's text ends with its source line, so that no answer is shown beside another's source.
        """
        whole_texts = {
            tuple(_parts(text)) for case in self.coverage.cases.values() for text in (case.answer, case.answer_en)
        }
        for entry in self.knowledge.entries.values():
            for lang in LANGUAGES:
                shown = knowledge.render_answer(entry, self.knowledge, as_of=_BEFORE_ANY_END, lang=lang)
                for text in (shown.text, shown.detail or lines.word("answers.no_more", lang)):
                    whole_texts.add(tuple(part for part in (*_parts(text), *_parts(shown.source_line)) if part))
        found: dict[str, list[tuple[int, tuple[str, ...]]]] = {}
        for text in whole_texts:
            for place, line in enumerate(text):
                found.setdefault(line, []).append((place, text))
        return found

    def is_answer(self, shown: list[str], at: int) -> bool:
        """Whether a line stands in an answer that is shown whole."""
        return any(
            tuple(shown[at - place : at - place + len(text)]) == text and at >= place
            for place, text in self.answers.get(shown[at], ())
        )

    def is_excerpt(self, shown: list[str], at: int) -> bool:
        """Whether a line of an answer is said again beside its own source, or is the source of such a line."""
        return any(
            text[-1] in shown and any(line in shown for line in text[:-1])
            for _, text in self.answers.get(shown[at], ())
        )

    def is_offered(self, shown: list[str], at: int) -> bool:
        """Whether a line stands indented below the name of an offered entry, in its answer as far as it is shown."""
        first = at
        while first > 0 and _is_indented(shown[first]):
            first -= 1
        if first == at:
            return False
        text = "".join("".join(shown[first + 1 : at + 1]).split())
        return any(
            made.parts.get("title") in (entry.name(lang),) and self.beginning(entry, lang).startswith(text)
            for made in lines.made(shown[first])
            if made.key == "answers.begins"
            for entry in self.knowledge.entries.values()
            for lang in LANGUAGES
        )

    @cache  # noqa: B019
    def beginning(self, entry: knowledge.Entry, lang: str) -> str:
        """An entry's answer as it is shown, without white space."""
        shown = knowledge.render_answer(entry, self.knowledge, as_of=_BEFORE_ANY_END, lang=lang)
        return "".join(shown.text.split())

    @cached_property
    def titles(self) -> frozenset[str]:
        """What entries and cases are called."""
        records = (*self.knowledge.entries.values(), *self.coverage.cases.values())
        return frozenset(title for record in records for title in (record.title, record.title_en))

    @cached_property
    def words(self) -> frozenset[str]:
        """What stands in the places of texts: labels, limits, cells of the matrix, options, locators."""
        found = {text.line for text in lines.texts() if "\x00" not in text.literal}
        for case in self.coverage.cases.values():
            found.update(text for text in (case.limit, case.limit_en) if text)
        for matrix in self.coverage.matrices.values():
            for row in matrix.rows:
                found.update((row.label, row.label_en, *row.values.values(), *row.values_en.values()))
        return frozenset(found | self.titles)

    @cached_property
    def options(self) -> tuple[str, ...]:
        """What the choices of questions are called, the longest first."""
        found = {text.line for text in lines.texts() if ".options." in text.key or text.key.endswith(".label")}
        return tuple(sorted(found, key=len, reverse=True))

    def phrase(self, contact_id: str, lang: str) -> str:
        """A contact in words."""
        return knowledge.contact_text(self.knowledge.contact(contact_id), self.knowledge, lang)

    def only_contacts(self, text: str) -> bool:
        """Whether a text holds no figure outside of contacts as the documents print them."""
        for contact in self.contacts:
            text = text.replace(contact, " ")
        return not has_digit(text)


_AMOUNT = re.compile(r"[\d,.億万千円¥ ]+")


def amount(text: str) -> int | None:
    """The amount that a text is."""
    if not _AMOUNT.fullmatch(text):
        return None
    found = [figure.value for figure in figures(text) if figure.kind == "yen"]
    return found[0] if len(found) == 1 and isinstance(found[0], int) else None


def day_of(text: str) -> tuple[int, int, int] | None:
    """The one date that a text holds."""
    found = [figure.value for figure in figures(text) if figure.kind == "date"]
    return found[0] if len(found) == 1 else None


def moment_of(text: str) -> tuple[tuple[int, int, int], int] | None:
    """The one date with its time of day."""
    found = [figure.value for figure in figures(text) if figure.kind == "time"]
    day = day_of(text)
    return (day, found[0]) if day and len(found) == 1 else None


def triple(day: date) -> tuple[int, int, int]:
    """A day as the reader gives it."""
    return day.year, day.month, day.day


def is_moment(text: str, at: datetime) -> bool:
    """Whether a text tells this moment."""
    at = at.astimezone(JAPAN)
    return moment_of(text) == (triple(at.date()), at.hour * 60 + at.minute)


def whole(text: str) -> int | None:
    """A text that is one whole number."""
    return int(text) if re.fullmatch(r"\d+", text) else None


def _is_indented(line: str) -> bool:
    return line.startswith(("\u3000", "  "))


def _parts(text: str | None) -> list[str]:
    return [line.rstrip() for line in (text or "").split("\n")]


def _locators(body: Any) -> set[str]:
    if isinstance(body, dict):
        named = {value for key, value in body.items() if key.endswith("locator") and isinstance(value, str)}
        return named.union(*(_locators(value) for value in body.values()), set())
    if isinstance(body, list):
        return set().union(*(_locators(item) for item in body))
    return set()
