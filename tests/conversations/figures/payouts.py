"""A payout worked out once more, line by line, from the rules as the documents print them: without rating."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import combinations

from tests.conversations.figures import lines
from tests.conversations.figures.books import Books, Turn, amount, whole
from tests.conversations.figures.lines import Made
from tests.conversations.figures.reader import figures
from tests.conversations.figures.said import amounts

_MOST_REDUCED = {"miswiring": 1_000_000, "economic_loss": 1_000_000, "other": 500_000}  # section 8
_TIMES = {("miswiring", 1): 1, ("miswiring", 2): 2, ("economic_loss", 1): 1, ("economic_loss", 2): 2, ("other", 1): 0,
          ("other", 2): 1}  # fmt: skip
_ECONOMIC_SUM, _ECONOMIC_DEDUCTIBLE = 5_000_000, 100_000  # section 5
_NAMED = {
    "miswiring": re.compile("誤結線|誤接続|miswir|wrong wiring"),
    "economic_loss": re.compile("経済損害|経済的損害|economic loss"),
    "other": re.compile("普通の事故|それ以外の事故|ordinary accident"),
}
_DENIED = re.compile("じゃな|ではな|じゃあり|ではあり|でな[いく]|not ")
_OF_COSTS = re.compile("費用|応急|協力|弁護士|訴訟|争訟|cost|first aid")
_OF_SUM = re.compile("保険金額|限度額|上限|sum insured|limit")
_OF_SALES = re.compile("売上|売り上げ|年商|sales")
_COURSES = "①②③④⑤"
_OF_COURSE = ("property_damage_yen", "bodily_injury_yen", "specified_property_yen")
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


def is_right(books: Books, made: Made, turn: Turn) -> bool:
    """Whether some damage that was said leads, line by line, to the amount that the reply names.

    A step that is told alone, asked for after its result, is one of the result that was shown last.
    """
    if made.key.startswith("payout.step.") and not turn.has("payout.result") and not turn.has("payout.nothing"):
        return any(_is_worked_out(books, before) for before in _shown_last(made, turn))
    return _is_worked_out(books, turn)


def _shown_last(step: Made, turn: Turn) -> Iterator[Turn]:
    """The result that was shown last, from its amount to the source, if it holds this step."""
    starts = [
        at
        for at, line in enumerate(turn.earlier)
        if any(made.key in ("payout.result", "payout.nothing") for made in lines.made(line))
    ]
    if starts:
        shown = turn.earlier[starts[-1] :]
        ends = (at for at, line in enumerate(shown) if any(m.key == "payout.example_only" for m in lines.made(line)))
        shown = shown[: next(ends, len(shown))]
        if any(step in lines.made(line) for line in shown):
            yield replace(turn, lines=shown)


def _is_worked_out(books: Books, turn: Turn) -> bool:
    steps = [made for line in turn.lines for made in lines.made(line) if made.key.startswith("payout.")]
    steps = [step for made in steps for step in ([made] if "name" not in made.parts else _limit_named(made))]
    return any(_follows(total, steps) for total in _starts(books, turn))


def _starts(books: Books, turn: Turn) -> Iterator[Sum]:
    said = _damages(turn)
    for assumed in turn.made("payout.assumed"):
        lang = assumed.lang
        for (kind, count), times in _TIMES.items():
            named = lines.word(f"flow_payout.kind.options.{kind}", lang) == assumed.parts["kind"]
            if named and lines.word(f"flow_payout.accidents.options.{count}", lang) == assumed.parts["counted"]:
                yield from (Sum(books, turn, kind, times, damage, damage) for damage in said)
    for assumed in turn.made("payout.assumed_any"):
        for kind in _MOST_REDUCED:
            if lines.word(f"flow_payout.kind.options.{kind}", assumed.lang) == assumed.parts["kind"]:
                same = (yen for yen in said if _is_same_for_any_count(turn, kind, yen))
                yield from (Sum(books, turn, kind, _TIMES[kind, 1], damage, damage) for damage in same)
    if not turn.has("payout.assumed"):
        told = [amount(made.parts["loss_yen"]) for made in turn.made("payout.step.loss")] or [0]
        whole_loss = said | {loss - part for loss in said for part in said if part <= loss}
        yield from (Sum(books, turn, None, 0, loss, loss) for loss in told if loss is not None and loss in whole_loss)


def _damages(turn: Turn) -> set[int]:
    """Every amount that was said, and every two of them taken together: parts of one damage."""
    told = [yen for message in turn.said.messages for yen in _yen(message)]
    return turn.said.amounts | {one + other for one, other in combinations(told, 2)}


def _is_same_for_any_count(turn: Turn, kind: str, damage: int) -> bool:
    """Whether the limit that the reply names is reached by the first accident of the year and by a later one."""
    named = [limit for made in turn.made("payout.step.limited_to_sum_insured") for limit in _limit_named(made)]
    limits = [amount(made.parts["sum_insured_yen"]) for made in named]
    costs = [amount(made.parts["costs_yen"]) or 0 for made in turn.made("payout.step.costs_added")]
    paid = {_paid(kind, count, damage, sum(costs[:1]), limit) for count in (1, 2) for limit in limits[:1] or [None]}
    return len(paid) == 1


def _paid(kind: str, count: int, damage: int, costs: int = 0, limit: int | None = None) -> int:
    """The printed arithmetic from the damage to what is paid (section 8)."""
    kept: int = damage * 9 ** _TIMES[kind, count] // 10 ** _TIMES[kind, count]
    now = max(kept, damage - _MOST_REDUCED[kind]) + costs
    if kind == "economic_loss":
        return min(max(0, now - _ECONOMIC_DEDUCTIBLE), _ECONOMIC_SUM)
    return now if limit is None else min(now, limit)


def _kinds(turn: Turn, damage: int) -> set[str]:
    """The kinds of accident that are named beside a damage; every kind where none is, or where one is denied."""
    beside = [message.lower() for message in turn.said.messages if damage in amounts(message)]
    named = {kind for message in beside for kind, words in _NAMED.items() if words.search(message)}
    denied = any(_DENIED.search(message) for message in beside)
    return named if named and not denied else set(_NAMED)


def _limits(books: Books, turn: Turn) -> set[int | None]:
    """What may limit a payment: nothing that was said, a limit of a course that was, or a sum insured that was."""
    wide = [rate for rate in books.rates.values() if rate.plan == "wide"]
    said = turn.said.whole
    told = {at: rf"{sign}|コース\D{{0,3}}{at}|{at}\D{{0,3}}コース|course {at}" for at, sign in enumerate(_COURSES, 1)}
    courses = {at for at, words in told.items() if re.search(words, said)}
    found: set[int | None] = {None}
    found |= {rate.limits[name] for rate in wide if rate.course in courses for name in _OF_COURSE}
    return found | {yen for one in turn.said.messages if _OF_SUM.search(one.lower()) for yen in _yen(one)}


def _yen(message: str) -> list[int]:
    return [int(figure.value) for figure in figures(message) if figure.kind == "yen"]


def _costs(turn: Turn, damage: int) -> set[int]:
    """The costs that may be meant where costs are spoken of: amounts of one message beside the damage, or their sum."""
    found = set[int]()
    for message in turn.said.messages:
        beside = [yen for yen in _yen(message) if yen != damage] if _OF_COSTS.search(message.lower()) else []
        found |= {sum(some) for many in range(1, len(beside) + 1) for some in combinations(beside[:6], many)}
    return found


def _of_each(books: Books, turn: Turn) -> Iterator[tuple[int, int, int | None]]:
    """Damage, costs and limit as they may be meant."""
    limits = _limits(books, turn)
    for damage in _damages(turn):
        yield from ((damage, costs, limit) for costs in {0, *_costs(turn, damage)} for limit in limits)


def by_count(books: Books, made: Made, turn: Turn) -> bool:
    """What a damage that was said would yield as the first accident of the year, and as a later one."""
    told = (amount(made.parts["first"]), amount(made.parts["later"]))
    return any(
        told == (_paid(kind, 1, *of), _paid(kind, 2, *of))
        for of in _of_each(books, turn)
        for kind in _kinds(turn, of[0])
    )


def by_kind(books: Books, made: Made, turn: Turn) -> bool:
    """What a damage that was said would yield for each kind of accident, for the count that the line names."""
    told = {kind: amount(made.parts[kind]) for kind in _MOST_REDUCED}
    options = {count: lines.word(f"flow_payout.accidents.options.{count}", made.lang) for count in (1, 2)}
    return any(
        told == {kind: _paid(kind, count, *of) for kind in told}
        for count, option in options.items()
        if option == made.parts["counted"]
        for of in _of_each(books, turn)
    )


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
    told = total.is_said(costs) or costs in _costs(total.turn, total.start)
    return told and amount(made.parts["result_yen"]) == total.now


def _deducted(total: Sum, made: Made) -> bool:
    deductible = _DEDUCTIBLE if total.kind is None else _ECONOMIC_DEDUCTIBLE
    total.now = max(0, total.now - deductible)
    told = (amount(made.parts["deductible_yen"]), amount(made.parts["result_yen"]))
    return total.kind in (None, "economic_loss") and told == (deductible, total.now)


def _limit_named(made: Made) -> list[Made]:
    """A line with the limit that it names told apart from the limit's amount; empty when it names none."""
    text, found = made.parts["name"] + made.parts["sum_insured_yen"], []
    for limit in ("sum_insured", *_OF_COURSE):
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
    of_sales = total.kind is None and insured in _of_last_sales(total.books, total.turn)
    return total.is_said(insured) or insured in classes or of_sales


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


def _of_last_sales(books: Books, turn: Turn) -> set[int]:
    """The sum insured of the class of the sales that were told last."""
    told = [_yen(message) for message in turn.said.messages if _OF_SALES.search(message.lower())]
    rates = [rate for rate in books.rates.values() if rate.product == "assembly"]
    last = [yen for one in told if one for yen in one][-1:]
    return {rate.limits["sum_insured_yen"] for rate in rates for yen in last if rate.band.contains(yen)}


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
    "payout.by_count": by_count,
    "payout.by_kind": by_kind,
    "payout.result": is_right,
    "payout.nothing": is_right,
    "payout.step": is_right,
    "payout.within_every_class": is_right,
    "payout.uncounted": is_right,
    "payout.temporary_rule": rule,
    "payout.temporary_limit": temporary_limit,
    "payout.temporary_steps": temporary_steps,
}
