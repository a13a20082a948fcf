"""The premium of a published tariff, heard from one sentence or asked step by step.

It is looked up or refused, never made up.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import rating
from bot.actions.capabilities import quote_text
from bot.actions.capabilities.sales import hear_sales, spans
from bot.actions.flow import Flow, Question, Turn
from bot.actions.reply import Choice, Reply
from bot.actions.state import OpenFlow

_BARE_LETTER = re.compile(r"[abc](?![a-z0-9]).{0,4}$")
PLANS = ("basic", "wide", "premium")
_COURSE_BY_LIMITS = {
    # (property limit, bodily limit or None when the property limit alone tells)
    20_000_000: 1,
    50_000_000: 2,
    100_000_000: 3,
    300_000_000: 4,
    500_000_000: 5,
}


class QuoteFlow(Flow):
    """Quotes for third_party, assembly and cyber."""

    def hear(self, turn: Turn, values: Mapping[str, Any], asked: str | None) -> dict[str, Any]:
        """Product, plan, sales (with range and tax), course, claims and industry, in any order."""
        heard = super().hear(turn, values, asked)
        understood = turn.heard
        product = _product(turn, values, asked)
        if product:
            heard["product"] = product
        product = heard.get("product", values.get("product"))
        plan = understood.mention("plan")
        if plan and product in (None, "third_party"):
            heard["plan"] = "all" if len(understood.mentions["plan"]) > 1 else plan
        if product == "cyber":
            heard.update(_cyber(turn, asked))
        if product in (None, "third_party"):
            course = _course(turn, asked)
            if course:
                heard["course"] = course
        claims = _claims(turn, asked)
        if claims is not None and product != "cyber":
            heard["claims"] = claims
        heard.pop("annual_sales", None)
        heard.update(hear_sales(turn, asked))
        if asked is None and not heard.get("product") and heard and not values.get("product"):
            if {"plan", "course"} & set(heard):
                heard["product"] = "third_party"
        if asked == "claims" and "claims" not in heard and understood.intent == "deny":
            heard["claims"] = 0
        return heard

    def fits(self, values: Mapping[str, Any]) -> bool:
        """Sales together with a plan or product are a quote, and so is a plan with a course."""
        return "annual_sales" in values and ("plan" in values or "product" in values or "course" in values)

    def claims(self, turn: Turn, values: Mapping[str, Any]) -> bool:
        """Sales with a plan, scheme or course, and a word for price, ask for a premium."""
        return self.fits(values) and (turn.heard.mentioned("ask", "price") or turn.heard.score("quote") >= 0.1)

    def opening(self, turn: Turn) -> dict[str, Any]:
        """Start from the last quote when the new message changes only part of it."""
        last = turn.state.closed.get("quote")
        heard = self.hear(turn, {}, None)
        if last and heard and heard.get("product", last.get("product")) == last.get("product"):
            return dict(last)
        scheme = turn.state.scheme
        if scheme in ("third_party", "assembly", "cyber") and "product" not in heard and heard:
            return {"product": scheme}
        return {}

    def settle(self, turn: Turn, values: dict[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
        """Another product has other plans; an industry named later fits only cyber."""
        product = values.get("product")
        if "product" in new:
            drop = {"third_party": ("industry", "cyber_plan"), "assembly": ("plan", "course", "industry", "cyber_plan")}
            for slot in drop.get(str(product), ("plan", "course", "claims")):
                if slot not in new:
                    values.pop(slot, None)
        return values

    def choices(self, turn: Turn, flow: OpenFlow, question: Question) -> list[Choice]:
        """Courses only as far as they can be chosen; amounts as examples of how to say it."""
        if question.slot == "annual_sales":
            return []
        return super().choices(turn, flow, question)

    def show(self, turn: Turn, slot: str, value: Any) -> str:
        """Ranges and modifiers of sales are shown as said."""
        return super().show(turn, slot, value)

    def finish(self, turn: Turn, flow: OpenFlow) -> Reply:
        """The premium with all that T3 asks for, or the refusal with whom to ask."""
        values = flow.values
        low, high = spans(values)
        reply = Reply()
        if values.get("_tax") == "excluded":
            reply.say(
                turn.t(
                    "quote.tax_converted",
                    before=turn.t.yen(values["_untaxed"]),
                    after=turn.t.yen(values["annual_sales"]),
                )
            )
        if low != high:
            return self._both_bands(turn, flow, reply, low, high)
        return reply.then(self._one(turn, values, values["annual_sales"]))

    def stopped(self, turn: Turn, flow: OpenFlow, question: Question) -> Reply:
        """Without sales there is no premium: how to find out, and the price table's way."""
        return Reply().say(turn.t(self.key(question.slot, "unknown")), turn.t("quote.come_back"))

    def _both_bands(self, turn: Turn, flow: OpenFlow, reply: Reply, low: int, high: int) -> Reply:
        values = flow.values
        product, plan = values["product"], values.get("plan") or values.get("cyber_plan")
        try:
            bands = rating.bands_in_range(turn.services.tariffs, product, None if plan == "all" else plan, low, high)
        except rating.RatingError:
            bands = ()
        if len(bands) < 2:
            return reply.then(self._one(turn, values, values["annual_sales"]))
        reply.say(turn.t("quote.crosses", low=turn.t.yen(low), high=turn.t.yen(high), bands=len(bands)))
        for band in bands[:4]:
            inside = _inside(band, low, high)
            reply.then(self._one(turn, values, inside, short=True))
        return reply.say(turn.t("quote.exact_please"))

    def _one(self, turn: Turn, values: Mapping[str, Any], sales: int, *, short: bool = False) -> Reply:
        """One amount of sales: one premium, or several side by side where plan or course was left open."""
        requests = _requests(values, sales)
        if len(requests) == 1:
            return quote_text.single(turn, requests[0], values, short=short)
        return quote_text.side_by_side(turn, requests, values, sales, short=short)


def _product(turn: Turn, values: Mapping[str, Any], asked: str | None) -> str | None:
    scheme = turn.heard.mention("scheme")
    if scheme in ("third_party", "assembly", "cyber"):
        return scheme
    if asked == "product" and turn.heard.mention("plan"):
        return "third_party"
    if "product" not in values and turn.heard.mention("plan"):
        return "third_party"
    return None


def _cyber(turn: Turn, asked: str | None) -> dict[str, Any]:
    heard: dict[str, Any] = {}
    industry = turn.heard.mention("industry")
    number = turn.heard.quantity("number")
    if industry:
        heard["industry"] = int(industry)
    elif asked == "industry" and number and number.value in (1, 2, 3, 4):
        heard["industry"] = number.value
    plans = [plan for plan in turn.heard.mentions.get("cyber_plan", ()) if plan != "all_courses"]
    if len(plans) == 1:
        heard["cyber_plan"] = plans[0]
    elif len(plans) > 1:
        heard["cyber_plan"] = "all"
    elif asked == "cyber_plan" and _BARE_LETTER.match(turn.heard.folded):
        heard["cyber_plan"] = turn.heard.folded[0].upper()
    return heard


def _course(turn: Turn, asked: str | None) -> int | str | None:
    course = turn.heard.quantity("course")
    if course and course.value in range(1, 6):
        return course.value
    if turn.heard.mentioned("cyber_plan", "all_courses"):
        return "all"
    limit = turn.heard.quantity("money", "limit_property")
    if limit and limit.value in _COURSE_BY_LIMITS:
        return _COURSE_BY_LIMITS[limit.value]
    bodily = turn.heard.quantity("money", "limit_bodily")
    if bodily and bodily.value in (300_000_000, 500_000_000):
        return _COURSE_BY_LIMITS[bodily.value]
    number = turn.heard.quantity("number")
    if asked == "course" and number and number.value in range(1, 6):
        return number.value
    return None


def _claims(turn: Turn, asked: str | None) -> int | None:
    named = turn.heard.mention("claims")
    times = turn.heard.quantity("times")
    if times is not None and times.value is not None and times.role not in ("damage",):
        return min(max(times.value, 0), 99)
    if named is not None:
        return int(named)
    number = turn.heard.quantity("number")
    if asked == "claims" and number and number.value is not None and number.value < 20:
        return number.value
    return None


def _requests(values: Mapping[str, Any], sales: int) -> list[Any]:
    product, claims = values["product"], int(values.get("claims") or 0)
    if product == "assembly":
        return [rating.AssemblyRequest(sales, claims)]
    if product == "cyber":
        plan = values.get("cyber_plan") or "all"
        plans = ("A", "B", "C") if plan == "all" else (plan,)
        return [rating.CyberRequest(int(values["industry"]), plan, sales) for plan in plans]
    plan, course = values.get("plan") or "all", values.get("course") or "all"
    plans = PLANS if plan == "all" else (plan,)
    courses = list(range(1, 6)) if course == "all" else [int(course)]
    return [rating.ThirdPartyRequest(plan, number, sales, claims) for plan in plans for number in courses]


def _inside(band: rating.Band, low: int, high: int) -> int:
    """An amount of a range that lies in a band."""
    bottom = band.lower_yen if band.lower_inclusive else band.lower_yen + 1
    return min(max(low, bottom), high)
