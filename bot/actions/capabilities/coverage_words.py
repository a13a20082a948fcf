"""Answers to the questions of a coverage case in the member's own words (bot/data/own_words.yml)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import yaml

TABLE = Path(__file__).resolve().parents[2] / "data" / "own_words.yml"
# A longer message tells a story of its own.
_MOST = 60


def told_in_own_words(slot: str, text: str) -> str | None:
    """The answer that a message gives to an open question, put otherwise than its choices.

    Args:
        slot: The open question.
        text: The message, width and case folded.

    Returns:
        One of the question's choices; None where the message answers nothing.
    """
    if len(text) > _MOST:
        return None
    return next((value for value, told in _answers().get(slot, {}).items() if told.search(text)), None)


@lru_cache(maxsize=1)
def _answers(path: Path = TABLE) -> Mapping[str, Mapping[str, re.Pattern[str]]]:
    rows = yaml.safe_load(path.read_text(encoding="utf-8"))
    return {slot: {value: re.compile(pattern) for value, pattern in answers.items()} for slot, answers in rows.items()}
