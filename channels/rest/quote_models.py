"""The bodies of the quote API, strict: what was asked is looked up, never a guess at it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from rating import AssemblyRequest, CyberRequest, ThirdPartyRequest

# More than any firm's sales; beyond it a figure is a slip of the finger.
MAXIMUM_SALES_YEN = 100_000_000_000_000
MAXIMUM_CLAIMS = 99

Sales = Annotated[
    int, Field(ge=0, le=MAXIMUM_SALES_YEN, description="Annual sales in yen, consumption tax included.")
]
Claims = Annotated[
    int,
    Field(ge=0, le=MAXIMUM_CLAIMS, description="Insurance payments received in the scheme's rating period."),
]


class _Strict(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class ThirdPartyBody(_Strict):
    """A premium of the third-party liability scheme."""

    product: Literal["third_party"]
    plan: Literal["basic", "wide", "premium"]
    course: Annotated[int, Field(ge=1, le=5)]
    annual_sales_yen: Sales
    claims_paid: Claims

    def request(self) -> ThirdPartyRequest:
        """The request for rating."""
        return ThirdPartyRequest(self.plan, self.course, self.annual_sales_yen, self.claims_paid)


class AssemblyBody(_Strict):
    """A premium of the erection insurance (Version-up plan)."""

    product: Literal["assembly"]
    annual_sales_yen: Sales
    claims_paid: Claims

    def request(self) -> AssemblyRequest:
        """The request for rating."""
        return AssemblyRequest(self.annual_sales_yen, self.claims_paid)


class CyberBody(_Strict):
    """A premium of the cyber insurance."""

    product: Literal["cyber"]
    industry: Annotated[int, Field(ge=1, le=4)]
    plan: Literal["A", "B", "C"]
    annual_sales_yen: Sales

    def request(self) -> CyberRequest:
        """The request for rating."""
        return CyberRequest(self.industry, self.plan, self.annual_sales_yen)


QuoteBody = Annotated[ThirdPartyBody | AssemblyBody | CyberBody, Field(discriminator="product")]


class BandAnswer(BaseModel):
    """The sales band of the table; an upper bound of null is an open end."""

    lower_yen: int
    upper_yen: int | None
    lower_inclusive: bool
    upper_inclusive: bool


class SourceAnswer(BaseModel):
    """Where the figures are printed."""

    document: str
    locator: str


class QuoteAnswer(BaseModel):
    """A stored quote; `expired` and `disclosures` hold for the moment of this answer."""

    number: str
    product: str
    plan: str | None
    course: int | None
    industry: int | None
    annual_sales_yen: int
    claims_paid: int | None
    premium_yen: int
    code: str
    band: BandAnswer
    limits: dict[str, int]
    deductible_yen: int | None
    surcharge_percent: int
    effective_from: str
    effective_until: str
    expired: bool
    source: SourceAnswer
    disclosures: list[str]
    created_at: str
    page: str
    pdf: str


class Fault(BaseModel):
    """Every error body."""

    code: str
    message: str


class ContactAnswer(BaseModel):
    """Whom to ask; what is not printed is null."""

    id: str
    name: str
    phone: str | None
    hours: str | None


class NotPublished(Fault):
    """The document prints no premium for this combination; it is not estimated."""

    contact: ContactAnswer
    reason: str


class ReasonAnswer(BaseModel):
    """A condition that is not met."""

    key: str
    message: str
    values: dict[str, Any]


class Ineligible(Fault):
    """The scheme or plan cannot be taken with these facts."""

    reasons: list[ReasonAnswer]


class InvalidField(BaseModel):
    """A field that is not usable, and why."""

    field: str
    reason: str


class Invalid(Fault):
    """The body is not what the contract asks for."""

    errors: list[InvalidField]
