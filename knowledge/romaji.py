"""Hiragana in Latin letters, as place names are written on signs: long vowels without a mark (kobe, not koube)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

TABLE = Path(__file__).with_name("romaji.yml")
_SOFT = ("sh", "ch", "j")
_LONG = re.compile(r"o[uo]|uu")


def romaji(kana: str) -> str:
    """A hiragana word in lower-case Latin letters; characters that are no hiragana stay as they are.

    Args:
        kana: A reading, as areas.yml gives it.

    Returns:
        The same in Latin letters, such as `kiryu`.
    """
    table, letters = _table(), ""
    for char in kana:
        if char in table["small"] and letters.endswith("i"):
            stem = letters[:-1]
            letters = stem + ("" if stem.endswith(_SOFT) else "y") + table["small"][char]
        else:
            letters += table["syllables"].get(char, char)
    double = re.compile(f"{table['doubling']}(.)")
    doubled = double.sub(lambda match: ("t" if match[1] == "c" else match[1]) + match[1], letters)
    return _LONG.sub(lambda match: match[0][0], doubled)


@lru_cache(maxsize=1)
def _table() -> Mapping[str, Any]:
    body = yaml.safe_load(TABLE.read_text(encoding="utf-8"))
    vowels = body["vowels"]
    rows = {
        kana: consonant + vowel
        for consonant, row in body["rows"].items()
        for kana, vowel in zip(row, vowels, strict=True)
    }
    return {**body, "syllables": {**rows, **body["syllables"]}}
