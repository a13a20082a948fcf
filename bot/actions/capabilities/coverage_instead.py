"""The case, or the entry, that a few words after a verdict lead to (bot/data/instead.yml)."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

TABLE = Path(__file__).resolve().parents[2] / "data" / "instead.yml"


def case_instead(case_id: str, text: str) -> str | None:
    """The case that a verdict's case becomes with what is said now; None mostly.

    Args:
        case_id: The case that was judged.
        text: The message, width and case folded.
    """
    return _found(case_id, text, "case")


def entry_instead(case_id: str, text: str) -> str | None:
    """The entry that tells what holds where a verdict's circumstance is put otherwise; None mostly."""
    return _found(case_id, text, "entry")


def _found(case_id: str, text: str, kind: str) -> str | None:
    table = _table()
    rows = (row for row in table["rows"] if kind in row and case_id in row["of"])
    rows = (row for row in rows if len(text) <= row.get("most", table["most"]))
    return next((str(row[kind]) for row in rows if re.search(row["said"], text)), None)


@lru_cache(maxsize=1)
def _table(path: Path = TABLE) -> dict[str, Any]:
    return dict(yaml.safe_load(path.read_text(encoding="utf-8")))
