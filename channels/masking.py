"""Passwords, one-time codes, card numbers and individual numbers are struck out before anything else happens.

Nothing after this module may see them: neither the engine nor records nor a log. What is merely a number (an
amount, a phone number, a date, a quote number) stays. The words that announce a secret stand in
lexicon/secrets.yml.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from channels.checksums import is_card_number, is_individual_number
from channels.passwords import PasswordFinder, alternatives

LEXICON = Path(__file__).with_name("lexicon") / "secrets.yml"
# Full-width ASCII and the many dashes are read as ASCII, one character for one, so that places agree.
_SHADOW = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0x00A0: 0x20, 0x2212: 0x2D}
_SHADOW |= dict.fromkeys(range(0x2010, 0x2016), 0x2D)
_GROUPED_DIGITS = re.compile(r"(?<![0-9A-Za-z.,/])[0-9]+(?:(?: {1,2}|[-\u30fc])[0-9]+)*(?![0-9A-Za-z])")
_CODE_DIGITS = r"[0-9]{4,8}|[0-9]{3}[- ][0-9]{3}|[0-9]{4} [0-9]{4}"
_CARD_CODE_DIGITS = r"[0-9]{3}"
_INDIVIDUAL_DIGITS = r"[0-9]{12}|[0-9]{4}[- ][0-9]{4}[- ][0-9]{4}"
# Until when a card holds (`2028/04`, `04/28`), right behind its number.
_EXPIRY = re.compile(r"[ ,\u3001]*(?:20[0-9]{2}/(?:0[1-9]|1[0-2])|(?:0[1-9]|1[0-2])/[0-9]{2})(?![0-9/])")
_SENTENCE_END = r"\u3002!?\n"


@dataclass(frozen=True)
class Masked:
    """A text without secrets, and of which kinds secrets were struck out."""

    text: str
    kinds: frozenset[str]


class Masker:
    """Strikes secrets out of a text."""

    def __init__(self, lexicon: dict[str, Any]) -> None:
        counters = alternatives(lexicon["counters"])
        self.tokens: dict[str, str] = lexicon["tokens"]
        self._passwords = PasswordFinder(lexicon["password"], lexicon["counters"])
        self._announced = {
            "one_time_code": _near(lexicon["one_time_code"], _CODE_DIGITS, counters),
            "card_code": _near(lexicon["card_code"], _CARD_CODE_DIGITS, counters),
            "my_number": _near(lexicon["my_number"], _INDIVIDUAL_DIGITS, counters),
        }
        self._card = re.compile(alternatives(lexicon["card"]["words"]))
        self._individual = re.compile(alternatives(lexicon["my_number"]["words"]))
        self._amount = re.compile(rf" ?(?:{counters})")

    @classmethod
    def load(cls, path: Path = LEXICON) -> Masker:
        """Read the lexicon at `path`."""
        return cls(yaml.safe_load(path.read_text(encoding="utf-8")))

    def mask(self, text: str, language: str = "ja") -> Masked:
        """Strike out every secret in `text`; the token in its place is in `language`."""
        token = self.tokens[language]
        shadow = _lower(text.translate(_SHADOW))
        spans = sorted((start, end, kind) for kind, start, end in self._spans(shadow))
        parts: list[str] = []
        last = 0
        for start, end, _ in spans:
            if start >= last:
                parts += [text[last:start], token]
            last = max(last, end)
        return Masked("".join([*parts, text[last:]]), frozenset(kind for _, _, kind in spans))

    def _spans(self, shadow: str) -> Iterator[tuple[str, int, int]]:
        for kind, pattern in self._announced.items():
            for match in pattern.finditer(shadow):
                yield kind, *match.span("behind" if match["behind"] else "before")
        carded = self._card.search(shadow) is not None
        numbered = self._individual.search(shadow) is not None
        for match in _GROUPED_DIGITS.finditer(shadow):
            if not self._amount.match(shadow, match.end()):
                yield from _numbers(match, carded, numbered)
        for span in self._passwords.find(shadow):
            yield "password", *span


def _lower(text: str) -> str:
    """Lower case without change of length (a few letters would become two)."""
    lowered = text.lower()
    return lowered if len(lowered) == len(text) else "".join(c.lower()[:1] for c in text)


def _near(entry: dict[str, Any], digits: str, counters: str) -> re.Pattern[str]:
    """The digits within reach of a word, on either side, within one sentence."""
    # A comma may end what is told; between digits it belongs to an amount.
    alone = rf"(?<![0-9/.\-])(?<![0-9],)(?:{digits})(?![0-9a-z/\-]|,[0-9]| ?(?:{counters})|\.[0-9])"
    between = rf"(?:[^0-9{_SENTENCE_END}]|[0-9]{{1,2}}(?=(?:{counters}))){{0,{entry['reach']}}}?"
    in_front = rf"[^0-9,\u3001{_SENTENCE_END}]{{0,{entry['reach_before']}}}?"
    words = alternatives(entry["words"])
    return re.compile(rf"(?:{words}){between}(?P<behind>{alone})|(?P<before>{alone}){in_front}(?:{words})")


def _numbers(match: re.Match[str], carded: bool, numbered: bool) -> Iterator[tuple[str, int, int]]:
    groups = [(m.start() + match.start(), m.end() + match.start(), m[0]) for m in re.finditer("[0-9]+", match[0])]
    for first in range(len(groups)):
        for last in range(first, min(first + 5, len(groups))):
            parts = [digits for _, _, digits in groups[first : last + 1]]
            expiry = _EXPIRY.match(match.string, groups[last][1])
            if is_card_number(parts, named=carded or expiry is not None):
                yield "card_number", groups[first][0], expiry.end() if expiry else groups[last][1]
            elif is_individual_number(parts, named=numbered) and _stands_alone(groups, first, last):
                yield "my_number", groups[first][0], groups[last][1]


def _stands_alone(groups: list[tuple[int, int, str]], first: int, last: int) -> bool:
    """Whether no further group of four digits continues the number, as in a card's number."""
    neighbours = groups[max(0, first - 1) : first] + groups[last + 1 : last + 2]
    return all(len(digits) != len(groups[first][2]) for _, _, digits in neighbours)
