"""An answer and a question in one message are told apart, without an engine: sentences, joints, named fields."""

from __future__ import annotations

import pytest
import yaml

from bot.actions import clauses
from bot.actions.understanding import Understanding, read
from tests.conftest import ROOT

CASES = yaml.safe_load((ROOT / "tests/actions/clauses.yml").read_text(encoding="utf-8"))


def _heard(text: str, named: list[str]) -> Understanding:
    folded = clauses.fold(text)
    places = [(folded.index(clauses.fold(name)), len(clauses.fold(name))) for name in named]
    entities = [{"entity": "x", "value": "y", "start": at, "end": at + length} for at, length in places]
    return read({"text": text, "intent": {"name": "inform", "confidence": 0.9}, "entities": entities})


@pytest.mark.parametrize("case", CASES["divided"], ids=lambda case: case["say"])
def test_an_answer_and_a_question_are_told_apart(case: dict) -> None:
    told, asked = clauses.divide(_heard(case["say"], case.get("named", [])))
    assert (told.text if told else None) == case.get("told")
    assert [part.text for part in asked] == ([case["asked"]] if "asked" in case else [])


def test_what_is_named_in_the_question_is_not_in_the_answer() -> None:
    told, asked = clauses.divide(_heard("ワイドで、プレミアムの自己負担はありますか", ["ワイド", "プレミアム"]))
    assert told is not None
    assert [word.start for word in told.words] == [0]
    assert [word.start for word in asked[0].words] == [5]


@pytest.mark.parametrize("case", CASES["asks"], ids=lambda case: case["text"])
def test_a_question_is_known_by_how_it_is_put(case: dict) -> None:
    assert clauses.asks(case["text"]) is case["asks"]
    assert clauses.asks(case["text"], plainly=True) is case["plainly"]


@pytest.mark.parametrize("case", CASES["named_fields"], ids=lambda case: case["say"])
def test_a_field_is_named_by_its_label(case: dict) -> None:
    assert clauses.named_field(case["say"], case["label"]) == case.get("told")
