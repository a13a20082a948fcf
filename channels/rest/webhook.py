"""POST /webhooks/rest/webhook: Rasa's own REST contract, kept more strictly than by Rasa itself.

Never an empty list; every refusal has a reason. It only checks and translates; the turn is channels/turns.py.
"""

from __future__ import annotations

import json
from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.responses import JSONResponse

from channels.answers import Incoming
from channels.cleaning import is_plain
from channels.errors import BadRequest, NotJson, TooFast, TooLong
from channels.languages import wanted_language
from channels.service import service

router = APIRouter()

MAXIMUM_ID_CHARS = 200
# A character takes at most 12 bytes in JSON (two escaped surrogates); the rest of the body may take this
# much.
BYTES_PER_CHAR = 12
BODY_ALLOWANCE_BYTES = 8_192
# One address book of conversations for the widget and plain REST; the name is for counting only.
CONVERSATION_CHANNEL = "rest"
COUNTED_CHANNELS = frozenset({"rest", "web"})


@router.post("/webhooks/rest/webhook", tags=["conversation"])
async def receive(request: Request) -> Response:
    """Take one message of a sender and give the counter's replies."""
    counter = service(request)
    body = await _body(request, counter.max_message_chars * BYTES_PER_CHAR + BODY_ALLOWANCE_BYTES)
    incoming = _incoming(body, counter.max_message_chars)
    wait = counter.rate.wait_seconds(incoming.sender)
    if wait:
        raise TooFast(counter.texts.get(wanted_language(request), "refusal.too_fast", seconds=wait), wait)
    answer = await counter.turns.answer(incoming)
    return JSONResponse([{"recipient_id": incoming.sender, **reply} for reply in answer.replies])


async def _body(request: Request, maximum_bytes: int) -> dict[str, Any]:
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > maximum_bytes:
            raise TooLong(f"The body is longer than {maximum_bytes} bytes.")
        parts.append(part)
    try:
        body = json.loads(b"".join(parts))
    except (ValueError, RecursionError) as exc:
        raise NotJson("The body is not JSON.") from exc
    if not isinstance(body, dict):
        raise NotJson("The body must be an object with sender and message.")
    return body


def _incoming(body: dict[str, Any], max_message_chars: int) -> Incoming:
    sender = _id(body.get("sender"), "sender")
    message = body.get("message")
    if not isinstance(message, str):
        raise BadRequest("message must be a text.")
    if len(message) > max_message_chars:
        raise TooLong(f"message is longer than {max_message_chars} characters.")
    metadata = body.get("metadata")
    if metadata is not None and not isinstance(metadata, dict):
        raise BadRequest("metadata must be an object.")
    metadata = metadata or {}
    message_id = metadata.get("message_id")
    if message_id is not None:
        message_id = _id(message_id, "metadata.message_id")
    channel = metadata.get("channel")
    counted = channel if isinstance(channel, str) and channel in COUNTED_CHANNELS else CONVERSATION_CHANNEL
    # Nothing of a stranger's metadata goes on: it could claim to be somebody.
    return Incoming(CONVERSATION_CHANNEL, sender, message, message_id, counted)


def _id(value: Any, name: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise BadRequest(f"{name} must be a text that is not empty.")
    if len(value) > MAXIMUM_ID_CHARS or not is_plain(value):
        raise BadRequest(f"{name} must be at most {MAXIMUM_ID_CHARS} characters without control characters.")
    return value
