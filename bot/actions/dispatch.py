"""Rasa's action protocol around the conversation: tracker in, reply and the new state out.

Every action of the domain runs the same conversation; which one the engine's rules chose only names the meaning.
"""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from bot.actions import state as dialogue_state
from bot.actions.conversation import Conversation
from bot.actions.flow import Turn
from bot.actions.reply import Reply
from bot.actions.services import Services
from bot.actions.texts import Texts
from bot.actions.understanding import read
from bot.actions.unheard import begins_english

logger = logging.getLogger(__name__)

STATE_SLOT = "dialogue"
_KEY = re.compile(r"[0-9a-f]{32}")
ACTIONS = (
    "action_quote",
    "action_eligibility",
    "action_compare",
    "action_coverage",
    "action_payout",
    "action_accident",
    "action_login",
    "action_deadline",
    "action_contact",
    "action_policy",
    "action_answer",
    "action_continue",
    "action_talk",
    "action_unsure",
)
# Channels that print `custom` as raw JSON get the text alone: it is complete in itself.
TEXT_ONLY_CHANNELS = frozenset({"cmdline"})


class CounterAction(Action):
    """One of the domain's actions."""

    def __init__(self, name: str, conversation: Conversation, services: Services, now: Callable[[], datetime]) -> None:
        self._name, self._conversation, self._services, self._now = name, conversation, services, now

    def name(self) -> str:
        """The action's name in the domain."""
        return self._name

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> list[dict[str, Any]]:
        """Take one turn.

        Args:
            dispatcher: Receives the reply.
            tracker: The conversation's state and its latest message.
            domain: Not used.

        Returns:
            The event that stores the new state.
        """
        turn = self._turn(tracker)
        reply = self._conversation.respond(turn)
        utter(dispatcher, reply, blocks=turn.channel not in TEXT_ONLY_CHANNELS)
        return [SlotSet(STATE_SLOT, turn.state.as_json())]

    def _turn(self, tracker: Tracker) -> Turn:
        state = dialogue_state.load(tracker.get_slot(STATE_SLOT))
        heard = read(tracker.latest_message)
        state.lang = heard.language or ("en" if not state.greeted and begins_english(heard) else state.lang)
        metadata = tracker.latest_message.get("metadata") or {}
        return Turn(
            heard=heard,
            state=state,
            services=self._services,
            now=self._now(),
            t=Texts(state.lang),
            sender=tracker.sender_id,
            conversation_id=_conversation_id(tracker.sender_id),
            channel=str(metadata.get("channel") or tracker.get_latest_input_channel() or "rest"),
            member_id=metadata.get("member_id"),
        )


def utter(dispatcher: CollectingDispatcher, reply: Reply, *, blocks: bool) -> None:
    """Hand a reply to Rasa as one message: text, buttons and typed blocks."""
    buttons = [{"title": choice.title, "payload": choice.payload} for choice in reply.choices[:10]]
    custom = {"blocks": reply.blocks} if blocks and reply.blocks else None
    dispatcher.utter_message(text=reply.text, buttons=buttons, json_message=custom)


def _conversation_id(sender: str) -> str:
    """The conversation in records: the gateway already hands down its key; other channels' senders are digested."""
    return sender if _KEY.fullmatch(sender) else hashlib.sha256(sender.encode()).hexdigest()[:32]
