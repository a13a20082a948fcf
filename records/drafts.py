"""Drafts of accident reports, kept after every answer, so that a talk broken off can go on the next day.

A draft is the member's own words; nothing here judges them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlmodel import Session, col, delete, select

from records.errors import DraftNotFound
from records.inserting import insert_numbered
from records.models import AccidentDraft
from records.numbers import NumberInvalid, parse_number

DraftStatus = Literal["draft", "complete", "abandoned"]


@dataclass(frozen=True)
class StoredDraft:
    """A draft as it stands; moments in Japan time."""

    number: str
    conversation_id: str | None
    fields: dict[str, Any]
    status: str
    created_at: datetime
    updated_at: datetime


def add_draft(
    session: Session, *, fields: Mapping[str, Any], conversation_id: str | None, now: datetime
) -> StoredDraft:
    """Begin a draft under a new number."""
    values: dict[str, Any] = {
        "conversation_id": conversation_id or None,
        "fields": dict(fields),
        "status": "draft",
        "created_at": now,
        "updated_at": now,
    }
    return StoredDraft(number=insert_numbered(session, AccidentDraft, "A", values), **values)


def update_draft(session: Session, number: str, *, fields: Mapping[str, Any], now: datetime) -> StoredDraft:
    """Put `fields` in the place of the draft's; one that was complete or abandoned is a draft again.

    Raises:
        DraftNotFound: there is none with this number.
    """
    row = _row(session, number)
    row.fields_ = dict(fields)
    return _set(session, row, "draft", now)


def complete_draft(session: Session, number: str, *, now: datetime) -> StoredDraft:
    """Mark the draft as told to the end and confirmed.

    Raises:
        DraftNotFound: there is none with this number.
    """
    return _set(session, _row(session, number), "complete", now)


def abandon_draft(session: Session, number: str, *, now: datetime) -> StoredDraft:
    """Mark the draft as given up by the member; it is not offered again.

    Raises:
        DraftNotFound: there is none with this number.
    """
    return _set(session, _row(session, number), "abandoned", now)


def get_draft(session: Session, number: str) -> StoredDraft:
    """The draft with this number, however it was typed.

    Raises:
        DraftNotFound: there is none.
    """
    return _stored(_row(session, number))


def open_draft_of(session: Session, conversation_id: str) -> StoredDraft | None:
    """The draft that this conversation was last at work on and has not finished, or None."""
    theirs = select(AccidentDraft).where(
        col(AccidentDraft.conversation_id) == conversation_id, col(AccidentDraft.status) == "draft"
    )
    newest = theirs.order_by(col(AccidentDraft.updated_at).desc(), col(AccidentDraft.number))
    row = session.exec(newest.limit(1)).first()
    return None if row is None else _stored(row)


def forget_before(session: Session, when: datetime) -> int:
    """Delete the drafts last touched before `when`; returns how many."""
    return int(session.exec(delete(AccidentDraft).where(col(AccidentDraft.updated_at) < when)).rowcount)


def _row(session: Session, number: str) -> AccidentDraft:
    try:
        row = session.get(AccidentDraft, parse_number("A", number))
    except NumberInvalid as exc:
        raise DraftNotFound("what was given is no number of a draft") from exc
    if row is None:
        raise DraftNotFound("no draft has this number")
    return row


def _set(session: Session, row: AccidentDraft, status: DraftStatus, now: datetime) -> StoredDraft:
    row.status, row.updated_at = status, now
    session.flush()
    return _stored(row)


def _stored(row: AccidentDraft) -> StoredDraft:
    return StoredDraft(
        row.number, row.conversation_id, dict(row.fields_), row.status, row.created_at, row.updated_at
    )
