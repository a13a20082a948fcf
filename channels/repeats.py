"""Which messages were taken before: a repeat gets the first answer, a new one costs no look-up.

Answers are held for a while in memory; of older ones only that they were there, so that records are asked
for those. Answers of the process before this one are asked for as long as somebody may still be repeating
them.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable

from channels.answers import Answer

HELD_ANSWERS = 2_000
KNOWN_MESSAGES = 100_000
# How long after a restart a client may still repeat what it sent before.
AFTER_START_SECONDS = 300.0

Key = tuple[str, str]


class Repeats:
    """The messages taken of late, by conversation and message id."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._started = monotonic()
        self._answers: OrderedDict[Key, asyncio.Task[Answer]] = OrderedDict()
        self._known: OrderedDict[int, None] = OrderedDict()

    def answer_to(self, key: Key | None) -> asyncio.Task[Answer] | None:
        """The answer that the message gets or got, if it is still held."""
        return self._answers.get(key) if key else None

    def may_be_stored(self, key: Key) -> bool:
        """Whether records may hold an answer to a message that is not held here."""
        young = self._monotonic() - self._started < AFTER_START_SECONDS
        return young or hash(key) in self._known

    def hold(self, key: Key | None, answer: asyncio.Task[Answer]) -> None:
        """Hold the answer to a message."""
        if key is None:
            return
        self._answers[key] = answer
        if len(self._answers) > HELD_ANSWERS:
            oldest, _ = self._answers.popitem(last=False)
            self._known[hash(oldest)] = None
            if len(self._known) > KNOWN_MESSAGES:
                self._known.popitem(last=False)

    def forget(self, key: Key | None) -> None:
        """Let the next message with this key be a new one."""
        if key:
            self._answers.pop(key, None)
