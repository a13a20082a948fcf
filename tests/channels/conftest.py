"""A gateway for each test module, and one that a test may break."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.channels.gateway import Gateway


@pytest.fixture(scope="module")
def shared_gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    gateway = Gateway(tmp_path_factory.mktemp("gateway"), rate_limit_per_minute=100_000)
    yield gateway
    gateway.stop()


@pytest.fixture
def gateway(shared_gateway: Gateway) -> Gateway:
    """The module's gateway with its stand-in engine in order again."""
    behind = shared_gateway.behind
    behind.mode, behind.delay_seconds, behind.reply = "echo", 0.0, None
    behind.received.clear()
    behind.finished.clear()
    return shared_gateway


@pytest.fixture
def start_gateway(tmp_path: Path) -> Iterator[Callable[..., Gateway]]:
    """Starts a gateway of one's own, with settings of one's own."""
    started: list[Gateway] = []

    def start(**changed: Any) -> Gateway:
        started.append(Gateway(tmp_path / str(len(started)), **changed))
        return started[-1]

    yield start
    for each in started:
        each.stop()
