"""The parts that a quote in words is made of: names, limits, band, what was assumed, period and source."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import rating
from bot.actions.capabilities.sales import is_beside
from bot.actions.capabilities.source_text import source_line
from bot.actions.flow import Turn

_LIMITS = (
    "bodily_injury_yen",
    "property_damage_yen",
    "specified_property_yen",
    "economic_loss_yen",
    "sum_insured_yen",
    "liability_yen",
    "incident_response_yen",
)
# Who concludes the contract, as knowledge/contacts.yml calls it.
_AGENCIES = {rating.THIRD_PARTY: "toshiba_planning", rating.ASSEMBLY: "gunma_agency", rating.CYBER: "excel"}


def title(turn: Turn, quote: rating.Quote, *, plan: bool = True) -> str:
    """Product, plan and code."""
    t = turn.t
    name = t(f"products.{quote.product}")
    if not plan:
        return name
    return t("quote.title", product=name, plan=plan_name(turn, quote), code=quote.code)


def plan_name(turn: Turn, request: Any) -> str:
    """Plan and course, plan and industry, or the scheme's one plan: of a quote or of a request."""
    t = turn.t
    if isinstance(request, rating.ThirdPartyRequest) or getattr(request, "product", "") == rating.THIRD_PARTY:
        plan = t(f"flow_quote.plan.options.{request.plan}")
        return t("quote.plan_course", plan=plan, course=t(f"quote.course.{request.course}"))
    if isinstance(request, rating.CyberRequest) or getattr(request, "product", "") == rating.CYBER:
        industry = t(f"quote.industry.{request.industry}")
        return t("quote.plan_industry", plan=request.plan, industry=industry)
    return t("quote.assembly_plan")


def band_text(turn: Turn, band: rating.Band) -> str:
    """A band's bounds in words."""
    t = turn.t
    lower = t(f"quote.bound.lower_{'in' if band.lower_inclusive else 'ex'}", amount=t.yen(band.lower_yen))
    if band.upper_yen is None:
        return lower
    upper = t(f"quote.bound.upper_{'in' if band.upper_inclusive else 'ex'}", amount=t.yen(band.upper_yen))
    return upper if band.lower_yen <= 0 else t("quote.bound.both", lower=lower, upper=upper)


def own_rows(turn: Turn, quote: rating.Quote) -> list[tuple[str, str]]:
    """Limits and deductible of one quote."""
    t = turn.t
    return [(t("quote.label.limits"), limits(turn, quote)), (t("quote.label.deductible"), _deductible(turn, quote))]


def band_row(turn: Turn, quote: rating.Quote, values: Mapping[str, Any]) -> tuple[str, str]:
    """The band, with how far its upper bound is where sales were told."""
    t, band = turn.t, band_text(turn, quote.band)
    if values.get("_by_code"):
        return t("quote.label.band"), t("quote.band_by_code", band=band)
    if is_beside(quote.annual_sales_yen):
        return t("quote.label.band"), band
    return t("quote.label.band"), t("quote.band", band=band, distance=_distance(turn, quote))


def assumed_rows(turn: Turn, quote: rating.Quote, values: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Surcharge and what was taken as given."""
    t, rows = turn.t, []
    if quote.product != rating.CYBER:
        key = "stated" if values.get("claims") is not None else "assumed"
        rows.append((t("quote.label.surcharge"), t(f"quote.surcharge.{key}", percent=quote.surcharge_percent)))
    if values.get("_tax") is None and not values.get("_by_code"):
        rows.append((t("quote.label.assumed"), t(f"quote.assumed.{quote.product}")))
    return rows


def limits(turn: Turn, quote: rating.Quote) -> str:
    """All limits of a quote on one line."""
    t = turn.t
    parts = [t(f"quote.limit.{name}", amount=t.yen(quote.limits[name])) for name in _LIMITS if name in quote.limits]
    return t("units.slash").join(parts)


def disclosures(turn: Turn, quote: rating.Quote, *others: rating.Quote) -> list[str]:
    """Period and whether it is over, mid-term joining, no promise and who concludes the contract, every source."""
    t = turn.t
    phone = turn.services.knowledge.contacts[_AGENCIES[quote.product]].phone
    period = {"start": t.moment(quote.effective_from), "end": t.moment(quote.effective_until)}
    key = "expired" if quote.expired else "current"
    marked = any(shown.row_note == "order_of_codes" for shown in (quote, *others))
    note = t("quote.note.order_of_codes") if marked else ""
    return [
        t(f"quote.period.{key}", **period),
        t(f"quote.midterm.{quote.product}"),
        t("quote.no_promise", agency=t(f"agencies.{quote.product}"), phone=phone),
        *([note] if note else []),
        *dict.fromkeys(source_line(turn, shown.source) for shown in (quote, *others)),
    ]


def in_yen(turn: Turn, values: Mapping[str, Any]) -> dict[str, Any]:
    """Values with their amounts as people say them."""
    return {k: turn.t.yen(v) if k.endswith("_yen") and isinstance(v, int) else v for k, v in values.items()}


def _distance(turn: Turn, quote: rating.Quote) -> str:
    t, band = turn.t, quote.band
    if band.upper_yen is None:
        return t("quote.distance.open")
    room = band.upper_yen - quote.annual_sales_yen
    if room == 0:
        return t("quote.distance.at_bound")
    return t("quote.distance.room", room=t.yen(room))


def _deductible(turn: Turn, quote: rating.Quote) -> str:
    key = quote.product
    if quote.product == rating.THIRD_PARTY and quote.plan == rating.PREMIUM:
        key = "third_party_premium"
    return turn.t(f"quote.deductible.{key}", amount=turn.t.yen(quote.deductible_yen or 0))
