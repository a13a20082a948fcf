"""A quote in words and as a block: everything that T3 asks for, the premium first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import rating
from bot.actions.capabilities import quote_parts as parts
from bot.actions.capabilities.contact_text import whom_to_ask
from bot.actions.capabilities.sales import told as told_sales
from bot.actions.capabilities.source_text import source_line
from bot.actions.flow import Turn
from bot.actions.reply import Choice, Reply
from records.quotes import add_quote

Refused = tuple[Any, rating.PremiumNotPublished]
# Side by side, so many premiums are quotes of their own; where the plan was left open too, they are a survey.
_MOST_STORED = 5


def single(turn: Turn, request: Any, values: Mapping[str, Any], *, before: Any = None) -> Reply:
    """One premium, stored with a number; or why there is none.

    Args:
        turn: The turn.
        request: What the premium depends on.
        values: What was told, for what had to be assumed.
        before: The request of the quote that this one is compared with, or None.
    """
    try:
        quote = rating.quote(turn.services.tariffs, request, turn.now)
    except rating.PremiumNotPublished as refusal:
        return not_published(turn, refusal, request, told=not values.get("_by_code"))
    except rating.NotEligible as refusal:
        return not_eligible(turn, refusal)
    return whole(turn, quote, _store(turn, quote), values, _against(turn, quote, before))


def whole(turn: Turn, quote: rating.Quote, number: str, values: Mapping[str, Any], against: str | None = None) -> Reply:
    """A quote with all that belongs to it.

    Args:
        turn: The turn.
        quote: The quote.
        number: The number that it is stored under.
        values: What was told, for what had to be assumed.
        against: How it differs from the one before, or None.
    """
    rows = [*parts.own_rows(turn, quote), parts.band_row(turn, quote, values), *parts.assumed_rows(turn, quote, values)]
    reply = Reply().say(turn.t("quote.premium", premium=turn.t.exact_yen(quote.premium_yen)))
    reply.say(against, parts.title(turn, quote))
    reply.say(*(turn.t("quote.row", label=label, value=value) for label, value in rows))
    disclosures = parts.disclosures(turn, quote)
    reply.say(*disclosures, turn.t("quote.number", number=number))
    reply.show(_block(turn, quote, number, rows, disclosures))
    return reply.offer(_what_if(turn, quote))


def side_by_side(turn: Turn, requests: Sequence[Any], values: Mapping[str, Any]) -> Reply:
    """All published premiums of the open choices, and which are not published."""
    try:
        quotes, refusals = _published(turn, requests)
    except rating.NotEligible as refusal:
        return not_eligible(turn, refusal)
    if not quotes:
        return not_published(turn, refusals[0][1], requests[0], told=not values.get("_by_code"))
    t, first = turn.t, quotes[0]
    band = parts.band_text(turn, first.band)
    lead = "quote.several_by_code" if values.get("_by_code") else "quote.several"
    reply = Reply().say(t(lead, sales=told_sales(turn, first.annual_sales_yen), band=band))
    reply.say(*(_line(turn, quote) for quote in quotes))
    if len(quotes) == 2:
        reply.say(_between(turn, *quotes))
    reply.say(_some_not_published(turn, refusals))
    rows = [parts.band_row(turn, first, values), *parts.assumed_rows(turn, first, values)]
    if len({quote.deductible_yen for quote in quotes}) == 1:
        rows.insert(0, parts.own_rows(turn, first)[1])
    else:
        rows.insert(0, parts.own_rows(turn, max(quotes, key=lambda quote: quote.deductible_yen or 0))[1])
    reply.say(*(t("quote.row", label=label, value=value) for label, value in rows), *parts.disclosures(turn, *quotes))
    table = [[parts.plan_name(turn, q), t.exact_yen(q.premium_yen), q.code, parts.limits(turn, q)] for q in quotes]
    columns = [t(f"quote.column.{name}") for name in ("plan", "premium", "code", "limits")]
    numbers = [_store(turn, quote) for quote in quotes] if len(quotes) <= _MOST_STORED else []
    if numbers:
        turn.state.facts["side_by_side"] = numbers
        columns.append(t("quote.column.number"))
        table = [[*row, number] for row, number in zip(table, numbers, strict=True)]
    reply.say(t("quote.numbers", numbers=t("units.comma").join(numbers)) if numbers else t("quote.number_later"))
    reply.show({"type": "table", "title": parts.title(turn, first, plan=False), "columns": columns, "rows": table})
    return reply.offer(_narrowing(turn, quotes))


def by_band(turn: Turn, requests: Sequence[Sequence[Any]], values: Mapping[str, Any]) -> Reply:
    """The premiums in each of the bands that a range of sales touches, lowest first."""
    t, reply = turn.t, Reply()
    shown: list[rating.Quote] = []
    missing: list[Refused] = []
    for inside in requests:
        try:
            quotes, refusals = _published(turn, inside)
        except rating.NotEligible as refusal:
            reply.then(not_eligible(turn, refusal))
            continue
        reply.say(*(_band_line(turn, quote) for quote in quotes))
        if refusals and not quotes:
            band = parts.band_text(turn, refusals[0][1].band)
            reply.say(t("quote.short_not_published", band=band, name=parts.plan_name(turn, refusals[0][0])))
        shown += quotes
        missing += refusals
    if not shown:
        return not_published(turn, missing[0][1], missing[0][0], told=False) if missing else reply
    first = shown[0]
    if len(shown) == 2 and turn.heard.mentioned("ask", "difference"):
        change = abs(shown[1].premium_yen - shown[0].premium_yen)
        reply.say(t("quote.between_bands", change=t.exact_yen(change)))
    reply.say(t("quote.exact_please"), _ask(turn, first.product) if missing else None)
    rows = [*parts.own_rows(turn, first), *parts.assumed_rows(turn, first, values)]
    if len({parts.plan_name(turn, quote) for quote in shown}) > 1:
        rows = rows[1:]
    elif len({parts.limits(turn, quote) for quote in shown}) > 1:
        each = t("units.comma").join(parts.limits(turn, quote) for quote in shown)
        rows[0] = (rows[0][0], t("quote.in_order", limits=each))
    return reply.say(
        *(t("quote.row", label=label, value=value) for label, value in rows), *parts.disclosures(turn, *shown)
    )


def not_published(turn: Turn, refusal: rating.PremiumNotPublished, request: Any, *, told: bool) -> Reply:
    """T2: no premium is printed for this; whom to ask; nothing in its place.

    `told`: the member named these very sales; otherwise their band is named, not an amount that nobody said.
    """
    t, name = turn.t, parts.plan_name(turn, request)
    named = t("quote.with_sales", name=name, sales=told_sales(turn, request.annual_sales_yen))
    if not told:
        named = t("quote.in_band", name=name, band=parts.band_text(turn, refusal.band))
    reply = Reply().say(t("quote.not_published", what=named))
    key = f"quote.published_range.{refusal.product}"
    if refusal.product == rating.THIRD_PARTY:
        key += f".{getattr(request, 'plan', 'basic')}"
    joins = getattr(request, "plan", None) == rating.PREMIUM and told and not turn.heard.mentioned("ask", "price")
    # Whoever names no price may want to know whether these sales are within the plan's own condition.
    may = t("quote.premium_plan_met", sales=told_sales(turn, request.annual_sales_yen)) if joins else None
    return reply.say(may, t(key), t("quote.never_estimated"), _ask(turn, refusal.product))


def not_eligible(turn: Turn, refusal: rating.NotEligible) -> Reply:
    """Who may not join gets no premium, but the condition that fails, where it is printed, and whom to ask."""
    t = turn.t
    reply = Reply().say(t("quote.not_eligible"))
    for reason in refusal.reasons:
        reply.say(t(f"eligibility.reason.{reason.key}", **parts.in_yen(turn, reason.values)))
    facts = rating.EligibilityFacts(plan=refusal.plan if refusal.product == rating.THIRD_PARTY else None)
    result = rating.eligibility(refusal.product, facts, turn.services.tariffs, turn.now)
    source = source_line(turn, result.conditions[-1].source or result.source)
    return reply.say(_ask(turn, refusal.product), source)


def excluded_business(turn: Turn, business: str) -> Reply:
    """A business that the cyber insurance does not take gets no premium: which it is, where that is printed.

    Args:
        turn: The turn.
        business: Its key in the table of excluded businesses.
    """
    t = turn.t
    facts = rating.EligibilityFacts(excluded_business=business)
    result = rating.eligibility(rating.CYBER, facts, turn.services.tariffs, turn.now)
    lines = [t("quote.not_eligible"), t("quote.excluded_business", business=t(f"eligibility.business.{business}"))]
    return Reply().say(*lines, _ask(turn, rating.CYBER), source_line(turn, result.source))


def published(turn: Turn, requests: Sequence[Any]) -> list[rating.Quote]:
    """The quotes of the requests whose premiums are printed; none when the scheme cannot be joined."""
    try:
        return _published(turn, requests)[0]
    except rating.NotEligible:
        return []


def _published(turn: Turn, requests: Sequence[Any]) -> tuple[list[rating.Quote], list[Refused]]:
    """The quotes of the requests that are printed, and those that are not."""
    quotes: list[rating.Quote] = []
    refusals: list[Refused] = []
    for request in requests:
        try:
            quotes.append(rating.quote(turn.services.tariffs, request, turn.now))
        except rating.PremiumNotPublished as refusal:
            refusals.append((request, refusal))
    return quotes, refusals


def _ask(turn: Turn, product: str) -> str:
    return turn.t("quote.ask", contact=whom_to_ask(turn, product))


def _some_not_published(turn: Turn, refusals: Sequence[Refused]) -> str | None:
    if not refusals:
        return None
    names = turn.t("units.comma").join(dict.fromkeys(parts.plan_name(turn, request) for request, _ in refusals))
    contact = whom_to_ask(turn, refusals[0][1].product)
    return turn.t("quote.some_not_published", names=names, contact=contact)


def _against(turn: Turn, quote: rating.Quote, before: Any) -> str | None:
    """How a premium differs from the one told before it."""
    if before is None:
        return None
    try:
        old = rating.quote(turn.services.tariffs, before, turn.now)
    except rating.RatingError:
        return None
    return _difference(turn, "quote.against", old, quote)


def _between(turn: Turn, one: rating.Quote, other: rating.Quote) -> str:
    return _difference(turn, "quote.between", one, other)


def _difference(turn: Turn, key: str, old: rating.Quote, new: rating.Quote) -> str:
    t, change = turn.t, new.premium_yen - old.premium_yen
    way = "same" if not change else "dearer" if change > 0 else "cheaper"
    amounts = {
        "old": t.exact_yen(old.premium_yen),
        "new": t.exact_yen(new.premium_yen),
        "change": t.exact_yen(abs(change)),
    }
    names = {"old_name": parts.plan_name(turn, old), "new_name": parts.plan_name(turn, new)}
    return t(f"{key}.{way}", **amounts, **names)


def _what_if(turn: Turn, quote: rating.Quote) -> list[Choice]:
    t = turn.t
    offers: list[tuple[str, dict[str, Any]]] = []
    if quote.product == rating.THIRD_PARTY:
        offers += [
            (t(f"flow_quote.plan.options.{p}"), {"plan": p}) for p in rating.THIRD_PARTY_PLANS if p != quote.plan
        ]
        offers.append((t("flow_quote.course.options.all"), {"course": "all"}))
    if quote.product == rating.CYBER:
        offers.append((t("flow_quote.cyber_plan.options.all"), {"cyber_plan": "all"}))
    exact = quote.product == rating.ASSEMBLY
    if quote.product != rating.CYBER:
        offers += [
            (t(f"quote.claims_if.{'2_exact' if count > 1 and exact else count}"), {"claims": count})
            for count in (0, 1, 2)
            if count != quote.claims_paid
        ]
    return [
        Choice(title, title, {"flow": "quote", "slot": slot, "value": value})
        for title, values in offers
        for slot, value in values.items()
    ]


def _narrowing(turn: Turn, quotes: Sequence[rating.Quote]) -> list[Choice]:
    """Buttons that choose one of what stands side by side: the plan first, then the course."""
    slot = "plan" if quotes[0].product == rating.THIRD_PARTY else "cyber_plan"
    values: list[Any] = list(dict.fromkeys(quote.plan for quote in quotes))
    if len(values) == 1:
        slot, values = "course", list(dict.fromkeys(int(quote.course) for quote in quotes if quote.course))
    titles = [(turn.t(f"flow_quote.{slot}.options.{value}"), value) for value in values if len(values) > 1]
    return [Choice(title, title, {"flow": "quote", "slot": slot, "value": value}) for title, value in titles]


def _line(turn: Turn, quote: rating.Quote) -> str:
    values = {"name": parts.plan_name(turn, quote), "code": quote.code, "limits": parts.limits(turn, quote)}
    return turn.t("quote.line", premium=turn.t.exact_yen(quote.premium_yen), **values)


def _band_line(turn: Turn, quote: rating.Quote) -> str:
    band = parts.band_text(turn, quote.band)
    values = {"band": band, "code": quote.code, "name": parts.plan_name(turn, quote)}
    return turn.t("quote.short", premium=turn.t.exact_yen(quote.premium_yen), **values)


def _store(turn: Turn, quote: rating.Quote) -> str:
    with turn.services.database.session() as session:
        stored = add_quote(
            session,
            product=quote.product,
            inputs=_inputs(quote),
            table_version=quote.tariff_version,
            result=quote.as_dict(),
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
        "title": parts.title(turn, quote),
        "premium_yen": quote.premium_yen,
        "premium_text": turn.t.exact_yen(quote.premium_yen),
        "rows": [{"label": label, "value": value} for label, value in rows],
        "disclosures": list(disclosures),
        "print_url": f"/quotes/{number}",
        "pdf_url": f"/quotes/{number}.pdf",
    }
