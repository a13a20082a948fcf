"""Whom the gateway names when it cannot help itself, from knowledge/contacts.yml.

Only the contacts are read: the gateway answers no questions, so it needs no answers in memory.
"""

from __future__ import annotations

from pathlib import Path

import knowledge
from knowledge.contacts import Contact, parse_contact
from knowledge.entries import SCHEMES
from knowledge.errors import Fault, KnowledgeFaults
from knowledge.fields import fields_of
from knowledge.located import LocatedList, LocatedMap, read_yaml

CONTACTS_FILE = Path(knowledge.__file__).with_name("contacts.yml")
BRANCH = "branch"
ACCIDENT_SUPPORT = "accident_support"


class ContactBook:
    """The contacts by id."""

    def __init__(self, contacts: dict[str, Contact]) -> None:
        self._contacts = contacts

    @classmethod
    def load(cls, path: Path = CONTACTS_FILE) -> ContactBook:
        """Read the contacts.

        Raises:
            KnowledgeFaults: the file breaks its rules.
        """
        faults: list[Fault] = []
        content = read_yaml(path, path.name, faults)
        listed = content["contacts"] if isinstance(content, LocatedMap) else None
        if not isinstance(listed, LocatedList):
            raise KnowledgeFaults([Fault(path.name, 1, "must hold contacts: and a list")])
        contacts = [parse_contact(item, SCHEMES) for item in fields_of(listed, path.name, faults)]
        if faults:
            raise KnowledgeFaults(faults)
        return cls({contact.contact_id: contact for contact in contacts})

    def shown(self, contact_id: str, language: str = "ja") -> dict[str, str | None]:
        """Name, phone and hours of a contact as a client may show them; what is not printed is null.

        Raises:
            KeyError: no such contact.
        """
        contact = self._contacts[contact_id]
        english = language == "en"
        hours = contact.hours
        return {
            "id": contact.contact_id,
            "name": contact.name_en if english else contact.name,
            "phone": contact.phone,
            "hours": (hours.text_en if english else hours.text) if hours else None,
        }
