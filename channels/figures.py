"""Amounts, dates and periods as people read them; the units stand in locales.

Formats only: it never rounds, so an amount that is no whole number of a unit is shown to the yen.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from channels.texts import Texts

TOKYO = ZoneInfo("Asia/Tokyo")
MAN = 10_000
OKU = 100_000_000


class Figures:
    """Writes figures in one language."""

    def __init__(self, texts: Texts, language: str) -> None:
        self._texts = texts
        self._language = language

    def yen(self, amount_yen: int) -> str:
        """The exact amount with separators."""
        return self._text("format.yen", amount=f"{amount_yen:,}")

    def spoken(self, amount_yen: int) -> str:
        """The amount in the units that people use, when it is a whole number of them; else to the yen."""
        if self._language != "ja" or amount_yen < MAN or amount_yen % MAN:
            return self.yen(amount_yen)
        oku, rest = divmod(amount_yen, OKU)
        parts = [self._text("format.oku", number=f"{oku:,}")] if oku else []
        if rest:
            parts.append(self._text("format.man", number=f"{rest // MAN:,}"))
        return self._text("format.yen", amount="".join(parts))

    def moment(self, moment: datetime) -> str:
        """Date and hour in Japan."""
        local = moment.astimezone(TOKYO)
        return self._text("format.moment", year=local.year, month=local.month, day=local.day, hour=local.hour)

    def day(self, moment: datetime) -> str:
        """Date in Japan."""
        local = moment.astimezone(TOKYO)
        return self._text("format.day", year=local.year, month=local.month, day=local.day)

    def period(self, start: datetime, end: datetime) -> str:
        """A half-open period as printed: from its first hour to the hour of its end."""
        return self._text("quote.until", **{"from": self.moment(start), "until": self.moment(end)})

    def band(self, band: dict[str, Any]) -> str:
        """A sales band with its bounds as they count."""
        lower, upper = band["lower_yen"], band["upper_yen"]
        parts = []
        if lower:
            key = "from_inclusive" if band["lower_inclusive"] else "from_exclusive"
            parts.append(self._text(f"quote.band.{key}", amount=self.spoken(lower)))
        if upper is not None:
            key = "to_inclusive" if band["upper_inclusive"] else "to_exclusive"
            parts.append(self._text(f"quote.band.{key}", amount=self.spoken(upper)))
        return " ".join(parts)

    def _text(self, key: str, **values: object) -> str:
        return self._texts.get(self._language, key, **values)
