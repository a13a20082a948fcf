"""Who may join a scheme or take a plan: each printed condition as met, failed or unknown.

It compares stated facts with the printed conditions. It never decides about an application.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from rating.errors import InvalidRequest
from rating.loading import default_tariffs
from rating.model import ASSEMBLY, CYBER, PREMIUM, THIRD_PARTY, THIRD_PARTY_PLANS, TOP_UP, Source
from rating.tariffs import Tariff, Tariffs

ELIGIBLE = "eligible"
NOT_ELIGIBLE = "not_eligible"
UNDETERMINED = "undetermined"
MET = "met"
FAILED = "failed"
UNKNOWN = "unknown"
NOT_APPLICABLE = "not_applicable"
NO_EXCLUDED_BUSINESS = "none"


@dataclass(frozen=True, slots=True)
class EligibilityFacts:
    """What is known of a firm; None means not known. Amounts in yen.

    `sole_proprietor` True means that there is no capital at all: only the headcount counts then.
    `union_member`, `gunma_member`, `itcoop_member`: member of a prefectural union of the third-party scheme,
    of the Gunma union, of the IT cooperative. `third_party`: has, or takes together, the third-party scheme.
    `excluded_business`: key of tables/cyber/*/excluded.csv, or "none"; `partly_excluded`: it is only a part.
    """

    plan: str | None = None
    annual_sales_yen: int | None = None
    capital_yen: int | None = None
    headcount: int | None = None
    sole_proprietor: bool | None = None
    union_member: bool | None = None
    gunma_member: bool | None = None
    third_party: bool | None = None
    itcoop_member: bool | None = None
    excluded_business: str | None = None
    partly_excluded: bool = False


@dataclass(frozen=True, slots=True)
class Condition:
    """One printed condition, whether it holds, and the figures in it."""

    key: str
    status: str
    values: Mapping[str, Any] = field(default_factory=dict)
    source: Source | None = None


@dataclass(frozen=True, slots=True)
class Eligibility:
    """The verdict with its conditions; `missing` names the facts that would decide it."""

    product: str
    plan: str | None
    verdict: str
    conditions: tuple[Condition, ...]
    missing: tuple[str, ...]
    what_would_change: tuple[str, ...]
    source: Source

    def failed(self) -> tuple[Condition, ...]:
        """The conditions that do not hold."""
        return tuple(condition for condition in self.conditions if condition.status == FAILED)

    def as_dict(self) -> dict[str, Any]:
        """The result as JSON-ready values."""
        return {
            "product": self.product,
            "plan": self.plan,
            "verdict": self.verdict,
            "conditions": [
                {
                    "key": condition.key,
                    "status": condition.status,
                    "values": dict(condition.values),
                    "source": condition.source.as_dict() if condition.source else None,
                }
                for condition in self.conditions
            ],
            "missing": list(self.missing),
            "what_would_change": list(self.what_would_change),
            "source": self.source.as_dict(),
        }


@dataclass(frozen=True, slots=True)
class _Check:
    """A condition, the facts that it still lacks and what would turn it when it fails."""

    condition: Condition
    missing: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()


def eligibility(
    product_or_service: str,
    facts: EligibilityFacts,
    tariffs: Tariffs | None = None,
    as_of: datetime | None = None,
) -> Eligibility:
    """Compare facts with the printed conditions of a scheme ("third_party", "top_up", "assembly", "cyber").

    Raises:
        InvalidRequest: no such scheme or plan, or a fact that cannot be.
    """
    checks = _CHECKS.get(product_or_service)
    if checks is None:
        raise InvalidRequest("product", product_or_service, " or ".join(_CHECKS))
    _check_facts(facts, product_or_service)
    tariffs = default_tariffs() if tariffs is None else tariffs
    product = THIRD_PARTY if product_or_service == TOP_UP else product_or_service
    tariff = tariffs.latest(product) if as_of is None else tariffs.at(product, as_of)
    return _verdict(product_or_service, facts.plan, checks(tariff, facts), tariff)


def _check_facts(facts: EligibilityFacts, product: str) -> None:
    for name in ("annual_sales_yen", "capital_yen", "headcount"):
        value = getattr(facts, name)
        if value is not None and (type(value) is not int or value < 0):
            raise InvalidRequest(name, value, "a whole number, 0 or more")
    if facts.plan is not None and product == THIRD_PARTY and facts.plan not in THIRD_PARTY_PLANS:
        raise InvalidRequest("plan", facts.plan, " or ".join(THIRD_PARTY_PLANS))


def _verdict(product: str, plan: str | None, checks: list[_Check], tariff: Tariff) -> Eligibility:
    statuses = {check.condition.status for check in checks}
    verdict = NOT_ELIGIBLE if FAILED in statuses else UNDETERMINED if UNKNOWN in statuses else ELIGIBLE
    locator = tariff.rules["eligibility"]["locator"]
    if product == TOP_UP:
        locator = tariff.rules["eligibility"]["top_up"]["locator"]
    return Eligibility(
        product=product,
        plan=plan,
        verdict=verdict,
        conditions=tuple(check.condition for check in checks),
        missing=tuple(name for check in checks for name in check.missing),
        what_would_change=tuple(
            key for check in checks if check.condition.status == FAILED for key in check.changes
        ),
        source=tariff.source_at(locator),
    )


def _flag(key: str, value: bool | None, fact: str, change: str, source: Source) -> _Check:
    status = UNKNOWN if value is None else MET if value else FAILED
    return _Check(Condition(key, status, {}, source), (fact,) if value is None else (), (change,))


def _third_party(tariff: Tariff, facts: EligibilityFacts) -> list[_Check]:
    rules = tariff.rules["eligibility"]
    source = tariff.source_at(rules["locator"])
    checks = [
        _flag("union_member", facts.union_member, "union_member", "join_union", source),
        _size(rules, facts, source),
    ]
    if facts.plan == PREMIUM:
        limit = rules["premium_plan"]["sales_below_yen"]
        place = tariff.source_at(rules["premium_plan"]["locator"])
        checks.append(_sales("premium_plan_sales_below", facts, limit, place, inclusive=False))
    return checks


def _size(rules: Mapping[str, Any], facts: EligibilityFacts, source: Source) -> _Check:
    """Capital or headcount: one that holds is enough, so one that fails decides nothing alone."""
    capital_max, headcount_max = rules["capital_max_yen"], rules["headcount_max"]
    without_capital = facts.sole_proprietor is True and facts.capital_yen is None
    capital = None if facts.capital_yen is None else facts.capital_yen <= capital_max
    headcount = None if facts.headcount is None else facts.headcount <= headcount_max
    values = {
        "capital_max_yen": capital_max,
        "headcount_max": headcount_max,
        "capital_yen": facts.capital_yen,
        "headcount": facts.headcount,
        "capital_status": NOT_APPLICABLE if without_capital else _status(capital),
        "headcount_status": _status(headcount),
        "sole_proprietor": facts.sole_proprietor,
    }
    if capital or headcount:
        return _Check(Condition("capital_or_headcount", MET, values, source))
    missing = []
    if capital is None and not without_capital:
        missing.append("capital_yen")
    if headcount is None:
        missing.append("headcount")
    status = UNKNOWN if missing else FAILED
    changes = ("headcount_within_limit",) if without_capital else ("capital_or_headcount_within_limit",)
    return _Check(Condition("capital_or_headcount", status, values, source), tuple(missing), changes)


def _status(holds: bool | None) -> str:
    return UNKNOWN if holds is None else MET if holds else FAILED


def _sales(key: str, facts: EligibilityFacts, limit: int, source: Source, *, inclusive: bool) -> _Check:
    sales = facts.annual_sales_yen
    holds = None if sales is None else sales <= limit if inclusive else sales < limit
    values = {"limit_yen": limit, "annual_sales_yen": sales}
    changes = ("sales_within_limit",) if inclusive else ("choose_basic_or_wide", "sales_within_limit")
    missing = () if sales is not None else ("annual_sales_yen",)
    return _Check(Condition(key, _status(holds), values, source), missing, changes)


def _top_up(tariff: Tariff, facts: EligibilityFacts) -> list[_Check]:
    source = tariff.source_at(tariff.rules["eligibility"]["top_up"]["locator"])
    return [_flag("has_third_party", facts.third_party, "third_party", "take_third_party", source)]


def _assembly(tariff: Tariff, facts: EligibilityFacts) -> list[_Check]:
    source = tariff.source_at(tariff.rules["eligibility"]["locator"])
    return [
        _flag("gunma_member", facts.gunma_member, "gunma_member", "join_gunma_union", source),
        _flag("together_with_third_party", facts.third_party, "third_party", "take_third_party", source),
    ]


def _cyber(tariff: Tariff, facts: EligibilityFacts) -> list[_Check]:
    rules = tariff.rules["eligibility"]
    source, member = tariff.source_at(rules["locator"]), tariff.source_at(rules["member_locator"])
    return [
        _flag("itcoop_member", facts.itcoop_member, "itcoop_member", "join_itcoop", member),
        _sales("cyber_sales_at_most", facts, rules["sales_max_yen"], source, inclusive=True),
        _business(tariff, facts, source),
    ]


def _business(tariff: Tariff, facts: EligibilityFacts, source: Source) -> _Check:
    """A firm that is an excluded business only in part is left to the agency: the document is silent."""
    key = facts.excluded_business
    titles = {entry["key"]: entry["title"] for entry in tariff.lists["excluded"]}
    if key is not None and key != NO_EXCLUDED_BUSINESS and key not in titles:
        raise InvalidRequest("excluded_business", key, " or ".join([*titles, NO_EXCLUDED_BUSINESS]))
    values = {"excluded_business": key, "title": titles.get(key or ""), "contact_id": tariff.contact_id}
    if facts.partly_excluded:
        return _Check(Condition("business_partly_excluded", UNKNOWN, values, source), ("agency_answer",))
    if key is None:
        return _Check(Condition("business_not_excluded", UNKNOWN, values, source), ("excluded_business",))
    status = MET if key == NO_EXCLUDED_BUSINESS else FAILED
    return _Check(Condition("business_not_excluded", status, values, source))


_CHECKS: dict[str, Callable[[Tariff, EligibilityFacts], list[_Check]]] = {
    THIRD_PARTY: _third_party,
    TOP_UP: _top_up,
    ASSEMBLY: _assembly,
    CYBER: _cyber,
}
