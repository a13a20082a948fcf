"""The tables. Their rows never leave this room: the functions beside it hand out frozen values."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, CheckConstraint, Index, MetaData, UniqueConstraint
from sqlmodel import Field, SQLModel

from records.columns import Moment

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)
DRAFT_STATUSES = ("draft", "complete", "abandoned")
HAND_OVER_STATUSES = ("open", "taken", "closed")


def _one_of(column: str, values: tuple[str, ...]) -> CheckConstraint:
    return CheckConstraint(f"{column} IN ({', '.join(repr(v) for v in values)})", name=column)


class Table(SQLModel):
    """Base of all tables: they share one metadata with names for every constraint."""

    metadata: ClassVar[MetaData] = METADATA


class Member(Table, table=True):
    """A member of the association; `demo` marks one that nobody is."""

    __tablename__ = "members"
    id: str = Field(primary_key=True, max_length=64)
    name: str = Field(max_length=200)
    demo: bool = False
    created_at: datetime = Field(sa_type=Moment)


class Policy(Table, table=True):
    """A member's contract as it was concluded; amounts in yen, the period half-open."""

    __tablename__ = "policies"
    __table_args__ = (CheckConstraint("period_from < period_until", name="period"),)
    number: str = Field(primary_key=True, max_length=40)
    member_id: str = Field(foreign_key="members.id", ondelete="CASCADE", index=True, max_length=64)
    product: str = Field(max_length=20)
    plan: str | None = Field(default=None, max_length=20)
    course: int | None = None
    industry: int | None = None
    code: str = Field(max_length=20)
    limits: dict[str, int] = Field(sa_type=JSON)
    deductible_yen: int | None = None
    premium_yen: int
    surcharge_percent: int
    period_from: datetime = Field(sa_type=Moment)
    period_until: datetime = Field(sa_type=Moment)


class LineLink(Table, table=True):
    """A LINE account, as a keyed digest, that a signed-in member has linked to himself."""

    __tablename__ = "line_links"
    sender_hash: str = Field(primary_key=True, max_length=64)
    member_id: str = Field(foreign_key="members.id", ondelete="CASCADE", index=True, max_length=64)
    linked_at: datetime = Field(sa_type=Moment)


class Quote(Table, table=True):
    """A quote as it was given; never changed, never removed.

    `conversation_id` is no foreign key: a quote outlives its conversation, and may be stored before it.
    """

    __tablename__ = "quotes"
    number: str = Field(primary_key=True, max_length=16)
    product: str = Field(max_length=20)
    inputs: dict[str, Any] = Field(sa_type=JSON)
    table_version: str = Field(max_length=200)
    result: dict[str, Any] = Field(sa_type=JSON)
    channel: str = Field(max_length=20)
    conversation_id: str | None = Field(default=None, index=True, max_length=64)
    created_at: datetime = Field(sa_type=Moment)


class Conversation(Table, table=True):
    """A sender's conversation on a channel; `id` is the keyed digest of both, never the raw sender."""

    __tablename__ = "conversations"
    id: str = Field(primary_key=True, max_length=64)
    channel: str = Field(max_length=20)
    created_at: datetime = Field(sa_type=Moment)
    last_at: datetime = Field(sa_type=Moment, index=True)


class Message(Table, table=True):
    """A message in or out, its text masked; `external_id` is the channel's id of one that came in."""

    __tablename__ = "messages"
    __table_args__ = (
        _one_of("direction", ("in", "out")),
        UniqueConstraint("conversation_id", "external_id"),
        Index("ix_messages_conversation_id_id", "conversation_id", "id"),
    )
    id: int | None = Field(default=None, primary_key=True)
    conversation_id: str = Field(foreign_key="conversations.id", ondelete="CASCADE", max_length=64)
    direction: str = Field(max_length=3)
    text: str
    buttons: list[dict[str, Any]] = Field(sa_type=JSON)
    blocks: list[dict[str, Any]] = Field(sa_type=JSON)
    external_id: str | None = Field(default=None, max_length=200)
    reply_to: int | None = Field(default=None, foreign_key="messages.id", ondelete="CASCADE", index=True)
    outcome: str = Field(default="", max_length=40)
    created_at: datetime = Field(sa_type=Moment, index=True)


class AccidentDraft(Table, table=True):
    """A draft of an accident report, kept after every answer."""

    __tablename__ = "accident_drafts"
    __table_args__ = (_one_of("status", DRAFT_STATUSES),)
    number: str = Field(primary_key=True, max_length=16)
    conversation_id: str | None = Field(default=None, index=True, max_length=64)
    fields_: dict[str, Any] = Field(sa_type=JSON, sa_column_kwargs={"name": "fields"})
    status: str = Field(max_length=10)
    created_at: datetime = Field(sa_type=Moment)
    updated_at: datetime = Field(sa_type=Moment, index=True)


class HandOver(Table, table=True):
    """A conversation that a person is to take over: what was said, in short, and how far it got."""

    __tablename__ = "hand_overs"
    __table_args__ = (_one_of("status", HAND_OVER_STATUSES),)
    number: str = Field(primary_key=True, max_length=16)
    conversation_id: str | None = Field(default=None, index=True, max_length=64)
    summary: str
    status: str = Field(index=True, max_length=10)
    note: str = ""
    created_at: datetime = Field(sa_type=Moment)
    updated_at: datetime = Field(sa_type=Moment, index=True)
