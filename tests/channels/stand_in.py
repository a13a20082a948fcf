"""A stand-in for the processes behind the gateway: speaks the engine's contract over HTTP, also badly."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, *args: Any) -> None:
        self.connections: list[socket.socket] = []
        super().__init__(*args)

    def get_request(self) -> tuple[socket.socket, Any]:
        connection, address = super().get_request()
        self.connections.append(connection)
        return connection, address


class StandIn:
    """An engine (and an action server's /health) on a free loopback port; `mode` decides how it behaves."""

    def __init__(self, token: str, port: int = 0) -> None:
        self.mode = "echo"
        self.delay_seconds = 0.0
        self.reply: list[dict[str, Any]] | None = None
        self.script: dict[str, list[dict[str, Any]]] = {}
        self.received: list[dict[str, Any]] = []
        self.finished: list[str] = []
        self.token = token
        self._server = _Server(("127.0.0.1", port), _handler(self))
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    def stop(self) -> None:
        """End as a killed process does: open connections break."""
        self._server.shutdown()
        self._server.server_close()
        self.drop_connections()
        self._thread.join(5)

    @property
    def connections(self) -> list[socket.socket]:
        return self._server.connections

    def drop_connections(self) -> None:
        for connection in self.connections:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def body(self, asked: dict[str, Any]) -> bytes:
        if self.mode == "garbage":
            return b"<html>oops"
        if self.mode == "not_a_list":
            return b'{"text": "no list"}'
        if self.mode == "empty":
            return b"[]"
        if self.mode == "textless":
            return b'[{"recipient_id": "x", "custom": {"blocks": []}}, 7, {"text": "  "}]'
        replies = self.reply or self.script.get(asked["message"]) or [{"text": f"echo: {asked['message']}"}]
        return json.dumps([{"recipient_id": asked["sender"], **reply} for reply in replies]).encode()


def _handler(stand_in: StandIn) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *args: Any) -> None:
            """Keep quiet."""

        def do_GET(self) -> None:
            self._send(200 if stand_in.mode != "error" else 503, b'{"status": "ok"}')

        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if self.headers["Authorization"] != f"Bearer {stand_in.token}":
                return self._send(401, b'{"code": "unauthorized"}')
            stand_in.received.append(asked)
            time.sleep(stand_in.delay_seconds)
            stand_in.finished.append(asked["message"])
            if stand_in.mode == "error":
                return self._send(500, b'{"code": "turn_failed"}')
            if stand_in.mode == "cut":
                self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n[{")
                self.close_connection = True
                return None
            return self._send(200, stand_in.body(asked))

        def _send(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    return Handler
