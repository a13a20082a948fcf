"""What of a question for a premium the printed tables do not hold: joining during the year, and other years.

It is said before the printed figure, so that nobody takes the one for the other.
"""

from __future__ import annotations

import rating
from bot.actions.capabilities.contact_text import whom_to_ask
from bot.actions.flow import Turn


def not_held(turn: Turn, product: str) -> list[str]:
    """The lines that stand before a premium when something else was asked for; usually none."""
    tariff, t = turn.services.tariffs.at(product, turn.now), turn.t
    lines = []
    year = _other_year(turn, tariff)
    if year is not None:
        key = "quote.other_year" if year else "quote.some_year"
        period = {"start": t.day(tariff.effective_from.date()), "end": t.day(tariff.effective_until.date())}
        lines.append(t(key, year=year, contact=whom_to_ask(turn, product), **period))
    if turn.heard.mentioned("ask", "midterm"):
        lines.append(t("quote.midterm_asked", contact=whom_to_ask(turn, product)))
    return lines


def _other_year(turn: Turn, tariff: rating.Tariff) -> int | None:
    """The year asked for when it is not the tariff's; 0 for one that is named without a number."""
    span = next((word for word in turn.heard.words if word.entity == "tariff_year"), None)
    if span is None:
        return None
    named = [
        quantity
        for quantity in turn.heard.all_of("year")
        if span.start <= quantity.start < span.end and quantity.value is not None
    ]
    if not named:
        return 0
    start = tariff.effective_from
    current = turn.now.year if (turn.now.month, turn.now.day) >= (start.month, start.day) else turn.now.year - 1
    value = named[0].value or 0
    year = current + value if named[0].unit == "relative_year" else value
    return None if year == start.year else year
