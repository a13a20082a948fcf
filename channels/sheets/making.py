"""Puts a stored quote or draft into the words and figures of a sheet, and those into HTML.

Shows what is stored and nothing more; disclosures are those of the day on which the sheet is opened.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from channels.disclosures import disclosures, is_over
from channels.figures import Figures
from channels.texts import Texts
from records.drafts import StoredDraft
from records.quotes import StoredQuote

TEMPLATES = Path(__file__).with_name("templates")
# What the interview stores for "I do not know".
UNKNOWN = "?"
Row = tuple[str, str]


class SheetMaker:
    """Makes the HTML of sheets."""

    def __init__(self, texts: Texts) -> None:
        self._texts = texts
        self._environment = Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def quote(self, stored: StoredQuote, as_of: datetime, language: str = "ja") -> str:
        """The sheet of a quote when it is opened at `as_of`."""
        result, figures = stored.result, Figures(self._texts, language)
        return self._page(
            "quote.html",
            language,
            number=stored.number,
            made_on=figures.day(stored.created_at),
            product=self._texts.get(language, f"quote.product.{result['product']}"),
            plan=_joined(self._plan(result, language)),
            premium=f"{result['premium_yen']:,}",
            code=result["code"],
            period=figures.period(
                datetime.fromisoformat(result["effective_from"]),
                datetime.fromisoformat(result["effective_until"]),
            ),
            expired=is_over(result, as_of),
            facts=self._facts(result, figures, language),
            limits=self._limits(result, figures, language),
            conditions=disclosures(self._texts, language, result, as_of),
            address=f"/quotes/{stored.number}",
        )

    def draft(self, stored: StoredDraft, language: str = "ja") -> str:
        """The sheet of a draft as it stands."""
        figures = Figures(self._texts, language)
        rows = [
            (self._texts.get(language, f"draft.{name}"), self._answer(stored.fields.get(name), language))
            for name in self._texts.section("ja", "draft")
        ]
        return self._page(
            "draft.html",
            language,
            number=stored.number,
            made_on=figures.day(stored.created_at),
            rows=rows,
            address=f"/drafts/{stored.number}",
        )

    def _answer(self, value: Any, language: str) -> str:
        if isinstance(value, bool):
            return self._texts.get(language, "answer.yes" if value else "answer.no")
        if value == UNKNOWN:
            return self._texts.get(language, "answer.unknown")
        return "" if value is None else str(value)

    def _page(self, template: str, language: str, **values: Any) -> str:
        labels = self._texts.section(language, "sheet")
        return self._environment.get_template(template).render(t=labels, language=language, **values)

    def _plan(self, result: dict[str, Any], language: str) -> list[str]:
        parts = []
        if result["industry"] is not None:
            parts.append(self._texts.get(language, "quote.industry", number=result["industry"]))
        if result["plan"] is not None:
            parts.append(self._texts.get(language, f"quote.plan.{result['plan']}"))
        if result["course"] is not None:
            parts.append(self._texts.get(language, "quote.course", number=chr(0x2460 + result["course"] - 1)))
        return parts

    def _facts(self, result: dict[str, Any], figures: Figures, language: str) -> list[Row]:
        t, text = self._texts.section(language, "sheet"), self._texts.get
        rows = [
            (t["sales"], figures.spoken(result["annual_sales_yen"])),
            (t["band"], figures.band(result["band"])),
        ]
        if result["claims_paid"] is not None:
            rows.append((t["claims"], text(language, "quote.claims", count=result["claims_paid"])))
            percent = result["surcharge_percent"]
            key = "quote.surcharge.percent" if percent else "quote.surcharge.none"
            rows.append((t["surcharge"], text(language, key, percent=percent)))
        if result["base_premium_yen"] != result["premium_yen"]:
            rows.append((t["base_premium"], figures.yen(result["base_premium_yen"])))
        return rows

    def _limits(self, result: dict[str, Any], figures: Figures, language: str) -> list[Row]:
        text = self._texts.get
        rows = [
            (text(language, f"quote.limit.{name}"), figures.spoken(amount))
            for name, amount in result["limits"].items()
        ]
        return [*rows, (text(language, "sheet.deductible"), self._deductible(result, figures, language))]

    def _deductible(self, result: dict[str, Any], figures: Figures, language: str) -> str:
        amount, scope = result["deductible_yen"], result["deductible_scope"]
        if amount is None:
            return self._texts.get(language, "quote.deductible.not_printed")
        if not amount:
            return self._texts.get(language, "quote.deductible.none")
        key = scope if scope in ("economic_loss", "per_accident") else "other"
        return self._texts.get(language, f"quote.deductible.{key}", amount=figures.spoken(amount))


def _joined(parts: list[str]) -> str:
    return " ".join(parts)
