"""Starts the gateway: `python -m channels.serve`."""

from __future__ import annotations

import sys

import uvicorn

from channels.app import create_app
from runtime.errors import SettingsError
from runtime.log import configure_logging
from runtime.settings import Settings, load_settings

KEEP_ALIVE_SECONDS = 30
BACKLOG = 512
SHUTDOWN_SECONDS = 5


def serving(settings: Settings) -> uvicorn.Config:
    """How the gateway is served."""
    return uvicorn.Config(
        create_app(settings),
        host=settings.host,
        port=settings.port,
        loop="uvloop",
        http="httptools",
        access_log=False,
        log_config=None,
        server_header=False,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=SHUTDOWN_SECONDS,
        backlog=BACKLOG,
    )


def main() -> int:
    """Serve until told to end; 2 when a setting is unusable."""
    configure_logging()
    try:
        settings = load_settings()
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    uvicorn.Server(serving(settings)).run()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
