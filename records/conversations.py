"""Conversations: who speaks with the counter on which channel, known by a keyed digest only.

The raw sender is never stored. Whoever holds the digest already (the gateway) uses it as it is.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, delete, select

from records.errors import ConversationNotFound
from records.inserting import insert, insert_or_raise_to
from records.messages import StoredMessage, record_message, replies_to, transcript
from records.models import Conversation, Message

__all__ = [
    "StoredConversation",
    "StoredMessage",
    "conversation_for",
    "forget_before",
    "get_conversation",
    "open_conversation",
    "record_message",
    "replies_to",
    "sender_digest",
    "touch_conversation",
    "transcript",
]


@dataclass(frozen=True)
class StoredConversation:
    """A conversation: its id (the keyed digest), its channel, its first and last moment."""

    id: str
    channel: str
    created_at: datetime
    last_at: datetime


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


def touch_conversation(session: Session, conversation_id: str, *, channel: str, now: datetime) -> None:
    """Begin the conversation if there is none, and note that it goes on at `now`."""
    row = {"id": conversation_id, "channel": channel, "created_at": now, "last_at": now}
    insert_or_raise_to(session, Conversation, row, "last_at")


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


def forget_before(session: Session, when: datetime) -> int:
    """Delete messages and conversations that ended before `when`; returns how many messages."""
    old = col(Message.created_at) < when
    # Answers first: those that go with what they answer would not be counted.
    answers = session.exec(delete(Message).where(old, col(Message.reply_to).is_not(None))).rowcount
    asked = session.exec(delete(Message).where(old)).rowcount
    session.exec(delete(Conversation).where(col(Conversation.last_at) < when))
    return int(answers + asked)
