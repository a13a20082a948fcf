"""The messages of a conversation: what staff read, and what answers a repeated id. Texts come in masked."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlmodel import Session, col, select, update

from records.columns import storable
from records.inserting import insert, insert_all
from records.models import METADATA, Message

Direction = Literal["in", "out"]
_LONGEST_EXTERNAL_ID = 200
_CONVERSATIONS = METADATA.tables["conversations"]


@dataclass(frozen=True)
class StoredMessage:
    """A message of a conversation.

    Attributes:
        id: Rises in the order of the conversation.
        direction: `in` from the member, `out` from the counter.
        text: Masked.
        buttons: Title and payload of each.
        blocks: As in records.blocks.
        external_id: The channel's own id of a message that came in.
        outcome: How a message that came in was answered, in one word.
    """

    id: int
    conversation_id: str
    direction: Direction
    text: str
    buttons: list[dict[str, Any]]
    blocks: list[dict[str, Any]]
    external_id: str | None
    outcome: str
    created_at: datetime


def record_message(
    session: Session,
    conversation_id: str,
    *,
    direction: Direction,
    text: str,
    now: datetime,
    buttons: Sequence[Mapping[str, Any]] = (),
    blocks: Sequence[Mapping[str, Any]] = (),
    external_id: str | None = None,
    reply_to: int | None = None,
    outcome: str = "",
) -> StoredMessage:
    """Store a message; one with an external id that this conversation has already is given back as it was.

    Args:
        session: A transaction.
        conversation_id: An open conversation.
        direction: `in` from the member, `out` from the counter.
        text: Masked.
        now: The moment.
        buttons: Title and payload of each.
        blocks: Checked by records.blocks.check_blocks.
        external_id: The channel's own id of the message.
        reply_to: The id of the message that this one answers.
        outcome: How a message that came in was answered, in one word.
    """
    row = message_row(
        conversation_id,
        direction,
        text,
        now,
        buttons=buttons,
        blocks=blocks,
        external_id=external_id,
        reply_to=reply_to,
        outcome=outcome,
    )
    number = insert(session, Message, row)
    if number is None:
        return _stored(session.exec(_known(conversation_id, row["external_id"])).one())
    earlier = _CONVERSATIONS.c.id == conversation_id, _CONVERSATIONS.c.last_at < now
    session.connection().execute(update(_CONVERSATIONS).where(*earlier).values(last_at=now))
    return _as_stored(number, row)


def message_row(
    conversation_id: str,
    direction: Direction,
    text: str,
    now: datetime,
    *,
    buttons: Sequence[Mapping[str, Any]] = (),
    blocks: Sequence[Mapping[str, Any]] = (),
    external_id: str | None = None,
    reply_to: int | None = None,
    outcome: str = "",
) -> dict[str, Any]:
    """A message as its row, for `record_message` and for whole turns (records.turns)."""
    return {
        "conversation_id": conversation_id,
        "direction": direction,
        "text": storable(text),
        "buttons": [dict(button) for button in buttons],
        "blocks": [dict(block) for block in blocks],
        "external_id": _short(external_id),
        "reply_to": reply_to,
        "outcome": outcome,
        "created_at": now,
    }


def insert_turn(
    session: Session, asked: dict[str, Any], answers: Sequence[dict[str, Any]]
) -> StoredMessage:
    """Store a message and its answers, all as rows; a message that is known gets no second answers."""
    number = insert(session, Message, asked)
    if number is None:
        return _stored(session.exec(_known(asked["conversation_id"], asked["external_id"])).one())
    insert_all(session, Message, [{**answer, "reply_to": number} for answer in answers])
    return _as_stored(number, asked)


def replies_to(session: Session, conversation_id: str, external_id: str) -> tuple[StoredMessage, ...] | None:
    """What was answered to the message with this external id, or None when there was no such message."""
    asked = session.exec(_known(conversation_id, _short(external_id))).one_or_none()
    if asked is None:
        return None
    answers = select(Message).where(col(Message.reply_to) == asked.id).order_by(col(Message.id))
    return tuple(_stored(row) for row in session.exec(answers))


def transcript(
    session: Session, conversation_id: str, *, last: int | None = None
) -> tuple[StoredMessage, ...]:
    """The messages of a conversation in their order, all or the `last` ones; empty when it is unknown."""
    theirs = select(Message).where(col(Message.conversation_id) == conversation_id)
    newest_first = theirs.order_by(col(Message.id).desc()).limit(last)
    return tuple(_stored(row) for row in reversed(session.exec(newest_first).all()))


def _known(conversation_id: str, external_id: str | None) -> Any:
    return select(Message).where(
        col(Message.conversation_id) == conversation_id, col(Message.external_id) == external_id
    )


def _short(external_id: str | None) -> str | None:
    if external_id is None:
        return None
    if len(external_id) > _LONGEST_EXTERNAL_ID:
        return hashlib.sha256(storable(external_id).encode()).hexdigest()
    return storable(external_id)


def _as_stored(number: int, row: Mapping[str, Any]) -> StoredMessage:
    return StoredMessage(id=number, **{name: value for name, value in row.items() if name != "reply_to"})


def _stored(row: Message) -> StoredMessage:
    return StoredMessage(
        row.id or 0,
        row.conversation_id,
        "in" if row.direction == "in" else "out",
        row.text,
        row.buttons,
        row.blocks,
        row.external_id,
        row.outcome,
        row.created_at,
    )
