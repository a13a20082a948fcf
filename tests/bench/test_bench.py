"""The benchmark measures what it says: percentiles, memory, targets, and messages that rating can answer."""

import asyncio
import subprocess
import sys

import pytest
import yaml

from bench import measures, report
from bench.__main__ import read_messages
from bench.client import Connection
from bench.rating_speed import quotes_per_second, requests
from bench.stock_data import OWN_INTENTS, STOCK
from tests.conftest import ROOT, wait_for


def _result(**figures):
    cuts = {"p50": 10.0, "p95": 20.0, "p99": 30.0}
    defaults = {"turns_per_second": 100.0, "early_ms": 10.0, "late_ms": 10.5, "ready_seconds": 10.0}
    return measures.Result("x", **{**defaults, "faq_ms": cuts, "form_ms": cuts, **figures})


def test_percentiles_of_a_known_series():
    assert measures.percentiles([float(n) for n in range(1, 102)]) == {"p50": 51.0, "p95": 96.0, "p99": 100.0}


def test_memory_counts_the_children():
    child = "x = bytearray(30_000_000); input()"
    code = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE) as parent:
        try:
            wait_for(lambda: _memory_mb(parent.pid) > 30, 20, "the child's 30 MB are counted")
        finally:
            parent.stdin.close()


def _memory_mb(pid):
    try:
        return measures.memory_mb(pid)
    except (ProcessLookupError, FileNotFoundError):  # a child between fork and exec
        return 0


def test_targets_tell_which_side_of_the_limit_a_figure_is_on():
    stock = _result(turns_per_second=20.0, form_ms={"p50": 30.0, "p95": 50.0, "p99": 80.0})
    met = {target.name: target.met for target in report.targets(_result(), stock, 99_999)}
    assert met.pop("turns a second, in multiples of stock") is False
    assert met.pop("quotes a second of rating alone") is False
    assert all(met.values())
    assert "NOT MET" in report.as_text(_result(), stock, report.targets(_result(), stock, 1))


def test_rating_is_measured_on_premiums_of_every_product():
    assert {type(request).__name__ for request in requests()} == {
        "ThirdPartyRequest", "AssemblyRequest", "CyberRequest",
    }
    assert quotes_per_second(seconds=0.05, batch=100) > 0


def test_the_stock_is_what_the_comparison_claims():
    config = yaml.safe_load((STOCK / "config.yml").read_text(encoding="utf-8"))
    names = [part["name"] for part in config["pipeline"] + config["policies"]]
    assert {"SpacyNLP", "SpacyTokenizer", "SpacyFeaturizer", "DIETClassifier", "TEDPolicy"} <= set(names)
    assert config["pipeline"][0]["model"] == "ja_ginza"
    assert "faq" in OWN_INTENTS


def test_messages_hold_a_quote_and_questions():
    messages = read_messages()
    assert len(messages.form) == len(messages.faq) == 5
    assert messages.cycle == messages.form + messages.faq


CHUNKED = (
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    b'5\r\n[{"te\r\n9\r\nxt":"a"}]\r\n0\r\n\r\n'
)
SIZED = b'HTTP/1.1 200 OK\r\nContent-Length: 14\r\n\r\n[{"text":"a"}]'
EMPTY = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]"
BUSY = b"HTTP/1.1 429 Too Many Requests\r\nContent-Length: 2\r\n\r\n{}"


def _say_to(answer):
    async def serve(reader, writer):
        head = await reader.readuntil(b"\r\n\r\n")
        size = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        await reader.readexactly(size)
        writer.write(answer)
        await writer.drain()
        writer.close()

    async def talk():
        async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
            connection = Connection(server.sockets[0].getsockname()[1])
            try:
                return await connection.say("a", "b")
            finally:
                connection.close()

    return asyncio.run(talk())


@pytest.mark.parametrize("answer", [CHUNKED, SIZED])
def test_the_client_reads_both_kinds_of_body(answer):
    assert _say_to(answer) == [{"text": "a"}]


@pytest.mark.parametrize("answer", [EMPTY, BUSY])
def test_an_answer_without_replies_is_a_failed_turn(answer):
    with pytest.raises(RuntimeError):
        _say_to(answer)


def test_the_procfile_starts_what_make_run_starts():
    from runtime.processes import counter_processes
    from runtime.settings import Settings

    rows = (ROOT / "Procfile").read_text(encoding="utf-8").splitlines()
    listed = dict(row.split(": ", 1) for row in rows if not row.startswith("#"))
    started = {
        process.name: " ".join(process.command).replace(f"{ROOT}/", "")
        for process in counter_processes(Settings())
    }
    assert listed == started
