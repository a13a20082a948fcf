"""Run the counter's processes under supervisord: in order, watched, and ended together.

supervisord restarts, rotates logs and stops process groups; this module writes its configuration, starts one
process after another, waits until each answers, and makes sure that nothing outlives the counter.
docs/decisions/0002-supervisor.md tells what was added and why.
"""

from __future__ import annotations

import contextlib
import http.client
import os
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import xmlrpc.client
from collections.abc import Callable, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from supervisor.xmlrpc import SupervisorTransport

from runtime.bootstrap import ROOT
from runtime.errors import StartError
from runtime.leash import adopt_orphans
from runtime.processes import Process
from runtime.texts import last_words, line

POLL_SECONDS = 0.1
STOP_SECONDS = 8
LONGEST_SOCKET_PATH = 100
LONGEST_FAMILY = 10
TRIES = 3
GAVE_UP = "FATAL"


class Supervision:
    """supervisord with a fixed set of processes; used as a context manager that ends them all."""

    def __init__(self, processes: Sequence[Process], data_dir: Path, environment: dict[str, str]) -> None:
        self._processes = tuple(processes)
        self._data_dir = data_dir
        self._environment = environment
        self._daemon: subprocess.Popen[bytes] | None = None
        self._own_folder: Path | None = None

    def __enter__(self) -> Supervision:
        adopt_orphans()
        self._not_ours = _children()
        conf = self._data_dir / "run" / "supervisord.conf"
        self._socket = self._socket_path()
        conf.write_text(self._configuration(), encoding="utf-8")
        leash = [
            sys.executable,
            "-m",
            "runtime.leash",
            "--signal",
            "TERM",
            "--parent",
            str(os.getpid()),
            "--",
        ]
        command = [*leash, sys.executable, "-m", "supervisor.supervisord", "-n", "-c", str(conf)]
        self._daemon = subprocess.Popen(  # noqa: S603
            command, cwd=ROOT, env=self._environment, stdin=subprocess.DEVNULL, start_new_session=True
        )
        try:
            self._wait_for_daemon()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start_in_order(self, announce: Callable[[str], None]) -> None:
        """Start each process when the one before it answers.

        Raises:
            StartError: one does not start or does not answer in time; the line names its log.
        """
        for process in self._processes:
            announce(process.name)
            self._call("startProcess", process.name, False)
            self._wait_until_ready(process)

    def pids(self) -> dict[str, int]:
        """Process ids by name; 0 for one that does not run at the moment."""
        return {name: pid for name, (pid, _) in self._states().items()}

    def watch(self, announce_restart: Callable[[str], None]) -> None:
        """Stay until supervisord ends or gives a process up, telling of every restart.

        Raises:
            StartError: supervisord ended or a process cannot be started any more.
        """
        known = self.pids()
        while True:
            time.sleep(1)
            for name, (pid, state) in self._states().items():
                if state == GAVE_UP:
                    raise self._gave_up(name)
                if pid and pid != known.get(name):
                    known[name] = pid
                    announce_restart(name)

    def stop(self) -> None:
        """End supervisord, its processes and whatever they left; safe to call twice."""
        daemon, self._daemon = self._daemon, None
        if daemon is not None:
            daemon.terminate()
            try:
                daemon.wait(timeout=STOP_SECONDS * len(self._processes) + 5)
            except subprocess.TimeoutExpired:
                daemon.kill()
                daemon.wait()
        _end_orphans(self._not_ours)
        if self._own_folder is not None:
            shutil.rmtree(self._own_folder, ignore_errors=True)
        Path(self._socket).unlink(missing_ok=True)

    def _socket_path(self) -> str:
        path = self._data_dir / "run" / "supervisor.sock"
        if len(os.fsencode(path)) > LONGEST_SOCKET_PATH:
            self._own_folder = Path(tempfile.mkdtemp(prefix="madoguchi-"))
            path = self._own_folder / "supervisor.sock"
        path.unlink(missing_ok=True)
        return str(path)

    def _configuration(self) -> str:
        run, logs = _escaped(self._data_dir / "run"), _escaped(self._data_dir / "logs")
        head = f"""\
[supervisord]
nodaemon = true
silent = true
umask = 077
logfile = {logs}/supervisord.log
logfile_maxbytes = 1MB
logfile_backups = 2
pidfile = {run}/supervisord.pid

[unix_http_server]
file = {_escaped(self._socket)}
chmod = 0700

[rpcinterface:supervisor]
supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface
"""
        return head + "".join(self._program(process) for process in self._processes)

    def _program(self, process: Process) -> str:
        leash = [sys.executable, "-m", "runtime.leash", "--signal", "KILL"]
        drop = ["--drop", ",".join(process.drop)] if process.drop else []
        command = shlex.join([*leash, *drop, "--", *process.command])
        return f"""
[program:{process.name}]
command = {_escaped(command)}
directory = {_escaped(ROOT)}
autostart = false
autorestart = true
startsecs = 1
startretries = {TRIES}
stopasgroup = true
killasgroup = true
stopwaitsecs = {STOP_SECONDS}
redirect_stderr = true
stdout_logfile = {_escaped(_escaped(self._log(process.name)))}
stdout_logfile_maxbytes = 5MB
stdout_logfile_backups = 3
"""

    def _wait_for_daemon(self) -> None:
        deadline = time.monotonic() + 15
        while time.monotonic() < deadline and self._daemon is not None and self._daemon.poll() is None:
            try:
                _remote(self._socket, "getState")
                return
            except (OSError, http.client.HTTPException):
                time.sleep(POLL_SECONDS)
        raise StartError(line("supervisor_died", log=self._log("supervisord")))

    def _wait_until_ready(self, process: Process) -> None:
        deadline, lives = time.monotonic() + process.ready_within_seconds, set()
        while time.monotonic() < deadline:
            if answers(process.ready_url):
                return
            pid, state = self._states()[process.name]
            lives.add(pid)
            if state == GAVE_UP or len(lives - {0}) > TRIES:
                raise self._gave_up(process.name)
            time.sleep(POLL_SECONDS)
        seconds = round(process.ready_within_seconds)
        raise StartError(line("not_ready", name=process.name, seconds=seconds, log=self._log(process.name)))

    def _states(self) -> dict[str, tuple[int, str]]:
        infos = self._call("getAllProcessInfo")
        return {str(i["name"]): (int(str(i["pid"])), str(i["statename"])) for i in infos}

    def _call(self, method: str, *arguments: object) -> list[dict[str, object]]:
        try:
            return _remote(self._socket, method, *arguments)
        except (OSError, http.client.HTTPException) as exc:
            raise StartError(line("supervisor_died", log=self._log("supervisord"))) from exc

    def _gave_up(self, name: str) -> StartError:
        log = self._log(name)
        return StartError(line("gave_up", name=name, last=last_words(log), log=log))

    def _log(self, name: str) -> Path:
        return self._data_dir / "logs" / f"{name}.log"


def pids(socket_path: str) -> dict[str, int]:
    """Process ids by name, asked from the supervisord that listens at `socket_path`."""
    return {str(info["name"]): int(str(info["pid"])) for info in _remote(socket_path, "getAllProcessInfo")}


def answers(url: str) -> bool:
    """Whether `url` (http, no query) answers 200; without a library, as this process lives as long as all."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=2)
    try:
        connection.request("GET", parts.path)
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _remote(socket_path: str, method: str, *arguments: object) -> list[dict[str, object]]:
    transport = SupervisorTransport(None, None, f"unix://{socket_path}")
    try:
        proxy = xmlrpc.client.ServerProxy("http://localhost", transport=transport)
        return getattr(proxy.supervisor, method)(*arguments)  # type: ignore[no-any-return]
    finally:
        transport.close()


def _escaped(value: object) -> str:
    """A value for the configuration, which expands %(names)s; supervisor expands log files twice."""
    return str(value).replace("%", "%%")


def _end_orphans(spared: set[int]) -> None:
    """Kill what was left to this process, generation after generation: descendants whose parent is gone."""
    for _ in range(LONGEST_FAMILY):
        orphans = _children() - spared
        if not orphans:
            return
        for pid in orphans:
            with contextlib.suppress(ProcessLookupError, ChildProcessError):
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)


def _children() -> set[int]:
    listing = Path(f"/proc/self/task/{os.getpid()}/children")
    return {int(pid) for pid in listing.read_text(encoding="ascii").split()} if listing.exists() else set()
