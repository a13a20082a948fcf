"""A contact in words and as a block, from knowledge/contacts: name, phone, hours, and whether it answers now."""

from __future__ import annotations

from typing import Any

from bot.actions.flow import Turn
from knowledge import contact_text


def contact_line(turn: Turn, contact_id: str) -> str:
    """A contact's name, phone or mail, and hours as one phrase."""
    knowledge = turn.services.knowledge
    return contact_text(knowledge.contact(contact_id), knowledge, turn.state.lang)


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
