"""Tells the answer and the question of one message apart, so that neither is lost.

Sentences come with their meaning from the engine. Inside a sentence the place where an answer ends is found by how
members join things (bot/data/clauses.yml). It knows no flow: what a piece is worth, the conversation decides.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from bot.actions.understanding import Sentence, Understanding

TABLE = Path(__file__).resolve().parent.parent / "data" / "clauses.yml"
_LEAST, _LEAST_TOLD = 3, 2
Span = tuple[int, int]


@lru_cache(maxsize=1)
def _words(path: Path = TABLE) -> dict[str, Any]:
    return dict(yaml.safe_load(path.read_text(encoding="utf-8")))


@lru_cache(maxsize=32)
def _pattern(name: str) -> re.Pattern[str]:
    listed = _words()[name]
    return re.compile("|".join(listed) if isinstance(listed, list) else listed)


def asks(text: str, *, plainly: bool = False) -> bool:
    """Whether a sentence is put as a question.

    Args:
        text: The sentence.
        plainly: Only by how it begins or ends; a question word or a wish inside does not count. For words that may
            be a story, or the matter that a person is wanted for.

    Returns:
        True for a question.
    """
    folded = fold(text).strip()
    if _pattern("asking").search(folded):
        return True
    if plainly:
        return False
    short = len(folded) <= _words()["short"]
    return bool(_pattern("requesting").search(folded) or (short and _pattern("question_word").search(folded)))


def states(text: str) -> bool:
    """Whether a sentence tells something, as an answer or a correction does."""
    return _pattern("stating").search(fold(text).strip()) is not None and not asks(text)


def mends(text: str) -> bool:
    """Whether a sentence takes something back that was told, and tells it anew."""
    return _pattern("mending").search(fold(text).strip()) is not None


def wavers(text: str) -> bool:
    """Whether a sentence ends like an answer that is not sure of itself."""
    return _pattern("wavering").search(fold(text).strip()) is not None


def explains(text: str) -> bool:
    """Whether a sentence asks what a word means."""
    return _pattern("explaining").search(fold(text).strip()) is not None


def supposes(text: str) -> bool:
    """Whether a sentence asks what would be if something were otherwise."""
    return _pattern("supposing").search(fold(text).strip()) is not None and not mends(text)


def supposes_instead(text: str) -> bool:
    """Whether a sentence asks what would be with one thing in another's place (`no wall but a car, if it were?`)."""
    return mends(text) and _pattern("supposing").search(fold(text).strip()) is not None


def greets(text: str) -> bool:
    """Whether a message begins with a greeting, whatever it tells after it."""
    return _pattern("greeting").search(fold(text).strip()) is not None


def takes_back(text: str) -> bool:
    """Whether a sentence only takes back what was said, or complains that the answer missed."""
    return _pattern("taken_back").search(fold(text).strip()) is not None


def asks_number(text: str) -> bool:
    """Whether a message that wants something once more wants a telephone number."""
    return _pattern("number_asked").search(fold(text)) is not None


def has_number(text: str) -> bool:
    """Whether a text holds a telephone number."""
    return _pattern("number").search(fold(text)) is not None


def repeats(text: str) -> bool:
    """Whether a message asks for the last reply once more by words of its own."""
    return _pattern("repeating").search(fold(text).strip()) is not None


def resumes(text: str) -> bool:
    """Whether a message names something broken off that is to be taken up."""
    return _pattern("resuming").search(fold(text)) is not None


def returns(text: str) -> bool:
    """Whether a message goes back to what was spoken of before another scheme came up."""
    return _pattern("returning").search(fold(text).strip()) is not None


def names_matter(text: str) -> bool:
    """Whether a message hardly holds more than what the talk is about (`I mean the sales`)."""
    return _pattern("matter_only").search(fold(text).strip()) is not None


def announces(text: str) -> bool:
    """Whether a message announces a question and what it is about (`I have a question about the excess`)."""
    return _pattern("asks_about").search(fold(text)) is not None


def after_giving_up(heard: Understanding) -> Understanding | None:
    """A question without the words before it that leave the open one; None where nothing is left."""
    text = fold(heard.text)
    start = _pattern("given_up").match(text)
    if start is None or not asks(text[start.end() :]):
        return None
    return heard.part([(start.end(), len(text))])


def restarts(text: str) -> bool:
    """Whether a message names the beginning to which it wants to return."""
    return _pattern("restarting").search(fold(text)) is not None


def after_mending(text: str) -> str | None:
    """What a message tells in the place of the answer before it, without the words that say so; None mostly."""
    wide = unicodedata.normalize("NFKC", text).strip()
    start = _pattern("mending_start").match(wide.lower())
    told = _pattern("mended").sub("", wide[start.end() :]).strip() if start else ""
    return told if len(told) >= _LEAST_TOLD else None


def points(heard: Understanding) -> bool:
    """Whether a question is about what was just said and names nothing itself."""
    short = len(heard.folded) <= _words()["named_most"]
    return short and _pattern("pointing").search(heard.folded) is not None


def about_answer(heard: Understanding) -> bool:
    """Whether a question beside an answer is about that answer."""
    return len(heard.folded) <= _words()["about_most"] and _pattern("about").search(heard.folded) is not None


def fold(text: str) -> str:
    """Width and case folded, as positions in an understanding count."""
    return unicodedata.normalize("NFKC", text).lower()


def divide(heard: Understanding, *, plainly: bool = False) -> tuple[Understanding | None, list[Understanding]]:
    """The part of a message that tells something, and the questions beside it.

    Args:
        heard: The message.
        plainly: See `asks`.

    Returns:
        What is told (None when all of it asks) and the questions in order; without a question, the whole message.
    """
    text = fold(heard.text)
    told: list[tuple[Span, Sentence | None]] = []
    asked: list[Understanding] = []
    for span, sentence in _sentences(heard, text):
        piece = text[slice(*span)]
        if not asks(piece, plainly=plainly):
            told.append((span, sentence))
            continue
        cut = _cut(heard, text, span)
        if cut is not None:
            told.append(((span[0], cut), None))
        asked.append(heard.part([(cut or span[0], span[1])], sentence))
    if not asked:
        return heard, []
    if not told:
        return None, asked
    longest, meaning = max(told, key=lambda item: item[0][1] - item[0][0])
    # A piece of a sentence has no meaning of its own; what the whole is like stands in for it.
    meaning = meaning or Sentence(text[slice(*longest)], "inform", 1.0, asked[-1].answers, asked[-1].cases)
    return heard.part([span for span, _ in told], meaning), asked


def after_first(heard: Understanding) -> Understanding:
    """A message of several sentences without its first one; what one remaining sentence means, it means."""
    spans = [(span, sentence) for span, sentence in _sentences(heard, fold(heard.text)) if sentence is not None][1:]
    rest = tuple(sentence for _, sentence in spans)
    said = next((sentence for sentence in rest if asks(sentence.text)), rest[0])
    part = heard.part([span for span, _ in spans], said)
    return replace(part, sentences=rest if len(rest) > 1 else ())


def after_complaint(heard: Understanding) -> Understanding | None:
    """A question without the complaint that it begins with (`no, how much is paid`); None where it begins with none."""
    text = fold(heard.text)
    start = _pattern("complaint").match(text)
    if start is None or len(heard.sentences) > 1 or not asks(text[start.end() :]):
        return None
    meaning = Sentence(text[start.end() :], "faq", 1.0, heard.answers, heard.cases)
    return heard.part([(start.end(), len(text))], meaning if heard.intent in ("deny", "correct", "cancel") else None)


def named_field(text: str, label: str) -> str | None:
    """What is told of a field that is named by its label (`場所は倉庫でした`), or None."""
    folded = fold(text).strip()
    lead = _pattern("lead").match(folded)
    start = lead.end() if lead else 0
    bare = _pattern("lead").sub("", fold(label))
    if not bare or not folded.startswith(bare, start):
        return None
    named = _pattern("label_end").match(folded, start + len(bare))
    if named is None:
        return None
    wide = unicodedata.normalize("NFKC", text).strip()
    told = _pattern("mended").sub("", wide[named.end() :]).strip()
    return told or None


def _sentences(heard: Understanding, text: str) -> Iterator[tuple[Span, Sentence | None]]:
    if not heard.sentences:
        yield (0, len(text)), None
        return
    start = 0
    for sentence in heard.sentences:
        words = fold(sentence.text)
        at = max(text.find(words, start), start)
        start = min(at + len(words), len(text))
        yield (at, start), sentence


def _cut(heard: Understanding, text: str, span: Span) -> int | None:
    """Where an answer ends inside a sentence that ends as a question; the last such place."""
    start, end = span
    if _pattern("weighing").search(text, start, end):
        return None
    cuts = [match.end() for match in _pattern("joined").finditer(text, start, end) if _ends(text, start, match)]
    named = [(word.start, word.end) for word in heard.words]
    for first, last in (*named, *((amount.start, amount.end) for amount in heard.quantities)):
        match = _pattern("word_end").match(text, last, end) if start <= first < end else None
        if match:
            cuts.append(match.end())
    fitting = [cut for cut in cuts if start < cut and end - cut >= _LEAST]
    return max(fitting, default=None)


def _ends(text: str, start: int, match: re.Match[str]) -> bool:
    """A joining word ends an answer; a mere comma does unless what stands before leans on what follows."""
    return match.group(1) is not None or not _pattern("hanging").search(text[start : match.start()])
