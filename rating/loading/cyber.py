"""The cyber scheme: 4 industry classes x 3 plans x the printed bands, and who may not join."""

from __future__ import annotations

from collections.abc import Mapping

from rating.bands import Ladder
from rating.loading.folder import Folder
from rating.loading.ladders import build_ladder
from rating.loading.reading import Row, Table
from rating.model import CYBER, CYBER_PLANS
from rating.tariffs import PublishedPremium, RateKey, Tariff

_INDUSTRIES = ("1", "2", "3", "4")
_LIMITS = ("liability_yen", "incident_response_yen")
_Printed = dict[RateKey, tuple[Row, int]]


def build(folder: Folder) -> Tariff | None:
    """The tariff of a dated folder; None when a fault was noted."""
    before = len(folder.faults.found)
    folder.require(
        deductible__amount_yen=int,
        eligibility__sales_max_yen=int,
        eligibility__member_locator=str,
        midterm__deadline_day=int,
    )
    ladder = build_ladder(folder, folder.table("bands.csv", ("band", "lower_yen", "upper_yen")))
    limits = _limits(folder)
    industries = folder.table("industries.csv", ("industry", "key", "title"))
    excluded = folder.table("excluded.csv", ("key", "title"))
    _check_lists(industries, excluded)
    table = folder.table("premiums.csv", ("industry", "plan", "band", "code", "premium_yen"))
    if ladder is None:
        return None
    printed = _printed(table, ladder)
    _check_codes(folder, table, printed, ladder)
    if len(folder.faults.found) > before:
        return None
    lists = {
        "industries": tuple(row.cells for row in industries.rows),
        "excluded": tuple(row.cells for row in excluded.rows),
    }
    return folder.tariff(ladder, _premiums(folder, ladder, limits, printed), lists)


def _limits(folder: Folder) -> dict[str, dict[str, int]]:
    table = folder.table("plans.csv", ("plan", *_LIMITS))
    limits: dict[str, dict[str, int]] = {}
    for row in table.rows:
        plan = table.one_of(row, "plan", CYBER_PLANS)
        amounts = {name: table.yen(row, name) for name in _LIMITS}
        if plan is None:
            continue
        if plan in limits:
            table.fault(row, "duplicate_row", f"plan {plan} stands twice")
        limits[plan] = {name: yen for name, yen in amounts.items() if yen is not None}
    if table.rows and len(limits) < len(CYBER_PLANS):
        table.fault(table.rows[-1], "missing_row", "not all of the plans A, B and C are there")
    return limits


def _check_lists(*tables: Table) -> None:
    seen: set[str] = set()
    for table in tables:
        for row in table.rows:
            if "industry" in row.cells:
                table.one_of(row, "industry", _INDUSTRIES)
            if not row.cells["key"] or row.cells["key"] in seen or not row.cells["title"]:
                table.fault(row, "duplicate_row", f"key {row.cells['key']!r} is empty or stands twice")
            seen.add(row.cells["key"])


def _printed(table: Table, ladder: Ladder) -> _Printed:
    keys = [band.key for band in ladder.bands]
    printed: _Printed = {}
    for row in table.rows:
        industry = table.one_of(row, "industry", _INDUSTRIES)
        plan = table.one_of(row, "plan", CYBER_PLANS)
        band = table.one_of(row, "band", keys)
        premium = table.yen(row, "premium_yen")
        if industry is None or plan is None or band is None or premium is None:
            continue
        key = (int(industry), plan, keys.index(band))
        if key in printed:
            table.fault(row, "duplicate_row", f"the same cell as line {printed[key][0].line}")
            continue
        printed[key] = (row, premium)
    return printed


def _check_codes(folder: Folder, table: Table, printed: _Printed, ladder: Ladder) -> None:
    facts = folder.manifest.get("industries", {})
    for industry in _INDUSTRIES:
        if not facts.get(industry, {}).get("letter") or not facts[industry].get("locator"):
            folder.manifest_fault("industries", "missing_provenance", f"class {industry}: letter, locator")
            return
    for (industry, plan, band), (row, _) in printed.items():
        expected = f"{facts[str(industry)]['letter']}{plan}{ladder.bands[band].key}"
        if row.cells["code"] != expected:
            table.fault(row, "code_mismatch", f"{row.cells['code']!r} does not spell {expected!r}")
    complete = len(_INDUSTRIES) * len(CYBER_PLANS) * len(ladder.bands)
    if table.rows and len(printed) < complete:
        table.fault(table.rows[-1], "missing_row", f"{len(printed)} premiums, expected {complete}")


def _premiums(
    folder: Folder, ladder: Ladder, limits: Mapping[str, Mapping[str, int]], printed: _Printed
) -> dict[RateKey, PublishedPremium]:
    facts, deductible = folder.manifest["industries"], folder.manifest["deductible"]
    sources = {int(key): folder.source_at(value["locator"]) for key, value in facts.items()}
    return {
        (industry, plan, index): PublishedPremium(
            product=CYBER,
            plan=plan,
            course=None,
            industry=industry,
            code=row.cells["code"],
            premium_yen=premium,
            base_premium_yen=premium,
            surcharge_percent=0,
            band=ladder.bands[index],
            limits=limits[plan],
            deductible_yen=deductible["amount_yen"],
            deductible_scope=deductible["scope"],
            row_note=None,
            source=sources[industry],
        )
        for (industry, plan, index), (row, premium) in printed.items()
    }
