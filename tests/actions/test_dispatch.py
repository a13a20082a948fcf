"""Rasa's action protocol: what goes back to which channel."""

from __future__ import annotations

from datetime import datetime
from types import SimpleNamespace
from typing import Any, cast

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from bot.actions.conversation import Conversation
from bot.actions.dispatch import CounterAction
from bot.actions.flow import Turn
from bot.actions.reply import Reply
from bot.actions.services import Services
from tests.conftest import FROZEN_NOW

BLOCK = {"type": "notice", "level": "info", "text": "x"}


def _answered(channel: str | None, metadata: dict[str, Any]) -> dict[str, Any]:
    """The one message of a reply with a block, to a message that came in on `channel`."""

    def respond(_turn: Turn) -> Reply:
        return Reply().say("x").show(dict(BLOCK))

    latest = {"text": "?", "intent": {"name": "help", "confidence": 1.0}, "entities": [], "metadata": metadata}
    events = [{"event": "user", "input_channel": channel}] if channel else []
    tracker = Tracker("s", {}, latest, events, False, None, {}, "action_listen")
    conversation = cast(Conversation, SimpleNamespace(respond=respond))
    dispatcher, now = CollectingDispatcher(), datetime.fromisoformat(FROZEN_NOW)
    CounterAction("action_talk", conversation, cast(Services, None), lambda: now).run(dispatcher, tracker, {})
    (message,) = dispatcher.messages
    assert message["text"] == "x"
    return cast("dict[str, Any]", message)


def test_the_terminal_gets_the_text_alone() -> None:
    """`rasa shell` prints blocks as raw JSON, forty lines after every quote."""
    assert _answered("cmdline", {})["custom"] == {}


@pytest.mark.parametrize(("channel", "metadata"), [(None, {}), (None, {"channel": "rest"}), ("counter", {})])
def test_every_other_channel_gets_the_blocks(channel: str | None, metadata: dict[str, Any]) -> None:
    assert _answered(channel, metadata)["custom"] == {"blocks": [BLOCK]}
