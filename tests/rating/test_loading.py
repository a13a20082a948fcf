"""The loader refuses what is not whole, names file and line, and tells all faults at once."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

import rating
from rating.loading.service import load_guarantee

TABLES = Path(rating.__file__).parent / "tables"
THIRD, ASSEMBLY, CYBER = "third_party/2025-04-01", "assembly/2025-06-01", "cyber/2024-01-01"
Edit = Callable[[str], str]


@pytest.fixture
def tables(tmp_path: Path) -> Path:
    return Path(shutil.copytree(TABLES, tmp_path / "tables"))


def change(path: Path, edit: Edit) -> None:
    before = path.read_text(encoding="utf-8")
    after = edit(before)
    assert after != before, "the edit changed nothing"
    path.write_text(after, encoding="utf-8")


def swap(old: str, new: str) -> Edit:
    return lambda text: text.replace(old, new, 1)


def without_line(number: int) -> Edit:
    return lambda text: "".join(
        line for index, line in enumerate(text.splitlines(keepends=True), 1) if index != number
    )


def faults(tables: Path) -> list[tuple[str, int, str]]:
    with pytest.raises(rating.TariffUnusable) as caught:
        rating.load_tariffs(tables)
    assert all(str(fault).startswith(f"{fault.file}:{fault.line}: ") for fault in caught.value.faults)
    return [(fault.file, fault.line, fault.code) for fault in caught.value.faults]


SINGLE = [
    ("a gap between two bands", f"{THIRD}/bands.csv", swap("B,50000000,", "B,50000001,"), 3, "band_gap"),
    ("an overlap of two bands", f"{THIRD}/bands.csv", swap("B,50000000,", "B,49999999,"), 3, "band_overlap"),
    ("a first band that does not begin at 0", f"{CYBER}/bands.csv", swap("1,0,", "1,1,"), 2, "band_gap"),
    (
        "a band upside down",
        f"{CYBER}/bands.csv",
        swap("8,5000000000,10000000000", "8,5000000000,1"),
        9,
        "band_empty",
    ),
    (
        "a band that stands twice",
        f"{CYBER}/bands.csv",
        swap("2,300000000,", "1,300000000,"),
        3,
        "duplicate_band",
    ),
    (
        "an amount with separators",
        f"{ASSEMBLY}/bands.csv",
        swap("1,0,10000000,", '1,0,"10,000,000",'),
        2,
        "not_a_number",
    ),
    ("a negative premium", f"{ASSEMBLY}/bands.csv", swap(",5000\n", ",-5000\n"), 2, "not_a_number"),
    ("an unknown column", f"{ASSEMBLY}/bands.csv", swap("premium_yen", "premium"), 1, "unknown_column"),
    (
        "a column that stands twice",
        f"{CYBER}/plans.csv",
        swap("incident_response_yen", "liability_yen"),
        1,
        "duplicate_column",
    ),
    (
        "a row that is too short",
        f"{CYBER}/premiums.csv",
        swap("1,A,1,AA1,16740", "1,A,1,AA1"),
        2,
        "ragged_row",
    ),
    (
        "a premium that stands twice",
        f"{CYBER}/premiums.csv",
        swap("1,A,2,AA2,31260", "1,A,1,AA1,31260"),
        3,
        "duplicate_row",
    ),
    ("a missing cyber premium", f"{CYBER}/premiums.csv", without_line(97), 96, "missing_row"),
    ("a code that belongs elsewhere", f"{CYBER}/premiums.csv", swap("AA1", "BA1"), 2, "code_mismatch"),
    (
        "a third-party code that belongs elsewhere",
        f"{THIRD}/premiums.csv",
        swap("ZAA①-0", "ZAB①-0"),
        3,
        "code_mismatch",
    ),
    ("a surcharge column that is missing", f"{THIRD}/premiums.csv", without_line(4), 2, "missing_row"),
    (
        "a surcharged premium 31 yen too high",
        f"{THIRD}/premiums.csv",
        swap(",18720", ",18751"),
        3,
        "off_ratio",
    ),
    (
        "a surcharged premium 31 yen too low",
        f"{THIRD}/premiums.csv",
        swap(",24950", ",24929"),
        4,
        "off_ratio",
    ),
    (
        "a plan that does not exist",
        f"{THIRD}/premiums.csv",
        swap("basic,A,1,0", "gold,A,1,0"),
        2,
        "unknown_value",
    ),
    ("a missing course", f"{THIRD}/courses.csv", without_line(6), 5, "missing_row"),
    ("a course that stands twice", f"{THIRD}/courses.csv", swap("2,②", "1,②"), 3, "duplicate_row"),
    ("an industry class 5", f"{CYBER}/industries.csv", swap("4,it", "5,it"), 15, "unknown_value"),
    (
        "an excluded business that stands twice",
        f"{CYBER}/excluded.csv",
        swap("isp,", "finance,"),
        9,
        "duplicate_row",
    ),
    ("a deadline that is no day", f"{ASSEMBLY}/deadlines.csv", swap("2025-04-07", "4/7"), 2, "bad_date"),
    (
        "a branch that stands twice",
        f"{ASSEMBLY}/deadlines.csv",
        swap("numata,", "maebashi,"),
        4,
        "duplicate_row",
    ),
    ("an empty source", f"{THIRD}/manifest.json", swap('"third_party_2025"', '""'), 8, "missing_provenance"),
    (
        "a rule without its place",
        f"{CYBER}/manifest.json",
        swap('"locator": "対象となる事業者さま",', ""),
        33,
        "missing_provenance",
    ),
    ("a checked day that is none", f"{THIRD}/manifest.json", swap("2026-11-20", "November"), 15, "bad_date"),
    ("a publication day that is none", f"{CYBER}/manifest.json", swap("2023-11-14", "soon"), 14, "bad_date"),
    (
        "a period without the hour",
        f"{THIRD}/manifest.json",
        swap("2025-04-01T16:00:00+09:00", "2025-04-01"),
        6,
        "bad_moment",
    ),
    (
        "a period in another zone",
        f"{CYBER}/manifest.json",
        swap("2025-01-01T16:00:00+09:00", "2025-01-01T16:00:00+00:00"),
        7,
        "bad_moment",
    ),
    (
        "a period that ends before it begins",
        f"{THIRD}/manifest.json",
        swap("2026-04-01T16", "2024-04-01T16"),
        7,
        "period_empty",
    ),
    (
        "a folder with another day",
        f"{THIRD}/manifest.json",
        swap("2025-04-01T16", "2025-04-02T16"),
        6,
        "folder_name",
    ),
    ("another currency", f"{ASSEMBLY}/manifest.json", swap('"JPY"', '"USD"'), 4, "unknown_value"),
    (
        "the manifest of another product",
        f"{ASSEMBLY}/manifest.json",
        swap('"product": "assembly"', '"product": "cyber"'),
        2,
        "unknown_value",
    ),
    (
        "a key that stands twice",
        f"{ASSEMBLY}/manifest.json",
        swap('"currency"', '"title"'),
        3,
        "duplicate_key",
    ),
    ("a manifest that is no JSON", f"{ASSEMBLY}/manifest.json", swap('"title": ', '"title" '), 3, "bad_json"),
    (
        "bounds that are not said",
        f"{THIRD}/manifest.json",
        swap('"bounds": "lower_inclusive"', '"bounds": "both"'),
        17,
        "unknown_value",
    ),
    (
        "a table without a unit",
        f"{CYBER}/manifest.json",
        swap('{"unit": "industry class"}', "{}"),
        19,
        "missing_unit",
    ),
    (
        "a refusal without a contact",
        f"{CYBER}/manifest.json",
        swap('"cyber_agent"', '""'),
        32,
        "missing_contact",
    ),
    (
        "a tolerance that is no number",
        f"{THIRD}/manifest.json",
        swap('"tolerance_yen": 30', '"tolerance_yen": "30"'),
        46,
        "unknown_value",
    ),
    (
        "a surcharge that leaves parts of a yen",
        f"{ASSEMBLY}/bands.csv",
        swap(",5000\n", ",5001\n"),
        2,
        "off_ratio",
    ),
]


@pytest.mark.parametrize(
    ("path", "edit", "line", "code"), [row[1:] for row in SINGLE], ids=[row[0] for row in SINGLE]
)
def test_a_fault_is_named_with_its_file_and_line(
    tables: Path, path: str, edit: Edit, line: int, code: str
) -> None:
    change(tables / path, edit)
    assert (path, line, code) in faults(tables)


@pytest.mark.parametrize(
    ("folder", "key", "line"),
    [
        (THIRD, "capital_max_yen", "eligibility"),
        (THIRD, "sales_below_yen", "eligibility"),
        (THIRD, "keep_percent", "payout"),
        (ASSEMBLY, "percent_per_claim", "surcharge"),
        (ASSEMBLY, "max_yen", "payout"),
        (CYBER, "sales_max_yen", "eligibility"),
        (CYBER, "deadline_day", "midterm"),
    ],
)
def test_a_rule_that_later_look_ups_need_is_refused_when_missing(
    tables: Path, folder: str, key: str, line: str
) -> None:
    place = tables / folder / "manifest.json"
    change(place, swap(f'"{key}"', '"left_out"'))
    lines = place.read_text(encoding="utf-8").splitlines()
    expected = next(number for number, text in enumerate(lines, 1) if f'"{line}"' in text)
    assert (f"{folder}/manifest.json", expected, "missing_rule") in faults(tables)


def test_a_surcharged_premium_may_be_thirty_yen_off(tables: Path) -> None:
    change(tables / THIRD / "premiums.csv", swap(",18720", ",18750"))
    rating.load_tariffs(tables)


def test_all_faults_are_told_at_once(tables: Path) -> None:
    change(tables / THIRD / "premiums.csv", swap(",18720", ",99999"))
    change(tables / ASSEMBLY / "deadlines.csv", swap("2025-04-07", "4/7"))
    change(tables / CYBER / "premiums.csv", lambda text: text.replace("AA1,", "XX1,").replace("DC8,", "XX8,"))
    found = faults(tables)
    assert {(path.split("/")[0], code) for path, _, code in found} == {
        ("third_party", "off_ratio"),
        ("assembly", "bad_date"),
        ("cyber", "code_mismatch"),
    }
    assert len(found) == 4


@pytest.mark.parametrize(
    "key", ["source", "published_on", "checked_on", "period_locator", "premium_unit", "tables"]
)
def test_missing_provenance_is_refused(tables: Path, key: str) -> None:
    change(tables / CYBER / "manifest.json", swap(f'"{key}"', '"left_out"'))
    assert (f"{CYBER}/manifest.json", 1, "missing_provenance") in faults(tables)


def test_a_missing_table_is_refused(tables: Path) -> None:
    (tables / CYBER / "plans.csv").unlink()
    assert (f"{CYBER}/plans.csv", 1, "missing_file") in faults(tables)


def test_an_empty_table_is_refused(tables: Path) -> None:
    change(tables / CYBER / "plans.csv", lambda text: text.splitlines(keepends=True)[0])
    assert (f"{CYBER}/plans.csv", 1, "empty_table") in faults(tables)


def test_a_table_that_the_manifest_does_not_name_is_refused(tables: Path) -> None:
    (tables / CYBER / "extra.csv").write_text("a\n1\n", encoding="utf-8")
    assert (f"{CYBER}/extra.csv", 1, "unnamed_table") in faults(tables)


def test_a_missing_manifest_and_a_missing_product_are_refused(tables: Path) -> None:
    (tables / CYBER / "manifest.json").unlink()
    shutil.rmtree(tables / "assembly")
    found = faults(tables)
    assert (f"{CYBER}/manifest.json", 1, "missing_file") in found
    assert ("assembly", 1, "no_tariff") in found


def renewed(tables: Path, start: str, end: str) -> Path:
    """A second dated folder of the cyber scheme, from the first one."""
    folder = Path(shutil.copytree(tables / CYBER, tables / "cyber" / start))
    change(folder / "manifest.json", swap("2025-01-01T16", f"{end}T16"))
    change(folder / "manifest.json", swap("2024-01-01T16", f"{start}T16"))
    return folder


def test_two_periods_may_not_overlap(tables: Path) -> None:
    renewed(tables, "2024-12-01", "2025-12-01")
    assert ("cyber/2024-12-01/manifest.json", 6, "period_overlap") in faults(tables)


def test_the_tariff_that_began_last_speaks(tables: Path) -> None:
    folder = renewed(tables, "2025-01-01", "2026-01-01")
    change(folder / "premiums.csv", swap("AA1,16740", "AA1,17000"))
    tariffs = rating.load_tariffs(tables)
    request = rating.CyberRequest(1, "A", 1)
    moments = {"2025-01-01T15:59:59+09:00": 16740, "2025-01-01T16:00:00+09:00": 17000}
    for moment, premium in moments.items():
        found = rating.quote(tariffs, request, datetime.fromisoformat(moment))
        assert (found.premium_yen, found.expired) == (premium, False)
    versions = [tariff.version for tariff in tariffs.all("cyber")]
    assert len(set(versions)) == 2


def test_the_version_changes_with_the_table(tables: Path) -> None:
    before = rating.load_tariffs(tables).latest("cyber").version
    change(tables / CYBER / "premiums.csv", swap("AA1,16740", "AA1,16741"))
    assert rating.load_tariffs(tables).latest("cyber").version != before


def test_the_rounds_of_domain_approval_must_hold_every_month_once(tables: Path) -> None:
    change(tables / "guarantee/2025-12-01/approvals.csv", swap("5,7,8", "6,8,8"))
    with pytest.raises(rating.TariffUnusable) as caught:
        load_guarantee(tables)
    assert [fault.code for fault in caught.value.faults] == ["band_overlap", "band_gap"]


def test_the_service_tables_need_their_place(tables: Path) -> None:
    change(tables / "guarantee/2025-12-01/manifest.json", swap('"published_on"', '"left_out"'))
    with pytest.raises(rating.TariffUnusable) as caught:
        load_guarantee(tables)
    assert [fault.code for fault in caught.value.faults] == ["missing_provenance"]
