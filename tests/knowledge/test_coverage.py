"""Coverage: the cases agree with the matrix and with the documents' figures, and each fault is told at its line."""

from __future__ import annotations

import csv
import shutil
import unicodedata
from pathlib import Path

import pytest
import yaml

import knowledge as room
from knowledge import KnowledgeFaults, UnknownRecord
from knowledge.__main__ import main
from knowledge.cases import PLANS, Case
from knowledge.coverage import Coverage, load_coverage
from tests.knowledge.test_answers import amounts

HERE = Path(__file__).resolve().parent
ROOM = Path(room.__file__).resolve().parent
FAULTS = yaml.safe_load((HERE / "coverage_faults.yml").read_text(encoding="utf-8"))
FIGURES = yaml.safe_load((HERE / "figures.yml").read_text(encoding="utf-8"))

CASES_OF_ROWS = {
    "injury": ["cv_injury_during"],
    "damage": ["cv_damage_during", "cv_specified_buried", "cv_misconnection_damage"],
    "after_completion": ["cv_after_damage", "cv_after_injury"],
    "unusable_damaged": ["cv_unusable_damaged"],
    "unusable_undamaged": [
        "cv_unusable_undamaged",
        "cv_blackout_tenants",
        "cv_smoke",
        "cv_railway",
        "cv_entrance_blocked",
    ],
    "economic_loss": [
        "cv_mistake_switch",
        "cv_mistake_connection",
        "cv_mistake_setting",
        "cv_mistake_application",
        "cv_mistake_damaged",
    ],
    "entrusted_on_site": ["cv_entrusted_on_site", "cv_entrusted_vehicle_on_site"],
    "entrusted_off_site": ["cv_entrusted_off_site"],
    "own_product": ["cv_product_with_damage"],
    "personality": ["cv_personality"],
    "mutual": ["cv_full_way"],
    "redo": ["cv_redo"],
    "delay": ["cv_delay"],
}


@pytest.fixture(scope="module")
def coverage() -> Coverage:
    return load_coverage()


@pytest.fixture
def broken_room(tmp_path: Path) -> Path:
    """A copy of the real files that coverage is read from."""
    folder = tmp_path / "knowledge"
    shutil.copytree(ROOM / "coverage", folder / "coverage")
    for name in ("sources.yml", "wording.yml"):
        shutil.copy(ROOM / name, folder)
    return folder


def test_every_product_has_cases_of_every_kind(coverage: Coverage) -> None:
    found: dict[str, set[tuple[str, ...] | None]] = {product: set() for product in PLANS}
    for case in coverage.cases.values():
        found[case.product].add(case.plans)
    assert found["third_party"] == {("basic", "wide", "premium"), ("wide", "premium"), ("premium",), (), None}
    assert found["assembly"] == {("in",), (), None}
    assert found["cyber"] == {("in",), None}
    assert len(coverage.cases) >= 60


@pytest.mark.parametrize("row_id", [row.id for row in load_coverage().matrix("third_party").rows[:-1]])
def test_cases_say_the_same_as_the_matrix(row_id: str, coverage: Coverage) -> None:
    matrix = coverage.matrix("third_party")
    row = next(row for row in matrix.rows if row.id == row_id)
    in_row = tuple(plan for plan in matrix.columns if row.values[plan] != "no")
    for case_id in CASES_OF_ROWS[row_id]:
        assert coverage.case(case_id).plans == in_row, case_id


def test_loss_of_use_follows_cause_and_damage(coverage: Coverage) -> None:
    """The four fields of the document's own table."""
    plans = {
        ("accident", "damaged"): ("basic", "wide", "premium"),
        ("accident", "undamaged"): ("wide", "premium"),
        ("mistake", "damaged"): ("premium",),
        ("mistake", "undamaged"): ("premium",),
    }
    told = [case for case in coverage.cases.values() if {"cause", "damage"} <= set(case.facts)]
    assert {(case.facts["cause"], case.facts["damage"]) for case in told} == set(plans)
    for case in told:
        assert case.plans == plans[case.facts["cause"], case.facts["damage"]], case.id


def texts(case: Case) -> list[str]:
    found = [case.title, case.title_en, case.answer, case.answer_en, case.limit or "", case.limit_en or ""]
    return [unicodedata.normalize("NFKC", text) for text in found]


def test_no_case_names_an_amount_that_no_document_holds(coverage: Coverage) -> None:
    known = {int(item["yen"]) for item in FIGURES["amounts"]}
    for table in (HERE.parents[1] / "rating" / "tables" / "cyber").rglob("*.csv"):
        with table.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                known |= {int(value) for key, value in row.items() if key.endswith("_yen") and value}
    foreign = [
        (case.id, amount)
        for case in coverage.cases.values()
        for text in texts(case)
        for amount in amounts(text)
        if amount not in known
    ]
    assert foreign == []


def test_titles_and_texts_are_given_by_language(coverage: Coverage) -> None:
    case = coverage.case("cv_personality")
    assert case.text("ja") == case.answer != case.answer_en == case.text("en")
    row = coverage.matrix("third_party").rows[0]
    assert row.title("ja") == row.label != row.label_en == row.title("en")


def test_what_is_not_there_is_an_unknown_record(coverage: Coverage) -> None:
    with pytest.raises(UnknownRecord, match="cv_none"):
        coverage.case("cv_none")
    with pytest.raises(UnknownRecord, match="cyber"):
        coverage.matrix("cyber")


@pytest.mark.parametrize("fault", FAULTS, ids=[fault["name"] for fault in FAULTS])
def test_a_fault_names_its_file_and_line(fault: dict[str, str], broken_room: Path) -> None:
    path = broken_room / "coverage" / f"{fault['file']}.yml"
    text = path.read_text(encoding="utf-8")
    assert fault["old"] in text
    broken = text.replace(fault["old"], fault["new"], 1)
    path.write_text(broken, encoding="utf-8")
    line = broken[: broken.index(fault["at"])].count("\n") + 1
    with pytest.raises(KnowledgeFaults) as caught:
        load_coverage(broken_room)
    named = [(f.path, f.line) for f in caught.value.faults if fault["says"] in f.message]
    assert (f"knowledge/coverage/{fault['file']}.yml", line) in named, caught.value.faults


def test_all_faults_are_told_at_once(broken_room: Path) -> None:
    for file in ("cyber", "assembly_paid"):
        path = broken_room / "coverage" / f"{file}.yml"
        path.write_text(path.read_text(encoding="utf-8").replace("plans: [in]", "plans: [out]"), encoding="utf-8")
    (broken_room / "coverage" / "matrix.yml").unlink()
    with pytest.raises(KnowledgeFaults) as caught:
        load_coverage(broken_room)
    named = {fault.path.rpartition("/")[2] for fault in caught.value.faults}
    assert named == {"cyber.yml", "assembly_paid.yml", "matrix.yml"}


def test_check_counts_the_cases(coverage: Coverage, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check"]) == 0
    assert f"{len(coverage.cases)} cases" in capsys.readouterr().out


def test_check_tells_an_example_that_is_also_a_question(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "knowledge"
    shutil.copytree(ROOM, folder, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    path = folder / "coverage" / "cyber.yml"
    text = path.read_text(encoding="utf-8")
    question = next(iter(room.load().entries.values())).questions[0]
    path.write_text(text.replace("- ウィルスばらまいて相手の業務止めた", f"- {question}"), encoding="utf-8")
    assert main(["--root", str(folder), "check"]) == 1
    assert "also stands in" in capsys.readouterr().err


def test_nlu_holds_every_example_of_every_case(coverage: Coverage, tmp_path: Path) -> None:
    out = tmp_path / "nlu.yml"
    assert main(["nlu", str(out)]) == 0
    blocks = yaml.safe_load(out.read_text(encoding="utf-8"))["nlu"]
    written = {block["intent"]: block["examples"].splitlines() for block in blocks}
    for case in coverage.cases.values():
        assert written[f"case/{case.id}"] == [f"- {' '.join(text.split())}" for text in case.examples]
