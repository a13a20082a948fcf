"""One question that members ask, with the answer in our own words and the place it rests on.

An entry is data: which entry fits a message is the engine's business, how it is shown is the channel's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

import yaml

from knowledge.fields import Fields

SCHEMES = frozenset({"third_party", "assembly", "cyber", "mypage", "guarantee", "general"})
AUDIENCES = frozenset({"member", "staff", "orderer", "contractor"})
PREFIXES = ("tp_", "as_", "cy_", "my_", "gu_", "ge_", "ac_", "gl_")
MIN_QUESTIONS = 8
MAX_ANSWER_LINES = 6
LINKS = Path(__file__).with_name("links.yml")
_ID = re.compile(r"[a-z]{2}_[a-z0-9_]+")
_LINK = re.compile(r"\{link:([a-z_]+)\}")


@dataclass(frozen=True)
class Entry:
    """A FAQ entry. `valid_until` is the day its source's period ends, None where none is printed.

    `questions_en` are few, because few members write English; `title_en` names the entry on buttons there.
    `also_in` are further (source, locator) places. `path` and `line` are where staff find the entry.
    """

    entry_id: str
    scheme: str
    audience: tuple[str, ...]
    title: str
    title_en: str
    questions: tuple[str, ...]
    questions_en: tuple[str, ...]
    answer: str
    detail: str | None
    answer_en: str
    detail_en: str | None
    source: str
    locator: str
    checked_on: date
    valid_until: date | None
    related: tuple[str, ...]
    also_in: tuple[tuple[str, str], ...]
    path: str
    line: int

    def name(self, lang: str) -> str:
        """The title in a language (`en`, else Japanese)."""
        return self.title_en if lang == "en" else self.title


def parse_entry(fields: Fields) -> tuple[Entry, Fields]:
    """Read one entry; the fields come back for the checks that need lines."""
    entry = Entry(
        entry_id=fields.text("id"),
        scheme=fields.choice("scheme", SCHEMES),
        audience=_parse_audience(fields),
        title=fields.text("title"),
        title_en=fields.text("title_en"),
        questions=tuple(text for text, _ in fields.texts("questions", MIN_QUESTIONS)),
        questions_en=tuple(text for text, _ in fields.texts("questions_en")),
        answer=_linked(fields, "answer", fields.text("answer")) or "",
        detail=_linked(fields, "detail", fields.optional_text("detail")),
        answer_en=_linked(fields, "answer_en", fields.text("answer_en")) or "",
        detail_en=_linked(fields, "detail_en", fields.optional_text("detail_en")),
        source=fields.text("source"),
        locator=fields.text("locator"),
        checked_on=fields.day("checked_on"),
        valid_until=fields.optional_day("valid_until"),
        related=tuple(text for text, _ in fields.texts("related")),
        also_in=tuple(_parse_place(item) for item in fields.mappings("also_in")),
        path=fields.path,
        line=fields.line("id"),
    )
    if entry.entry_id and (_ID.fullmatch(entry.entry_id) is None or not entry.entry_id.startswith(PREFIXES)):
        fields.fault(f"id {entry.entry_id!r} must be lower case and begin with {' or '.join(PREFIXES)}", "id")
    fields.finish()
    return entry, fields


def _linked(fields: Fields, name: str, text: str | None) -> str | None:
    """A text with each {link:ID} as the address that links.yml holds once for all entries."""
    for unknown in sorted({key for key in _LINK.findall(text or "") if key not in _links()}):
        fields.fault(f"no address {unknown!r} in links.yml", name)
    return _LINK.sub(lambda found: _links().get(found[1], ""), text) if text else text


@lru_cache(maxsize=1)
def _links() -> dict[str, str]:
    listed = yaml.safe_load(LINKS.read_text(encoding="utf-8"))
    return {key: "https://" + "/".join(parts) for key, parts in listed.items()}


def _parse_place(fields: Fields) -> tuple[str, str]:
    place = (fields.text("source"), fields.text("locator"))
    fields.finish()
    return place


def _parse_audience(fields: Fields) -> tuple[str, ...]:
    audience = tuple(text for text, _ in fields.texts("audience", 1))
    for name in audience:
        if name not in AUDIENCES:
            fields.fault(f"audience {name!r} must be one of {', '.join(sorted(AUDIENCES))}", "audience")
    return audience
