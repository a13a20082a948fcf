"""Which FAQ entry a message means, and how sure that is.

The engine matches words, `evidence` weighs what else speaks for an entry; here entries are ranked and the lead of the
best one is read. It answers nothing and writes nothing down.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

from bot.actions import clauses, evidence
from bot.actions.evidence import MAIN_SCHEME, Evidence, Weigher
from bot.actions.flow import Turn

if TYPE_CHECKING:
    from bot.actions.state import Dialogue
    from bot.actions.understanding import Understanding
    from knowledge import Knowledge

# In units of the engine's match; calibrated on the tuning half of tests/nlu (docs/decisions/0007). How sure an entry is
# is its lead over the next one and a share of its match: from SURE on the best entry holds the fact in 96 of 100
# questions, below it in 68, while one of the best three does in 88. Under LEAST_MATCH the words have nothing in common.
SURE, MATCH_SHARE, FULL_MATCH = 0.235, 0.3, 0.7
LEAST_MATCH, OFFERED_MATCH = 0.30, 0.32
# Worded nearly like one of the entry's own questions.
STRONG_MATCH, STRONG_LEAD = 0.55, 0.03
# An entry of another scheme matches so much better that the named scheme's best is not told; when that one hardly
# matches either, its documents are said to be silent. With less, a false silence was told in 4 of 5 cases.
FOREIGN_GAP, POOR_MATCH, FOREIGN_MATCH = 0.15, 0.45, 0.55
# Answers of one scheme that share this much say the same: which of them is told does not matter.
SAME_ANSWER = 0.5
# Entries of several schemes that lie this close together are each scheme's own word on the same matter.
RIVAL = 0.08
# Entries hold a few English phrases beside dozens in Japanese: English questions match their entries so much less.
ENGLISH = 1.6
# How far behind the best one an entry may lie to be offered beside it.
NEAR = 0.20
# So short a question after another one names no matter of its own; words that only ask.
_LEANING, _ASKING = 9, frozenset({"ask", "reach", "covered", "told", "happened"})
# As many readings of messages (whole, by sentence, with the one before) as one turn may rank.
LATELY = 32


@dataclass(frozen=True)
class Found:
    """An entry with its weighed score and how well the message's words match it."""

    id: str
    score: float
    match: float


@dataclass(frozen=True)
class Ranked:
    """Entries that may be meant, best first.

    Attributes:
        found: The entries.
        lead: How far the best one lies before the next that might be meant instead.
        ruled_out: The best match among entries of schemes that are not asked about.
    """

    found: tuple[Found, ...]
    lead: float
    ruled_out: float

    @property
    def best(self) -> Found | None:
        """The best entry whose words match at all, or None."""
        return self.found[0] if self.found and self.found[0].match >= LEAST_MATCH else None

    @property
    def sure(self) -> bool:
        """Whether the best entry is the one that is meant."""
        best = self.best
        return best is not None and self.lead + MATCH_SHARE * min(best.match, FULL_MATCH) >= SURE and not self._foreign

    @property
    def strong(self) -> bool:
        """Whether the message is nearly worded like the best entry's questions and nothing speaks against it."""
        best = self.best
        if best is None or best.score < best.match - RIVAL:
            return False
        return best.match >= STRONG_MATCH and self.lead >= STRONG_LEAD

    @property
    def silent(self) -> bool:
        """Whether only another scheme's documents speak of what is asked."""
        poor = not self.found or self.found[0].match < POOR_MATCH
        return poor and self._foreign and self.ruled_out >= FOREIGN_MATCH

    @property
    def fitting(self) -> list[Found]:
        """Entries that may be named on a button."""
        return [item for item in self.found if item.match >= OFFERED_MATCH]

    @property
    def _foreign(self) -> bool:
        return self.ruled_out >= (self.found[0].match if self.found else 0.0) + FOREIGN_GAP


class Matching:
    """Ranks the entries of the knowledge for messages."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._entries = knowledge.entries
        self._lately: dict[tuple[Hashable, ...], tuple[Understanding, Ranked]] = {}

    @cached_property
    def _evidence(self) -> Evidence:
        return Evidence(self._entries)

    @cached_property
    def _wording(self) -> dict[str, frozenset[str]]:
        return {key: _pairs(entry.answer) for key, entry in self._entries.items()}

    def rank(self, turn: Turn) -> Ranked:
        """Entries by weighed score, with the best one's lead."""
        heard = turn.heard
        weigher = self._evidence.of(turn)
        # Every flow asks for the same message: ranked once, as long as the talk stands as it stood.
        key = (id(heard), turn.state.lang, *weigher.talk)
        known = self._lately.get(key)
        if known is not None and known[0] is heard:
            return known[1]
        if len(self._lately) >= LATELY:
            self._lately.clear()
        ranked = self._ranked(turn, weigher)
        self._lately[key] = heard, ranked
        return ranked

    def _ranked(self, turn: Turn, weigher: Weigher) -> Ranked:
        found, ruled_out = [], 0.0
        scale = ENGLISH if turn.state.lang == "en" else 1.0
        for item in turn.heard.answers:
            entry = self._entries.get(item.id)
            if entry is None:
                continue
            weight, match = weigher.weight(entry), item.match * scale
            if weight is None:
                # What another role or another time rules out is of the scheme that is asked about.
                ruled_out = max(ruled_out, match) if weigher.elsewhere(entry) else ruled_out
            else:
                found.append(Found(item.id, match + weight, match))
        found.sort(key=lambda item: -item.score)
        rival = next((item for item in found[1:] if self.rivals(turn, found[0].id, item.id)), None)
        lead = found[0].score - (rival.score if rival else 0.0) if found else 0.0
        return Ranked(tuple(found), lead, ruled_out)

    def asked(self, turn: Turn) -> list[str]:
        """What the sentences that ask surely mean, each by itself; empty for a message of one sentence."""
        found: list[str] = []
        for part in turn.heard.sentences:
            if not clauses.asks(part.text) or (found and _leans(turn, part.text)):
                continue
            heard: Understanding = replace(turn.heard, text=part.text, answers=part.answers, sentences=())
            ranked = self.rank(replace(turn, heard=heard, state=self._spoken_by(turn, found)))
            if ranked.best and ranked.sure and not any(self._same(ranked.best.id, known) for known in found):
                found.append(ranked.best.id)
        return found

    def _spoken_by(self, turn: Turn, found: list[str]) -> Dialogue:
        """The state in which the next sentence is read: about the scheme that the sentence before it was about."""
        scheme = self._entries[found[-1]].scheme if found else None
        return replace(turn.state, scheme=scheme) if scheme in evidence.INSURANCE else turn.state

    def near(self, turn: Turn, ranked: Ranked) -> list[Found]:
        """The best entry and those beside it that might be meant instead."""
        top = ranked.found[0]
        close = [item for item in ranked.fitting if item.score > top.score - NEAR]
        return [item for item in close if item is top or self.rivals(turn, top.id, item.id)]

    def of_main_scheme(self, turn: Turn, ranked: Ranked) -> list[Found]:
        """Where several schemes say something of their own and none was named: the main one's, then the others'."""
        if evidence.schemes_named(turn) or evidence.scheme_spoken(turn) or not ranked.found:
            return []
        top = ranked.found[0]
        near = [item for item in ranked.found if item.score > top.score - RIVAL]
        main = [item for item in near if self._entries[item.id].scheme == MAIN_SCHEME]
        others = [item for item in near if self._entries[item.id].scheme in evidence.INSURANCE - {MAIN_SCHEME}]
        alone = len(main) == 1 or (len(main) > 1 and main[0].score - main[1].score >= STRONG_LEAD)
        return [main[0], *others] if alone and others and top in (*main, *others) else []

    def rivals(self, turn: Turn, best: str, other: str) -> bool:
        """Whether another entry might be meant instead: it says something else, of the scheme that is spoken of."""
        spoken = evidence.scheme_spoken(turn)
        aside = evidence.foreign(spoken, self._entries[other]) and not evidence.foreign(spoken, self._entries[best])
        return not aside and not self._same(best, other)

    def _same(self, one: str, other: str) -> bool:
        """Whether two entries of one scheme, or one of them of all, say the same: it does not matter which is told."""
        schemes = {self._entries[one].scheme, self._entries[other].scheme}
        if len(schemes) > 1 and "general" not in schemes:
            return False
        first, second = self._wording[one], self._wording[other]
        return len(first & second) >= SAME_ANSWER * max(min(len(first), len(second)), 1)


def _pairs(text: str) -> frozenset[str]:
    """Pairs of neighbouring characters: what an answer is compared by."""
    letters = [char for char in evidence.fold(text) if char.isalnum()]
    return frozenset(first + second for first, second in pairwise(letters))


def _leans(turn: Turn, text: str) -> bool:
    """Whether a sentence after another one is so short, and names so little, that it asks on about the same."""
    folded = evidence.fold(text)
    start = turn.heard.folded.find(folded)
    end = start + len(folded)
    named = [word for word in turn.heard.words if start <= word.start < end and word.entity not in _ASKING]
    return start > 0 and len(folded) <= _LEANING and not named
