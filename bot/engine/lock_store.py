"""One asyncio lock a conversation instead of Rasa's tickets.

Rasa's lock store polls once a second: five quick messages of one sender take over two seconds, and an action that
outlives the ticket loses messages. The engine is one process, so a fair in-process lock is enough; the gateway keeps
the order of a sender's messages besides.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from weakref import WeakValueDictionary

from rasa.core.lock import TicketLock
from rasa.core.lock_store import InMemoryLockStore
from rasa.utils.endpoints import EndpointConfig


class ConversationLockStore(InMemoryLockStore):
    """Serialises the turns of one conversation, first come first served."""

    def __init__(self, endpoint_config: EndpointConfig | None = None) -> None:
        super().__init__()
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    @asynccontextmanager
    async def lock(
        self, conversation_id: str, lock_lifetime: float = 0, wait_time_in_seconds: float = 0
    ) -> AsyncGenerator[TicketLock, None]:
        """Hold the conversation's lock; the two times of the parent are not needed."""
        lock = self._locks.get(conversation_id)
        if lock is None:
            lock = self._locks[conversation_id] = asyncio.Lock()
        async with lock:
            yield TicketLock(conversation_id)
