"""What a message's naming of a scheme says of the entries."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from bot.engine.schemes import BESIDE, FOREIGN, NAMED, NamedSchemes, scheme_of
from tests.conftest import ROOT


@pytest.fixture(scope="module")
def schemes() -> NamedSchemes:
    return NamedSchemes()


def entries() -> list[dict]:
    paths: list[Path] = sorted((ROOT / "knowledge" / "faq").rglob("*.yml"))
    return [entry for path in paths for entry in yaml.safe_load(path.read_text(encoding="utf-8"))]


def test_every_entry_has_the_scheme_that_its_id_says() -> None:
    assert len(entries()) > 180
    for entry in entries():
        expected = None if entry["scheme"] == "general" else entry["scheme"]
        assert scheme_of(entry["id"]) == expected, entry["id"]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("組立保険の免責はいくら", {"assembly"}),
        ("対人上乗せの申込書", {"third_party"}),
        ("ワイドとプレミアムの違い", {"third_party"}),
        ("サイバーと第三者を両方", {"cyber", "third_party"}),
        ("期限はいつですか", set()),
    ],
)
def test_schemes_are_named_by_themselves_or_by_a_plan(schemes: NamedSchemes, text: str, named: set[str]) -> None:
    assert schemes.of(text) == named


def test_an_entry_of_another_scheme_yields(schemes: NamedSchemes) -> None:
    weigh = schemes.evidence("組立の自己負担")
    assert weigh is not None
    assert weigh("as_payment_rule") == NAMED > 0
    assert weigh("ge_deductibles") == 0
    assert weigh("tp_deductible") == weigh("cy_no_deductible") == FOREIGN < BESIDE
    assert weigh("my_what") == BESIDE
    assert schemes.evidence("自己負担はいくら") is None
