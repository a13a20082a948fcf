"""Loads the hours and approval rounds of the certificate confirmation service; every month in one round."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from rating.errors import TariffUnusable
from rating.loading.reading import Faults, Table, read_json, read_table
from rating.model import Source

TABLES = Path(__file__).resolve().parent.parent / "tables"
_COLUMNS = ("applied_from_month", "applied_until_month", "approved_month", "part_of_month")


@dataclass(frozen=True, slots=True)
class GuaranteeTables:
    """Hours as in the manifest, and rounds as (first month, last month, month of approval)."""

    hours: Mapping[str, Any]
    rounds: tuple[tuple[int, int, int], ...]
    part_of_month: str
    longest_wait_months: int
    hours_source: Source
    approvals_source: Source


def load_guarantee(root: Path | str | None = None) -> GuaranteeTables:
    """The newest tables of the service below `root` (the tables of this package when None).

    Raises:
        TariffUnusable: at least one table breaks a rule; its `faults` name every one.
    """
    root = TABLES if root is None else Path(root)
    place = root / "guarantee"
    faults = Faults(root)
    folders = sorted(path for path in place.iterdir() if path.is_dir()) if place.is_dir() else []
    if not folders:
        faults.add(place, 1, "no_tariff", "there is no dated folder for this service")
        raise TariffUnusable(faults.found)
    manifest_file = folders[-1] / "manifest.json"
    manifest = read_json(manifest_file, faults)
    _check(manifest_file, manifest, faults)
    table = read_table(folders[-1] / "approvals.csv", _COLUMNS, faults)
    rounds = _rounds(table)
    if faults.found:
        raise TariffUnusable(faults.found)
    given = manifest["source"]
    hours, approvals = manifest["hours"], manifest["approvals"]
    return GuaranteeTables(
        hours=hours,
        rounds=rounds,
        part_of_month=table.rows[0].cells["part_of_month"],
        longest_wait_months=approvals["longest_wait_months"],
        hours_source=Source(given["document_id"], given["document_title"], hours["locator"]),
        approvals_source=Source(given["document_id"], given["document_title"], approvals["locator"]),
    )


@lru_cache(maxsize=1)
def default_guarantee() -> GuaranteeTables:
    """The tables of this package, read once.

    Raises:
        TariffUnusable: as for `load_guarantee`.
    """
    return load_guarantee()


def _check(place: Path, manifest: Mapping[str, Any], faults: Faults) -> None:
    for key in ("unit", "published_on", "checked_on", "source", "hours", "approvals"):
        if not manifest.get(key):
            faults.add(place, 1, "missing_provenance", f"the manifest lacks {key!r}")
    for key in ("hours", "approvals"):
        if manifest.get(key) and not manifest[key].get("locator"):
            faults.add(place, faults.line_of(place, key), "missing_provenance", f"{key!r} names no locator")


def _rounds(table: Table) -> tuple[tuple[int, int, int], ...]:
    rounds: list[tuple[int, int, int]] = []
    seen: set[int] = set()
    for row in table.rows:
        first, last, approved = (table.yen(row, column) for column in _COLUMNS[:3])
        if first is None or last is None or approved is None:
            continue
        if not all(1 <= month <= 12 for month in (first, last, approved)):
            table.fault(row, "not_a_number", "a month is 1 to 12")
            continue
        months = {(first - 1 + step) % 12 + 1 for step in range((last - first) % 12 + 1)}
        if months & seen:
            table.fault(row, "band_overlap", f"months {sorted(months & seen)} stand in two rounds")
        seen |= months
        rounds.append((first, last, approved))
    if table.rows and len(seen) < 12:
        table.fault(table.rows[-1], "band_gap", f"months {sorted(set(range(1, 13)) - seen)} are in no round")
    return tuple(rounds)
