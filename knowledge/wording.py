"""The words that code adds around an answer, and the phrases that an answer must not hold (wording.yml).

Keeps Japanese out of the code. It decides nothing about the answers themselves.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from knowledge.fields import Fields

LANGUAGES = ("ja", "en")


@dataclass(frozen=True)
class Forbidden:
    """A pattern that no answer may hold (rule T4), with the reason told to staff."""

    pattern: re.Pattern[str]
    why: str


@dataclass(frozen=True)
class Wording:
    """Templates by language, then by name; `silence` is how an answer says that a document does not hold something."""

    contact: dict[str, dict[str, str]]
    source_line: dict[str, str]
    place: dict[str, str]
    joint: dict[str, str]
    expiry_line: dict[str, str]
    silence: re.Pattern[str]
    forbidden: tuple[Forbidden, ...]


def parse_wording(fields: Fields) -> Wording:
    """Read wording.yml; faults go to the fields' collector."""
    contact: dict[str, dict[str, str]] = {}
    by_language = fields.mapping("contact")
    for language in LANGUAGES:
        forms = by_language.mapping(language) if by_language else None
        if forms is None:
            fields.fault(f"contact has no {language}", "contact")
            continue
        contact[language] = {name: forms.text(name) for name in ("with_hours", "without_hours", "bare")}
        forms.finish()
    wording = Wording(
        contact=contact,
        source_line=_by_language(fields, "source_line"),
        place=_by_language(fields, "place"),
        joint=_by_language(fields, "joint"),
        expiry_line=_by_language(fields, "expiry_line"),
        silence=_pattern(fields, fields.text("silence")),
        forbidden=tuple(_parse_forbidden(item) for item in fields.mappings("forbidden")),
    )
    fields.finish()
    return wording


def _by_language(fields: Fields, key: str) -> dict[str, str]:
    lines = fields.mapping(key)
    if lines is None:
        fields.fault(f"{key} is missing", key)
        return {}
    found = {language: lines.raw(language) for language in LANGUAGES}
    lines.finish()
    return found


def _parse_forbidden(fields: Fields) -> Forbidden:
    text, why = fields.text("pattern"), fields.text("why")
    fields.finish()
    return Forbidden(_pattern(fields, text), why)


def _pattern(fields: Fields, text: str) -> re.Pattern[str]:
    try:
        return re.compile(text)
    except re.error as error:
        fields.fault(f"pattern cannot be used: {error}", "pattern")
        return re.compile(r"(?!)")
