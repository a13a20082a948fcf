"""What a member is told when something fails: what happened, nothing is lost, whom to call.

The words stand in locales; here they are put together with the contacts. No reason is guessed.
"""

from __future__ import annotations

from channels.contacts import ACCIDENT_SUPPORT, BRANCH, ContactBook
from channels.engine import Reply
from channels.loopback import LoopbackError
from channels.texts import Texts

# Which text belongs to which failure; everything else is told as a failure on our side.
_TEXT_KEYS = {
    "unreachable": "failure.unreachable",
    "timeout": "failure.timeout",
    "queued_too_long": "failure.still_working",
}


class QueuedTooLong(LoopbackError):
    """The sender's earlier message was still being worked on; this one was not passed on."""

    code = "queued_too_long"


class TurnBrokeOff(LoopbackError):
    """A fault of the gateway itself in the middle of a turn."""

    code = "internal"


class FailureReplies:
    """Makes the reply for a failure."""

    def __init__(self, texts: Texts, contacts: ContactBook) -> None:
        self._texts = texts
        self._contacts = contacts

    def reply(self, failure: LoopbackError, language: str) -> Reply:
        """One reply that stands alone."""
        accident = self._contacts.shown(ACCIDENT_SUPPORT, language)
        branch = self._contacts.shown(BRANCH, language)
        what = self._texts.get(language, _TEXT_KEYS.get(failure.code, "failure.other"))
        people = self._texts.get(
            language,
            "failure.people",
            branch=branch["name"],
            accident=accident["name"],
            phone=accident["phone"],
            hours=accident["hours"],
        )
        return {"text": f"{what}\n{people}"}
