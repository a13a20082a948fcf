"""Which text of the counter a line of a reply is: the texts of bot/locales and channels/locales as patterns.

A line that none of them makes, and that stands in no answer of knowledge/, is nobody's: its figures are foreign.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[3]
_PLACES = {"bot/locales": re.compile(r"%\{(\w+)\}"), "channels/locales": re.compile(r"\{(\w+)\}")}
_FORMATTED = re.compile(r"\{(\w+)(?::\w+)?\}")


@dataclass(frozen=True)
class Made:
    """A line as made from a text: its key, language, and what stands in its places."""

    key: str
    lang: str
    parts: Mapping[str, str]


@dataclass(frozen=True)
class Text:
    """One line of a text; `literal` is what of it always stands there, with NUL for the places."""

    key: str
    lang: str
    line: str
    pattern: re.Pattern[str]
    literal: str
    places: tuple[str, ...]
    pieces: tuple[str, ...]


def flat(body: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """The texts of a locale file by key."""
    for name, value in body.items():
        key = f"{prefix}{name}"
        if isinstance(value, Mapping):
            yield from flat(value, f"{key}.")
        elif isinstance(value, str):
            yield key, value


def _text(key: str, lang: str, line: str, place: re.Pattern[str]) -> Text:
    pieces, pattern, seen = place.split(line.rstrip()), "", dict[str, int]()
    for at, piece in enumerate(pieces):
        if at % 2 == 0:
            pattern += re.escape(piece)
            continue
        seen[piece] = seen.get(piece, 0) + 1
        name = piece if seen[piece] == 1 else f"{piece}_{seen[piece]}"
        pattern += f"(?P<{name}>.+?)"
    literal = "\x00".join(pieces[::2])
    return Text(key, lang, line, re.compile(pattern, re.DOTALL), literal, tuple(pieces[1::2]), _longest_first(pieces))


def _longest_first(pieces: list[str]) -> tuple[str, ...]:
    return tuple(sorted(filter(None, pieces[::2]), key=len, reverse=True))


@lru_cache(maxsize=1)
def texts() -> tuple[Text, ...]:
    """Every line of every text."""
    found = []
    for folder, place in _PLACES.items():
        for path in sorted((ROOT / folder).glob("*.yml")):
            *name, lang = path.stem.split(".")
            prefix = f"{name[0]}." if name else "channels."
            body = yaml.safe_load(path.read_text(encoding="utf-8"))
            for key, value in flat(body, prefix):
                found += [_text(key, lang, line, place) for line in value.rstrip("\n").split("\n")]
    wording = yaml.safe_load((ROOT / "knowledge" / "wording.yml").read_text(encoding="utf-8"))
    for lang, value in wording["expiry_line"].items():
        found.append(_text("knowledge.expiry_line", lang, value, _FORMATTED))
    return tuple(found)


@lru_cache(maxsize=1)
def _by_key() -> dict[tuple[str, str], list[Text]]:
    found: dict[tuple[str, str], list[Text]] = {}
    for text in texts():
        found.setdefault((text.key, text.lang), []).append(text)
    return found


@lru_cache(maxsize=200_000)
def made(line: str) -> tuple[Made, ...]:
    """Every text that can have made this line."""
    return tuple(
        Made(text.key, text.lang, found.groupdict())
        for text in texts()
        if all(piece in line for piece in text.pieces)
        for found in [text.pattern.fullmatch(line)]
        if found
    )


def read(key: str, lang: str, line: str) -> dict[str, str] | None:
    """What stands in the places of a text of this key; None when the line is not made from it."""
    for text in _by_key().get((key, lang), ()):
        found = text.pattern.fullmatch(line)
        if found:
            return found.groupdict()
    return None


def word(key: str, lang: str) -> str:
    """A text without places."""
    return "\n".join(text.line for text in _by_key()[key, lang])


def joined(key: str, lang: str, **parts: str) -> str:
    """A text with its places filled in."""
    return re.sub(r"%\{(\w+)\}", lambda place: parts[place[1]], word(key, lang))


def read_nested(key: str, lang: str, line: str, **inner: str) -> list[str] | None:
    """What stands in the one place of each text that stands in the places of another, in order."""
    nested = joined(key, lang, **{name: word(of, lang) for name, of in inner.items()})
    return read_template(nested, line)


def read_template(template: str, line: str) -> list[str] | None:
    """What stands in the places of a template, in order; None when the line is not made from it."""
    found = _text("", "", template, _PLACES["bot/locales"]).pattern.fullmatch(line)
    return list(found.groupdict().values()) if found else None


_VERDICTS = {"deadline": ("yes", "no", "still", "no_longer"), "contact": ("yes", "no")}


@lru_cache(maxsize=200_000)
def composed(line: str) -> tuple[Made, ...]:
    """Lines of several texts in a row: a verdict before a date or hours; a condition, what was told of it, its mark."""
    found: list[Made] = []
    for lang in ("ja", "en"):
        for flow, names in _VERDICTS.items():
            for verdict in (word(f"{flow}.{name}", lang) for name in names):
                if line.startswith(verdict):
                    rest = line.removeprefix(verdict)
                    after = (*made(rest), *made(f"\u3000{rest}"), *made(f"  {rest}"))
                    found += [one for one in after if one.key.startswith(f"{flow}.")]
        for mark in (word(f"eligibility.mark.{name}", lang) for name in ("met", "failed", "unknown")):
            if line.endswith(mark):
                found += _condition_and_told(line.removesuffix(mark), lang)
    return tuple(found)


def _condition_and_told(line: str, lang: str) -> list[Made]:
    before, after = word("eligibility.told.wrap", lang).split("%{told}")
    condition, _, told = line.removesuffix(after).rpartition(before)
    found = [(one, {}) for one in made(line)]
    found += [(one, {"told": told}) for one in made(condition) if condition and line.endswith(after)]
    return [
        Made(one.key, lang, {**one.parts, **more})
        for one, more in found
        if one.key.startswith("eligibility.condition.")
    ]
