"""The third-party scheme: 13 bands, 5 courses and the printed premiums of three plans."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rating.bands import Ladder
from rating.loading.folder import Folder
from rating.loading.ladders import build_ladder
from rating.loading.reading import Row, Table
from rating.model import PREMIUM, THIRD_PARTY, THIRD_PARTY_PLANS
from rating.tariffs import PublishedPremium, RateKey, Tariff

_LIMITS = ("bodily_injury_yen", "property_damage_yen", "specified_property_yen")
_COURSES = ("1", "2", "3", "4", "5")
_TIERS = {"0": 0, "50": 1, "100": 2}


def build(folder: Folder) -> Tariff | None:
    """The tariff of a dated folder; None when a fault was noted."""
    before = len(folder.faults.found)
    folder.require(
        economic_loss__sum_insured_yen=int,
        economic_loss__deductible_yen=int,
        surcharge__letters=dict,
        eligibility__capital_max_yen=int,
        eligibility__headcount_max=int,
        eligibility__premium_plan__sales_below_yen=int,
        eligibility__premium_plan__locator=str,
        eligibility__top_up__completed_work_years=int,
        eligibility__top_up__locator=str,
        payout__keep_percent=int,
        payout__deductible_yen=int,
        payout__economic_loss_sum_insured_yen=int,
        payout__kinds=dict,
        payout__locator=str,
        midterm__deadline_day=int,
    )
    ladder = build_ladder(folder, folder.table("bands.csv", ("band", "lower_yen", "upper_yen")))
    courses = _courses(folder)
    table = folder.table(
        "premiums.csv", ("plan", "band", "course", "surcharge_percent", "code", "premium_yen")
    )
    if ladder is None:
        return None
    printed = _printed(table, ladder)
    _check_ratios(folder, table, printed)
    _check_whole(table, printed)
    _check_codes(folder, table, printed, courses, ladder)
    if len(folder.faults.found) > before:
        return None
    return folder.tariff(ladder, _premiums(folder, ladder, courses, printed))


def _courses(folder: Folder) -> dict[int, tuple[str, dict[str, int]]]:
    table = folder.table("courses.csv", ("course", "mark", *_LIMITS))
    courses: dict[int, tuple[str, dict[str, int]]] = {}
    for row in table.rows:
        course = table.one_of(row, "course", _COURSES)
        limits = {name: table.yen(row, name) for name in _LIMITS}
        if course is None:
            continue
        if int(course) in courses:
            table.fault(row, "duplicate_row", f"course {course} stands twice")
        courses[int(course)] = (row.cells["mark"], {k: v for k, v in limits.items() if v is not None})
    if table.rows and len(courses) < len(_COURSES):
        table.fault(table.rows[-1], "missing_row", "not all of the courses 1 to 5 are there")
    return courses


_Printed = dict[RateKey, tuple[Row, int]]


def _printed(table: Table, ladder: Ladder) -> _Printed:
    letters = [band.key for band in ladder.bands]
    printed: _Printed = {}
    for row in table.rows:
        plan = table.one_of(row, "plan", THIRD_PARTY_PLANS)
        band = table.one_of(row, "band", letters)
        course = table.one_of(row, "course", _COURSES)
        tier = table.one_of(row, "surcharge_percent", tuple(_TIERS))
        premium = table.yen(row, "premium_yen")
        if plan is None or band is None or course is None or tier is None or premium is None:
            continue
        key = (plan, letters.index(band), int(course), _TIERS[tier])
        if key in printed:
            table.fault(row, "duplicate_row", f"the same cell as line {printed[key][0].line}")
            continue
        printed[key] = (row, premium)
    return printed


def _check_ratios(folder: Folder, table: Table, printed: _Printed) -> None:
    surcharge = folder.manifest.get("surcharge", {})
    tolerance, percents = surcharge.get("tolerance_yen"), surcharge.get("percent_by_claims")
    if type(tolerance) is not int or percents != [0, 50, 100]:
        folder.manifest_fault("surcharge", "unknown_value", "expected tolerance_yen and percents 0, 50, 100")
        return
    for (plan, band, course, tier), (row, premium) in printed.items():
        base = printed.get((plan, band, course, 0))
        if base is None or tier == 0:
            continue
        off = premium - base[1] * (100 + percents[tier]) / 100
        if abs(off) > tolerance:
            table.fault(
                row, "off_ratio", f"{premium} is {off:+.0f} yen off base {base[1]} + {percents[tier]} %"
            )


def _check_whole(table: Table, printed: _Printed) -> None:
    for (plan, band, course, tier), (row, _) in printed.items():
        missing = [t for t in range(3) if (plan, band, course, t) not in printed]
        if missing and tier == min(set(range(3)) - set(missing)):
            table.fault(row, "missing_row", "a surcharge column of this row is not there")


def _check_codes(
    folder: Folder,
    table: Table,
    printed: _Printed,
    courses: Mapping[int, tuple[str, dict[str, int]]],
    ladder: Ladder,
) -> None:
    letters = folder.manifest.get("surcharge", {}).get("letters", {})
    plans = folder.manifest.get("plans", {})
    for plan in THIRD_PARTY_PLANS:
        if not plans.get(plan, {}).get("letter") or not plans[plan].get("locator"):
            folder.manifest_fault("plans", "missing_provenance", f"plan {plan!r}: letter, locator")
            return
    for (plan, band, course, tier), (row, _) in printed.items():
        mark = courses.get(course, ("", {}))[0]
        letter = letters.get(("0", "50", "100")[tier], "?")
        expected = f"{plans[plan]['letter']}{ladder.bands[band].key}{letter}{mark}-0"
        if row.cells["code"] != expected:
            table.fault(row, "code_mismatch", f"{row.cells['code']!r} does not spell {expected!r}")


def _premiums(
    folder: Folder,
    ladder: Ladder,
    courses: Mapping[int, tuple[str, dict[str, int]]],
    printed: _Printed,
) -> dict[RateKey, PublishedPremium]:
    manifest = folder.manifest
    percents = manifest["surcharge"]["percent_by_claims"]
    economic: Mapping[str, Any] = manifest["economic_loss"]
    sources = {plan: folder.source_at(facts["locator"]) for plan, facts in manifest["plans"].items()}
    premiums = {}
    for (plan, index, course, tier), (row, premium) in printed.items():
        band = ladder.bands[index]
        limits = dict(courses[course][1])
        covers = plan == PREMIUM
        if covers:
            limits["economic_loss_yen"] = economic["sum_insured_yen"]
        premiums[(plan, index, course, tier)] = PublishedPremium(
            product=THIRD_PARTY,
            plan=plan,
            course=course,
            industry=None,
            code=row.cells["code"],
            premium_yen=premium,
            base_premium_yen=printed[(plan, index, course, 0)][1],
            surcharge_percent=percents[tier],
            band=band,
            limits=limits,
            deductible_yen=economic["deductible_yen"] if covers else None,
            deductible_scope="economic_loss" if covers else None,
            row_note=_note(manifest, plan, band.key),
            source=sources[plan],
        )
    return premiums


def _note(manifest: Mapping[str, Any], plan: str, letter: str) -> str | None:
    for note in manifest["row_notes"]:
        if note["plan"] == plan and letter in note["bands"]:
            return str(note["note"])
    return None
