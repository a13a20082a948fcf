"""A contact in words and as a block, from knowledge/contacts: name, phone, hours, and whether it answers now."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from bot.actions.capabilities.moment import Stated
from bot.actions.flow import Turn
from knowledge import contact_text
from rating import calendar
from rating.calendar.hours import CLOSED, OPEN

if TYPE_CHECKING:
    from knowledge.areas import Prefecture

# The branch comes first where it takes the papers; its number is not printed, so an agency's stands beside it.
_ASKED = {
    "third_party": ("branch", "toshiba_planning"),
    "top_up": ("toshiba_planning",),
    "assembly": ("gunma_agency",),
    "cyber": ("excel", "itcoop"),
    "mypage": ("toshiba_planning",),
}
# Schemes whose desks take the same matters.
_DESKS_ALIKE = frozenset({"assembly", "cyber"})


def contact_line(turn: Turn, contact_id: str) -> str:
    """A contact's name, phone or mail, and hours as one phrase."""
    knowledge = turn.services.knowledge
    return contact_text(knowledge.contact(contact_id), knowledge, turn.state.lang)


def uncertain_line(turn: Turn, prefecture: Prefecture) -> str:
    """That the document names a prefecture's block only, so that its desk is merely likely."""
    block = (prefecture.block_en if turn.state.lang == "en" else None) or prefecture.block
    return turn.t("contact.uncertain", block=block)


def contact_name(turn: Turn, contact_id: str) -> str:
    """A contact's name in the member's language."""
    contact = turn.services.knowledge.contact(contact_id)
    return contact.name_en if turn.state.lang == "en" else contact.name


def whom_to_ask(turn: Turn, scheme: str | None) -> str:
    """Whom to ask what the documents do not hold: the person, and always a telephone number (T2).

    Args:
        turn: The turn.
        scheme: A scheme or service; None or an unknown one is the members' association.
    """
    contacts = _ASKED.get(scheme or "", _ASKED["third_party"])
    return turn.t("contact.or").join(contact_line(turn, contact_id) for contact_id in contacts)


def opening_line(turn: Turn, contact_id: str, stated: Stated | None) -> str:
    """Whether a desk answers at a moment, as far as its hours are printed.

    Args:
        turn: The turn.
        contact_id: The desk.
        stated: The moment asked for; None is now.
    """
    services, t = turn.services, turn.t
    at = stated.at if stated else turn.now
    status = calendar.line_status(contact_id, services.knowledge.contact(contact_id).hours, at, services.is_holiday)
    weekday = t(f"accident.weekday.{at.weekday()}")
    moment = t.moment(at) if stated is None or stated.said_time else t.day(at.date())
    when = t(f"contact.{'at' if stated else 'now'}", moment=moment, weekday=weekday)
    opens = t("contact.opens", moment=t.moment(status.opens_at)) if status.opens_at else ""
    return t(f"contact.open.{status.reason}", when=when, opens=opens)


def open_or_not(turn: Turn, contact_id: str, stated: Stated | None) -> str:
    """The same, for a question that wants a yes or no; what is not printed gets neither."""
    services = turn.services
    at = stated.at if stated else turn.now
    status = calendar.line_status(contact_id, services.knowledge.contact(contact_id).hours, at, services.is_holiday)
    known = status.status in (OPEN, CLOSED)
    # `土曜は休みですか` wants a yes where the desk is closed.
    wanted = CLOSED if turn.heard.mentioned("reach", "closed") else OPEN
    verdict = yes_or_no(turn, status.status == wanted) if known else ""
    return verdict + opening_line(turn, contact_id, stated).strip()


def none_open(turn: Turn, contacts: Sequence[str], stated: Stated | None) -> bool:
    """Whether all desks with printed hours are closed at a moment, and there is one such desk."""
    services, at = turn.services, stated.at if stated else turn.now
    hours = [(one, services.knowledge.contact(one).hours) for one in contacts if services.knowledge.contact(one).hours]
    lines = calendar.lines_at(hours, at, services.is_holiday)
    return bool(lines) and all(line.status == CLOSED for line in lines)


def open_beside(turn: Turn, contact_id: str, stated: Stated | None) -> list[str]:
    """The other desks of the same scheme that answer at a moment at which this one is closed, or may be."""
    services = turn.services
    contacts = services.knowledge.contacts
    scheme = contacts[contact_id].scheme
    at = stated.at if stated else turn.now
    own = calendar.line_status(contact_id, contacts[contact_id].hours, at, services.is_holiday)
    if scheme not in _DESKS_ALIKE or not contacts[contact_id].hours or own.status == OPEN:
        return []
    same = [one for one in contacts.values() if one.scheme == scheme and one.hours]
    hours = [(one.contact_id, one.hours) for one in same]
    return [line.contact_id for line in calendar.lines_at(hours, at, services.is_holiday) if line.status == OPEN]


def yes_or_no(turn: Turn, met: bool) -> str:
    """The word that a yes-or-no question is answered with, before the answer."""
    return turn.t(f"contact.{'yes' if met else 'no'}")


def remember_desks(turn: Turn, contacts: Sequence[str]) -> None:
    """Keep which desks were named, for a question about them (`そこのFAXは`)."""
    turn.state.facts["desks"] = list(contacts)


def show_contact(turn: Turn, contact_id: str) -> dict[str, Any]:
    """A contact as a block."""
    contact = turn.services.knowledge.contacts[contact_id]
    english = turn.state.lang == "en"
    return {
        "type": "contact",
        "name": contact_name(turn, contact_id),
        "phone": contact.phone,
        "tel_url": f"tel:{contact.phone.replace('-', '')}" if contact.phone else None,
        "hours": (contact.hours.text_en if english else contact.hours.text) if contact.hours else None,
        "note": contact.caveat_en if english else contact.caveat,
        "open_now": None,
    }
