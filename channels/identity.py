"""Sender ids leave the gateway only as a keyed digest, to records and to the engine alike.

The key stays in DATA_DIR, so that a conversation goes on after a restart.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from pathlib import Path

KEY_FILE = "sender.key"
KEY_BYTES = 32


class SenderKeys:
    """Makes the key of a conversation from channel and sender."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    @classmethod
    def load(cls, data_dir: Path) -> SenderKeys:
        """Read the key from `data_dir`; the first start makes it, readable for the owner only."""
        path = data_dir / KEY_FILE
        data_dir.mkdir(parents=True, exist_ok=True)
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return cls(path.read_bytes())
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(KEY_BYTES))
        return cls(path.read_bytes())

    def of(self, channel: str, sender: str) -> str:
        """The key of `sender` on `channel`: 32 hexadecimal digits."""
        message = f"{channel}\0{sender}".encode()
        return hmac.new(self._key, message, hashlib.sha256).hexdigest()[:32]
