"""`python -m rating`: what staff see, its exit codes, and that every text is there and used."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import rating
from rating.__main__ import main
from rating.wording import Wording

ROOT = Path(__file__).parents[2]
ROOM = ROOT / "rating"
AS_OF = ["--as-of", "2026-01-15T09:00:00+09:00"]


def test_check_passes_on_the_tables_as_they_are() -> None:
    result = subprocess.run(
        [sys.executable, "-m", "rating", "check"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert "314" in result.stdout
    assert "third_party/2025-04-01@" in result.stdout


def test_check_shows_every_fault_and_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tables = Path(shutil.copytree(ROOM / "tables", tmp_path / "tables"))
    path = tables / "cyber/2024-01-01/premiums.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("AA1,", "XX1,"), encoding="utf-8")
    assert main(["--root", str(tables), "check"]) == 2
    assert "cyber/2024-01-01/premiums.csv:2: code_mismatch" in capsys.readouterr().err


def test_a_quote_shows_premium_steps_period_and_source(capsys: pytest.CaptureFixture[str]) -> None:
    command = ["quote", "third_party", "--plan", "basic", "--course", "3", "--sales", "410000000", *AS_OF]
    assert main([*command, "--claims", "1"]) == 0
    shown = capsys.readouterr().out
    for part in (
        "ZGA③-0",
        "408,970円",
        "割増 50%",
        "2026-04-01 16:00",
        "年間保険料表",
        "約束するものではありません",
    ):
        assert part in shown
    assert "加入型コードの並び" in shown


def test_a_quote_without_a_course_shows_all_courses(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["quote", "third_party", "--plan", "basic", "--sales", "80000000", *AS_OF]) == 0
    shown = capsys.readouterr().out
    assert "18,020円" in shown
    assert "コース 5）: この組み合わせの保険料は資料に印刷されていません" in shown


def test_every_product_can_be_shown_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["quote", "assembly", "--sales", "40000000", "--claims", "2", "--json", *AS_OF]) == 0
    assert json.loads(capsys.readouterr().out)["premium_yen"] == 32_000
    assert main(["quote", "cyber", "--industry", "2", "--plan", "A", "--sales", "1", *AS_OF]) == 0
    assert "36,490円" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (["third_party", "--plan", "wide", "--course", "1", "--sales", "50000000"], "印刷されていません"),
        (["cyber", "--plan", "A", "--industry", "1", "--sales", "20000000001"], "加入できない"),
        (["third_party", "--plan", "gold", "--course", "1", "--sales", "1"], "入力を確かめて"),
        (["third_party", "--plan", "wide", "--sales", "50000000"], "印刷されていません"),
    ],
)
def test_a_refusal_fails_and_says_why(
    arguments: list[str], part: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["quote", *arguments, *AS_OF]) == 1
    shown = capsys.readouterr()
    assert part in shown.out + shown.err


def test_a_tariff_that_is_over_or_not_begun_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    command = ["quote", "assembly", "--sales", "1", "--as-of"]
    assert main([*command, "2027-01-01T00:00:00+09:00"]) == 0
    assert "すでに終了" in capsys.readouterr().out
    assert main([*command, "2025-01-01T00:00:00+09:00"]) == 0
    assert "まだ始まっていない" in capsys.readouterr().out


def test_no_japanese_stands_in_the_code() -> None:
    japanese = re.compile(r"[\u3041-\u30ff\u4e00-\u9fff]")
    for path in ROOM.rglob("*.py"):
        assert not japanese.search(path.read_text(encoding="utf-8")), path


def test_every_text_is_used() -> None:
    texts = json.loads((ROOM / "texts.json").read_text(encoding="utf-8"))
    code = "".join(path.read_text(encoding="utf-8") for path in ROOM.rglob("*.py"))
    composed = ("limit_", "scope_", "state_", "step_", "row_note_")
    unused = [key for key in texts if f'"{key}"' not in code and not key.startswith(composed)]
    assert unused == []


def test_every_step_and_limit_has_its_text() -> None:
    words = Wording.load()
    tariffs = rating.load_tariffs()
    for product in rating.PRODUCTS:
        for rate in tariffs.latest(product).premiums.values():
            for name in rate.limits:
                assert words.line(f"limit_{name}")
            assert words.line(f"scope_{rate.deductible_scope or 'none'}")
            if rate.row_note:
                assert words.line(f"row_note_{rate.row_note}")
