"""From a place that somebody names to the prefecture, its desk, and the branch of Gunma.

The document names blocks of prefectures; `certain` is False where the desk does not follow from its words.
Place names are read from text only here, and only by longest match: it does not guess.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from knowledge.fields import Fields
from knowledge.romaji import romaji

# Shorter names are pieces of other words (ube, kai, yao).
_SHORTEST_ROMAJI = 4
_LATIN = re.compile("[a-z]+")


@dataclass(frozen=True)
class Prefecture:
    """One of the 47, with the desk that answers its members."""

    prefecture_id: str
    name: str
    short: str
    kana: str
    romaji: str
    block: str
    block_en: str | None
    desk: str
    certain: bool


@dataclass(frozen=True)
class Branch:
    """A branch of the Gunma association; its municipalities only where they are evident."""

    branch_id: str
    name: str
    short: str
    kana: str
    municipalities: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Areas:
    """Places. `cities` holds (name, reading or "", prefecture id); `kana_suffixes` make a short reading a place.

    `full_names`: how a town's full name ends, with its reading; such towns are listed because the bare name would mean
    another town or word.
    """

    source: str
    locator: str
    prefectures: dict[str, Prefecture]
    cities: tuple[tuple[str, str, str], ...]
    branches: tuple[Branch, ...]
    branches_source: str
    branches_locator: str
    kana_suffixes: tuple[str, ...] = field(default=())
    full_names: tuple[tuple[str, str], ...] = field(default=())

    def locate(self, text: str) -> tuple[Prefecture, ...]:
        """Prefectures whose name, or a town of which, stands in the text; in order, each once.

        A reading of one or two kana counts only before a suffix (as in a prefecture's or town's full name)
        or as the whole text, because such readings are also pieces of ordinary words.
        """
        found: dict[str, Prefecture] = {}
        for prefecture, _, _ in self.located(text):
            found.setdefault(prefecture.prefecture_id, prefecture)
        return tuple(found.values())

    @lru_cache(maxsize=64)  # noqa: B019  # every flow asks for the same message; places live as long as the process
    def located(self, text: str) -> tuple[tuple[Prefecture, int, int], ...]:
        """What `locate` finds, with where each name stands in the width- and case-folded text (half-open)."""
        plain = unicodedata.normalize("NFKC", text).lower()
        found = [
            (self.prefectures[prefecture_id], *match.span())
            for match in self._names_pattern.finditer(plain)
            for prefecture_id in self._names[match.group(0)]
        ]
        bare = plain.strip()
        found += [
            (self.prefectures[prefecture_id], plain.index(bare), plain.index(bare) + len(bare))
            for prefecture_id in self._short_readings.get(bare, ())
        ]
        return tuple(found)

    def branch(self, text: str) -> Branch | None:
        """The one Gunma branch that the text names (its name, reading in either script, a municipality), else None."""
        named = self.branches_in(text)
        return named[0] if len(named) == 1 else None

    @lru_cache(maxsize=64)  # noqa: B019
    def branches_in(self, text: str) -> tuple[Branch, ...]:
        """All Gunma branches that the text names, in the document's order."""
        plain = unicodedata.normalize("NFKC", text).lower()
        latin = set(_LATIN.findall(plain))
        return tuple(
            branch
            for branch in self.branches
            if romaji(branch.kana) in latin
            or any(name in plain for name in (branch.short, branch.kana, *branch.municipalities))
        )

    @cached_property
    def _readings(self) -> tuple[tuple[str, str], ...]:
        own = tuple((p.kana, p.prefecture_id) for p in self.prefectures.values())
        return own + tuple((reading, prefecture_id) for _, reading, prefecture_id in self.cities if reading)

    @cached_property
    def _names(self) -> dict[str, tuple[str, ...]]:
        names: dict[str, tuple[str, ...]] = {}

        def add(name: str, prefecture_id: str) -> None:
            if prefecture_id not in names.get(name, ()):
                names[name] = (*names.get(name, ()), prefecture_id)

        for prefecture in self.prefectures.values():
            for name in (prefecture.name, prefecture.short, prefecture.romaji.lower()):
                add(name, prefecture.prefecture_id)
        for name, reading, prefecture_id in self.cities:
            add(name, prefecture_id)
            full = any(name.endswith(kanji) and reading.endswith(kana) for kanji, kana in self.full_names)
            if not full and len(romaji(reading)) >= _SHORTEST_ROMAJI:
                add(romaji(reading), prefecture_id)
        for reading, prefecture_id in self._readings:
            forms = (reading,) if len(reading) > 2 else tuple(reading + end for end in self.kana_suffixes)
            for form in forms:
                add(form, prefecture_id)
        return names

    @cached_property
    def _short_readings(self) -> dict[str, tuple[str, ...]]:
        short: dict[str, tuple[str, ...]] = {}
        for reading, prefecture_id in self._readings:
            if len(reading) <= 2:
                short[reading] = (*short.get(reading, ()), prefecture_id)
        return short

    @cached_property
    def _names_pattern(self) -> re.Pattern[str]:
        names = sorted(self._names, key=len, reverse=True)
        forms = (rf"(?<![a-z]){name}(?![a-z])" if name.isascii() else re.escape(name) for name in names)
        return re.compile("|".join(forms))


def parse_areas(fields: Fields) -> Areas:
    """Read areas.yml; faults go to the fields' collector."""
    prefectures: dict[str, Prefecture] = {}
    for item in fields.mappings("prefectures"):
        prefecture = Prefecture(
            prefecture_id=item.text("id"),
            name=item.text("name"),
            short=item.text("short"),
            kana=item.text("kana"),
            romaji=item.text("romaji"),
            block=item.text("block"),
            block_en=item.optional_text("block_en"),
            desk=item.text("desk"),
            certain=item.flag("certain"),
        )
        if not prefecture.certain and prefecture.block_en is None:
            item.fault("a block that is told needs its English name", "block_en")
        if prefecture.prefecture_id in prefectures:
            item.fault(f"prefecture {prefecture.prefecture_id!r} stands twice", "id")
        prefectures[prefecture.prefecture_id] = prefecture
        item.finish()
    gunma = fields.mapping("gunma_branches")
    areas = Areas(
        source=fields.text("source"),
        locator=fields.text("locator"),
        prefectures=prefectures,
        cities=_parse_cities(fields.mapping("cities"), prefectures),
        branches=_parse_branches(gunma) if gunma else (),
        branches_source=gunma.text("source") if gunma else "",
        branches_locator=gunma.text("locator") if gunma else "",
        kana_suffixes=tuple(text for text, _ in fields.texts("kana_suffixes", 1)),
        full_names=_parse_pairs(fields.mapping("full_names")),
    )
    if gunma is None:
        fields.fault("gunma_branches is missing")
    else:
        gunma.finish()
    fields.finish()
    return areas


def _parse_pairs(fields: Fields | None) -> tuple[tuple[str, str], ...]:
    return () if fields is None else tuple((name, fields.text(name)) for name in fields.keys())


def _parse_cities(fields: Fields | None, prefectures: dict[str, Prefecture]) -> tuple[tuple[str, str, str], ...]:
    if fields is None:
        return ()
    cities: list[tuple[str, str, str]] = []
    for prefecture_id in fields.keys():
        towns = fields.mapping(prefecture_id)
        if prefecture_id not in prefectures:
            fields.fault(f"{prefecture_id!r} is no prefecture", prefecture_id)
        if towns is not None:
            readings = ((town, "" if towns.is_null(town) else towns.text(town)) for town in towns.keys())
            cities += [(town, reading, prefecture_id) for town, reading in readings]
    return tuple(cities)


def _parse_branches(fields: Fields) -> tuple[Branch, ...]:
    branches: list[Branch] = []
    for item in fields.mappings("branches"):
        branches.append(
            Branch(
                branch_id=item.text("id"),
                name=item.text("name"),
                short=item.text("short"),
                kana=item.text("kana"),
                municipalities=tuple(text for text, _ in item.texts("municipalities", 1)),
            )
        )
        item.finish()
    return tuple(branches)
