"""A message as it came in, its answer, and what is remembered of both."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from channels.engine import Reply


@dataclass(frozen=True)
class Incoming:
    """A message as a channel received it; `counted_as` is its channel's name in the metrics, if another."""

    channel: str
    sender: str
    text: str
    message_id: str | None = None
    counted_as: str = ""
    metadata: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Answer:
    """The replies to a message, and in one word how they came about (for metrics)."""

    replies: list[Reply]
    outcome: str


@dataclass(frozen=True)
class Turn:
    """What is remembered of a turn; the text is masked, the conversation a keyed digest."""

    conversation: str
    channel: str
    language: str
    message_id: str | None
    text: str
    replies: list[Reply]
    outcome: str
    received_at: datetime
    duration_ms: int
