"""Counters at other moments, for conversations that name the moment at which they are held."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.conftest import RunningCounter


@pytest.fixture(scope="session")
def counter_at(
    counter: RunningCounter, counter_factory: Callable[..., RunningCounter]
) -> Iterator[Callable[[str | None], RunningCounter]]:
    """The counter at a frozen moment; one is started for each moment, and no two at once besides the usual one."""
    others: dict[str, RunningCounter] = {}

    def at(now: str | None) -> RunningCounter:
        if now is None:
            return counter
        if now not in others:
            for other in others.values():
                other.stop()
            others.clear()
            others[now] = counter_factory(MADOGUCHI_NOW=now)
        return others[now]

    yield at
