"""Check digits of card numbers (ISO/IEC 7812-1) and individual numbers (MIC Order 85 of 2014).

A number that fails its check is no such number; that keeps amounts and policy numbers readable.
"""

from __future__ import annotations

from collections.abc import Sequence

# How cards are written in groups; one group without separators is always accepted.
_CARD_GROUPS = frozenset({(4, 4, 4, 4), (4, 6, 5), (4, 6, 4), (4, 4, 4, 4, 3), (4, 4, 4, 1)})
_USUAL = (4, 4, 4, 4)
# First digits that payment cards begin with.
_CARD_STARTS = ("2", "3", "4", "5", "6")


def is_card_number(groups: Sequence[str], *, named: bool = False) -> bool:
    """Whether the groups of digits, put together, are a payment card's number.

    Args:
        groups: The groups as written.
        named: A card is spoken of: four groups of four are its number, mistyped or not.
    """
    digits = "".join(groups)
    if not 13 <= len(digits) <= 19 or not digits.startswith(_CARD_STARTS):
        return False
    if len(groups) > 1 and tuple(map(len, groups)) not in _CARD_GROUPS:
        return False
    if named and tuple(map(len, groups)) == _USUAL:
        return True
    doubled = [int(d) * 2 for d in digits[-2::-2]]
    return (sum(int(d) for d in digits[-1::-2]) + sum(d - 9 if d > 9 else d for d in doubled)) % 10 == 0


def is_individual_number(groups: Sequence[str], *, named: bool = False) -> bool:
    """Whether the groups of digits, put together, are an individual number.

    Args:
        groups: The groups as written.
        named: The individual number is spoken of: twelve digits are it, mistyped or not.
    """
    digits = "".join(groups)
    if (
        len(digits) != 12
        or len(set(digits)) == 1
        or (len(groups) > 1 and [len(g) for g in groups] != [4, 4, 4])
    ):
        return False
    if named:
        return True
    weights = [n + 1 if n <= 6 else n - 5 for n in range(1, 12)]
    remainder = sum(int(d) * w for d, w in zip(reversed(digits[:11]), weights, strict=True)) % 11
    return int(digits[11]) == (0 if remainder <= 1 else 11 - remainder)
