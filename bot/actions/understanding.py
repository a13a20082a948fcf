"""A typed view of what the engine understood of one message, and of a part of it. It never interprets further."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from bot.actions.denial import denied, taken_back

_JAPANESE = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")
LEFT = "left"
# A single hiragana belongs to a name (as in the top-up scheme's); sentences are joined with more.
_HIRAGANA = re.compile(r"[\u3041-\u309f]{2}")
_SENTENCE = 4
_GLOSS = re.compile(r"\([^)]*\)")
_LATIN_WORD = re.compile(r"[a-z]{2,}")


@dataclass(frozen=True)
class Quantity:
    """An amount, head count, number of times or course as the engine read it.

    `value`, `low` and `high` are whole numbers in the kind's unit (yen for money); `low`/`high` bound a range.
    """

    kind: str
    value: int | None
    low: int | None = None
    high: int | None = None
    modifier: str | None = None
    unit: str | None = None
    tax: str | None = None
    role: str | None = None
    start: int = 0
    end: int = 0
    text: str = ""

    @property
    def is_range(self) -> bool:
        """Whether the member gave a span instead of one amount."""
        return self.low is not None and self.high is not None and self.low != self.high


@dataclass(frozen=True)
class Scored:
    """An FAQ entry or coverage case: its share among its kind, and how well the words match (about 1: the same)."""

    id: str
    score: float
    match: float = 0.0


@dataclass(frozen=True)
class Mention:
    """A word of the lexicon where it stands in the folded text."""

    entity: str
    value: str
    start: int
    end: int


@dataclass(frozen=True)
class Sentence:
    """What one sentence of a longer message means."""

    text: str
    intent: str
    confidence: float
    answers: tuple[Scored, ...]
    cases: tuple[Scored, ...]


@dataclass(frozen=True)
class Understanding:
    """One message as the engine understood it.

    `text` is in ordinary writing, `typed` as the member typed it: what is kept in the member's own words is that.
    `words` are the things meant; what the message names only to rule it out (`not X but Y`) is `denied`.
    `in_context` is what a short message means when it is read on from the member's message before it.
    """

    text: str
    intent: str
    confidence: float
    ranking: tuple[tuple[str, float], ...]
    answers: tuple[Scored, ...]
    cases: tuple[Scored, ...]
    sentences: tuple[Sentence, ...]
    quantities: tuple[Quantity, ...]
    words: tuple[Mention, ...] = ()
    denied: tuple[Mention, ...] = ()
    in_context: Sentence | None = None
    own_words: str | None = None

    @property
    def typed(self) -> str:
        """The message as the member typed it; of a piece of a message, its text."""
        return self.text if self.own_words is None else self.own_words

    @cached_property
    def mentions(self) -> Mapping[str, tuple[str, ...]]:
        """The values named of each entity, in the order of the text."""
        found: dict[str, dict[str, None]] = {}
        for word in self.words:
            found.setdefault(word.entity, {})[word.value] = None
        return {entity: tuple(values) for entity, values in found.items()}

    @cached_property
    def folded(self) -> str:
        """The text with width and case folded."""
        return unicodedata.normalize("NFKC", self.text).lower().strip()

    def mention(self, entity: str) -> str | None:
        """The first value named of an entity, or None."""
        values = self.mentions.get(entity, ())
        return values[0] if values else None

    def mentioned(self, entity: str, value: str) -> bool:
        """Whether an entity's value is named."""
        return value in self.mentions.get(entity, ())

    def denies(self, entity: str) -> bool:
        """Whether a value of an entity is named only to rule it out."""
        return any(word.entity == entity for word in self.denied)

    def quantity(self, kind: str, *roles: str | None) -> Quantity | None:
        """The first quantity of a kind whose role is one of `roles` (any role when none is given)."""
        found = self.all_of(kind, *roles)
        return found[0] if found else None

    def all_of(self, kind: str, *roles: str | None) -> list[Quantity]:
        """All quantities of a kind whose role is one of `roles` (any role when none is given).

        What is denied or left for something else (`6千万じゃなくて9千万`) is not meant and left out.
        """
        found = [quantity for quantity in self.quantities if quantity.kind == kind and quantity.role != LEFT]
        return [quantity for quantity in found if not roles or quantity.role in roles]

    def score(self, intent: str) -> float:
        """The probability of an intent among the best five; 0.0 when it is not among them."""
        return dict(self.ranking).get(intent, 0.0)

    @property
    def language(self) -> str | None:
        """`ja`, `en`, or None when the message is too short to tell."""
        latin = len(_LATIN_WORD.findall(self.folded))
        # An English sentence may hold a name in kanji or katakana, or a gloss in brackets; hiragana is what Japanese
        # sentences are joined with.
        if _JAPANESE.search(self.text) and (latin < _SENTENCE or _HIRAGANA.search(_GLOSS.sub("", self.folded))):
            return "ja"
        return "en" if latin >= 2 else None

    def part(self, spans: Sequence[tuple[int, int]], meaning: Sentence | None = None) -> Understanding:
        """What some pieces of the message hold, with nothing of the rest.

        Args:
            spans: Half-open pieces of the width-folded text, in order.
            meaning: The sentence whose meaning the pieces have; the whole message's when it is None.

        Returns:
            An understanding of the pieces, read as one text.
        """
        wide = unicodedata.normalize("NFKC", self.text)
        inside = [(start, end) for start, end in spans if start < end]

        def within(item: Mention | Quantity) -> bool:
            return any(start <= item.start < end for start, end in inside)

        return replace(
            self,
            text="".join(wide[start:end] for start, end in inside).strip(),
            intent=meaning.intent if meaning else self.intent,
            confidence=meaning.confidence if meaning else self.confidence,
            ranking=((meaning.intent, meaning.confidence),) if meaning else self.ranking,
            answers=meaning.answers if meaning else self.answers,
            cases=meaning.cases if meaning else self.cases,
            sentences=(),
            in_context=None,
            own_words=None,
            quantities=tuple(quantity for quantity in self.quantities if within(quantity)),
            words=tuple(word for word in self.words if within(word)),
            denied=tuple(word for word in self.denied if within(word)),
        )


def read(message: Mapping[str, Any]) -> Understanding:
    """Build the view from a tracker's `latest_message`.

    Args:
        message: Rasa's parse data: text, intent, entities, and what bot/engine adds.

    Returns:
        The understanding.
    """
    entities = message.get("entities") or []
    intent = message.get("intent") or {}
    text = message.get("text") or ""
    folded = unicodedata.normalize("NFKC", text).lower()
    named = [
        Mention(item["entity"], item["value"], item.get("start", 0), item.get("end", 0))
        for item in entities
        if item["entity"] != "quantity"
    ]
    ruled_out = [
        word for word in named if denied(word.entity, folded, word.start, word.end) or _retaken(word, named, folded)
    ]
    return Understanding(
        text=text,
        intent=intent.get("name") or "nlu_fallback",
        confidence=float(intent.get("confidence") or 0.0),
        ranking=tuple((item["name"], item["confidence"]) for item in message.get("intent_ranking") or ()),
        answers=_scored(message.get("answers")),
        cases=_scored(message.get("cases")),
        sentences=tuple(_sentence(part, part["text"]) for part in message.get("sentences") or ()),
        quantities=tuple(_quantity(entity["value"], text) for entity in entities if entity["entity"] == "quantity"),
        words=tuple(word for word in named if word not in ruled_out),
        denied=tuple(ruled_out),
        in_context=_sentence(message["in_context"], text) if message.get("in_context") else None,
        own_words=message.get("typed"),
    )


def _retaken(word: Mention, named: Sequence[Mention], folded: str) -> bool:
    """Whether the next word of its kind takes a word's place."""
    later = (other for other in named if other.entity == word.entity and other.start >= word.end)
    other = min(later, key=lambda one: one.start, default=None)
    if other is None or other.value == word.value:
        return False
    return taken_back(word.entity, folded, word.end, other.start)


def _sentence(part: Mapping[str, Any], text: str) -> Sentence:
    intent = part["intent"]
    return Sentence(text, intent["name"], intent["confidence"], _scored(part["answers"]), _scored(part["cases"]))


def _scored(items: Any) -> tuple[Scored, ...]:
    return tuple(Scored(item["id"], item["score"], item.get("match", 0.0)) for item in items or ())


def _quantity(value: Mapping[str, Any], text: str) -> Quantity:
    known = Quantity.__dataclass_fields__
    quantity = Quantity(**{key: item for key, item in value.items() if key in known})
    # Folding may lengthen what stands before; words and pieces count in the folded text.
    start, end = (len(unicodedata.normalize("NFKC", text[:at])) for at in (quantity.start, quantity.end))
    return replace(quantity, start=start, end=end)
