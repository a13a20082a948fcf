"""Entries found by words that none of their phrases holds."""

from __future__ import annotations

import numpy as np
import pytest
from rasa.nlu.utils.spacy_utils import SpacyModel

from bot.engine.entry_index import EntryIndex, WordIndex
from bot.engine.views import View, view

TAUGHT = {"place": ["住所はどこ", "場所を教えて"], "price": ["料金はいくら", "保険料を教えて"]}


def _seen(language: SpacyModel, *texts: str) -> list[View]:
    return [view(language.model, text) for text in texts]


def _words(language: SpacyModel) -> WordIndex:
    views = [seen for key in sorted(TAUGHT) for seen in _seen(language, *TAUGHT[key])]
    return WordIndex(views, [0, 0, 1, 1])


@pytest.mark.parametrize("asked", ["値段", "代金"])
def test_a_word_never_taught_is_known_by_one_near_in_meaning(language: SpacyModel, asked: str) -> None:
    place, price = _words(language).scores(*_seen(language, asked))
    assert price > place


def test_a_word_taught_counts_more_than_one_that_is_near(language: SpacyModel) -> None:
    words = _words(language)
    taught, near = (words.scores(*_seen(language, asked))[1] for asked in ("料金", "値段"))
    assert taught > near > 0


def test_words_that_mean_nothing_known_lead_nowhere(language: SpacyModel) -> None:
    words = _words(language)
    assert not words.scores(*_seen(language, "!!")).any()
    strange = words.scores(*_seen(language, "料金 ぬぽぽ")), words.scores(*_seen(language, "料金"))
    assert strange[0][1] < strange[1][1]


def test_an_entry_is_found_by_a_near_word_alone(language: SpacyModel) -> None:
    index = EntryIndex({key: _seen(language, *texts) for key, texts in TAUGHT.items()})
    assert index.ids[int(np.argmax(index.scores(*_seen(language, "値段"))))] == "price"
