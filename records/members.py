"""Members, and the LINE accounts that signed-in members have linked to themselves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, delete, select

from records.errors import MemberNotFound
from records.inserting import insert
from records.models import LineLink, Member


@dataclass(frozen=True)
class StoredMember:
    """A member; `demo` marks one that nobody is, and whoever shows such a member says so."""

    id: str
    name: str
    demo: bool


def add_member(
    session: Session, *, member_id: str, name: str, now: datetime, demo: bool = False
) -> StoredMember:
    """Store a member; one with this id that is stored already is given back as it is."""
    values = {"id": member_id, "name": name, "demo": demo, "created_at": now}
    insert(session, Member, values)
    return get_member(session, member_id)


def get_member(session: Session, member_id: str) -> StoredMember:
    """The member with this id.

    Raises:
        MemberNotFound: there is none.
    """
    columns = select(Member.id, Member.name, Member.demo)
    row = session.exec(columns.where(col(Member.id) == member_id)).one_or_none()
    if row is None:
        raise MemberNotFound("no member has this id")
    return StoredMember(*row)


def link_line(session: Session, *, sender_hash: str, member_id: str, now: datetime) -> None:
    """Link a LINE account, given as its keyed digest, to a member; a link to another member is replaced.

    The caller has made sure that the member is signed in.

    Raises:
        MemberNotFound: there is no such member.
    """
    get_member(session, member_id)
    unlink_line(session, sender_hash)
    insert(session, LineLink, {"sender_hash": sender_hash, "member_id": member_id, "linked_at": now})


def unlink_line(session: Session, sender_hash: str) -> bool:
    """Remove the link of a LINE account; whether there was one."""
    links = delete(LineLink).where(col(LineLink.sender_hash) == sender_hash)
    return bool(session.exec(links).rowcount)


def member_of_line(session: Session, sender_hash: str) -> StoredMember | None:
    """The member that this LINE account is linked to, or None."""
    link = session.get(LineLink, sender_hash)
    return None if link is None else get_member(session, link.member_id)
