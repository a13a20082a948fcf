"""What must stand beside every premium (rule T3): approximation, period, assumptions, source.

Built anew each time a quote is shown, since whether its period is over depends on the day.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from channels.figures import Figures
from channels.texts import Texts


def is_over(result: dict[str, Any], as_of: datetime) -> bool:
    """Whether the tariff's period of insurance is over at `as_of`; at its end itself it is."""
    return as_of >= datetime.fromisoformat(result["effective_until"])


def disclosures(texts: Texts, language: str, result: dict[str, Any], as_of: datetime) -> list[str]:
    """The sentences beside a quote (`rating.Quote.as_dict()`) when it is shown at `as_of`."""
    figures = Figures(texts, language)

    def text(key: str, **values: object) -> str:
        return texts.get(language, f"quote.disclosure.{key}", **values)

    start = datetime.fromisoformat(result["effective_from"])
    period = figures.period(start, datetime.fromisoformat(result["effective_until"]))
    timing = (
        "period_over" if is_over(result, as_of) else "period_ahead" if as_of < start else "period_running"
    )
    sentences = [text("estimate"), text(timing, period=period)]
    sentences.append(text("assumed_sales", sales=figures.spoken(result["annual_sales_yen"])))
    if result["claims_paid"] is not None:
        claims = texts.get(language, "quote.claims", count=result["claims_paid"])
        sentences.append(text("assumed_claims", claims=claims))
    if result["deductible_scope"] == "economic_loss":
        sentences.append(text("deductible_scope"))
    if result["row_note"] == "order_of_codes":
        sentences.append(text("order_of_codes"))
    sentences.append(text("late_joining"))
    sentences.append(text("contract", agency=texts.get(language, f"quote.agency.{result['product']}")))
    source = result["source"]
    sentences.append(text("source", document=source["document_title"], locator=source["locator"]))
    return sentences
