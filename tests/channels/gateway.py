"""The real gateway on a free loopback port, for tests."""

from __future__ import annotations

import socket
import threading
import time
from pathlib import Path
from typing import Any

import httpx
import uvicorn

from channels.serve import serving
from records.database import Database
from runtime.settings import Settings
from tests.channels.stand_in import StandIn

TOKEN = "a-token-for-tests-only-0123456789abcdef"
NOW = "2025-11-20T10:00:00+09:00"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Gateway:
    """A running gateway with a stand-in engine behind it."""

    def __init__(self, data_dir: Path, **changed: Any) -> None:
        self.behind = StandIn(TOKEN)
        values = {"data_dir": data_dir, "internal_token": TOKEN, "madoguchi_now": NOW, **changed}
        ports = {"port": free_port(), "engine_port": self.behind.port, "actions_port": free_port()}
        self.settings = Settings(**{**ports, **values})
        data_dir.mkdir(parents=True, exist_ok=True)
        database = Database(self.settings.database_url)
        database.upgrade()
        database.dispose()
        self.start()
        self.client = httpx.Client(base_url=f"http://127.0.0.1:{self.settings.port}", timeout=20)

    def start(self) -> None:
        self._server = uvicorn.Server(serving(self.settings))
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._thread.start()
        deadline = time.monotonic() + 10
        while not self._server.started:
            assert time.monotonic() < deadline and self._thread.is_alive(), "the gateway did not start"
            time.sleep(0.02)

    def end(self) -> None:
        """End the gateway alone, as at a restart."""
        self._server.should_exit = True
        self._thread.join(10)
        assert not self._thread.is_alive()

    def stop(self) -> None:
        self.client.close()
        self.end()
        self.behind.stop()

    def say(self, message: Any, sender: Any = "member-1", **metadata: Any) -> httpx.Response:
        body = {"sender": sender, "message": message}
        return self.client.post(
            "/webhooks/rest/webhook", json={**body, "metadata": metadata} if metadata else body
        )
