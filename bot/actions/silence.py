"""What becomes of an open question after a long silence."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from bot.actions import meaning
from bot.actions.flow import Turn
from bot.actions.state import OpenFlow
from bot.actions.sureness import LONG_SILENCE

if TYPE_CHECKING:
    from bot.actions.conversation import Conversation


def pause(conversation: Conversation, turn: Turn) -> OpenFlow | None:
    """After a long silence the open flow waits; the member is told that it can be taken up again."""
    state = turn.state
    if not state.last_at or state.flow is None:
        return None
    if turn.now - datetime.fromisoformat(state.last_at) < LONG_SILENCE:
        return None
    if turn.heard.intent == "resume" or _still_answers(conversation, turn, state.flow):
        return None
    paused = state.flow
    state.facts["paused"] = paused.id
    state.facts["paused_slot"] = paused.asked
    paused.asked = None
    return paused


def _still_answers(conversation: Conversation, turn: Turn, open_flow: OpenFlow) -> bool:
    """Whether a message after a long silence answers the question that was open; free words may be anything."""
    if open_flow.asked is None:
        return False
    flow = conversation.flows[open_flow.id]
    other = turn.heard.intent in conversation.talk or meaning.question(conversation, turn, flow)
    if other and conversation.kind(open_flow) == "text":
        return False
    return open_flow.asked in flow.hear(turn, open_flow.values, open_flow.asked)
