"""Which section of which document has an entry, and which locators name no section.

Counts what the locators claim; whether an answer holds all of a section's facts is for a reader to judge.
"""

from __future__ import annotations

from dataclasses import dataclass

from knowledge.loading import Knowledge
from knowledge.sources import Section


@dataclass(frozen=True)
class SectionCount:
    """A section with the number of entries whose locator names it."""

    source_id: str
    section: Section
    entries: int

    @property
    def missing(self) -> bool:
        """Whether it needs an entry and has none."""
        return self.section.needs_entry and self.entries == 0


@dataclass(frozen=True)
class CoverageReport:
    """All sections in the documents' order; `unplaced` (entry id, locator): the locator names no section."""

    sections: tuple[SectionCount, ...]
    unplaced: tuple[tuple[str, str], ...]

    @property
    def complete(self) -> bool:
        """Whether every section has an entry and every locator names a section."""
        return not self.unplaced and not any(count.missing for count in self.sections)


def coverage_report(knowledge: Knowledge) -> CoverageReport:
    """Count the entries of every section."""
    counts: dict[tuple[str, str], int] = {}
    unplaced: list[tuple[str, str]] = []
    for entry in knowledge.entries.values():
        for source_id, locator in ((entry.source, entry.locator), *entry.also_in):
            source = knowledge.source(source_id)
            named = source.sections_named(locator)
            if not named and source.kind == "document":
                unplaced.append((entry.entry_id, locator))
            for section_id in named:
                counts[source_id, section_id] = counts.get((source_id, section_id), 0) + 1
    sections = tuple(
        SectionCount(source.source_id, section, counts.get((source.source_id, section.section_id), 0))
        for source in knowledge.sources.values()
        for section in source.sections
    )
    return CoverageReport(sections, tuple(unplaced))
