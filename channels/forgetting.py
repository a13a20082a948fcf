"""Forgets what is older than KEEP_DAYS, when the gateway starts and once a day after that.

What is forgotten, and what never is, records/retention.py decides; here is only when.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from records.database import Database
from records.errors import RecordsError
from records.retention import Forgotten, forget_before

logger = logging.getLogger(__name__)

DAY_SECONDS = 24 * 60 * 60.0


class Forgetting:
    """The daily forgetting of one gateway; several gateways on one database do no harm."""

    def __init__(
        self, database: Database, keep_days: int, now: Callable[[], datetime], every_seconds: float = DAY_SECONDS
    ) -> None:
        """Prepare; `keep_days` of 0 keeps everything."""
        self._database = database
        self._keep = timedelta(days=keep_days)
        self._now = now
        self._every_seconds = every_seconds
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin, unless everything is kept."""
        if self._keep:
            self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """End; a deletion at work is finished or taken back by its transaction."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        while True:
            try:
                forgotten = await asyncio.to_thread(self._forget)
            except RecordsError as error:
                logger.error("Nothing was forgotten, and it is tried again tomorrow: %s", error.code)
            else:
                logger.info(
                    "Forgotten: %d messages, %d drafts, %d hand-overs",
                    forgotten.messages, forgotten.drafts, forgotten.handovers,
                )  # fmt: skip
            await asyncio.sleep(self._every_seconds)

    def _forget(self) -> Forgotten:
        when = self._now() - self._keep
        with self._database.session() as session:
            return forget_before(session, when)
