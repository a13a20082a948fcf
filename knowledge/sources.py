"""The documents that the answers rest on, and which of their sections a locator names.

A document's period is data: nothing here says whether it is over, because nothing here knows what day it is.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime

from knowledge.fields import Fields

_PARTS = re.compile("[\u3001;\uff1b\n]")
_LEADING_NUMBER = re.compile(r"\W*(\d+)(?![\d.])")


@dataclass(frozen=True)
class Period:
    """A half-open span: from `start` on, and no longer at `end`."""

    start: datetime
    end: datetime


@dataclass(frozen=True)
class Section:
    """One section of a document; `names` are the words by which a locator may call it.

    `title_en` tells it, number first, to who reads English.
    """

    section_id: str
    title_en: str
    number: str | None
    names: tuple[str, ...]
    within: str | None
    needs_entry: bool
    reason: str | None


@dataclass(frozen=True)
class Source:
    """One document with its provenance, or (`kind` counter) what the counter says about itself."""

    source_id: str
    kind: str
    title: str
    title_en: str
    short_title: str
    publisher: str
    published: str | None
    approved: str | None
    edition: str | None
    period: Period | None
    checked_on: str
    notes: tuple[str, ...]
    sections: tuple[Section, ...]

    def sections_named(self, locator: str) -> frozenset[str]:
        """Ids of the sections that a locator names (empty when it names none)."""
        found: set[str] = set()
        whole = _plain(locator)
        for part in _PARTS.split(locator):
            found |= self._sections_of_part(_plain(part), whole)
        return frozenset(found)

    def places_en(self, locator: str) -> tuple[str, ...]:
        """The sections that a locator names, in English, without those that only hold another one (may be empty)."""
        named = self.sections_named(locator)
        holding = {section.within for section in self.sections if section.section_id in named}
        return tuple(
            section.title_en
            for section in self.sections
            if section.section_id in named and section.section_id not in holding
        )

    def _sections_of_part(self, part: str, whole: str) -> set[str]:
        leading = _LEADING_NUMBER.match(part)
        number = leading.group(1) if leading else None
        found: set[str] = set()
        for section in self.sections:
            named = any(_names(name, part) for name in section.names)
            if section.within is not None:
                if named and (section.within in found or self._is_named(section.within, whole)):
                    found.add(section.section_id)
                    found |= self._ancestors(section.within)
            elif named or (section.number is not None and section.number == number):
                found.add(section.section_id)
        return found

    def _is_named(self, section_id: str, whole: str) -> bool:
        section = next(s for s in self.sections if s.section_id == section_id)
        leading = _LEADING_NUMBER.match(whole)
        by_number = leading is not None and leading.group(1) == section.number
        return by_number or any(_names(name, whole) for name in section.names)

    def _ancestors(self, section_id: str | None) -> set[str]:
        found: set[str] = set()
        while section_id is not None and section_id not in found:
            found.add(section_id)
            section_id = next((s.within for s in self.sections if s.section_id == section_id), None)
        return found


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


def _names(name: str, part: str) -> bool:
    plain = _plain(name)
    if plain[-1:].isdigit():
        return re.search(re.escape(plain) + r"(?!\d)", part) is not None
    return plain in part


def parse_source(fields: Fields) -> Source:
    """Read one document of sources.yml; faults go to the fields' collector."""
    period_fields = fields.mapping("period")
    source = Source(
        source_id=fields.text("id"),
        kind=fields.choice("kind", ("document", "counter")),
        title=fields.text("title"),
        title_en=fields.text("title_en"),
        short_title=fields.text("short_title"),
        publisher=fields.text("publisher"),
        published=fields.optional_text("published"),
        approved=fields.optional_text("approved"),
        edition=fields.optional_text("edition"),
        period=_parse_period(period_fields) if period_fields else None,
        checked_on=fields.day("checked_on").isoformat(),
        notes=tuple(text for text, _ in fields.texts("notes")),
        sections=_parse_sections(fields),
    )
    fields.finish()
    return source


def _parse_period(fields: Fields) -> Period:
    period = Period(fields.moment("from"), fields.moment("until"))
    if period.end <= period.start:
        fields.fault("until must be later than from", "until")
    fields.finish()
    return period


def _parse_sections(fields: Fields) -> tuple[Section, ...]:
    sections: list[Section] = []
    known: set[str] = set()
    for item in fields.mappings("sections"):
        section = Section(
            section_id=item.text("id"),
            title_en=item.text("title_en"),
            number=item.optional_text("number"),
            names=tuple(text for text, _ in item.texts("names", 1)),
            within=item.optional_text("within"),
            needs_entry=item.flag("covered", default=True),
            reason=item.optional_text("reason"),
        )
        if section.section_id in known:
            item.fault(f"section {section.section_id!r} stands twice", "id")
        if section.within is not None and section.within not in known:
            item.fault(f"section {section.within!r} must stand above what lies within it", "within")
        if not section.needs_entry and section.reason is None:
            item.fault("a section without entries needs a reason", "covered")
        known.add(section.section_id)
        item.finish()
        sections.append(section)
    return tuple(sections)
