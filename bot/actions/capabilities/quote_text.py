"""A quote in words and as a block: everything that T3 asks for, the premium first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import rating
from bot.actions.capabilities.contact_text import contact_line
from bot.actions.flow import Turn
from bot.actions.reply import Choice, Reply
from records.quotes import add_quote

_LIMITS = (
    "bodily_injury_yen",
    "property_damage_yen",
    "specified_property_yen",
    "economic_loss_yen",
    "sum_insured_yen",
    "liability_yen",
    "incident_response_yen",
)


def single(turn: Turn, request: Any, values: Mapping[str, Any], *, short: bool) -> Reply:
    """One premium, stored with a number; or why there is none."""
    try:
        quote = rating.quote(turn.services.tariffs, request, turn.now)
    except rating.PremiumNotPublished as refusal:
        return not_published(turn, refusal, request)
    except rating.NotEligible as refusal:
        return not_eligible(turn, refusal)
    if short:
        return Reply().say(_short_line(turn, quote))
    number = _store(turn, quote)
    rows = _rows(turn, quote, values)
    reply = Reply().say(turn.t("quote.premium", premium=turn.t.exact_yen(quote.premium_yen)), title(turn, quote))
    reply.say(*(turn.t("quote.row", label=label, value=value) for label, value in rows))
    disclosures = _disclosures(turn, quote)
    reply.say(*disclosures, turn.t("quote.number", number=number))
    reply.show(_block(turn, quote, number, rows, disclosures))
    return reply.offer(_what_if(turn, quote))


def side_by_side(turn: Turn, requests: Sequence[Any], values: Mapping[str, Any], sales: int, *, short: bool) -> Reply:
    """All published premiums of the open choices, and how many are not published."""
    quotes, refusals = [], []
    for request in requests:
        try:
            quotes.append(rating.quote(turn.services.tariffs, request, turn.now))
        except rating.PremiumNotPublished as refusal:
            refusals.append((request, refusal))
        except rating.NotEligible as refusal:
            return not_eligible(turn, refusal)
    if not quotes:
        return not_published(turn, refusals[0][1], requests[0])
    t, first = turn.t, quotes[0]
    reply = Reply().say(t("quote.several", sales=t.yen(sales), band=band_text(turn, first.band)))
    reply.say(*(_line(turn, quote) for quote in quotes))
    if refusals:
        names = t("units.comma").join(dict.fromkeys(_request_name(turn, request) for request, _ in refusals))
        reply.say(t("quote.some_not_published", names=names, contact=contact_line(turn, refusals[0][1].contact_id)))
    if not short:
        rows = _assumed(turn, first, values)
        reply.say(*(t("quote.row", label=label, value=value) for label, value in rows), *_disclosures(turn, first))
        table = [[_request_title(turn, q), _limits(turn, q), t.exact_yen(q.premium_yen)] for q in quotes]
        columns = [t("quote.column.plan"), t("quote.column.limits"), t("quote.column.premium")]
        reply.show({"type": "table", "title": title(turn, first, plan=False), "columns": columns, "rows": table})
    return reply


def not_published(turn: Turn, refusal: rating.PremiumNotPublished, request: Any) -> Reply:
    """T2: no premium is printed for this; whom to ask; nothing in its place."""
    t = turn.t
    reply = Reply().say(t("quote.not_published", what=_request_name(turn, request, sales=True)))
    key = f"quote.published_range.{refusal.product}"
    if refusal.product == "third_party":
        key += f".{getattr(request, 'plan', 'basic')}"
    reply.say(t(key), t("quote.never_estimated"))
    return reply.say(t("quote.ask", contact=contact_line(turn, refusal.contact_id)))


def not_eligible(turn: Turn, refusal: rating.NotEligible) -> Reply:
    """Who may not join gets no premium, but the condition that fails."""
    reply = Reply().say(turn.t("quote.not_eligible"))
    for reason in refusal.reasons:
        reply.say(turn.t(f"eligibility.reason.{reason.key}", **_money_values(turn, reason.values)))
    return reply


def title(turn: Turn, quote: rating.Quote, *, plan: bool = True) -> str:
    """Product, plan and code."""
    t = turn.t
    name = t(f"products.{quote.product}")
    if not plan:
        return name
    return t("quote.title", product=name, plan=_request_title(turn, quote), code=quote.code)


def band_text(turn: Turn, band: rating.Band) -> str:
    """A band's bounds in words."""
    t = turn.t
    lower = t(f"quote.bound.lower_{'in' if band.lower_inclusive else 'ex'}", amount=t.yen(band.lower_yen))
    if band.upper_yen is None:
        return lower
    upper = t(f"quote.bound.upper_{'in' if band.upper_inclusive else 'ex'}", amount=t.yen(band.upper_yen))
    return upper if band.lower_yen <= 0 else t("quote.bound.both", lower=lower, upper=upper)


def _rows(turn: Turn, quote: rating.Quote, values: Mapping[str, Any]) -> list[tuple[str, str]]:
    t = turn.t
    rows = [(t("quote.label.limits"), _limits(turn, quote)), (t("quote.label.deductible"), _deductible(turn, quote))]
    return rows + _assumed(turn, quote, values)


def _assumed(turn: Turn, quote: rating.Quote, values: Mapping[str, Any]) -> list[tuple[str, str]]:
    t = turn.t
    rows = [(t("quote.label.band"), t("quote.band", band=band_text(turn, quote.band), distance=_distance(turn, quote)))]
    if quote.product != "cyber":
        key = "stated" if values.get("claims") is not None else "assumed"
        rows.append((t("quote.label.surcharge"), t(f"quote.surcharge.{key}", percent=quote.surcharge_percent)))
    if values.get("_tax") is None:
        rows.append((t("quote.label.assumed"), t(f"quote.assumed.{quote.product}")))
    return rows


def _distance(turn: Turn, quote: rating.Quote) -> str:
    t, band = turn.t, quote.band
    if band.upper_yen is None:
        return t("quote.distance.open")
    room = band.upper_yen - quote.annual_sales_yen
    if room == 0:
        return t("quote.distance.at_bound")
    return t("quote.distance.room", room=t.yen(room))


def _limits(turn: Turn, quote: rating.Quote) -> str:
    t = turn.t
    parts = [t(f"quote.limit.{name}", amount=t.yen(quote.limits[name])) for name in _LIMITS if name in quote.limits]
    return t("units.slash").join(parts)


def _deductible(turn: Turn, quote: rating.Quote) -> str:
    key = quote.product
    if quote.product == "third_party" and quote.plan == "premium":
        key = "third_party_premium"
    return turn.t(f"quote.deductible.{key}", amount=turn.t.yen(quote.deductible_yen or 0))


def _disclosures(turn: Turn, quote: rating.Quote) -> list[str]:
    t = turn.t
    period = {"start": t.moment(quote.effective_from), "end": t.moment(quote.effective_until)}
    key = "expired" if quote.expired else "current"
    note = t("quote.note.order_of_codes") if quote.row_note == "order_of_codes" else ""
    source = t("quote.source", document=quote.source.document_title, locator=quote.source.locator)
    return [
        t(f"quote.period.{key}", **period),
        t(f"quote.midterm.{quote.product}"),
        t("quote.no_promise", agency=t(f"agencies.{quote.product}")),
        *([note] if note else []),
        source,
    ]


def _what_if(turn: Turn, quote: rating.Quote) -> list[Choice]:
    t = turn.t
    offers: list[tuple[str, dict[str, Any]]] = []
    if quote.product == "third_party":
        offers += [
            (t(f"flow_quote.plan.options.{p}"), {"plan": p}) for p in ("basic", "wide", "premium") if p != quote.plan
        ]
        offers.append((t("flow_quote.course.options.all"), {"course": "all"}))
    if quote.product == "cyber":
        offers.append((t("flow_quote.cyber_plan.options.all"), {"cyber_plan": "all"}))
    if quote.product != "cyber":
        offers += [
            (t(f"flow_quote.claims.options.{count}"), {"claims": count})
            for count in (0, 1, 2)
            if count != quote.claims_paid
        ]
    return [
        Choice(title_, title_, {"flow": "quote", "slot": slot, "value": value})
        for title_, values in offers
        for slot, value in values.items()
    ]


def _line(turn: Turn, quote: rating.Quote) -> str:
    values = {"name": _request_title(turn, quote), "code": quote.code, "limits": _limits(turn, quote)}
    return turn.t("quote.line", premium=turn.t.exact_yen(quote.premium_yen), **values)


def _short_line(turn: Turn, quote: rating.Quote) -> str:
    values = {"band": band_text(turn, quote.band), "code": quote.code, "name": _request_title(turn, quote)}
    return turn.t("quote.short", premium=turn.t.exact_yen(quote.premium_yen), **values)


def _request_title(turn: Turn, request: Any) -> str:
    t = turn.t
    if isinstance(request, rating.ThirdPartyRequest) or getattr(request, "product", "") == "third_party":
        plan = t(f"flow_quote.plan.options.{request.plan}")
        return t("quote.plan_course", plan=plan, course=t(f"quote.course.{request.course}"))
    if isinstance(request, rating.CyberRequest) or getattr(request, "product", "") == "cyber":
        industry = t(f"quote.industry.{request.industry}")
        return t("quote.plan_industry", plan=request.plan, industry=industry)
    return t("quote.assembly_plan")


def _request_name(turn: Turn, request: Any, *, sales: bool = False) -> str:
    name = _request_title(turn, request)
    return turn.t("quote.with_sales", name=name, sales=turn.t.yen(request.annual_sales_yen)) if sales else name


def _money_values(turn: Turn, values: Mapping[str, Any]) -> dict[str, Any]:
    return {k: turn.t.yen(v) if k.endswith("_yen") and isinstance(v, int) else v for k, v in values.items()}


def _store(turn: Turn, quote: rating.Quote) -> str:
    body = quote.as_dict()
    with turn.services.database.session() as session:
        stored = add_quote(
            session,
            product=quote.product,
            inputs=_inputs(quote),
            table_version=quote.tariff_version,
            result=body,
            channel=turn.channel,
            conversation_id=turn.conversation_id,
            now=turn.now,
        )
        number = stored.number
    turn.state.stored = [*turn.state.stored, number][-8:]
    return number


def _inputs(quote: rating.Quote) -> dict[str, Any]:
    named = {"product": quote.product, "plan": quote.plan, "course": quote.course, "industry": quote.industry}
    numbers = {"annual_sales_yen": quote.annual_sales_yen, "claims_paid": quote.claims_paid}
    return {key: value for key, value in {**named, **numbers}.items() if value is not None}


def _block(
    turn: Turn, quote: rating.Quote, number: str, rows: Sequence[tuple[str, str]], disclosures: Sequence[str]
) -> dict[str, Any]:
    return {
        "type": "quote",
        "number": number,
        "title": title(turn, quote),
        "premium_yen": quote.premium_yen,
        "premium_text": turn.t.exact_yen(quote.premium_yen),
        "rows": [{"label": label, "value": value} for label, value in rows],
        "disclosures": list(disclosures),
        "print_url": f"/quotes/{number}",
        "pdf_url": f"/quotes/{number}.pdf",
    }
