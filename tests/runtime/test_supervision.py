"""Processes start in order, come back after kill -9, and leave nothing behind, however the end comes."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from runtime.errors import StartError
from runtime.processes import Process
from runtime.supervision import Supervision, answers
from tests.conftest import ROOT, free_ports, wait_for
from tests.runtime.supervised import stand_ins


@pytest.fixture
def data_dir(tmp_path):
    for name in ("run", "logs"):
        (tmp_path / name).mkdir()
    return tmp_path


def _descendants(pid):
    listing = Path(f"/proc/{pid}/task/{pid}/children")
    try:
        children = [int(child) for child in listing.read_text(encoding="ascii").split()]
    except FileNotFoundError:
        return set()
    return set(children).union(*(_descendants(child) for child in children))


def _alive(pids):
    return {pid for pid in pids if Path(f"/proc/{pid}").exists() and "Z" not in _state(pid)}


def _state(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return "Z"


def test_each_starts_when_the_one_before_answers_and_all_end_together(data_dir):
    ports = free_ports(3)
    answered = []
    others = _descendants(os.getpid())
    with Supervision(list(stand_ins(ports)), data_dir, dict(os.environ)) as supervision:
        supervision.start_in_order(
            lambda _name: answered.append([answers(f"http://127.0.0.1:{port}/") for port in ports])
        )
        everything = _descendants(os.getpid()) - others
        assert len(everything) >= 7  # supervisord, three stand-ins, a child of each
    assert answered == [[False, False, False], [True, False, False], [True, True, False]]
    assert _alive(everything) == set()
    assert not (data_dir / "run" / "supervisor.sock").exists()


def test_one_that_is_killed_comes_back_and_the_others_stay(data_dir):
    ports = free_ports(3)
    with Supervision(list(stand_ins(ports)), data_dir, dict(os.environ)) as supervision:
        supervision.start_in_order(lambda _name: None)
        before = supervision.pids()
        os.kill(before["actions"], signal.SIGKILL)
        wait_for(lambda: supervision.pids()["actions"] not in (0, before["actions"]), 10, "it is restarted")
        wait_for(lambda: answers(f"http://127.0.0.1:{ports[1]}/"), 10, "it answers again")
        after = supervision.pids()
    assert (after["engine"], after["gateway"]) == (before["engine"], before["gateway"])


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_nothing_outlives_a_supervising_process_that_is_killed(data_dir, number):
    command = [sys.executable, "-m", "tests.runtime.supervised", str(data_dir), *map(str, free_ports(3))]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        pids = json.loads(process.stdout.readline())
        everything = _descendants(process.pid)
        assert set(pids.values()) <= everything
        process.send_signal(number)
    wait_for(lambda: not _alive(everything), 20, "all of them have ended")


def test_nothing_outlives_a_killed_supervisord(data_dir):
    others = _descendants(os.getpid())
    with Supervision(list(stand_ins(free_ports(3))), data_dir, dict(os.environ)) as supervision:
        supervision.start_in_order(lambda _name: None)
        everything = _descendants(os.getpid()) - others
        daemon = int((data_dir / "run" / "supervisord.pid").read_text(encoding="ascii"))
        os.kill(daemon, signal.SIGKILL)
        with pytest.raises(StartError, match="supervisord"):
            supervision.watch(lambda _name: None)
    assert _alive(everything) == set()


def test_the_three_end_even_when_both_that_watch_them_are_killed_at_once(data_dir):
    command = [sys.executable, "-m", "tests.runtime.supervised", str(data_dir), *map(str, free_ports(3))]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        three = set(json.loads(process.stdout.readline()).values())
        everything = _descendants(process.pid)
        os.kill(int((data_dir / "run" / "supervisord.pid").read_text(encoding="ascii")), signal.SIGKILL)
        process.kill()
    try:
        wait_for(lambda: not _alive(three), 20, "the three have ended")
    finally:
        for pid in _alive(everything):  # what a process started itself outlives it here: docs/decisions/0002
            os.kill(pid, signal.SIGKILL)


@pytest.mark.parametrize("lives_seconds", [0, 1.2])  # shorter and longer than supervisor's startsecs
def test_one_that_cannot_start_is_given_up_with_its_reason_and_its_log(data_dir, lives_seconds):
    code = f"import time; time.sleep({lives_seconds}); raise SystemExit('the tables are gone')"
    broken = Process("engine", (sys.executable, "-c", code), "http://127.0.0.1:9/", 60)
    with (
        Supervision([broken], data_dir, dict(os.environ)) as supervision,
        pytest.raises(StartError, match=r"engine cannot start: the tables are gone .*engine\.log"),
    ):
        supervision.start_in_order(lambda _name: None)


def test_one_that_never_answers_is_told_after_its_time(data_dir):
    silent = Process("gateway", ("sleep", "600"), "http://127.0.0.1:9/", 2)
    with (
        Supervision([silent], data_dir, dict(os.environ)) as supervision,
        pytest.raises(StartError, match=r"gateway did not answer within 2 s"),
    ):
        supervision.start_in_order(lambda _name: None)


def test_output_goes_to_the_log_and_secrets_do_not_reach_the_configuration(data_dir):
    command = ("sh", "-c", "echo hello; env; sleep 600")
    speaker = Process("engine", command, "http://127.0.0.1:9/", 1, drop=("LINE_CHANNEL_SECRET",))
    environment = {**os.environ, "INTERNAL_TOKEN": "token-of-this-run", "LINE_CHANNEL_SECRET": "not-for-it"}
    with Supervision([speaker], data_dir, environment) as supervision:
        with pytest.raises(StartError):
            supervision.start_in_order(lambda _name: None)
        log = (data_dir / "logs" / "engine.log").read_text(encoding="utf-8")
    assert "hello" in log
    assert "token-of-this-run" in log
    assert "not-for-it" not in log
    assert "token-of-this-run" not in (data_dir / "run" / "supervisord.conf").read_text(encoding="utf-8")


def test_a_long_data_dir_is_no_obstacle(tmp_path):
    deep = tmp_path / ("long-name-" * 8) / ("100% long-" * 5)
    for name in ("run", "logs"):
        (deep / name).mkdir(parents=True)
    (port,) = free_ports(1)
    command = (sys.executable, "-m", "http.server", str(port))
    process = Process("engine", command, f"http://127.0.0.1:{port}/", 20)
    with Supervision([process], deep, dict(os.environ)) as supervision:
        supervision.start_in_order(lambda _name: None)
        assert supervision.pids()["engine"] > 0
