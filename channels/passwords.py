"""Finds a password in a message by the word that announces it and by what follows that word.

A finder, not a judge of passwords: "the password is wrong" and "8 characters" announce nothing. It works on
the shadow of a text (half-width, lower case), whose places agree with the text's own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

Span = tuple[int, int]

_RUN = re.compile(r"[!-~]{1,64}")
_QUOTED = re.compile(
    r"[\u300c\u300e\"'\u201c\u2018](?P<inner>[^\u300c\u300d\u300e\u300f\"'\u201c\u201d\u2018\u2019\n]{3,64})"
    r"[\u300d\u300f\"'\u201d\u2019]"
)
# Letters of a Japanese word with at least three digits behind.
_JAPANESE_RUN = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]{1,8}[0-9]{3}[!-~]{0,60}")
_LATIN_WORD = re.compile(r"[a-z]+(?:['-][a-z]+)*")
_INFLECTED = re.compile(r"[a-z]+(?:ing|ed)")
# A date, a phone number, a mail address, a web address, a number that the counter itself gave out.
_PLAIN = re.compile(
    r"(?:[0-9]{4}[/.-])?[0-9]{1,2}[/.-][0-9]{1,2}|0[0-9]{1,4}-[0-9]{1,4}-[0-9]{3,4}|0[0-9]{9,10}"
    r"|[^@]+@[a-z0-9-]+(?:\.[a-z0-9-]+)+|https?:.*|www\..*|[a-z0-9]{5}-[a-z0-9]{5}|[0-9]{1,3}(?:,[0-9]{3})+"
)
# What a password is of, in English, up to the word that tells it.
_OF_SOMETHING = re.compile(
    r" +(?:for|of|to|on|at|from|that|they|we|you|he|she|i) +(?:[a-z'/-]+ +){1,6}?(?:is|was|=|:) +"
)
_TRAILING = ".,;:)]}\"'"
# A word at the end of a question or a call is a word still.
_ASKING = "?!"
_MINIMUM_CHARS = 3
_MINIMUM_STRONG_CHARS = 6


class PasswordFinder:
    """Finds the places of passwords."""

    def __init__(self, words: dict[str, Any], counters: Iterable[str]) -> None:
        self._announced = re.compile(_announcing(words["words"]))
        self._link = re.compile(rf"(?:\s*(?:{_bounded(words['links'])})\s*){{1,2}}")
        self._backward = re.compile(rf"\s*(?:{alternatives(words['backward_links'])})\s*\Z")
        self._counted = re.compile(rf"[0-9][0-9,.~-]* ?(?:{alternatives(counters)})")
        self._ordinary = frozenset(words["ordinary"])
        self._reach: int = words["reach"]

    def find(self, shadow: str) -> Iterator[Span]:
        """The spans of the passwords in `shadow`."""
        for word in self._announced.finditer(shadow):
            before = self._before(shadow, word.start())
            behind = self._behind(shadow, word.end(), japanese=not word[0].isascii())
            yield from (span for span in (before, behind) if span)

    def _behind(self, shadow: str, at: int, japanese: bool) -> Span | None:
        link = self._link.match(shadow, at)
        start = link.end() if link else at + len(shadow[at:]) - len(shadow[at:].lstrip())
        quoted = _QUOTED.match(shadow, start)
        if quoted:
            return quoted.span("inner") if self._tells_in_quotes(quoted["inner"]) else None
        run = _JAPANESE_RUN.match(shadow, start) if link else None
        if run and not self._counted.search(shadow, start, run.end() + 4):
            return run.span()
        found = self._direct(shadow, start, bool(link) or japanese) or self._strong(shadow, at)
        return found or self._of_something(shadow, at)

    def _of_something(self, shadow: str, at: int) -> Span | None:
        """The run that follows what the password is of (`the password for the portal is …`), no mere word."""
        named = _OF_SOMETHING.match(shadow, at)
        run = _RUN.match(shadow, named.end()) if named else None
        if not run:
            return None
        secret = run[0].rstrip(_TRAILING)
        mere = _LATIN_WORD.fullmatch(secret.rstrip(_ASKING)) or self._is_plain(shadow, run.start(), secret)
        return None if mere or len(secret) < _MINIMUM_CHARS else (run.start(), run.start() + len(secret))

    def _direct(self, shadow: str, start: int, word_tells: bool) -> Span | None:
        """The run right behind the announcement; after ordinary words only a run that is no mere word."""
        for skipped in range(4):
            run = _RUN.match(shadow, start)
            if not run:
                return None
            secret = run[0].rstrip(_TRAILING) or run[0]
            if not self._is_ordinary(secret):
                tells = (word_tells and not skipped) or not _LATIN_WORD.fullmatch(secret.rstrip(_ASKING))
                inflected = word_tells and _INFLECTED.fullmatch(secret)
                long_enough = len(secret) >= _MINIMUM_CHARS
                fits = tells and not inflected and long_enough and not self._is_plain(shadow, start, secret)
                return (start, start + len(secret)) if fits else None
            start = run.end() + len(shadow[run.end() :]) - len(shadow[run.end() :].lstrip(" "))
        return None

    def _strong(self, shadow: str, at: int) -> Span | None:
        """A run of letters and digits mixed a little further on, with nothing Latin between."""
        run = _RUN.search(shadow, at, min(len(shadow), at + self._reach + 64))
        if not run or run.start() - at > self._reach:
            return None
        secret = run[0].rstrip(_TRAILING)
        mixed = re.search("[a-z]", secret) and re.search("[0-9]", secret)
        if not mixed or len(secret) < _MINIMUM_STRONG_CHARS or self._is_plain(shadow, run.start(), secret):
            return None
        return run.start(), run.start() + len(secret)

    def _before(self, shadow: str, at: int) -> Span | None:
        """The run in front of the announcement ("abc12345 is the password", said in Japanese)."""
        link = self._backward.search(shadow, max(0, at - 8), at)
        if not link:
            return None
        runs = list(_RUN.finditer(shadow, 0, link.start()))
        if not runs or shadow[runs[-1].end() : link.start()].strip("\u300d\u300f\u201d\u2019 "):
            return None
        secret = runs[-1][0].strip("\"'")
        start = shadow.rindex(secret, 0, link.start()) if secret else 0
        if len(secret) < _MINIMUM_CHARS or self._is_ordinary(secret) or self._is_plain(shadow, start, secret):
            return None
        return start, start + len(secret)

    def _tells_in_quotes(self, inner: str) -> bool:
        runs = [run[0] for run in _RUN.finditer(inner) if len(run[0]) >= _MINIMUM_CHARS]
        return bool(runs) and not self._counted.search(inner) and not all(map(self._is_ordinary, runs))

    def _is_ordinary(self, secret: str) -> bool:
        return secret.rstrip("!?") in self._ordinary or secret.rstrip("0123456789!?") in self._ordinary

    def _is_plain(self, shadow: str, start: int, secret: str) -> bool:
        return bool(self._is_ordinary(secret) or _PLAIN.fullmatch(secret) or self._counted.match(shadow, start))


def alternatives(words: Iterable[str]) -> str:
    """A pattern for any of `words`, the longest first."""
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


def _bounded(words: Iterable[str]) -> str:
    """Like `alternatives`; a Latin word does not go on ("is" is no part of "isn't")."""
    return "|".join(
        re.escape(w) + (r"(?![a-z'])" if w.isalpha() and w.isascii() else "")
        for w in sorted(words, key=len, reverse=True)
    )


def _announcing(words: list[str]) -> str:
    """Words that stand alone: "pass" is no part of "passport", nor a katakana word of a longer one."""
    latin = alternatives(w for w in words if w.isascii())
    others = alternatives(w for w in words if not w.isascii())
    return rf"(?<![a-z])(?:{latin})(?![a-rt-z])|(?<![\u30a1-\u30ff])(?:{others})(?![\u30a1-\u30ff])"
