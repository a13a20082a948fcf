"""Messages typed in kana: written as usual where the words are known, left alone where they are not."""

from __future__ import annotations

import pytest
from rasa.nlu.utils.spacy_utils import SpacyModel
from rasa.shared.nlu.training_data.message import Message

from bot.engine import kana
from bot.engine.evaluation.utterances import training_examples
from bot.engine.ginza import LeanGinza
from bot.engine.kana_speller import KanaSpeller, learn
from bot.engine.lexicon import whole_lexicon
from tests.conftest import ROOT


@pytest.fixture(scope="module")
def language() -> SpacyModel:
    return LeanGinza.load_model("ja_ginza")


@pytest.fixture(scope="module")
def writer(language: SpacyModel) -> kana.KanaWriter:
    return learn([text for _, text in training_examples(ROOT / "bot" / "data" / "nlu")], language.model)


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("まいぺーじの　ぱすわーどを　わすれた", "マイページのパスワードを忘れた"),
        ("くみたてほけんの ほけんりょうは いくら", "組立保険の保険料はいくら"),
        ("きのうの こうじで てれびを こわした", "昨日の工事でテレビを壊した"),
        ("じどうしゃを きずつけた", "自動車を傷つけた"),
        ("ゆーあーるえるが とどかない", "urlが届かない"),
        ("クミタテホケンノ ホケンリョウハ イクラデスカ", "組立保険の保険料はいくらですか"),
        ("ﾊﾟｽﾜｰﾄﾞｦ ﾜｽﾚﾀ", "パスワードを忘れた"),
    ],
)
def test_known_words_are_written_as_usual(writer: kana.KanaWriter, typed: str, written: str) -> None:
    assert writer.write(typed) == written


@pytest.mark.parametrize(
    "typed", ["はい", "やめます", "ワイドで", "ワイドプラン", "サイバー", "保険りょうは いくら", "yes please"]
)
def test_short_replies_and_ordinary_writing_stay(writer: kana.KanaWriter, typed: str) -> None:
    assert writer.write(typed) == typed


def test_words_that_nobody_wrote_stay(writer: kana.KanaWriter) -> None:
    assert writer.write("ぬべらっちょの ほけんりょう") == "ぬべらっちょの保険料"


def test_quantities_and_numbers_in_circles_stay(writer: kana.KanaWriter) -> None:
    assert writer.write("うりあげ 3おくえん きほんぷらんの ③") == "売上 3おくえん基本プランの ③"


@pytest.mark.parametrize(
    "told",
    ["自動車を傷つけた", "火事になった", "元請さんに聞かれた", "居酒屋をやっています", "足場から落ちて骨折した"],
)
def test_what_is_named_in_kanji_is_named_in_hiragana_too(
    writer: kana.KanaWriter, language: SpacyModel, told: str
) -> None:
    read = "".join(token.reading for token in kana.tokens(language.model, told))
    typed = read.translate({code: code - 0x60 for code in range(0x30A1, 0x30F7)})

    def named(text: str) -> set[tuple[str, str]]:
        return {(one["entity"], one["value"]) for one in whole_lexicon().find(text)}

    assert named(writer.write(typed)) >= named(told) > set()


def test_a_message_keeps_what_was_typed_and_reads_the_one_before_alike(
    writer: kana.KanaWriter, language: SpacyModel
) -> None:
    message = Message.build("ぱすわーどを わすれた")
    message.set("metadata", {"earlier": "まいぺーじの でんわ"})
    KanaSpeller(None, None, writer).process([message], language)
    assert message.get("text") == "パスワードを忘れた"
    assert message.get("typed") == "ぱすわーどを わすれた"
    assert message.get("metadata") == {"earlier": "マイページの電話"}
