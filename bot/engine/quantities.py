"""Reads quantities as people write them in Japanese: amounts, head counts, times, courses, dates.

Why a module of its own: the number readers of spaCy and Sudachi lose ranges, modifiers and the words that say
what an amount is for. It is pure (standard library and yaml), knows no dialogue, and never guesses a scale: a
bare 8000 stays a number. All words live in quantities.yml.

A module for each step: `quantity_words` compiles the table, `quantity_lexing` reads numbers, `quantity_grammar` finds
what they count, `quantity_composing` what surrounds and joins them.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from bot.engine.quantity_composing import Composer
from bot.engine.quantity_grammar import Grammar
from bot.engine.quantity_lexing import fold
from bot.engine.quantity_parts import Found, Quantity
from bot.engine.quantity_words import Words

__all__ = ["Quantity", "QuantityError", "QuantityParser", "whole_parser"]

TABLE = Path(__file__).with_name("quantities.yml")


class QuantityError(Exception):
    """The table of words cannot be used."""

    code = "quantity_table_unusable"


class QuantityParser:
    """Reads all quantities of a text with the words of one YAML table."""

    def __init__(self, path: Path | str) -> None:
        """Load and compile the table.

        Raises:
            QuantityError: the file is missing or lacks a key.
        """
        try:
            words: dict[str, Any] = yaml.safe_load(Path(path).read_text(encoding="utf-8"))
            self._words = Words(words)
        except (OSError, yaml.YAMLError, KeyError, TypeError, re.error) as error:
            raise QuantityError(f"{path}: {error!r}") from error
        self._grammar = Grammar(self._words)
        self._composer = Composer(self._words)

    def parse(self, text: str) -> list[Quantity]:
        """All quantities of `text` in order; offsets are those of `text` as given."""
        return list(self._parsed(text))

    @lru_cache(maxsize=16)  # noqa: B019  # several components read the same message; the words live as long as they
    def _parsed(self, text: str) -> tuple[Quantity, ...]:
        folded, places = fold(text, self._words)
        found = self._composer.compose(folded, self._grammar.scan(folded))
        return tuple(self._finish(item, text, places) for item in found)

    @staticmethod
    def _finish(item: Found, text: str, places: list[int]) -> Quantity:
        start = places[item.start]
        end = places[item.end] if item.end < len(places) else len(text)
        return Quantity(
            kind=item.kind,
            value=int(item.value),
            low=None if item.low is None else int(item.low),
            high=None if item.high is None else int(item.high),
            modifier=item.modifier,
            unit=item.unit,
            tax=item.tax,
            role=item.role,
            start=start,
            end=end,
            text=text[start:end],
        )


@lru_cache(maxsize=1)
def whole_parser() -> QuantityParser:
    """The parser with the table of this folder, compiled once a process."""
    return QuantityParser(TABLE)
