"""A tracker store with a bounded window, so that turn 300 costs what turn 5 costs.

Stock Rasa reloads, copies and re-sends every event since the session began. Our history lives in records/; what the
engine needs between two turns is the slots and the fact that it listens. So a saved tracker is a snapshot: one
SlotSet for each slot that is set, and one action_listen. Kept in SQLite (WAL: it survives kill -9) or in Redis.
It must not become a place where message texts are kept.
"""

from __future__ import annotations

import json
import os
import sqlite3
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Protocol

from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import SerializedTrackerAsText, TrackerStore
from rasa.shared.core.constants import ACTION_LISTEN_NAME, SESSION_START_METADATA_SLOT
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, SessionStarted, SlotSet
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

_KEEP_SECONDS = 60 * 60 * 24 * 30


class Snapshots(Protocol):
    """Where snapshots are kept."""

    def read(self, sender: str) -> str | None:
        """The stored snapshot, or None for an unknown sender."""

    def write(self, sender: str, body: str) -> None:
        """Store a snapshot in place of the earlier one."""

    def senders(self) -> list[str]:
        """All known senders."""


class SqliteSnapshots:
    """Snapshots in one SQLite file; forgets what nobody touched for 30 days."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=NORMAL")
        self._db.execute("CREATE TABLE IF NOT EXISTS snapshot (sender TEXT PRIMARY KEY, body TEXT, at REAL)")
        self._db.execute("DELETE FROM snapshot WHERE at < ?", (time.time() - _KEEP_SECONDS,))

    def read(self, sender: str) -> str | None:
        """See `Snapshots`."""
        row = self._db.execute("SELECT body FROM snapshot WHERE sender = ?", (sender,)).fetchone()
        return row[0] if row else None

    def write(self, sender: str, body: str) -> None:
        """See `Snapshots`."""
        self._db.execute("INSERT OR REPLACE INTO snapshot VALUES (?, ?, ?)", (sender, body, time.time()))

    def senders(self) -> list[str]:
        """See `Snapshots`."""
        return [row[0] for row in self._db.execute("SELECT sender FROM snapshot")]


class RedisSnapshots:
    """Snapshots in Redis, expiring after 30 days."""

    def __init__(self, url: str) -> None:
        import redis

        self._redis = redis.Redis.from_url(url, socket_timeout=2, decode_responses=True)

    def read(self, sender: str) -> str | None:
        """See `Snapshots`."""
        return self._redis.get(f"madoguchi:tracker:{sender}")

    def write(self, sender: str, body: str) -> None:
        """See `Snapshots`."""
        self._redis.set(f"madoguchi:tracker:{sender}", body, ex=_KEEP_SECONDS)

    def senders(self) -> list[str]:
        """See `Snapshots`."""
        prefix = "madoguchi:tracker:"
        return [key[len(prefix) :] for key in self._redis.scan_iter(f"{prefix}*")]


class WindowTrackerStore(TrackerStore, SerializedTrackerAsText):
    """Keeps of each conversation its slots; named in bot/endpoints.yml."""

    def __init__(
        self,
        domain: Domain,
        host: EndpointConfig | str | None = None,
        event_broker: EventBroker | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(domain, event_broker, **kwargs)
        redis_url = os.environ.get("REDIS_URL", "")
        folder = Path(os.environ.get("DATA_DIR") or "var")
        self._snapshots: Snapshots = RedisSnapshots(redis_url) if redis_url else SqliteSnapshots(folder / "engine.db")

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Store the slots that are set."""
        slots = {
            name: slot.value
            for name, slot in tracker.slots.items()
            if slot.value is not None and name != SESSION_START_METADATA_SLOT
        }
        body = json.dumps({"slots": slots}, ensure_ascii=False, separators=(",", ":"))
        self._snapshots.write(tracker.sender_id, body)

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """A tracker that listens, with the stored slots; None for an unknown sender."""
        body = self._snapshots.read(sender_id)
        if body is None:
            return None
        tracker = self.init_tracker(sender_id)
        tracker.update(SessionStarted())
        for name, value in json.loads(body)["slots"].items():
            if name in tracker.slots:
                tracker.update(SlotSet(name, value))
        tracker.update(ActionExecuted(ACTION_LISTEN_NAME))
        return tracker

    async def keys(self) -> Iterable[str]:
        """All known senders."""
        return self._snapshots.senders()
