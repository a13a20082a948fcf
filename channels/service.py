"""The parts that the routes need, put together once by the composition root (app.py)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from fastapi import Request

from channels.contacts import ContactBook
from channels.limits import SenderRate
from channels.loopback import LoopbackClient
from channels.measures import Measures
from channels.sheets.making import SheetMaker
from channels.sheets.pdf import PdfPress
from channels.stores import Drafts, Quotes
from channels.texts import Texts
from channels.turns import Turns
from rating import Tariffs
from records.database import Database


@dataclass(frozen=True)
class Service:
    """What a request may use."""

    turns: Turns
    rate: SenderRate
    measures: Measures
    texts: Texts
    contacts: ContactBook
    tariffs: Tariffs
    database: Database
    quotes: Quotes
    drafts: Drafts
    sheets: SheetMaker
    press: PdfPress
    engine_client: LoopbackClient
    actions_client: LoopbackClient
    now: Callable[[], datetime]
    max_message_chars: int


def service(request: Request) -> Service:
    """The service of the app that a request came to."""
    found: Service = request.app.state.service
    return found
