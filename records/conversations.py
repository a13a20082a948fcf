"""Conversations and their messages: what staff read, and what answers a repeated message id.

A conversation's id is a keyed digest of channel and sender, so that the raw sender is never stored; texts
come in masked. Whoever holds the digest already (the gateway) uses it as it is.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlmodel import Session, col, delete, select, update

from records.columns import storable
from records.errors import ConversationNotFound
from records.inserting import insert
from records.models import Conversation, Message

Direction = Literal["in", "out"]
_LONGEST_EXTERNAL_ID = 200


@dataclass(frozen=True)
class StoredConversation:
    """A conversation: its id (the keyed digest), its channel, its first and last moment."""

    id: str
    channel: str
    created_at: datetime
    last_at: datetime


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


def sender_digest(secret: bytes, channel: str, sender: str) -> str:
    """The id of the conversation with `sender` on `channel`: 32 hexadecimal digits of a keyed digest."""
    return hmac.new(secret, f"{channel}\0{sender}".encode(), hashlib.sha256).hexdigest()[:32]


def conversation_for(
    session: Session, channel: str, sender: str, secret: bytes, now: datetime
) -> StoredConversation:
    """The conversation with `sender` on `channel`, begun now if there is none."""
    return open_conversation(session, sender_digest(secret, channel, sender), channel=channel, now=now)


def open_conversation(
    session: Session, conversation_id: str, *, channel: str, now: datetime
) -> StoredConversation:
    """The conversation with this id, begun now if there is none."""
    first = {"id": conversation_id, "channel": channel, "created_at": now, "last_at": now}
    if insert(session, Conversation, first) is not None:
        return StoredConversation(conversation_id, channel, now, now)
    return get_conversation(session, conversation_id)


def get_conversation(session: Session, conversation_id: str) -> StoredConversation:
    """The conversation with this id.

    Raises:
        ConversationNotFound: there is none.
    """
    columns = (Conversation.id, Conversation.channel, Conversation.created_at, Conversation.last_at)
    row = session.exec(select(*columns).where(col(Conversation.id) == conversation_id)).one_or_none()
    if row is None:
        raise ConversationNotFound("no conversation has this id")
    return StoredConversation(*row)


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
    external_id = _short(external_id)
    values: dict[str, Any] = {
        "conversation_id": conversation_id,
        "direction": direction,
        "text": storable(text),
        "buttons": [dict(button) for button in buttons],
        "blocks": [dict(block) for block in blocks],
        "external_id": external_id,
        "reply_to": reply_to,
        "outcome": outcome,
        "created_at": now,
    }
    number = insert(session, Message, values)
    if number is None:
        return _stored(session.exec(_known(conversation_id, external_id)).one())
    earlier = col(Conversation.id) == conversation_id, col(Conversation.last_at) < now
    session.exec(update(Conversation).where(*earlier).values(last_at=now))
    values.pop("reply_to")
    return StoredMessage(id=number, **values)


def replies_to(session: Session, conversation_id: str, external_id: str) -> tuple[StoredMessage, ...] | None:
    """What was answered to the message with this external id, or None when there was no such message."""
    asked = session.exec(_known(conversation_id, _short(external_id))).one_or_none()
    return None if asked is None else answers_to(session, asked.id or 0)


def answers_to(session: Session, message_id: int) -> tuple[StoredMessage, ...]:
    """What was answered to the message with this id."""
    answers = select(Message).where(col(Message.reply_to) == message_id).order_by(col(Message.id))
    return tuple(_stored(row) for row in session.exec(answers))


def transcript(
    session: Session, conversation_id: str, *, last: int | None = None
) -> tuple[StoredMessage, ...]:
    """The messages of a conversation in their order, all or the `last` ones; empty when it is unknown."""
    theirs = select(Message).where(col(Message.conversation_id) == conversation_id)
    newest_first = theirs.order_by(col(Message.id).desc()).limit(last)
    return tuple(_stored(row) for row in reversed(session.exec(newest_first).all()))


def forget_before(session: Session, when: datetime) -> int:
    """Delete messages and conversations that ended before `when`; returns how many messages."""
    old = col(Message.created_at) < when
    # Answers first: those that go with what they answer would not be counted.
    answers = session.exec(delete(Message).where(old, col(Message.reply_to).is_not(None))).rowcount
    asked = session.exec(delete(Message).where(old)).rowcount
    session.exec(delete(Conversation).where(col(Conversation.last_at) < when))
    return int(answers + asked)


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
