"""The words that name things: every word compiles, belongs to one value, and is found as that value."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

import pytest
import yaml

from bot.engine.lexicon import LEXICON, Lexicon
from bot.engine.lexicon_extractor import LexiconExtractor

FILES = sorted(LEXICON.glob("*.yml"))


def _folded(word: str) -> str:
    return unicodedata.normalize("NFKC", word).lower()


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return Lexicon()


@pytest.fixture(params=FILES, ids=[path.stem for path in FILES])
def listed(request: pytest.FixtureRequest) -> dict[str, Any]:
    return yaml.safe_load(request.param.read_text(encoding="utf-8"))


def test_values_are_names(listed: dict[str, Any]) -> None:
    assert listed["entity"].isidentifier()
    for value, words in listed["values"].items():
        assert isinstance(value, str), f"{value!r} needs quotes"
        assert words
        assert all(isinstance(word, str) and word.strip() for word in words), value


def test_patterns_compile_and_match_no_empty_text(listed: dict[str, Any]) -> None:
    for words in listed["values"].values():
        for word in words:
            if word.startswith("re:"):
                assert not re.compile(word[3:]).match(""), word


def test_no_word_belongs_to_two_values(listed: dict[str, Any]) -> None:
    owners: dict[str, set[str]] = {}
    for value, words in listed["values"].items():
        for word in words:
            owners.setdefault(_folded(word), set()).add(value)
    assert not {word: values for word, values in owners.items() if len(values) > 1}


def test_every_word_is_found_as_its_value(listed: dict[str, Any], lexicon: Lexicon) -> None:
    faults = []
    for value, words in listed["values"].items():
        for word in words:
            if word.startswith("re:"):
                continue
            # Some expressions ask for the word at a sentence's end; the bare word is theirs there.
            texts = (word, f"{word}の話")
            found = {(item["entity"], item["value"]) for text in texts for item in lexicon.find(text)}
            if (listed["entity"], value) not in found:
                faults.append((word, value, found))
    assert not faults


def test_entities_are_declared_in_the_domain(listed: dict[str, Any]) -> None:
    domain = yaml.safe_load((LEXICON.parents[1] / "domain" / "domain.yml").read_text(encoding="utf-8"))
    assert listed["entity"] in domain["entities"]


def test_the_longest_word_wins() -> None:
    found = [item for item in Lexicon().find("プレミアムプラン") if item["entity"] == "plan"]
    assert [item["text"] for item in found] == ["プレミアムプラン"]


def test_width_and_case_do_not_matter(lexicon: Lexicon) -> None:
    both = [
        {(item["entity"], item["value"]) for item in lexicon.find(text)}
        for text in ("ﾜｲﾄﾞﾌﾟﾗﾝ　ＣＹＢＥＲ", "ワイドプラン cyber")
    ]
    assert both[0] == both[1] >= {("plan", "wide"), ("scheme", "cyber")}


@pytest.mark.parametrize(
    ("text", "entity", "value"),
    [
        ("ワイトプラン", "plan", "wide"),
        ("ﾜｲﾄプラソ", "plan", "wide"),
        ("プレミァム", "plan", "premium"),
        ("サイハー保険", "scheme", "cyber"),
        ("マイペ一ジ", "scheme", "mypage"),
        ("ふるさぽーと", "plan", "premium"),
        ("ばーじょんあっぷぷらん", "scheme", "assembly"),
        ("きっちんのれすとらん", "industry", "3"),
        ("規本プラン", "plan", "basic"),
        ("基木プラン", "plan", "basic"),
        ("プレミヤム", "plan", "premium"),
        ("Z4で", "plan", "basic"),
        ("さいばーのびー", "cyber_plan", "B"),
        ("サイバーAを希望", "cyber_plan", "A"),
        ("じこなし", "claims", "0"),
        ("受取ナシ", "claims", "0"),
        ("事故 0", "claims", "0"),
        ("保険なんか使うたことあらへん", "claims", "0"),
        ("請求した事はございません", "claims", "0"),
        ("受取 1", "claims", "1"),
        ("事故2", "claims", "2"),
        ("Cぷらん", "cyber_plan", "C"),
    ],
)
def test_kana_are_heard_and_slips_of_the_pen_forgiven(lexicon: Lexicon, text: str, entity: str, value: str) -> None:
    assert (entity, value) in {(item["entity"], item["value"]) for item in lexicon.find(text)}


@pytest.mark.parametrize("text", ["こわいとおもう", "ブランド品", "サイトの画面", "さいばーのえーと", "日本のブラシ"])
def test_other_words_are_not_taken_for_misspelt_ones(lexicon: Lexicon, text: str) -> None:
    assert not [item for item in lexicon.find(text) if item["entity"] in ("plan", "covered", "cyber_plan")]


def test_a_slip_is_found_once_and_where_it_stands(lexicon: Lexicon) -> None:
    for text in ("売上8千万、ワイトプランで", "わいどぷらん", "ワイドプラン"):
        found = [item for item in lexicon.find(text) if item["entity"] == "plan"]
        assert len(found) == 1, text
        assert text[found[0]["start"] : found[0]["end"]] == found[0]["text"]


def test_a_clinic_for_animals_is_none_of_the_excluded_ones(lexicon: Lexicon) -> None:
    """The documents exclude medical institutions and put every business not named into the third class."""
    for text in ("動物病院", "どうぶつびょういん", "an animal hospital"):
        named = {(item["entity"], item["value"]) for item in lexicon.find(text)}
        assert ("excluded_industry", "medical") not in named
        assert ("industry", "3") in named
    for text in ("病院", "総合病院", "くりにっく", "a hospital"):
        assert ("excluded_industry", "medical") in {(item["entity"], item["value"]) for item in lexicon.find(text)}


def test_the_component_adds_to_what_others_found() -> None:
    from rasa.shared.nlu.training_data.message import Message

    message = Message({"text": "ワイドで", "entities": [{"entity": "quantity", "value": 1}]})
    LexiconExtractor(Lexicon()).process([message])
    assert message.get("entities")[0] == {"entity": "quantity", "value": 1}
    assert any(item["entity"] == "plan" and item["extractor"] == "LexiconExtractor" for item in message.get("entities"))
