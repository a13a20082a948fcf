"""Finds the FAQ entry that a message asks for: answers when sure, offers a few when not, says so when there is none.

The engine ranks the entries, `evidence` weighs them; here the lead of the best one over the next decides between
answering, offering and declining. An entry that is only likely is named on a button and never told: its facts might
answer another question. Entries' words come from knowledge/faq.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

from bot.actions import clauses, evidence
from bot.actions.evidence import MAIN_SCHEME, Evidence
from bot.actions.flow import Turn
from bot.actions.reply import Choice, Reply
from bot.actions.understanding import Scored, Sentence, Understanding
from knowledge import contact_text, render_answer

if TYPE_CHECKING:
    from knowledge import Knowledge, RenderedAnswer

# In units of the engine's match; calibrated on the tuning half of tests/nlu (docs/decisions/0007). How sure an entry is
# is its lead over the next one and a share of its match: from SURE on the best entry holds the fact in 93 of 100
# questions, below it in 70, while one of the best three does in 90. Under LEAST_MATCH the words have nothing in common.
SURE, MATCH_SHARE, LEAST_MATCH, OFFERED_MATCH = 0.235, 0.3, 0.30, 0.32
# Worded nearly like one of the entry's own questions.
STRONG_MATCH, STRONG_LEAD = 0.55, 0.03
# An entry of another scheme matches so much better that the named scheme's best is not told; when that one hardly
# matches either, its documents are said to be silent. With less, a false silence was told in 4 of 5 cases.
FOREIGN_GAP, POOR_MATCH, FOREIGN_MATCH = 0.15, 0.45, 0.55
# Answers of one scheme that share this much say the same: which of them is told does not matter.
SAME_ANSWER = 0.5
# Entries of several schemes that lie this close together are each scheme's own word on the same matter.
RIVAL = 0.08
OFFERED, NEAR = 3, 0.20
# So short a question about a desk names nothing but what it wants.
BARE = 14
# From here on an offered entry shows how its answer begins; below, the message may be about something else.
TOLD_MATCH = 0.38
DESKS = {
    "third_party": "toshiba_planning",
    "assembly": "gunma_agency",
    "cyber": "excel",
    "mypage": "toshiba_planning",
    "guarantee": "guarantee_agent",
}


@dataclass(frozen=True)
class Found:
    """An entry with its weighed score and how well the message's words match it."""

    id: str
    score: float
    match: float


@dataclass(frozen=True)
class Ranked:
    """Entries that may be meant, best first, and the best match among those that were ruled out."""

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
        return best is not None and self.lead + MATCH_SHARE * best.match >= SURE and not self._foreign

    @property
    def silent(self) -> bool:
        """Whether only another scheme's documents speak of what is asked."""
        poor = not self.found or self.found[0].match < POOR_MATCH
        return poor and self._foreign and self.ruled_out >= FOREIGN_MATCH

    @property
    def _foreign(self) -> bool:
        return self.ruled_out >= (self.found[0].match if self.found else 0.0) + FOREIGN_GAP


class Answers:
    """Answers from the FAQ, in the words of its entries."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge

    @cached_property
    def _evidence(self) -> Evidence:
        return Evidence(self._knowledge.entries)

    @cached_property
    def _wording(self) -> dict[str, frozenset[str]]:
        return {key: _pairs(entry.answer) for key, entry in self._knowledge.entries.items()}

    # -- ranking ---------------------------------------------------------------------------------------------------

    def ranked(self, turn: Turn, answers: Sequence[Scored] | None = None) -> list[Found]:
        """Entries by weighed score, best first; those that cannot be meant are left out."""
        return list(self.rank(turn, answers).found)

    def rank(self, turn: Turn, answers: Sequence[Scored] | None = None) -> Ranked:
        """Entries by weighed score, with the best one's lead."""
        found, ruled_out = [], 0.0
        for item in turn.heard.answers if answers is None else answers:
            entry = self._knowledge.entries.get(item.id)
            if entry is None:
                continue
            weight = self._evidence.weight(turn, entry)
            if weight is None:
                ruled_out = max(ruled_out, item.match)
            else:
                found.append(Found(item.id, item.match + weight, item.match))
        found.sort(key=lambda item: -item.score)
        rival = next((item for item in found[1:] if self._rivals(turn, found[0].id, item.id)), None)
        lead = found[0].score - (rival.score if rival else 0.0) if found else 0.0
        return Ranked(tuple(found), lead, ruled_out)

    def _rivals(self, turn: Turn, best: str, other: str) -> bool:
        """Whether another entry might be meant instead: it says something else, of the scheme that is spoken of."""
        entries, spoken = self._knowledge.entries, evidence.scheme_spoken(turn)
        aside = evidence.foreign(spoken, entries[other]) and not evidence.foreign(spoken, entries[best])
        return not aside and not self._same(best, other)

    def _same(self, one: str, other: str) -> bool:
        """Whether two entries of one scheme say the same, so that it does not matter which is told."""
        entries = self._knowledge.entries
        if entries[one].scheme != entries[other].scheme:
            return False
        first, second = self._wording[one], self._wording[other]
        return len(first & second) >= SAME_ANSWER * max(min(len(first), len(second)), 1)

    def confident(self, turn: Turn) -> bool:
        """Whether one entry surely fits."""
        return self.rank(turn).sure

    def strong(self, turn: Turn) -> bool:
        """Whether the message is nearly worded like one entry's questions."""
        ranked = self.rank(turn)
        return bool(ranked.best) and ranked.found[0].match >= STRONG_MATCH and ranked.lead >= STRONG_LEAD

    # -- answering -------------------------------------------------------------------------------------------------

    def answer(self, turn: Turn, answers: Sequence[Scored] | None = None) -> Reply | None:
        """The answer, or the likeliest entries as buttons; None when nothing comes near.

        Args:
            turn: The turn; the role that the message names is kept for what follows.
            answers: The engine's ranking when it is not the whole message's.

        Returns:
            Both answers when two things are asked; particulars of a desk that was just named; what the documents of
            the named scheme do not hold, with whom to ask.
        """
        told = evidence.roles(turn)
        if len(told) == 1:
            turn.state.facts["role"] = min(told)
        if answers is None:
            both = self.of_desks(turn) or self._both(turn)
            if both is not None:
                return both
        ranked = self.rank(turn, answers)
        if ranked.silent:
            return self._silent(turn, ranked)
        if ranked.best is None:
            return None
        main = self._of_main_scheme(turn, ranked)
        if main is not None or ranked.sure:
            return main or self._told(turn, ranked.best.id)
        return self._offer(turn, ranked) if self._fitting(ranked) else None

    def answer_sentence(self, turn: Turn, sentence: Sentence) -> Reply | None:
        """The answer to one sentence of a longer message."""
        return self.answer(turn, sentence.answers)

    def _told(self, turn: Turn, entry_id: str) -> Reply:
        """An entry's answer; of a scheme that was not named, and that is not what most members mean, it says so."""
        scheme, named = self._knowledge.entries[entry_id].scheme, evidence.schemes_named(turn)
        meant = evidence.scheme_spoken(turn) or MAIN_SCHEME
        other = scheme in evidence.INSURANCE and scheme != meant and scheme not in named
        lead = turn.t("answers.of_scheme", scheme=turn.t(f"products.{scheme}")) if other else None
        return Reply().say(lead).then(self.entry(turn, entry_id))

    def _both(self, turn: Turn) -> Reply | None:
        """The answers to two questions in one message, each when it is sure; None when only one thing is asked."""
        asked = [part for part in turn.heard.sentences if clauses.asks(part.text)]
        if len(asked) < 2:
            return None
        found: list[str] = []
        for part in asked:
            heard: Understanding = replace(turn.heard, text=part.text, answers=part.answers, sentences=())
            ranked = self.rank(replace(turn, heard=heard))
            if ranked.best and ranked.sure and not any(self._same(ranked.best.id, known) for known in found):
                found.append(ranked.best.id)
        if len(found) < 2:
            return None
        reply = Reply()
        for entry_id in found[:2]:
            title = self._knowledge.entries[entry_id].name(turn.state.lang)
            shown = self.entry(turn, entry_id)
            reply.say(turn.t("answers.also", title=title), *(line for line in shown.lines if line not in reply.lines))
            reply.offer(shown.choices)
        return reply

    def _of_main_scheme(self, turn: Turn, ranked: Ranked) -> Reply | None:
        """Several schemes say something of their own and none was named: the main one's, the others as buttons."""
        if evidence.schemes_named(turn) or evidence.scheme_spoken(turn):
            return None
        entries, top = self._knowledge.entries, ranked.found[0]
        near = [item for item in ranked.found if item.score > top.score - RIVAL]
        main = [item for item in near if entries[item.id].scheme == MAIN_SCHEME]
        others = [item for item in near if entries[item.id].scheme in evidence.INSURANCE - {MAIN_SCHEME}]
        alone = len(main) == 1 or (len(main) > 1 and main[0].score - main[1].score >= STRONG_LEAD)
        if not alone or not others or top not in (*main, *others):
            return None
        reply = Reply().say(turn.t("answers.of_scheme", scheme=turn.t(f"products.{MAIN_SCHEME}")))
        reply.then(self.entry(turn, main[0].id)).say(turn.t("answers.other_scheme"))
        return reply.offer(self._choices(turn, others[:OFFERED]))

    def _offer(self, turn: Turn, ranked: Ranked) -> Reply:
        """The likeliest entries as buttons, each with how its answer begins, and whom to ask when none is meant."""
        top = ranked.found[0]
        near = [item for item in self._fitting(ranked) if item.score > top.score - NEAR]
        near = [item for item in near if item is top or self._rivals(turn, top.id, item.id)][:OFFERED]
        reply = Reply().say(turn.t("answers.choose"))
        if near[0].match >= TOLD_MATCH:
            reply.say(*(self._beginning(turn, item.id) for item in near))
        desk = self._desk(turn)
        reply.say(turn.t("answers.none_of_these", contact=desk) if desk else None)
        return reply.offer(self._choices(turn, near))

    def _beginning(self, turn: Turn, entry_id: str) -> str:
        """An entry's title and the first line of its answer; two lines where the first only leads to a list."""
        lines = self._render(turn, entry_id).text.splitlines()
        first = " ".join(lines[: 2 if evidence.pattern("leading").search(lines[0]) else 1])
        return turn.t("answers.begins", title=self._knowledge.entries[entry_id].name(turn.state.lang), first=first)

    def _silent(self, turn: Turn, ranked: Ranked) -> Reply:
        """That the named scheme's documents do not hold it, whom to ask, and what they hold that comes near."""
        scheme = next((name for name in turn.heard.mentions.get("scheme", ()) if name in DESKS), None) or MAIN_SCHEME
        names = {"scheme": turn.t(f"products.{scheme}"), "contact": self._contact(turn, DESKS[scheme])}
        near = self._fitting(ranked)[:OFFERED]
        return Reply().say(turn.t("answers.silent", **names)).offer(self._choices(turn, near))

    def _fitting(self, ranked: Ranked) -> list[Found]:
        """Entries that may be named on a button."""
        return [item for item in ranked.found if item.match >= OFFERED_MATCH]

    def of_desks(self, turn: Turn) -> Reply | None:
        """Phone, fax, address or hours of the desks named in the last answer, when just that is asked."""
        desks = [desk for desk in turn.state.facts.get("desks", ()) if desk in self._knowledge.contacts]
        wanted = evidence.of_a_desk(turn.heard.text)
        if not desks or not wanted or evidence.schemes_named(turn):
            return None
        named = turn.heard.mention("desk") or self._knowledge.areas.locate(turn.heard.text)
        if named or not (evidence.points(turn) or (len(turn.heard.text) <= BARE and evidence.of_a_desk_plainly(turn))):
            return None
        reply, english = Reply(), turn.state.lang == "en"
        for desk in self._holding(desks, wanted):
            contact = self._knowledge.contacts[desk]
            hours = contact.hours and (contact.hours.text_en if english else contact.hours.text)
            known = {"fax": contact.fax, "address": contact.address, "hours": hours, "phone": contact.phone}
            name = contact.name_en if english else contact.name
            for one in wanted:
                held = "held" if known[one] else "not_held"
                reply.say(turn.t(f"answers.desk.{one}.{held}", name=name, value=known[one] or ""))
        return reply

    def _holding(self, desks: Sequence[str], wanted: Sequence[str]) -> Sequence[str]:
        """The desks of which something wanted is printed; all of them when nothing is."""
        contacts = self._knowledge.contacts
        return [desk for desk in desks if any(getattr(contacts[desk], one) for one in wanted)] or desks

    def suggest(self, turn: Turn) -> Reply | None:
        """Up to three entries as buttons when none fits well, and whom to ask; None when neither is known."""
        ranked = self.rank(turn)
        desk = self._desk(turn)
        if self._fitting(ranked):
            return self._offer(turn, ranked)
        return Reply().say(turn.t("answers.not_found", contact=desk)) if desk else None

    def term(self, turn: Turn) -> Reply | None:
        """A glossary entry named in the message, or None."""
        ranked = self.rank(turn)
        return self.entry(turn, ranked.best.id) if ranked.best and ranked.sure else None

    def more(self, turn: Turn) -> Reply | None:
        """The detail of the entry answered last, with related entries."""
        entries = self._knowledge.entries
        entry = entries.get(turn.state.answer or "")
        if entry is None:
            return None
        rendered = self._render(turn, entry.entry_id)
        reply = Reply().say(rendered.detail or turn.t("answers.no_more"), rendered.source_line)
        return reply.offer(self._choices(turn, [Found(id_, 1.0, 1.0) for id_ in entry.related[:3] if id_ in entries]))

    def entry(self, turn: Turn, entry_id: str) -> Reply:
        """An entry's answer with its source, and a warning when its period is over."""
        entry = self._knowledge.entries[entry_id]
        rendered = self._render(turn, entry_id)
        turn.state.answer = entry_id
        if entry.scheme != "general":
            turn.state.scheme = entry.scheme
        turn.state.facts["desks"] = list(rendered.contact_ids)
        reply = Reply().say(rendered.text, rendered.source_line, rendered.expiry_line)
        if rendered.detail:
            reply.offer([Choice(turn.t("moves.more"), turn.t("moves.more"), {"move": "more"})])
        return reply

    # -- words -----------------------------------------------------------------------------------------------------

    def _render(self, turn: Turn, entry_id: str) -> RenderedAnswer:
        entry = self._knowledge.entries[entry_id]
        return render_answer(entry, self._knowledge, as_of=turn.now, lang=turn.state.lang)

    def _choices(self, turn: Turn, found: Sequence[Found]) -> list[Choice]:
        titles = [(self._knowledge.entries[item.id].name(turn.state.lang), item.id) for item in found]
        return [Choice(title, title, {"faq": id_}) for title, id_ in titles]

    def _contact(self, turn: Turn, contact_id: str) -> str:
        return contact_text(self._knowledge.contacts[contact_id], self._knowledge, turn.state.lang)

    def _desk(self, turn: Turn) -> str | None:
        """Whom to ask about the scheme that the message names or the talk is of; None when none is known."""
        named = next((name for name in turn.heard.mentions.get("scheme", ()) if name in DESKS), None)
        scheme = named or evidence.scheme_spoken(turn)
        return self._contact(turn, DESKS[scheme]) if scheme in DESKS else None


def _pairs(text: str) -> frozenset[str]:
    """Pairs of neighbouring characters: what an answer is compared by."""
    letters = [char for char in evidence.fold(text) if char.isalnum()]
    return frozenset(first + second for first, second in pairwise(letters))
