"""What the gateway remembers: masked, under a digest, in order, over restarts."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import stat
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from channels.forgetting import Forgetting
from channels.history import QueuedHistory
from channels.stores import TurnLog
from records.conversations import transcript
from records.database import Database
from records.turns import Said, record_turn
from tests.channels.gateway import NOW, Gateway
from tests.conftest import wait_for


def said(gateway: Gateway) -> list[tuple[str, str, str]]:
    """Direction, text and outcome of all messages of the one conversation, once the gateway has ended."""
    database = Database(gateway.settings.database_url)
    with database.session(read_only=True) as session:
        (conversation,) = {asked["sender"] for asked in gateway.behind.received}
        found = [(m.direction, m.text, m.outcome) for m in transcript(session, conversation)]
    database.dispose()
    return found


def everything_stored(gateway: Gateway) -> str:
    path = gateway.settings.data_dir / "counter.sqlite3"
    connection = sqlite3.connect(path)
    dump = "\n".join(connection.iterdump())
    connection.close()
    return dump


def test_a_conversation_is_stored_in_order_at_shutdown(start_gateway: Callable[..., Gateway]) -> None:
    gateway = start_gateway()
    for message in ("一", "二", "三"):
        gateway.say(message)
    gateway.end()
    asked = [text for direction, text, _ in said(gateway) if direction == "in"]
    assert asked == ["一", "二", "三"]
    assert ("out", "echo: 二", "") in said(gateway)
    gateway.start()


def test_neither_secret_nor_sender_is_stored(start_gateway: Callable[..., Gateway]) -> None:
    gateway = start_gateway()
    gateway.say("パスワードは himitsu99 です。カード 4111 1111 1111 1111", "tanaka@example.jp")
    gateway.end()
    stored = everything_stored(gateway)
    assert "伏せました" in stored
    for secret in ("himitsu", "4111", "1111", "tanaka"):
        assert secret not in stored
    gateway.start()


def test_a_failed_turn_is_stored_with_its_outcome(start_gateway: Callable[..., Gateway]) -> None:
    gateway = start_gateway()
    gateway.behind.mode = "error"
    gateway.say("壊れているとき", message_id="m-1")
    gateway.behind.mode = "echo"
    gateway.say("壊れているとき", message_id="m-1")
    gateway.end()
    outcomes = [outcome for direction, _, outcome in said(gateway) if direction == "in"]
    assert outcomes == ["engine_failed", "answered"]
    gateway.start()


def test_a_repeat_after_a_restart_gets_the_first_answer(start_gateway: Callable[..., Gateway]) -> None:
    gateway = start_gateway()
    buttons = [{"title": "はい", "payload": "はい"}]
    blocks = [{"type": "notice", "level": "info", "text": "お知らせ"}]
    gateway.behind.reply = [
        {"text": "一つ目", "buttons": buttons},
        {"text": "二つ目", "custom": {"blocks": blocks}},
    ]
    first = gateway.say("質問", message_id="m-1").json()
    gateway.end()
    gateway.start()
    gateway.behind.reply = [{"text": "別の答え"}]
    assert gateway.say("質問", message_id="m-1").json() == first
    assert len(gateway.behind.received) == 1


def test_the_conversation_goes_on_under_the_same_key_after_a_restart(
    start_gateway: Callable[..., Gateway],
) -> None:
    gateway = start_gateway()
    gateway.say("一")
    gateway.end()
    gateway.start()
    gateway.say("二")
    assert len({asked["sender"] for asked in gateway.behind.received}) == 1
    key = gateway.settings.data_dir / "sender.key"
    assert stat.S_IMODE(os.stat(key).st_mode) == 0o600


def test_a_database_that_fails_for_a_while_loses_nothing() -> None:
    written: list[str] = []
    failures = [OSError("locked"), OSError("locked")]

    def write(turns: object) -> None:
        if failures:
            raise failures.pop()
        written.extend(turns)  # type: ignore[arg-type]

    async def run() -> None:
        history = QueuedHistory(write, lambda *_: None)
        history.start()
        for turn in ("一", "二", "三"):
            await history.remember(turn)  # type: ignore[arg-type]
        await history.stop()
        assert history.lost == 0

    asyncio.run(run())
    assert written == ["一", "二", "三"]


def test_the_answer_does_not_wait_for_the_database(start_gateway: Callable[..., Gateway]) -> None:
    gateway = start_gateway()
    locker = sqlite3.connect(gateway.settings.data_dir / "counter.sqlite3", isolation_level=None)
    locker.execute("BEGIN IMMEDIATE")
    started = time.monotonic()
    assert gateway.say("一").status_code == 200
    assert time.monotonic() - started < 0.5
    locker.execute("ROLLBACK")
    locker.close()
    gateway.end()
    assert [text for direction, text, _ in said(gateway) if direction == "in"] == ["一"]
    gateway.start()


def test_an_unknown_message_has_no_first_answer(start_gateway: Callable[..., Gateway]) -> None:
    gateway = start_gateway()
    database = Database(gateway.settings.database_url)
    assert TurnLog(database).first_answer("nobody", "nothing") is None
    database.dispose()


def kept_of(gateway: Gateway) -> int:
    database = Database(gateway.settings.database_url)
    with database.session(read_only=True) as session:
        messages = len(transcript(session, "long ago"))
    database.dispose()
    return messages


def with_an_old_turn(gateway: Gateway) -> Gateway:
    gateway.end()
    database = Database(gateway.settings.database_url)
    long_ago = datetime.fromisoformat(NOW) - timedelta(days=31)
    with database.session() as session:
        record_turn(session, "long ago", channel="rest", text="a", replies=[Said("b")], now=long_ago)
    database.dispose()
    gateway.start()
    return gateway


def test_what_is_older_than_it_is_kept_is_forgotten(start_gateway: Callable[..., Gateway]) -> None:
    gateway = with_an_old_turn(start_gateway(keep_days=30))
    gateway.say("今日の分")
    wait_for(lambda: kept_of(gateway) == 0, 10, "the old turn is forgotten")
    gateway.end()
    assert [text for _, text, _ in said(gateway)] == ["今日の分", "echo: 今日の分"]
    gateway.start()


@pytest.mark.parametrize("days", [0, 32])
def test_what_is_younger_is_kept_and_0_keeps_everything(start_gateway: Callable[..., Gateway], days: int) -> None:
    gateway = with_an_old_turn(start_gateway(keep_days=days))
    gateway.say("今日の分")
    gateway.end()
    assert kept_of(gateway) == 2
    gateway.start()


def test_it_is_forgotten_every_day_and_a_failure_is_only_logged(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    database = Database(f"sqlite:///{tmp_path / 'counter.sqlite3'}")
    asked: list[datetime] = []

    def now() -> datetime:
        asked.append(datetime.fromisoformat(NOW))
        if len(asked) == 2:
            database.upgrade()
        return asked[-1]

    async def run() -> None:
        forgetting = Forgetting(database, 30, now, every_seconds=0.01)
        forgetting.start()
        async with asyncio.timeout(10):
            while len(asked) < 4:
                await asyncio.sleep(0.01)
        await forgetting.stop()

    caplog.set_level("INFO")
    asyncio.run(run())
    database.dispose()
    told = [record.getMessage() for record in caplog.records if record.name == "channels.forgetting"]
    assert told[0].startswith("Nothing was forgotten") and told[1].startswith("Forgotten: 0 messages")
