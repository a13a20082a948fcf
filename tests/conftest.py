"""Session fixtures that run real parts: PostgreSQL, Redis, and the whole counter as `make run` starts it.

Each server listens on loopback at a free port, keeps its data in a temporary folder and is ended by its pid.
Imports only what both environments have; what a fixture needs beyond that it imports itself.
"""

from __future__ import annotations

import ctypes
import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
APP_PYTHON = ROOT / ".venv" / "bin" / "python"
FROZEN_NOW = "2025-11-20T10:00:00+09:00"
OPEN_WITHIN_SECONDS = 600  # training included
# Files whose tests share one counter, and so one worker of pytest-xdist; the longest first. Every other file is a group
# of its own.
TOGETHER = {
    "figures": ("conversations/test_figures.py", "conversations/test_published_premiums.py"),
    "talks": tuple(f"conversations/test_{name}.py" for name in ("matrix", "conversations", "followups")),
    "restarts": ("conversations/test_silence.py", "runtime/test_counter.py"),
    "databases": ("records/", "runtime/test_databases.py"),
}
LOOPBACK = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin what takes longest first, so that no worker waits for it at the end."""
    order = list(TOGETHER)
    items.sort(key=lambda item: order.index(group) if (group := _group(item.nodeid)) in order else len(order))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> object:
    """Give each worker of pytest-xdist whole groups."""
    from xdist.scheduler import LoadScopeScheduling

    class Scheduling(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return _group(nodeid)

    config.option.loadscopereorder = False
    return Scheduling(config, log)


def _group(nodeid: str) -> str:
    file = nodeid.partition("::")[0].removeprefix("tests/")
    return next((group for group, places in TOGETHER.items() if file.startswith(places)), file)


def free_ports(count: int) -> list[int]:
    """Ports of loopback that nobody holds at this moment."""
    probes = [socket.socket() for _ in range(count)]
    for probe in probes:
        probe.bind(("127.0.0.1", 0))
    ports = [probe.getsockname()[1] for probe in probes]
    for probe in probes:
        probe.close()
    return ports


def _end_with_pytest() -> None:
    ctypes.CDLL(None).prctl(1, int(signal.SIGTERM), 0, 0, 0)


def end(process: subprocess.Popen, number: int = signal.SIGTERM, within: float = 30) -> None:
    """End one process by its own pid."""
    if process.poll() is None:
        process.send_signal(number)
        try:
            process.wait(within)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_for(condition: Callable[[], bool], within: float, what: str) -> None:
    """Wait until `condition` holds, or fail with `what`."""
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        if condition():
            return
        time.sleep(0.05)
    raise AssertionError(f"not within {within} s: {what}")


def accepts(port: int) -> bool:
    """Whether somebody listens on this port of loopback."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A PostgreSQL cluster of its own; the URL of its database `postgres`."""
    binaries = max(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: int(p.parent.name), default=None)
    assert binaries is not None, "PostgreSQL is not installed; .ci/run installs it"
    user = "postgres" if os.geteuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="madoguchi-pg-"))
    if user:
        account = pwd.getpwnam(user)
        os.chown(folder, account.pw_uid, account.pw_gid)
    data = folder / "data"
    initdb = [binaries / "initdb", "-D", data, "-U", "postgres", "--auth=trust", "-E", "UTF8", "--no-sync"]
    subprocess.run(initdb, user=user, cwd=folder, check=True, capture_output=True)
    (port,) = free_ports(1)
    command = [binaries / "postgres", "-D", data, "-p", str(port), "-h", "127.0.0.1", "-k", folder, "-F"]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(
            command, user=user, cwd=folder, stdout=log, stderr=log, preexec_fn=_end_with_pytest
        )
    try:
        ready = [binaries / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port)]
        wait_for(lambda: subprocess.run(ready, check=False).returncode == 0, 30, "PostgreSQL is ready")
        yield f"postgresql+psycopg://postgres@127.0.0.1:{port}/postgres"
    finally:
        end(server, signal.SIGINT)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """A Redis server of its own, without persistence."""
    binary = shutil.which("redis-server")
    assert binary is not None, "Redis is not installed; .ci/run installs it"
    (port,) = free_ports(1)
    with tempfile.TemporaryDirectory(prefix="madoguchi-redis-") as folder:
        command = [binary, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        server = subprocess.Popen(
            [*command, "--dir", folder], stdout=subprocess.DEVNULL, preexec_fn=_end_with_pytest
        )
        try:
            wait_for(lambda: accepts(port), 15, "Redis is ready")
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            end(server)


@dataclass
class RunningCounter:
    """A whole counter: engine, actions and gateway under their supervisor."""

    base_url: str
    data_dir: Path
    supervisor: subprocess.Popen
    ports: dict[str, int]
    lines: list[str] = field(default_factory=list)
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def pids(self) -> dict[str, int]:
        """Process ids of engine, actions and gateway at this moment; 0 for one that is down."""
        from runtime.supervision import pids

        return pids(str(self.data_dir / "run" / "supervisor.sock"))

    def say(self, sender: str, text: str, metadata: dict | None = None) -> list[dict]:
        """Send one message through the public REST webhook; returns its list of replies."""
        body = {"sender": sender, "message": text, **({"metadata": metadata} if metadata else {})}
        return self.post("/webhooks/rest/webhook", body)[1]

    def post(self, path: str, body: object) -> tuple[int, object]:
        """POST JSON; returns status and decoded body."""
        request = urllib.request.Request(
            self.base_url + path,
            data=json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        return self._open(request)

    def get(self, path: str) -> tuple[int, object]:
        """GET; returns status and decoded JSON, or the raw bytes of anything else."""
        return self._open(urllib.request.Request(self.base_url + path))

    @staticmethod
    def _open(request: urllib.request.Request) -> tuple[int, object]:
        try:
            with LOOPBACK.open(request, timeout=30) as answer:
                status, body, kind = answer.status, answer.read(), answer.headers.get_content_type()
        except urllib.error.HTTPError as exc:
            with exc:
                status, body, kind = exc.code, exc.read(), exc.headers.get_content_type()
        return status, json.loads(body) if kind == "application/json" else body

    def stop(self, number: int = signal.SIGINT) -> None:
        """Close the counter as Ctrl-C does."""
        end(self.supervisor, number, within=60)


def start_counter(data_dir: Path, **settings: str) -> RunningCounter:
    """Start `python -m runtime run` on free ports and wait for its one clear line."""
    ports = dict(zip(("PORT", "ENGINE_PORT", "ACTIONS_PORT"), free_ports(3), strict=True))
    environment = {
        **os.environ,
        "LANG": "C.UTF-8",
        "LC_ALL": "C.UTF-8",
        "DATA_DIR": str(data_dir),
        "MADOGUCHI_NOW": FROZEN_NOW,
        "RATE_LIMIT_PER_MINUTE": "1000000",
        **{name: str(port) for name, port in ports.items()},
        **settings,
    }
    process = subprocess.Popen(
        [str(APP_PYTHON), "-m", "runtime", "run"],
        cwd=ROOT, env=environment, text=True, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, preexec_fn=_end_with_pytest,
    )
    base_url = f"http://127.0.0.1:{environment['PORT']}"
    counter = RunningCounter(base_url, data_dir, process, ports, environment=environment)
    reader = threading.Thread(target=_collect, args=(process, counter.lines), daemon=True)
    reader.start()
    try:
        wait_for(lambda: _is_open(counter), OPEN_WITHIN_SECONDS, "the counter opens")
        assert process.poll() is None, "the counter did not open:\n" + "\n".join(counter.lines)
    except BaseException:
        counter.stop()
        raise
    return counter


def _is_open(counter: RunningCounter) -> bool:
    return counter.supervisor.poll() is not None or any("is open" in text for text in counter.lines)


def _collect(process: subprocess.Popen, lines: list[str]) -> None:
    with process.stdout as stream:
        for text in stream:
            lines.append(text.rstrip("\n"))


@pytest.fixture(scope="session")
def counter_factory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., RunningCounter]]:
    """Start more counters with settings of their own: `counter_factory(MADOGUCHI_NOW="…")`."""
    started: list[RunningCounter] = []

    def start(**settings: str) -> RunningCounter:
        started.append(start_counter(tmp_path_factory.mktemp("counter"), **settings))
        return started[-1]

    yield start
    for counter in started:
        counter.stop()


@pytest.fixture(scope="session")
def counter(counter_factory: Callable[..., RunningCounter]) -> RunningCounter:
    """The counter of this test session: real engine, actions and gateway, at a frozen moment."""
    return counter_factory()
