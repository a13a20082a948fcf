"""Hand-overs to staff: what was said, in short, under a number; open, taken by somebody, closed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlmodel import Session, col, delete, select

from records.columns import storable
from records.errors import HandOverNotFound, StatusRefused
from records.inserting import insert_numbered
from records.models import HandOver
from records.numbers import NumberInvalid, parse_number

HandOverStatus = Literal["open", "taken", "closed"]
_FOLLOWING: dict[str, tuple[str, ...]] = {
    "open": ("taken", "closed"),
    "taken": ("open", "closed"),  # open: given back
    "closed": ("open",),
}


@dataclass(frozen=True)
class StoredHandOver:
    """A hand-over as it stands; `note` is the staff's own."""

    number: str
    conversation_id: str | None
    summary: str
    status: str
    note: str
    created_at: datetime
    updated_at: datetime


def add_handover(
    session: Session, *, summary: str, conversation_id: str | None, now: datetime
) -> StoredHandOver:
    """Store a hand-over under a new number, open."""
    values: dict[str, Any] = {
        "conversation_id": conversation_id or None,
        "summary": storable(summary),
        "status": "open",
        "note": "",
        "created_at": now,
        "updated_at": now,
    }
    return StoredHandOver(number=insert_numbered(session, HandOver, "H", values), **values)


def get_handover(session: Session, number: str) -> StoredHandOver:
    """The hand-over with this number, however it was typed.

    Raises:
        HandOverNotFound: there is none.
    """
    return _stored(_row(session, number))


def handovers(
    session: Session, *, status: HandOverStatus | None = None, limit: int = 100
) -> tuple[StoredHandOver, ...]:
    """Hand-overs, the longest waiting first; those of one status, or all."""
    wanted = select(HandOver)
    if status is not None:
        wanted = wanted.where(col(HandOver.status) == status)
    in_order = wanted.order_by(col(HandOver.created_at), col(HandOver.number)).limit(limit)
    return tuple(_stored(row) for row in session.exec(in_order))


def set_status(
    session: Session, number: str, status: HandOverStatus, *, now: datetime, note: str | None = None
) -> StoredHandOver:
    """Take, close, give back or open again a hand-over; `note` replaces the staff's note.

    Raises:
        HandOverNotFound: there is none with this number.
        StatusRefused: it cannot go from its status to `status`; somebody else may have been quicker.
    """
    row = _row(session, number, lock=True)
    if status not in _FOLLOWING[row.status]:
        raise StatusRefused(f"a hand-over that is {row.status} cannot become {status}")
    row.status, row.updated_at = status, now
    if note is not None:
        row.note = storable(note)
    session.flush()
    return _stored(row)


def forget_before(session: Session, when: datetime) -> int:
    """Delete closed hand-overs last touched before `when`; returns how many. An open one is never lost."""
    old = delete(HandOver).where(col(HandOver.status) == "closed", col(HandOver.updated_at) < when)
    return int(session.exec(old).rowcount)


def _row(session: Session, number: str, *, lock: bool = False) -> HandOver:
    try:
        row = session.get(HandOver, parse_number("H", number), with_for_update=lock)
    except NumberInvalid as exc:
        raise HandOverNotFound("what was given is no number of a hand-over") from exc
    if row is None:
        raise HandOverNotFound("no hand-over has this number")
    return row


def _stored(row: HandOver) -> StoredHandOver:
    return StoredHandOver(
        row.number, row.conversation_id, row.summary, row.status, row.note, row.created_at, row.updated_at
    )
