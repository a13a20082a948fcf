"""Payout arithmetic as the documents print it, step by step, on a damage that the member states. It judges no claim."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import rating
from bot.actions.capabilities.contact_text import contact_line
from bot.actions.clauses import named_field
from bot.actions.flow import Flow, Question, Turn
from bot.actions.reply import Choice, Reply
from bot.actions.state import OpenFlow

_PROPERTY_BY_COURSE = {1: 20_000_000, 2: 50_000_000, 3: 100_000_000, 4: 300_000_000, 5: 500_000_000}
_LIMIT_ROLES = ("sum_insured", "limit_property", "limit_bodily", "limit_specified")
_DAMAGE_ROLES = ("damage", None, "contract", "annual_sales")


class PayoutFlow(Flow):
    """Section 8 of the third-party scheme, and the assembly scheme's deductible."""

    def hear(self, turn: Turn, values: Mapping[str, Any], asked: str | None) -> dict[str, Any]:
        """Kind of accident, damage, how many accidents in the year, the sum insured."""
        understood = turn.heard
        heard = super().hear(turn, values, asked) if asked not in ("damages", "sum_insured", "accidents") else {}
        scheme = understood.mention("scheme")
        if scheme in ("third_party", "assembly"):
            heard["product"] = scheme
        kind = understood.mention("cause")
        if kind:
            heard["kind"] = kind
            heard["product"] = "third_party"
        sums = named_field(understood.text, turn.t(self.key("sum_insured", "label"))) is not None
        product = heard.get("product", values.get("product"))
        heard.update(_amounts(turn, "sum_insured" if sums else asked, product))
        count = _accidents(turn, asked)
        if count is not None:
            heard["accidents"] = count
        return heard

    def claims(self, turn: Turn, values: Mapping[str, Any]) -> bool:
        """A stated damage with the kind or number of accidents asks for the arithmetic."""
        damage = turn.heard.quantity("money", "damage") is not None or "kind" in values
        return "damages" in values and damage and turn.heard.score("payout") >= 0.05

    def opening(self, turn: Turn) -> dict[str, Any]:
        """The last calculation's facts hold on for a what-if; the scheme spoken of too."""
        last = turn.state.closed.get("payout")
        heard = self.hear(turn, {}, None)
        if last and heard and heard.get("product", last.get("product")) == last.get("product"):
            return dict(last)
        if turn.state.scheme in ("third_party", "assembly"):
            return {"product": turn.state.scheme}
        return {}

    def settle(self, turn: Turn, values: dict[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
        """A number of accidents or a course belongs to the third-party scheme."""
        if "product" not in values and ({"kind", "accidents"} & set(values)):
            values["product"] = "third_party"
        return values

    def choices(self, turn: Turn, flow: OpenFlow, question: Question) -> list[Choice]:
        """Amounts are written, the rest is chosen."""
        return [] if question.kind == "money" else super().choices(turn, flow, question)

    def finish(self, turn: Turn, flow: OpenFlow) -> Reply:
        """The amount first, then the steps, the source and who decides."""
        values, t = flow.values, turn.t
        if values["product"] == "assembly":
            request = rating.AssemblyPayoutRequest(values["damages"], values.get("sum_insured"))
            result = rating.assembly_payout(request, turn.services.tariffs, turn.now)
        else:
            kind = values["kind"]
            insured = values.get("sum_insured") if kind != "economic_loss" else None
            stated = rating.PayoutRequest(kind, values["damages"], values["accidents"], 0, insured)
            result = rating.payout(stated, turn.services.tariffs, turn.now)
        reply = Reply()
        if result.paid_yen == 0:
            reply.say(t("payout.nothing"))
        else:
            reply.say(t("payout.result", paid=t.yen(result.paid_yen)))
        for step in result.steps:
            if step.key == "sum_insured_unknown" or (values["product"] == "assembly" and not values.get("sum_insured")):
                if step.key in ("within_sum_insured", "limited_to_sum_insured"):
                    continue
            key = f"payout.step.{step.key}"
            if step.key not in ("paid", "damages"):
                reply.say(t(key, **_shown(turn, step.values)))
        if values["product"] == "third_party":
            kind_name = self.option(turn, "kind", values["kind"])
            counted = self.option(turn, "accidents", min(values["accidents"], 2))
            reply.say(t("payout.assumed", kind=kind_name, counted=counted))
        contact = contact_line(turn, "gunma_agency" if values["product"] == "assembly" else "branch")
        source = t("quote.source", document=result.source.document_title, locator=result.source.locator)
        return reply.say(t("payout.example_only", contact=contact), source)

    def show(self, turn: Turn, slot: str, value: Any) -> str:
        """Counts above two are shown as such."""
        if slot == "accidents":
            return self.option(turn, slot, min(value, 2))
        return super().show(turn, slot, value)


def _amounts(turn: Turn, asked: str | None, product: str | None) -> dict[str, Any]:
    """Damage and sum insured: by their words, and what is left by the question or as the other one of the two."""
    heard: dict[str, Any] = {}
    amounts = [
        quantity for quantity in turn.heard.quantities if quantity.kind == "money" and quantity.value is not None
    ]
    told = any(quantity.role == "damage" for quantity in amounts)
    for quantity in amounts:
        bare = quantity.role is None and told and product == "assembly"
        if quantity.role in _LIMIT_ROLES or bare or (asked == "sum_insured" and quantity.role != "damage"):
            heard.setdefault("sum_insured", quantity.value)
        elif quantity.role in _DAMAGE_ROLES:
            heard.setdefault("damages", quantity.value)
    number = turn.heard.quantity("number")
    if asked in ("damages", "sum_insured") and not heard and number and number.value:
        heard[asked] = number.value * 10_000 if number.value < 1_000_000 else number.value
    course = turn.heard.quantity("course")
    if course and course.value in _PROPERTY_BY_COURSE:
        heard.setdefault("sum_insured", _PROPERTY_BY_COURSE[course.value])
    return heard


def _accidents(turn: Turn, asked: str | None) -> int | None:
    times = turn.heard.quantity("times")
    ordinal = turn.heard.mention("ordinal")
    if times is not None and times.value:
        return times.value
    if ordinal:
        return int(ordinal)
    number = turn.heard.quantity("number")
    if asked == "accidents" and number and number.value:
        return number.value
    return None


def _shown(turn: Turn, values: Mapping[str, Any]) -> dict[str, Any]:
    return {k: turn.t.yen(v) if k.endswith("_yen") and isinstance(v, int) else v for k, v in values.items()}
