"""Few words said after a premium: what is cheaper, how it is paid, that it is left, that it is wanted.

It looks up and lists; it recommends nothing (T4) and takes no application (T5). Patterns stand in
bot/data/afterwards.yml.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import rating
from bot.actions import afterwards
from bot.actions.capabilities import quote_parts, quote_text
from bot.actions.capabilities.sales import told as told_sales
from bot.actions.flow import Turn
from bot.actions.reply import Reply
from records.errors import RecordsError
from records.quotes import get_quote

if TYPE_CHECKING:
    from bot.actions.answers import Answers

# How one joins, what the sales are told with, and how the premium is paid: the entries of each scheme.
_JOINS = {rating.THIRD_PARTY: "tp_how_to_join", rating.ASSEMBLY: "as_how_to_join", rating.CYBER: "cy_papers_where"}
_SALES_TAX = {rating.THIRD_PARTY: "tp_sales_tax", rating.ASSEMBLY: "as_sales_basis", rating.CYBER: "cy_fixed_method"}
_PAID = {rating.THIRD_PARTY: "tp_premium_payment", rating.ASSEMBLY: "as_payment_where", rating.CYBER: "cy_invoice"}
# What it costs to join during the year.
MIDTERM = {rating.THIRD_PARTY: "tp_midterm_premium", rating.ASSEMBLY: "as_midterm", rating.CYBER: "cy_late_joining"}
# Whether the premium holds on after the year of the table.
_NEXT_YEAR = {rating.THIRD_PARTY: "tp_next_year", rating.ASSEMBLY: "as_renewal", rating.CYBER: "cy_rate_change"}
_MOST_SHOWN = 5
# Where the premiums of all plans are printed: sales below the first bound (yen), and a course that every plan has.
_BELOW_FIRST_BOUND, _SHOWN_COURSE, _LEAST_COMPARED = 49_999_999, 3, 2


def reply_to(turn: Turn, known: Mapping[str, Any], requests: list[Any], answers: Answers) -> Reply | None:
    """The answer to few words about the premiums told last; None when they are about something else.

    Args:
        turn: The turn.
        known: The values of the quote told last.
        requests: Every choice of plan and course for the same sales, or none where the sales are a range.
        answers: The FAQ.
    """
    wanted, product = afterwards.about_quote(turn), str(known.get("product"))
    if wanted is None or product not in _JOINS:
        return None
    t, number = turn.t, _last_number(turn)
    if wanted == "again":
        return _again(turn)
    if wanted == "more":
        return _above(turn, known, requests)
    if wanted == "which":
        return _lowest_told(turn)
    if wanted == "cheaper":
        return _cheaper(turn, known, requests)
    if wanted == "none_assumed":
        counted = known.get("claims") not in (None, 0)
        return None if counted else Reply().say(t(f"quote.after.{'none_rated' if 'claims' in known else wanted}"))
    if wanted in ("none", "leave"):
        assumed = wanted == "none" and product != rating.CYBER and "claims" not in known
        reply = Reply().say(t(f"quote.after.{'none_assumed' if assumed else wanted}"))
        return reply.say(t("quote.after.number", number=number) if number else None)
    if wanted == "apply":
        reply = Reply().say(t("quote.after.apply")).then(answers.entry(turn, _JOINS[product]))
        return reply.say(t("quote.after.number", number=number) if number else None)
    if wanted == "yearly":
        return Reply().say(t(f"quote.midterm.{product}"))
    if wanted in ("lasts", "midterm"):
        return answers.entry(turn, (_NEXT_YEAR if wanted == "lasts" else MIDTERM)[product])
    if wanted == "tax":
        return Reply().say(t("quote.after.tax")).then(answers.entry(turn, _SALES_TAX[product]))
    return answers.entry(turn, _PAID[product])


def surcharged(turn: Turn, known: Mapping[str, Any], request: rating.ThirdPartyRequest) -> Reply | None:
    """What the premium told last is with a surcharge, where it is not said for how many payments; None where untold.

    Args:
        turn: The turn.
        known: The values of the quote told last.
        request: What it was rated by.
    """
    t, reply = turn.t, Reply()
    quotes = quote_text.published(turn, [replace(request, claims_paid=count) for count in (1, 2)])
    if not quotes:
        return None
    band = quote_parts.band_text(turn, quotes[0].band)
    reply.say(t("quote.several", sales=told_sales(turn, request.annual_sales_yen), band=band))
    for quote in quotes:
        named = {"name": quote_parts.plan_name(turn, quote), "limits": quote_parts.limits(turn, quote)}
        line = t("quote.line", premium=t.exact_yen(quote.premium_yen), code=quote.code, **named)
        reply.say(t(f"quote.claims_if.{quote.claims_paid}"), line)
    label = t("quote.label.assumed")
    reply.say(t("quote.row", label=label, value=t(f"quote.assumed.{rating.THIRD_PARTY}")))
    return reply.say(*quote_parts.disclosures(turn, *quotes))


def lowest_plan(turn: Turn, plans: Sequence[str]) -> Reply | None:
    """Which of compared plans of the third-party scheme has the lower premium, with the band where all are printed.

    Args:
        turn: The turn; None is returned when it asks for something else.
        plans: The plans.
    """
    if afterwards.about_quote(turn) != "which":
        return None
    requests = [rating.ThirdPartyRequest(plan, _SHOWN_COURSE, _BELOW_FIRST_BOUND, 0) for plan in plans]
    quotes = sorted(quote_text.published(turn, requests), key=lambda quote: quote.premium_yen)
    if len(quotes) < _LEAST_COMPARED:
        return None
    reply = Reply().say(turn.t("quote.after.lowest_plan", name=turn.t(f"flow_quote.plan.options.{quotes[0].plan}")))
    return reply.then(quote_text.side_by_side(turn, requests, {})).say(turn.t("quote.after.less_held"))


def _again(turn: Turn) -> Reply | None:
    """The premium told last once more; None where several stood side by side."""
    number, together = _last_number(turn), turn.state.facts.get("side_by_side", [])
    if number is None:
        # Nothing is printed for it: that is said once more, and nothing is guessed.
        return Reply().say(*turn.state.last_text.splitlines()) if turn.state.last_text else None
    if number in together:
        return None
    try:
        with turn.services.database.session(read_only=True) as session:
            quote = rating.Quote.from_dict(get_quote(session, number).result, turn.now)
    except RecordsError:
        return None
    return quote_text.whole(turn, quote, number, {"claims": quote.claims_paid})


def _lowest_told(turn: Turn) -> Reply | None:
    """The lowest of the premiums that stood side by side last, or of the two told last; None where only one was."""
    told = [number for number in turn.state.stored if number.startswith("Q")]
    together = turn.state.facts.get("side_by_side", [])
    numbers = together if together and told and told[-1] == together[-1] else told[-_LEAST_COMPARED:]
    found: list[rating.Quote] = []
    for number in dict.fromkeys(numbers):
        try:
            with turn.services.database.session(read_only=True) as session:
                found.append(rating.Quote.from_dict(get_quote(session, number).result, turn.now))
        except RecordsError:
            continue
    found.sort(key=lambda quote: quote.premium_yen)
    if len(found) < _LEAST_COMPARED:
        return None
    t, lowest, highest = turn.t, found[0], found[-1]
    names = {"name": quote_parts.title(turn, lowest), "other": quote_parts.title(turn, highest)}
    amounts = {"premium": lowest.premium_yen, "others": highest.premium_yen}
    shown = {key: t.exact_yen(yen) for key, yen in amounts.items()}
    change = t.exact_yen(highest.premium_yen - lowest.premium_yen)
    reply = Reply().say(t("quote.after.lowest", **names, **shown, change=change))
    return reply.say(t("quote.after.less_held"), *quote_parts.disclosures(turn, lowest, highest))


def _cheaper(turn: Turn, known: Mapping[str, Any], requests: list[Any]) -> Reply | None:
    """What the tables hold below the premium told last, for the same sales and surcharge."""
    quotes = sorted(quote_text.published(turn, requests), key=lambda quote: quote.premium_yen)
    told = [quote.premium_yen for quote in quotes if _is_told(quote, known)]
    if not told:
        return None
    below = [quote for quote in quotes if quote.premium_yen < min(told)][:_MOST_SHOWN]
    if not below:
        return Reply().say(turn.t("quote.after.nothing_below"))
    chosen = [request for request in requests for quote in below if _is_of(quote, request)]
    reply = Reply().say(turn.t("quote.after.below"))
    return reply.then(quote_text.side_by_side(turn, chosen, known)).say(turn.t("quote.after.less_held"))


def _above(turn: Turn, known: Mapping[str, Any], requests: list[Any]) -> Reply | None:
    """What the tables hold above what was told last: higher limits in the same plan, wider cover at the same limits."""
    quotes = quote_text.published(turn, requests)
    told = [quote for quote in quotes if _is_told(quote, known)]
    if len(told) != 1:
        return None
    one = told[0]
    order = rating.CYBER_PLANS if one.product == rating.CYBER else rating.THIRD_PARTY_PLANS

    def lies_above(other: rating.Quote) -> bool:
        if other.plan == one.plan:
            return (other.course or 0) > (one.course or 0)
        return order.index(other.plan) > order.index(one.plan) and other.course == one.course

    above = [quote for quote in quotes if lies_above(quote)]
    if not above:
        return Reply().say(turn.t("quote.after.nothing_above"))
    chosen = [request for request in requests for quote in above if _is_of(quote, request)]
    reply = Reply().say(turn.t("quote.after.above"))
    return reply.then(quote_text.side_by_side(turn, chosen, known)).say(turn.t("quote.after.less_held"))


def _is_told(quote: rating.Quote, known: Mapping[str, Any]) -> bool:
    """Whether a quote is among those told last."""
    return _among(quote.plan, known.get("cyber_plan" if quote.product == rating.CYBER else "plan")) and _among(
        quote.course, known.get("course")
    )


def _among(value: Any, told: Any) -> bool:
    every = told in (None, "all") or value is None
    return every or str(value) in [str(one) for one in (told if isinstance(told, list) else [told])]


def _is_of(quote: rating.Quote, request: Any) -> bool:
    """Whether a quote is of a request."""
    named = (getattr(request, "plan", quote.plan), getattr(request, "course", quote.course))
    return named == (quote.plan, quote.course)


def _last_number(turn: Turn) -> str | None:
    """The number of the quote stored last in this conversation."""
    return next((number for number in reversed(turn.state.stored) if number.startswith("Q")), None)
