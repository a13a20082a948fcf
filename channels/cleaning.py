"""Takes out of a message what no person types: control characters and command prefixes.

The words themselves are never changed here. Rasa takes a leading slash as a command that bypasses
understanding; a member who types one means plain text.
"""

from __future__ import annotations

import re
import unicodedata

# Control characters, zero-width and direction marks, and lone surrogates, which no encoder takes.
_REMOVED_CATEGORIES = frozenset({"Cc", "Cf", "Cs"})
# A line break and a tab are typed; the joiner holds emoji together.
_KEPT = frozenset({"\n", "\t", "\u200d"})
_LINE_ENDS = re.compile("\r\n?|\u2028|\u2029")
_COMMAND_PREFIX = re.compile(r"\A[\s/\uff0f]+")
_LATIN = re.compile(r"[A-Za-z]")
_JAPANESE = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uff66-\uff9f]")


def clean(text: str) -> str:
    """`text` without control characters, leading slashes and outer white space; may be empty."""
    lines = _LINE_ENDS.sub("\n", text)
    kept = "".join(c for c in lines if c in _KEPT or unicodedata.category(c) not in _REMOVED_CATEGORIES)
    return _COMMAND_PREFIX.sub("", kept).rstrip()


def is_plain(text: str) -> bool:
    """Whether `text` holds nothing untypable; ids are refused rather than cleaned."""
    return not any(unicodedata.category(c) in _REMOVED_CATEGORIES for c in text)


def language_of(text: str) -> str:
    """Give "en" when the text holds Latin letters and no Japanese ones, else "ja"."""
    return "en" if _LATIN.search(text) and not _JAPANESE.search(text) else "ja"
