"""Bands of annual sales and the ladder that finds one. A ladder never guesses beyond what is printed."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Band:
    """A range of annual sales in yen; `upper_yen` None means without an end. `key` is its printed letter."""

    lower_yen: int
    lower_inclusive: bool
    upper_yen: int | None
    upper_inclusive: bool
    key: str = ""

    def contains(self, yen: int) -> bool:
        """Whether `yen` lies in this band."""
        above = yen >= self.lower_yen if self.lower_inclusive else yen > self.lower_yen
        if self.upper_yen is None:
            return above
        return above and (yen <= self.upper_yen if self.upper_inclusive else yen < self.upper_yen)

    def margin(self, yen: int) -> BandMargin:
        """How far `yen` is from leaving this band: the least rise and the least fall, in yen."""
        rise = None if self.upper_yen is None else self.upper_yen - yen + (1 if self.upper_inclusive else 0)
        fall = yen - self.lower_yen + (1 if self.lower_inclusive else 0)
        return BandMargin(rise_yen=rise, fall_yen=fall if fall <= yen else None)

    def as_dict(self) -> dict[str, int | bool | str | None]:
        """The band as JSON-ready values."""
        return {
            "lower_yen": self.lower_yen,
            "lower_inclusive": self.lower_inclusive,
            "upper_yen": self.upper_yen,
            "upper_inclusive": self.upper_inclusive,
            "key": self.key,
        }


@dataclass(frozen=True, slots=True)
class BandMargin:
    """The least rise and the least fall that change the band; None where no band follows."""

    rise_yen: int | None
    fall_yen: int | None


class Ladder:
    """The bands of one tariff in rising order, without gap or overlap (the loader sees to that)."""

    __slots__ = ("_find", "_uppers", "bands")

    def __init__(self, bands: Sequence[Band]) -> None:
        self.bands = tuple(bands)
        self._uppers = [band.upper_yen for band in self.bands if band.upper_yen is not None]
        inclusive = self.bands[0].upper_inclusive
        self._find = bisect_left if inclusive else bisect_right

    def index(self, yen: int) -> int:
        """Position of the band that holds `yen`; one past the last when it lies beyond the print."""
        return self._find(self._uppers, yen)

    def band(self, yen: int) -> Band:
        """The band that holds `yen`, or the unprinted rest above the last one."""
        index = self.index(yen)
        return self.bands[index] if index < len(self.bands) else self.beyond()

    def beyond(self) -> Band:
        """What lies above the last printed band."""
        last = self.bands[-1]
        if last.upper_yen is None:
            raise ValueError("the last band has no end")
        return Band(last.upper_yen, not last.upper_inclusive, None, False, "")

    def between(self, low_yen: int, high_yen: int) -> tuple[Band, ...]:
        """All bands that the closed range touches, in rising order."""
        first, last = self.index(low_yen), self.index(high_yen)
        found = self.bands[first : last + 1]
        return (*found, self.beyond()) if last >= len(self.bands) else found
