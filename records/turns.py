"""A whole turn at once: what the member said and all that was answered, stored once for a message id."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from records.conversations import touch_conversation
from records.messages import StoredMessage, insert_turn, message_row


@dataclass(frozen=True)
class Said:
    """One reply: its text, its buttons (title and payload), its blocks as in records.blocks."""

    text: str
    buttons: Sequence[Mapping[str, Any]] = ()
    blocks: Sequence[Mapping[str, Any]] = ()


def record_turn(
    session: Session,
    conversation_id: str,
    *,
    channel: str,
    text: str,
    replies: Sequence[Said],
    now: datetime,
    external_id: str | None = None,
    outcome: str = "",
) -> StoredMessage:
    """Store a message and its replies, and begin the conversation if there is none; returns the message.

    A turn whose external id this conversation has already is not stored again: the first answer stands.

    Args:
        session: A transaction.
        conversation_id: The keyed digest of channel and sender.
        channel: rest, web, line and so on.
        text: What the member said, masked.
        replies: What was answered, in its order.
        now: The moment.
        external_id: The channel's own id of the message.
        outcome: How it was answered, in one word.
    """
    touch_conversation(session, conversation_id, channel=channel, now=now)
    asked = message_row(conversation_id, "in", text, now, external_id=external_id, outcome=outcome)
    answers = [
        message_row(conversation_id, "out", reply.text, now, buttons=reply.buttons, blocks=reply.blocks)
        for reply in replies
    ]
    return insert_turn(session, asked, answers)
