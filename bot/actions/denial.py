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
