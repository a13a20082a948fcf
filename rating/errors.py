"""The errors of this room. Each has a stable `code`; none carries a sentence for the member."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rating.bands import Band


class RatingError(Exception):
    """Anything that this room refuses."""

    code = "rating_error"


class InvalidRequest(RatingError):
    """A value of the request is of the wrong kind or outside its range."""

    code = "invalid_request"

    def __init__(self, field_name: str, value: object, expected: str) -> None:
        super().__init__(f"{field_name}={value!r}: expected {expected}")
        self.field_name = field_name
        self.value = value
        self.expected = expected


class PremiumNotPublished(RatingError):
    """The document prints no premium for this combination, so there is none to state."""

    code = "premium_not_published"

    def __init__(
        self, product: str, plan: str | None, course: int | None, band: Band, reason: str, contact_id: str
    ) -> None:
        super().__init__(f"{product} plan={plan} course={course} band={band}: {reason}; ask {contact_id}")
        self.product = product
        self.plan = plan
        self.course = course
        self.band = band
        self.reason = reason
        self.contact_id = contact_id


@dataclass(frozen=True, slots=True)
class Reason:
    """Why somebody is not eligible: a key for the text and the figures that go into it."""

    key: str
    values: Mapping[str, Any] = field(default_factory=dict)


class NotEligible(RatingError):
    """The scheme or the plan cannot be taken at all with these facts."""

    code = "not_eligible"

    def __init__(self, product: str, plan: str | None, reasons: Iterable[Reason]) -> None:
        self.product = product
        self.plan = plan
        self.reasons = tuple(reasons)
        super().__init__(f"{product} plan={plan}: " + ", ".join(reason.key for reason in self.reasons))


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One thing that is wrong in a table: where, which rule (`code`) and what was found."""

    file: str
    line: int
    code: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.code}: {self.message}"


class TariffUnusable(RatingError):
    """The tables break at least one rule; `faults` lists all of them."""

    code = "tariff_unusable"

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(faults))
        super().__init__("\n".join(str(fault) for fault in self.faults))
