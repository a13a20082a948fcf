"""Expressions as data: own.yml by the author of the parser, others.yml by somebody who had not seen it."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bot.engine.quantities import Quantity, QuantityError, QuantityParser

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
TABLE = ROOT / "bot" / "engine" / "quantities.yml"
PARSER = QuantityParser(TABLE)
OPTIONAL = ("low", "high", "modifier", "tax", "role")


def rows() -> list[Any]:
    found = []
    for path in sorted(HERE.glob("*.yml")):
        for row in yaml.safe_load(path.read_text(encoding="utf-8")):
            found.append(pytest.param(row, id=f"{path.stem}: {row['text']}"))
    return found


@pytest.mark.parametrize("row", rows())
def test_an_expression_is_read(row: dict[str, Any]) -> None:
    found = [dataclasses.asdict(quantity) for quantity in PARSER.parse(row["text"])]
    shown = [{key: item[key] for key in ("kind", "value", *OPTIONAL)} for item in found]
    expected = [{**dict.fromkeys(OPTIONAL), **item} for item in row["expect"]]
    assert shown == expected


@pytest.mark.parametrize("row", rows())
def test_offsets_are_those_of_the_text_as_given(row: dict[str, Any]) -> None:
    for quantity in PARSER.parse(row["text"]):
        assert row["text"][quantity.start : quantity.end] == quantity.text
        assert quantity.text


def test_there_are_enough_expressions() -> None:
    own = yaml.safe_load((HERE / "own.yml").read_text(encoding="utf-8"))
    assert len(own) >= 80
    texts = [row["text"] for row in own]
    assert len(texts) == len(set(texts))


@given(
    st.text(
        alphabet="0123456789０１２一二三十百千万億円①③〜、,.人回月日時 売上税抜ちょい弱まんおくabc-/",
        max_size=30,
    )
)
def test_any_text_is_read_without_a_fault(text: str) -> None:
    last = 0
    for quantity in PARSER.parse(text):
        assert quantity.start >= last
        assert quantity.end > quantity.start
        assert quantity.low is None or quantity.low < (quantity.high or 0)
        last = quantity.end


@given(st.integers(10_000, 999_999_999_999))
def test_an_amount_written_in_any_way_is_the_same_amount(yen: int) -> None:
    oku, rest = divmod(yen, 100_000_000)
    man, ones = divmod(rest, 10_000)
    mixed = (f"{oku}億" if oku else "") + (f"{man}万" if man else "") + (f"{ones}" if ones else "") + "円"
    for text in (f"{yen}円", f"{yen:,}円", f"¥{yen:,}", mixed, mixed.translate(WIDE), kanji(yen) + "円"):
        assert [(item.kind, item.value) for item in PARSER.parse(text)] == [("money", yen)], text


WIDE = str.maketrans("0123456789", "０１２３４５６７８９")


def kanji(yen: int) -> str:
    """The amount in kanji as a bank would write it."""
    text = ""
    for unit, scale in (("億", 100_000_000), ("万", 10_000), ("", 1)):
        part, yen = divmod(yen, scale)
        if part:
            for small, size in (("千", 1000), ("百", 100), ("十", 10), ("", 1)):
                digit, part = divmod(part, size)
                if digit:
                    text += ("" if digit == 1 and small else "一二三四五六七八九"[digit - 1]) + small
            text += unit
    return text


def test_the_parser_keeps_nothing_between_texts() -> None:
    before = PARSER.parse("売上8千万")
    PARSER.parse("対物1億、2回")
    assert PARSER.parse("売上8千万") == before
    assert isinstance(before[0], Quantity)


def test_an_unusable_table_is_refused(tmp_path: Path) -> None:
    with pytest.raises(QuantityError):
        QuantityParser(tmp_path / "missing.yml")
    (tmp_path / "short.yml").write_text("digits: {}\n", encoding="utf-8")
    with pytest.raises(QuantityError):
        QuantityParser(tmp_path / "short.yml")


def test_the_module_needs_only_the_standard_library_and_yaml() -> None:
    engine = ROOT / ".venv-engine" / "bin" / "python"
    script = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r})\n"
        "from bot.engine.quantities import QuantityParser\n"
        f"print(QuantityParser({str(TABLE)!r}).parse('8千万')[0].value)\n"
        "print(sorted(name for name in ('rasa', 'spacy', 'numpy') if name in sys.modules))\n"
    )
    for interpreter in [sys.executable, *([str(engine)] if engine.exists() else [])]:
        result = subprocess.run([interpreter, "-c", script], capture_output=True, text=True, check=True)
        assert result.stdout.split("\n")[:2] == ["80000000", "[]"]


def test_no_japanese_stands_in_the_code() -> None:
    source = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "bot" / "engine").glob("quantit*.py"))
    code = "".join(line for line in source.splitlines() if "#" not in line and '"""' not in line)
    docs = ("「5〜6千万」", "「8千万の売上で1億の対物」", "「2000」", "「1億2000」", "「八千」", "・")
    for part in docs:
        code = code.replace(part, "")
    assert not [sign for sign in code if "\u3041" <= sign <= "\u9fff"]
