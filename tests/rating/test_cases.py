"""Runs tests/rating/cases: each case is a sentence with its input, its expectation and its place."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

import rating
from rating import calendar

CASES = Path(__file__).parent / "cases"
AS_OF = datetime.fromisoformat("2026-01-15T12:00:00+09:00")


def cases(*names: str) -> list[Any]:
    """All cases of some files, each under its sentence."""
    found = []
    for name in names:
        content = yaml.safe_load((CASES / f"{name}.yml").read_text(encoding="utf-8"))
        for case in content["cases"] if isinstance(content, dict) else content:
            found.append(pytest.param(case, id=case["name"]))
    return found


@pytest.fixture(scope="session")
def tariffs() -> rating.Tariffs:
    return rating.load_tariffs()


def plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def outcome(expected: dict[str, Any], action: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """The result of `action`, or its refusal, cut down to what the case speaks of."""
    if "error" not in expected:
        result = action()
        return {key: plain(result[key]) for key in expected}
    with pytest.raises(rating.RatingError) as caught:
        action()
    error = caught.value
    found: dict[str, Any] = {"error": error.code}
    for key in expected.keys() - {"error"}:
        if key == "reasons":
            found[key] = [reason.key for reason in error.reasons]
        elif key in ("lower_yen", "upper_yen"):
            found[key] = getattr(error.band, key)
        else:
            found[key] = getattr(error, key)
    return found


REQUESTS = {
    "third_party": rating.ThirdPartyRequest,
    "assembly": rating.AssemblyRequest,
    "cyber": rating.CyberRequest,
}


@pytest.mark.parametrize("case", cases("quote_third_party", "quote_assembly", "quote_cyber"))
def test_quote(case: dict[str, Any], tariffs: rating.Tariffs) -> None:
    product = case["request"].pop("product")

    def action() -> dict[str, Any]:
        found = rating.quote(
            tariffs, REQUESTS[product](**case["request"]), datetime.fromisoformat(case["as_of"])
        )
        place = f"{found.source.document_id} {found.source.locator}"
        if "code" in case["expected"] and "effective_from" not in case["expected"]:
            assert case["source"].startswith(place)
        return {
            **found.as_dict(),
            **{key: found.as_dict()["band"][key] for key in ("lower_yen", "upper_yen")},
        }

    assert outcome(case["expected"], action) == case["expected"]


@pytest.mark.parametrize("case", cases("eligibility"))
def test_eligibility(case: dict[str, Any], tariffs: rating.Tariffs) -> None:
    facts = dict(case["request"])
    product = facts.pop("product")

    def action() -> dict[str, Any]:
        found = rating.eligibility(product, rating.EligibilityFacts(**facts), tariffs)
        by_status = {
            status: [condition.key for condition in found.conditions if condition.status == status]
            for status in ("met", "failed", "unknown")
        }
        return {
            **by_status,
            "verdict": found.verdict,
            "missing": list(found.missing),
            "change": list(found.what_would_change),
        }

    assert outcome(case["expected"], action) == case["expected"]


@pytest.mark.parametrize("case", cases("payout"))
def test_payout(case: dict[str, Any], tariffs: rating.Tariffs) -> None:
    values = dict(case["request"])
    scheme = values.pop("scheme")

    def action() -> dict[str, Any]:
        if scheme == "assembly":
            found = rating.assembly_payout(rating.AssemblyPayoutRequest(**values), tariffs)
        else:
            found = rating.payout(rating.PayoutRequest(**values), tariffs)
        result = found.as_dict()
        result["fraction_dropped"] = any(step.values.get("fraction_dropped") for step in found.steps)
        result["steps"] = [step.key for step in found.steps]
        assert found.paid_yen >= 0
        return result

    assert outcome(case["expected"], action) == case["expected"]


@pytest.mark.parametrize("case", cases("calendar"))
def test_calendar(case: dict[str, Any], tariffs: rating.Tariffs) -> None:
    values = dict(case["request"])
    what = values.pop("what")

    def action() -> dict[str, Any]:
        found = CALENDAR[what](tariffs, values)
        names = getattr(found, "__dataclass_fields__", None)
        return (
            {name: getattr(found, name) for name in names} if names else {"deadline": found, "until": found}
        )

    assert outcome(case["expected"], action) == case["expected"]


def _midterm(tariffs: rating.Tariffs, values: dict[str, Any]) -> Any:
    holidays = values.get("holidays")
    closed = None if holidays is None else holidays.__contains__
    return calendar.midterm_start(tariffs, values["product"], values["applied_on"], closed)


CALENDAR: dict[str, Callable[[rating.Tariffs, dict[str, Any]], Any]] = {
    "midterm": _midterm,
    "midterm_deadline": lambda tariffs, values: calendar.midterm_deadline(
        tariffs, values["product"], values["starts_on"], AS_OF
    ),
    "branch": lambda tariffs, values: calendar.assembly_deadlines_of(
        tariffs, values["branch"], AS_OF, values.get("today")
    ),
    "domain": lambda _, values: calendar.domain_approval(values["applied_on"]),
    "period": lambda tariffs, values: calendar.period_of(
        tariffs, values["product"], datetime.fromisoformat(values["as_of"])
    ),
    "completed_work": lambda tariffs, values: calendar.completed_work_until(
        tariffs, values["completed_on"], AS_OF
    ),
}


@pytest.mark.parametrize("case", cases("bands"))
def test_bands(case: dict[str, Any], tariffs: rating.Tariffs) -> None:
    values = dict(case["request"])
    what = values.pop("what")

    def action() -> dict[str, Any]:
        if what == "tax":
            return {"yen": rating.to_tax_included(values["yen"])}
        if what == "range":
            return {"bands": [band.key for band in rating.bands_in_range(tariffs, **values)]}
        sales = values["annual_sales_yen"]
        margin = rating.band_of(tariffs, values["product"], values["plan"], sales).margin(sales)
        return {"rise_yen": margin.rise_yen, "fall_yen": margin.fall_yen}

    assert outcome(case["expected"], action) == case["expected"]


HOURS = yaml.safe_load((CASES / "hours.yml").read_text(encoding="utf-8"))


def hours_of(name: str | None) -> calendar.OpeningHours | None:
    if name is None:
        return None
    if name == "guarantee":
        return calendar.guarantee_hours()
    sort = dict(HOURS["sorts"][name])
    ranges = tuple(
        calendar.OpeningRange(day, item["opens"], item["closes"])
        for item in sort.pop("weekly")
        for day in item["days"]
    )
    for key in ("year_end_from", "year_end_until"):
        sort[key] = tuple(sort[key]) if key in sort else None
    return calendar.Hours(ranges=ranges, **sort)


def is_holiday(day: date) -> bool:
    return day in HOURS["holidays"]


@pytest.mark.parametrize("case", cases("hours"))
def test_hours(case: dict[str, Any]) -> None:
    at = datetime.fromisoformat(case["at"])
    found = calendar.line_status("desk", hours_of(case["hours"]), at, is_holiday)
    result = {name: plain(getattr(found, name)) for name in case["expected"]}
    assert result == case["expected"]


def test_the_first_open_line_is_the_first_certain_one() -> None:
    lines = [(name, hours_of(name)) for name in ("agency", "insurer", "accident")]
    monday = datetime.fromisoformat("2026-12-29T10:00:00+09:00")
    assert calendar.first_open(lines, monday, is_holiday).contact_id == "insurer"
    night = datetime.fromisoformat("2026-12-29T20:00:00+09:00")
    assert calendar.first_open(lines, night, is_holiday).contact_id == "accident"
    assert calendar.first_open([("branch", None)], night, is_holiday) is None


def test_a_moment_without_its_offset_is_refused(tariffs: rating.Tariffs) -> None:
    naive = datetime(2026, 1, 15, 12)  # noqa: DTZ001
    with pytest.raises(rating.InvalidRequest):
        rating.quote(tariffs, rating.AssemblyRequest(1, 0), naive)
    with pytest.raises(rating.InvalidRequest):
        calendar.line_status("desk", hours_of("agency"), naive, is_holiday)


def test_every_case_names_its_place() -> None:
    for path in sorted(CASES.glob("*.yml")):
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        found = content["cases"] if isinstance(content, dict) else content
        names = [case["name"] for case in found]
        assert len(names) == len(set(names)), path.name
        if path.name != "bands.yml":
            assert all(case["source"] for case in found), path.name
