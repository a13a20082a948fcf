"""The printed arithmetic on what a member told of a damage: the sums themselves, and what of them needs words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import rating
from bot.actions.capabilities.contact_text import whom_to_ask
from bot.actions.capabilities.limits import class_sums, course_limits
from bot.actions.flow import Turn

# The first accident of the year, and any later one: the arithmetic knows no more.
COUNTS = (1, 2)


def third_party(turn: Turn, values: Mapping[str, Any]) -> rating.Payout:
    """The third-party scheme: kind, damages and count told; a course limits it by what was harmed."""
    kind, insured = values["kind"], values.get("sum_insured")
    if kind == rating.ECONOMIC_LOSS:
        insured = None
    elif insured is None and values.get("course"):
        insured = course_limits(turn)[values["course"]][values.get("_harmed") or "property_damage_yen"]
    request = rating.PayoutRequest(kind, values["damages"], values["accidents"], values.get("costs") or 0, insured)
    return rating.payout(request, turn.services.tariffs, turn.now)


def assembly(turn: Turn, values: Mapping[str, Any], temporary: int) -> rating.Payout:
    """The assembly scheme: damages of which a part (yen) is of temporary works."""
    insured = values.get("sum_insured")
    if insured is None and temporary:
        insured = min(class_sums(turn).values())
    request = rating.AssemblyPayoutRequest(values["damages"] - temporary, insured, temporary, values.get("costs") or 0)
    return rating.assembly_payout(request, turn.services.tariffs, turn.now)


def temporary_part(values: Mapping[str, Any]) -> int:
    """How much of the damages is of temporary works, yen."""
    return min(int(values.get("_temporary") or 0), int(values["damages"]))


def sum_matters(turn: Turn, values: Mapping[str, Any]) -> bool:
    """Whether the assembly scheme's result depends on the sum insured: not while the least printed one is enough."""
    least = min(class_sums(turn).values())
    rules = turn.services.tariffs.at(rating.ASSEMBLY, turn.now).rules["payout"]
    if values["damages"] <= rules["deductible_yen"]:
        return False
    if temporary_part(values) > least * rules["temporary_works"]["sum_insured_percent"] // 100:
        return True
    return bool(values["damages"] + (values.get("costs") or 0) - rules["deductible_yen"] > least)


def temporary_rule(turn: Turn) -> str:
    """How temporary works are limited, where no sum insured is known to compute it from."""
    rules = turn.services.tariffs.at(rating.ASSEMBLY, turn.now).rules["payout"]
    rule, t = rules["temporary_works"], turn.t
    amounts = {"most": t.yen(rule["max_yen"]), "deductible": t.yen(rules["deductible_yen"])}
    contact = whom_to_ask(turn, rating.ASSEMBLY)
    return t("payout.temporary_rule", percent=rule["sum_insured_percent"], contact=contact, **amounts)


def temporary_limit(turn: Turn, insured: int) -> list[str]:
    """Up to which amount temporary works count, for one sum insured (yen), with the rule and its source."""
    tariff, t = turn.services.tariffs.at(rating.ASSEMBLY, turn.now), turn.t
    rules = tariff.rules["payout"]
    percent, most = rules["temporary_works"]["sum_insured_percent"], rules["temporary_works"]["max_yen"]
    share = insured * percent // 100
    shown = {"insured": t.yen(insured), "share": t.yen(share), "most": t.yen(most), "percent": percent}
    source = tariff.source_at(rules["locator"])
    return [
        t("payout.temporary_limit", limit=t.yen(min(share, most)), insured=shown["insured"]),
        t("payout.temporary_steps", deductible=t.yen(rules["deductible_yen"]), **shown),
        t("quote.source", document=source.document_title, locator=source.locator),
    ]


def limit_name(turn: Turn, values: Mapping[str, Any]) -> str:
    """What limits the payment: the sum insured as told, or the course's limit for what was harmed."""
    if values.get("sum_insured") or not values.get("course") or values.get("kind") == rating.ECONOMIC_LOSS:
        return turn.t("payout.limit.sum_insured")
    harmed = values.get("_harmed") or "property_damage_yen"
    return turn.t(f"payout.limit.{harmed}", course=turn.t(f"quote.course.{values['course']}"))


def by_kind(turn: Turn, values: Mapping[str, Any]) -> dict[str, int]:
    """What the third-party scheme's arithmetic yields for each kind of accident, yen; the first one where none is told.

    Args:
        turn: The turn.
        values: What is known: damages at least.
    """
    known = {"accidents": 1, **values}
    return {kind: third_party(turn, {**known, "kind": kind}).paid_yen for kind in rating.ACCIDENT_KINDS}


def economic_limit(turn: Turn) -> int:
    """The sum insured of economic loss, yen."""
    tariff = turn.services.tariffs.at(rating.THIRD_PARTY, turn.now)
    return next(rate.limits["economic_loss_yen"] for rate in tariff.premiums.values() if rate.plan == rating.PREMIUM)


def by_count(turn: Turn, values: Mapping[str, Any]) -> tuple[int, ...]:
    """What the third-party scheme's arithmetic yields for the first accident of the year and for a later one, yen.

    Args:
        turn: The turn.
        values: What is known: kind and damages at least.
    """
    return tuple(third_party(turn, {**values, "accidents": count}).paid_yen for count in COUNTS)
