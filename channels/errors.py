"""The errors of the gateway, and the one JSON form in which a client sees them: {"code", "message"}.

No stack trace, message text, name or id may reach a client or a log from here.
"""

from __future__ import annotations

from typing import Any


class ChannelError(Exception):
    """A request cannot be served as it came."""

    code = "channel_error"
    status = 500

    def __init__(self, message: str, **details: Any) -> None:
        super().__init__(message)
        self.message = message
        self.details = details

    @property
    def headers(self) -> dict[str, str]:
        """Headers that belong to the answer."""
        return {}

    def body(self) -> dict[str, Any]:
        """The JSON body of the answer."""
        return {"code": self.code, "message": self.message, **self.details}


class BadRequest(ChannelError):
    """The body is not what the contract asks for."""

    code = "bad_request"
    status = 422


class NotJson(BadRequest):
    """The body is not JSON, or not an object."""

    code = "not_json"


class TooLong(ChannelError):
    """The message or the body is longer than allowed."""

    code = "message_too_long"
    status = 413


class Waiting(ChannelError):
    """The client should come again after a while."""

    def __init__(self, message: str, retry_after_seconds: int) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds

    @property
    def headers(self) -> dict[str, str]:
        """Say when to come again."""
        return {"Retry-After": str(self.retry_after_seconds)}


class TooFast(Waiting):
    """A sender sent more messages a minute than allowed."""

    code = "too_many_messages"
    status = 429


class TooBusy(Waiting):
    """The gateway already serves as many requests as it may."""

    code = "busy"
    status = 503


class NotFound(ChannelError):
    """There is nothing under this address or number."""

    code = "not_found"
    status = 404


class ConfigurationFault(ChannelError):
    """A data file of the gateway is unusable; the start stops."""

    code = "configuration_fault"
