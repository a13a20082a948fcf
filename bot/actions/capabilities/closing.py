"""Which closing year's sales a firm declares, computed from its closing month and the printed span."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import rating
from bot.actions.capabilities.contact_text import contact_line
from bot.actions.capabilities.dated import asks_which_year, closing_month
from bot.actions.capabilities.source_text import source_line
from bot.actions.capabilities.subject import spoken_of
from bot.actions.flow import Flow, Turn
from bot.actions.reply import Reply
from bot.actions.state import OpenFlow

# So short a message tells nothing but the month: why it is told is plain.
_BARE = 14


class ClosingFlow(Flow):
    """The sales year of the third-party scheme; the other schemes' documents print no span."""

    kept = frozenset({"_month"})

    def hear(self, turn: Turn, values: Mapping[str, Any], asked: str | None) -> dict[str, Any]:
        """The closing month."""
        month = closing_month(turn.heard.folded)
        return {"_month": month} if month else {}

    def owns(self, turn: Turn, values: Mapping[str, Any]) -> bool:
        """A closing month and the question which year's sales count."""
        heard = turn.heard
        if heard.mentioned("ask", "price") or heard.quantity("money") is not None:
            return False
        asks = asks_which_year(heard.folded) or len(heard.folded) <= _BARE
        return spoken_of(turn) in (None, rating.THIRD_PARTY) and asks

    def finish(self, turn: Turn, flow: OpenFlow) -> Reply:
        """The closing year first, then the span that it follows from."""
        t = turn.t
        tariff = turn.services.tariffs.at(rating.THIRD_PARTY, turn.now)
        basis = tariff.rules["sales_basis"]
        first, last = date.fromisoformat(basis["settled_from"]), date.fromisoformat(basis["settled_until"])
        month = flow.values["_month"]
        year = first.year if month >= first.month else last.year
        reply = Reply().say(t("closing.year", year=year, month=month))
        reply.say(t("closing.span", first=t.day(first), last=t.day(last)), t("closing.what"))
        if turn.now >= tariff.effective_until:
            contact = contact_line(turn, "toshiba_planning")
            reply.say(t("closing.over", ends=t.moment(tariff.effective_until), contact=contact))
        return reply.say(source_line(turn, tariff.source_at(basis["locator"])))
