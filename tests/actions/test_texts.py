"""The texts' composition: a member never reads a place that nothing was filled into."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.actions import texts
from bot.actions.texts import MissingValue, Texts, UnknownText
from tests.conversations.figures import lines

BOT = sorted({(text.key, text.lang) for text in lines.texts() if not text.key.startswith(("channels.", "knowledge."))})
PLACES = {
    (key, lang): [place for text in lines.texts() if (text.key, text.lang) == (key, lang) for place in text.places]
    for key, lang in BOT
}
PLACED = [key_lang for key_lang in BOT if PLACES[key_lang]]


@pytest.fixture(autouse=True)
def locales() -> None:
    texts.open_locales()


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Texts]:
    (tmp_path / "sample.ja.yml").write_text('said: "%{said}ですね。割増は50%、税は10%です。"\n', encoding="utf-8")
    texts.open_locales(tmp_path)
    yield Texts("ja")
    texts.open_locales()


def test_texts_have_places() -> None:
    assert len(PLACED) > 150


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_no_place_is_left_when_every_value_is_given(lang: str) -> None:
    left = [key for key, language in BOT if language == lang
            and "%{" in Texts(lang)(key, **dict.fromkeys(PLACES[key, lang], "1"))]  # fmt: skip
    assert left == []


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_a_text_without_one_of_its_values_is_refused(lang: str) -> None:
    for key, language in PLACED:
        if language == lang:
            for left_out in set(PLACES[key, lang]):
                given = {place: "1" for place in PLACES[key, lang] if place != left_out}
                with pytest.raises(MissingValue, match=left_out):
                    Texts(lang)(key, **given)


def test_an_unknown_text_is_refused() -> None:
    with pytest.raises(UnknownText):
        Texts("ja")("quote.no_such_text")


def test_per_cent_and_what_a_member_types_stay_as_they_are(own: Texts) -> None:
    assert own("sample.said", said="%{premium} 100%") == "%{premium} 100%ですね。割増は50%、税は10%です。"
    with pytest.raises(MissingValue):
        own("sample.said")
