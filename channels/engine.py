"""Asks the dialogue engine for the replies to one message, and checks what comes back.

The engine is trusted to be ours, not to be in order: whatever it answers, only well-formed replies pass on.
"""

from __future__ import annotations

import asyncio
import json
import logging
from typing import Any

from channels.loopback import LoopbackClient, LoopbackError, Unreachable
from records.blocks import BlockError, check_blocks

logger = logging.getLogger(__name__)

MESSAGE_PATH = "/webhooks/counter/webhook"
READY_PATH = "/webhooks/counter/"
RETRY_AFTER_SECONDS = 0.12
Reply = dict[str, Any]


class BadReply(LoopbackError):
    """The engine answered with something that is no list of replies."""

    code = "bad_reply"


class EngineFailed(LoopbackError):
    """The engine answered with an error status."""

    code = "engine_failed"


class Engine:
    """The dialogue engine as the gateway sees it."""

    def __init__(self, client: LoopbackClient) -> None:
        self._client = client

    async def replies(
        self, sender: str, message: str, metadata: dict[str, Any], seconds: float
    ) -> list[Reply]:
        """The replies to `message`; never an empty list.

        Raises:
            LoopbackError: no usable reply within `seconds`.
        """
        body = json.dumps({"sender": sender, "message": message, "metadata": metadata}).encode()
        try:
            response = await self._client.post_json(MESSAGE_PATH, body, seconds)
        except Unreachable:
            # Nothing was sent, so nothing can be done twice; a restarting engine may be back in a moment.
            await asyncio.sleep(min(RETRY_AFTER_SECONDS, seconds / 4))
            response = await self._client.post_json(MESSAGE_PATH, body, seconds * 3 / 4)
        if response.status != 200:
            raise EngineFailed
        try:
            parsed = json.loads(response.body)
        except ValueError as exc:
            raise BadReply from exc
        return usable_replies(parsed)


def usable_replies(parsed: Any) -> list[Reply]:
    """The well-formed replies of an engine's answer, without recipient.

    Raises:
        BadReply: there is none.
    """
    replies = [_usable(item) for item in parsed if isinstance(item, dict)] if isinstance(parsed, list) else []
    kept = [reply for reply in replies if reply]
    if not any("text" in reply for reply in kept):
        raise BadReply
    return kept


def _usable(item: dict[str, Any]) -> Reply:
    reply: Reply = {}
    text = item.get("text")
    if isinstance(text, str) and text.strip():
        reply["text"] = text
    buttons = [b for b in map(_button, item.get("buttons") or ()) if b]
    if buttons:
        reply["buttons"] = buttons
    custom = item.get("custom")
    blocks = custom.get("blocks") if isinstance(custom, dict) else None
    if blocks:
        try:
            check_blocks(blocks)
            reply["custom"] = {"blocks": blocks}
        except BlockError:
            # The text is complete in itself, so the member loses only the richer form.
            logger.warning("A reply's blocks fail their schema and are left out.")
    return reply


def _button(button: Any) -> dict[str, str] | None:
    if not isinstance(button, dict):
        return None
    title, payload = button.get("title"), button.get("payload")
    if not isinstance(title, str) or not isinstance(payload, str) or payload.startswith("/") or not payload:
        return None
    return {"title": title, "payload": payload}
