"""One message seen several ways: as written, as it sounds, its words, what it names, what its words mean.

The *reading* bridges kana-only messages, voice input and wrong kanji; Sudachi's normalised words bridge spellings.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from bot.engine.things import things

_DIGITS = re.compile(r"[0-9][0-9,.]*")
_SPACES = re.compile(r"\s+")
JAPANESE, _LATIN = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]"), re.compile(r"[a-z]")
_ENGLISH_WORD = re.compile(r"[a-z0-9][a-z0-9'-]*")
_JOINING = Path(__file__).with_name("english.yml")


# A keyboard left in half-width katakana (`ﾊｲ ｿｳﾃﾞｽ`): what would be hiragana stands in katakana. Words with a long
# vowel's mark are foreign and katakana in any case.
_HALF_KATAKANA = re.compile("(?<![\uff66-\uff9f])[\uff66-\uff6f\uff71-\uff9f]+(?![\uff66-\uff9f])")
_HIRAGANA = re.compile("[\u3041-\u3096]")
TO_HIRAGANA = {code: code - 0x60 for code in range(0x30A1, 0x30F7)}
# A key struck too lightly leaves a consonant among kana (`お願いしmす`): all but `n` stand for the commonest vowel.
_SLIPPED = re.compile(r"(?<=[\u3041-\u3096])([kstnhmrgdb])(?=[\u3041-\u3096]|[。、！？!?\s]|$)")
_SLIPS = yaml.safe_load(Path(__file__).with_name("slips.yml").read_text(encoding="utf-8"))


def normalise(text: str) -> str:
    """Fold width and case, digits to one 0, runs of spaces to one; mend what slips on a Japanese keyboard.

    Args:
        text: A message as typed.

    Returns:
        The form that features are read from.
    """
    mended = _SLIPPED.sub(_mended, text)
    if not _HIRAGANA.search(text):
        mended = _HALF_KATAKANA.sub(_in_hiragana, mended)
    folded = unicodedata.normalize("NFKC", mended).lower()
    return _SPACES.sub(" ", _DIGITS.sub("0", folded)).strip()


def _in_hiragana(run: re.Match[str]) -> str:
    return unicodedata.normalize("NFKC", run.group()).translate(TO_HIRAGANA)


def _mended(slip: re.Match[str]) -> str:
    following = slip.string[slip.end() : slip.end() + 1]
    return _SLIPS["before"].get(slip.group() + following) or _SLIPS["commonest"][slip.group()]


@dataclass(frozen=True)
class Word:
    """A content word: its normalised form, and its vector where GiNZA knows one."""

    norm: str
    vector: np.ndarray | None = field(default=None, compare=False)


@dataclass(frozen=True)
class View:
    """One message seen several ways.

    Attributes:
        surface: Written form without spaces.
        reading: Katakana reading.
        gist: The reading; of an English message only the words that tell what it is about.
        words: Normalised words, space-separated.
        content: Content words only.
        things: Kinds and values of what is named and counted, space-separated.
        vector: Mean of the content words' vectors, unit length (zeros when none has one).
    """

    surface: str
    reading: str
    gist: str
    words: str
    content: tuple[Word, ...]
    things: str
    vector: np.ndarray = field(compare=False)


@lru_cache(maxsize=1)
def _joining() -> frozenset[str]:
    """English words that say nothing of what a message is about."""
    return frozenset(yaml.safe_load(_JOINING.read_text(encoding="utf-8"))["joining"].split())


def _word(language: Any, norm: str) -> Word:
    return Word(norm, language.vocab.get_vector(norm) if language.vocab.has_vector(norm) else None)


_CONTENT = ("NOUN", "PROPN", "VERB", "ADJ", "ADV", "NUM", "X")


def view(language: Any, text: str) -> View:
    """Tokenise a message.

    Args:
        language: A spaCy language with Sudachi's tokenizer and vectors.
        text: A message as typed.

    Returns:
        Its views.
    """
    surface = normalise(text)
    reading, words = [], []
    content: list[Word] = []
    vectors: list[np.ndarray] = []
    for token in language(surface):
        if token.is_space:
            continue
        read = token.morph.get("Reading")
        reading.append(read[0] if read and token.pos_ != "PUNCT" else token.text)
        words.append(token.norm_)
        if token.pos_ in _CONTENT:
            content.append(_word(language, token.norm_))
            if token.has_vector:
                vectors.append(token.vector)
    gist = "".join(reading)
    if _LATIN.search(surface) and not JAPANESE.search(surface):
        # Sudachi takes every English word for a noun; what joins them would count for more than what they are about.
        telling = [word for word in _ENGLISH_WORD.findall(surface) if word not in _joining()]
        gist, content = " ".join(telling), [Word(word) for word in telling]
    mean = np.sum(vectors, axis=0) if vectors else np.zeros(language.vocab.vectors_length, np.float32)
    vector = (mean / (np.linalg.norm(mean) + 1e-9)).astype(np.float32)
    return View(surface.replace(" ", ""), "".join(reading), gist, " ".join(words), tuple(content), things(text), vector)
