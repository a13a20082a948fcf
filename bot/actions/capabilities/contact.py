"""Whom to call: by scheme, prefecture and matter; and the hand-over to a person."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.actions.capabilities.contact_text import contact_line, show_contact
from bot.actions.capabilities.place import hear_place
from bot.actions.flow import Flow, Turn
from bot.actions.reply import Reply
from bot.actions.state import OpenFlow

_SCHEMES = ("third_party", "top_up", "assembly", "cyber", "mypage", "guarantee")
_FIXED = {
    "assembly": ("branch", "gunma_agency", "gunma_insurer"),
    "cyber": ("cyber_agent", "itcoop", "excel", "cyber_insurer"),
    "guarantee": ("guarantee_agent", "sonpo_domain"),
}


class ContactFlow(Flow):
    """Contacts of a scheme; for the third-party scheme and its top-up by prefecture."""

    def hear(self, turn: Turn, values: Mapping[str, Any], asked: str | None) -> dict[str, Any]:
        """Scheme and place."""
        heard = super().hear(turn, values, asked)
        scheme = turn.heard.mention("scheme")
        if scheme in _SCHEMES:
            heard["scheme"] = scheme
        heard.update(hear_place(turn))
        desk = turn.heard.mention("desk")
        if desk:
            heard["desk"] = desk
        if asked is None and "desk" not in heard and "desk" in values:
            heard["desk"] = None
        return heard

    def opening(self, turn: Turn) -> dict[str, Any]:
        """The scheme spoken of and the place told before."""
        facts = turn.state.facts
        known: dict[str, Any] = {key: facts[key] for key in ("prefecture", "branch") if key in facts}
        if turn.state.scheme in _SCHEMES:
            known["scheme"] = turn.state.scheme
        return known

    def claims(self, turn: Turn, values: Mapping[str, Any]) -> bool:
        """A place and a word for calling ask for the desk of that place."""
        return "prefecture" in values and bool(turn.heard.mention("ask")) and not turn.heard.mentioned("ask", "price")

    def fits(self, values: Mapping[str, Any]) -> bool:
        """A place alone asks for its desk."""
        return "prefecture" in values

    def settle(self, turn: Turn, values: dict[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
        """A place without a scheme means the third-party scheme: it is the one with desks by prefecture."""
        for key in ("prefecture", "branch"):
            if key in new:
                turn.state.facts[key] = new[key]
        if values.get("prefecture") and not values.get("scheme"):
            values["scheme"] = "third_party"
        if values.get("desk") and not values.get("scheme"):
            values["scheme"] = "any"
        return values

    def finish(self, turn: Turn, flow: OpenFlow) -> Reply:
        """The contacts, the likeliest first."""
        values = flow.values
        if values.get("desk"):
            return self._list(turn, [values["desk"]], "contact.desk")
        scheme = values["scheme"]
        if scheme in _FIXED:
            return self._list(turn, _FIXED[scheme], f"contact.lead.{scheme}")
        if scheme == "mypage" and not values.get("prefecture"):
            return self._list(turn, ("branch", "toshiba_planning"), "contact.lead.mypage")
        return self._by_prefecture(turn, values)

    def _by_prefecture(self, turn: Turn, values: Mapping[str, Any]) -> Reply:
        areas = turn.services.knowledge.areas
        prefecture = areas.prefectures.get(values.get("prefecture") or "")
        if prefecture is None:
            return self._list(turn, ("branch", "toshiba_planning"), "contact.lead.third_party")
        t = turn.t
        name = prefecture.romaji if turn.state.lang == "en" else prefecture.name
        reply = Reply().say(t("contact.lead.prefecture", prefecture=name))
        reply.say(t("contact.item", contact=contact_line(turn, prefecture.desk)))
        if turn.heard.mentioned("ask", "fax"):
            reply.say(t("contact.fax", fax=turn.services.knowledge.contact(prefecture.desk).fax))
        if not prefecture.certain:
            reply.say(t("contact.uncertain", block=prefecture.block))
        reply.say(t("contact.branch_too"), t("contact.source.third_party"))
        return reply.show(show_contact(turn, prefecture.desk))

    def _list(self, turn: Turn, contacts: tuple[str, ...] | list[str], lead: str) -> Reply:
        reply = Reply().say(turn.t(lead))
        for contact in contacts:
            reply.say(turn.t("contact.item", contact=contact_line(turn, contact)))
            reply.show(show_contact(turn, contact))
        source = turn.services.knowledge.contacts[contacts[-1]].source
        return reply.say(turn.t(f"contact.source.{source}"))
