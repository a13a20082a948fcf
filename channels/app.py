"""The composition root of the gateway: reads the data files, opens the connections, puts the routes together.

The only place in this room that knows all parts; nothing is opened before the app starts.
"""

from __future__ import annotations

import gc
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.types import ASGIApp

from channels import faults
from channels.contacts import ContactBook
from channels.engine import Engine
from channels.failures import FailureReplies
from channels.forgetting import Forgetting
from channels.guard import Guard
from channels.history import QueuedHistory
from channels.identity import SenderKeys
from channels.limits import SenderRate
from channels.loopback import LoopbackClient
from channels.masking import Masker
from channels.measures import Measures
from channels.repeats import Repeats
from channels.rest import health, quotes, webhook
from channels.rest.openapi import describing
from channels.service import Service
from channels.sheets import pages as sheet_pages
from channels.sheets.making import SheetMaker
from channels.sheets.pdf import PdfPress
from channels.stores import Drafts, Quotes, TurnLog
from channels.texts import Texts
from channels.turns import Turns
from channels.web import pages as web_pages
from rating import load_tariffs
from records.database import Database
from runtime.clock import Clock
from runtime.settings import Settings

SHUTDOWN_SECONDS = 5.0
TITLE = "Madoguchi gateway"
DESCRIPTION = (
    "The counter's public interface. Premiums are looked up in published tables or refused, never computed."
)


def create_app(settings: Settings) -> ASGIApp:
    """The gateway as an ASGI application."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        service, history = _open(settings)
        app.state.service = service
        forgetting = Forgetting(service.database, settings.keep_days, service.now)
        history.start()
        forgetting.start()
        # What was loaded stays for good: the collector need not walk through it in the middle of a turn.
        gc.collect()
        gc.freeze()
        yield
        await service.turns.finish(SHUTDOWN_SECONDS)
        await history.stop()
        await forgetting.stop()
        service.engine_client.close()
        service.actions_client.close()
        service.database.dispose()

    app = FastAPI(
        title=TITLE, description=DESCRIPTION, version="1", docs_url=None, redoc_url=None, lifespan=lifespan
    )
    faults.install(app)
    for routed in (webhook, quotes, health, sheet_pages, web_pages):
        app.include_router(routed.router)
    app.openapi = describing(app)  # type: ignore[method-assign]
    return Guard(app, settings.site_origins.split(",") if settings.site_origins else ())


def _open(settings: Settings) -> tuple[Service, QueuedHistory]:
    texts, contacts, clock = Texts.load(), ContactBook.load(), Clock(settings)
    database = Database(settings.database_url)
    log = TurnLog(database)
    history = QueuedHistory(log.write, log.first_answer)
    token = settings.internal_token.get_secret_value()
    engine_client = LoopbackClient(settings.engine_port, token)
    measures = Measures()
    measures.watch_history(lambda: history.waiting, lambda: history.lost)
    turns = Turns(
        engine=Engine(engine_client),
        history=history,
        keys=SenderKeys.load(settings.data_dir),
        masker=Masker.load(),
        texts=texts,
        failures=FailureReplies(texts, contacts),
        now=clock.now,
        timeout_seconds=settings.engine_timeout_seconds,
        repeats=Repeats(time.monotonic),
        measures=measures,
    )
    service = Service(
        turns=turns,
        rate=SenderRate(settings.rate_limit_per_minute, time.monotonic),
        measures=measures,
        texts=texts,
        contacts=contacts,
        tariffs=load_tariffs(),
        database=database,
        quotes=Quotes(database),
        drafts=Drafts(database),
        sheets=SheetMaker(texts),
        press=PdfPress(),
        engine_client=engine_client,
        actions_client=LoopbackClient(settings.actions_port, token),
        now=clock.now,
        max_message_chars=settings.max_message_chars,
    )
    return service, history
