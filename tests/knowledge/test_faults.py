"""Staff edit YAML by hand: every fault is told with its file and line, all of them at once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from knowledge import load

HERE = Path(__file__).resolve().parent
CASES = yaml.safe_load((HERE / "faults.yml").read_text(encoding="utf-8"))
Faults = Callable[[Path], list[tuple[str, int, str]]]


def test_the_sample_is_clean_before_it_is_broken(small_room: Path) -> None:
    assert set(load(small_room).entries) == {"as_example", "as_other"}


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_a_fault_names_its_file_and_line(case: dict[str, str], small_room: Path, faults_of: Faults) -> None:
    path = small_room / "faq" / "sample.yml"
    text = path.read_text(encoding="utf-8").replace(case.get("drop", "\0"), "")
    assert case["old"] in text
    broken = text.replace(case["old"], case["new"], 1)
    path.write_text(broken, encoding="utf-8")
    line = broken[: broken.rindex(case["at"])].count("\n") + 1
    found = [fault for fault in faults_of(small_room) if case["says"] in fault[2]]
    assert [fault[:2] for fault in found] == [("knowledge/faq/sample.yml", line)]


def test_all_faults_are_told_at_once(small_room: Path, faults_of: Faults) -> None:
    path = small_room / "faq" / "sample.yml"
    text = path.read_text(encoding="utf-8")
    broken = text.replace("title: 見本の質問", "title: ''").replace("別の答えです。", "絶対です。")
    path.write_text(broken, encoding="utf-8")
    contacts = small_room / "contacts.yml"
    text = contacts.read_text(encoding="utf-8")
    contacts.write_text(text.replace('open: "08:30"', "open: 8時半"), encoding="utf-8")
    files = {fault[0] for fault in faults_of(small_room)}
    assert files == {"knowledge/faq/sample.yml", "knowledge/contacts.yml"}
    assert len(faults_of(small_room)) >= 3


@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        ("contacts.yml", "  - id: adr\n", "  - id: itcoop\n", "the id 'itcoop' stands twice"),
        ("contacts.yml", "    mail: null", "    email: null", "unknown key 'email'"),
        ("contacts.yml", "      holidays: closed", "      holidays: maybe", "holidays is 'maybe'"),
        ("contacts.yml", 'year_end_from: "12-31"', 'year_end_from: "31-12"', "month and day"),
        ("contacts.yml", "days: [mon,", "days: [moon,", "'moon' is no day"),
        ("contacts.yml", "    source: guarantee_2025", "    source: guarantee", "unknown source 'guarantee'"),
        ("areas.yml", "desk: toshiba_east", "desk: toshiba_north", "unknown desk 'toshiba_north'"),
        ("areas.yml", "{id: aomori,", "{id: hokkaido,", "prefecture 'hokkaido' stands twice"),
        ("areas.yml", "  okinawa: {那覇", "  ryukyu: {那覇", "'ryukyu' is no prefecture"),
        ("products.yml", "agency_contact: excel", "agency_contact: excell", "unknown contact 'excell'"),
        ("sources.yml", 'until: "2026-04-01T16:00:00+09:00"', "until: 2026年", "until must be a moment"),
        ("sources.yml", 'until: "2026-04-01T16', 'until: "2024-04-01T16', "later than from"),
        ("sources.yml", "within: table,", "within: tables,", "must stand above"),
        ("terms.yml", "{}", "免責: gl_nowhere", "'gl_nowhere', which no entry has as id"),
        ("wording.yml", 'pattern: "絶対"', 'pattern: "絶対("', "pattern cannot be used"),
    ],
)
def test_the_other_files_are_checked_too(
    file: str, old: str, new: str, says: str, small_room: Path, faults_of: Faults
) -> None:
    path = small_room / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    found = [fault for fault in faults_of(small_room) if says in fault[2]]
    assert found, faults_of(small_room)
    assert {fault[0] for fault in found} == {f"knowledge/{file}"}


def test_a_missing_file_is_a_fault_and_no_crash(small_room: Path, faults_of: Faults) -> None:
    (small_room / "areas.yml").unlink()
    assert any(fault[0] == "knowledge/areas.yml" for fault in faults_of(small_room))
