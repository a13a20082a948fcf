"""Checks the bands of a table: rising, each beginning where the one before ended, none twice."""

from __future__ import annotations

from rating.bands import Band, Ladder
from rating.loading.folder import Folder
from rating.loading.reading import Row, Table

_BOUNDS = {"lower_inclusive": False, "upper_inclusive": True}


def upper_inclusive(folder: Folder) -> bool | None:
    """Whether the bands of this folder include their upper bound; None (with a fault) when not said."""
    said = folder.manifest["tables"].get("bands.csv", {}).get("bounds")
    if said not in _BOUNDS:
        folder.manifest_fault(
            "bands.csv", "unknown_value", f"bounds={said!r}: lower_inclusive or upper_inclusive"
        )
        return None
    return _BOUNDS[said]


def build_ladder(folder: Folder, table: Table) -> Ladder | None:
    """The ladder of a bands table; None when a fault was noted."""
    inclusive = upper_inclusive(folder)
    if inclusive is None or not table.rows:
        return None
    before = len(folder.faults.found)
    bands: list[Band] = []
    seen: set[str] = set()
    end: int | None = 0
    for row in table.rows:
        key = row.cells["band"]
        if not key or key in seen:
            table.fault(row, "duplicate_band", f"band {key!r} is empty or stands twice")
        seen.add(key)
        last = row is table.rows[-1]
        lower = table.yen(row, "lower_yen")
        upper = table.yen(row, "upper_yen", empty=last)
        _check_joint(table, row, end, lower, upper)
        end = upper
        if lower is not None:
            bands.append(Band(lower, not inclusive or not bands, upper, inclusive and upper is not None, key))
    return Ladder(bands) if len(folder.faults.found) == before else None


def _check_joint(table: Table, row: Row, end: int | None, lower: int | None, upper: int | None) -> None:
    if lower is None:
        return
    if end is not None and lower > end:
        table.fault(row, "band_gap", f"begins at {lower}, the one before ends at {end}")
    elif end is not None and lower < end:
        table.fault(row, "band_overlap", f"begins at {lower}, the one before ends at {end}")
    if upper is not None and upper <= lower:
        table.fault(row, "band_empty", f"{lower} to {upper}")
