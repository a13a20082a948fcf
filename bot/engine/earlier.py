"""What a sender said just before, so that a short message can be understood with it.

Kept in this process only and never written: a restart forgets it, and the next message is understood alone. The texts
are as the gateway masked them.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable

MOST_SENDERS = 2000
MOST_CHARACTERS = 240
# After so long a silence nobody goes on in half a sentence.
SECONDS = 45 * 60.0
# So short a message told little; what stood before it belongs to it.
SLIGHT = 14


class Earlier:
    """The last words of each sender; bounded in senders, length and time."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._said: OrderedDict[str, tuple[float, str]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._said)

    def before(self, sender: str, text: str) -> str:
        """What a sender said before this message, and keep the message for the next one.

        Args:
            sender: The conversation's key.
            text: The message that came in now.

        Returns:
            The message before, with the one before that when it was slight; empty at the beginning and after a
            long silence.
        """
        now = self._clock()
        at, said = self._said.pop(sender, (now, ""))
        before = said if now - at <= SECONDS else ""
        kept = text.strip()[:MOST_CHARACTERS]
        if len(kept) < SLIGHT and before:
            kept = f"{before}\n{kept}"[-MOST_CHARACTERS:]
        self._said[sender] = (now, kept)
        while len(self._said) > MOST_SENDERS:
            self._said.popitem(last=False)
        return before
