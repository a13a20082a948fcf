"""How much one sender, and all together, may ask of the gateway; memory stays bounded whatever comes.

Limits go by sender, not by address: a whole office comes from one address.
"""

from __future__ import annotations

import asyncio
import math
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

MAXIMUM_SENDERS = 20_000


class SenderRate:
    """A token bucket for each sender: a minute's allowance at once at most, refilled evenly."""

    def __init__(
        self, per_minute: int, monotonic: Callable[[], float], remembered: int = MAXIMUM_SENDERS
    ) -> None:
        self._burst = float(per_minute)
        self._per_second = per_minute / 60
        self._monotonic = monotonic
        self._remembered = remembered
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait_seconds(self, sender: str) -> int:
        """Take one message from `sender`'s allowance; 0, or the seconds until there is one again."""
        now = self._monotonic()
        tokens, since = self._buckets.pop(sender, (self._burst, now))
        tokens = min(self._burst, tokens + (now - since) * self._per_second)
        allowed = tokens >= 1
        self._buckets[sender] = (tokens - 1 if allowed else tokens, now)
        if len(self._buckets) > self._remembered:
            self._buckets.popitem(last=False)
        return 0 if allowed else math.ceil((1 - tokens) / self._per_second)


class SenderOrder:
    """One message of a sender at a time, in the order of arrival; an idle sender takes no memory."""

    def __init__(self) -> None:
        self._locks: dict[str, tuple[asyncio.Lock, int]] = {}

    @asynccontextmanager
    async def turn(self, sender: str) -> AsyncIterator[None]:
        """Hold the turn of `sender`."""
        lock, users = self._locks.get(sender) or (asyncio.Lock(), 0)
        self._locks[sender] = (lock, users + 1)
        try:
            async with lock:
                yield
        finally:
            lock, users = self._locks[sender]
            if users == 1:
                del self._locks[sender]
            else:
                self._locks[sender] = (lock, users - 1)

    def __len__(self) -> int:
        return len(self._locks)
