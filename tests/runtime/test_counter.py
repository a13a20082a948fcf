"""The whole counter: open after one line, itself again after kill -9 of each part, nothing left when it closes."""

import os
import signal
import time
from pathlib import Path

import pytest

from tests.conftest import accepts, wait_for

pytestmark = pytest.mark.counter

BACK_WITHIN_SECONDS = 90
TOLD_WITHIN_SECONDS = 3.5  # the gateway's 3 seconds, and the way there and back


def test_one_line_tells_that_it_is_open(counter):
    told = [text for text in counter.lines if "is open" in text]
    assert len(told) == 1
    assert counter.base_url in told[0]


def test_it_answers_and_is_ready(counter):
    assert counter.get("/readyz")[0] == 200
    assert counter.say("runtime-hello", "こんにちは")[0]["text"]


@pytest.mark.parametrize("name", ["engine", "actions", "gateway"])
def test_a_killed_part_comes_back_and_the_conversation_goes_on(counter, name):
    sender = f"runtime-{name}"
    opened = counter.say(sender, "第三者の保険料の見積りをお願いします")
    assert opened
    before = counter.pids[name]
    os.kill(before, signal.SIGKILL)
    started = time.monotonic()
    told = _told(counter, sender, "ワイド", f"{sender}-1")
    assert time.monotonic() - started < TOLD_WITHIN_SECONDS
    if name != "gateway":  # whom no gateway answers the widget tells (tests/channels/test_widget.py)
        assert "これまでのお話は残っています" in told
        assert "119番" in told
    wait_for(lambda: counter.pids[name] not in (0, before), 15, f"{name} is started again")
    wait_for(lambda: _is_ready(counter), BACK_WITHIN_SECONDS, "the counter is ready again")
    answer = _told(counter, sender, "ワイド", f"{sender}-1")  # again under the same id, as the widget does
    assert "ワイド" in answer
    assert "これまでのお話は残っています" not in answer


def test_no_message_stands_in_any_log(counter):
    secret = "しずかなこえでひとりごと"
    counter.say("runtime-quiet", secret)
    logs = list((counter.data_dir / "logs").glob("*.log*"))
    assert len(logs) >= 4
    assert [log.name for log in logs if secret in log.read_text(encoding="utf-8", errors="replace")] == []


def test_only_loopback_is_listened_on_and_the_inner_ports_want_the_token(counter):
    for name in ("ENGINE_PORT", "ACTIONS_PORT"):
        assert accepts(counter.ports[name])
        assert _listening_addresses(counter.ports[name]) == {"0100007F"}


def test_closing_leaves_nothing_behind(counter_factory):
    other = counter_factory()
    pids = other.pids
    other.stop(signal.SIGINT)
    assert other.supervisor.returncode == 0
    assert [pid for pid in pids.values() if Path(f"/proc/{pid}").exists()] == []
    assert [port for port in other.ports.values() if accepts(port)] == []
    assert not (other.data_dir / "run" / "supervisor.sock").exists()


def _told(counter, sender, text, message_id):
    """What the member is told; empty when nobody answers at all."""
    try:
        replies = counter.say(sender, text, {"message_id": message_id})
    except OSError:
        return ""
    return "".join(reply.get("text", "") for reply in replies)


def _is_ready(counter):
    try:
        return counter.get("/readyz")[0] == 200
    except OSError:
        return False


def _listening_addresses(port):
    rows = Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]
    listening = [row.split()[1] for row in rows if row.split()[3] == "0A"]
    return {address for address, number in (local.split(":") for local in listening) if number == f"{port:04X}"}
