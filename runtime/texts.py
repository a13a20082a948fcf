"""Lines that an operator reads in the terminal, in Japanese or English; the words live in texts.json.

Standard library only: the set-up prints these before anything is installed.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

LONGEST_REASON = 300


def language(environ: dict[str, str] | None = None) -> str:
    """Language of the terminal: "ja" when the locale is Japanese, else "en"."""
    env = dict(os.environ) if environ is None else environ
    locale = env.get("LC_ALL") or env.get("LC_MESSAGES") or env.get("LANG") or ""
    return "ja" if locale.startswith("ja") else "en"


def line(key: str, **values: object) -> str:
    """The operator text `key` on one line, in the language of the terminal.

    Raises:
        KeyError: texts.json has no such key.
    """
    texts = json.loads(Path(__file__).with_name("texts.json").read_text(encoding="utf-8"))
    text: str = texts[key][language()]
    filled = text.format(**values)
    return " ".join(filled.split())


def last_words(log: Path) -> str:
    """The last line of a log that says something, shortened; a failed process's own reason."""
    if not log.is_file():
        return ""
    rows = [row for row in log.read_text(encoding="utf-8", errors="replace").splitlines() if row.strip()]
    return " ".join(rows[-1].split())[:LONGEST_REASON] if rows else ""
