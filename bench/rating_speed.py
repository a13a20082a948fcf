"""Quotes a second of rating/ alone, in one process, over every published premium."""

from __future__ import annotations

import time
from datetime import datetime, timedelta, timezone
from itertools import cycle, islice, product

import rating

AS_OF = datetime(2025, 11, 20, 10, tzinfo=timezone(timedelta(hours=9)))
Request = rating.ThirdPartyRequest | rating.AssemblyRequest | rating.CyberRequest
SALES_YEN = (5_000_000, 80_000_000, 120_000_000, 450_000_000, 900_000_000)


def requests() -> list[Request]:
    """Requests of all three products that have a published premium."""
    plans = ("basic", "wide", "premium")
    wanted: list[Request] = [
        *(rating.ThirdPartyRequest(*row) for row in product(plans, (1, 3, 5), SALES_YEN, (0, 1))),
        *(rating.AssemblyRequest(*row) for row in product(SALES_YEN, (0, 1))),
        *(rating.CyberRequest(*row) for row in product((1, 2, 3, 4), ("A", "B", "C"), SALES_YEN)),
    ]
    tariffs = rating.load_tariffs()
    return [request for request in wanted if _is_published(tariffs, request)]


def expected_premium_yen() -> int:
    """The premium that the form of bench/messages.yml ends with: wide, 30 million yen, course 3, no claim."""
    request = rating.ThirdPartyRequest("wide", 3, 30_000_000, 0)
    return rating.quote(rating.load_tariffs(), request, AS_OF).premium_yen


def quotes_per_second(seconds: float = 2.0, batch: int = 2_000) -> float:
    """Quote for about `seconds`; the loop's own cost is counted in."""
    tariffs, endless = rating.load_tariffs(), cycle(requests())
    quoted, started = 0, time.perf_counter()
    while (elapsed := time.perf_counter() - started) < seconds:
        for request in islice(endless, batch):
            rating.quote(tariffs, request, AS_OF)
        quoted += batch
    return quoted / elapsed


def _is_published(tariffs: rating.Tariffs, request: Request) -> bool:
    try:
        rating.quote(tariffs, request, AS_OF)
    except rating.RatingError:
        return False
    return True
