"""What a message tells of a payout: the damage of a story, all or hardly anything of it, the wish to hear it again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import rating
from bot.actions import clauses, evidence
from bot.actions.capabilities import damage
from bot.actions.flow import Turn
from bot.actions.understanding import Understanding

# The schemes whose payouts are reckoned.
PRODUCTS = (rating.THIRD_PARTY, rating.ASSEMBLY)
# So short a message after a result adds to it.
BRIEF = 32
# A message so short holds nothing but the amount or the plan that it puts in the place of the one before.
ALONE = 16
# How surely the message before told such an accident.
_LIKELY = 0.6
# What was harmed, by the sum insured that a case falls under.
_SPECIFIED, _BODILY = {"_harmed": "specified_property_yen"}, {"_harmed": "bodily_injury_yen"}
_HARMED = {
    "specified": _SPECIFIED,
    "within_specified": _SPECIFIED,
    "entrusted": _SPECIFIED,
    "bodily": _BODILY,
    "after_bodily": _BODILY,
}
# A share of the damages, which tells no amount.
_SHARE = "percent"
# Hardly more than a harm and its amount.
_FEW = 24


def asks_why(turn: Turn) -> bool:
    """Whether hardly more is asked than why the amount is what it is: the steps tell it."""
    heard = turn.heard
    asked = evidence.pattern("why_asked").search(heard.folded) is not None
    return asked and len(heard.folded) <= ALONE and not (heard.mention("scheme") or heard.mention("cause"))


def wants_it_again(turn: Turn) -> bool:
    """Whether a short message wants the amount once more, and tells nothing of another damage."""
    heard = turn.heard
    told = [one for one in heard.quantities if one.kind != _SHARE and not damage.taken_off(turn, one)]
    other = told or any(heard.mention(one) for one in ("scheme", "cause", "harm", "plan", "property"))
    others = set(heard.mentions.get("ask", ())) - {"payment", "price", "reduction", "difference"}
    wanted = evidence.pattern("reckon_again").search(heard.folded) is not None
    return wanted and len(heard.folded) <= BRIEF and not (other or others)


def countable(values: Mapping[str, Any]) -> bool:
    """Whether all is known that the third-party arithmetic needs beside the count."""
    return values.get("product") == rating.THIRD_PARTY and "damages" in values and "kind" in values


def deductibles(turn: Turn) -> set[int]:
    """What a member bears himself by the rules of the schemes, yen."""
    return {turn.services.tariffs.at(product, turn.now).rules["payout"]["deductible_yen"] for product in PRODUCTS}


def tells_part(turn: Turn, values: Mapping[str, Any], heard: Mapping[str, Any]) -> bool:
    """Whether the amount that is told is the part of a known damage that is of temporary works."""
    told, known = heard.get("damages"), values.get("damages")
    part = evidence.pattern("part_of").search(turn.heard.folded) is not None
    return bool(told and known and told < known and part and turn.heard.mentioned("property", "temporary"))


def tells_all(heard: Understanding, values: Mapping[str, Any]) -> bool:
    """Whether a message tells kind, damage and count, all that the arithmetic needs, and asks for nothing else."""
    assembly = values.get("product") == rating.ASSEMBLY and {"damages", "sum_insured"} <= set(values)
    if assembly and (heard.mentioned("harm", "physical") or heard.quantity("money", "damage") is not None):
        return not {*heard.mentions.get("ask", ())} - {"payment", "price"}
    if not {"kind", "damages", "accidents"} <= set(values) or heard.quantity("money", "annual_sales") is not None:
        return False
    # Words of an amount (`how much is reduced`) are no other matter.
    asked = {*heard.mentions.get("ask", ())} - {"payment", "price", "reduction"}
    bare = heard.mention("cause") is not None and heard.quantity("money", None) is not None
    stated = heard.quantity("money", "damage") is not None or bare
    return stated and not asked and not heard.mentioned("covered", "asked") and not heard.mentioned("scheme", "cyber")


def of_verdict(turn: Turn) -> dict[str, Any]:
    """The course told with the verdict on a case right before, and the sum insured that the case falls under."""
    known = turn.state.closed.get("coverage", {}) if turn.state.topic == "coverage" else {}
    case = turn.services.coverage.cases.get(str(known.get("_told")))
    if case is None or not known.get("_course"):
        return {}
    harmed = _HARMED.get(str(case.limit_id), {})
    return {"product": rating.THIRD_PARTY, "course": known["_course"], **harmed}


def of_story(turn: Turn) -> dict[str, Any]:
    """The kind of the accident whose cover was told last, or that was told right before: the damage is its damage."""
    told = turn.state.closed.get("coverage", {}) if turn.state.topic == "coverage" else {}
    context, cases = turn.heard.in_context, turn.services.coverage.cases
    likely = {str(told["_told"]): 1.0} if told.get("_told") else {}
    if not likely and context is not None:
        likely = {case.id: case.score for case in context.cases}
    shares: dict[str, float] = {}
    for id_, score in likely.items():
        case = cases.get(id_)
        if case is not None and case.plans and case.product == rating.THIRD_PARTY:
            other = rating.ECONOMIC_LOSS if case.limit_id == "economic" else rating.OTHER
            kind = rating.MISWIRING if id_.startswith("cv_misconnection") else other
            shares[kind] = shares.get(kind, 0.0) + score
    if not shares or turn.heard.mention("cause"):
        return {}
    kind, share = max(shares.items(), key=lambda item: item[1])
    return {"kind": kind, "product": rating.THIRD_PARTY} if share >= _LIKELY else {}


def tells_barely(heard: Understanding, values: Mapping[str, Any]) -> bool:
    """Whether a few words hold nothing but a harm and its amount."""
    told = (
        (heard.mention("harm") or heard.mention("cause"))
        and "damages" in values
        and values.get("product") != rating.ASSEMBLY
    )
    few = len(heard.folded) <= _FEW and len(heard.all_of("money")) == 1
    return bool(told and few) and not clauses.asks(heard.text) and heard.mention("ask") is None


def tells_of_works(heard: Understanding, values: Mapping[str, Any]) -> bool:
    """Whether a damage to the works is told with its amount and their scheme, and nothing is asked."""
    stolen = heard.mention("accident_detail") and not heard.mentioned("ask", "price")
    harmed = damage.tells_harm(heard) or (stolen and heard.quantity("money", "annual_sales") is None)
    told = heard.mentioned("scheme", rating.ASSEMBLY) and "damages" in values and bool(harmed)
    return told and not clauses.asks(heard.text) and not heard.mentioned("ask", "act")
