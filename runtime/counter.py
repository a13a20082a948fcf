"""Open the counter: check, migrate, train if needed, start in order, watch, and close together."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType

from runtime.bootstrap import ROOT, say
from runtime.checks import check_environments, check_ports, prepare_data_dir
from runtime.errors import StartError
from runtime.leash import die_with_parent
from runtime.processes import base_url, child_environment, counter_processes
from runtime.settings import Settings
from runtime.supervision import Supervision
from runtime.texts import line
from runtime.training import train_if_needed


class _CloseRequested(Exception):
    """A signal asked for the counter to be closed."""


def run(settings: Settings) -> None:
    """Open the counter and stay until it is asked to close.

    Raises:
        StartError: it cannot be opened, or cannot be kept open; `str()` of it is one clear line.
    """
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _request_close)
    if Path(f"/proc/{_parent()}/comm").read_text(encoding="utf-8").strip() == "make":
        die_with_parent(signal.SIGTERM)
    try:
        _open_and_watch(settings)
    except _CloseRequested:
        say("closed")


def _open_and_watch(settings: Settings) -> None:
    started = time.monotonic()
    check_environments()
    check_ports(settings)
    with prepare_data_dir(settings.data_dir):
        environment = child_environment(settings)
        migrate(environment)  # before training: an unusable database is told at once
        if train_if_needed():
            started = time.monotonic()
        with Supervision(counter_processes(settings), settings.data_dir, environment) as supervision:
            try:
                supervision.start_in_order(lambda name: say("starting", name=name))
                say("open", url=base_url(settings), seconds=round(time.monotonic() - started, 1))
                supervision.watch(lambda name: say("restarted", name=name))
            finally:
                for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                    signal.signal(number, signal.SIG_IGN)
                say("closing")


def migrate(environment: dict[str, str]) -> None:
    """Bring the database up to date.

    Raises:
        StartError: it cannot be reached or upgraded.
    """
    done = subprocess.run(
        [sys.executable, "-m", "runtime.migrate"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        reason = (done.stderr.strip().splitlines() or ["?"])[-1]
        raise StartError(line("migration_failed", reason=reason))


def _parent() -> int:
    return int(Path("/proc/self/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()[1])


def _request_close(_number: int, _frame: FrameType | None) -> None:
    raise _CloseRequested
