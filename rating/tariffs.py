"""Tariffs in memory: published premiums by their key, and which tariff speaks for a moment.

Nothing here computes a premium; `premiums` holds what is printed and nothing else.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rating.bands import Band, Ladder
from rating.errors import InvalidRequest
from rating.model import Source

RateKey = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class PublishedPremium:
    """One printed premium (yen a year) with what is printed beside it."""

    product: str
    plan: str | None
    course: int | None
    industry: int | None
    code: str
    premium_yen: int
    base_premium_yen: int
    surcharge_percent: int
    band: Band
    limits: Mapping[str, int]
    deductible_yen: int | None
    deductible_scope: str | None
    row_note: str | None
    source: Source


@dataclass(frozen=True, slots=True)
class Tariff:
    """One dated table of one product; `version` names its folder and a digest of its files."""

    product: str
    title: str
    version: str
    effective_from: datetime
    effective_until: datetime
    source: Source
    published_on: str
    checked_on: str
    ladder: Ladder
    premiums: Mapping[RateKey, PublishedPremium]
    contact_id: str
    rules: Mapping[str, Any]
    lists: Mapping[str, tuple[Mapping[str, str], ...]]

    def source_at(self, locator: str) -> Source:
        """The same document at another place."""
        return Source(self.source.document_id, self.source.document_title, locator)


class Tariffs:
    """All tariffs that were loaded, by product and in order of their first day."""

    __slots__ = ("_by_product", "_starts")

    def __init__(self, by_product: Mapping[str, tuple[Tariff, ...]]) -> None:
        self._by_product = dict(by_product)
        self._starts = {
            product: [tariff.effective_from for tariff in tariffs] for product, tariffs in by_product.items()
        }

    def products(self) -> tuple[str, ...]:
        """The products that have a tariff."""
        return tuple(self._by_product)

    def all(self, product: str) -> tuple[Tariff, ...]:
        """Every tariff of a product, oldest first.

        Raises:
            InvalidRequest: there is no such product.
        """
        try:
            return self._by_product[product]
        except KeyError:
            raise InvalidRequest("product", product, " or ".join(self._by_product)) from None

    def at(self, product: str, as_of: datetime) -> Tariff:
        """The tariff that began last before `as_of`, or the first one when none had begun.

        Raises:
            InvalidRequest: no such product, or `as_of` carries no offset.
        """
        if as_of.tzinfo is None:
            raise InvalidRequest("as_of", as_of, "a moment with its offset from UTC")
        tariffs = self.all(product)
        position = bisect_right(self._starts[product], as_of)
        return tariffs[position - 1 if position else 0]

    def latest(self, product: str) -> Tariff:
        """The tariff that began last."""
        return self.all(product)[-1]
