"""The desk of the member's area, beside an entry that sends papers to the desk of the area (the top-up scheme)."""

from __future__ import annotations

from bot.actions.capabilities.contact_text import contact_line, uncertain_line
from bot.actions.capabilities.place import hear_place
from bot.actions.flow import Turn

# Entries that send to the desk of the area; the papers go there by fax.
ENTRIES = frozenset(
    {"tp_topup_apply", "tp_topup_papers", "tp_topup_form", "tp_topup_start", "tp_topup_premium", "tp_topup_property"}
)


def in_area(turn: Turn) -> str | None:
    """The lines that name the desk of the member's prefecture and its fax; None where the place is not known."""
    areas = turn.services.knowledge.areas
    place = hear_place(turn).get("prefecture") or turn.state.facts.get("prefecture")
    prefecture = areas.prefectures.get(place or "")
    if prefecture is None:
        return None
    t, contact = turn.t, turn.services.knowledge.contact(prefecture.desk)
    name = prefecture.romaji if turn.state.lang == "en" else prefecture.name
    lines = [t("contact.local", prefecture=name, contact=contact_line(turn, prefecture.desk))]
    if contact.fax:
        lines.append(t("contact.fax", fax=contact.fax))
    if not prefecture.certain:
        lines.append(uncertain_line(turn, prefecture))
    return "\n".join(lines)
