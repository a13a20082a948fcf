"""The outermost layer: a bound on requests at once, security headers, CORS for configured sites.

Plain ASGI, since a layer that wraps requests and responses costs more than the rest of a turn.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

logger = logging.getLogger(__name__)

Header = tuple[bytes, bytes]

MAXIMUM_ACTIVE = 600
# Addresses that a supervisor asks; they are answered however busy the gateway is.
ALWAYS_SERVED = frozenset({"/healthz", "/readyz", "/metrics"})
CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)
SECURITY_HEADERS: tuple[Header, ...] = (
    (b"x-content-type-options", b"nosniff"),
    # Whatever says nothing else of itself is a conversation, a quote or a state: nobody may keep it.
    (b"cache-control", b"no-store"),
    (b"x-frame-options", b"DENY"),
    # Numbers of quotes and drafts stand in addresses and must not travel on in a referrer.
    (b"referrer-policy", b"no-referrer"),
    (b"content-security-policy", CONTENT_POLICY.encode()),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=()"),
)
MAXIMUM_BODY_BYTES = 1_500_000
# Routes that read their body bit by bit and stop at their own bound.
COUNTING_PREFIXES = ("/webhooks/",)
CORS_METHODS = b"GET, POST, OPTIONS"
CORS_HEADERS = b"content-type"
# The widget reads when it may come again.
CORS_EXPOSED = b"retry-after"
# Widget files are the same for everybody and hold nothing private: any site may load them.
PUBLIC_PREFIXES = ("/widget",)


class Guard:
    """Wraps the application."""

    def __init__(self, app: ASGIApp, origins: Iterable[str], maximum_active: int = MAXIMUM_ACTIVE) -> None:
        self._app = app
        self._origins = frozenset(origin.encode() for origin in origins)
        self._maximum_active = maximum_active
        self._active = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        extra = self._cors(scope)
        fault = _body_fault(scope)
        if scope["method"] == "OPTIONS" and extra:
            await _empty(send, 204, (*SECURITY_HEADERS, *extra))
        elif self._active >= self._maximum_active and scope["path"] not in ALWAYS_SERVED:
            await _busy(send, extra)
        elif fault:
            status, body = fault
            await _json(send, status, body, (*SECURITY_HEADERS, *extra))
        else:
            await self._serve(scope, receive, send, extra)

    async def _serve(self, scope: Scope, receive: Receive, send: Send, extra: tuple[Header, ...]) -> None:
        started = False

        async def with_headers(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                present = {name for name, _ in message["headers"]}
                message["headers"] = [
                    *message["headers"],
                    *(header for header in SECURITY_HEADERS if header[0] not in present),
                    *extra,
                ]
            await send(message)

        self._active += 1
        try:
            await self._app(scope, receive, with_headers)
        except Exception as error:
            # The last line: no trace and no text of the request goes anywhere.
            logger.error("A request broke off: %s", _place(error))
            if not started:
                await _json(with_headers, 500, {"code": "internal", "message": "Internal error."})
        finally:
            self._active -= 1

    def _cors(self, scope: Scope) -> tuple[Header, ...]:
        origin = next((value for name, value in scope["headers"] if name == b"origin"), None)
        if scope["path"].startswith(PUBLIC_PREFIXES):
            # Without this a page of another origin may not load the widget's modules.
            return (
                (b"access-control-allow-origin", b"*"),
                (b"cross-origin-resource-policy", b"cross-origin"),
            )
        if origin is None or origin not in self._origins:
            return ()
        return (
            (b"access-control-allow-origin", origin),
            (b"access-control-allow-methods", CORS_METHODS),
            (b"access-control-allow-headers", CORS_HEADERS),
            (b"access-control-expose-headers", CORS_EXPOSED),
            (b"access-control-max-age", b"600"),
            (b"vary", b"Origin"),
        )


def _body_fault(scope: Scope) -> tuple[int, dict[str, str]] | None:
    """What is wrong with the size that a request declares; who counts while reading need not declare one."""
    if scope["method"] not in ("POST", "PUT", "PATCH"):
        return None
    declared = next((value for name, value in scope["headers"] if name == b"content-length"), None)
    if declared is None:
        if scope["path"].startswith(COUNTING_PREFIXES):
            return None
        return 411, {"code": "length_required", "message": "The request must declare its Content-Length."}
    if int(declared) > MAXIMUM_BODY_BYTES:
        message = f"The body is longer than {MAXIMUM_BODY_BYTES} bytes."
        return 413, {"code": "message_too_long", "message": message}
    return None


def _place(error: BaseException) -> str:
    """Kind of an error and the place where it was raised; its message may hold what a member typed."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else "?"
    return f"{type(error).__name__} at {where}"


async def _busy(send: Send, extra: tuple[Header, ...]) -> None:
    body = {"code": "busy", "message": "Too many requests at once. Please send it again in a moment."}
    await _json(send, 503, body, (*SECURITY_HEADERS, *extra, (b"retry-after", b"1")))


async def _json(send: Send, status: int, body: dict[str, str], headers: tuple[Header, ...] = ()) -> None:
    encoded = json.dumps(body).encode()
    described = [(b"content-type", b"application/json"), (b"content-length", str(len(encoded)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": [*described, *headers]})
    await send({"type": "http.response.body", "body": encoded})


async def _empty(send: Send, status: int, headers: tuple[Header, ...]) -> None:
    await send({"type": "http.response.start", "status": status, "headers": list(headers)})
    await send({"type": "http.response.body", "body": b""})
