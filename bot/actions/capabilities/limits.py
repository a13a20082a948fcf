"""Limits as the tariffs print them, by course, plan and class. No figure stands here."""

from __future__ import annotations

from collections.abc import Mapping

import rating
from bot.actions.flow import Turn


def course_limits(turn: Turn) -> dict[int, Mapping[str, int]]:
    """Limits (yen) of courses 1-5, from the plan whose printed table holds them all."""
    tariff = turn.services.tariffs.at(rating.THIRD_PARTY, turn.now)
    return {rate.course: rate.limits for rate in tariff.premiums.values() if rate.plan == rating.WIDE and rate.course}


def cyber_limits(turn: Turn) -> dict[str, Mapping[str, int]]:
    """Limits (yen) of plans A-C; the same in every industry class."""
    tariff = turn.services.tariffs.at(rating.CYBER, turn.now)
    return {rate.plan: rate.limits for rate in tariff.premiums.values() if rate.plan}


def class_sums(turn: Turn) -> dict[int, int]:
    """Sums insured (yen) of the assembly scheme by the number of the class."""
    tariff = turn.services.tariffs.at(rating.ASSEMBLY, turn.now)
    return {int(rate.code): rate.limits["sum_insured_yen"] for rate in tariff.premiums.values()}
