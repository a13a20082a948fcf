"""The figures that the documents print, by document and section: what an answer that cites a section may state.

Printed figures are listed in printed_figures.yml, read from the documents by eye; amounts of the tariffs are taken
from rating, so that no premium, bound or limit is written down here again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

import rating
from knowledge import Entry, Knowledge
from rating import calendar
from tests.conversations.figures.reader import Figure, Value, figures

PATH = Path(__file__).resolve().parent.parent / "printed_figures.yml"
_UNCOUNTED = ("item", "address")
_LARGEST_MARK = 19  # numbers up to here that have no unit number lists and courses
Known = dict[str, set[Value]]


def _values(listed: Mapping[str, list[Any]]) -> Iterable[tuple[str, Value]]:
    for kind, values in listed.items():
        for value in values:
            yield kind, tuple(value) if isinstance(value, list) else value


class Ledger:
    """Printed figures by document and section."""

    def __init__(self, knowledge: Knowledge, tariffs: rating.Tariffs, path: Path = PATH) -> None:
        body = yaml.safe_load(path.read_text(encoding="utf-8"))
        self._knowledge, self._tariffs = knowledge, tariffs
        self.texts: dict[str, list[str]] = body["texts"]
        self.examples: dict[str, dict[str, list[Any]]] = body["examples"]
        self.limits: dict[str, list[str]] = body["limits"]
        self._sections: dict[tuple[str, str], Known] = {}
        for document, sections in body["documents"].items():
            for section, listed in sections.items():
                self._sections[document, section] = self._known(document, listed)

    def _known(self, document: str, listed: Mapping[str, Any]) -> Known:
        known: Known = defaultdict(set)
        printed = {kind: values for kind, values in listed.items() if kind not in ("rating", "derived")}
        for kind, value in (*_values(printed), *_values(listed.get("derived", {}))):
            known[kind].add(value)
        for name in listed.get("rating", ()):
            for kind, value in self._of_rating(document.rsplit("_", 1)[0], name):
                known[kind].add(value)
        return known

    def _of_rating(self, document: str, name: str) -> Iterable[tuple[str, Value]]:
        product = {"assembly_gunma": "assembly", "cyber_itcoop": "cyber"}.get(document, document)
        tariff = self._tariffs.latest(product)
        rates = tuple(tariff.premiums.values())
        if name == "bounds":
            bands = tariff.ladder.bands
            return (("yen", yen) for band in bands for yen in (band.lower_yen, band.upper_yen) if yen)
        if name == "step":
            first, second = tariff.ladder.bands[:2]
            fall = rates[1].premium_yen - rates[0].premium_yen
            return (("yen", (second.upper_yen or 0) - (first.upper_yen or 0)), ("yen", fall))
        if name == "deadlines":
            days = [d for one in calendar.assembly_deadlines(self._tariffs, tariff.effective_from)
                    for d in (one.apply_by, one.pay_by)]  # fmt: skip
            return (("date", (0, day.month, day.day)) for day in days)
        return {
            "limits": lambda: (("yen", yen) for rate in rates for yen in rate.limits.values()),
            "specified": lambda: (("yen", rate.limits["specified_property_yen"]) for rate in rates),
            "premiums": lambda: (("yen", rate.base_premium_yen) for rate in rates),
            "bands": lambda: (("bands", len(tariff.ladder.bands)),),
            "premium_count": lambda: (("premiums", len(rates)),),
            "codes": lambda: (("code", rate.code) for rate in rates),
        }[name]()

    def at(self, places: Iterable[tuple[str, str]]) -> Known:
        """What the named places (document, locator) print; a locator may also be a section's id."""
        known: Known = defaultdict(set)
        for document, locator in places:
            sections = {"any", locator, *self._knowledge.source(document).sections_named(locator)}
            for section in sections:
                for kind, values in self._sections.get((document, section), {}).items():
                    known[kind] |= values
        return known

    def of_entry(self, entry: Entry) -> Known:
        """What an answer may state: what the places print that it cites, and what is listed under its own name."""
        places = [*self._places_of(entry.entry_id), (entry.source, entry.locator), *entry.also_in]
        return self.with_examples(entry.entry_id, self.at(places))

    def of_text(self, key: str) -> Known:
        """What a text of bot/locales may state: its own places, or the examples that it gives."""
        return self.with_examples(key, self.at(self._places_of(key)))

    def _places_of(self, key: str) -> Iterable[tuple[str, str]]:
        return _places(place for prefix, listed in self.texts.items() if _begins(key, prefix) for place in listed)

    def of_limits(self, document: str) -> Known:
        """What the name of a limit, or a cell of the comparison, may state."""
        return self.at((document, section) for section in self.limits[document])

    def with_examples(self, key: str, known: Known) -> Known:
        """What is known, and what a text or an entry gives as an example."""
        for prefix, listed in self.examples.items():
            for kind, value in _values(listed) if _begins(key, prefix) else ():
                known[kind].add(value)
        return known


def _begins(key: str, prefix: str) -> bool:
    return key == prefix or key.startswith(f"{prefix}.")


def _places(places: Iterable[str]) -> Iterable[tuple[str, str]]:
    for place in places:
        document, section = place.split(" ", 1)
        yield document, section


def foreign(text: str, known: Known) -> list[Figure]:
    """The figures of a text that are not known; marks of lists and courses are none."""
    return [figure for figure in figures(text) if not _is_known(figure, known)]


def _is_known(figure: Figure, known: Known) -> bool:
    if figure.kind in _UNCOUNTED or figure.value in known.get(figure.kind, ()):
        return True
    return figure.kind == "number" and isinstance(figure.value, int) and figure.value <= _LARGEST_MARK
