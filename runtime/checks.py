"""What must be true before the counter is started; each failure is one clear line that says what to do."""

from __future__ import annotations

import fcntl
import os
import socket
from pathlib import Path
from typing import IO

from runtime.bootstrap import APP_ENV, ENGINE_ENV, python_version
from runtime.errors import StartError
from runtime.settings import Settings
from runtime.texts import line


def check_environments() -> None:
    """Both virtual environments exist and start.

    Raises:
        StartError: one does not; `make setup` makes it.
    """
    for environment in (APP_ENV, ENGINE_ENV):
        if python_version(environment / "bin" / "python") is None:
            raise StartError(line("environment_missing", name=environment.name))


def check_ports(settings: Settings) -> None:
    """The three ports are free.

    Raises:
        StartError: one is held by another program, or HOST is no address of this machine.
    """
    for name, host in (("port", settings.host), ("engine_port", "127.0.0.1"), ("actions_port", "127.0.0.1")):
        _check_port(name.upper(), host, getattr(settings, name))


def _check_port(name: str, host: str, port: int) -> None:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            probe.listen(1)
    except PermissionError as exc:
        raise StartError(line("host_unusable", host=f"{host}:{port}", reason=exc.strerror)) from exc
    except OSError as exc:
        if isinstance(exc, socket.gaierror) or exc.errno == 99:
            raise StartError(line("host_unusable", host=host, reason=exc.strerror)) from exc
        raise StartError(line("port_in_use", name=name, port=port)) from exc


def prepare_data_dir(data_dir: Path) -> IO[str]:
    """Make DATA_DIR with its folders and take its lock; the caller keeps the returned file open.

    Raises:
        StartError: it cannot be written, or another counter is open on it.
    """
    try:
        if not data_dir.exists():
            data_dir.mkdir(parents=True, mode=0o700)  # members' conversations: for the operator only
        for folder in (data_dir, data_dir / "logs", data_dir / "run"):
            folder.mkdir(parents=True, exist_ok=True)
        probe = data_dir / "run" / f"probe.{os.getpid()}"
        probe.write_text("", encoding="ascii")
        probe.unlink()
        lock = (data_dir / "run" / "lock").open("w", encoding="ascii")
    except OSError as exc:
        raise StartError(line("data_dir_unwritable", path=data_dir, reason=exc.strerror)) from exc
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as exc:
        lock.close()
        raise StartError(line("already_open", path=data_dir)) from exc
    return lock


def free_port() -> int:
    """A port of loopback that nobody holds at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
