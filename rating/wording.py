"""Puts a quote into lines for the staff's terminal, in the words of texts.json; members never see them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from rating.bands import Band
from rating.model import Quote, Step

_TEXTS = Path(__file__).resolve().with_name("texts.json")


class Wording:
    """The staff's texts by key."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._texts = texts

    @classmethod
    def load(cls, path: Path = _TEXTS) -> Wording:
        """Read the texts."""
        return cls(json.loads(path.read_text(encoding="utf-8")))

    def line(self, key: str, /, **values: object) -> str:
        """One text with its values filled in.

        Raises:
            KeyError: there is no such text, or a value is missing.
        """
        return self._texts[key].format(**values)

    def band(self, band: Band) -> str:
        """A band in words."""
        lower = self.line("bound_from" if band.lower_inclusive else "bound_above", lower_yen=band.lower_yen)
        if band.upper_yen is None:
            return lower
        key = "bound_to" if band.upper_inclusive else "bound_below"
        upper = self.line(key, upper_yen=band.upper_yen)
        return f"{lower} {upper}" if band.lower_yen else upper

    def quote(self, quote: Quote, title: str) -> list[str]:
        """A quote with its steps, period, source and reservation."""
        lines = [self.line("quote_head", title=title, code=quote.code, premium_yen=quote.premium_yen)]
        lines += [f"  {number}. {self.step(step, quote)}" for number, step in enumerate(quote.steps, 1)]
        limits = ", ".join(f"{self.line(f'limit_{name}')} {yen:,}" for name, yen in quote.limits.items())
        lines.append(self.line("quote_limits", limits=limits))
        if quote.deductible_yen is not None:
            scope = self.line(f"scope_{quote.deductible_scope or 'none'}")
            lines.append(self.line("quote_deductible", deductible_yen=quote.deductible_yen, scope=scope))
        lines.append(self._period(quote))
        if quote.row_note:
            lines.append(self.line(f"row_note_{quote.row_note}"))
        source = quote.source.as_dict()
        lines.append(self.line("quote_source", tariff_version=quote.tariff_version, **source))
        return [*lines, self.line("quote_promise")]

    def step(self, step: Step, quote: Quote) -> str:
        """One step in words."""
        values = dict(step.values)
        if step.key == "band_found":
            values["band"] = self.band(quote.band)
        text = self.line(f"step_{step.key}", **values)
        if values.get("rise_yen") is not None:
            text += f" / {self.line('step_band_rise', **values)}"
        return text

    def _period(self, quote: Quote) -> str:
        state = "expired" if quote.expired else "before" if quote.not_yet_effective else "in_force"
        return self.line(
            "quote_period",
            effective_from=quote.effective_from,
            effective_until=quote.effective_until,
            state=self.line(f"state_{state}"),
        )
