"""One turn: clean, mask, keep the order, ask the engine, answer in time, remember.

The only way from a channel to the engine. It never lets an unmasked text, a raw sender id or an empty
answer through.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from channels.answers import Answer, Incoming, Turn
from channels.cleaning import clean, language_of
from channels.engine import Engine, Reply
from channels.failures import FailureReplies, QueuedTooLong, TurnBrokeOff
from channels.identity import SenderKeys
from channels.limits import SenderOrder
from channels.loopback import LoopbackError, Overdue
from channels.masking import Masked, Masker
from channels.measures import Measures
from channels.repeats import Key, Repeats
from channels.texts import Texts

logger = logging.getLogger(__name__)

# An answer that comes later than the member waited is still kept for the repeat of the message.
LATE_SECONDS = 12.0
# What the gateway itself needs after the engine's time is up.
MARGIN_SECONDS = 0.15


class History(Protocol):
    """Where turns are remembered."""

    async def remember(self, turn: Turn) -> None:
        """Take a turn to be written soon."""

    async def first_answer(self, conversation: str, message_id: str) -> list[Reply] | None:
        """The replies that a message with this id got before, or None when there was no such message."""


@dataclass
class Turns:
    """Takes messages and gives answers; one for the whole process."""

    engine: Engine
    history: History
    keys: SenderKeys
    masker: Masker
    texts: Texts
    failures: FailureReplies
    now: Callable[[], datetime]
    timeout_seconds: float
    repeats: Repeats
    measures: Measures
    _order: SenderOrder = field(default_factory=SenderOrder)
    _running: set[asyncio.Task[Answer]] = field(default_factory=set)
    _passed_on: set[asyncio.Task[Any]] = field(default_factory=set)

    async def answer(self, incoming: Incoming) -> Answer:
        """The answer to a message, never empty and never later than `timeout_seconds`."""
        started = asyncio.get_running_loop().time()
        answer = await self._answer(incoming, started + self.timeout_seconds - MARGIN_SECONDS)
        seconds = asyncio.get_running_loop().time() - started
        self.measures.turn(incoming.counted_as or incoming.channel, answer.outcome, seconds)
        return answer

    async def _answer(self, incoming: Incoming, deadline: float) -> Answer:
        cleaned = clean(incoming.text)
        language = language_of(cleaned)
        masked = self.masker.mask(cleaned, language)
        self.measures.struck_out(masked.kinds)
        if not masked.text:
            return Answer([{"text": self.texts.get(language, "reply.empty")}], "empty")
        conversation = self.keys.of(incoming.channel, incoming.sender)
        repeat_key = (conversation, incoming.message_id) if incoming.message_id else None
        task = self.repeats.answer_to(repeat_key)
        if task is None:
            task = asyncio.create_task(self._take(incoming, masked, language, conversation))
            self._running.add(task)
            task.add_done_callback(self._running.discard)
            self.repeats.hold(repeat_key, task)
        return await self._in_time(task, deadline, language, repeat_key)

    async def finish(self, seconds: float) -> None:
        """Let the turns under way end; used at shutdown."""
        if self._running:
            await asyncio.wait(set(self._running), timeout=seconds)

    async def _in_time(
        self, task: asyncio.Task[Answer], deadline: float, language: str, repeat_key: Key | None
    ) -> Answer:
        left = max(0.0, deadline - asyncio.get_running_loop().time())
        done, _ = await asyncio.wait({task}, timeout=left)
        if done and not task.cancelled():
            return self._outcome(task, language, repeat_key)
        if task in self._passed_on:
            # The engine is still at work: its answer is kept for the repeat, and the member is told now.
            return self._failed(Overdue(), language)
        # Still behind an earlier message of the same sender: taken back, so that sending again does it once.
        task.cancel()
        self.repeats.forget(repeat_key)
        return self._failed(QueuedTooLong(), language)

    def _outcome(self, task: asyncio.Task[Answer], language: str, repeat_key: Key | None) -> Answer:
        fault = task.exception()
        if fault is None:
            return task.result()
        logger.error("A turn broke off: %s", type(fault).__name__)
        self.repeats.forget(repeat_key)
        return self._failed(TurnBrokeOff(), language)

    async def _take(self, incoming: Incoming, masked: Masked, language: str, conversation: str) -> Answer:
        received_at, started = self.now(), asyncio.get_running_loop().time()
        message_id = incoming.message_id
        metadata = {**incoming.metadata, "channel": incoming.channel, "language": language}
        async with self._order.turn(conversation):
            if before := await self._answered_before(conversation, message_id):
                return before
            self._mark_passed_on()
            try:
                replies = await self.engine.replies(conversation, masked.text, metadata, LATE_SECONDS)
                outcome = "answered"
            except LoopbackError as failure:
                logger.warning("A turn failed: %s", failure.code)
                replies, outcome = self._failed(failure, language).replies, failure.code
                # A repeat of this message is a new attempt, not a repeat of the failure.
                self.repeats.forget((conversation, message_id or ""))
                message_id = None
            replies = self._noticed(replies, masked, language)
            duration = round((asyncio.get_running_loop().time() - started) * 1000)
            await self.history.remember(
                Turn(
                    conversation=conversation,
                    channel=incoming.channel,
                    language=language,
                    message_id=message_id,
                    text=masked.text,
                    replies=replies,
                    outcome=outcome,
                    received_at=received_at,
                    duration_ms=duration,
                )
            )
        return Answer(replies, outcome)

    async def _answered_before(self, conversation: str, message_id: str | None) -> Answer | None:
        if message_id is None or not self.repeats.may_be_stored((conversation, message_id)):
            return None
        replies = await self.history.first_answer(conversation, message_id)
        return Answer(replies, "repeated") if replies else None

    def _mark_passed_on(self) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._passed_on.add(task)
            task.add_done_callback(self._passed_on.discard)

    def _noticed(self, replies: list[Reply], masked: Masked, language: str) -> list[Reply]:
        """The replies, with a kind word in front when something was struck out of the message."""
        if not masked.kinds:
            return replies
        kinds = self.texts.get(language, "mask.joiner").join(
            self.texts.get(language, f"mask.{kind}") for kind in sorted(masked.kinds)
        )
        text = self.texts.get(language, "mask.notice", kinds=kinds)
        if "card_number" in masked.kinds:
            text += "\n" + self.texts.get(language, "mask.no_payment")
        custom = {
            "blocks": [{"type": "notice", "level": "warning", "text": text}],
            "masked_message": masked.text,
        }
        return [{"text": text, "custom": custom}, *replies]

    def _failed(self, failure: LoopbackError, language: str) -> Answer:
        return Answer([self.failures.reply(failure, language)], failure.code)
