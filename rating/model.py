"""What goes into a quote and what comes out: frozen values, no behaviour beyond their own breakdown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from rating.bands import Band

THIRD_PARTY = "third_party"
ASSEMBLY = "assembly"
CYBER = "cyber"
PRODUCTS = (THIRD_PARTY, ASSEMBLY, CYBER)
TOP_UP = "top_up"

BASIC = "basic"
WIDE = "wide"
PREMIUM = "premium"
THIRD_PARTY_PLANS = (BASIC, WIDE, PREMIUM)
CYBER_PLANS = ("A", "B", "C")
COURSES = (1, 2, 3, 4, 5)
INDUSTRIES = (1, 2, 3, 4)


@dataclass(frozen=True, slots=True)
class ThirdPartyRequest:
    """A premium of the third-party scheme: plan, course 1-5, sales in yen with tax, claims paid."""

    plan: str
    course: int
    annual_sales_yen: int
    claims_paid: int


@dataclass(frozen=True, slots=True)
class AssemblyRequest:
    """A premium of the Gunma assembly scheme: last year's sales in yen with tax, claims paid last year."""

    annual_sales_yen: int
    claims_paid: int


@dataclass(frozen=True, slots=True)
class CyberRequest:
    """A premium of the cyber scheme: industry class 1-4, plan A-C, sales in yen."""

    industry: int
    plan: str
    annual_sales_yen: int


Request = ThirdPartyRequest | AssemblyRequest | CyberRequest


@dataclass(frozen=True, slots=True)
class Source:
    """Where a figure is printed."""

    document_id: str
    document_title: str
    locator: str

    def as_dict(self) -> dict[str, str]:
        """The source as JSON-ready values."""
        return {
            "document_id": self.document_id,
            "document_title": self.document_title,
            "locator": self.locator,
        }


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a breakdown: a key for its text and the figures in it."""

    key: str
    values: Mapping[str, Any] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """The step as JSON-ready values."""
        return {"key": self.key, "values": dict(self.values)}


@dataclass(frozen=True, slots=True)
class Quote:
    """A published premium with all that must be shown beside it; yen a year.

    `expired` and `not_yet_effective` compare `as_of` with the half-open period of the tariff.
    `deductible_scope` says what the deductible applies to ("economic_loss", "per_accident").
    `row_note` "order_of_codes" marks a row whose band rests on the order of the codes.
    """

    product: str
    plan: str | None
    course: int | None
    industry: int | None
    code: str
    premium_yen: int
    base_premium_yen: int
    band: Band
    annual_sales_yen: int
    claims_paid: int | None
    limits: dict[str, int]
    deductible_yen: int | None
    deductible_scope: str | None
    surcharge_percent: int
    effective_from: datetime
    effective_until: datetime
    expired: bool
    not_yet_effective: bool
    source: Source
    row_note: str | None
    tariff_version: str

    @property
    def steps(self) -> tuple[Step, ...]:
        """How the premium was found, in order; made when asked for, since most callers never ask."""
        return _STEPS[self.product](self)

    def as_dict(self) -> dict[str, Any]:
        """The whole quote as JSON-ready values."""
        simple = {name: getattr(self, name) for name in _SIMPLE}
        return {
            **simple,
            "band": self.band.as_dict(),
            "limits": dict(self.limits),
            "effective_from": self.effective_from.isoformat(),
            "effective_until": self.effective_until.isoformat(),
            "source": self.source.as_dict(),
            "steps": [step.as_dict() for step in self.steps],
        }

    @classmethod
    def from_dict(cls, body: Mapping[str, Any], as_of: datetime) -> Quote:
        """A quote from what `as_dict` gave, with the period held against `as_of`."""
        start, until = (datetime.fromisoformat(body[name]) for name in ("effective_from", "effective_until"))
        told = {
            **{name: body[name] for name in _SIMPLE},
            "band": Band(**body["band"]),
            "limits": dict(body["limits"]),
            "effective_from": start,
            "effective_until": until,
            "expired": as_of >= until,
            "not_yet_effective": as_of < start,
            "source": Source(**body["source"]),
        }
        return cls(**told)


_SIMPLE = (
    "product",
    "plan",
    "course",
    "industry",
    "code",
    "premium_yen",
    "base_premium_yen",
    "annual_sales_yen",
    "claims_paid",
    "deductible_yen",
    "deductible_scope",
    "surcharge_percent",
    "expired",
    "not_yet_effective",
    "row_note",
    "tariff_version",
)


def _band_steps(quote: Quote) -> tuple[Step, ...]:
    band = quote.band
    return (
        Step("annual_sales", {"annual_sales_yen": quote.annual_sales_yen}),
        Step("band_found", {**band.as_dict(), **_margin(quote)}),
    )


def _margin(quote: Quote) -> dict[str, int | None]:
    margin = quote.band.margin(quote.annual_sales_yen)
    return {"rise_yen": margin.rise_yen, "fall_yen": margin.fall_yen}


def _third_party_steps(quote: Quote) -> tuple[Step, ...]:
    return (
        *_band_steps(quote),
        Step("course_limits", {"plan": quote.plan, "course": quote.course, **quote.limits}),
        Step("surcharge_class", {"claims_paid": quote.claims_paid, "percent": quote.surcharge_percent}),
        Step("premium_looked_up", {"code": quote.code, "premium_yen": quote.premium_yen}),
    )


def _assembly_steps(quote: Quote) -> tuple[Step, ...]:
    return (
        *_band_steps(quote),
        Step("base_premium_looked_up", {"code": quote.code, "premium_yen": quote.base_premium_yen}),
        Step(
            "surcharge_added",
            {
                "claims_paid": quote.claims_paid,
                "percent": quote.surcharge_percent,
                "surcharge_yen": quote.premium_yen - quote.base_premium_yen,
                "premium_yen": quote.premium_yen,
            },
        ),
    )


def _cyber_steps(quote: Quote) -> tuple[Step, ...]:
    return (
        *_band_steps(quote),
        Step("industry_and_plan", {"industry": quote.industry, "plan": quote.plan, **quote.limits}),
        Step("premium_looked_up", {"code": quote.code, "premium_yen": quote.premium_yen}),
    )


_STEPS: dict[str, Callable[[Quote], tuple[Step, ...]]] = {
    THIRD_PARTY: _third_party_steps,
    ASSEMBLY: _assembly_steps,
    CYBER: _cyber_steps,
}
