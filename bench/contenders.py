"""Start and end the two contenders on free loopback ports: this counter as `make run` does, and the stock."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.stock_data import write_endpoints, write_stock_project
from runtime.bootstrap import APP_ENV, ENGINE_ENV, ROOT
from runtime.checks import free_port
from runtime.processes import QUIET
from runtime.supervision import answers
from runtime.training import last_training_seconds, train_if_needed

BUILD = ROOT / "build" / "bench"
LEASH = (sys.executable, str(ROOT / "runtime" / "leash.py"), "--signal")
READY_WITHIN_SECONDS = 300
# the stock may use all threads that its libraries want
FOR_STOCK = {name: value for name, value in QUIET.items() if not name.endswith("_NUM_THREADS")}


@dataclass(frozen=True)
class Running:
    """A contender that answers: its public port, the process above all of its processes, seconds to ready."""

    port: int
    pid: int
    ready_seconds: float


class ContenderError(Exception):
    """A contender could not be trained or did not get ready."""

    code = "contender_failed"


def prepare_counter() -> float:
    """Train this counter if needed; seconds of its last training."""
    train_if_needed()
    return last_training_seconds()


@contextmanager
def counter() -> Iterator[Running]:
    """The whole counter, with nothing of an earlier run."""
    port, data_dir = free_port(), BUILD / "counter"
    shutil.rmtree(data_dir, ignore_errors=True)
    settings = {
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "ENGINE_PORT": str(free_port()),
        "ACTIONS_PORT": str(free_port()),
        "DATA_DIR": str(data_dir),
        "DATABASE_URL": "",
        "RATE_LIMIT_PER_MINUTE": "1000000",
    }
    command = [str(APP_ENV / "bin" / "python"), "-m", "runtime", "run"]
    started = time.monotonic()
    process = _start(command, os.environ | settings, BUILD / "counter.log")
    with _ended(process):
        _wait(process, f"http://127.0.0.1:{port}/readyz", BUILD / "counter.log")
        yield Running(port, process.pid, time.monotonic() - started)


def prepare_stock() -> float:
    """Train the stock on the same data; seconds of its training (remembered while nothing changed).

    Raises:
        ContenderError: training failed; its log says why.
    """
    folder, log = BUILD / "stock", BUILD / "stock-training.log"
    digest = write_stock_project(folder)
    stamp = folder / "models" / "stock.txt"
    if stamp.is_file():
        known, seconds = stamp.read_text(encoding="ascii").split()
        if known == digest:
            return float(seconds)
    started = time.monotonic()
    rasa = str(ENGINE_ENV / "bin" / "rasa")
    command = [*LEASH, "KILL", "--", rasa, "train", "--force", "--fixed-model-name", "stock"]
    with log.open("wb") as output:
        done = subprocess.run(  # noqa: S603
            command, cwd=folder, env=os.environ | FOR_STOCK, stdout=output, stderr=output, check=False
        )
    if done.returncode != 0:
        raise ContenderError(f"the stock could not be trained; see {log}")
    seconds = str(round(time.monotonic() - started, 1))
    stamp.write_text(f"{digest} {seconds}", encoding="ascii")
    return float(seconds)


@contextmanager
def stock() -> Iterator[Running]:
    """Stock Rasa with its action server, on SQLite."""
    folder, port, actions_port = BUILD / "stock", free_port(), free_port()
    (folder / "tracker.db").unlink(missing_ok=True)
    write_endpoints(folder, actions_port)
    environment = os.environ | FOR_STOCK | {"SANIC_HOST": "127.0.0.1", "PYTHONPATH": str(ROOT)}
    python, rasa = str(ENGINE_ENV / "bin" / "python"), str(ENGINE_ENV / "bin" / "rasa")
    log = BUILD / "stock.log"
    serve = f"""
{python} -m rasa_sdk --actions bench.stock.actions -p {actions_port} &
exec {rasa} run -m models/stock.tar.gz -i 127.0.0.1 -p {port} --endpoints endpoints.yml \
  --credentials credentials.yml
"""
    started = time.monotonic()
    process = _start(["sh", "-c", serve], environment, log, folder)
    with _ended(process):
        _wait(process, f"http://127.0.0.1:{port}/webhooks/rest/", log)
        yield Running(port, process.pid, time.monotonic() - started)


def _start(command: list[str], environment: dict[str, str], log: Path, folder: Path = ROOT) -> subprocess.Popen[bytes]:
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output:
        return subprocess.Popen(  # noqa: S603
            [*LEASH, "TERM", "--", *command],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )


@contextmanager
def _ended(process: subprocess.Popen[bytes]) -> Iterator[None]:
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(60)
        finally:
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            process.wait()


def _wait(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    deadline = time.monotonic() + READY_WITHIN_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        if answers(url):
            return
        time.sleep(0.1)
    raise ContenderError(f"not ready; see {log}")
