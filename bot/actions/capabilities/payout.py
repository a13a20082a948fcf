"""Payout arithmetic as the documents print it, step by step, on a damage that the member states. It judges no claim."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import rating
from bot.actions import clauses, evidence
from bot.actions.capabilities import damage, payout_heard, payout_sums
from bot.actions.capabilities.contact_text import whom_to_ask
from bot.actions.capabilities.limits import class_sums, course_limits, sum_as_told, sum_of_sales
from bot.actions.capabilities.quote_heard import of_economic_limit
from bot.actions.clauses import named_field
from bot.actions.flow import Flow, Question, Turn
from bot.actions.reply import Choice, Reply
from bot.actions.state import OpenFlow

# What makes a stated damage a case for the arithmetic.
_DECIDING = frozenset({"kind", "accidents", "course", "sum_insured", "costs", "_class"})
# The sum insured that the member told of his own.
_SUM, _COURSE, _CLAIMED = "sum_insured", "course", "claimed"
_AMOUNTS = ("damages", "costs", "sum_insured")
_OWN_LIMIT = ("within_sum_insured", "limited_to_sum_insured", "sum_insured_unknown")


class PayoutFlow(Flow):
    """Section 8 of the third-party scheme, and the assembly scheme's deductible."""

    kept = frozenset({"_harmed", "_temporary", "_uncounted", "_plan", "_fault", "_any_count", "_limit"})

    def hear(self, turn: Turn, values: Mapping[str, Any], asked: str | None) -> dict[str, Any]:
        """Kind of accident, damage, costs, how many accidents in the year, the sum insured or the course."""
        understood = turn.heard
        heard = super().hear(turn, values, asked) if asked not in ("damages", "sum_insured", "accidents") else {}
        scheme = understood.mention("scheme")
        if scheme in payout_heard.PRODUCTS:
            heard["product"] = scheme
        product = heard.get("product", values.get("product"))
        if product is None and damage.tells_temporary(turn):
            # Only the assembly scheme knows temporary works beside others, within a sum insured.
            product = heard["product"] = rating.ASSEMBLY
        sums = named_field(understood.text, turn.t(self.key("sum_insured", "label"))) is not None
        heard.update(
            damage.hear_amounts(turn, "sum_insured" if sums else asked, product, min(class_sums(turn).values()))
        )
        spent = "damages" in values and evidence.pattern("costs_told").search(understood.folded)
        if spent and "damages" in heard and "costs" not in heard and understood.quantity("money", "extra_cost") is None:
            # What was spent beside is no other damage.
            heard["costs"] = heard.pop("damages")
        besides = evidence.pattern("harmed_besides").search(understood.folded) is not None
        besides = besides and product != rating.ASSEMBLY and not understood.mentioned("property", "temporary")
        if besides and "damages" in values and "damages" in heard:
            heard["damages"] += values["damages"]
        heard.update(damage.hear_limits(turn, asked, product))
        if heard and evidence.pattern("fault_share").search(understood.folded):
            heard["_fault"] = True
        number = heard.pop("_class", None)
        if number is not None:
            heard.update(product=rating.ASSEMBLY, sum_insured=class_sums(turn).get(number))
        if damage.supposes_sum(turn, heard, min(class_sums(turn).values())):
            # Up to how much, asked beside the only amount: that is the sum insured.
            heard["sum_insured"] = sum_as_told(turn, heard.pop("damages"))
        told = turn.state.facts.get(_SUM)
        if told and "sum_insured" not in heard and "damages" not in heard and damage.asks_temporary_limit(understood):
            heard["sum_insured"] = told
        if heard.get("sum_insured") and "damages" not in heard and damage.asks_temporary_limit(understood):
            # Only the assembly scheme limits temporary works by themselves.
            heard.update(product=rating.ASSEMBLY, _limit=True)
        if "damages" in heard and "damages" in values and understood.mentioned("property", "temporary"):
            heard.setdefault("product", values.get("product", rating.ASSEMBLY))
        if asked is None:
            heard |= self._of_temporary(turn, heard) or self._of_class(turn, heard)
        product = heard.get("product", product)
        if "sum_insured" in heard and "damages" not in {**values, **heard} and "course" in heard:
            # The limits of a course are known: another amount beside it is the damage.
            if heard["sum_insured"] not in course_limits(turn)[heard["course"]].values():
                heard["damages"] = heard.pop("sum_insured")
        if product != rating.ASSEMBLY:
            heard.update(self._kind(turn, values, heard, asked))
            count = damage.hear_count(turn, asked)
            if count is not None:
                heard.update(accidents=count, _any_count=None)
        elif payout_heard.tells_part(turn, values, heard):
            heard["_temporary"] = heard.pop("damages")
        elif "damages" in heard:
            heard["_temporary"] = damage.hear_temporary(turn, heard["damages"])
            if "damages" in values and evidence.pattern("on_top").search(understood.folded):
                # What was harmed beside is counted on top of what was told before.
                heard["damages"] += values["damages"]
                heard["_temporary"] = heard["_temporary"] or values.get("_temporary")
        return {slot: value for slot, value in heard.items() if value is not None or slot.startswith("_")}

    def declines(self, turn: Turn) -> bool:
        """The rule of the reduction, asked for without an amount, and what the cyber plans pay, are told by entries."""
        heard = turn.heard
        if heard.mentioned("accident_detail", "data") and heard.mention("scheme") in (None, "cyber"):
            return True
        of_cyber = heard.mentioned("scheme", "cyber") or heard.mention("cyber_plan")
        if of_cyber and not self.hear(turn, {}, None).keys() & (_DECIDING | {"product", "kind"}):
            return True
        own = evidence.pattern("deductible").search(heard.folded) is not None
        told = {quantity.value for quantity in heard.quantities if quantity.kind == "money"}
        if own and (not told or (told <= payout_heard.deductibles(turn) and clauses.asks(heard.text))):
            # What the member bears himself is a rule, too.
            return True
        wants = evidence.pattern("wants_more").search(heard.folded) is not None
        if wants and damage.hear_count(turn, None) is None and not damage.asks_payment(heard):
            return True
        printed = {payout_sums.economic_limit(turn), *payout_heard.deductibles(turn)}
        if told and told <= printed and evidence.pattern("economic_sum").search(heard.folded):
            # The sum insured or the deductible of economic loss, asked about as such.
            return clauses.asks(heard.text) and damage.hear_count(turn, None) is None
        ruled = any(evidence.pattern(name).search(heard.folded) for name in ("formula", "reduction_limit"))
        if ruled and heard.quantity("money") is None:
            return True
        if evidence.pattern("which_scheme").search(heard.folded) and clauses.asks(heard.text):
            return True
        if not heard.mentioned("ask", "reduction"):
            return False
        # The most that is taken off, asked for as a rule, is no damage.
        kinds = turn.services.tariffs.at(rating.THIRD_PARTY, turn.now).rules["payout"]["kinds"].values()
        caps = {kind["reduction_max_yen"] for kind in kinds}
        amounts = {quantity.value for quantity in heard.quantities if quantity.kind == "money"}
        return not amounts or (amounts <= caps and clauses.asks(heard.text))

    def claims(self, turn: Turn, values: Mapping[str, Any]) -> bool:
        """A stated damage with the kind or number of accidents asks for the arithmetic."""
        stated = turn.heard.quantity("money", "damage") is not None or "kind" in values
        return "damages" in values and stated and turn.heard.score("payout") >= 0.05 and not self.declines(turn)

    def note(self, turn: Turn) -> None:
        """What kind of accident was told, and which of the year: the amount may be told only after it."""
        heard, facts = turn.heard, turn.state.facts
        insured = heard.quantity("money", "sum_insured")
        if insured is not None and insured.value and not clauses.asks(heard.text):
            facts[_SUM] = insured.value
        course = heard.quantity("course")
        own = evidence.pattern("own_course").search(heard.folded) is not None and not clauses.asks(heard.text)
        if course is not None and own and not course.is_range:
            facts[_COURSE] = course.value
        claimed = heard.quantity("money", "damage")
        tells = heard.mention("told") or heard.mention("happened") or heard.mention("covered")
        if claimed is not None and claimed.value and tells:
            facts[_CLAIMED] = claimed.value
        several = len(set(heard.mentions.get("cause", ()))) > 1
        named = heard.mention("cause") and not several
        told = named or (heard.mention("told") and heard.mentioned("harm", "mistake"))
        kind = damage.hear_kind(heard) if told and not heard.denies("cause") else None
        amounts = heard.all_of("money")
        if kind is None or len(amounts) > 1 or any(one.role not in (None, "damage") for one in amounts):
            return
        count = damage.hear_count(turn, None)
        told_of = {"damages": amounts[0].value if amounts else None, "accidents": count}
        facts["payout"] = {"kind": kind, **{slot: value for slot, value in told_of.items() if value}}

    def owns(self, turn: Turn, values: Mapping[str, Any]) -> bool:
        """A stated damage with anything that limits or reduces it, and the question how much is paid."""
        heard = turn.heard
        if values.get("_limit"):
            return True
        if {"kind", "accidents"} <= set(values) and heard.mention("cause") and "course" in values:
            return not clauses.asks(heard.text) and not heard.mention("happened")
        open_flow = turn.state.flow
        if open_flow is not None and open_flow.id == self.id and open_flow.asked in ("accidents", "kind"):
            # `What about the second one?` tells how many there were, also where the kind is asked for.
            return "accidents" in values and len(heard.folded) <= payout_heard.BRIEF
        if self.declines(turn) or heard.mentioned("scheme", "top_up") or of_economic_limit(turn):
            return False
        if (
            payout_heard.tells_all(heard, values)
            or payout_heard.tells_of_works(heard, values)
            or payout_heard.tells_barely(heard, values)
        ):
            return True
        if "damages" not in values or not damage.asks_payment(heard) or heard.mention("happened"):
            return False
        if heard.mentioned("scheme", "cyber") or heard.quantity("money", "annual_sales") is not None:
            return False
        stated = heard.quantity("money", "damage") is not None or heard.mention("cause") is not None
        stated = stated or heard.mention("harm") is not None
        stated = stated or ("sum_insured" in values and heard.mentioned("property", "temporary"))
        decided = bool(_DECIDING & set(values)) or values.get("product", turn.state.scheme) == rating.ASSEMBLY
        return stated and decided

    def opening(self, turn: Turn) -> dict[str, Any]:
        """The last calculation's facts hold on for a what-if; the scheme spoken of too."""
        last = turn.state.closed.get("payout")
        heard = self.hear(turn, {}, None)
        same = last and heard.get("product", last.get("product")) == last.get("product")
        if last and same and "damages" not in heard and (heard or payout_heard.wants_it_again(turn)):
            return dict(last)
        known: dict[str, Any] = {"product": turn.state.scheme} if turn.state.scheme in payout_heard.PRODUCTS else {}
        own = payout_heard.of_verdict(turn) if "damages" in heard and heard.get("product") != rating.ASSEMBLY else {}
        if turn.state.facts.get(_COURSE) and "damages" in heard and heard.get("product") != rating.ASSEMBLY:
            own = {"product": rating.THIRD_PARTY, "course": turn.state.facts[_COURSE]}
        told = turn.state.facts.get("payout") if heard.get("product") != rating.ASSEMBLY else None
        if told and ("damages" in heard or "damages" in told):
            # The case that the story was found to be like is surer than its words, but for a kind told by its name.
            named = told.get("kind") == rating.MISWIRING
            return {"product": rating.THIRD_PARTY, **own, **told, **({} if named else payout_heard.of_story(turn))}
        if heard and "damages" not in heard and turn.state.topic == "coverage" and turn.state.facts.get(_CLAIMED):
            # The damage was told with the story whose cover was asked about first.
            known = {"product": rating.THIRD_PARTY, "damages": turn.state.facts[_CLAIMED]}
        return known | own | payout_heard.of_story(turn)

    def settle(self, turn: Turn, values: dict[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
        """A kind, a number of accidents or a course belongs to the third-party scheme."""
        if values.get("_limit") and "damages" in new:
            # After the limit of temporary works another amount is another sum, unless it is told as a damage.
            if turn.heard.quantity("money", "damage") or turn.heard.mention("harm"):
                del values["_limit"]
            else:
                values["sum_insured"] = sum_as_told(turn, values.pop("damages"))
        if "product" not in values and ({"kind", "accidents", "course", "_plan"} & set(values)):
            values["product"] = rating.THIRD_PARTY
        if "product" in new:
            other = (
                ("sum_insured", "_temporary") if new["product"] == rating.THIRD_PARTY else ("kind", "course", "costs")
            )
            for slot in other:
                if slot not in new:
                    values.pop(slot, None)
        if "course" in new and "sum_insured" not in new:
            values.pop("sum_insured", None)
        turn.state.scheme = values.get("product") or turn.state.scheme
        return values

    def continues(self, turn: Turn, known: Mapping[str, Any]) -> dict[str, Any]:
        """What was harmed beside, told right after a result of the assembly scheme."""
        heard = turn.heard
        plan = heard.mention("plan")
        if (
            plan
            and known.get("kind") == rating.ECONOMIC_LOSS
            and len(heard.folded) <= payout_heard.ALONE
            and not heard.quantities
        ):
            return {"_plan": plan}
        harmed = damage.hear_limits(turn, None, known.get("product")).get("_harmed")
        if harmed and known.get("course") and len(heard.folded) <= payout_heard.ALONE and not clauses.asks(heard.text):
            return {"_harmed": harmed}
        amounts = [quantity.value for quantity in heard.quantities if quantity.kind == "money"]
        again = known.get("product") == rating.THIRD_PARTY and len(heard.folded) <= payout_heard.BRIEF and not amounts
        another = evidence.pattern("this_is_second").search(heard.folded) is not None
        count = damage.hear_count(turn, None) if again and (another or not heard.mention("harm")) else None
        if count is not None and min(count, 2) != min(known.get("accidents") or 0, 2):
            # Another accident of the year comes to mind, or falls away.
            return {"accidents": count}
        spent = evidence.pattern("costs_told").search(heard.folded) and not heard.quantity("money", "extra_cost")
        if known.get("product") == rating.THIRD_PARTY and len(amounts) == 1 and spent:
            return {"costs": amounts[0]}
        alone = (
            len(amounts) == len(heard.quantities) == 1 and not heard.mention("cause") and not heard.mention("scheme")
        )
        if alone and len(heard.folded) <= payout_heard.ALONE and evidence.pattern("set_to").search(heard.folded):
            limit = damage.is_limit(turn, heard.quantities[0])
            return {"sum_insured" if limit else "damages": amounts[0]}
        if known.get("product") != rating.ASSEMBLY or not evidence.pattern("on_top").search(heard.folded):
            return {}
        told = self.hear(turn, known, None) if len(heard.folded) <= payout_heard.BRIEF else {}
        return {slot: told[slot] for slot in ("damages", "_temporary") if slot in told} if "damages" in told else {}

    def after(self, turn: Turn, known: Mapping[str, Any]) -> Reply | None:
        """The amount once more, when nothing but that is asked for again."""
        heard = turn.heard
        told = any(q.modifier != "at_most" for q in heard.quantities)
        if payout_heard.wants_it_again(turn) or payout_heard.asks_why(turn):
            return self.finish(turn, OpenFlow(self.id, dict(known)))
        if told or heard.mention("cause") or heard.mention("scheme"):
            return None
        again = clauses.asks(heard.text) and evidence.pattern("amount_again").search(heard.folded)
        return self.finish(turn, OpenFlow(self.id, dict(known))) if again else None

    def next(self, turn: Turn, flow: OpenFlow) -> Question | None:
        """The sum insured is asked for only where it can change the result; a limit asked for needs no damage."""
        if flow.values.get("_limit"):
            return None
        question = super().next(turn, flow)
        if question is not None and question.slot == "accidents" and payout_heard.countable(flow.values):
            first, later = payout_sums.by_count(turn, flow.values)
            if first == later:
                # The limit is reached either way: which accident it is changes nothing.
                flow.values.update(accidents=1, _any_count=True)
                question = super().next(turn, flow)
        if question is not None and question.slot == "sum_insured" and not payout_sums.sum_matters(turn, flow.values):
            return None
        return question

    def ask(self, turn: Turn, flow: OpenFlow, question: Question) -> Reply:
        """The question; for the kind and the count, what the arithmetic yields either way stands before it."""
        reply, t = super().ask(turn, flow, question), turn.t
        if question.slot == "kind" and flow.values.get("product") == rating.THIRD_PARTY and "damages" in flow.values:
            sums = {kind: t.yen(yen) for kind, yen in payout_sums.by_kind(turn, flow.values).items()}
            counted = self.option(turn, "accidents", min(flow.values.get("accidents", 1), 2))
            return Reply().say(t("payout.by_kind", counted=counted, **sums)).then(reply)
        if question.slot != "accidents" or not payout_heard.countable(flow.values):
            return reply
        first, later = (t.yen(yen) for yen in payout_sums.by_count(turn, flow.values))
        told = t("payout.by_count", first=first, later=later)
        fault = turn.t("payout.fault") if flow.values.get("_fault") else None
        return Reply().say(self._only_premium(turn, flow.values), told, fault).then(reply)

    def choices(self, turn: Turn, flow: OpenFlow, question: Question) -> list[Choice]:
        """Amounts are written, the rest is chosen."""
        return [] if question.kind == "money" else super().choices(turn, flow, question)

    def finish(self, turn: Turn, flow: OpenFlow) -> Reply:
        """The amount first, then the steps, the source and who decides."""
        values, t = flow.values, turn.t
        turn.state.facts.pop("payout", None)
        assembly = values["product"] == rating.ASSEMBLY
        if values.get("_limit"):
            insured = values.get("sum_insured")
            # Beyond the printed bands of sales no sum is known: then the rule.
            rule = [payout_sums.temporary_rule(turn)] if insured is None else payout_sums.temporary_limit(turn, insured)
            return Reply().say(*rule)
        temporary = payout_sums.temporary_part(values) if assembly else 0
        if temporary and not values.get("sum_insured") and payout_sums.sum_matters(turn, values):
            return Reply().say(payout_sums.temporary_rule(turn))
        result = payout_sums.assembly(turn, values, temporary) if assembly else payout_sums.third_party(turn, values)
        reply = Reply()
        reply.say(self._only_premium(turn, values))
        key = "payout.nothing" if result.paid_yen == 0 else "payout.result"
        reply.say(t(key, paid=t.yen(result.paid_yen)), *self._steps(turn, values, result))
        if values.get("_uncounted"):
            key = "payout.uncounted_here" if assembly else "payout.uncounted"
            reply.say(t(key, costs=t.yen(values["_uncounted"])))
        if not assembly:
            kind_name = self.option(turn, "kind", values["kind"])
            counted = self.option(turn, "accidents", min(values["accidents"], 2))
            key = "payout.assumed_any" if values.get("_any_count") else "payout.assumed"
            reply.say(t(key, kind=kind_name, counted=counted))
        reply.say(t("payout.fault") if values.get("_fault") else None)
        source = t("quote.source", document=result.source.document_title, locator=result.source.locator)
        return reply.say(t("payout.example_only", contact=whom_to_ask(turn, values["product"])), source)

    def show(self, turn: Turn, slot: str, value: Any) -> str:
        """Counts above two are shown as such, courses by their sign, amounts in yen."""
        if slot == "accidents":
            return self.option(turn, slot, min(value, 2))
        if slot == "course":
            return turn.t(f"quote.course.{value}")
        return turn.t.yen(value) if slot in _AMOUNTS else super().show(turn, slot, value)

    def _only_premium(self, turn: Turn, values: Mapping[str, Any]) -> str | None:
        """That a plan without economic loss pays nothing for it; None where the plan has it or none is told."""
        if values.get("kind") != rating.ECONOMIC_LOSS or values.get("_plan") not in (rating.BASIC, rating.WIDE):
            return None
        return turn.t("payout.only_premium", plan=turn.t(f"flow_quote.plan.options.{values['_plan']}"))

    def _of_class(self, turn: Turn, heard: Mapping[str, Any]) -> dict[str, Any]:
        """The limit of temporary works, asked for after a premium: by the sum insured of that class."""
        quoted = turn.state.closed.get("quote", {})
        sales = quoted.get("annual_sales") if quoted.get("product") == rating.ASSEMBLY else None
        if not sales or {"sum_insured", "damages"} & heard.keys() or not damage.asks_temporary_limit(turn.heard):
            return {}
        insured = sum_of_sales(turn, sales)
        return {"product": rating.ASSEMBLY, "sum_insured": insured, "_limit": True} if insured else {}

    def _of_temporary(self, turn: Turn, heard: Mapping[str, Any]) -> dict[str, Any]:
        """The sum insured told after the share of it that limits temporary works: up to how much that is."""
        last = turn.state.last_text
        if turn.t("answers.choose") in last or not evidence.pattern("temporary_told").search(evidence.fold(last)):
            return {}
        told = heard.get("sum_insured")
        if told is None and turn.heard.quantity("money", "damage") is None:
            told = heard.get("damages")
        told_harm = turn.heard.mention("harm") and not evidence.pattern("limit_asked").search(turn.heard.folded)
        told = sum_as_told(turn, told) if told is not None and not told_harm else None
        if told is None or told < min(class_sums(turn).values()):
            return {}
        return {"product": rating.ASSEMBLY, "sum_insured": told, "damages": None, "_limit": True}

    def _kind(
        self, turn: Turn, values: Mapping[str, Any], heard: Mapping[str, Any], asked: str | None
    ) -> dict[str, Any]:
        """The kind by its name; by what happened only where a damage is told that has no kind yet."""
        if turn.heard.mention("cause") or turn.heard.denies("cause"):
            told = damage.hear_kind(turn.heard)
            return {"kind": told, "product": heard.get("product", rating.THIRD_PARTY)}
        lacking = "damages" in heard or (asked == "kind" and "kind" not in heard)
        return {"kind": damage.hear_kind(turn.heard)} if lacking else {}

    def _steps(self, turn: Turn, values: Mapping[str, Any], result: rating.Payout) -> list[str]:
        """The steps in words."""
        t, lines = turn.t, []
        stated = values.get("sum_insured") or values.get("course") or values.get("kind") == "economic_loss"
        for step in result.steps:
            shown = _shown(turn, step.values)
            if step.key in ("paid", "damages") or (step.key == "loss" and not step.values["loss_yen"]):
                continue
            if step.key in _OWN_LIMIT and not stated:
                if result.paid_yen:
                    least = min(class_sums(turn).values())
                    fits = values["product"] == rating.ASSEMBLY and not payout_sums.sum_matters(turn, values)
                    lines.append(t("payout.within_every_class" if fits else "payout.sum_unknown", least=t.yen(least)))
                continue
            lines.append(t(f"payout.step.{step.key}", **{"name": payout_sums.limit_name(turn, values), **shown}))
        return lines


def _shown(turn: Turn, values: Mapping[str, Any]) -> dict[str, Any]:
    return {k: turn.t.yen(v) if k.endswith("_yen") and isinstance(v, int) else v for k, v in values.items()}
