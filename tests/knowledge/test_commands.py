"""`python -m knowledge`: what staff and `make train` run, also with the engine's Python."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest
import yaml

import knowledge as room
from knowledge import Knowledge
from knowledge.__main__ import main

ROOM = Path(room.__file__).resolve().parent


def test_check_passes_on_the_real_files(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check"]) == 0
    assert "no fault" in capsys.readouterr().out


def test_check_lists_faults_and_fails(small_room: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = small_room / "faq" / "sample.yml"
    path.write_text(path.read_text(encoding="utf-8").replace("as_other]", "as_none]"), encoding="utf-8")
    assert main(["--root", str(small_room), "check"]) == 1
    assert "knowledge/faq/sample.yml:24: related names 'as_none'" in capsys.readouterr().err


def test_coverage_lists_sections_without_an_entry(
    small_room: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["coverage"]) == 0
    capsys.readouterr()
    assert main(["--root", str(small_room), "coverage"]) == 1
    out = capsys.readouterr().out
    assert "     2  2 " in out
    assert "加入資格  <- no entry" in out


def test_coverage_names_a_locator_without_a_section(
    small_room: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = small_room / "faq" / "sample.yml"
    path.write_text(path.read_text(encoding="utf-8").replace('"2 保険期間"', "どこか"), encoding="utf-8")
    assert main(["--root", str(small_room), "coverage"]) == 1
    assert "as_other: the locator 'どこか' names no section" in capsys.readouterr().out


def test_nlu_holds_every_question_once(tmp_path: Path, real: Knowledge) -> None:
    out = tmp_path / "new" / "nlu.yml"
    assert main(["nlu", str(out)]) == 0
    blocks = yaml.safe_load(out.read_text(encoding="utf-8"))["nlu"]
    examples = {block["intent"]: block["examples"].splitlines() for block in blocks}
    named = {name.removeprefix("faq/") for name in examples if name.startswith("faq/")}
    assert named == set(real.entries)
    entry = real.entry("gu_cost")
    # The scheme's full name stands with the title, unless the title holds it.
    titles = ("保証証券等確認システム: " + entry.title, entry.title_en)
    named_en = real.product("guarantee").name_en
    english = titles[1] if named_en in titles[1] else f"{named_en}: {titles[1]}"
    phrases = (*entry.questions, titles[0], *entry.questions_en, english)
    assert examples["faq/gu_cost"] == [f"- {phrase}" for phrase in phrases]


def test_nlu_takes_the_examples_of_cases(small_room: Path, tmp_path: Path) -> None:
    (small_room / "coverage").mkdir()
    cases = "cases:\n  - {id: demo_case, examples: [足場が倒れた, 'はい: 倒れた']}\n  - {id: no_examples}\n"
    (small_room / "coverage" / "cases.yml").write_text(cases, encoding="utf-8")
    out = tmp_path / "nlu.yml"
    assert main(["--root", str(small_room), "nlu", str(out)]) == 0
    blocks = yaml.safe_load(out.read_text(encoding="utf-8"))["nlu"]
    assert blocks[-1] == {"intent": "case/demo_case", "examples": "- 足場が倒れた\n- はい: 倒れた\n"}


def test_the_room_needs_the_standard_library_and_yaml_only() -> None:
    allowed = {*sys.stdlib_module_names, "yaml", "knowledge", "rating"}
    for path in ROOM.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            for name in names:
                assert name.partition(".")[0] in allowed, f"{path.name} imports {name}"
