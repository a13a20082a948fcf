"""The engine's only door: POST /webhooks/counter/webhook, on loopback, with a token in the header.

Rasa's REST channel answers 200 with an empty list when anything fails, splits texts at blank lines and compares
tokens in the query string. This channel answers 503 when no reply came about, keeps one reply one message, and
compares the token in constant time. It writes no message text into logs.
"""

from __future__ import annotations

import gc
import hmac
import logging
import os
from collections.abc import Awaitable, Callable
from typing import Any

from rasa.core.channels.channel import CollectingOutputChannel, InputChannel, UserMessage
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.engine.earlier import Earlier

logger = logging.getLogger(__name__)


class ReplyCollector(CollectingOutputChannel):
    """Collects a turn's replies; text, buttons and blocks of one utterance stay one message."""

    @classmethod
    def name(cls) -> str:
        """The channel's name in the tracker."""
        return "counter"

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """Keep an utterance whole."""
        kept = {key: message[key] for key in ("text", "buttons", "custom") if message.get(key)}
        if kept:
            self.messages.append({"recipient_id": recipient_id, **kept})


class CounterChannel(InputChannel):
    """Takes a message from the gateway and gives back the dialogue's replies."""

    @classmethod
    def name(cls) -> str:
        """The channel's name, part of its address."""
        return "counter"

    def __init__(self, token: str) -> None:
        self._token = token.encode()
        self._earlier = Earlier()
        self._frozen = False

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> CounterChannel:
        """Take the token from the environment."""
        return cls(os.environ["INTERNAL_TOKEN"])

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """The two routes of this channel."""
        blueprint = Blueprint("counter_channel", "counter_channel")

        @blueprint.route("/", methods=["GET"])
        async def ready(request: Request) -> HTTPResponse:
            agent = getattr(request.app.ctx, "agent", None)
            if agent is None or not agent.is_ready():
                return _fault(503, "not_ready", "The model is not loaded yet.")
            self._settle()
            return response.json({"status": "ok"})

        @blueprint.route("/webhook", methods=["POST"])
        async def receive(request: Request) -> HTTPResponse:
            if not self._allowed(request):
                return _fault(401, "unauthorized", "The internal token is missing or wrong.")
            body = request.json
            if not _is_message(body):
                return _fault(422, "bad_message", "Expected sender and message, both text.")
            return await self._answer(on_new_message, body)

        return blueprint

    async def _answer(
        self, on_new_message: Callable[[UserMessage], Awaitable[Any]], body: dict[str, Any]
    ) -> HTTPResponse:
        collector = ReplyCollector()
        # A typed "/intent{...}" would bypass understanding: Rasa takes a leading slash as a command.
        text = body["message"].lstrip("/ ") or "?"
        metadata = {**(body.get("metadata") or {}), "earlier": self._earlier.before(body["sender"], text)}
        message = UserMessage(text, collector, body["sender"], input_channel=self.name(), metadata=metadata)
        try:
            await on_new_message(message)
        except Exception as error:
            logger.error("A turn failed: %s", type(error).__name__)
            return _fault(500, "turn_failed", "The dialogue failed on this message.")
        if not collector.messages:
            return _fault(503, "no_reply", "The action server gave no reply.")
        return response.json(collector.messages)

    def _allowed(self, request: Request) -> bool:
        given = request.headers.get("authorization", "")
        return hmac.compare_digest(given.encode(), b"Bearer " + self._token)

    def _settle(self) -> None:
        """Move what was loaded out of the garbage collector's sight: its full passes took 250 ms."""
        if not self._frozen:
            gc.collect()
            gc.freeze()
            self._frozen = True


def _is_message(body: Any) -> bool:
    return (
        isinstance(body, dict)
        and isinstance(body.get("sender"), str)
        and bool(body["sender"])
        and isinstance(body.get("message"), str)
        and isinstance(body.get("metadata") or {}, dict)
    )


def _fault(status: int, code: str, message: str) -> HTTPResponse:
    return response.json({"code": code, "message": message}, status=status)
