"""Answers a question with the FAQ entry that it means: tells it when sure, offers a few when not, says when none fits.

An entry that is only likely is named on a button, with how its answer begins under its own title: told outright, its
facts might answer another question. Entries' words come from knowledge/faq.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from bot.actions import clauses, decisive, evidence, following
from bot.actions.evidence import MAIN_SCHEME
from bot.actions.flow import Turn
from bot.actions.matching import Found, Matching, Ranked
from bot.actions.reply import Choice, Reply
from bot.actions.sureness import FAQ
from knowledge import contact_text, render_answer

if TYPE_CHECKING:
    from knowledge import Knowledge, RenderedAnswer
    from knowledge.contacts import Contact

OFFERED = 3
# Entries on the top-up, whose rules are its own.
_TOP_UP = "tp_topup"
# From here on an offered entry shows how its answer begins; below, the message may be about something else.
TOLD_MATCH = 0.38
# So near to an entry's own question, and so far from any other's, that the message hardly means anything else.
VERBATIM, _APART = 0.72, 0.1
# So short a question about a desk names nothing but what it wants.
BARE = 14
_SEVERAL = 2
# What the talk is of when desks were just told.
_CONTACT = "contact"
# Entries of the cyber insurance's industry classes, and the one for firms with several businesses.
_CLASSES = {"1": "cy_class_1", "2": "cy_class_2", "3": "cy_class_3", "4": "cy_class_4"}
_CLASSES_OF_SEVERAL = "cy_two_businesses"
# Entries that tell hardly more than a desk.
_OF_A_DESK = ("ac_adr", "ac_cy_adr", "ge_complaint", "cy_contact", "as_contact", "tp_ask")
# Words of these kinds name a matter of their own, so that no desk is meant.
_MATTERS = frozenset({"happened", "harm", "accident_detail", "plan", "property", "matter", "fact", "covered"})
DESKS = {
    "third_party": "toshiba_planning",
    "top_up": "toshiba_planning",
    "assembly": "gunma_agency",
    "cyber": "excel",
    "mypage": "toshiba_planning",
    "guarantee": "guarantee_agent",
}
# How much less a message may be worded like the main scheme's entry than like another scheme's on that matter.
_NEARLY = 0.4


class Answers:
    """Answers from the FAQ, in the words of its entries."""

    def __init__(
        self, knowledge: Knowledge, said_first: Mapping[str, Callable[[Turn], str | None]] | None = None
    ) -> None:
        """Answer from the knowledge.

        Args:
            knowledge: The entries.
            said_first: By entry, what is worked out for the message and said before the entry's words.
        """
        self._said_first = said_first or {}
        self._knowledge = knowledge
        self._matching = Matching(knowledge)

    def rank(self, turn: Turn) -> Ranked:
        """Entries by weighed score, with the best one's lead."""
        return self._matching.rank(turn)

    def ranked(self, turn: Turn) -> list[Found]:
        """Entries by weighed score, best first; those that cannot be meant are left out."""
        return list(self.rank(turn).found)

    def confident(self, turn: Turn) -> bool:
        """Whether one entry surely fits."""
        return self.rank(turn).sure

    def strong(self, turn: Turn) -> bool:
        """Whether the message is nearly worded like one entry's questions."""
        return self.rank(turn).strong

    def verbatim(self, turn: Turn) -> bool:
        """Whether the message is one entry's question nearly word by word, and no other entry's."""
        ranked = self.rank(turn)
        return ranked.strong and ranked.best is not None and ranked.best.match >= VERBATIM and ranked.lead >= _APART

    def first_scheme(self, turn: Turn) -> str | None:
        """The scheme that the first of several questions is surely of; None if one is named or an accident is told."""
        asking = [part for part in turn.heard.sentences if clauses.asks(part.text)]
        told = turn.heard.mention("scheme") or turn.heard.mention("harm") or turn.heard.mention("happened")
        if told or len(asking) < _SEVERAL or self._knowledge.areas.locate(turn.heard.text):
            return None
        asked = self._matching.asked(turn)
        scheme = self._knowledge.entries[asked[0]].scheme if asked else None
        # What the main scheme has a word of its own on is more likely asked of it.
        own = scheme in evidence.INSURANCE and following.of_matter("schemes", asked[0], MAIN_SCHEME) is None
        return scheme if own else None

    # -- answering -------------------------------------------------------------------------------------------------

    def answer(self, turn: Turn) -> Reply | None:
        """The answer, or the likeliest entries as buttons; None when nothing comes near.

        Args:
            turn: The turn; the role that the message names is kept for what follows.

        Returns:
            Both answers when two things are asked; particulars of a desk that was just named; what the documents of
            the named scheme do not hold, with whom to ask.
        """
        roles = evidence.roles(turn)
        if len(roles) == 1:
            turn.state.facts["role"] = min(roles)
        asked, particulars = self._matching.asked(turn), self.of_desks(turn)
        if particulars is not None or len(asked) > 1:
            return particulars or self.each(turn, asked)
        ranked = self.rank(turn)
        if ranked.silent:
            return self._silent(turn, ranked)
        own = self._of_spoken(turn, ranked) or self._of_class(turn, ranked)
        if own is not None:
            return self.told(turn, own)
        strongly = decisive.by_words(turn, strongly=True)
        if strongly is not None:
            return self.told(turn, strongly)
        several = self._matching.of_main_scheme(turn, ranked)
        if ranked.best is not None and (several or ranked.sure):
            return self._of_main_scheme(turn, several) if several else self.told(turn, ranked.best.id)
        decided = decisive.by_words(turn)
        if decided is not None:
            return self.told(turn, decided)
        near = self._matching.near(turn, ranked) if ranked.fitting else []
        if self._lone(turn, near):
            asked.append(near[0].id)
        # What was told last is hardly asked for again by a question that stands beside something new.
        again = bool(asked) and asked[0] == turn.state.answer and bool(near) and near[0].id != asked[0]
        if asked and not again:
            return self.told(turn, asked[0])
        return self._offer(turn, ranked) if ranked.best is not None and near else None

    def _of_spoken(self, turn: Turn, ranked: Ranked) -> str | None:
        """The entry of the scheme that the talk is of, where the best one tells another scheme's word on its matter."""
        spoken = evidence.scheme_spoken(turn)
        if ranked.best is None or spoken not in evidence.INSURANCE or evidence.schemes_named(turn):
            return None
        if not evidence.foreign(spoken, self._knowledge.entries[ranked.best.id]):
            return None
        return following.of_matter("schemes", ranked.best.id, spoken)

    def _of_class(self, turn: Turn, ranked: Ranked) -> str | None:
        """The entry of the class that the business named belongs to, where the best one tells of a class; else None."""
        named = sorted(set(turn.heard.mentions.get("industry", ())))
        if ranked.best is None or ranked.best.id not in _CLASSES.values() or not named:
            return None
        return _CLASSES[named[0]] if len(named) == 1 else _CLASSES_OF_SEVERAL

    def _lone(self, turn: Turn, near: Sequence[Found]) -> bool:
        """Whether one entry alone comes near; a single English word is worded like nothing."""
        return len(near) == 1 and near[0].match >= TOLD_MATCH and turn.heard.language is not None

    def told(self, turn: Turn, entry_id: str) -> Reply:
        """An entry's answer; of a scheme that was not named, and that is not what most members mean, it says so."""
        scheme, named = self._knowledge.entries[entry_id].scheme, evidence.schemes_named(turn)
        meant = evidence.scheme_spoken(turn) or MAIN_SCHEME
        other = scheme in evidence.INSURANCE and scheme != meant and scheme not in named
        main = self._of_most(turn, entry_id) if other and meant == MAIN_SCHEME and not named else None
        if main is not None:
            return self._of_main_scheme(turn, [Found(one, 1.0, 1.0) for one in (main, entry_id)])
        if entry_id.startswith(_TOP_UP) and not self._of_top_up(turn):
            scheme, other = "top_up", True
        lead = turn.t("answers.of_scheme", scheme=turn.t(f"products.{scheme}")) if other else None
        return Reply().say(lead).then(self.entry(turn, entry_id))

    def _of_most(self, turn: Turn, entry_id: str) -> str | None:
        """The main scheme's entry on the matter of another scheme's, where the message is nearly as much like it.

        Nobody has spoken of any scheme then, and most members mean the main one.
        """
        if turn.state.scheme is not None:
            return None
        like = {item.id: item.match for item in self.ranked(turn)}
        main = following.of_matter("schemes", entry_id, MAIN_SCHEME)
        near = main is not None and like.get(main, 0.0) >= like.get(entry_id, 1.0) - _NEARLY
        return main if near else None

    def _of_top_up(self, turn: Turn) -> bool:
        """Whether the top-up is what the message or the answer before it is about."""
        spoken = turn.heard.mentioned("scheme", "top_up") or turn.state.scheme == "top_up"
        return spoken or (turn.state.answer or "").startswith(_TOP_UP)

    def each(self, turn: Turn, asked: Sequence[str]) -> Reply:
        """The answers to two questions in one message, each under its title."""
        reply = Reply()
        for entry_id in asked[:2]:
            title = self._knowledge.entries[entry_id].name(turn.state.lang)
            shown = self.entry(turn, entry_id)
            reply.say(turn.t("answers.also", title=title), *(line for line in shown.lines if line not in reply.lines))
            reply.offer(shown.choices)
        return reply

    def _of_main_scheme(self, turn: Turn, several: Sequence[Found]) -> Reply:
        """The main scheme's answer, with those of other schemes as buttons."""
        reply = Reply().say(turn.t("answers.of_scheme", scheme=turn.t(f"products.{MAIN_SCHEME}")))
        reply.then(self.entry(turn, several[0].id)).say(turn.t("answers.other_scheme"))
        return reply.offer(self._choices(turn, several[1 : OFFERED + 1]))

    def _offer(self, turn: Turn, ranked: Ranked) -> Reply:
        """The likeliest entries as buttons, each with how its answer begins, and whom to ask when none is meant."""
        near = self._matching.near(turn, ranked)[:OFFERED] or ranked.fitting[:OFFERED]
        reply = Reply().say(turn.t("answers.choose"))
        schemes = {self._knowledge.entries[item.id].scheme for item in near}
        if len(schemes) == 1 and schemes <= evidence.SITES:
            turn.state.scheme = next(iter(schemes))
        spoken = self._knowledge.entries[near[0].id].scheme == evidence.scheme_spoken(turn)
        if len(near) == 1 or near[0].match >= TOLD_MATCH or evidence.schemes_named(turn) or spoken:
            # The likeliest answer stands there whole: most of those who ask want no choice, but the fact.
            whole = near[0].id if near[0].match >= TOLD_MATCH or spoken else None
            shown = (self._beginning(turn, item.id, whole=item.id == whole) for item in near)
            reply.say(*shown, self._sources(turn, near))
        desk = self._desk(turn)
        reply.say(turn.t("answers.none_of_these", contact=desk) if desk else None)
        return reply.offer(self._choices(turn, near))

    def _beginning(self, turn: Turn, entry_id: str, *, whole: bool = False) -> str:
        """An entry's title and the first line of its answer, or all; two lines where the first leads to a list."""
        lines = self._render(turn, entry_id).text.splitlines()
        most = 2 if evidence.pattern("leading").search(lines[0]) else 1
        first = "\n　".join(lines) if whole else " ".join(lines[:most])
        return turn.t("answers.begins", title=self._knowledge.entries[entry_id].name(turn.state.lang), first=first)

    def _sources(self, turn: Turn, near: Sequence[Found]) -> str | None:
        """The documents that the answers shown in part come from, each once; None where the counter tells of itself."""
        ids = dict.fromkeys(self._knowledge.entries[item.id].source for item in near)
        documents = [one for one in map(self._knowledge.source, ids) if one.kind == "document"]
        titles = [one.title_en if turn.state.lang == "en" else one.short_title for one in documents]
        return turn.t("answers.sources", documents=turn.t("units.comma").join(titles)) if titles else None

    def _silent(self, turn: Turn, ranked: Ranked) -> Reply:
        """That the named scheme's documents do not hold it, whom to ask, and what they hold that comes near."""
        scheme = next((name for name in turn.heard.mentions.get("scheme", ()) if name in DESKS), None) or MAIN_SCHEME
        names = {"scheme": turn.t(f"products.{scheme}"), "contact": self._contact(turn, DESKS[scheme])}
        near = ranked.fitting[:OFFERED]
        return Reply().say(turn.t("answers.silent", **names)).offer(self._choices(turn, near))

    def of_desks(self, turn: Turn) -> Reply | None:
        """Phone, fax, address or hours of the desks named in the last answer, when just that is asked."""
        desks = [desk for desk in turn.state.facts.get("desks", ()) if desk in self._knowledge.contacts]
        wanted = evidence.of_a_desk(turn.heard.text)
        if not desks or not wanted or evidence.schemes_named(turn):
            return None
        insurer = evidence.pattern("of_insurer").search(turn.heard.folded) is not None
        if insurer and not any(desk.endswith("insurer") for desk in desks):
            return None
        if wanted == ["address"] and clauses.supposes(turn.heard.text):
            # What if the firm's own address changes.
            return None
        if wanted == ["hours"] and evidence.pattern("of_cover").search(turn.heard.folded):
            # From what hour cover runs.
            return None
        named = turn.heard.mention("desk") or self._knowledge.areas.locate(turn.heard.text)
        brief = len(turn.heard.text) <= BARE and (evidence.of_a_desk_plainly(turn) or self._asks_when(turn, desks))
        there = "fax" in wanted and evidence.pattern("there").search(turn.heard.folded) is not None
        if named or not (evidence.points(turn) or brief or there):
            return None
        called = turn.state.topic != FAQ or (turn.state.answer or "").startswith(_OF_A_DESK)
        if wanted == ["charge"] and not called and not turn.heard.mentioned("ask", "contact"):
            return None
        lang = turn.state.lang
        printed = {desk: _printed(self._knowledge.contacts[desk], lang) for desk in desks}
        holding = [desk for desk in desks if any(printed[desk][one] for one in wanted)]
        if not holding and self.confident(turn) and not self._asks_when(turn, desks):
            return None
        reply = Reply()
        for desk in holding or desks:
            contact = self._knowledge.contacts[desk]
            name = contact.name_en if lang == "en" else contact.name
            for one in wanted:
                value = printed[desk][one]
                held = "held" if value else "not_held"
                reply.say(turn.t(f"answers.desk.{one}.{held}", name=name, value=value or ""))
        return reply

    def _asks_when(self, turn: Turn, desks: Sequence[str]) -> bool:
        """Whether a few words right after hardly more than desks were told hold a day or an hour and nothing else."""
        told = [self._knowledge.contacts[desk] for desk in desks]
        just = any(name in turn.state.last_text for one in told for name in (one.name, one.name_en))
        of_desks = (turn.state.topic == _CONTACT and just) or (
            turn.state.topic == FAQ and (turn.state.answer or "").startswith(_OF_A_DESK)
        )
        # Of a desk, `出る` means that the telephone is answered.
        folded, picks_up = turn.heard.folded, evidence.pattern("picks_up")
        words = (one for one in turn.heard.words if one.entity != "covered" or not picks_up.match(folded, one.start))
        return of_desks and not any(word.entity in _MATTERS for word in words)

    def suggest(self, turn: Turn) -> Reply | None:
        """The one entry that comes near, or up to three as buttons, and whom to ask; None when neither is known."""
        ranked = self.rank(turn)
        if ranked.fitting:
            near = self._matching.near(turn, ranked)
            if ranked.best is not None and self._lone(turn, near):
                return self.told(turn, near[0].id)
            return self._offer(turn, ranked)
        desk = self._desk(turn)
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
        first = self._said_first.get(entry_id)
        reply = Reply().say(first(turn) if first else None, rendered.text, rendered.source_line, rendered.expiry_line)
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


def _printed(contact: Contact, lang: str) -> dict[str, str | None]:
    """What is printed of a desk, by what may be asked of it."""
    hours = contact.hours
    return {
        "fax": contact.fax,
        "address": contact.postal_address,
        "hours": (hours.text_en if lang == "en" else hours.text) if hours else None,
        "phone": contact.phone,
        "mail": contact.mail,
        "charge": contact.charge(lang),
    }
