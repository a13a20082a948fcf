"""Annual sales as heard: the amount, its range, and whether consumption tax is in it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import yaml

import rating
from bot.actions import evidence
from bot.actions.flow import Turn
from bot.actions.understanding import Quantity

TABLE = Path(__file__).resolve().parent.parent.parent / "data" / "sales.yml"
_NO_SALES = ("part_of_year", "other_money", "per_head", "negative")
# What an earlier amount may have left: tax taken out, or a band known by the code of a contract only.
_AS_TOLD = {"_tax": None, "_untaxed": None, "_by_code": None, "_each": None, "_sales_unclear": None}
_VAGUE_PERCENT = 10
_TEN_THOUSAND = 10_000
# A smaller amount, yen, that nothing calls sales is none of a firm's year.
_LEAST_UNNAMED = 1_000_000
# "Under 50 million" is the band that ends there, "over 50 million" the one that begins there: one yen beside the bound.
_BESIDE = {"under": -1, "under_slightly": -1, "over": 1, "over_slightly": 1}


def hear_sales(turn: Turn, asked: str | None) -> dict[str, Any]:
    """Sales in yen, consumption tax included, with `_low` and `_high` when a range was said.

    An amount without tax is converted at 10 % and marked (`_tax`, `_untaxed`). A bare number as the answer to the
    question for sales is taken as 万円, as members write it in forms. Where several amounts are named as sales, none is
    chosen: all are kept in `_each`, in the order of their size.

    Args:
        turn: The turn.
        asked: The open question's slot.

    Returns:
        Values for a flow; empty when no sales were said.
    """
    if asked is not None and asked != "annual_sales" and not turn.heard.quantity("money", "annual_sales"):
        unclear = None
    else:
        unclear = unclear_sales(turn)
    candidates = [one for one in _candidates(turn) if asked or one.role or (one.value or 0) >= _LEAST_UNNAMED]
    amount = next(iter(candidates), None)
    unnamed = list({_yen(told): told for told in candidates}.values()) if amount and amount.role is None else []
    if unclear is not None or (len(unnamed) > 1 and not _either(turn, unnamed)):
        # One of them may be the sales; which one is not guessed, nor is a year made of a month.
        return {}
    value = low = high = None
    if amount is not None:
        value, low, high = amount.value, amount.low, amount.high
        value = _yen(amount)
    elif asked == "annual_sales":
        number = turn.heard.quantity("number")
        if number is not None and number.value:
            value = number.value * _TEN_THOUSAND if number.value < 1_000_000 else number.value
            # So little is no firm's year: the figure was cut off, or misspelt (`15奥`).
            value = value if value >= _LEAST_UNNAMED else None
    if value is None:
        return {}
    vague = amount is not None and amount.modifier == "about" and not amount.is_range
    heard: dict[str, Any] = {"_low": low, "_high": high, "_vague": vague, **_AS_TOLD}
    excluded = _untaxed(turn, amount)
    if excluded:
        heard.update(_tax="excluded", _untaxed=value)
        value = rating.to_tax_included(value)
        low, high = (rating.to_tax_included(bound) if bound else bound for bound in (low, high))
        heard.update(_low=low, _high=high)
    called = turn.heard.all_of("money", "annual_sales")
    beside = sorted([*called, *turn.heard.all_of("money", None)], key=lambda one: one.start) if called else unnamed
    others = beside if len(beside) > 1 and _either(turn, beside) else []
    named = {_yen(told) for told in (*called, *others) if told.value and not told.is_range}
    if amount is not None and (amount.value or 0) >= _LEAST_UNNAMED:
        # A small amount beside the year's sales is a premium, or some other price.
        named = {yen for yen in named if yen >= _LEAST_UNNAMED}
    if len(named) > 1 and not excluded:
        heard["_each"] = sorted(named)
    return {"annual_sales": value, **heard}


def _untaxed(turn: Turn, amount: Quantity | None) -> bool:
    """Whether consumption tax is not in the sales: told beside the amount, or anywhere without being asked."""
    if amount is not None and amount.tax is not None:
        return amount.tax == "excluded"
    words = [word for word in turn.heard.words if word.entity == "tax"]
    told = [word.value for word in words if not re.match(_table()["tax_asked"], turn.heard.folded[word.end :])]
    return len(told) == len(words) and set(told) == {"excluded"}


def unclear_sales(turn: Turn) -> str | None:
    """Why the amounts told are no sales of one year (`part_of_year`, `parts` …); None when one is."""
    told = [one for role in ("annual_sales", None) for one in turn.heard.all_of("money", role) if one.value is not None]
    reasons = [reason for one in told for reason in [_no_sales(turn, one)] if reason]
    candidates = _candidates(turn)
    if not candidates:
        foreign = "currency" if turn.heard.quantity("foreign_money") is not None else None
        return reasons[0] if reasons else foreign
    first = candidates[0]
    following = [one for one in told if one.start >= first.end]
    if following and not first.is_range:
        between = _folded(turn.heard.text[first.end : min(one.start for one in following)])
        if re.match(_table()["parts"], between) and not re.fullmatch(_table()["or_else"], between):
            return "parts"
    return None


def not_counted(turn: Turn) -> bool:
    """Whether payments are told of which it is not known that they fall into the period that is counted."""
    return re.search(_table()["not_counted"], turn.heard.folded) is not None


def _candidates(turn: Turn) -> list[Quantity]:
    """Amounts that may be the year's sales: those called so, otherwise those of which nothing says what they are."""
    for role in ("annual_sales", None):
        told = [one for one in turn.heard.all_of("money", role) if one.value is not None]
        found = [one for one in told if not _no_sales(turn, one)]
        if found:
            return sorted(found, key=lambda one: one.start)
    return []


def _no_sales(turn: Turn, amount: Quantity) -> str | None:
    """Why an amount is no sales of a year, by the words right before and after it."""
    before, after = _folded(turn.heard.text[: amount.start]), _folded(turn.heard.text[amount.end :])
    before = re.split("[。!?、,\n]", before)[-1]
    for reason in _NO_SALES:
        told = _table()[reason]
        if any(at in told and re.search(told[at], words) for at, words in (("before", before), ("after", after))):
            return reason
    return None


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).lower()


@lru_cache(maxsize=1)
def _table() -> dict[str, Any]:
    return dict(yaml.safe_load(TABLE.read_text(encoding="utf-8")))


def _either(turn: Turn, amounts: Sequence[Quantity]) -> bool:
    """Whether amounts are told as the one or the other."""
    between = (turn.heard.text[first.end : second.start] for first, second in pairwise(amounts))
    return _set_apart(turn) or all(re.fullmatch(_table()["or_else"], words) for words in between)


def _set_apart(turn: Turn) -> bool:
    """Whether it is asked what one amount costs beside the other, or whether the two differ."""
    heard = turn.heard
    amounts = heard.all_of("money", "annual_sales") + heard.all_of("money", None)
    last = max((one.end for one in amounts), default=0)
    supposed = len(amounts) > 1 and re.match(_table()["supposed"], _folded(heard.text[last:]))
    return bool(supposed) or heard.mentioned("ask", "difference") or "differ" in evidence.kinds(heard.text)


def _yen(amount: Quantity) -> int:
    """An amount in yen, one beside a bound that it is told to be under or over."""
    return (amount.value or 0) + _BESIDE.get(amount.modifier or "", 0)


def is_beside(yen: int) -> bool:
    """Whether an amount stands for "under" or "over" a round one: how far it is from the next band is not known."""
    return yen % _TEN_THOUSAND in (1, _TEN_THOUSAND - 1)


def told(turn: Turn, yen: int) -> str:
    """An amount as it was told: one yen beside a round one is under or over it."""
    for beside in (1, -1):
        if (yen + beside) % _TEN_THOUSAND == 0:
            return turn.t("quote.under" if beside > 0 else "quote.over", amount=turn.t.yen(yen + beside))
    return turn.t.yen(yen)


def spans(values: Mapping[str, Any]) -> tuple[int, int]:
    """The lowest and highest sales that the member may mean; equal when one amount was said."""
    sales = values["annual_sales"]
    low, high = values.get("_low"), values.get("_high")
    if low is not None and high is not None and low < high:
        return low, high
    if values.get("_vague"):
        return sales - sales // _VAGUE_PERCENT, sales + sales // _VAGUE_PERCENT
    return sales, sales
