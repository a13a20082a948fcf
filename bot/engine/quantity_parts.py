"""What a quantity is while it is read and when it is read: the values that the steps of `quantities` hand on."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

OKU = 100_000_000
MAN = 10_000
LEFT = "left"
RANGED = ("money", "headcount", "times", "number")


@dataclass(frozen=True)
class Quantity:
    """One quantity of a text.

    `value` is in yen, persons, times, the number of a course or class, percent, minutes of the day (clock),
    month * 100 + day (month_day) or years from now (relative_year), as `unit` says; of a range it is the
    lower bound.
    `start` and `end` are offsets in the text as given and leave modifiers out. Bounds are set for real
    ranges only.
    """

    kind: str
    value: int
    low: int | None
    high: int | None
    modifier: str | None
    unit: str | None
    tax: str | None
    role: str | None
    start: int
    end: int
    text: str


@dataclass
class Found:
    """A quantity in the making; offsets are those of the normalised text."""

    kind: str
    value: Decimal
    start: int
    end: int
    unit: str | None = None
    first: Decimal = Decimal(0)
    first_scale: int = 1
    last_scale: int = 1
    low: Decimal | None = None
    high: Decimal | None = None
    modifier: str | None = None
    before: int = 0
    after: int = 0
    tax: str | None = None
    role: str | None = None


@dataclass
class Numeral:
    """A number as written; `bare` is what followed the last large unit without a unit of its own."""

    terms: list[tuple[Decimal, int]]
    end: int
    arabic: bool
    units: int
    bare: list[tuple[Decimal, int]]
    bare_start: int
    last_big: int

    @property
    def first(self) -> Decimal:
        """The figure that was said first."""
        return (self.terms or self.bare)[0][0]
