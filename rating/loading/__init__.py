"""Reads rating/tables and refuses what is not whole: all faults at once, each with file and line.

The tables are small and read once a process; the tariffs that come out never change.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from rating.errors import TariffUnusable
from rating.loading import assembly, cyber, third_party
from rating.loading.folder import Folder
from rating.loading.reading import Faults
from rating.model import ASSEMBLY, CYBER, PRODUCTS, THIRD_PARTY
from rating.tariffs import Tariff, Tariffs

TABLES = Path(__file__).resolve().parent.parent / "tables"

_BUILDERS: dict[str, Callable[[Folder], Tariff | None]] = {
    THIRD_PARTY: third_party.build,
    ASSEMBLY: assembly.build,
    CYBER: cyber.build,
}


def load_tariffs(root: Path | str | None = None) -> Tariffs:
    """All tariffs below `root` (the tables of this package when None).

    Raises:
        TariffUnusable: at least one table breaks a rule; its `faults` name every one.
    """
    root = TABLES if root is None else Path(root)
    faults = Faults(root)
    loaded = {product: _load_product(root / product, product, faults) for product in PRODUCTS}
    if faults.found:
        raise TariffUnusable(faults.found)
    return Tariffs(loaded)


@lru_cache(maxsize=1)
def default_tariffs() -> Tariffs:
    """The tables of this package, read once.

    Raises:
        TariffUnusable: as for `load_tariffs`.
    """
    return load_tariffs()


def _load_product(place: Path, product: str, faults: Faults) -> tuple[Tariff, ...]:
    folders = sorted(path for path in place.iterdir() if path.is_dir()) if place.is_dir() else []
    if not folders:
        faults.add(place, 1, "no_tariff", "there is no dated folder for this product")
    tariffs = []
    for path in folders:
        folder = Folder.open(path, product, faults)
        tariff = _BUILDERS[product](folder) if folder else None
        if tariff:
            tariffs.append(tariff)
    _check_periods(place, tariffs, faults)
    return tuple(tariffs)


def _check_periods(place: Path, tariffs: list[Tariff], faults: Faults) -> None:
    until: datetime | None = None
    for tariff in tariffs:
        if until is not None and tariff.effective_from < until:
            manifest = place / tariff.effective_from.date().isoformat() / "manifest.json"
            line = faults.line_of(manifest, "effective_from")
            faults.add(manifest, line, "period_overlap", f"begins before the one before it ends ({until})")
        until = tariff.effective_until
