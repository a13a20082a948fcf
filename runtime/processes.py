"""The three processes of the counter: how each is started, and the URL that tells that it is ready.

Describes them only; runtime/supervision.py runs them. What a process has no business knowing is taken out of
its environment here.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr

from runtime.bootstrap import APP_ENV, ENGINE_ENV
from runtime.settings import Settings

CHANNEL_SECRETS = ("LINE_CHANNEL_SECRET", "LINE_CHANNEL_ACCESS_TOKEN", "SITE_JWT_SECRET")
QUIET = {
    "MALLOC_ARENA_MAX": "1",  # with the next: 35 MB less over the three processes
    "MALLOC_TRIM_THRESHOLD_": "131072",
    "OMP_NUM_THREADS": "1",  # products of one message's vector: threads would wait for each other longer than they work
    "OPENBLAS_NUM_THREADS": "1",
    "PYTHONUNBUFFERED": "1",
    "PYTHONWARNINGS": "ignore",
    "RASA_TELEMETRY_ENABLED": "false",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "TF_CPP_MIN_LOG_LEVEL": "3",
}


@dataclass(frozen=True)
class Process:
    """One process: its command, where it answers when ready, and how long it may take until then."""

    name: str
    command: tuple[str, ...]
    ready_url: str
    ready_within_seconds: float
    drop: tuple[str, ...] = ()


def counter_processes(settings: Settings) -> tuple[Process, ...]:
    """Engine, actions and gateway, in the order in which they are started."""
    app, engine = str(APP_ENV / "bin" / "python"), str(ENGINE_ENV / "bin" / "python")
    return (
        Process(
            name="engine",
            command=(engine, "-m", "bot.engine.serve"),
            ready_url=f"http://127.0.0.1:{settings.engine_port}/webhooks/counter/",
            ready_within_seconds=180,
            drop=(*CHANNEL_SECRETS, "DATABASE_URL"),
        ),
        Process(
            name="actions",
            command=(app, "-m", "bot.actions.serve"),
            ready_url=f"http://127.0.0.1:{settings.actions_port}/health",
            ready_within_seconds=60,
            drop=CHANNEL_SECRETS,
        ),
        Process(
            name="gateway",
            command=(app, "-m", "channels.serve"),
            ready_url=f"{base_url(settings)}/readyz",
            ready_within_seconds=60,
        ),
    )


def base_url(settings: Settings) -> str:
    """Where the counter is reached from this machine."""
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(settings.host, settings.host)  # noqa: S104
    return f"http://{f'[{host}]' if ':' in host and '[' not in host else host}:{settings.port}"


def child_environment(settings: Settings) -> dict[str, str]:
    """The environment that is handed down: all settings, resolved, with the token of this run."""
    environment = {**os.environ, **QUIET}
    for name in type(settings).model_fields:
        value = getattr(settings, name)
        environment[name.upper()] = _plain(value)
    return environment


def _plain(value: object) -> str:
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    return str(value)


def logs_folder(settings: Settings) -> Path:
    """Where the processes' output is kept, rotated."""
    return settings.data_dir / "logs"
