"""Finds the words that name things (schemes, plans, causes, roles …) and gives each its canonical value.

The words stand in bot/data/lexicon/*.yml, one file an entity. Matching is on the width- and case-folded text, longest
first, without word boundaries (Japanese has none). `re:` starts a regular expression. A word in katakana of four signs
or more is found in hiragana too; in a file that says `misspelt: true`, one of three or more also with its voicing, size
or look-alike signs mistaken (`ワイト`, `プレミァム`, `プラソ`). Amounts are the quantity parser's, places are
knowledge/areas'.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

LEXICON = Path(__file__).resolve().parent.parent / "data" / "lexicon"
ALIKE = LEXICON.parent / "alike.yml"
_KATAKANA = re.compile("[\u30a1-\u30fa\u30fc]+")
_TO_KATAKANA = {code: code + 0x60 for code in range(0x3041, 0x3097)}
_IN_HIRAGANA, _MISSPELT = 4, 3  # the least signs of a word


@lru_cache(maxsize=1)
def _alike() -> dict[int, int]:
    """One sign for all that are taken for each other, sign by sign, so that positions stay."""
    rows = yaml.safe_load(ALIKE.read_text(encoding="utf-8"))
    return str.maketrans(rows["sign"], rows["read_as"])


class Lexicon:
    """Compiled words of all entities; `find` is pure."""

    def __init__(self, folder: Path = LEXICON, only: Collection[str] | None = None) -> None:
        """Read and compile the words.

        Args:
            folder: Where the YAML files lie.
            only: Entities to be found; all when not given.
        """
        self._patterns: list[tuple[str, re.Pattern[str], dict[str, str]]] = []
        self._hiragana: list[tuple[str, re.Pattern[str], dict[str, str]]] = []
        self._misspelt: list[tuple[str, re.Pattern[str], dict[str, str]]] = []
        for path in sorted(folder.glob("*.yml")):
            body = yaml.safe_load(path.read_text(encoding="utf-8"))
            if only is not None and body["entity"] not in only:
                continue
            self._patterns.append((body["entity"], *_compile(body["values"])))
            if heard := _katakana(body["values"], _IN_HIRAGANA):
                self._hiragana.append((body["entity"], *_compile(heard)))
            if body.get("misspelt"):
                alike = {
                    value: [word.translate(_alike()) for word in words]
                    for value, words in _katakana(body["values"], _MISSPELT).items()
                }
                self._misspelt.append((body["entity"], *_compile(alike, before="(?<![\u30a1-\u30fa\u30fc])")))

    def find(self, text: str) -> list[dict[str, Any]]:
        """Entities of a text.

        Args:
            text: A message as typed.

        Returns:
            Dicts with entity, value, text, start, end; positions refer to the folded text.
        """
        return [dict(item) for item in self._found(unicodedata.normalize("NFKC", text).lower())]

    @lru_cache(maxsize=16)  # noqa: B019  # several components read the same message; the words live as long as they
    def _found(self, folded: str) -> tuple[dict[str, Any], ...]:
        found: list[dict[str, Any]] = []
        for patterns, heard in (
            (self._patterns, folded),
            (self._hiragana, folded.translate(_TO_KATAKANA)),
            (self._misspelt, folded.translate(_alike())),
        ):
            for entity, pattern, values in patterns:
                for match in pattern.finditer(heard):
                    start, end = match.span()
                    if patterns is not self._patterns and _known(found, entity, start, end):
                        continue
                    found.append(
                        {
                            "entity": entity,
                            "value": values[match.lastgroup or match.group()],
                            "text": folded[start:end],
                            "start": start,
                            "end": end,
                            "confidence": 1.0,
                        }
                    )
        return tuple(sorted(found, key=lambda item: (item["start"], -item["end"])))


@lru_cache(maxsize=1)
def whole_lexicon() -> Lexicon:
    """The words of all entities, compiled once a process."""
    return Lexicon()


def _known(found: list[dict[str, Any]], entity: str, start: int, end: int) -> bool:
    """Whether something of the same entity was already read there."""
    return any(item["entity"] == entity and item["start"] < end and start < item["end"] for item in found)


def _katakana(values: dict[str, list[str]], least: int) -> dict[str, list[str]]:
    """The words that are katakana from end to end, by value."""
    kept = {
        value: [word for word in words if len(word) >= least and _KATAKANA.fullmatch(word)]
        for value, words in values.items()
    }
    return {value: words for value, words in kept.items() if words}


def _compile(values: dict[str, list[str]], before: str = "") -> tuple[re.Pattern[str], dict[str, str]]:
    words = [(unicodedata.normalize("NFKC", word), value) for value, listed in values.items() for word in listed]
    # Folding lengthens some words (a Roman numeral becomes letters), so length counts after it.
    words.sort(key=lambda item: -len(item[0]))
    # Only regular expressions get groups, at their ends: alternatives that begin with a sign are passed over quickly.
    names: dict[str, str] = {}
    parts = []
    for number, (word, value) in enumerate(words):
        if word.startswith("re:"):
            names[f"_{number}"] = value
            parts.append(f"(?:{word[3:]})(?P<_{number}>)")
        else:
            names.setdefault(word.lower(), value)
            parts.append(re.escape(word.lower()))
    return re.compile(f"{before}(?:{'|'.join(parts)})"), names
