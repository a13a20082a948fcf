"""What the gateway keeps in records: quotes, drafts and turns, each in one transaction.

Every function here blocks and is called in a thread.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from channels.answers import Turn
from channels.engine import Reply
from rating import Quote
from records.conversations import StoredMessage, replies_to
from records.database import Database
from records.drafts import StoredDraft, get_draft
from records.quotes import StoredQuote, add_quote, get_quote
from records.turns import Said, record_turn

API_CHANNEL = "api"


class Quotes:
    """Quotes in records."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, inputs: dict[str, Any], quote: Quote, now: datetime) -> StoredQuote:
        """Store a quote under a new number."""
        with self._database.session() as session:
            return add_quote(
                session,
                product=quote.product,
                inputs=inputs,
                table_version=quote.tariff_version,
                result=quote.as_dict(),
                channel=API_CHANNEL,
                conversation_id=None,
                now=now,
            )

    def get(self, number: str) -> StoredQuote:
        """The quote with this number, however it was typed.

        Raises:
            QuoteNotFound: there is none.
        """
        with self._database.session(read_only=True) as session:
            return get_quote(session, number)


class Drafts:
    """Drafts of accident reports in records."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, number: str) -> StoredDraft:
        """The draft with this number, however it was typed.

        Raises:
            DraftNotFound: there is none.
        """
        with self._database.session(read_only=True) as session:
            return get_draft(session, number)


class TurnLog:
    """Conversations and messages in records."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def write(self, turns: Sequence[Turn]) -> None:
        """Write turns in one transaction."""
        with self._database.session() as session:
            for turn in turns:
                record_turn(
                    session,
                    turn.conversation,
                    channel=turn.channel,
                    text=turn.text,
                    replies=[_said(reply) for reply in turn.replies],
                    now=turn.received_at,
                    external_id=turn.message_id,
                    outcome=turn.outcome,
                )

    def first_answer(self, conversation: str, message_id: str) -> list[Reply] | None:
        """The replies that the message got, or None when there was no such message."""
        with self._database.session(read_only=True) as session:
            found = replies_to(session, conversation, message_id)
        return None if found is None else [_reply(message) for message in found]


def _said(reply: Reply) -> Said:
    blocks = reply.get("custom", {}).get("blocks", ())
    return Said(reply.get("text", ""), reply.get("buttons", ()), blocks)


def _reply(message: StoredMessage) -> Reply:
    reply: Reply = {}
    if message.text:
        reply["text"] = message.text
    if message.buttons:
        reply["buttons"] = message.buttons
    if message.blocks:
        reply["custom"] = {"blocks": message.blocks}
    return reply
