"""Hiragana in Latin letters, as place names are written on signs: long vowels without a mark (こうべ: kobe)."""

from __future__ import annotations

import re

_ROWS = {
    "": "あいうえお",
    "k": "かきくけこ",
    "s": "さしすせそ",
    "t": "たちつてと",
    "n": "なにぬねの",
    "h": "はひふへほ",
    "m": "まみむめも",
    "r": "らりるれろ",
    "g": "がぎぐげご",
    "z": "ざじずぜぞ",
    "d": "だぢづでど",
    "b": "ばびぶべぼ",
    "p": "ぱぴぷぺぽ",
}
_SYLLABLES = {
    **{kana: consonant + vowel for consonant, row in _ROWS.items() for kana, vowel in zip(row, "aiueo", strict=True)},
    **{"や": "ya", "ゆ": "yu", "よ": "yo", "わ": "wa", "を": "o", "ん": "n"},
    **{"し": "shi", "ち": "chi", "つ": "tsu", "ふ": "fu", "じ": "ji", "ぢ": "ji", "づ": "zu"},
}
_SMALL = {"ゃ": "a", "ゅ": "u", "ょ": "o"}
_SOFT = ("sh", "ch", "j")
_LONG = re.compile(r"o[uo]|uu")


def romaji(kana: str) -> str:
    """A hiragana word in lower-case Latin letters; characters that are no hiragana stay as they are.

    Args:
        kana: Such as `きりゅう`.

    Returns:
        Such as `kiryu`.
    """
    letters = ""
    for char in kana:
        if char in _SMALL and letters.endswith("i"):
            stem = letters[:-1]
            letters = stem + ("" if stem.endswith(_SOFT) else "y") + _SMALL[char]
        else:
            letters += _SYLLABLES.get(char, char)
    doubled = re.sub(r"っ(.)", lambda match: ("t" if match[1] == "c" else match[1]) + match[1], letters)
    return _LONG.sub(lambda match: match[0][0], doubled)
