"""Meaning, ranked: what holds for any phrases, on a small model that is trained here."""

from __future__ import annotations

import pickle
from fnmatch import fnmatchcase
from typing import Any

import numpy as np
import pytest
import yaml
from rasa.nlu.model import InvalidModelError
from rasa.nlu.utils.spacy_utils import SpacyModel
from rasa.shared.nlu.training_data.message import Message

from bot.engine import capability_classifier, ranking
from bot.engine.evaluation.utterances import training_examples
from bot.engine.ginza import LeanGinza
from bot.engine.quantity_extractor import QuantityExtractor
from bot.engine.ranker import KIN, MeaningRanker
from bot.engine.views import normalise, view
from tests.conftest import ROOT

ENTRIES = {
    "faq/tp_period": ["保険期間はいつまで", "期間はいつからいつまでですか", "補償はいつ始まるの"],
    "faq/my_forgot": ["パスワードを忘れた", "パスワード忘れました", "ぱすわーどわすれた"],
    "case/cv_glass": ["ガラスを割った", "脚立が倒れて窓を割ってしまった"],
    "case/cv_pipe": ["水道管を割って水浸し", "配管に穴を開けて水が漏れた"],
    "case/cv_fire": ["火事になって倉庫が燃えた", "漏電で火が出た"],
}


@pytest.fixture(scope="session")
def small(language: SpacyModel) -> ranking.Ranking:
    few: dict[str, list[str]] = {}
    for intent, text in training_examples(ROOT / "bot" / "data" / "nlu"):
        few.setdefault(intent, []).append(text)
    examples = [(text, intent) for intent, texts in few.items() for text in texts[:25]]
    examples += [(text, label) for label, texts in ENTRIES.items() for text in texts]
    return ranking.train(language.model, examples)


@pytest.fixture
def ranker(small: ranking.Ranking) -> MeaningRanker:
    component = MeaningRanker(MeaningRanker.get_default_config(), None, None)
    component._ranking = small
    return component


def _heard(ranker: MeaningRanker, language: SpacyModel, text: str, earlier: str = "") -> dict[str, Any]:
    message = Message.build(text)
    message.set("metadata", {"earlier": earlier})
    ranker.process([message], language)
    return message.as_dict()


def test_ginza_is_loaded_without_pipes(language: SpacyModel) -> None:
    assert language.model.pipe_names == []
    (token,) = language.model("電気")
    assert token.morph.get("Reading") == ["デンキ"]
    assert token.has_vector


def test_an_unknown_model_is_named() -> None:
    with pytest.raises(InvalidModelError, match="no_such_model"):
        LeanGinza.load_model("no_such_model")


@pytest.mark.parametrize(
    ("one", "other"),
    [("８千万　です", "8千万 です"), ("ｻｲﾊﾞｰ", "サイバー"), ("WIDE", "wide"), ("売上12,000", "売上0"), ("a  b", "a b")],
)
def test_width_case_digits_and_spaces_are_folded(one: str, other: str) -> None:
    assert normalise(one) == normalise(other)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ﾊｲ､ｿｳﾃﾞｽ", "はい、そうです"),
        ("保険料ﾊ", "保険料は"),
        ("ｻｲﾊﾞｰ ﾃﾞｽ", "サイバー です"),
        ("ﾌﾟﾗﾝを見せて", "プランを見せて"),
        ("とりけしmす", "とりけします"),
        ("2回でしt。", "0回でした。"),
        ("そうdす", "そうです"),
        ("idです", "idです"),
        ("ワイドのw", "ワイドのw"),
    ],
)
def test_slips_of_a_japanese_keyboard_are_mended(typed: str, meant: str) -> None:
    assert normalise(typed) == meant


def test_a_phrase_is_known_without_its_kanji(small: ranking.Ranking, language: SpacyModel) -> None:
    written, heard = (view(language.model, text) for text in ("保険料はいくら", "ほけんりょうはいくら"))
    assert written.reading == heard.reading
    (first, second) = (ranked[0][0] for ranked in small.capabilities([written, heard]))
    assert first == second == "quote"


def test_the_nearest_phrase_speaks_for_its_class(language: SpacyModel) -> None:
    told = [("保険料はいくら", "quote")] * 9 + [("締切はいつ", "deadline")] * 9 + [("いくらなんでも遅い", "insult")]
    views = [view(language.model, text) for text, _ in told]
    labels = [label for _, label in told]
    asked = [view(language.model, "いくらなんでもおそい")]
    plain, near = (
        capability_classifier.CapabilityClassifier(views, labels, [1.0] * len(told), 6.0, 1.0, nearest=nearest)
        for nearest in (0.0, 4.0)
    )
    insult = plain.classes.index("insult")
    assert near.probabilities(asked)[0][insult] > plain.probabilities(asked)[0][insult] + 0.05


def test_entries_kin_to_a_capability_teach_it() -> None:
    told = [("FULL-WAYとは", "faq/gl_fullway"), ("締切はいつ", "faq/as_deadlines"), ("停電させた", "case/cv_x")]
    taught = ranking.capability_examples(told, {"what_is": ["gl_*"]})
    assert [label for _, label in taught] == ["what_is", "faq", "coverage"]


def test_kin_names_entries_and_capabilities_that_there_are() -> None:
    kin = yaml.safe_load(KIN.read_text(encoding="utf-8"))
    capabilities = {intent for intent, _ in training_examples(ROOT / "bot" / "data" / "nlu")}
    lists = (yaml.safe_load(path.read_bytes()) for path in (ROOT / "knowledge" / "faq").rglob("*.yml"))
    entries = [entry["id"] for listed in lists for entry in listed]
    assert set(kin) <= capabilities
    for pattern in (pattern for told in kin.values() for pattern in told):
        assert [entry for entry in entries if fnmatchcase(entry, pattern)], pattern


def test_the_first_steps_of_login_help_are_kin_to_it() -> None:
    steps = yaml.safe_load((ROOT / "bot/data/flows/tables/login.yml").read_text(encoding="utf-8"))
    kin = yaml.safe_load(KIN.read_text(encoding="utf-8"))
    for service, stages in steps.items():
        for step in stages.values():
            for entry in step.values() if isinstance(step, dict) else [step]:
                assert any(fnmatchcase(entry, pattern) for pattern in kin[f"login_{service}"]), entry


def test_a_family_weighs_the_same_however_many_its_phrases() -> None:
    few, many = (sum(ranking.example_weights(["faq"] * number)) for number in (2000, 4000))
    assert few == pytest.approx(many)
    assert ranking.example_weights(["greet", "greet"]) == [1.0, 1.0]


def test_a_message_is_seen_several_ways(language: SpacyModel) -> None:
    seen = view(language.model, "保険料は いくら")
    assert seen.surface == "保険料はいくら"
    assert seen.reading == "ホケンリョウハイクラ"
    assert np.linalg.norm(seen.vector) == pytest.approx(1, abs=1e-3)


def test_a_message_without_words_has_a_zero_vector(language: SpacyModel) -> None:
    assert not view(language.model, "!!").vector.any()


@pytest.mark.parametrize("text", ["保険料いくら", "", "😅", "あ" * 1000, "ワイドで。保険期間は？", "hello"])
def test_capabilities_are_probabilities(small: ranking.Ranking, language: SpacyModel, text: str) -> None:
    (ranked,) = small.capabilities([view(language.model, text)])
    shares = [share for _, share in ranked]
    assert sum(shares) == pytest.approx(1, abs=1e-3)
    assert shares == sorted(shares, reverse=True)
    assert len({name for name, _ in ranked}) == len(ranked)


def test_families_are_one_capability_each(small: ranking.Ranking) -> None:
    assert {"faq", "coverage"} <= set(small.classifier.classes)
    assert not [name for name in small.classifier.classes if "/" in name]


@pytest.mark.parametrize(
    ("family", "text", "best"),
    [
        ("faq/", "保険期間を知りたい", "tp_period"),
        ("faq/", "ぱすわーどをわすれた", "my_forgot"),
        ("case/", "お店のガラスを割ってしまった", "cv_glass"),
        ("case/", "水道管を割った", "cv_pipe"),
    ],
)
def test_the_entry_whose_words_are_used_comes_first(
    small: ranking.Ranking, language: SpacyModel, family: str, text: str, best: str
) -> None:
    found = small.entries(family, view(language.model, text), 5)
    assert found[0][0] == best
    assert sum(share for _, share, _ in found) <= 1.001
    shares = [share for _, share, _ in found]
    assert shares == sorted(shares, reverse=True)
    assert all(match >= 0 for _, _, match in found)


def test_an_unknown_family_has_no_entries(small: ranking.Ranking, language: SpacyModel) -> None:
    assert small.entries("none/", view(language.model, "x"), 5) == []


def test_the_same_message_means_the_same_after_storing(small: ranking.Ranking, language: SpacyModel) -> None:
    again = pickle.loads(pickle.dumps(small))  # noqa: S301  # our own
    seen = [view(language.model, "ワイドの保険料は")]
    (before,), (after,) = small.capabilities(seen), again.capabilities(seen)
    assert [name for name, _ in before] == [name for name, _ in after]
    assert [share for _, share in before] == pytest.approx([share for _, share in after], abs=1e-5)


def test_a_message_carries_everything_that_the_dialogue_reads(ranker: MeaningRanker, language: SpacyModel) -> None:
    heard = _heard(ranker, language, "ワイドでお願いします。保険期間はいつまでですか？")
    assert heard["intent"]["name"] == heard["intent_ranking"][0]["name"]
    assert len(heard["intent_ranking"]) == 5
    assert [part["text"] for part in heard["sentences"]] == ["ワイドでお願いします。", "保険期間はいつまでですか？"]
    assert heard["sentences"][1]["answers"][0]["id"] == "tp_period"
    assert {"id", "score", "match"} == set(heard["cases"][0])


def test_one_sentence_is_not_split(ranker: MeaningRanker, language: SpacyModel) -> None:
    assert _heard(ranker, language, "保険料はいくら？")["sentences"] == []


def test_a_short_message_is_also_read_with_the_one_before_it(ranker: MeaningRanker, language: SpacyModel) -> None:
    alone = _heard(ranker, language, "いつまで？")
    heard = _heard(ranker, language, "いつまで？", "保険期間のことを聞きたい")
    assert alone.get("in_context") is None
    assert heard["in_context"]["answers"][0]["id"] == "tp_period"
    assert heard["answers"] == alone["answers"]
    assert heard["intent"] == alone["intent"]


@pytest.mark.parametrize("text", ["8千万", "2", "あ" * 61])
def test_figures_and_long_messages_are_read_alone(ranker: MeaningRanker, language: SpacyModel, text: str) -> None:
    assert _heard(ranker, language, text, "保険期間のことを聞きたい").get("in_context") is None


@pytest.mark.parametrize("text", ["", "。", "？"])
def test_a_message_without_words_is_not_understood(ranker: MeaningRanker, language: SpacyModel, text: str) -> None:
    assert _heard(ranker, language, text)["intent"]["name"] == "nlu_fallback"


def test_under_the_threshold_nothing_is_understood(small: ranking.Ranking, language: SpacyModel) -> None:
    component = MeaningRanker({**MeaningRanker.get_default_config(), "threshold": 1.01}, None, None)
    component._ranking = small
    heard = _heard(component, language, "保険料はいくら")
    assert heard["intent"]["name"] == "nlu_fallback"
    assert heard["intent_ranking"][0]["name"] != "nlu_fallback"


def test_quantities_become_entities() -> None:
    message = Message.build("年間売上8千万で従業員12人")
    QuantityExtractor.create({}, None, None, None).process([message])
    found = {item["value"]["kind"]: item for item in message.get("entities")}
    assert found["money"]["value"]["value"] == 80_000_000
    assert found["money"]["value"]["role"] == "annual_sales"
    assert found["headcount"]["value"]["value"] == 12
    assert all(item["entity"] == "quantity" and item["extractor"] == "QuantityExtractor" for item in found.values())
    assert message.get("text")[found["headcount"]["start"] : found["headcount"]["end"]] == "12人"


def test_a_case_is_found_by_what_its_stories_share(small: ranking.Ranking, language: SpacyModel) -> None:
    seen = view(language.model, "窓ガラスが割れた")
    found = small.entries("case/", seen, 5)
    assert found[0][0] == "cv_glass"
    assert sum(share for _, share, _ in found) == pytest.approx(1.0, abs=1e-6)
    assert small.learned["case/"].classes == small.indexes["case/"].ids


def test_phrases_of_an_entry_are_taken_from_its_whole_list() -> None:
    listed = [(f"質問{number}", "faq/long") for number in range(30)] + [("one", "greet"), ("only", "case/short")]
    listed += [(f"question {number}", "faq/long") for number in range(5)]
    taught = ranking.capability_examples(listed)
    entry = [text for text, label in taught if label == "faq"]
    assert len(entry) == 10
    assert {"質問0", "質問29", "question 0", "question 4"} <= set(entry)
    assert [item for item in taught if item[1] != "faq"] == [("one", "greet"), ("only", "coverage")]


def test_an_english_message_is_about_its_telling_words(language: SpacyModel) -> None:
    seen = view(language.model, "Does the insurance cover earthquakes?")
    assert seen.gist == "insurance cover earthquakes"
    assert [word.norm for word in seen.content] == seen.gist.split()
    assert not view(language.model, "What is that?").content
