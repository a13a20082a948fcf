"""Forgets what need not be kept: messages, drafts, closed hand-overs. Quotes stay: they name nobody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from records import conversations, drafts, handovers


@dataclass(frozen=True)
class Forgotten:
    """How many were deleted."""

    messages: int
    drafts: int
    handovers: int


def forget_before(session: Session, when: datetime) -> Forgotten:
    """Delete everything that was last touched before `when`, but open hand-overs and quotes."""
    return Forgotten(
        conversations.forget_before(session, when),
        drafts.forget_before(session, when),
        handovers.forget_before(session, when),
    )
