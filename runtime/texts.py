"""Lines that an operator reads in the terminal, in Japanese or English; the words live in texts.json.

Standard library only: the set-up prints these before anything is installed.
"""

from __future__ import annotations

import json
import os
from pathlib import Path


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
