"""Turns of one conversation one after the other, in the order of coming; other conversations do not wait."""

from __future__ import annotations

import asyncio
import gc
import time

import pytest

from bot.engine.lock_store import ConversationLockStore


def test_first_come_first_served() -> None:
    async def talk() -> list[str]:
        store, done = ConversationLockStore(), []

        async def turn(number: int) -> None:
            async with store.lock("one"):
                done.append(f"begin {number}")
                await asyncio.sleep(0.01 * (5 - number))
                done.append(f"end {number}")

        await asyncio.gather(*(turn(number) for number in range(5)))
        return done

    assert asyncio.run(talk()) == [f"{step} {number}" for number in range(5) for step in ("begin", "end")]


def test_five_quick_messages_do_not_wait_for_a_clock() -> None:
    """Stock Rasa polls once a second, so that the fifth message waits for seconds."""

    async def talk() -> float:
        store = ConversationLockStore()

        async def turn() -> None:
            async with store.lock("one"):
                await asyncio.sleep(0.005)

        began = time.perf_counter()
        await asyncio.gather(*(turn() for _ in range(5)))
        return time.perf_counter() - began

    assert asyncio.run(talk()) < 0.5


def test_conversations_do_not_wait_for_each_other() -> None:
    async def talk() -> str:
        store = ConversationLockStore()
        async with store.lock("one"):
            async with store.lock("two"):
                return "both"

    assert asyncio.run(asyncio.wait_for(talk(), 2)) == "both"


def test_a_failed_turn_frees_the_conversation() -> None:
    async def talk() -> str:
        store = ConversationLockStore()
        with pytest.raises(RuntimeError):
            async with store.lock("one"):
                raise RuntimeError
        async with store.lock("one"):
            return "free"

    assert asyncio.run(asyncio.wait_for(talk(), 2)) == "free"


def test_locks_of_finished_turns_are_not_kept() -> None:
    async def talk() -> int:
        store = ConversationLockStore()
        for number in range(200):
            async with store.lock(f"sender {number}"):
                pass
        gc.collect()
        return len(store._locks)

    assert asyncio.run(talk()) <= 1
