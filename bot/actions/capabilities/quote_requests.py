"""What rating is asked for the values of a quote, and where nothing needs to be asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import rating
from bot.actions.capabilities.quote_heard import ALL, PLANS, hear_course, hear_plan
from bot.actions.capabilities.sales import spans
from bot.actions.flow import Turn


def too_large(turn: Turn, values: Mapping[str, Any]) -> rating.NotEligible | None:
    """Why a firm with these sales may not join the cyber insurance, whatever its industry; None where it may."""
    low, high = spans(values) if "annual_sales" in values else (0, 0)
    if values.get("product") != rating.CYBER or not low or low != high or "industry" in values:
        return None
    try:
        asked = requests({**values, "industry": 1, "cyber_plan": rating.CYBER_PLANS[0]}, low)[0]
        rating.quote(turn.services.tariffs, asked, turn.now)
    except rating.NotEligible as refusal:
        return refusal
    except rating.RatingError:
        return None
    return None


def beyond_print(turn: Turn, values: Mapping[str, Any]) -> bool:
    """Whether a cyber premium is printed for no industry at these sales (yen), so that none needs to be asked."""
    low, high = spans(values) if "annual_sales" in values else (0, 0)
    if values.get("product") != rating.CYBER or not low or low != high or "industry" in values:
        return False
    asked = requests({**values, "industry": 1, "cyber_plan": rating.CYBER_PLANS[0]}, low)[0]
    try:
        rating.quote(turn.services.tariffs, asked, turn.now)
    except rating.PremiumNotPublished:
        return True
    except rating.RatingError:
        return False
    return False


def excluded(values: Mapping[str, Any]) -> bool:
    """Whether the business that was told is one that the cyber insurance does not take."""
    return values.get("product") == rating.CYBER and bool(values.get("_excluded")) and "industry" not in values


def beside(turn: Turn, values: Mapping[str, Any]) -> dict[str, Any] | None:
    """The values of the other scheme, where a message asks for the third-party and the assembly premium at once."""
    heard = turn.heard
    named = set(heard.mentions.get("scheme", ()))
    plan, course = hear_plan(turn), hear_course(turn, {"plan": heard.mention("plan")}, None)
    if plan is not None or course is not None:
        named.add(rating.THIRD_PARTY)
    product = values.get("product")
    if not {rating.THIRD_PARTY, rating.ASSEMBLY} <= named or product not in named or values.get("_by_code"):
        return None
    if product == rating.THIRD_PARTY:
        return {**values, "product": rating.ASSEMBLY}
    told = {"plan": plan, "course": course}
    return {**values, "product": rating.THIRD_PARTY, **{slot: value for slot, value in told.items() if value}}


def requests(values: Mapping[str, Any], sales: int) -> list[Any]:
    """What rating is asked for: one request for every plan, course and industry that is named or left open.

    Args:
        values: The values of a quote.
        sales: Annual sales, yen.
    """
    product, claims = values["product"], int(values.get("claims") or 0)
    if product == rating.ASSEMBLY:
        return [rating.AssemblyRequest(sales, claims)]
    if product == rating.CYBER:
        plans = _chosen(values.get("cyber_plan"), rating.CYBER_PLANS)
        industries = _chosen(values["industry"], rating.INDUSTRIES)
        return [rating.CyberRequest(int(industry), plan, sales) for industry in industries for plan in plans]
    plans, courses = _chosen(values.get("plan"), PLANS), _chosen(values.get("course"), rating.COURSES)
    return [rating.ThirdPartyRequest(plan, int(number), sales, claims) for plan in plans for number in courses]


def _chosen(value: Any, every: Any) -> list[Any]:
    if value in (None, ALL):
        return list(every)
    return list(value) if isinstance(value, list) else [value]


def inside(band: rating.Band, low: int, high: int) -> int:
    """An amount of a range that lies in a band."""
    bottom = band.lower_yen if band.lower_inclusive else band.lower_yen + 1
    return min(max(low, bottom), high)
