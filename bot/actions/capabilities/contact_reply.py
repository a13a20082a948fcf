"""Desks in words: of a prefecture, a branch or a scheme; fax, address and hours only where they are asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from bot.actions import evidence
from bot.actions.capabilities.contact_text import (
    contact_line,
    none_open,
    open_beside,
    open_or_not,
    opening_line,
    remember_desks,
    show_contact,
    uncertain_line,
    yes_or_no,
)
from bot.actions.capabilities.deadline_text import branch_name
from bot.actions.capabilities.desk_hours import asks_hour, desk_moment, remember_day
from bot.actions.capabilities.moment import Stated
from bot.actions.capabilities.place import asks_yes_no
from bot.actions.flow import Turn
from bot.actions.reply import Reply
from bot.actions.sureness import FAQ

if TYPE_CHECKING:
    from knowledge.areas import Prefecture

_GUNMA = "gunma"
# So short a message names hardly more than a place.
_ONLY_A_PLACE = 16
# Desks that are reached by mail only, for one matter -> whom to ask the rest.
_DAILY = {"sonpo_domain": "guarantee_agent"}
# The documents that print a line for nights and holidays.
_NIGHT_LINE = frozenset({"assembly_gunma_2025", "cyber_itcoop_2024"})
# Desks beside which no other line is named for an accident.
_NO_ACCIDENTS = frozenset({"accident_support", "adr", "sonpo_domain", "itcoop", "toshiba_customer"})


def by_prefecture(turn: Turn, prefecture: Prefecture, supposed: str | None, *, doubted: bool = False) -> Reply:
    """The desk of a prefecture; of a desk that was supposed, or named in doubt, first whether it is that one."""
    t = turn.t
    name = prefecture.romaji if turn.state.lang == "en" else prefecture.name
    asked = supposed is not None and prefecture.certain and (doubted or asks_yes_no(turn))
    verdict = yes_or_no(turn, supposed == prefecture.desk) if asked else ""
    reply = Reply().say(t("contact.accident_first") if _of_accident(turn) else None)
    reply.say(verdict + t("contact.lead.prefecture", prefecture=name))
    reply.say(t("contact.item", contact=contact_line(turn, prefecture.desk)))
    reply.say(*_particulars(turn, prefecture.desk))
    if not prefecture.certain:
        reply.say(uncertain_line(turn, prefecture))
    if prefecture.prefecture_id == _GUNMA and not turn.heard.mention("scheme"):
        reply.say(t("contact.gunma_assembly", contact=contact_line(turn, "gunma_agency")))
    if evidence.pattern("desk_silent").search(turn.heard.folded):
        reply.say(t("contact.anywhere", contact=contact_line(turn, "toshiba_planning")))
    reply.say(t("contact.branch_too"), t("contact.source.third_party"))
    remember_desks(turn, [prefecture.desk])
    return reply.show(show_contact(turn, prefecture.desk))


def by_prefectures(turn: Turn, prefectures: Sequence[Prefecture]) -> Reply:
    """The desks of several prefectures, and whether they are one and the same."""
    t, desks = turn.t, list(dict.fromkeys(place.desk for place in prefectures))
    reply = Reply().say(t(f"contact.several.{'same' if len(desks) == 1 else 'different'}"))
    for place in prefectures:
        name = place.romaji if turn.state.lang == "en" else place.name
        reply.say(t("contact.of_prefecture", prefecture=name, contact=contact_line(turn, place.desk)))
        reply.say(*_particulars(turn, place.desk))
        reply.say(None if place.certain else uncertain_line(turn, place))
    remember_desks(turn, desks)
    for desk in desks:
        reply.show(show_contact(turn, desk))
    return reply.say(t("contact.source.third_party"))


def another_branch(turn: Turn) -> bool:
    """Whether a branch in Gunma is named right after one whose number is not printed."""
    branch = turn.services.knowledge.areas.branch(turn.heard.text)
    return branch is not None and turn.state.facts.get("desks") == ["gunma_association"]


def branches(turn: Turn, values: Mapping[str, Any], prefecture: Prefecture | None) -> Reply:
    """No branch's number is printed: who tells it, and whom to ask meanwhile."""
    t, areas = turn.t, turn.services.knowledge.areas
    branch = next((one for one in areas.branches if one.branch_id == values.get("branch")), None)
    name = t("contact.any_branch")
    if branch is not None:
        name = branch_name(turn, branch.branch_id) if turn.state.lang == "en" else branch.name
    reply = Reply().say(t("contact.branch_not_printed", branch=name))
    gunma = (
        branch is not None or values.get("scheme") == "assembly" or (prefecture and prefecture.prefecture_id == _GUNMA)
    )
    desk = "gunma_association" if gunma else prefecture.desk if prefecture else "toshiba_planning"
    key = "gunma" if gunma else "elsewhere"
    reply.say(t(f"contact.branch_ask.{key}", contact=contact_line(turn, desk)))
    remember_desks(turn, [desk])
    source = turn.services.knowledge.contacts[desk].source
    return reply.say(t(f"contact.source.{source}")).show(show_contact(turn, desk))


def listed(turn: Turn, contacts: Sequence[str], lead: str) -> Reply:
    """Desks, the likeliest first; of a single one, whether it answers at the moment asked for."""
    one, t = contacts[0], turn.t
    moment = _moment(turn, one)
    others: list[str] = []
    if moment is not None and len(contacts) == 1:
        others = open_beside(turn, one, moment[0])
    verdict = len(contacts) == 1 and moment is not None and asks_yes_no(turn)
    knowledge = turn.services.knowledge
    reply = Reply().say(open_or_not(turn, one, moment[0]) if verdict and moment else t(lead))
    for contact in contacts:
        reply.say(t("contact.item", contact=contact_line(turn, contact)))
        reply.say(*_particulars(turn, contact, hours=not verdict))
        reply.show(show_contact(turn, contact))
    reply.say(*(t("contact.open_beside", contact=contact_line(turn, other)) for other in others))
    if len(contacts) == 1 and one in {place.desk for place in turn.services.knowledge.areas.prefectures.values()}:
        reply.say(t("contact.role", role=knowledge.contact(one).role) if turn.state.lang == "ja" else None)
        reply.say(t("contact.serves"))
    if len(contacts) == 1 and one in _DAILY:
        reply.say(t("contact.daily", contact=contact_line(turn, _DAILY[one])))
    source = turn.services.knowledge.contacts[contacts[-1]].source
    takes = source in _NIGHT_LINE and not _NO_ACCIDENTS.issuperset(contacts)
    if moment is not None and takes and none_open(turn, contacts, moment[0]):
        reply.say(t("contact.in_accident", contact=contact_line(turn, "accident_support")))
    remember_desks(turn, contacts)
    remember_day(turn, moment[0] if moment else None)
    return reply.say(t(f"contact.source.{source}"))


def _moment(turn: Turn, contact_id: str) -> tuple[Stated | None] | None:
    """The moment that a question about hours is about (None in it: now), or None when it asks for no hour."""
    stated = desk_moment(turn)
    unsaid = stated is None or not stated.said_day
    if unsaid and evidence.pattern("bon").search(turn.heard.folded):
        return None
    if unsaid and asks_hour(turn) and turn.services.knowledge.contact(contact_id).hours:
        # What is asked for are the hours themselves, which stand beside the desk.
        return None
    return (stated,) if stated is not None or _of_hours(turn) else None


def _particulars(turn: Turn, contact_id: str, *, hours: bool = True) -> list[str]:
    """Fax, address, and whether the desk answers at a moment, each only when it is asked for."""
    services, heard, t = turn.services, turn.heard, turn.t
    contact, lines = services.knowledge.contact(contact_id), []
    if (heard.mentioned("ask", "fax") or _of_fax(turn)) and contact.fax:
        lines.append(t("contact.fax", fax=contact.fax))
    if heard.mentioned("reach", "address") and contact.postal_address:
        lines.append(t("contact.address", address=contact.postal_address))
    if evidence.pattern("by_mail").search(heard.folded) and contact.mail is None:
        lines.append(t("contact.no_mail"))
    asked = heard.mentioned("ask", "contact") or heard.mentioned("reach", "phone")
    if contact.phone is None and contact.caveat and asked:
        lines.append(contact.caveat_en or "" if turn.state.lang == "en" else contact.caveat)
    if contact.caveat and contact.phone and evidence.pattern("day_off").search(heard.folded):
        lines.append(contact.caveat_en or "" if turn.state.lang == "en" else contact.caveat)
    if evidence.pattern("bon").search(heard.folded):
        lines.append(t("contact.bon"))
    moment = _moment(turn, contact_id)
    if hours and moment is not None:
        lines.append(opening_line(turn, contact_id, moment[0]))
    return lines


def _of_fax(turn: Turn) -> bool:
    """Whether papers are to be sent there: asked so, or hardly more than a place is named after such an answer."""
    if evidence.pattern("fax_number").search(turn.heard.folded):
        return True
    just = turn.state.topic == FAQ and "fax" in evidence.of_a_desk(turn.state.last_text)
    return just and len(turn.heard.folded) <= _ONLY_A_PLACE


def _of_accident(turn: Turn) -> bool:
    """Whether the desk is wanted because of an accident."""
    told = evidence.pattern("accident").search(turn.heard.folded) is not None
    return told and not turn.heard.mentioned("reach", "not_accident")


def _of_hours(turn: Turn) -> bool:
    return turn.heard.mentioned("reach", "hours") or turn.heard.mentioned("reach", "closed")
