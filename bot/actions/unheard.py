"""Messages that tell nothing: empty, emoji only, of somebody who thinks, in another script or in another language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from bot.actions.flow import Turn
from bot.actions.understanding import Understanding

TABLE = Path(__file__).resolve().parent.parent / "data" / "languages.yml"
_WORD = re.compile(r"[^\W\d_]+")
_KANA = re.compile(r"[\u3040-\u30ff]")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_LATIN_END = 0x24F
_VIETNAMESE = range(0x1E00, 0x1F00)


def unheard(turn: Turn) -> str | None:
    """The text key for a message that tells nothing: empty, emoji only, thinking aloud, in a language not read."""
    folded = turn.heard.folded
    letters = [char for char in folded if char.isalnum()]
    if not letters:
        return "talk.no_words"
    if re.search(_table()["fillers"], folded):
        return "talk.thinking"
    strange = [char for char in letters if ord(char) > _LATIN_END and not _readable(char)]
    if len(strange) > len(letters) / 2 or _chinese(folded) or _other_latin(folded):
        return "talk.foreign"
    return None


def begins_english(heard: Understanding) -> bool:
    """Whether a message that is too short to tell its language begins a talk in English: one word, no abbreviation."""
    words = _WORD.findall(heard.text)
    return (
        len(words) == 1
        and words[0].isascii()
        and words[0].lower() not in _table()["shared"]
        and (len(words[0]) > 1 and not words[0].isupper())
    )


def _readable(char: str) -> bool:
    japanese = "\u3040" <= char <= "\u30ff" or "\u4e00" <= char <= "\u9fff" or char in "\u3005\u3006\u3007\u30fc"
    return japanese or ord(char) in _VIETNAMESE


def _chinese(folded: str) -> bool:
    """Kanji without kana that no Japanese sentence would be."""
    han = _HAN.findall(folded)
    if _KANA.search(folded) or len(han) < _table()["chinese_least"]:
        return False
    return re.search(_table()["chinese"], folded) is not None or any(not _in_japanese_sets(char) for char in han)


def _in_japanese_sets(char: str) -> bool:
    try:
        char.encode("cp932")
    except UnicodeEncodeError:
        return False
    return True


def _other_latin(folded: str) -> bool:
    """Words of a language written in Latin letters that is not English."""
    if _KANA.search(folded) or _HAN.search(folded):
        return False
    words, table = _WORD.findall(folded), _table()
    english = sum(word in table["english"] for word in words)
    most = max(
        sum(word in listed and word not in table["english"] for word in words) for listed in table["foreign"].values()
    )
    return most >= table["least"] and most > english


@lru_cache(maxsize=1)
def _table() -> Mapping[str, Any]:
    body = yaml.safe_load(TABLE.read_text(encoding="utf-8"))
    foreign = {name: frozenset(words) for name, words in body["foreign"].items()}
    shared = frozenset(str(word) for word in body["shared"])
    return {**body, "shared": shared, "english": frozenset(body["english"]), "foreign": foreign}
