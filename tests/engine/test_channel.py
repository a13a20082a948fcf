"""The engine's only door, on a real Sanic server: who may come in, what is refused, and how replies are kept whole."""

from __future__ import annotations

import asyncio
import json
import logging
import socket
import threading
import urllib.error
import urllib.request
from collections.abc import Awaitable, Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from rasa.core.channels.channel import UserMessage
from sanic import Sanic

from bot.engine.channel import CounterChannel

TOKEN = {"Authorization": "Bearer right"}
MESSAGE = {"sender": "s", "message": "hello"}
READY = object()  # asks whether the model is loaded
Handler = Callable[[UserMessage], Awaitable[None]]


async def _nothing(message: UserMessage) -> None:
    """A turn without a reply, as when the action server is down."""


async def _echo(message: UserMessage) -> None:
    await message.output_channel.send_response(message.sender_id, {"text": message.text})


async def _fail(message: UserMessage) -> None:
    raise RuntimeError(message.text)


class Door:
    """The channel on a Sanic server in a thread of its own; the turn behind it is set by each test."""

    def __init__(self) -> None:
        self.app = Sanic("channel")
        self.app.blueprint(CounterChannel("right").blueprint(self._turn), url_prefix="/webhooks/counter")
        self.app.ctx.agent = None
        self.handler: Handler = _echo
        self.port = 0
        self._loop = asyncio.new_event_loop()
        self._open = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()
        assert self._open.wait(20)

    async def _turn(self, message: UserMessage) -> None:
        await self.handler(message)

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._listen())
        self._open.set()
        self._loop.run_forever()

    async def _listen(self) -> None:
        listening = socket.socket()
        listening.bind(("127.0.0.1", 0))
        self.port = listening.getsockname()[1]
        self._server = await self.app.create_server(sock=listening, return_asyncio_server=True)
        await self._server.startup()
        await self._server.start_serving()

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)


@pytest.fixture(scope="module")
def door() -> Iterator[Door]:
    """One server for all tests: Sanic rewrites its own code when it starts, which it can do once a process."""
    opened = Door()
    yield opened
    opened.close()


@pytest.fixture
def ask(door: Door) -> Callable[..., tuple[int, Any]]:
    """Send one request to the channel with a handler behind it: status and body."""

    def send(handler: Handler, body: Any = MESSAGE, headers: dict[str, str] = TOKEN, agent: object = None) -> tuple:
        door.handler, door.app.ctx.agent = handler, agent
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        data = None if body is READY else json.dumps(body).encode()
        path = "/webhooks/counter/" if body is READY else "/webhooks/counter/webhook"
        request = urllib.request.Request(f"http://127.0.0.1:{door.port}{path}", data, headers)
        try:
            with opener.open(request, timeout=10) as answer:
                return answer.status, json.loads(answer.read())
        except urllib.error.HTTPError as refused:
            with refused:
                return refused.code, json.loads(refused.read())

    return send


Ask = Callable[..., tuple[int, Any]]


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": "right"}])
def test_without_the_token_nobody_comes_in(ask: Ask, headers: dict[str, str]) -> None:
    status, body = ask(_echo, MESSAGE, headers)
    assert (status, body["code"]) == (401, "unauthorized")


@pytest.mark.parametrize(
    "body", [{}, [], "text", {"sender": "s"}, {"sender": "", "message": "x"}, {"sender": 3, "message": "x"},
             {"sender": "s", "message": None}, {"sender": "s", "message": "x", "metadata": "y"}],
)  # fmt: skip
def test_what_is_no_message_is_refused(ask: Ask, body: Any) -> None:
    status, answer = ask(_echo, body, TOKEN)
    assert (status, answer["code"]) == (422, "bad_message")


def test_no_reply_is_a_fault_and_not_an_empty_list(ask: Ask) -> None:
    status, body = ask(_nothing, MESSAGE, TOKEN)
    assert (status, body["code"]) == (503, "no_reply")


def test_a_failing_turn_tells_no_detail_and_logs_no_text(ask: Ask, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        status, body = ask(_fail, {**MESSAGE, "message": "a secret"}, TOKEN)
    assert (status, body["code"]) == (500, "turn_failed")
    assert "secret" not in str(body)
    assert "secret" not in caplog.text
    assert "RuntimeError" in caplog.text


def test_blank_lines_stay_in_one_message(ask: Ask) -> None:
    async def two_paragraphs(message: UserMessage) -> None:
        blocks = {"blocks": [{"type": "notice"}]}
        given = {"text": "one\n\ntwo", "buttons": [{"title": "b", "payload": "b"}], "custom": blocks, "image": None}
        await message.output_channel.send_response(message.sender_id, given)

    status, body = ask(two_paragraphs, MESSAGE, TOKEN)
    assert status == 200
    assert body == [
        {
            "recipient_id": "s",
            "text": "one\n\ntwo",
            "buttons": [{"title": "b", "payload": "b"}],
            "custom": {"blocks": [{"type": "notice"}]},
        }
    ]


@pytest.mark.parametrize(
    ("typed", "heard"),
    [("/restart", "restart"), ('/quote{"plan":"wide"}', 'quote{"plan":"wide"}'), ("//", "?"), ("", "?")],
)
def test_a_typed_slash_is_no_command(ask: Ask, typed: str, heard: str) -> None:
    status, body = ask(_echo, {"sender": "s", "message": typed}, TOKEN)
    assert status == 200
    assert body[0]["text"] == heard


def test_metadata_is_handed_on(ask: Ask) -> None:
    async def tell(message: UserMessage) -> None:
        await message.output_channel.send_response(message.sender_id, {"text": str(message.metadata)})

    _, body = ask(tell, {**MESSAGE, "sender": "new", "metadata": {"channel": "web"}}, TOKEN)
    assert body[0]["text"] == "{'channel': 'web', 'earlier': ''}"


def test_what_a_sender_said_before_goes_with_the_message(ask: Ask) -> None:
    async def tell(message: UserMessage) -> None:
        await message.output_channel.send_response(message.sender_id, {"text": message.metadata["earlier"]})

    sender = {"sender": "goes on"}
    status, _ = ask(
        tell, {**sender, "message": "組立保険の工具は対象になりますか", "metadata": {"earlier": "x"}}, TOKEN
    )
    assert status == 503
    _, body = ask(tell, {**sender, "message": "車だと？"}, TOKEN)
    assert body[0]["text"] == "組立保険の工具は対象になりますか"


def test_it_is_ready_when_the_model_is_loaded(ask: Ask) -> None:
    loading, loaded = (SimpleNamespace(is_ready=lambda ready=ready: ready) for ready in (False, True))
    assert ask(_echo, READY)[0] == 503
    assert ask(_echo, READY, agent=loading) == (503, {"code": "not_ready", "message": "The model is not loaded yet."})
    assert ask(_echo, READY, agent=loaded) == (200, {"status": "ok"})
