"""Writes turns into records, off the hot path: a bounded queue and one writer of batches.

A full queue makes the next turn wait instead of losing one; at shutdown everything in the queue is written.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence

from channels.answers import Turn
from channels.engine import Reply

logger = logging.getLogger(__name__)

QUEUE_SIZE = 1_000
BATCH_SIZE = 100
RETRY_SECONDS = 0.5
# A turn need not be on disk before the next one: waiting a little makes one transaction of many.
GATHER_SECONDS = 0.02
ATTEMPTS = 5

WriteTurns = Callable[[Sequence[Turn]], None]
ReadAnswer = Callable[[str, str], list[Reply] | None]


class QueuedHistory:
    """The history of turns, written by `write` and read by `read`, both of which may block."""

    def __init__(self, write: WriteTurns, read: ReadAnswer) -> None:
        self._write = write
        self._read = read
        self._queue: asyncio.Queue[Turn] = asyncio.Queue(QUEUE_SIZE)
        self._writer: asyncio.Task[None] | None = None
        self.lost = 0

    def start(self) -> None:
        """Begin to write."""
        self._writer = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Write what is left, then end."""
        if self._writer is None:
            return
        await self._queue.join()
        self._writer.cancel()
        await asyncio.gather(self._writer, return_exceptions=True)

    async def remember(self, turn: Turn) -> None:
        """Take a turn to be written soon; waits while the queue is full."""
        await self._queue.put(turn)

    async def first_answer(self, conversation: str, message_id: str) -> list[Reply] | None:
        """The replies that a message with this id got before, or None."""
        return await asyncio.to_thread(self._read, conversation, message_id)

    @property
    def waiting(self) -> int:
        """Turns not yet written."""
        return self._queue.qsize()

    async def _run(self) -> None:
        while True:
            batch = [await self._queue.get()]
            await asyncio.sleep(GATHER_SECONDS)
            while len(batch) < BATCH_SIZE and not self._queue.empty():
                batch.append(self._queue.get_nowait())
            await self._write_surely(batch)
            for _ in batch:
                self._queue.task_done()

    async def _write_surely(self, batch: list[Turn]) -> None:
        for attempt in range(ATTEMPTS):
            try:
                await asyncio.to_thread(self._write, batch)
            except Exception as error:
                logger.error("History was not written (attempt %d): %s", attempt + 1, type(error).__name__)
                await asyncio.sleep(RETRY_SECONDS * (attempt + 1))
            else:
                return
        self.lost += len(batch)
        logger.error("%d turns are not in the history.", len(batch))
