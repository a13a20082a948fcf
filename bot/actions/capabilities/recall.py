"""Earlier quotes of this conversation, or one by its number: shown again, to print, and side by side."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import rating
from bot.actions.capabilities import quote_parts, quote_text
from bot.actions.flow import Flow, Turn
from bot.actions.reply import Reply
from bot.actions.state import OpenFlow
from records.errors import RecordsError
from records.numbers import parse_number
from records.quotes import StoredQuote, get_quote

_SHOWN = 3
_NUMBER = re.compile(r"Q[0-9A-Z][0-9A-Z -]{7,11}[0-9A-Z]")


class RecallFlow(Flow):
    """Stored quotes."""

    def hear(self, turn: Turn, values: Mapping[str, Any], asked: str | None) -> dict[str, Any]:
        """A quote's number typed in the message."""
        for match in _NUMBER.finditer(turn.heard.folded.upper()):
            try:
                return {"_number": parse_number("Q", match.group())}
            except RecordsError:
                continue
        return {}

    def declines(self, turn: Turn) -> bool:
        """Before any quote, what is shown or printed is something else, unless a quote is spoken of."""
        quoted = any(number.startswith("Q") for number in turn.state.stored) or self.hear(turn, {}, None)
        if not quoted and (turn.heard.quantities or turn.heard.mention("plan")):
            # What a premium is rated by asks for a new one.
            return True
        return not quoted and not turn.heard.mentioned("ask", "price") and not turn.heard.mention("opens")

    def claims(self, turn: Turn, values: Mapping[str, Any]) -> bool:
        """A number of ours asks for that quote, however it is worded."""
        return "_number" in values

    def finish(self, turn: Turn, flow: OpenFlow) -> Reply:
        """The newest quote whole, the earlier ones in a line each, with where to print them (T3 holds for all)."""
        t = turn.t
        wanted = flow.values.get("_number")
        numbers = [wanted] if wanted else [n for n in reversed(turn.state.stored) if n.startswith("Q")][:_SHOWN]
        found = [quote for quote in (self._get(turn, number) for number in numbers) if quote]
        if not found:
            return Reply().say(t("recall.unknown" if wanted else "recall.none"))
        together = turn.state.facts.get("side_by_side", [])
        if not wanted and len(together) > 1 and found[0].number == together[-1]:
            return self._side_by_side(turn, together)
        quotes = [rating.Quote.from_dict(stored.result, turn.now) for stored in found]
        newest, number = quotes[0], found[0].number
        reply = Reply().say(t("recall.lead"))
        reply.then(quote_text.whole(turn, newest, number, {"claims": newest.claims_paid}))
        reply.say(t("recall.print", url=f"/quotes/{number}"))
        if len(found) == 1:
            return reply
        reply.say(t("recall.earlier"), *(self._line(turn, stored) for stored in found[1:]))
        others = {quote.product: quote for quote in quotes[1:] if quote.product != newest.product}
        return reply.say(*(line for quote in others.values() for line in quote_parts.disclosures(turn, quote)))

    def _side_by_side(self, turn: Turn, numbers: list[str]) -> Reply:
        """The quotes that stood side by side last, a line each."""
        found = [quote for quote in (self._get(turn, number) for number in numbers) if quote]
        quotes = [rating.Quote.from_dict(stored.result, turn.now) for stored in found]
        reply = Reply().say(turn.t("recall.side_by_side"), *(self._line(turn, stored) for stored in found))
        return reply.say(*quote_parts.disclosures(turn, *quotes))

    def _get(self, turn: Turn, number: str) -> StoredQuote | None:
        try:
            with turn.services.database.session(read_only=True) as session:
                return get_quote(session, number)
        except RecordsError:
            return None

    def _line(self, turn: Turn, quote: StoredQuote) -> str:
        t, result = turn.t, quote.result
        return t(
            "recall.line",
            number=quote.number,
            product=t(f"products.{result['product']}"),
            code=result["code"],
            sales=t.yen(result["annual_sales_yen"]),
            premium=t.exact_yen(result["premium_yen"]),
        )
