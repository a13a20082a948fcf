"""What a question is about by words that decide it (bot/data/decisive.yml), where it is worded like no entry surely.

It only names the entry; whether it is told, `answers` decides.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from bot.actions import clauses, evidence
from bot.actions.flow import Turn

TABLE = Path(__file__).resolve().parent.parent / "data" / "decisive.yml"
# Only this scheme answers for data that got out.
CYBER = "cyber"


@lru_cache(maxsize=1)
def _rows(path: Path = TABLE) -> tuple[tuple[re.Pattern[str], Mapping[str, Any]], ...]:
    rows = yaml.safe_load(path.read_text(encoding="utf-8"))
    return tuple((re.compile(row["asked"]), row) for row in rows)


def by_words(turn: Turn, *, strongly: bool = False) -> str | None:
    """The entry that a question's own words decide on; None for words that decide nothing, and mostly for a story.

    Args:
        turn: The turn.
        strongly: Only by words that decide whatever else the question sounds like.
    """
    heard = turn.heard
    story = heard.mention("harm") or heard.mention("happened") or heard.mentioned("ask", "settle")
    asks = clauses.asks(heard.text) or "?" in heard.folded or heard.mention("ask") is not None
    named = [one for one in heard.mentions.get("scheme", ()) if one in evidence.SCHEMES]
    spoken = CYBER if heard.mentioned("accident_detail", "data") else evidence.scheme_spoken(turn)
    wanted = named[0] if named else spoken or evidence.MAIN_SCHEME
    rows = (row for row in _rows() if wanted in row[1]["entry"] and (named or not row[1].get("named")))
    rows = (row for row in rows if (asks or row[1].get("told")) and (row[1].get("strong") or not strongly))
    rows = (row for row in rows if row[1].get("story") or not story)
    fitting = (row for asked, row in rows if asked.search(heard.folded))
    return next((str(row["entry"][wanted]) for row in fitting), None)
