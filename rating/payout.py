"""Payout arithmetic as the documents print it, step by step. It computes an example and judges no claim.

The documents do not say how a part of a yen is treated: it is dropped, and the step says so.
Whether and how costs 7 and 8 enter is not said either, so they cannot be put in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rating.errors import InvalidRequest
from rating.loading import default_tariffs
from rating.model import ASSEMBLY, THIRD_PARTY, Source, Step
from rating.tariffs import Tariffs

MISWIRING = "miswiring"
ECONOMIC_LOSS = "economic_loss"
OTHER = "other"
ACCIDENT_KINDS = (MISWIRING, ECONOMIC_LOSS, OTHER)


@dataclass(frozen=True, slots=True)
class PayoutRequest:
    """An accident of the third-party scheme; yen.

    `damages_yen` is item 1 (damages owed); `costs_yen` the sum of items 2 to 6;
    `accidents_past_year` counts the year up to this accident, this one included;
    `sum_insured_yen` caps the result (None: not known, no cap; economic loss has its own printed sum).
    """

    kind: str
    damages_yen: int
    accidents_past_year: int = 1
    costs_yen: int = 0
    sum_insured_yen: int | None = None


@dataclass(frozen=True, slots=True)
class AssemblyPayoutRequest:
    """A loss under the assembly scheme; yen, per accident and project.

    `loss_yen` is the cost of restoring the works; `temporary_works_loss_yen` that of temporary buildings and
    works with their furniture; `loss_prevention_yen` what the insurer approved for averting more loss;
    `sum_insured_yen` None: not known, no cap, and then temporary works cannot be counted.
    """

    loss_yen: int
    sum_insured_yen: int | None = None
    temporary_works_loss_yen: int = 0
    loss_prevention_yen: int = 0


@dataclass(frozen=True, slots=True)
class Payout:
    """The amount that the printed arithmetic yields, never below 0, with its steps and source.

    `capped`: the cap on the reduction applied; `capped_by_sum_insured`: the sum insured did.
    """

    paid_yen: int
    reduction_yen: int
    capped: bool
    capped_by_sum_insured: bool
    deductible_yen: int
    steps: tuple[Step, ...]
    source: Source

    def as_dict(self) -> dict[str, Any]:
        """The result as JSON-ready values."""
        return {
            "paid_yen": self.paid_yen,
            "reduction_yen": self.reduction_yen,
            "capped": self.capped,
            "capped_by_sum_insured": self.capped_by_sum_insured,
            "deductible_yen": self.deductible_yen,
            "steps": [step.as_dict() for step in self.steps],
            "source": self.source.as_dict(),
        }


def payout(request: PayoutRequest, tariffs: Tariffs | None = None, as_of: datetime | None = None) -> Payout:
    """What the printed table of section 8 yields for an accident.

    Raises:
        InvalidRequest: no such kind of accident, or a number that cannot be.
    """
    _check(request)
    tariffs = default_tariffs() if tariffs is None else tariffs
    tariff = tariffs.latest(THIRD_PARTY) if as_of is None else tariffs.at(THIRD_PARTY, as_of)
    rules = tariff.rules["payout"]
    steps = [Step("damages", {"damages_yen": request.damages_yen})]
    reduction, capped = _reduction(request, rules, steps)
    amount = request.damages_yen - reduction + request.costs_yen
    if request.costs_yen:
        steps.append(Step("costs_added", {"costs_yen": request.costs_yen, "result_yen": amount}))
    deductible = rules["deductible_yen"] if request.kind == ECONOMIC_LOSS else 0
    if deductible:
        amount = _less(amount, deductible, steps)
    insured = _sum_insured(request, rules)
    paid, limited = _limit(amount, insured, steps)
    steps.append(Step("paid", {"paid_yen": paid}))
    return Payout(
        paid, reduction, capped, limited, deductible, tuple(steps), tariff.source_at(rules["locator"])
    )


def _check(request: PayoutRequest) -> None:
    if request.kind not in ACCIDENT_KINDS:
        raise InvalidRequest("kind", request.kind, " or ".join(ACCIDENT_KINDS))
    for name in ("damages_yen", "costs_yen"):
        _amount(name, getattr(request, name))
    count = request.accidents_past_year
    if type(count) is not int or count < 1:
        raise InvalidRequest("accidents_past_year", count, "1 or more, this accident included")
    if request.sum_insured_yen is not None:
        _amount("sum_insured_yen", request.sum_insured_yen)


def _amount(name: str, value: object) -> None:
    if type(value) is not int or value < 0:
        raise InvalidRequest(name, value, "a whole number, 0 or more")


def _reduction(request: PayoutRequest, rules: Mapping[str, Any], steps: list[Step]) -> tuple[int, bool]:
    kind = rules["kinds"][request.kind]
    repeated = request.accidents_past_year > 1
    times = kind["reductions_repeated" if repeated else "reductions_first"]
    if times == 0:
        steps.append(Step("no_reduction", {"accidents_past_year": request.accidents_past_year}))
        return 0, False
    keep, damages = rules["keep_percent"], request.damages_yen
    kept, rest = divmod(damages * keep**times, 100**times)
    values = {
        "keep_percent": keep,
        "times": times,
        "accidents_past_year": request.accidents_past_year,
        "result_yen": kept,
        "reduction_yen": damages - kept,
        "fraction_dropped": rest > 0,
    }
    steps.append(Step("reduced", values))
    most = kind["reduction_max_yen"]
    if damages - kept <= most:
        return damages - kept, False
    values = {"reduction_max_yen": most, "reduction_yen": damages - kept, "result_yen": damages - most}
    steps.append(Step("reduction_capped", values))
    return most, True


def _less(amount: int, deductible: int, steps: list[Step]) -> int:
    result = max(0, amount - deductible)
    values = {"deductible_yen": deductible, "result_yen": result, "below_zero": amount < deductible}
    steps.append(Step("deductible", values))
    return result


def _sum_insured(request: PayoutRequest, rules: Mapping[str, Any]) -> int | None:
    if request.kind != ECONOMIC_LOSS:
        return request.sum_insured_yen
    printed: int = rules["economic_loss_sum_insured_yen"]
    if request.sum_insured_yen not in (None, printed):
        raise InvalidRequest("sum_insured_yen", request.sum_insured_yen, f"{printed} for economic loss")
    return printed


def _limit(amount: int, insured: int | None, steps: list[Step]) -> tuple[int, bool]:
    if insured is None:
        steps.append(Step("sum_insured_unknown"))
        return amount, False
    paid = min(amount, insured)
    step = "limited_to_sum_insured" if amount > insured else "within_sum_insured"
    steps.append(Step(step, {"sum_insured_yen": insured, "result_yen": paid}))
    return paid, amount > insured


def assembly_payout(
    request: AssemblyPayoutRequest, tariffs: Tariffs | None = None, as_of: datetime | None = None
) -> Payout:
    """What section 5 of the assembly guide yields for a loss; costs paid on top of it have no printed limit.

    Raises:
        InvalidRequest: a number that cannot be.
    """
    for name in ("loss_yen", "temporary_works_loss_yen", "loss_prevention_yen"):
        _amount(name, getattr(request, name))
    if request.sum_insured_yen is not None:
        _amount("sum_insured_yen", request.sum_insured_yen)
    tariffs = default_tariffs() if tariffs is None else tariffs
    tariff = tariffs.latest(ASSEMBLY) if as_of is None else tariffs.at(ASSEMBLY, as_of)
    rules = tariff.rules["payout"]
    steps = [Step("loss", {"loss_yen": request.loss_yen})]
    amount = request.loss_yen + _temporary_works(request, rules["temporary_works"], steps)
    if request.loss_prevention_yen:
        amount += request.loss_prevention_yen
        values = {"costs_yen": request.loss_prevention_yen, "result_yen": amount}
        steps.append(Step("loss_prevention_added", values))
    deductible: int = rules["deductible_yen"]
    amount = _less(amount, deductible, steps)
    paid, limited = _limit(amount, request.sum_insured_yen, steps)
    steps.append(Step("paid", {"paid_yen": paid}))
    return Payout(paid, 0, False, limited, deductible, tuple(steps), tariff.source_at(rules["locator"]))


def _temporary_works(request: AssemblyPayoutRequest, rule: Mapping[str, Any], steps: list[Step]) -> int:
    loss = request.temporary_works_loss_yen
    if not loss:
        return 0
    if request.sum_insured_yen is None:
        raise InvalidRequest("sum_insured_yen", None, "an amount, since the limit is a share of it")
    share: int = request.sum_insured_yen * rule["sum_insured_percent"] // 100
    most: int = min(share, rule["max_yen"])
    counted = min(loss, most)
    values = {
        "temporary_works_loss_yen": loss,
        "sum_insured_percent": rule["sum_insured_percent"],
        "share_yen": share,
        "max_yen": rule["max_yen"],
        "limit_yen": most,
        "counted_yen": counted,
        "result_yen": request.loss_yen + counted,
    }
    steps.append(Step("temporary_works_limited" if loss > most else "temporary_works_counted", values))
    return counted
