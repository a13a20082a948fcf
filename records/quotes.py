"""Quotes as they were given: stored once with inputs, table version and result, and never changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NoReturn

from sqlalchemy import event
from sqlalchemy.orm import ORMExecuteState
from sqlmodel import Session, col, select

from records.errors import Immutable, QuoteNotFound
from records.inserting import insert_numbered
from records.models import Quote
from records.numbers import NumberInvalid, parse_number


@dataclass(frozen=True)
class StoredQuote:
    """A stored quote.

    Attributes:
        number: As people read it, for example Q7K3M-9TP2X.
        product: third_party, assembly or cyber.
        inputs: What was asked for.
        table_version: The version of the tariff that spoke.
        result: `rating.Quote.as_dict()` of that moment.
        channel: Where it was asked.
        conversation_id: The conversation, or None when there was none.
        created_at: The moment, Japan time.
    """

    number: str
    product: str
    inputs: dict[str, Any]
    table_version: str
    result: dict[str, Any]
    channel: str
    conversation_id: str | None
    created_at: datetime


def add_quote(
    session: Session,
    *,
    product: str,
    inputs: Mapping[str, Any],
    table_version: str,
    result: Mapping[str, Any],
    channel: str,
    conversation_id: str | None,
    now: datetime,
) -> StoredQuote:
    """Store a quote under a new number."""
    values: dict[str, Any] = {
        "product": product,
        "inputs": dict(inputs),
        "table_version": table_version,
        "result": dict(result),
        "channel": channel,
        "conversation_id": conversation_id or None,
        "created_at": now,
    }
    return StoredQuote(number=insert_numbered(session, Quote, "Q", values), **values)


def get_quote(session: Session, number: str) -> StoredQuote:
    """The quote with this number, however it was typed (lower case, full width, without hyphen).

    Raises:
        QuoteNotFound: there is none.
    """
    try:
        row = session.get(Quote, parse_number("Q", number))
    except NumberInvalid as exc:
        raise QuoteNotFound("what was given is no number of a quote") from exc
    if row is None:
        raise QuoteNotFound("no quote has this number")
    return _stored(row)


def quotes_of(session: Session, conversation_id: str) -> tuple[StoredQuote, ...]:
    """The quotes of a conversation, oldest first."""
    theirs = select(Quote).where(col(Quote.conversation_id) == conversation_id)
    in_order = theirs.order_by(col(Quote.created_at), col(Quote.number))
    return tuple(_stored(row) for row in session.exec(in_order))


def _stored(row: Quote) -> StoredQuote:
    return StoredQuote(
        row.number,
        row.product,
        row.inputs,
        row.table_version,
        row.result,
        row.channel,
        row.conversation_id,
        row.created_at,
    )


@event.listens_for(Quote, "before_update")
@event.listens_for(Quote, "before_delete")
def _refuse_change(*_: object) -> NoReturn:
    raise Immutable("a stored quote can neither be changed nor removed")


@event.listens_for(Session, "do_orm_execute")
def _refuse_bulk_change(state: ORMExecuteState) -> None:
    if (state.is_update or state.is_delete) and any(m.class_ is Quote for m in state.all_mappers):
        raise Immutable("a stored quote can neither be changed nor removed")
