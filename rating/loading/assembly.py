"""The Gunma assembly scheme: one row a band, and the deadlines of the 11 branches."""

from __future__ import annotations

from datetime import date

from rating.loading.folder import Folder
from rating.loading.ladders import build_ladder
from rating.loading.reading import Table
from rating.model import ASSEMBLY
from rating.tariffs import PublishedPremium, RateKey, Tariff


def build(folder: Folder) -> Tariff | None:
    """The tariff of a dated folder; None when a fault was noted."""
    before = len(folder.faults.found)
    folder.require(
        surcharge__percent_per_claim=int,
        deductible__amount_yen=int,
        deductible__scope=str,
        eligibility__locator=str,
        payout__deductible_yen=int,
        payout__temporary_works__sum_insured_percent=int,
        payout__temporary_works__max_yen=int,
        payout__locator=str,
    )
    table = folder.table("bands.csv", ("band", "lower_yen", "upper_yen", "sum_insured_yen", "premium_yen"))
    ladder = build_ladder(folder, table)
    deadlines = folder.table("deadlines.csv", ("branch", "title", "apply_by", "pay_by", "note"))
    _check_deadlines(deadlines)
    if ladder is None or len(folder.faults.found) > before:
        return None
    percent, deductible = folder.manifest["surcharge"]["percent_per_claim"], folder.manifest["deductible"]
    premiums: dict[RateKey, PublishedPremium] = {}
    for row, band in zip(table.rows, ladder.bands, strict=True):
        insured, premium = table.yen(row, "sum_insured_yen"), table.yen(row, "premium_yen")
        if insured is None or premium is None:
            continue
        if premium * percent % 100:
            table.fault(row, "off_ratio", f"{percent} % of {premium} is no whole yen")
        premiums[(len(premiums),)] = PublishedPremium(
            product=ASSEMBLY,
            plan=None,
            course=None,
            industry=None,
            code=band.key,
            premium_yen=premium,
            base_premium_yen=premium,
            surcharge_percent=0,
            band=band,
            limits={"sum_insured_yen": insured},
            deductible_yen=deductible["amount_yen"],
            deductible_scope=deductible["scope"],
            row_note=None,
            source=folder.source,
        )
    if len(folder.faults.found) > before:
        return None
    return folder.tariff(ladder, premiums, {"deadlines": tuple(row.cells for row in deadlines.rows)})


def _check_deadlines(table: Table) -> None:
    seen: set[str] = set()
    for row in table.rows:
        for column in ("branch", "title"):
            if not row.cells[column] or row.cells[column] in seen:
                table.fault(row, "duplicate_row", f"{column}={row.cells[column]!r} is empty or stands twice")
            seen.add(row.cells[column])
        for column in ("apply_by", "pay_by"):
            try:
                date.fromisoformat(row.cells[column])
            except ValueError:
                table.fault(row, "bad_date", f"{column}={row.cells[column]!r}: expected a day")
