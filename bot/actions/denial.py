"""Which of the things that a message names it rules out: `not X but Y` means Y, and never X.

Patterns stand in bot/data/denial.yml. Amounts are the engine's (role `left`).
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

TABLE = Path(__file__).resolve().parent.parent / "data" / "denial.yml"


@lru_cache(maxsize=1)
def _table(path: Path = TABLE) -> dict[str, Any]:
    return dict(yaml.safe_load(path.read_text(encoding="utf-8")))


@lru_cache(maxsize=1)
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    table = _table()
    return re.compile(f"(?:{table['between']})(?:{table['after']})"), re.compile(table["before"])


def denied(entity: str, text: str, start: int, end: int) -> bool:
    """Whether a named thing is ruled out.

    Args:
        entity: What kind of word it is; some kinds say yes or no by themselves and are never ruled out.
        text: The message, width and case folded.
        start: Where the word begins in it.
        end: Where it ends.

    Returns:
        True where the message says that it does not mean the thing.
    """
    if entity in _table()["apart"]:
        return False
    after, before = _patterns()
    return after.match(text, end) is not None or before.search(text[:start]) is not None


@lru_cache(maxsize=1)
def _retaking() -> re.Pattern[str]:
    return re.compile(_table()["retaking"])


def taken_back(entity: str, text: str, end: int, next_start: int) -> bool:
    """Whether a named thing is taken back for the next one of its kind (`ワイド、いや基本`).

    Args:
        entity: What kind of word both are.
        text: The message, width and case folded.
        end: Where the first one ends in it.
        next_start: Where the other one begins.
    """
    return entity not in _table()["apart"] and _retaking().fullmatch(text, end, next_start) is not None


def without_places_taken_back(text: str) -> str:
    """A message without the place names in it that are taken back for another one (`高崎、いや前橋`)."""
    return re.sub(rf"[\u4e00-\u9fff]{{2,3}}(?:{_table()['retaking']})(?=[\u4e00-\u9fff]{{2}})", "", text)
