"""The tracker store's window: turn 300 costs what turn 5 costs, nothing is lost, no message text is kept."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from pathlib import Path

import pytest
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, BotUttered, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.engine.tracker_store import RedisSnapshots, SqliteSnapshots, WindowTrackerStore

SAID = "a sentence that nobody should find on the disk"


@pytest.fixture(scope="module")
def domain() -> Domain:
    return Domain.load("bot/domain")


@pytest.fixture(params=["sqlite", "redis"])
def place(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> SqliteSnapshots | RedisSnapshots:
    """Environment of a store on SQLite or on a real Redis server; the snapshots to look into."""
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    if request.param == "redis":
        url = request.getfixturevalue("redis_url")
        monkeypatch.setenv("REDIS_URL", url)
        return RedisSnapshots(url)
    monkeypatch.delenv("REDIS_URL", raising=False)
    return SqliteSnapshots(tmp_path / "engine.db")


async def _turn(store: WindowTrackerStore, sender: str, number: int) -> DialogueStateTracker:
    tracker = await store.get_or_create_tracker(sender)
    tracker.update(UserUttered(SAID, {"name": "inform", "confidence": 1.0}))
    tracker.update(ActionExecuted("action_continue"))
    tracker.update(BotUttered(SAID))
    tracker.update(SlotSet("dialogue", {"lang": "ja", "number": 1000 + number}))
    tracker.update(ActionExecuted("action_listen"))
    await store.save(tracker)
    return tracker


def test_turn_300_is_as_large_as_turn_5(place: SqliteSnapshots | RedisSnapshots, domain: Domain) -> None:
    async def talk() -> None:
        store = WindowTrackerStore(domain)
        sizes, events = [], []
        for number in range(300):
            await _turn(store, "long", number)
            if number in (4, 299):
                sizes.append(len(place.read("long") or ""))
                tracker = await store.retrieve("long")
                events.append(len(tracker.events))
        assert sizes[0] == sizes[1]
        assert events[0] == events[1] < 6

    asyncio.run(talk())


def test_the_talk_survives_a_new_process(place: SqliteSnapshots | RedisSnapshots, domain: Domain) -> None:
    async def talk() -> DialogueStateTracker:
        await _turn(WindowTrackerStore(domain), "kept", 7)
        return await WindowTrackerStore(domain).retrieve("kept")

    tracker = asyncio.run(talk())
    assert tracker.get_slot("dialogue") == {"lang": "ja", "number": 1007}
    assert tracker.latest_action_name == "action_listen"
    assert "kept" in place.senders()


def test_no_message_text_is_kept(place: SqliteSnapshots | RedisSnapshots, domain: Domain, tmp_path: Path) -> None:
    asyncio.run(_turn(WindowTrackerStore(domain), "quiet", 1))
    assert SAID not in (place.read("quiet") or "")
    for path in tmp_path.iterdir():
        assert SAID.encode() not in path.read_bytes()


@pytest.mark.usefixtures("place")
def test_senders_are_kept_apart(domain: Domain) -> None:
    async def talk() -> tuple[DialogueStateTracker, DialogueStateTracker | None]:
        store = WindowTrackerStore(domain)
        await _turn(store, "one", 1)
        await _turn(store, "two", 2)
        return await store.retrieve("one"), await store.retrieve("nobody")

    one, nobody = asyncio.run(talk())
    assert one.get_slot("dialogue")["number"] == 1001
    assert nobody is None


def test_a_slot_that_is_gone_from_the_domain_is_forgotten(
    place: SqliteSnapshots | RedisSnapshots, domain: Domain
) -> None:
    place.write("older", '{"slots":{"dialogue":{"lang":"en"},"no_longer_there":1}}')
    tracker = asyncio.run(WindowTrackerStore(domain).retrieve("older"))
    assert tracker.get_slot("dialogue") == {"lang": "en"}
    assert "no_longer_there" not in tracker.slots


def test_what_nobody_touched_for_a_month_is_forgotten(tmp_path: Path) -> None:
    path = tmp_path / "engine.db"
    snapshots = SqliteSnapshots(path)
    snapshots.write("recent", "{}")
    snapshots.write("old", "{}")
    with sqlite3.connect(path) as db:
        db.execute("UPDATE snapshot SET at = ? WHERE sender = 'old'", (time.time() - 31 * 24 * 3600,))
    db.close()
    assert SqliteSnapshots(path).senders() == ["recent"]


def test_redis_forgets_after_a_month(redis_url: str) -> None:
    import redis

    RedisSnapshots(redis_url).write("somebody", "{}")
    with redis.Redis.from_url(redis_url) as client:
        assert 29 * 24 * 3600 < client.ttl("madoguchi:tracker:somebody") <= 30 * 24 * 3600
