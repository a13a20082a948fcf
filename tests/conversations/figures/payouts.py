"""A payout worked out once more, line by line, from the rules as the documents print them: without rating."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tests.conversations.figures import lines
from tests.conversations.figures.books import Books, Turn, amount, whole
from tests.conversations.figures.lines import Made

_MOST_REDUCED = {"miswiring": 1_000_000, "economic_loss": 1_000_000, "other": 500_000}  # section 8
_TIMES = {("miswiring", 1): 1, ("miswiring", 2): 2, ("economic_loss", 1): 1, ("economic_loss", 2): 2, ("other", 1): 0,
          ("other", 2): 1}  # fmt: skip
_ECONOMIC_SUM, _ECONOMIC_DEDUCTIBLE = 5_000_000, 100_000  # section 5
_DEDUCTIBLE, _TEMPORARY_PERCENT, _TEMPORARY_MOST = 20_000, 2, 5_000_000  # assembly, section 5


@dataclass
class Sum:
    """How far the arithmetic has come."""

    books: Books
    turn: Turn
    kind: str | None
    times: int
    start: int
    now: int

    def is_said(self, yen: int | None) -> bool:
        """Whether the member named this amount."""
        return yen in self.turn.said.amounts


def is_right(books: Books, _made: Made, turn: Turn) -> bool:
    """Whether some damage that was said leads, line by line, to the amount that the reply names."""
    steps = [made for line in turn.lines for made in lines.made(line) if made.key.startswith("payout.")]
    steps = [step for made in steps for step in ([made] if "name" not in made.parts else _limit_named(made))]
    return any(_follows(total, steps) for total in _starts(books, turn))


def _starts(books: Books, turn: Turn) -> Iterator[Sum]:
    said = turn.said.amounts
    for assumed in turn.made("payout.assumed"):
        lang = assumed.lang
        for (kind, count), times in _TIMES.items():
            named = lines.word(f"flow_payout.kind.options.{kind}", lang) == assumed.parts["kind"]
            if named and lines.word(f"flow_payout.accidents.options.{count}", lang) == assumed.parts["counted"]:
                yield from (Sum(books, turn, kind, times, damage, damage) for damage in said)
    if not turn.has("payout.assumed"):
        told = [amount(made.parts["loss_yen"]) for made in turn.made("payout.step.loss")] or [0]
        whole_loss = said | {loss - part for loss in said for part in said if part <= loss}
        yield from (Sum(books, turn, None, 0, loss, loss) for loss in told if loss is not None and loss in whole_loss)


def _follows(total: Sum, steps: list[Made]) -> bool:
    for made in steps:
        step = _STEPS.get(made.key)
        if step is not None and not step(total, made):
            return False
    if total.kind in ("miswiring", "economic_loss") and not any(made.key == "payout.step.reduced" for made in steps):
        return False
    paid = [amount(made.parts["paid"]) for made in steps if made.key == "payout.result"]
    return paid == ([total.now] if total.now else [])


def _reduced(total: Sum, made: Made) -> bool:
    total.now = total.start * 9**total.times // 10**total.times
    told = (whole(made.parts["times"]), amount(made.parts["result_yen"]), amount(made.parts["reduction_yen"]))
    most = _MOST_REDUCED[total.kind or "other"]
    capped = any(total.turn.made("payout.step.reduction_capped"))
    return told == (total.times, total.now, total.start - total.now) and capped == (total.start - total.now > most)


def _capped(total: Sum, made: Made) -> bool:
    most = _MOST_REDUCED[total.kind or "other"]
    total.now = total.start - most
    return (amount(made.parts["reduction_max_yen"]), amount(made.parts["result_yen"])) == (most, total.now)


def _added(total: Sum, made: Made) -> bool:
    costs = amount(made.parts["costs_yen"])
    total.now += costs or 0
    return total.is_said(costs) and amount(made.parts["result_yen"]) == total.now


def _deducted(total: Sum, made: Made) -> bool:
    deductible = _DEDUCTIBLE if total.kind is None else _ECONOMIC_DEDUCTIBLE
    total.now = max(0, total.now - deductible)
    told = (amount(made.parts["deductible_yen"]), amount(made.parts["result_yen"]))
    return total.kind in (None, "economic_loss") and told == (deductible, total.now)


def _limit_named(made: Made) -> list[Made]:
    """A line with the limit that it names told apart from the limit's amount; empty when it names none."""
    text, found = made.parts["name"] + made.parts["sum_insured_yen"], []
    for limit in ("sum_insured", "property_damage_yen", "bodily_injury_yen", "specified_property_yen"):
        named = lines.read_template(f"{lines.word(f'payout.limit.{limit}', made.lang)}%{{yen}}", text)
        named = named or lines.read_template(f"{lines.word(f'payout.limit.{limit}', made.lang)} %{{yen}}", text)
        if named and amount(named[-1]) is not None:
            parts = {"limit": limit, "course": "".join(named[:-1]), "sum_insured_yen": named[-1]}
            found.append(Made(made.key, made.lang, {**made.parts, **parts}))
    return found[:1]


def _is_sum(total: Sum, made: Made) -> bool:
    """A sum insured: as said, of economic loss, of a class that was said, or the limit of the course that is named."""
    insured, limit = amount(made.parts["sum_insured_yen"]), made.parts["limit"]
    if total.kind == "economic_loss":
        return insured == _ECONOMIC_SUM
    if limit != "sum_insured":
        wide = (rate for rate in total.books.rates.values() if rate.plan == "wide")
        courses = {lines.word(f"quote.course.{rate.course}", made.lang): rate.limits[limit] for rate in wide}
        return courses.get(made.parts["course"]) == insured
    said = {str(number) for number in total.turn.said.numbers}
    rates = total.books.rates.items()
    by_class = {code: rate.limits["sum_insured_yen"] for (product, code), rate in rates if product == "assembly"}
    classes = {by_class[code] for code in said & set(by_class)}
    return total.is_said(insured) or insured in classes


def _limited(total: Sum, made: Made) -> bool:
    insured = amount(made.parts["sum_insured_yen"]) or 0
    before, total.now = total.now, min(total.now, insured)
    return _is_sum(total, made) and before > insured and amount(made.parts["result_yen"]) == total.now


def _within(total: Sum, made: Made) -> bool:
    return _is_sum(total, made) and total.now <= (amount(made.parts["sum_insured_yen"]) or 0)


def _least(total: Sum) -> int:
    return min(rate.limits["sum_insured_yen"] for rate in total.books.rates.values() if rate.product == "assembly")


def _within_every_class(total: Sum, made: Made) -> bool:
    return amount(made.parts["least"]) == _least(total) and total.now <= _least(total)


def _temporary_limited(total: Sum, made: Made) -> bool:
    sums = total.turn.said.amounts | {_least(total)}
    share, most = amount(made.parts["share_yen"]), amount(made.parts["max_yen"])
    counted = min(share or 0, _TEMPORARY_MOST)
    total.now += counted
    return (
        share in {insured * _TEMPORARY_PERCENT // 100 for insured in sums}
        and most == _TEMPORARY_MOST
        and whole(made.parts["sum_insured_percent"]) == _TEMPORARY_PERCENT
        and (amount(made.parts["limit_yen"]), amount(made.parts["result_yen"])) == (counted, total.now)
    )


def _temporary_counted(total: Sum, made: Made) -> bool:
    result = amount(made.parts["result_yen"]) or 0
    counted, total.now = result - total.now, result
    return total.is_said(counted)


def _uncounted(total: Sum, made: Made) -> bool:
    return total.is_said(amount(made.parts["costs"]))


_STEPS: dict[str, Callable[[Sum, Made], bool]] = {
    "payout.step.reduced": _reduced,
    "payout.step.reduction_capped": _capped,
    "payout.step.costs_added": _added,
    "payout.step.loss_prevention_added": _added,
    "payout.step.deductible": _deducted,
    "payout.step.limited_to_sum_insured": _limited,
    "payout.step.within_sum_insured": _within,
    "payout.within_every_class": _within_every_class,
    "payout.step.temporary_works_limited": _temporary_limited,
    "payout.step.temporary_works_counted": _temporary_counted,
    "payout.uncounted": _uncounted,
}


def rule(books: Books, made: Made, _turn: Turn) -> bool:
    """How temporary works are limited, where nothing is computed."""
    told = (whole(made.parts["percent"]), amount(made.parts["most"]), amount(made.parts["deductible"]))
    return told == (_TEMPORARY_PERCENT, _TEMPORARY_MOST, _DEDUCTIBLE) and books.only_contacts(made.parts["contact"])


def _insured(books: Books, turn: Turn) -> set[int]:
    """The sums insured that may be meant: those that were said, and those of the class of the sales that were said."""
    said = turn.said.amounts
    rates = [rate for rate in books.rates.values() if rate.product == "assembly"]
    return said | {r.limits["sum_insured_yen"] for r in rates if any(r.band.contains(yen) for yen in said)}


def temporary_limit(books: Books, made: Made, turn: Turn) -> bool:
    """Up to which amount temporary works count, for a sum insured that was said."""
    insured = amount(made.parts["insured"])
    if insured is None or insured not in _insured(books, turn):
        return False
    return amount(made.parts["limit"]) == min(insured * _TEMPORARY_PERCENT // 100, _TEMPORARY_MOST)


def temporary_steps(books: Books, made: Made, turn: Turn) -> bool:
    """How that amount comes about: the share of a sum insured that was said, and the fixed limit."""
    shares = {insured * _TEMPORARY_PERCENT // 100 for insured in _insured(books, turn)}
    told = (whole(made.parts["percent"]), amount(made.parts["most"]), amount(made.parts["deductible"]))
    return amount(made.parts["share"]) in shares and told == (_TEMPORARY_PERCENT, _TEMPORARY_MOST, _DEDUCTIBLE)


CHECKS = {
    "payout.result": is_right,
    "payout.nothing": is_right,
    "payout.step": is_right,
    "payout.within_every_class": is_right,
    "payout.uncounted": is_right,
    "payout.temporary_rule": rule,
    "payout.temporary_limit": temporary_limit,
    "payout.temporary_steps": temporary_steps,
}
