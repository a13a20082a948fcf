"""A small HTTP/1.1 client for the processes behind the gateway, with kept-alive connections.

A general client costs more processor time a turn than everything else in the gateway. This one speaks to a
known server on loopback: no redirects, no TLS, no proxies, JSON in and out. It must not be used for other
hosts.
"""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from typing import cast

import httptools

MAXIMUM_RESPONSE_BYTES = 2_000_000
# Sanic closes an idle connection after 5 s: one that waited longer than this is not used again.
IDLE_SECONDS = 3.0
MAXIMUM_IDLE = 64


class LoopbackError(Exception):
    """A process behind the gateway gave no usable answer."""

    code = "behind_failed"


class Unreachable(LoopbackError):
    """No connection came about, so the request cannot have been processed."""

    code = "unreachable"


class ConnectionBroken(LoopbackError):
    """The connection ended before the answer was whole; the request may have been processed."""

    code = "connection_broken"


class Overdue(LoopbackError):
    """No whole answer within the time allowed; the request may still be processed."""

    code = "timeout"


@dataclass(frozen=True)
class Response:
    """Status and body of an answer."""

    status: int
    body: bytes


class LoopbackClient:
    """Requests to one server; holds its idle connections."""

    def __init__(self, port: int, token: str = "", host: str = "127.0.0.1") -> None:
        self._host, self._port = host, port
        authorization = f"Authorization: Bearer {token}\r\n" if token else ""
        self._head = f" HTTP/1.1\r\nHost: {host}:{port}\r\n{authorization}".encode()
        self._idle: deque[tuple[float, _Connection]] = deque()

    async def get(self, path: str, timeout_seconds: float) -> Response:
        """GET `path`.

        Raises:
            LoopbackError: no usable answer in time.
        """
        return await self._within(b"GET " + path.encode() + self._head + b"\r\n", timeout_seconds)

    async def post_json(self, path: str, body: bytes, timeout_seconds: float) -> Response:
        """POST the JSON text `body` to `path`.

        Raises:
            LoopbackError: no usable answer in time.
        """
        head = b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body)
        return await self._within(b"POST " + path.encode() + self._head + head + body, timeout_seconds)

    def close(self) -> None:
        """Close all idle connections."""
        while self._idle:
            self._idle.pop()[1].close()

    async def _within(self, request: bytes, timeout_seconds: float) -> Response:
        try:
            async with asyncio.timeout(timeout_seconds):
                connection = self._reusable() or await self._connect()
                try:
                    response = await connection.exchange(request)
                except BaseException:
                    connection.close()
                    raise
        except TimeoutError as exc:
            raise Overdue from exc
        self._keep(connection)
        return response

    def _reusable(self) -> _Connection | None:
        now = asyncio.get_running_loop().time()
        while self._idle:
            since, connection = self._idle.pop()
            if connection.usable and now - since < IDLE_SECONDS:
                return connection
            connection.close()
        return None

    async def _connect(self) -> _Connection:
        try:
            _, connection = await asyncio.get_running_loop().create_connection(
                _Connection, self._host, self._port
            )
        except OSError as exc:
            raise Unreachable from exc
        return connection

    def _keep(self, connection: _Connection) -> None:
        if connection.usable and len(self._idle) < MAXIMUM_IDLE:
            self._idle.append((asyncio.get_running_loop().time(), connection))
        else:
            connection.close()


class _Connection(asyncio.Protocol):
    """One connection; one exchange at a time."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._answer: asyncio.Future[Response] | None = None
        self._parser = httptools.HttpResponseParser(self)
        self._parts: list[bytes] = []
        self._size = 0
        self._keep_alive = True

    @property
    def usable(self) -> bool:
        """Whether another exchange can be made."""
        return self._keep_alive and self._transport is not None and not self._transport.is_closing()

    async def exchange(self, request: bytes) -> Response:
        """Send `request` and wait for the whole answer."""
        if self._transport is None or self._transport.is_closing():
            raise ConnectionBroken
        self._answer = asyncio.get_running_loop().create_future()
        self._parser = httptools.HttpResponseParser(self)
        self._parts, self._size = [], 0
        self._transport.write(request)
        return await self._answer

    def close(self) -> None:
        """Close the connection; a waiting exchange fails."""
        if self._transport is not None:
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports are no subclass of asyncio's.
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError:
            self._fail()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        self._fail()

    def on_body(self, body: bytes) -> None:
        self._size += len(body)
        self._parts.append(body)
        if self._size > MAXIMUM_RESPONSE_BYTES:
            self._fail()

    def on_message_complete(self) -> None:
        self._keep_alive = self._parser.should_keep_alive()
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(Response(self._parser.get_status_code(), b"".join(self._parts)))

    def _fail(self) -> None:
        self._keep_alive = False
        with suppress(AttributeError):
            self._transport.abort()  # type: ignore[union-attr]
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(ConnectionBroken())
