"""Whom to call: by scheme, prefecture, matter and hour; whether a desk that somebody names is the right one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from bot.actions import evidence
from bot.actions.capabilities import contact_reply
from bot.actions.capabilities.contact_text import contact_line, remember_desks
from bot.actions.capabilities.damage import tells_harm
from bot.actions.capabilities.deadline_text import branch_name
from bot.actions.capabilities.desk_hours import desk_moment
from bot.actions.capabilities.moment import stated_moment
from bot.actions.capabilities.place import asks_yes_no, hear_place, homes_and_proposed
from bot.actions.capabilities.subject import spoken_of
from bot.actions.flow import Flow, FlowSpec, Question, Turn
from bot.actions.reply import Reply
from bot.actions.state import OpenFlow
from bot.actions.sureness import PLAIN_REQUEST

if TYPE_CHECKING:
    from bot.actions.answers import Answers
    from knowledge.areas import Prefecture

_SCHEMES = ("third_party", "top_up", "assembly", "cyber", "mypage", "guarantee")
_BY_PLACE = ("third_party", "top_up")
# The office of the association that the cyber insurance is of.
_COOPERATIVE = "itcoop"
_FIXED = {
    "assembly": ("branch", "gunma_agency", "gunma_insurer"),
    "cyber": ("cyber_agent", _COOPERATIVE, "excel", "cyber_insurer"),
    "guarantee": ("guarantee_agent", "sonpo_domain"),
}
# Whom to call about an accident goes by the hour.
_WITH_HOURS = frozenset({"assembly", "cyber", "third_party"})
# So short a message after a desk names only another place.
_BRIEF = 8
# Desks that stand for one of several; whom a complaint goes to, its words and the scheme say.
_ANY, _COMPLAINT = ("agency", "insurer", "toshiba", "complaint"), "complaint"
# The desk for members of every place.
_ANYWHERE, _CUSTOMERS = "toshiba_planning", "toshiba_customer"
_CYBER_AGENT, _AGENCY_LIST = "cyber_agent", "cy_agency_list"
# Which FAQ entry tells who takes a complaint about the insurer, by scheme, and about anything else.
_OF_INSURER, _COMPLAINTS = {"cyber": "ac_cy_adr", "assembly": "ac_adr"}, "ge_complaint"
_OF_SITE = {"guarantee": "gu_contact_general", "mypage": "my_who_answers"}
_AGENCIES = {"assembly": "gunma_agency", "cyber": "excel", "guarantee": "guarantee_agent", "mypage": "toshiba_planning"}
# Desks that are called by what they are, by scheme.
_CALLED = {"agency": _AGENCIES, "insurer": {"assembly": "gunma_insurer", "cyber": "cyber_insurer"}}


class ContactFlow(Flow):
    """Contacts of a scheme; for the third-party scheme and its top-up by prefecture."""

    telling = frozenset({"_desk", "_proposed"})
    # A branch is never asked for: the desks that answer say it.
    quiet = frozenset({"branch"})

    def __init__(self, spec: FlowSpec, answers: Answers) -> None:
        super().__init__(spec)
        self._answers = answers

    def hear(self, turn: Turn, values: Mapping[str, Any], asked: str | None) -> dict[str, Any]:
        """Scheme, place, a desk asked for by name, and a desk that is only supposed to be the right one."""
        heard = super().hear(turn, values, asked)
        scheme = turn.heard.mention("scheme")
        if scheme in _SCHEMES:
            heard["scheme"] = scheme
        heard.update(hear_place(turn))
        named = turn.heard.mentions.get("desk", ())
        if evidence.pattern("belongs").search(turn.heard.folded) and len(set(named)) > 1:
            named = tuple(one for one in named if one != "branch")
        # Which desk of an agency is meant, other words or the place say.
        desk = next((one for one in named if one not in _ANY), named[0] if named else None)
        if _COMPLAINT in named and desk in (*_ANY, "branch", "toshiba_planning"):
            of_agency = {"toshiba", "toshiba_planning"} & set(named) or evidence.pattern("of_toshiba").search(
                turn.heard.folded
            )
            desk = _CUSTOMERS if of_agency else _COMPLAINT
        if _COMPLAINT in named and desk == "sonpo_domain":
            desk = "adr"
        if desk is None and scheme == "cyber" and evidence.pattern("office").search(turn.heard.folded):
            desk = _COOPERATIVE
        # A branch is also where somebody belongs; it is a desk only for whoever wants to reach it.
        if desk and (_reaches(turn) or desk == _ANYWHERE or (asked is None and desk != "branch")):
            heard["_desk"] = desk
        told = turn.state.facts.get("desks", ())
        if _CUSTOMERS in told and desk in (None, _ANYWHERE) and evidence.pattern("opinion").search(turn.heard.folded):
            heard["_desk"] = _CUSTOMERS
        if told and "_desk" not in heard and evidence.pattern("number_doubted").search(turn.heard.folded):
            heard["_desk"], heard["_again"] = told[0], True
        brief = len(turn.heard.folded) <= _BRIEF * 2 and not turn.heard.mention("scheme")
        silent = told and brief and evidence.pattern("desk_silent").search(turn.heard.folded)
        if silent and desk in (None, "agency") and evidence.pattern("rings").search(turn.heard.folded):
            heard["_silent"] = [*told]
        _, proposed = homes_and_proposed(turn)
        if proposed is not None:
            heard["_proposed"] = self._desk_in(turn, proposed)
        if asked is None and self._answers.of_desks(turn) is not None:
            heard["_particulars"] = True
        return heard

    def opening(self, turn: Turn) -> dict[str, Any]:
        """The scheme spoken of and the place told before."""
        facts = turn.state.facts
        known: dict[str, Any] = {key: facts[key] for key in ("prefecture", "branch") if key in facts}
        if turn.state.scheme in _SCHEMES:
            known["scheme"] = turn.state.scheme
        return known

    def note(self, turn: Turn) -> None:
        """The place that somebody who introduces himself tells, whatever else he says."""
        if evidence.pattern("from_here").search(turn.heard.folded):
            turn.state.facts |= hear_place(turn)

    def declines(self, turn: Turn) -> bool:
        """Whoever wants this counter to call somebody for him is told what it cannot do."""
        folded = turn.heard.folded
        # How papers are sent is told by an entry, which names the desks by place.
        placed = "prefecture" in {**turn.state.facts, **hear_place(turn)}
        papers = evidence.pattern("paper_by_fax").search(folded) is not None and not placed
        return papers or evidence.pattern("for_me").search(folded) is not None

    def claims(self, turn: Turn, values: Mapping[str, Any]) -> bool:
        """A place or a desk and a word for reaching it ask for the desk."""
        return ("prefecture" in values or bool(values.get("_desk"))) and _reaches(turn)

    def owns(self, turn: Turn, values: Mapping[str, Any]) -> bool:
        """Whether a desk is the right one for a place, and a branch's number, are told here only."""
        heard = turn.heard
        if values.get("_again") or values.get("_silent"):
            return True
        if values.get("_particulars") or heard.mention("happened") or tells_harm(heard):
            return bool(values.get("_particulars"))
        if spoken_of(turn) in _WITH_HOURS and evidence.pattern("accident").search(heard.folded):
            if stated_moment(heard.folded, turn.now, turn.services.is_holiday) and not heard.mentioned(
                "reach", "not_accident"
            ):
                return False
        brief = _BRIEF * (2 if turn.state.lang == "en" else 1)
        if turn.state.topic == self.id and "prefecture" in values and len(heard.text) <= brief:
            return True
        if "prefecture" in values and heard.mentioned("reach", "who") and _reaches(turn):
            return True
        if (
            "prefecture" in values
            and len(heard.text) <= PLAIN_REQUEST
            and evidence.pattern("desk").search(heard.folded)
        ):
            return heard.mention("scheme") in (None, *_BY_PLACE)
        placed = "prefecture" in values or "prefecture" in turn.state.facts
        if placed and asks_yes_no(turn) and (_served_by(turn, values.get("_desk")) or "_proposed" in values):
            brief_ask = "_proposed" in values and len(heard.text) <= PLAIN_REQUEST
            return _served_by(turn, values.get("_desk")) or _reaches(turn) or brief_ask
        if values.get("_desk") == _CUSTOMERS:
            # Complaints about that agency are taken there, however they are worded.
            return True
        if heard.mentioned("desk", _COMPLAINT):
            return not (heard.mention("harm") or heard.mention("accident_detail"))
        named = values.get("_desk") in turn.services.knowledge.contacts and values.get("_desk") != "branch"
        if named and "hours" in evidence.of_a_desk(heard.text) and _moment_told(turn):
            return True
        if not _reaches(turn):
            return False
        printed = heard.mentioned("ask", "fax") or heard.mentioned("reach", "address")
        of_place = turn.state.scheme in _BY_PLACE and "prefecture" in turn.state.facts and not heard.mention("scheme")
        faxed = evidence.pattern("fax_number").search(heard.folded) and "prefecture" in turn.state.facts
        if faxed:
            return True
        if printed and ("prefecture" in values or of_place or (named and values["_desk"] not in _ANY)):
            return True
        if heard.mentioned("reach", "not_accident"):
            return True
        desk = values.get("_desk")
        if desk == "branch" and evidence.pattern("desk_silent").search(heard.folded):
            return True
        hours = heard.mentioned("reach", "hours") or heard.mentioned("reach", "closed") or _moment_told(turn)
        if desk == "agency":
            return hours and spoken_of(turn) in _AGENCIES
        return bool(desk) and (hours or (desk == "branch" and (printed or heard.mentioned("reach", "phone"))))

    def fits(self, values: Mapping[str, Any]) -> bool:
        """A place alone asks for its desk; a scheme that has one desk for all places needs none."""
        return "prefecture" in values and values.get("scheme") in (None, "third_party", "top_up")

    def continues(self, turn: Turn, known: Mapping[str, Any]) -> dict[str, Any]:
        """The same desk, where few words ask for it once more."""
        again = evidence.pattern("same_desk").search(turn.heard.folded) and known.get("prefecture")
        return {"prefecture": known["prefecture"]} if again and known.get("scheme") in _BY_PLACE else {}

    def settle(self, turn: Turn, values: dict[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
        """A place without a scheme means the third-party scheme: it is the one with desks by prefecture."""
        for key in ("prefecture", "branch"):
            if key in new:
                turn.state.facts[key] = new[key]
        if values.get("prefecture") and not values.get("scheme"):
            values["scheme"] = "third_party"
        if not values.get("scheme") and self._answers.of_desks(turn) is not None:
            values["scheme"] = "any"
        if values.get("_desk") == "toshiba" and values.get("scheme") not in (*_BY_PLACE, "mypage"):
            values["scheme"] = "third_party"
        if values.get("_desk") not in (None, *_CALLED) and not values.get("scheme"):
            values["scheme"] = "any"
        told = turn.services.knowledge.contacts.get(values.get("_desk") or "")
        if told is not None and told.scheme in _FIXED and "scheme" not in new:
            # What is asked next is about the scheme of the desk that was just named.
            values["scheme"] = turn.state.scheme = told.scheme
        return values

    def show(self, turn: Turn, slot: str, value: Any) -> str:
        """Places by name."""
        areas = turn.services.knowledge.areas
        if slot == "prefecture" and value in areas.prefectures:
            place = areas.prefectures[value]
            return place.romaji if turn.state.lang == "en" else place.name
        if slot == "branch":
            return branch_name(turn, str(value))
        return super().show(turn, slot, value)

    def next(self, turn: Turn, flow: OpenFlow) -> Question | None:
        """A desk asked for by name, or named in the last answer, needs no more to be known."""
        named = flow.values.get("_desk") not in (None, *_CALLED) or flow.values.get("_particulars")
        named = named or flow.values.get("_silent")
        return None if named else super().next(turn, flow)

    def ask(self, turn: Turn, flow: OpenFlow, question: Question) -> Reply:
        """The agency's number for all places stands before the question for the place."""
        anywhere = turn.t("contact.anywhere", contact=contact_line(turn, "toshiba_planning"))
        lead = Reply().say(anywhere if question.slot == "prefecture" else None)
        if question.slot == "prefecture":
            remember_desks(turn, [_ANYWHERE])
        return lead.then(super().ask(turn, flow, question))

    def finish(self, turn: Turn, flow: OpenFlow) -> Reply:
        """The contacts, the likeliest first."""
        values = flow.values
        silent = values.pop("_silent", None)
        if silent:
            return self._beside(turn, silent)
        particulars = None if evidence.pattern("fax_number").search(turn.heard.folded) else self._answers.of_desks(turn)
        if particulars is not None:
            desks = turn.state.facts["desks"]
            at = desk_moment(turn)
            # For a moment that is told, whether the desks answer then.
            return contact_reply.listed(turn, desks, "contact.desk") if at else particulars
        if self._asks_again(turn):
            uncertain = self._uncertain(turn)
            if uncertain is not None:
                return contact_reply.by_prefecture(turn, uncertain, None)
            return contact_reply.listed(turn, turn.state.facts["desks"], "contact.desk")
        scheme, desk = values.get("scheme", "any"), values.get("_desk")
        if scheme == "any":
            # No scheme was told: one that is told next puts nothing right.
            values.pop("scheme", None)
        prefecture = turn.services.knowledge.areas.prefectures.get(values.get("prefecture") or "")
        places = turn.services.knowledge.areas.locate(turn.heard.text)
        if len(places) > 1 and prefecture in places and evidence.pattern("two_places").search(turn.heard.folded):
            return contact_reply.by_prefectures(turn, places)
        if desk == "branch" and scheme == "top_up" and prefecture is not None and turn.heard.mentioned("ask", "fax"):
            # Its papers go to the agency's desk of that place.
            desk = None
        if desk == "branch" and scheme in _FIXED and evidence.pattern("desk_silent").search(turn.heard.folded):
            desk = None
        supposed = values.get("_proposed") or (desk if _served_by(turn, desk) else None)
        several = evidence.pattern("two_places").search(turn.heard.folded) is not None
        if prefecture is not None and values.get("_proposed") and not several:
            return contact_reply.by_prefecture(turn, prefecture, supposed, doubted=True)
        if prefecture is not None and supposed and not several and (asks_yes_no(turn) or hear_place(turn)):
            return contact_reply.by_prefecture(turn, prefecture, supposed)
        both = _named_together(turn, scheme)
        if len(both) > 1:
            return contact_reply.listed(turn, both, "contact.desk")
        if desk in _CALLED:
            # The third-party scheme's agency answers by prefecture.
            desk = _CALLED[desk].get(scheme)
        if desk == _COMPLAINT:
            return self._complaint(turn, scheme)
        if desk == "toshiba":
            if prefecture is None and scheme == "mypage":
                # For that site the agency's hours are printed.
                return self._answers.entry(turn, "my_who_answers")
            if prefecture is None:
                return contact_reply.listed(turn, ["toshiba_planning"], "contact.desk").say(turn.t("contact.by_place"))
            desk = None
        if desk == "branch" or (desk is None and contact_reply.another_branch(turn)):
            return contact_reply.branches(turn, values, prefecture)
        if desk == _CYBER_AGENT and not _moment_told(turn):
            # Which one it is stands on a list elsewhere; the entry names who tells it.
            return self._answers.entry(turn, _AGENCY_LIST)
        if desk:
            desks = [one for one in turn.heard.mentions.get("desk", ()) if one not in (*_ANY, "branch")]
            return contact_reply.listed(turn, desks if desk in desks else [desk], "contact.desk")
        if scheme == "mypage" and prefecture is None:
            return self._answers.entry(turn, "my_who_answers")
        if scheme in _FIXED:
            return contact_reply.listed(turn, _FIXED[scheme], f"contact.lead.{scheme}")
        if prefecture is None:
            return contact_reply.listed(turn, ("branch", "toshiba_planning"), "contact.lead.third_party")
        return contact_reply.by_prefecture(turn, prefecture, None)

    def _asks_again(self, turn: Turn) -> bool:
        """Whether few words right after desks ask whom to call then, and name neither a place, a desk nor a scheme."""
        heard, known = turn.heard, turn.services.knowledge
        named = any(heard.mention(entity) for entity in ("desk", "scheme", "plan")) or hear_place(turn)
        just = turn.state.topic == self.id and bool(turn.state.facts.get("desks"))
        told = just and all(known.contacts[one].phone for one in turn.state.facts["desks"])
        return told and not named and heard.mentioned("reach", "who") and len(heard.folded) <= _BRIEF * 2

    def _beside(self, turn: Turn, silent: list[str]) -> Reply:
        """The other desks of the scheme whose desk does not answer."""
        of_scheme = turn.services.knowledge.contacts[silent[0]].scheme
        desks = _FIXED.get(of_scheme or turn.state.scheme or "", ("branch", _ANYWHERE))
        others = [desk for desk in desks if desk not in silent] or list(desks)
        return contact_reply.listed(turn, others, "contact.desk")

    def _uncertain(self, turn: Turn) -> Prefecture | None:
        """The member's prefecture, where the desk told last is only likely its own; else None."""
        facts = turn.state.facts
        place = turn.services.knowledge.areas.prefectures.get(facts.get("prefecture") or "")
        return place if place is not None and not place.certain and facts.get("desks") == [place.desk] else None

    def _complaint(self, turn: Turn, scheme: str) -> Reply:
        """Who takes a complaint: of the insurer the mediator, else the customer line that is printed."""
        of_insurer = evidence.pattern("of_insurer").search(turn.heard.folded) is not None
        named = turn.heard.mention("scheme") or ""
        entry = _OF_SITE.get(named) or _OF_INSURER.get(scheme, "ac_adr" if of_insurer else _COMPLAINTS)
        return self._answers.entry(turn, entry)

    def _desk_in(self, turn: Turn, place: Prefecture) -> str:
        """The desk that sits in a prefecture, else the one that serves it."""
        knowledge = turn.services.knowledge
        for desk in dict.fromkeys(p.desk for p in knowledge.areas.prefectures.values()):
            if place.name in (knowledge.contacts[desk].address or ""):
                return desk
        return place.desk


def _named_together(turn: Turn, scheme: str) -> list[str]:
    """The desks of a scheme with fixed desks that a message asks for in one breath, each once."""
    named = turn.heard.mentions.get("desk", ()) if scheme in _FIXED else ()
    found = (_CALLED[one].get(scheme) if one in _CALLED else one for one in named)
    return list(dict.fromkeys(one for one in found if one in _FIXED[scheme] and one not in ("branch", _CYBER_AGENT)))


def _moment_told(turn: Turn) -> bool:
    """Whether a message states a day or an hour."""
    return desk_moment(turn) is not None


def _reaches(turn: Turn) -> bool:
    """Whether a message wants to reach somebody, not a price, the conditions of joining or what to note before."""
    heard = turn.heard
    if heard.mentioned("ask", "price") or heard.mentioned("ask", "note"):
        return False
    return bool(heard.mention("reach")) or heard.mentioned("ask", "contact") or heard.mentioned("ask", "fax")


def _served_by(turn: Turn, desk: str | None) -> bool:
    """Whether a desk is one of those that serve prefectures."""
    return desk in {place.desk for place in turn.services.knowledge.areas.prefectures.values()}
