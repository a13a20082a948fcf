"""Limits as the tariffs print them, by course, plan and class. No figure stands here."""

from __future__ import annotations

from collections.abc import Mapping

import rating
from bot.actions.flow import Turn

# Kinds of sums insured that go by the course, with the limits that they are.
_BY_COURSE = {
    "bodily": ("bodily_injury_yen",),
    "after_bodily": ("bodily_injury_yen",),
    "property": ("property_damage_yen",),
    "after_property": ("property_damage_yen",),
    "both": ("bodily_injury_yen", "property_damage_yen"),
    "specified": ("specified_property_yen",),
    "within_specified": ("specified_property_yen",),
    "entrusted": ("specified_property_yen",),
}


def course_limits(turn: Turn) -> dict[int, Mapping[str, int]]:
    """Limits (yen) of courses 1-5, from the plan whose printed table holds them all."""
    tariff = turn.services.tariffs.at(rating.THIRD_PARTY, turn.now)
    return {rate.course: rate.limits for rate in tariff.premiums.values() if rate.plan == rating.WIDE and rate.course}


def amount_of_course(turn: Turn, limit_id: str | None, course: int) -> str | None:
    """The sum insured of one course that a case falls under, in words; None where it does not go by the course.

    Args:
        turn: The turn; its language and day count.
        limit_id: The kind of sum insured (knowledge/coverage/limits.yml).
        course: 1-5.
    """
    named = _BY_COURSE.get(limit_id or "", ())
    limits, t = course_limits(turn)[course], turn.t
    if len(named) == 1:
        return t.yen(limits[named[0]])
    return t("units.comma").join(t(f"compare.column.{name}") + t.yen(limits[name]) for name in named) if named else None


def amounts_by_course(turn: Turn, limit_id: str | None) -> str | None:
    """The sums insured of all courses that a case falls under; None where they do not go by the course."""
    t, pairs = turn.t, []
    for course in course_limits(turn):
        amount = amount_of_course(turn, limit_id, course)
        if amount:
            pairs.append(t("coverage.course_amount", course=t(f"quote.course.{course}"), amount=amount))
    return t("units.slash").join(pairs) if pairs else None


def cyber_limits(turn: Turn) -> dict[str, Mapping[str, int]]:
    """Limits (yen) of plans A-C; the same in every industry class."""
    tariff = turn.services.tariffs.at(rating.CYBER, turn.now)
    return {rate.plan: rate.limits for rate in tariff.premiums.values() if rate.plan}


def class_sums(turn: Turn) -> dict[int, int]:
    """Sums insured (yen) of the assembly scheme by the number of the class."""
    tariff = turn.services.tariffs.at(rating.ASSEMBLY, turn.now)
    return {int(rate.code): rate.limits["sum_insured_yen"] for rate in tariff.premiums.values()}


def sum_of_sales(turn: Turn, sales: int) -> int | None:
    """The assembly scheme's sum insured (yen) for annual sales (yen): that of their band; None beyond the bands."""
    tariff = turn.services.tariffs.at(rating.ASSEMBLY, turn.now)
    rate = tariff.premiums.get((tariff.ladder.index(sales),))
    return rate.limits["sum_insured_yen"] if rate is not None else None


def sum_as_told(turn: Turn, told: int) -> int | None:
    """The assembly scheme's sum insured by an amount told: sales (`売上7500万`) stand for the sum of their band."""
    sales = {amount.value for amount in turn.heard.all_of("money", "annual_sales")}
    return sum_of_sales(turn, told) if told in sales else told
