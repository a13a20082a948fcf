"""The measures themselves: figures that decide about thresholds must be right."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from bot.engine.evaluation import answers, measures, page, utterances
from bot.engine.evaluation.figures import Figures


def test_accuracy() -> None:
    assert measures.accuracy(["a", "b", "c", "c"], ["a", "b", "c", "a"]) == 0.75
    assert measures.accuracy([], []) == 0.0


def test_macro_f1_counts_each_meaning_alike() -> None:
    gold = ["a"] * 8 + ["b"] * 2
    assert measures.macro_f1(gold, gold) == 1.0
    # a: precision 0.8, recall 1 -> 8/9; b is never told -> 0
    assert measures.macro_f1(gold, ["a"] * 10) == pytest.approx((2 * 8 / 18) / 2)


def test_a_meaning_told_where_none_was_meant_costs_precision_only() -> None:
    assert measures.macro_f1(["a", "a"], ["a", "z"]) == pytest.approx(2 * 1 / 3)


def test_the_threshold_rejects_the_asked_share() -> None:
    scores = [number / 100 for number in range(100)]
    threshold = measures.threshold_at(scores, 0.03)
    assert measures.below(scores, threshold) == pytest.approx(0.03)
    assert measures.below([], 0.5) == 0.0


def test_calibration() -> None:
    bars, error = measures.calibration([0.95] * 10 + [0.55] * 10, [True] * 9 + [False] + [True] * 5 + [False] * 5)
    assert [(bar.count, bar.accuracy) for bar in bars] == [(10, 0.5), (10, 0.9)]
    assert error == pytest.approx(0.05)


def test_full_confidence_is_in_the_last_bar() -> None:
    bars, _ = measures.calibration([1.0, 0.0], [True, False])
    assert sum(bar.count for bar in bars) == 2


def test_confusion() -> None:
    labels, matrix = measures.confusion(["a", "a", "b"], ["a", "b", "b"])
    assert labels == ["a", "b"]
    assert matrix.tolist() == [[1, 1], [0, 1]]


def test_halves_are_about_equal_stable_and_apart() -> None:
    texts = [f"message {number}" for number in range(2000)]
    tuning = [text for text in texts if utterances.is_tuning(text)]
    assert 900 < len(tuning) < 1100
    assert utterances.is_tuning("message 0") is utterances.is_tuning("message 0")
    assert utterances.is_tuning("８千万") is utterances.is_tuning("8千万")


def test_what_was_learnt_by_heart_is_left_out(tmp_path: Path) -> None:
    folder, training = tmp_path / "nlu", tmp_path / "training"
    folder.mkdir()
    training.mkdir()
    for name in ("intents", "faq", "out_of_scope", "coverage_cases", "values"):
        items = [{"text": "はい！", "intent": "restart"}, {"text": f"new in {name}", "intent": "restart"}]
        (folder / f"{name}.yml").write_text(yaml.safe_dump(items, allow_unicode=True), encoding="utf-8")
    (training / "a.yml").write_text("nlu:\n- intent: affirm\n  examples: |\n    - はい\n", encoding="utf-8")
    loaded = utterances.load(folder, [training])
    assert loaded.memorised == 4
    assert [item["text"] for item in loaded.intents] == ["new in intents"]
    assert loaded.intents[0]["intent"] == "start_over"
    assert len(loaded.values) == 2


def test_every_fact_is_an_expression_that_some_answer_holds() -> None:
    """A question whose fact no entry holds could never be answered, and would not show a fault of retrieval."""
    texts = answers.entry_texts()
    items = yaml.safe_load(Path("tests/nlu/faq.yml").read_text(encoding="utf-8"))
    held = {fact: any(re.search(fact, text) for text in texts.values()) for fact in {item["fact"] for item in items}}
    without = [fact for fact, found in held.items() if not found]
    assert len(without) <= len(held) * 0.02, without


def test_answers_are_measured_as_members_see_them() -> None:
    texts = answers.entry_texts()
    assert "frontuser/login" in texts["my_url_login"]
    assert not [entry for entry, text in texts.items() if "{contact:" in text or "{link:" in text]


def test_values_are_found_by_name() -> None:
    quantity = {"kind": "money", "value": 80_000_000, "role": None}
    parsed = {
        "entities": [
            {"entity": "quantity", "value": quantity},
            {"entity": "quantity", "value": {"kind": "money", "value": 100_000_000, "role": "limit_property"}},
            {"entity": "plan", "value": "wide"},
        ]
    }
    expect = {"plan": "wide", "annual_sales_yen": 80_000_000, "course": 3, "product": "third_party", "branch": "x"}
    assert answers.missing_values(parsed, expect) == []
    assert answers.missing_values(parsed, {"plan": "basic", "claims": 1}) == ["plan", "claims"]


@pytest.mark.parametrize(
    ("told", "right"),
    [
        ({"product": "third_party", "plans": ["premium", "wide"]}, True),
        ({"product": "third_party", "plans": ["wide"]}, False),
        ({"product": "third_party", "plans": None}, False),
        ({"product": "assembly", "covered": True}, False),
        ({"product": "third_party", "covered": True}, True),
    ],
)
def test_a_case_is_right_by_its_plans(told: dict, right: bool) -> None:
    cases = {"cv_a": ("third_party", ("wide", "premium"))}
    assert answers.right_case({"cases": [{"id": "cv_a"}]}, told, cases) is right
    assert answers.right_case({"cases": []}, told, cases) is False


def test_a_listed_error_has_its_remark_and_one_without_is_seen() -> None:
    wrong = [
        {"text": text, "meant": "quote", "understood": "faq", "confidence": 0.9} for text in ("いくら<1>", "年額", "枠")
    ]
    result = Figures(
        figures={"threshold_at_3_percent": 0.5},
        counts={"memorised_and_left_out": 0},
        labels=["faq", "quote"],
        matrix=[[1, 0], [1, 1]],
        scope={"inside": [0.9], "outside": [0.1]},
        errors=wrong,
    )
    remarks = {"いくら<1>": "短すぎて、聞かれた物がわかりません。", "枠": " "}
    assert page.unremarked(result, remarks) == ["年額", "枠"]
    html = page.page(result, remarks)
    assert "<tr><td>いくら&lt;1&gt;</td><td>quote</td><td>faq</td><td>0.90</td><td>短すぎて" in html
    assert html.count(f"<tr class=missed><td>年額</td><td>quote</td><td>faq</td><td>0.90</td><td>{page.NO_REMARK}") == 1
    assert html.count(page.NO_REMARK) == 2
