"""A small HTTP/1.1 client on asyncio streams: it must not take the time that is to be measured."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from typing import Any


@dataclass
class Connection:
    """One kept-alive connection to a loopback port."""

    port: int
    reader: asyncio.StreamReader | None = None
    writer: asyncio.StreamWriter | None = None

    async def say(self, sender: str, text: str) -> list[dict[str, Any]]:
        """Send one message to Rasa's REST webhook and return the replies.

        Raises:
            RuntimeError: the answer was not 200 or held no reply.
        """
        body = json.dumps({"sender": sender, "message": text}).encode()
        status, content = await self._post("/webhooks/rest/webhook", body)
        replies: list[dict[str, Any]] = json.loads(content) if status == 200 else []
        if not replies:
            raise RuntimeError(f"status {status}, {len(replies)} replies")
        return replies

    async def _post(self, path: str, body: bytes) -> tuple[int, bytes]:
        if self.writer is None or self.writer.is_closing():
            self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
        head = (
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        self.writer.write(head.encode() + body)
        return await self._read()

    async def _read(self) -> tuple[int, bytes]:
        assert self.reader is not None  # noqa: S101
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower().split("\r\n")
        status = int(head[0].split()[1])
        fields = dict(row.split(": ", 1) for row in head[1:] if ": " in row)
        if fields.get("transfer-encoding") == "chunked":
            content = await self._chunks(self.reader)
        else:
            content = await self.reader.readexactly(int(fields.get("content-length", "0")))
        if fields.get("connection") == "close":
            self.close()
        return status, content

    @staticmethod
    async def _chunks(reader: asyncio.StreamReader) -> bytes:
        content = b""
        while size := int((await reader.readuntil(b"\r\n")).strip(), 16):
            content += (await reader.readexactly(size + 2))[:-2]
        await reader.readexactly(2)
        return content

    def close(self) -> None:
        """Close the connection; the next message opens a new one."""
        if self.writer is not None:
            self.writer.close()
            self.writer = None
