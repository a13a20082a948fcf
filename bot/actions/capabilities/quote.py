"""The premium of a published tariff, heard from one sentence or asked step by step.

It is looked up or refused, never made up.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

import rating
from bot.actions import clauses, evidence
from bot.actions.capabilities import damage, quote_after, quote_heard, quote_requests, quote_text
from bot.actions.capabilities.contact_text import whom_to_ask
from bot.actions.capabilities.quote_years import not_held
from bot.actions.capabilities.sales import hear_sales, not_counted, spans, unclear_sales
from bot.actions.capabilities.sales import told as told_sales
from bot.actions.capabilities.subject import not_taken
from bot.actions.flow import Flow, FlowSpec, Question, Turn
from bot.actions.reply import Choice, Reply
from bot.actions.state import OpenFlow
from bot.actions.sureness import BRIEF, LONG_SILENCE

if TYPE_CHECKING:
    from bot.actions.answers import Answers

# Schemes of which no premium is printed at all -> the FAQ entry that says so and names whom to ask.
_UNPRICED = {"top_up": "tp_topup_premium", "work_injury": "tp_other_schemes"}
# Entries that tell in general what is computed here, and how nearly any other must be worded like a bare question.
_GENERAL = frozenset(
    {
        "tp_premium_factors",
        "tp_bands",
        "tp_unprinted",
        "as_premium_table",
        "as_premium_over",
        "cy_premium_table",
        "cy_over_100oku",
        "gl_premium",
    }
)
_WORDED = 0.6
_OF_SURCHARGE = frozenset({"product", "claims", "_claims_unclear"})
# So few characters beside the words for a premium name nothing else.
_BESIDE_PRICE = 5
# What is asked for with words for a price and is none: a lower one, what one bears oneself.
_NO_PREMIUM = ("bargain", "deductible")
# Sales beyond the printed cyber bands, whatever the industry.
_BEYOND_PRINT = "cy_over_100oku"
# What is told of payments received to the cyber insurance's premium.
_UNCOUNTED = "cy_surcharge"
_SALES = ("_low", "_high", "_vague", "_tax", "_untaxed", "_by_code", "_each")
# So short a message about tax, and no question, is about the sales told last.
_TAX_ALONE = 12
# Facts told before the wish, and for how many further messages they hold.
_TOLD, _HELD = "quote_told", 2
_FACTS = ("plan", "course", "industry", "cyber_plan", "annual_sales", "claims")
# Only the cyber insurance sorts businesses into classes.
_CLASS_WORD = "\u696d\u7a2e"
# The business told with the sales before the scheme was: one of the schemes is rated by it.
_BUSINESS = "_business"
_FACTS_BUT_SALES = frozenset(_FACTS) - {"annual_sales"}
_NAMED = ("plan", "course", "cyber_plan", "industry")
_DROPPED = {
    rating.THIRD_PARTY: ("industry", "cyber_plan"),
    rating.ASSEMBLY: ("plan", "course", "industry", "cyber_plan"),
    rating.CYBER: ("plan", "course", "claims"),
}


class QuoteFlow(Flow):
    """Quotes for third_party, assembly and cyber."""

    kept = frozenset({*_SALES, "_rated", "_claims_unclear", "_excluded", _BUSINESS})

    def __init__(self, spec: FlowSpec, answers: Answers) -> None:
        super().__init__(spec)
        self._answers = answers

    def hear(self, turn: Turn, values: Mapping[str, Any], asked: str | None) -> dict[str, Any]:
        """Product, plan, sales (with range and tax), course, claims and industry, in any order."""
        other = asked is None and (quote_heard.of_procedure(turn) or quote_heard.of_economic_limit(turn))
        return {} if other else self._heard(turn, values, asked)

    def _heard(self, turn: Turn, values: Mapping[str, Any], asked: str | None) -> dict[str, Any]:
        """The facts of a message, whatever is asked with them."""
        turn = quote_heard.limits_alike(turn)
        scheme = turn.heard.mention("scheme")
        if scheme in _UNPRICED:
            return {"product": scheme} if turn.heard.mentioned("ask", "price") else {}
        heard = super().hear(turn, values, asked)
        # The scheme that nothing but its name is held of is spoken of once that was told.
        named_only = "work_injury" if turn.state.answer == _UNPRICED["work_injury"] else None
        spoken = named_only or turn.state.facts.get(_TOLD, {}).get("values", {}).get("product")
        bare = scheme is None and asked is None and "product" not in values and not turn.heard.mention("plan")
        if bare and spoken in _UNPRICED and _asks_price(turn):
            return {"product": spoken}
        if "product" in heard and not_taken(turn, heard["product"]):
            heard.pop("product")
        product = quote_heard.hear_product(turn, values, asked)
        if product:
            heard["product"] = product
        product = heard.get("product", values.get("product"))
        if product in (None, rating.THIRD_PARTY):
            code = quote_heard.hear_code(turn)
            if code:
                # What is told beside a code changes what the code stands for (`without the surcharge?`).
                claims = quote_heard.hear_claims(turn, values, asked)
                return heard | code | ({} if claims is None else {"claims": claims})
            told = {
                "plan": quote_heard.hear_plan(turn),
                "course": quote_heard.hear_course(turn, values, asked),
            }
            heard.update({slot: value for slot, value in told.items() if value is not None})
        if product == rating.CYBER:
            heard.update(quote_heard.hear_cyber(turn, asked))
        elif product is None and turn.heard.quantity("money", "annual_sales") is not None:
            run = quote_heard.industries_run(turn)
            heard |= {_BUSINESS: run if len(run) > 1 else run[0]} if run else {}
        if asked in _NAMED and asked not in heard and evidence.pattern("everything").search(turn.heard.folded):
            heard[asked] = quote_heard.ALL
        claims = quote_heard.hear_claims(turn, values, asked)
        if claims is not None and product != rating.CYBER:
            heard["claims"] = claims
        elif asked is None and (quote_heard.contradicts_itself(turn) or quote_heard.surcharged(turn)):
            heard["_claims_unclear"] = True
        elif not_counted(turn) and product != rating.CYBER and heard and not values.get("_claims_unclear"):
            heard["_claims_unclear"] = True
        elif asked == "claims" and not_counted(turn) and not values.get("_claims_unclear"):
            heard["_claims_unclear"] = True
        heard.pop("annual_sales", None)
        heard.update(quote_heard.below_its_end(turn, hear_sales(turn, asked)))
        limited = quote_heard.cyber_plan_by_limit(turn) if product == rating.CYBER and asked != "annual_sales" else None
        if limited is not None:
            # The only amount is that of a plan, and no sales.
            heard = {slot: value for slot, value in heard.items() if slot not in ("annual_sales", *_SALES)}
            heard["cyber_plan"] = limited
        if "annual_sales" not in heard and (asked == "annual_sales" or _FACTS_BUT_SALES & heard.keys()):
            unclear = unclear_sales(turn)
            heard.update({"_sales_unclear": unclear} if unclear else {})
        if product == rating.ASSEMBLY and "annual_sales" not in heard:
            heard.update(quote_heard.hear_class(turn))
        if asked is None and not heard.get("product") and not values.get("product") and {"plan", "course"} & set(heard):
            heard["product"] = rating.THIRD_PARTY
        if asked is not None and "annual_sales" not in heard:
            # That the sales told before were without tax.
            heard |= self.continues(turn, values)
        return heard

    def declines(self, turn: Turn) -> bool:
        """How, where or when a premium is paid, and whether a rule is understood right, is told by an entry."""
        if _of_temporary_limit(turn) or quote_heard.of_procedure(turn) or quote_heard.of_economic_limit(turn):
            return True
        told = self.hear(turn, {}, None).keys()
        ranked = self._answers.rank(turn)
        sure = ranked.best is not None and ranked.sure and ranked.best.match >= _WORDED
        asks = clauses.asks(turn.heard.text) and not _only_price(turn)
        if not told and asks and sure and ranked.best and ranked.best.id not in _GENERAL:
            return True
        if not told - {"product"} and any(evidence.pattern(one).search(turn.heard.folded) for one in _NO_PREMIUM):
            return True
        rule = told <= _OF_SURCHARGE and evidence.pattern("surcharge").search(turn.heard.folded)
        if rule and "quote" not in turn.state.closed:
            # By how much premiums rise with claims is a rule, as long as there is no premium that would rise.
            return True
        named = _asks_price(turn) or turn.heard.mention("opens") or turn.heard.mention("scheme")
        if not told and not named and evidence.points(turn) and clauses.asks(turn.heard.text):
            # It asks about what was just said.
            return True
        if turn.heard.mentioned("ask", "confirm") and turn.heard.quantity("money", "annual_sales") is None:
            return True
        return turn.heard.mentioned("ask", "paying") and not told & set(_FACTS)

    def fits(self, values: Mapping[str, Any]) -> bool:
        """Sales together with a plan or product are a quote, and so is a plan with a course."""
        return "annual_sales" in values and ("plan" in values or "product" in values or "course" in values)

    def claims(self, turn: Turn, values: Mapping[str, Any]) -> bool:
        """Sales with a plan, scheme or course, and a word for price, ask for a premium."""
        return self.fits(values) and (turn.heard.mentioned("ask", "price") or turn.heard.score("quote") >= 0.1)

    def owns(self, turn: Turn, values: Mapping[str, Any]) -> bool:
        """Sales and what they are rated by, with the question for the price; a code; a scheme without prices."""
        if values.get("product") in _UNPRICED or quote_heard.price_of_a_name(turn):
            return True
        heard = turn.heard
        if _of_temporary_limit(turn):
            return False
        # Nothing but a premium goes by sales, plan and course together, nor are sales compared for anything else.
        rated = ({"annual_sales", "plan", "course"}, {"annual_sales", "cyber_plan", "industry"})
        whole = any(slots <= set(values) for slots in rated) or bool(values.get("_by_code"))
        comes_to = whole and heard.mentioned("ask", "payment")
        damaged = heard.quantity("money", "damage") is not None or heard.mention("harm") is not None
        if damaged or (heard.mentioned("ask", "payment") and not comes_to):
            return False
        if "claims" in values and "quote" in turn.state.closed and _asks_price(turn):
            return True
        priced = _asks_price(turn) or comes_to
        if "annual_sales" in values and "quote" in turn.state.closed and clauses.mends(heard.text):
            # The sales of the premium told before are mended, whatever was told since.
            return True
        if values.get("_by_code"):
            return priced or heard.mention("ask") is None
        business = values.get("product") == rating.CYBER and {"cyber_plan", "industry"} <= set(values)
        if business and heard.mention("ask") is None and not clauses.asks(heard.text):
            return True
        bare = whole and heard.mention("ask") is None
        # The Premium plan is joined by sales, too: two amounts of them may ask for that.
        apart = len(values.get("_each") or ()) > 1 and values.get("plan") != rating.PREMIUM
        return self.fits(values) and (priced or bare or apart)

    def opening(self, turn: Turn) -> dict[str, Any]:
        """Start from the last quote when the new message changes only part of it, or names its sales."""
        last = turn.state.closed.get("quote")
        heard = self.hear(turn, {}, None)
        wider = turn.heard.mentioned("aspect", "all_courses") or turn.heard.mentioned("aspect", "all_plans")
        if last and (heard or wider or turn.heard.intent == "what_if"):
            # Read with the quote before it, a message may change it by words that mean nothing alone (`the top one`).
            heard = heard or self.hear(turn, last, None)
            if heard and heard.get("product", last.get("product")) == last.get("product"):
                return dict(last)
        known: dict[str, Any] = self._told_before(turn, heard)
        if last and "annual_sales" in last and turn.heard.mentioned("aspect", "same_sales"):
            known |= {slot: last.get(slot) for slot in ("annual_sales", *_SALES)}
        joins = next((one.values for one in turn.state.flows if one.id == "eligibility"), {})
        if joins.get("product") in _DROPPED and _asks_price(turn):
            # What the firm would pay, asked while it is asked whether it can join.
            known.setdefault("product", joins["product"])
            known |= {"annual_sales": joins["annual_sales"]} if joins.get("annual_sales") else {}
        scheme = turn.state.scheme
        # Once a scheme is spoken of, a bare question for the premium is about that one.
        priced = bool(heard) or (turn.state.greeted and turn.heard.mentioned("ask", "price"))
        if "product" not in heard and (scheme in _UNPRICED or (scheme in _DROPPED and priced)):
            known.setdefault("product", scheme)
        joining = turn.state.closed.get("eligibility", {}) if turn.state.topic == "eligibility" else {}
        if "annual_sales" in joining and joining.get("product") == known.get("product", heard.get("product")):
            known.setdefault("annual_sales", joining["annual_sales"])
        return known

    def note(self, turn: Turn) -> None:
        """Facts told while nothing is asked hold for the next messages: a quote wished for then starts with them."""
        state, heard = turn.state, turn.heard
        kept = state.facts.pop(_TOLD, None)
        fresh = state.last_at and turn.now - datetime.fromisoformat(state.last_at) < LONG_SILENCE
        if kept and kept["left"] and fresh:
            state.facts[_TOLD] = {**kept, "left": kept["left"] - 1}
        if state.flow or heard.mention("harm"):
            return
        # A question names what it is about, and no amount of the asker's.
        asked = clauses.asks(heard.text) or heard.mention("ask") is not None
        kept_slots = _NAMED if asked else (*_FACTS, *_SALES, "product")
        cyber = rating.CYBER in (heard.mention("scheme"), state.scheme) or _CLASS_WORD in heard.folded
        if cyber:
            # A business is named to be sorted into a class.
            kept_slots = (*kept_slots, "industry")
        told = {slot: value for slot, value in self._heard(turn, {}, None).items() if slot in kept_slots}
        industries = quote_heard.industries_run(turn) if cyber else []
        if industries:
            told["industry"] = industries if len(industries) > 1 else industries[0]
        part = clauses.divide(heard)[0] if asked else None
        if part is not None and part.quantity("money", "annual_sales") is not None:
            # Sales that are told before a question in the same breath are the asker's.
            sales = self.hear(replace(turn, heard=part), {}, None)
            told |= {slot: value for slot, value in sales.items() if slot in ("annual_sales", *_SALES)}
        if len(heard.all_of("money")) > 1:
            # Which of several amounts the sales are is not known before a premium is asked for.
            told = {slot: value for slot, value in told.items() if slot not in ("annual_sales", *_SALES)}
        if heard.mention("scheme") in _UNPRICED:
            told = {"product": heard.mention("scheme")}
        if {"plan", "course", "annual_sales", "cyber_plan", "industry"} & set(told) or told.get("product") in _UNPRICED:
            earlier = state.facts.get(_TOLD, {})
            values = earlier.get("values", {})
            before = values.get("plan") if "plan" in told else earlier.get("before")
            state.facts[_TOLD] = {"values": values | told, "left": _HELD, "before": before}

    def _told_before(self, turn: Turn, heard: Mapping[str, Any]) -> dict[str, Any]:
        """What the messages right before this one told, where they speak of no other scheme than this one."""
        kept = turn.state.facts.get(_TOLD, {})
        told: dict[str, Any] = dict(kept.get("values", {}))
        before, last = kept.get("before"), told.get("plan")
        apart = turn.heard.mentioned("ask", "difference") and before in quote_heard.PLANS and last in quote_heard.PLANS
        if apart and before != last and "plan" not in heard:
            # What the plans that were just spoken of cost beside each other.
            told["plan"] = [plan for plan in quote_heard.PLANS if plan in (before, last)]
        other = told.get("product") not in (None, heard.get("product", told.get("product")))
        return {} if other or turn.heard.mention("scheme") in _UNPRICED else told

    def settle(self, turn: Turn, values: dict[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
        """Another product has other plans; an industry named later fits only cyber."""
        if "product" not in values:
            third_party, cyber = {"plan", "course"} & set(values), {"industry", "cyber_plan"} & set(values)
            if third_party or cyber:
                values["product"] = rating.THIRD_PARTY if third_party else rating.CYBER
        if "product" in new:
            for slot in _DROPPED.get(str(values.get("product")), ()):
                if slot not in new:
                    values.pop(slot, None)
            other = values.get("_rated") not in (None, values.get("product"))
            if other and "annual_sales" not in new and not turn.heard.mentioned("aspect", "same_sales"):
                # Every scheme counts the sales of another year.
                for slot in ("annual_sales", *_SALES):
                    values.pop(slot, None)
        if values.get("product") == rating.CYBER and values.get(_BUSINESS):
            values.setdefault("industry", values[_BUSINESS])
        if "annual_sales" in values:
            values["_rated"] = values.get("product")
        # A question beside the quote is about its scheme.
        turn.state.scheme = values.get("product") or turn.state.scheme
        return values

    def continues(self, turn: Turn, known: Mapping[str, Any]) -> dict[str, Any]:
        """That the sales told were without tax; what another plan or course told by a question costs."""
        plan = quote_heard.cyber_plan_by_limit(turn) if known.get("product") == rating.CYBER else None
        if plan is not None:
            return {"cyber_plan": plan}
        untaxed, heard = known.get("annual_sales"), turn.heard
        if known.get("claims") and evidence.pattern("none_after_all").search(heard.folded):
            return {"claims": 0}
        named = quote_heard.named_after(turn, self.hear(turn, known, None), known)
        if named:
            return named
        if evidence.pattern("was_reckoned").search(heard.folded):
            return {}
        short = len(heard.text) <= _TAX_ALONE and not clauses.asks(heard.text)
        told = short or any(put(heard.text) for put in (clauses.states, clauses.mends, clauses.supposes))
        without_tax = told and evidence.pattern("without_tax").search(heard.folded)
        with_tax = told and evidence.pattern("with_tax").search(heard.folded)
        if with_tax and known.get("_tax") == "excluded" and not heard.quantities:
            return {"annual_sales": known["_untaxed"], "_tax": None, "_untaxed": None}
        if untaxed is None or known.get("_tax") or heard.quantities or not without_tax:
            return {}
        low, high = spans(known)
        sales = {"annual_sales": rating.to_tax_included(untaxed), "_tax": "excluded", "_untaxed": untaxed}
        return sales if low == high else {}

    def after(self, turn: Turn, known: Mapping[str, Any]) -> Reply | None:
        """What is cheaper, how it is paid, that it is left or wanted; a named plan or course is a change instead."""
        if known.get("product") == rating.CYBER and quote_heard.hear_claims(turn, {}, None):
            # Only the cyber insurance counts no payments received.
            return self._answers.entry(turn, _UNCOUNTED)
        if known.get("product") in _DROPPED and evidence.pattern("part_of_year_price").search(turn.heard.folded):
            return self._answers.entry(turn, quote_after.MIDTERM[known["product"]])
        if known.get("product") == rating.ASSEMBLY and quote_heard.of_year_before(turn) and _counted(turn):
            return self._answers.entry(turn, "as_surcharge")
        told = self.hear(turn, known, None)
        if any(known.get(slot) != value for slot, value in told.items() if not slot.startswith("_")):
            return None
        if "annual_sales" not in known or known.get("product") in _UNPRICED or self.continues(turn, known):
            return None
        if known.get("_tax") == "excluded" and evidence.pattern("was_reckoned").search(turn.heard.folded):
            return Reply().say(self._converted(turn, known))
        low, high = spans(known)
        if evidence.pattern("surcharge_wanted").search(turn.heard.folded) and len(turn.heard.text) <= BRIEF:
            reply = self._surcharged(turn, known) if low == high and not told.get("claims") else None
            if reply is not None:
                return reply
        every = {**known, "plan": quote_heard.ALL, "course": quote_heard.ALL, "cyber_plan": quote_heard.ALL}
        rated = low == high and (known.get("product") != rating.CYBER or "industry" in known)
        return quote_after.reply_to(turn, known, quote_requests.requests(every, low) if rated else [], self._answers)

    def _surcharged(self, turn: Turn, known: Mapping[str, Any]) -> Reply | None:
        """The premium told last with a surcharge: of one plan and course as printed, else the assembly plan's rule."""
        if known.get("product") == rating.ASSEMBLY:
            return self._answers.entry(turn, "as_surcharge")
        requests = quote_requests.requests(known, known["annual_sales"])
        single = len(requests) == 1 and known.get("product") == rating.THIRD_PARTY
        return quote_after.surcharged(turn, known, requests[0]) if single else None

    def next(self, turn: Turn, flow: OpenFlow) -> Question | None:
        """Nothing needs to be known where nothing is printed."""
        values = flow.values
        if (
            values.get("product") in _UNPRICED
            or quote_requests.excluded(values)
            or quote_requests.beyond_print(turn, values)
            or quote_requests.too_large(turn, values)
        ):
            return None
        question = super().next(turn, flow)
        if question is None and values.get("_claims_unclear") and "claims" not in values:
            return self.spec.question("claims")
        if question is not None and question.slot == "claims" == flow.asked and not values.get("_claims_unclear"):
            # Whoever mends another fact when asked for payments hears the premium without any, which says so.
            return None
        return question

    def ask(self, turn: Turn, flow: OpenFlow, question: Question) -> Reply:
        """The question; for sales, why what was told is no amount to look it up by; for payments, which count."""
        unclear = flow.values.pop("_sales_unclear", None)
        line = turn.t(f"quote.no_sales.{unclear}") if question.slot == "annual_sales" and unclear else None
        if question.slot == "claims" and flow.values.get("_claims_unclear"):
            line = turn.t(self.key("claims", "what"))
        return Reply().say(line).then(super().ask(turn, flow, question))

    def choices(self, turn: Turn, flow: OpenFlow, question: Question) -> list[Choice]:
        """Courses only as far as they can be chosen; amounts as examples of how to say it."""
        if question.slot == "annual_sales":
            return []
        if question.slot == "claims":
            offered = [(self.show_claims(turn, flow.values, count), count) for count in question.choices]
            return [Choice(title, title, {"flow": self.id, "slot": "claims", "value": n}) for title, n in offered]
        return super().choices(turn, flow, question)

    def show_claims(self, turn: Turn, values: Mapping[str, Any], count: int) -> str:
        """How often the insurance has paid: the assembly plan counts on without an end, the other one to two."""
        if count < 1 or values.get("product") != rating.ASSEMBLY:
            return turn.t(self.key("claims", f"options.{min(count, 2)}"))
        return turn.t("quote.times", n=count)

    def show(self, turn: Turn, slot: str, value: Any) -> str:
        """Several plans or courses one after the other, a range of sales with both its ends."""
        if slot == "annual_sales":
            for told in turn.heard.all_of("money"):
                if told.low is not None and told.high is not None and told.low == value:
                    return turn.t("quote.range", low=turn.t.yen(told.low), high=turn.t.yen(told.high))
            return told_sales(turn, int(value))
        if isinstance(value, list):
            return turn.t("units.comma").join(self.show(turn, slot, one) for one in value)
        if value == quote_heard.ALL:
            return turn.t("quote.every", label=turn.t(self.key(slot, "label")))
        if slot == "claims" and isinstance(value, int):
            known = turn.state.flow.values if turn.state.flow is not None else turn.state.closed.get("quote", {})
            return self.show_claims(turn, known, value)
        return super().show(turn, slot, value)

    def finish(self, turn: Turn, flow: OpenFlow) -> Reply:
        """The premium with all that T3 asks for, or the refusal with whom to ask."""
        values = flow.values
        if values["product"] in _UNPRICED:
            return self._answers.entry(turn, _UNPRICED[values["product"]])
        if quote_requests.excluded(values):
            return quote_text.excluded_business(turn, values["_excluded"])
        refusal = quote_requests.too_large(turn, values)
        if refusal is not None:
            return quote_text.not_eligible(turn, refusal)
        if quote_requests.beyond_print(turn, values):
            return self._answers.entry(turn, _BEYOND_PRINT)
        reply = Reply().say(*not_held(turn, values["product"]))
        if values.get("_tax") == "excluded":
            reply.say(self._converted(turn, values))
        if isinstance(values.get("industry"), list):
            contact = whom_to_ask(turn, rating.CYBER)
            reply.say(turn.t("quote.two_industries", contact=contact))
        if values.get("_each"):
            return reply.then(self._each(turn, values))
        low, high = spans(values)
        if low != high:
            return self._both_bands(turn, flow, reply, low, high)
        beside = quote_requests.beside(turn, values)
        reply.then(self._one(turn, values))
        if beside is not None:
            product = turn.t(f"products.{beside['product']}")
            reply.say(turn.t("quote.also_scheme", product=product)).then(self._one(turn, beside))
        return reply

    @staticmethod
    def _converted(turn: Turn, values: Mapping[str, Any]) -> str:
        """What sales told without tax come to with it."""
        amounts = {"before": turn.t.yen(values["_untaxed"]), "after": turn.t.yen(values["annual_sales"])}
        return turn.t("quote.tax_converted", **amounts)

    def stopped(self, turn: Turn, flow: OpenFlow, question: Question) -> Reply:
        """Without the industry there is no premium: how to find out."""
        return Reply().say(turn.t(self.key(question.slot, "unknown")), turn.t("quote.come_back"))

    def _both_bands(self, turn: Turn, flow: OpenFlow, reply: Reply, low: int, high: int) -> Reply:
        values = flow.values
        try:
            bands = rating.bands_in_range(turn.services.tariffs, values["product"], None, low, high, turn.now)
        except rating.RatingError:
            bands = ()
        if len(bands) < 2:
            return reply.then(self._one(turn, values))
        reply.say(turn.t("quote.crosses", low=turn.t.yen(low), high=turn.t.yen(high), bands=len(bands)))
        inside = [quote_requests.requests(values, quote_requests.inside(band, low, high)) for band in bands[:4]]
        return reply.then(quote_text.by_band(turn, inside, values))

    def _each(self, turn: Turn, values: Mapping[str, Any]) -> Reply:
        """Several amounts of sales were named: the premium of each band that they lie in."""
        amounts = values["_each"]
        try:
            touched = rating.bands_in_range(
                turn.services.tariffs, values["product"], None, amounts[0], amounts[-1], turn.now
            )
        except rating.RatingError:
            touched = ()
        within = {band: next((one for one in amounts if band.contains(one)), None) for band in touched}
        inside = [one for one in within.values() if one is not None]
        named = turn.t("units.comma").join(told_sales(turn, one) for one in amounts)
        if len(inside) < 2:
            asked = [quote_requests.requests(values, one) for one in amounts]
            held = all(quote_text.published(turn, requests) for requests in asked)
            return Reply().say(turn.t("quote.same_band", amounts=named) if held else None).then(self._one(turn, values))
        reply = Reply().say(turn.t("quote.each", amounts=named))
        return reply.then(quote_text.by_band(turn, [quote_requests.requests(values, one) for one in inside], values))

    def _one(self, turn: Turn, values: Mapping[str, Any]) -> Reply:
        """One amount of sales: one premium, or several side by side where plan or course was left open."""
        requests = quote_requests.requests(values, values["annual_sales"])
        if len(requests) == 1:
            return quote_text.single(turn, requests[0], values, before=self._before(turn, values))
        return quote_text.side_by_side(turn, requests, values)

    def _before(self, turn: Turn, values: Mapping[str, Any]) -> Any:
        """The request of the quote before this one, when this one asks what would be otherwise."""
        last = turn.state.closed.get("quote")
        if not last or last.get("product") != values["product"] or "annual_sales" not in last:
            return None
        if clauses.mends(turn.heard.text):
            return None
        changed = [slot for slot in _FACTS if last.get(slot) != values.get(slot)]
        compared = turn.heard.mentioned("ask", "difference")
        low, high = spans(last)
        requests = quote_requests.requests(last, last["annual_sales"]) if low == high else []
        return requests[0] if len(requests) == 1 and changed and (compared or len(changed) == 1) else None


def _only_price(turn: Turn) -> bool:
    """Whether a message hardly holds more than the question what the premium is."""
    named = (word for word in turn.heard.words if (word.entity, word.value) == ("ask", "price"))
    priced = sum(word.end - word.start for word in named)
    return priced > 0 and len(turn.heard.folded) - priced <= _BESIDE_PRICE


def _counted(turn: Turn) -> bool:
    """Whether payments are counted."""
    return bool(turn.heard.all_of("times")) or turn.heard.mention("claims") is not None


def _asks_price(turn: Turn) -> bool:
    return turn.heard.mentioned("ask", "price") or turn.heard.mentioned("ask", "difference")


def _of_temporary_limit(turn: Turn) -> bool:
    """Whether up to how much temporary works are paid is asked, and no premium: sales beside it stand for the sum."""
    limit = evidence.pattern("limit_asked").search(turn.heard.folded) is not None
    return limit and damage.asks_temporary_limit(turn.heard)
