"""Finds the FAQ entry that a message asks for: answers when sure, offers a few when not, says so when there is none.

The engine ranks the entries; here the scheme spoken of tips the scales, and thresholds decide between answering,
offering and declining. Entries' words come from knowledge/faq.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.actions.flow import Turn
from bot.actions.reply import Choice, Reply
from bot.actions.understanding import Scored, Sentence

if TYPE_CHECKING:
    from knowledge import Entry

# Calibrated on the tuning half of tests/nlu (docs/decisions).
SURE = 0.30
LIKELY = 0.10
MATCHING_SCHEME, OTHER_SCHEME, SPOKEN_SCHEME, UNNAMED_GUARANTEE = 3.0, 0.25, 1.8, 0.6
# Nobody named a scheme: most members mean the one that most of them have.
UNNAMED_MAIN, MAIN_SCHEME = 1.3, "third_party"
STRONG_SHARE, STRONG_MATCH, LEAST_MATCH, CLOSE_SECOND = 0.5, 0.72, 0.45, 0.5


@dataclass(frozen=True)
class Found:
    """An entry with its weighed score."""

    id: str
    score: float


class Answers:
    """Answers from the FAQ, in the words of its entries."""

    def ranked(self, turn: Turn, answers: Sequence[Scored] | None = None) -> list[Found]:
        """Entries by weighed score, best first."""
        entries = turn.services.knowledge.entries
        named, spoken = turn.heard.mentions.get("scheme", ()), turn.state.scheme
        found = []
        for item in turn.heard.answers if answers is None else answers:
            entry = entries.get(item.id)
            if entry is None:
                continue
            weight = 1.0
            if named and entry.scheme != "general":
                weight = MATCHING_SCHEME if entry.scheme in named else OTHER_SCHEME
            elif spoken and entry.scheme == spoken:
                weight = SPOKEN_SCHEME
            elif entry.scheme == "guarantee" and not turn.heard.mention("role"):
                # Members of the schemes write far more often than the system's users, and those name it.
                weight = UNNAMED_GUARANTEE
            elif not spoken and entry.scheme == MAIN_SCHEME:
                weight = UNNAMED_MAIN
            found.append(Found(item.id, item.score * weight))
        return sorted(found, key=lambda item: -item.score)

    def confident(self, turn: Turn) -> bool:
        """Whether one entry surely fits."""
        ranked = self.ranked(turn)
        return bool(ranked) and ranked[0].score >= SURE

    def strong(self, turn: Turn) -> bool:
        """Whether the message is nearly worded like one entry's questions."""
        ranked = self.ranked(turn)
        if not ranked or ranked[0].score < STRONG_SHARE:
            return False
        return self._match(turn, ranked[0].id) >= STRONG_MATCH

    def _match(self, turn: Turn, entry_id: str, answers: Sequence[Scored] | None = None) -> float:
        """How well the message's words match an entry's."""
        found = turn.heard.answers if answers is None else answers
        return next((item.match for item in found if item.id == entry_id), 0.0)

    def answer(self, turn: Turn, answers: Sequence[Scored] | None = None) -> Reply | None:
        """The best entry's answer, with the next best as buttons when it is not sure; None when none fits."""
        ranked = self.ranked(turn, answers)
        if not ranked or ranked[0].score < LIKELY or self._match(turn, ranked[0].id, answers) < LEAST_MATCH:
            return None
        reply = self.entry(turn, ranked[0].id)
        if len(ranked) > 1 and ranked[1].score >= ranked[0].score * CLOSE_SECOND:
            second = turn.services.knowledge.entries[ranked[1].id]
            self._also(turn, reply, second)
        if ranked[0].score < SURE:
            return Reply().say(turn.t("answers.perhaps")).then(reply).offer(self._choices(turn, ranked[1:4]))
        return reply

    def _also(self, turn: Turn, reply: Reply, second: Entry) -> None:
        """A second entry that fits nearly as well, with its own source; the end of a period is told once."""
        shown = self._render(turn, second)
        over = None if shown.expiry_line in reply.lines else shown.expiry_line
        reply.say(turn.t("answers.also", title=second.name(turn.state.lang)), shown.text, shown.source_line, over)

    def answer_sentence(self, turn: Turn, sentence: Sentence) -> Reply | None:
        """The answer to one sentence of a longer message."""
        return self.answer(turn, sentence.answers)

    def suggest(self, turn: Turn) -> Reply | None:
        """Up to three entries as buttons when none fits well; None when none comes near."""
        ranked = [found for found in self.ranked(turn) if found.score >= LIKELY / 2]
        if not ranked:
            return None
        return Reply().say(turn.t("answers.choose")).offer(self._choices(turn, ranked[:3]))

    def term(self, turn: Turn) -> Reply | None:
        """A glossary entry named in the message, or None."""
        for found in self.ranked(turn):
            if found.score >= SURE:
                return self.entry(turn, found.id)
        return None

    def more(self, turn: Turn) -> Reply | None:
        """The detail of the entry answered last, with related entries."""
        entries = turn.services.knowledge.entries
        entry = entries.get(turn.state.answer or "")
        if entry is None:
            return None
        rendered = self._render(turn, entry)
        reply = Reply().say(rendered.detail or turn.t("answers.no_more"), rendered.source_line)
        return reply.offer(self._choices(turn, [Found(id_, 1.0) for id_ in entry.related[:3] if id_ in entries]))

    def entry(self, turn: Turn, entry_id: str) -> Reply:
        """An entry's answer with its source, and a warning when its period is over."""
        entry = turn.services.knowledge.entries[entry_id]
        rendered = self._render(turn, entry)
        turn.state.answer = entry_id
        if entry.scheme != "general":
            turn.state.scheme = entry.scheme
        reply = Reply().say(rendered.text, rendered.source_line, rendered.expiry_line)
        if rendered.detail:
            reply.offer([Choice(turn.t("moves.more"), turn.t("moves.more"), {"move": "more"})])
        return reply

    def _render(self, turn: Turn, entry: Entry):  # type: ignore[no-untyped-def]
        from knowledge import render_answer

        return render_answer(entry, turn.services.knowledge, as_of=turn.now, lang=turn.state.lang)

    def _choices(self, turn: Turn, found: Sequence[Found]) -> list[Choice]:
        entries = turn.services.knowledge.entries
        titles = [(entries[item.id].title, item.id) for item in found]
        return [Choice(title, title, {"faq": id_}) for title, id_ in titles]
