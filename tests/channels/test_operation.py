"""Health, readiness, metrics, headers, CORS, bounds, and what never goes into a log."""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from records.database import Database
from tests.channels.gateway import TOKEN, Gateway, free_port
from tests.channels.stand_in import StandIn


def test_the_process_lives(gateway: Gateway) -> None:
    assert gateway.client.get("/healthz").json() == {"status": "ok"}


def test_readiness_names_what_does_not_answer(start_gateway: Callable[..., Gateway]) -> None:
    actions = StandIn(TOKEN)
    gateway = start_gateway(actions_port=actions.port)
    assert gateway.client.get("/readyz").status_code == 200
    gateway.behind.mode = "error"
    answer = gateway.client.get("/readyz")
    assert (answer.status_code, answer.json()["failing"]) == (503, ["engine"])
    gateway.behind.mode = "echo"
    actions.stop()
    assert gateway.client.get("/readyz").json()["failing"] == ["actions"]
    os.rename(gateway.settings.data_dir / "counter.sqlite3", gateway.settings.data_dir / "away")
    for side in ("-wal", "-shm"):
        (gateway.settings.data_dir / f"counter.sqlite3{side}").unlink(missing_ok=True)
    gateway.end()
    gateway.start()
    assert "database" in gateway.client.get("/readyz").json()["failing"]


def test_metrics_count_without_texts_or_ids(gateway: Gateway) -> None:
    gateway.say("計測のしるし", "member-in-metrics", channel="web")
    gateway.say("パスワードは himitsu99", "member-in-metrics")
    text = gateway.client.get("/metrics").text
    assert 'madoguchi_turns_total{channel="web",outcome="answered"}' in text
    assert 'madoguchi_masked_total{kind="password"}' in text
    assert "madoguchi_turn_seconds_bucket" in text
    assert "計測" not in text and "member-in-metrics" not in text


PAGES = [
    "/",
    "/widget.js",
    "/widget/counter.js",
    "/widget/widget.css",
    "/widget/config",
    "/site/site.css",
    "/healthz",
]


@pytest.mark.parametrize("path", [*PAGES, "/api/v1/quotes/x", "/nothing", "/webhooks/rest/webhook"])
def test_every_answer_has_its_security_headers(gateway: Gateway, path: str) -> None:
    headers = gateway.client.get(path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy and "script-src 'self'" in policy
    assert "server" not in headers


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/nothing"), ("GET", "/webhooks/rest/webhook"), ("PUT", "/")]
)
def test_every_fault_is_json(gateway: Gateway, method: str, path: str) -> None:
    answer = gateway.client.request(method, path)
    assert answer.status_code in (404, 405, 411)
    assert {"code", "message"} == answer.json().keys()


WEBHOOK = "/webhooks/rest/webhook"
MEMBER_SITE, INTRANET = "https://members.example.jp", "http://intranet.example.jp:8080"


@pytest.fixture(scope="module")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    """A gateway that two sites are named to."""
    gateway = Gateway(
        tmp_path_factory.mktemp("embedded"), site_origins=f"{MEMBER_SITE}, {INTRANET}", rate_limit_per_minute=1
    )
    yield gateway
    gateway.stop()


@pytest.mark.parametrize("site", [MEMBER_SITE, INTRANET])
def test_a_named_site_may_talk_and_reads_when_to_come_again(embedded: Gateway, site: str) -> None:
    asked = {"Origin": site, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}
    allowed = embedded.client.options(WEBHOOK, headers=asked)
    assert (allowed.status_code, allowed.headers["Access-Control-Allow-Origin"]) == (204, site)
    assert "POST" in allowed.headers["Access-Control-Allow-Methods"]
    assert allowed.headers["Access-Control-Allow-Headers"] == "content-type"
    body = {"sender": f"of {site}", "message": "こんにちは"}
    first, second = (embedded.client.post(WEBHOOK, json=body, headers={"Origin": site}) for _ in range(2))
    assert (first.status_code, second.status_code) == (200, 429)
    for answer in (first, second):
        assert answer.headers["Access-Control-Allow-Origin"] == site
        assert answer.headers["Access-Control-Expose-Headers"] == "retry-after"
        assert answer.headers["Vary"] == "Origin"
        assert "Access-Control-Allow-Credentials" not in answer.headers


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "http://members.example.jp",
        "https://members.example.jp:8443",
        "https://members.example.jp.evil.example",
        "https://sub.members.example.jp",
        "null",
    ],
)
def test_any_other_site_may_not(embedded: Gateway, origin: str) -> None:
    asked = {"Origin": origin, "Access-Control-Request-Method": "POST"}
    for answer in (
        embedded.client.options(WEBHOOK, headers=asked),
        embedded.client.post(WEBHOOK, json={"sender": origin, "message": "?"}, headers={"Origin": origin}),
    ):
        assert "Access-Control-Allow-Origin" not in answer.headers


def test_without_named_sites_only_the_widgets_files_are_for_everybody(gateway: Gateway) -> None:
    origin = {"Origin": MEMBER_SITE}
    assert "Access-Control-Allow-Origin" not in gateway.client.post(WEBHOOK, json={}, headers=origin).headers
    assert gateway.client.get("/widget/counter.js", headers=origin).headers["Access-Control-Allow-Origin"] == "*"


def test_a_body_that_is_too_long_is_refused_before_it_is_read(gateway: Gateway) -> None:
    answer = gateway.client.post("/api/v1/quotes", content=b" " * 1_500_001)
    assert (answer.status_code, answer.json()["code"]) == (413, "message_too_long")


def test_a_body_without_length_is_counted_or_refused(gateway: Gateway) -> None:
    def endless() -> object:
        for _ in range(100):
            yield b" " * 10_000

    quotes = gateway.client.post("/api/v1/quotes", content=endless())
    assert (quotes.status_code, quotes.json()["code"]) == (411, "length_required")
    webhook = gateway.client.post("/webhooks/rest/webhook", content=endless())
    assert (webhook.status_code, webhook.json()["code"]) == (413, "message_too_long")


def test_files_outside_the_widget_are_not_served(gateway: Gateway) -> None:
    for path in ("/widget/..%2fpages.py", "/widget/pages.py", "/site/index.html", "/widget/%2e%2e/pages.py"):
        assert gateway.client.get(path).status_code == 404


class Gathering(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


def wait_until_it_answers(base: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            httpx.get(f"{base}/healthz")
            return
        except httpx.TransportError:
            assert process.poll() is None and time.monotonic() < deadline
            time.sleep(0.1)


def test_no_text_name_or_id_reaches_a_log(tmp_path: Path) -> None:
    """The real process with every kind of failure; its whole output is searched."""
    behind = StandIn(TOKEN)
    port = free_port()
    data_dir = tmp_path / "data"
    data_dir.mkdir()
    database = Database(f"sqlite:///{data_dir / 'counter.sqlite3'}")
    database.upgrade()
    database.dispose()
    environment = {
        **os.environ,
        "PORT": str(port),
        "ENGINE_PORT": str(behind.port),
        "ACTIONS_PORT": str(free_port()),
        "DATA_DIR": str(data_dir),
        "INTERNAL_TOKEN": TOKEN,
    }
    log = tmp_path / "log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "channels.serve"], env=environment, stdout=out, stderr=subprocess.STDOUT
        )
    base = f"http://127.0.0.1:{port}"
    try:
        wait_until_it_answers(base, process)
        with httpx.Client(base_url=base) as client:
            for mode in ("echo", "garbage", "error", "empty", "cut"):
                behind.mode = mode
                metadata = {"message_id": f"MARK-ID-{mode}"}
                body = {"sender": "MARK-SENDER", "message": "MARK-TEXT 目印", "metadata": metadata}
                assert client.post("/webhooks/rest/webhook", json=body).status_code == 200
            behind.stop()
            client.post("/webhooks/rest/webhook", json=body)
            client.post("/webhooks/rest/webhook", content=b'{"sender": "MARK-SENDER", "message": MARK-TEXT')
            client.post("/api/v1/quotes", json={"product": "MARK-TEXT"})
            client.get("/quotes/MARK-ID")
            client.get("/api/v1/quotes/MARK-ID?MARK-TEXT=1")
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(15)
    written = log.read_text(encoding="utf-8")
    assert "A turn failed" in written, "the log itself works"
    assert "MARK" not in written and "目印" not in written


def test_an_unusable_setting_stops_the_start_with_one_line(tmp_path: Path) -> None:
    environment = {**os.environ, "PORT": "not a port", "DATA_DIR": str(tmp_path)}
    ended = subprocess.run(
        [sys.executable, "-m", "channels.serve"], env=environment, capture_output=True, text=True, timeout=60
    )
    assert ended.returncode == 2
    assert len(ended.stderr.strip().splitlines()) == 1 and "PORT" in ended.stderr


def test_the_widget_config_is_whole_in_both_languages(gateway: Gateway) -> None:
    japanese, english = (gateway.client.get(f"/widget/config?lang={lang}").json() for lang in ("ja", "en"))
    assert japanese["texts"].keys() == english["texts"].keys()
    assert japanese["max_message_chars"] == 1000
    assert json.dumps(english["texts"]).isascii() or "…" in str(english["texts"])
