"""Accident mode: people first, then whom to call now, what to note and what not to do. It interrupts anything.

It never judges a claim or admits liability, and asks for nothing before it has told what matters.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.actions import accident_talk, afterwards, clauses, evidence, following
from bot.actions.capabilities.accident_heard import (
    asks_anywhere,
    asks_cover,
    asks_whom,
    crashes,
    danger_now,
    is_late,
    names_accident,
    only_tells,
    scheme_and_moment,
    tells_harm_now,
    told_at,
)
from bot.actions.capabilities.clock import moments, names
from bot.actions.capabilities.contact_text import contact_line, contact_name, show_contact
from bot.actions.capabilities.damage import tells_harm
from bot.actions.capabilities.danger import dangers_told, pressing
from bot.actions.capabilities.deadline_text import branch_name
from bot.actions.capabilities.moment import stated_moment
from bot.actions.capabilities.place import hear_place
from bot.actions.flow import Flow, Question, Turn
from bot.actions.reply import Choice, Reply
from bot.actions.state import OpenFlow
from bot.actions.sureness import COURTESIES, GENERAL, PLAIN_REQUEST, STRANGERS
from rating import calendar

_SCHEMES = ("third_party", "assembly", "cyber")
# In the order of the documents' own lists; the night line last, because it stands in only when the others are closed.
_LINES = {
    "assembly": ("branch", "gunma_agency", "gunma_insurer", "accident_support"),
    "cyber": ("cyber_agent", "accident_support"),
    "third_party": ("branch",),
}
_NIGHT = "accident_support"
_LASTING = ("gas", "shock")
# What a scene told in everyday words may sound like.
_STRANGE = frozenset({*STRANGERS, "bot", "help", "insult"})
# What somebody may worry about who is in no danger, and the step that the answer says already.
_SAID_WITH = {"settle": "do_not", "overdue": "late", "wait": "late"}
_WORRIES = tuple(_SAID_WITH)
# A message that names hardly more than a moment: how long it may be, and what words may stand in it.
_ONLY_A_MOMENT = {"ja": 22, "en": 36}
_OF_A_MOMENT = frozenset({"reach", "ask", "told", "desk"})
_KANJI = re.compile("[\u4e00-\u9fff]")
# Kinds of words that tell something of an accident.
_TELLING = ("told", "happened", "harm", "hazard", "accident_detail", "out_of_use", "alarm", "fact", "property")


class AccidentFlow(Flow):
    """What to do now."""

    telling, listens = frozenset({"_at"}), True
    kept = frozenset({"_said", "_dangers", "_at", "_told", "_branch"})

    def hear(self, turn: Turn, values: Mapping[str, Any], asked: str | None) -> dict[str, Any]:
        """Scheme, the moment stated, the place, what kind of harm."""
        heard = super().hear(turn, values, asked)
        scheme = turn.heard.mention("scheme")
        details = turn.heard.mentions.get("accident_detail", ())
        if scheme in _SCHEMES and evidence.pattern("not_insured").search(turn.heard.folded):
            # A scheme that the member is not in is no answer.
            heard.pop("scheme", None)
        elif scheme in _SCHEMES:
            heard["scheme"] = scheme
        elif turn.heard.mentioned("membership", "has_third_party"):
            heard["scheme"] = "third_party"
        elif "data" in details and not values.get("_told"):
            heard["scheme"] = "cyber"
        elif asked == "scheme" and (turn.heard.mention("plan") or turn.heard.quantity("course")):
            # Only one scheme has such plans and courses.
            heard["scheme"] = "third_party"
        since = datetime.fromisoformat(values["_at"]).date() if values.get("_at") else None
        stated = stated_moment(turn.heard.folded, turn.now, turn.services.is_holiday, since=since)
        if stated is not None:
            told = not stated.said_day and since is not None and not accident_talk.calls_now(turn.heard.folded)
            # An hour alone is one of the day that was told.
            at = datetime.combine(since, stated.at.timetz()) if told and since is not None else stated.at
            heard["_at"] = at.isoformat()
        place = hear_place(turn)
        if place:
            heard["_prefecture"] = place["prefecture"]
        if "branch" in place:
            heard["_branch"] = place["branch"]
        if details:
            heard["_details"] = list(details)
        dangers = dangers_told(turn.heard)
        if dangers:
            heard["_dangers"] = dangers
        worry = next((one for one in _WORRIES if turn.heard.mentioned("ask", one)), None)
        if worry == "overdue" and evidence.pattern("to_utility").search(turn.heard.folded):
            # What was forgotten is a paper for the power company: a slip, and no report of an accident.
            worry = None
        if worry is None and self._under_way(turn) and evidence.pattern("demanded").search(turn.heard.folded):
            worry = "settle"
        if worry and "data" not in dangers and not danger_now(turn):
            heard["_worry"] = worry
        if worry == "wait":
            # The day until which somebody would wait is not when he calls.
            heard.pop("_at", None)
        if turn.heard.mention("harm"):
            heard["_harmed"] = True
        return heard

    def note(self, turn: Turn) -> None:
        """That a harm was told in this talk, and where: whom to call is then asked about it."""
        happened = turn.heard.mention("happened") and evidence.pattern("accident").search(turn.heard.folded)
        tells = tells_harm_now(turn.heard) or (tells_harm(turn.heard) and not asks_anywhere(turn))
        if (tells or names_accident(turn) or happened) and not afterwards.loses_paper(turn):
            turn.state.facts |= {"harmed": True, **hear_place(turn)}

    def claims(self, turn: Turn, values: Mapping[str, Any]) -> bool:
        """Harm told together with a moment or as just happened; or who answers the phone at a stated moment."""
        heard = turn.heard
        if self.declines(turn):
            return False
        urgent = heard.score("accident_now") >= 0.15 or (heard.mention("happened") and heard.score("coverage") < 0.2)
        if "_at" in values and heard.mentioned("ask", "contact") and (turn.state.scheme or "scheme" in values):
            return True
        told = heard.mention("told") or heard.mention("alarm")
        plainly = told and not clauses.asks(heard.text) and not heard.mentioned("covered", "asked")
        danger = "_details" in values or "_dangers" in values
        return danger and ("_at" in values or bool(urgent or plainly))

    def declines(self, turn: Turn) -> bool:
        """Whether the insurance would answer for such a thing, and not what to do about it, is asked."""
        heard = turn.heard
        if accident_talk.is_none(turn):
            return True
        if heard.mentioned("ask", "lawsuit") and not heard.mentioned("alarm", "yes"):
            # Nothing is to be stopped any more.
            return True
        if clauses.asks(heard.text) and evidence.pattern("years_of_claim").search(heard.folded):
            return True
        written = evidence.pattern("written_notice").search(heard.folded) is not None
        let_out = heard.mentioned("accident_detail", "data") and clauses.asks(heard.text)
        if let_out and (written or heard.mentioned("ask", "settle")) and not heard.mentioned("alarm", "yes"):
            # What a notice must hold, and what a promise made already does to the payment, is told by entries.
            return True
        supposed = evidence.pattern("if_it_happened").search(heard.folded) is not None
        if supposed and not heard.mention("happened") and not heard.mentioned("ask", "act"):
            return True
        if heard.mentioned("ask", "act") or heard.mentioned("alarm", "yes"):
            return False
        if clauses.asks(heard.text) and evidence.pattern("limit_asked").search(heard.folded):
            return True
        long_past = evidence.pattern("long_past").search(heard.folded) is not None
        if long_past and heard.score("coverage") >= GENERAL and not asks_whom(turn):
            return True
        # Whoever names a plan beside what happened asks whether that plan answers for it.
        return bool(heard.mention("plan")) or (heard.mentioned("covered", "asked") and not asks_whom(turn))

    def owns(self, turn: Turn, values: Mapping[str, Any]) -> bool:
        """Harm that is told together with the question what to do, or with a moment and whom to call at it.

        So is what somebody must not sign, and a report that is overdue.
        """
        heard = turn.heard
        if accident_talk.is_none(turn):
            return False
        if heard.mention("desk") and heard.mentioned("reach", "hours") and not tells_harm(heard):
            return False
        worry = values.get("_worry")
        talk = (self._under_way(turn) or accident_talk.under_way(turn)) and not heard.mention("covered")
        talk = talk or (heard.language == "en" and heard.mentioned("desk", "branch"))
        if (
            worry
            and (talk or asks_anywhere(turn) or worry == "overdue" or evidence.pattern("urged").search(heard.folded))
            and (worry == "settle" or talk or is_late(heard))
        ):
            return True
        if worry == "settle" and evidence.pattern("handed_over").search(heard.folded):
            return True
        if told_at(turn, values) or scheme_and_moment(turn, values):
            return True
        if evidence.pattern("accident").search(heard.folded) and evidence.pattern("no_answer").search(heard.folded):
            return not heard.mentioned("reach", "not_accident")
        if heard.mentioned("ask", "lawsuit"):
            return False
        first = heard.mentioned("accident_detail", "data") or crashes(heard)
        if first and heard.mention("scheme") in (None, "cyber") and self.claims(turn, values):
            # Data that got out are to be stopped, and a crash goes to the police, whatever insurance answers for them.
            return not clauses.asks(heard.text)
        if only_tells(turn):
            return True
        asks = heard.mentioned("ask", "act") or (asks_whom(turn) and not heard.mention("desk"))
        let_out = heard.mentioned("accident_detail", "data") and tells_harm(heard)
        if asks and (let_out or tells_harm_now(heard)) and not afterwards.loses_paper(turn):
            return not heard.mentioned("covered", "asked") and not self.declines(turn)
        calls = heard.mentioned("ask", "contact") or heard.mention("reach") is not None
        harmed = heard.mention("happened") or heard.mention("cause") or heard.mention("fact") or "_details" in values
        if evidence.pattern("accident").search(heard.folded) and not heard.mentioned("reach", "not_accident"):
            harmed = harmed or "accident"
        of_scheme = bool("scheme" in values or turn.state.scheme in _SCHEMES)
        told_on = "harmed" in turn.state.facts and len(heard.text) <= PLAIN_REQUEST
        if told_on and {"_at", "scheme"} <= values.keys() and not clauses.asks(heard.text):
            # The scheme and the hour, told after a harm, tell what decides whom to call.
            return True
        if calls and not harmed and "harmed" in turn.state.facts and of_scheme:
            return "_at" in values or "scheme" in values
        return calls and bool(harmed) and "_at" in values and of_scheme

    def _under_way(self, turn: Turn) -> bool:
        """Whether an accident is what is being spoken of."""
        return self.id == (turn.state.flow.id if turn.state.flow else turn.state.topic)

    def alarms(self, turn: Turn) -> bool:
        """Somebody is hurt or something burns, now, or a shock is told, and nobody asks what is covered."""
        heard = turn.heard
        harmed = bool(dangers_told(heard))
        # Gas, a shock and a broken line endanger people as long as nobody says that it is over.
        lasting = any(heard.mentioned("hazard", one) for one in _LASTING) and tells_harm(heard)
        lasting = lasting and not asks_anywhere(turn) and not heard.mentioned("fact", "timing=after")
        return bool((harmed and heard.mentioned("alarm", "yes")) or lasting) and not asks_cover(turn)

    def opening(self, turn: Turn) -> dict[str, Any]:
        """The scheme and the place told before."""
        known: dict[str, Any] = {}
        last = turn.state.closed.get("accident", {})
        if turn.state.scheme in _SCHEMES:
            known["scheme"] = turn.state.scheme
        elif last.get("scheme"):
            known["scheme"] = last["scheme"]
        if last.get("_told") and accident_talk.under_way(turn) and not tells_harm(turn.heard):
            # What to note and not to do was said in this talk.
            known |= {"_told": True, "_said": last.get("_said", [])}
        again = evidence.pattern("told_before").search(turn.heard.folded) and not tells_harm(turn.heard)
        if "_at" in last and (again or accident_talk.asks_whom(turn)):
            # Who asks for the number once more means the hour that was told.
            known["_at"] = last["_at"]
        for place in ("prefecture", "branch"):
            if place in turn.state.facts:
                known[f"_{place}"] = turn.state.facts[place]
        return known

    def aside(self, turn: Turn, known: Mapping[str, Any]) -> Reply | None:
        """What is told on while an accident runs is never refused: it is to be noted, and the danger is named again.

        Sounds without a meaning, which are written in kana, tell nothing.
        """
        heard = turn.heard
        worded = heard.language == "en" or _KANJI.search(heard.text) is not None
        tells = worded or any(heard.mention(entity) for entity in _TELLING)
        if "_said" not in known or not tells or heard.mention("foreign") or clauses.asks(heard.text):
            return None
        dangers = _pressing(known) if known.get("_dangers") and not accident_talk.is_over(turn) else ()
        safety = (turn.t(f"accident.safety.{danger}") for danger in dangers)
        return Reply().say(*safety, turn.t("accident.more"))

    def continues(self, turn: Turn, known: Mapping[str, Any]) -> dict[str, Any]:
        """Another moment, or the scheme, when hardly more than that is told (`and on Sunday?`)."""
        scheme = turn.heard.mention("scheme")
        if scheme in _SCHEMES and following.tells_only(turn):
            return {"scheme": scheme}
        folded = turn.heard.folded
        named = any(word.entity not in _OF_A_MOMENT for word in turn.heard.words)
        if named or names(folded, tuple(moments()["which_hour"])) or len(folded) > _ONLY_A_MOMENT[turn.state.lang]:
            return {}
        heard = self.hear(turn, known, None)
        return {"_at": heard["_at"]} if "_at" in heard else {}

    def after(self, turn: Turn, known: Mapping[str, Any]) -> Reply | None:
        """What is told on, however strange its words sound."""
        if self.continues(turn, known):
            return None
        told = accident_talk.tells_on(turn) and turn.heard.intent not in COURTESIES
        return self.aside(turn, known) if told or turn.heard.intent in _STRANGE else None

    def next(self, turn: Turn, flow: OpenFlow) -> Question | None:
        """Nothing is asked before the guidance stands."""
        return None

    def settle(self, turn: Turn, values: dict[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
        """The place holds for the whole talk."""
        for place in ("prefecture", "branch"):
            if f"_{place}" in new:
                turn.state.facts[place] = new[f"_{place}"]
        if "scheme" in new:
            turn.state.scheme = new["scheme"]
        return values

    def finish(self, turn: Turn, flow: OpenFlow) -> Reply:
        """Guidance; the scheme is asked for only after it."""
        values, t = flow.values, turn.t
        scheme = values.get("scheme")
        first = not values.get("_told")
        reply = Reply()
        worry = values.pop("_worry", None)
        wants_word = worry and (worry != "settle" or evidence.pattern("may_i").search(turn.heard.folded))
        reply.say(t(f"accident.worry.{worry if wants_word else 'told'}") if worry else None)
        said = [*values.get("_said", ())]
        pressing = [] if worry else _pressing(values)
        # A danger that is told, or told again, is always spoken to first.
        now = {*turn.heard.mentions.get("hazard", ()), *turn.heard.mentions.get("accident_detail", ())}
        lasting = bool(values.get("_dangers")) and not accident_talk.is_over(turn)
        # The scheme, told after the guidance, is told while the danger lasts.
        again = turn.heard.mention("scheme") is not None
        new = [one for one in pressing if first or one in now or (lasting and (again or one not in said))]
        reply.say(*(t(f"accident.safety.{danger}") for danger in new))
        values["_said"] = [*said, *new]
        values["_told"] = True
        at = datetime.fromisoformat(values["_at"]) if values.get("_at") else turn.now
        branch = self._branch(turn, values)
        reply.say(*(self._lines(turn, scheme, at, branch) if scheme else self._any_lines(turn, at, values, branch)))
        # What to note and not to do is said once; the answer to the question below adds only whom to call.
        told = _SAID_WITH.get(worry or "")
        steps = [t(f"accident.{key}") for key in ("note", "do_not", "late") if key != told] if first else []
        reply.say(*steps)
        for contact in self._contacts(turn, scheme, at):
            reply.show(show_contact(turn, contact))
        if first:
            reply.show({"type": "steps", "title": t("accident.title"), "items": [*steps], "urgent": True})
        reply.say(t(f"accident.source.{scheme or 'any'}"))
        reply.offer(self._further(turn))
        if scheme is None:
            flow.asked = "scheme"
            question = self.spec.question("scheme")
            reply.say(t(self.key("scheme", "ask")))
            reply.choices = [*self.choices(turn, flow, question), *reply.choices]
        return reply

    def _branch(self, turn: Turn, values: Mapping[str, Any]) -> str:
        """The member's branch: by its name where a town in Gunma is told."""
        told = values.get("_branch")
        return turn.t("accident.branch", branch=branch_name(turn, told)) if told else contact_name(turn, "branch")

    def _any_lines(self, turn: Turn, at: datetime, values: Mapping[str, Any], branch: str) -> list[str]:
        """Whom to call at that moment in each scheme, in few words: no scheme is known yet."""
        t = turn.t
        night = self._status(turn, _NIGHT, at).status == "open"
        desks = {"assembly": _NIGHT if night else "gunma_agency", "cyber": _NIGHT if night else "cyber_agent"}
        lines = [t("accident.call_any"), t("accident.any.third_party", contact=branch)]
        lines += [t(f"accident.any.{name}", contact=self._short(turn, desk)) for name, desk in desks.items()]
        return [self._when(turn, at), *lines] if "_at" in values else lines

    def _short(self, turn: Turn, contact_id: str) -> str:
        """Name and number, without the hours."""
        contact = turn.services.knowledge.contact(contact_id)
        name = contact_name(turn, contact_id)
        return turn.t("accident.number", name=name, phone=contact.phone) if contact.phone else name

    def _when(self, turn: Turn, at: datetime) -> str:
        return turn.t("accident.at", moment=turn.t.moment(at), weekday=turn.t(f"accident.weekday.{at.weekday()}"))

    def _lines(self, turn: Turn, scheme: str, at: datetime, branch: str) -> list[str]:
        """Whom to call at that moment."""
        t = turn.t

        def named(contact: str) -> str:
            return branch if contact == "branch" else contact_line(turn, contact)

        when = self._when(turn, at)
        if scheme == "third_party":
            lines = [t("accident.third_party.call", contact=named("branch"))]
            night = self._status(turn, _NIGHT, at)
            if night.status == "open":
                lines.append(t("accident.third_party.night", when=when, contact=contact_line(turn, _NIGHT)))
            return lines
        open_now = [c for c in _LINES[scheme] if self._status(turn, c, at).status == "open"]
        closed = [c for c in _LINES[scheme] if self._status(turn, c, at).status == "closed"]
        unknown = [c for c in _LINES[scheme] if self._status(turn, c, at).status == "unknown"]
        lines = [when]
        if open_now:
            lines.append(t("accident.open", contacts=t("units.comma").join(contact_line(turn, c) for c in open_now)))
        if unknown and (not open_now or _NIGHT not in open_now or branch != contact_name(turn, "branch")):
            lines.append(t("accident.unknown", contacts=t("units.comma").join(named(c) for c in unknown)))
            if "cyber_agent" in unknown:
                lines.append(t("accident.cyber.agent", contact=contact_line(turn, "excel")))
        if closed and open_now and _NIGHT in open_now:
            names = t("units.comma").join(contact_name(turn, c) for c in closed)
            lines.append(t("accident.closed", contacts=names))
        return lines

    def _contacts(self, turn: Turn, scheme: str | None, at: datetime) -> list[str]:
        if scheme in (None, "third_party"):
            return []
        return [c for c in _LINES[scheme] if self._status(turn, c, at).status == "open"][:2]

    def _status(self, turn: Turn, contact_id: str, at: datetime) -> calendar.LineStatus:
        hours = turn.services.knowledge.contact(contact_id).hours
        return calendar.line_status(contact_id, hours, at, turn.services.is_holiday)

    def _further(self, turn: Turn) -> list[Choice]:
        title = turn.t("accident.draft")
        return [Choice(title, title, {"flow": "report", "values": {}})]


def _pressing(values: Mapping[str, Any]) -> list[str]:
    """The dangers to speak of: those told, the most pressing first; `any` when none is told."""
    told = values.get("_dangers") or (["data"] if values.get("scheme") == "cyber" else ["any"])
    return pressing(told, cyber=values.get("scheme") == "cyber")
