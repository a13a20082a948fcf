"""One dated folder: its manifest, checked for unit, period and provenance, and its tables."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from pathlib import Path
from typing import Any

from rating.bands import Ladder
from rating.loading.reading import Faults, Table, read_json, read_table
from rating.model import Source
from rating.tariffs import PublishedPremium, RateKey, Tariff

JAPAN = timezone(timedelta(hours=9))
_START = time(16, 0)
_PUBLISHED = re.compile(r"(FY)?\d{4}|\d{4}-\d{2}(-\d{2})?")
_REQUIRED = (
    "product",
    "title",
    "currency",
    "premium_unit",
    "effective_from",
    "effective_until",
    "source",
    "period_locator",
    "published_on",
    "checked_on",
    "tables",
    "sales_basis",
    "row_notes",
    "unpublished",
    "eligibility",
)


@dataclass(frozen=True, slots=True)
class Folder:
    """A dated folder whose manifest could be read and whose period is known."""

    path: Path
    manifest: Mapping[str, Any]
    faults: Faults
    effective_from: datetime
    effective_until: datetime
    source: Source

    @classmethod
    def open(cls, path: Path, product: str, faults: Faults) -> Folder | None:
        """Read the manifest; None when it lacks what every table needs (the faults say what)."""
        place = path / "manifest.json"
        manifest = read_json(place, faults)
        if not manifest:
            return None
        before = len(faults.found)
        _check_manifest(place, manifest, product, faults)
        start = _moment(place, manifest, "effective_from", faults)
        end = _moment(place, manifest, "effective_until", faults)
        source = _source(place, manifest, faults)
        if start and start.date().isoformat() != path.name:
            faults.add(
                place, faults.line_of(place, "effective_from"), "folder_name", f"folder is {path.name}"
            )
        if start and end and start >= end:
            faults.add(place, faults.line_of(place, "effective_until"), "period_empty", f"{start} to {end}")
        if len(faults.found) > before or not (start and end and source):
            return None
        return cls(path, manifest, faults, start, end, source)

    def manifest_fault(self, key: str, code: str, message: str) -> None:
        """Note a fault at the line of the manifest that names `key`."""
        place = self.path / "manifest.json"
        self.faults.add(place, self.faults.line_of(place, key), code, message)

    def require(self, **rules: type) -> None:
        """Rules of the manifest that later look-ups rely on, as path (`a__b`) and type of the value."""
        for path, kind in rules.items():
            value: Any = self.manifest
            for key in path.split("__"):
                value = value.get(key) if isinstance(value, dict) else None
            if type(value) is not kind:
                name = path.replace("__", ".")
                self.manifest_fault(
                    path.split("__")[0], "missing_rule", f"{name}={value!r}: a {kind.__name__}"
                )

    def table(self, name: str, columns: Sequence[str]) -> Table:
        """A table of this folder."""
        return read_table(self.path / name, columns, self.faults)

    def source_at(self, locator: str) -> Source:
        """This document at another place."""
        return Source(self.source.document_id, self.source.document_title, locator)

    def tariff(
        self,
        ladder: Ladder,
        premiums: Mapping[RateKey, PublishedPremium],
        lists: Mapping[str, tuple[Mapping[str, str], ...]] | None = None,
    ) -> Tariff:
        """The finished tariff of this folder."""
        manifest = self.manifest
        return Tariff(
            product=manifest["product"],
            title=manifest["title"],
            version=f"{manifest['product']}/{self.path.name}@{self._digest()}",
            effective_from=self.effective_from,
            effective_until=self.effective_until,
            source=self.source,
            published_on=manifest["published_on"],
            checked_on=manifest["checked_on"],
            ladder=ladder,
            premiums=premiums,
            contact_id=manifest["unpublished"]["contact_id"],
            rules=manifest,
            lists=lists or {},
        )

    def _digest(self) -> str:
        digest = hashlib.sha256()
        for name in sorted(["manifest.json", *self.manifest["tables"]]):
            digest.update(name.encode())
            digest.update((self.path / name).read_bytes().replace(b"\r\n", b"\n"))
        return digest.hexdigest()[:12]


def _check_manifest(place: Path, manifest: Mapping[str, Any], product: str, faults: Faults) -> None:
    for key in _REQUIRED:
        if manifest.get(key) in (None, "", {}):
            faults.add(place, 1, "missing_provenance", f"the manifest lacks {key!r}")
    for key, expected in (("product", product), ("currency", "JPY"), ("premium_unit", "yen_per_year")):
        if manifest.get(key, expected) != expected:
            faults.add(place, faults.line_of(place, key), "unknown_value", f"{key}: expected {expected!r}")
    _check_dates(place, manifest, faults)
    _check_tables(place, manifest, faults)
    for key, section in manifest.items():
        needs = isinstance(section, dict) and key not in (
            "tables",
            "source",
            "unpublished",
            "plans",
            "industries",
        )
        if needs and not section.get("locator"):
            faults.add(place, faults.line_of(place, key), "missing_provenance", f"{key!r} names no locator")
    if not (manifest.get("unpublished") or {}).get("contact_id"):
        faults.add(place, faults.line_of(place, "unpublished"), "missing_contact", "unpublished.contact_id")


def _check_dates(place: Path, manifest: Mapping[str, Any], faults: Faults) -> None:
    published = manifest.get("published_on")
    if published and not _PUBLISHED.fullmatch(str(published)):
        line = faults.line_of(place, "published_on")
        faults.add(
            place, line, "bad_date", f"published_on={published!r}: expected FY2025, 2025, 2025-11 or a day"
        )
    checked = manifest.get("checked_on")
    if checked:
        try:
            date.fromisoformat(str(checked))
        except ValueError:
            line = faults.line_of(place, "checked_on")
            faults.add(place, line, "bad_date", f"checked_on={checked!r}: expected a day")


def _check_tables(place: Path, manifest: Mapping[str, Any], faults: Faults) -> None:
    named = manifest.get("tables")
    if not isinstance(named, dict):
        return
    for name, facts in named.items():
        if not isinstance(facts, dict) or not facts.get("unit"):
            faults.add(place, faults.line_of(place, name), "missing_unit", name)
    for path in sorted(place.parent.glob("*.csv")):
        if path.name not in named:
            faults.add(path, 1, "unnamed_table", "the manifest does not name this file")


def _moment(place: Path, manifest: Mapping[str, Any], key: str, faults: Faults) -> datetime | None:
    text = manifest.get(key)
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        moment = None
    if moment is None or moment.utcoffset() != timedelta(hours=9) or moment.time() != _START:
        line = faults.line_of(place, key)
        faults.add(place, line, "bad_moment", f"{key}={text!r}: expected YYYY-MM-DDT16:00:00+09:00")
        return None
    return moment.astimezone(JAPAN)


def _source(place: Path, manifest: Mapping[str, Any], faults: Faults) -> Source | None:
    given = manifest.get("source")
    if not isinstance(given, dict):
        return None
    for key in ("document_id", "document_title", "locator"):
        if not given.get(key):
            faults.add(place, faults.line_of(place, "source"), "missing_provenance", f"source lacks {key!r}")
            return None
    return Source(given["document_id"], given["document_title"], given["locator"])
