"""A contact in words and as a block, from knowledge/contacts: name, phone, hours, and whether it answers now."""

from __future__ import annotations

from typing import Any

from bot.actions.flow import Turn
from knowledge import contact_text

# The branch comes first where it takes the papers; its number is not printed, so an agency's stands beside it.
_ASKED = {
    "third_party": ("branch", "toshiba_planning"),
    "top_up": ("toshiba_planning",),
    "assembly": ("gunma_agency",),
    "cyber": ("excel", "itcoop"),
    "mypage": ("toshiba_planning",),
}


def contact_line(turn: Turn, contact_id: str) -> str:
    """A contact's name, phone or mail, and hours as one phrase."""
    knowledge = turn.services.knowledge
    return contact_text(knowledge.contact(contact_id), knowledge, turn.state.lang)


def whom_to_ask(turn: Turn, scheme: str | None) -> str:
    """Whom to ask what the documents do not hold: the person, and always a telephone number (T2).

    Args:
        turn: The turn.
        scheme: A scheme or service; None or an unknown one is the members' association.
    """
    contacts = _ASKED.get(scheme or "", _ASKED["third_party"])
    return turn.t("contact.or").join(contact_line(turn, contact_id) for contact_id in contacts)


def show_contact(turn: Turn, contact_id: str) -> dict[str, Any]:
    """A contact as a block."""
    contact = turn.services.knowledge.contacts[contact_id]
    english = turn.state.lang == "en"
    return {
        "type": "contact",
        "name": contact.name_en if english else contact.name,
        "phone": contact.phone,
        "tel_url": f"tel:{contact.phone.replace('-', '')}" if contact.phone else None,
        "hours": (contact.hours.text_en if english else contact.hours.text) if contact.hours else None,
        "note": contact.caveat_en if english else contact.caveat,
        "open_now": None,
    }
