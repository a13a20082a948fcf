"""Composition root of the actions process: `python -m bot.actions.serve`.

Serves Rasa's action protocol (POST /webhook) with FastAPI on 127.0.0.1 and nowhere else, behind a token in the
header. rasa-sdk's own server binds all interfaces and echoes the request in errors.
"""

from __future__ import annotations

import gc
import hmac
import logging
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import holidays
import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from rasa_sdk.executor import ActionExecutor

import knowledge
import rating
from bot.actions import texts
from bot.actions.answers import Answers
from bot.actions.capabilities import build_flows, cyber_class, local_desk, opening
from bot.actions.conversation import Conversation
from bot.actions.dispatch import ACTIONS, CounterAction
from bot.actions.flow import load_follows, load_leads, load_specs
from bot.actions.services import Services
from bot.actions.talk import TALK
from knowledge.coverage import load_coverage
from records.database import Database
from runtime.clock import Clock
from runtime.log import configure_logging
from runtime.settings import Settings, load_settings

logger = logging.getLogger(__name__)


def japanese_holidays() -> Callable[[date], bool]:
    """Whether a day is a Japanese public holiday, by the `holidays` library."""
    calendar = holidays.country_holidays("JP", years=range(2023, 2036))
    return lambda day: day in calendar


def build_executor(settings: Settings, now: Callable[[], datetime]) -> tuple[ActionExecutor, Services]:
    """Everything that a turn needs, loaded once."""
    texts.open_locales()
    url = settings.database_url
    services = Services(rating.load_tariffs(), knowledge.load(), load_coverage(), Database(url), japanese_holidays())
    answers = Answers(
        services.knowledge,
        {
            opening.HOURS: opening.at_moment,
            **dict.fromkeys(cyber_class.CLASSES, cyber_class.class_line),
            **dict.fromkeys(cyber_class.WHOLE, cyber_class.whole_line),
            **dict.fromkeys(local_desk.ENTRIES, local_desk.in_area),
        },
    )
    conversation = Conversation(build_flows(load_specs(), answers), answers, TALK, load_leads(), load_follows())
    executor = ActionExecutor()
    for name in ACTIONS:
        executor.register_action(CounterAction(name, conversation, services, now))
    return executor, services


def create_app(settings: Settings) -> FastAPI:
    """The action server."""
    executor, services = build_executor(settings, Clock(settings).now)
    expected = f"Bearer {settings.internal_token.get_secret_value()}".encode()
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)

    @app.get("/health")
    def health() -> dict[str, str]:
        services.database.ping()
        return {"status": "ok"}

    @app.post("/webhook")
    async def webhook(request: Request) -> JSONResponse:
        if not hmac.compare_digest(request.headers.get("authorization", "").encode(), expected):
            return _fault(401, "unauthorized")
        body: dict[str, Any] = await request.json()
        body.setdefault("domain", {})
        try:
            result = await executor.run(body)
        except Exception as error:
            # The message's text must not reach the log: only where it failed.
            logger.error("A turn failed: %s at %s", type(error).__name__, _place(error))
            return _fault(500, "turn_failed")
        if result is None:
            return _fault(422, "no_action")
        return JSONResponse(result.model_dump() if hasattr(result, "model_dump") else result)

    gc.collect()
    gc.freeze()
    return app


def _place(error: BaseException) -> str:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno}" if trace else "?"


def _fault(status: int, code: str) -> JSONResponse:
    return JSONResponse({"code": code}, status_code=status)


def main() -> None:
    """Serve until the process is ended."""
    settings = load_settings()
    configure_logging(logging.WARNING)
    uvicorn.run(
        create_app(settings), host="127.0.0.1", port=settings.actions_port, access_log=False, log_level="warning"
    )


if __name__ == "__main__":
    main()
