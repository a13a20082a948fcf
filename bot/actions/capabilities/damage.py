"""What a member tells of a damage: its kind, amounts and costs, which accident of the year, and what limits it.

It only reads; what follows from it, `payout` and rating say.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from bot.actions import clauses, evidence
from bot.actions.flow import Turn
from bot.actions.understanding import Quantity, Understanding

LIMIT_ROLES = ("sum_insured", "limit_property", "limit_bodily", "limit_specified")
_NEARLY = ("contract", "annual_sales")
# An accident of some earlier time is told: whether it lies within the year has to be asked.
EARLIER = "earlier"
_COURSES = range(1, 6)
_PLANS = ("basic", "wide", "premium")
# What was harmed, told in place of a kind: that is an ordinary accident.
_LIABLE = frozenset({"specified", "bodily", "entrusted"})
_TEN_THOUSAND, _YEAR = 10_000, 12
# An amount that stands so close behind a word, in signs, is of it.
_NEXT_TO = 4
# The least limit of any scheme (specified property, course 1; class 1 of the assembly scheme), yen.
_PARTS = 2
_LEAST_LIMIT = 10_000_000
_LEAST_YEN = 1_000_000
# An answer below this to a question for yen is written in 万円; a sum insured below it is a class of the table.
_CLASSES = range(1, 18)


def hear_kind(heard: Understanding) -> str | None:
    """The kind of accident: by its name, else by what happened; the kind named last wins a correction.

    Where one of the particular kinds is ruled out and no other is told, it is an ordinary accident.
    """
    named = heard.mentions.get("cause", ())
    if named:
        return named[-1]
    happened = heard.mentions.get("harm", ())
    if "physical" in happened or _LIABLE.intersection(heard.mentions.get("property", ())):
        return "other"
    if heard.denies("cause"):
        return "other"
    if "mistake" in happened:
        return "economic_loss"
    # A thing of somebody else's that is to be paid for was harmed, where nothing says that it only stood still.
    thing = heard.mentioned("accident_detail", "injury") or evidence.pattern("others_things").search(heard.folded)
    return "other" if thing and not happened else None


def tells_harm(heard: Understanding) -> bool:
    """Whether a harm or a danger is told as something that took place."""
    told = heard.mention("told") or heard.mention("happened")
    return bool(told) and any(heard.mention(entity) for entity in ("harm", "accident_detail", "hazard"))


def damage_amounts(turn: Turn) -> list[Quantity]:
    """The amounts of damage: those told as one, else the first amount that is not told as anything else."""
    stated = turn.heard.all_of("money", "damage")
    if tells_temporary(turn):
        return [*stated, *turn.heard.all_of("money", None)]
    # No limit is so small: what is told beside the word for it is the damage.
    small = [told for told in turn.heard.all_of("money", *LIMIT_ROLES) if (told.value or 0) < _LEAST_LIMIT]
    plain = [told for told in turn.heard.all_of("money", None) if not (taken_off(turn, told) or _of_course(turn, told))]
    # Beside temporary works sales stand for the sum insured of their band.
    nearly = turn.heard.all_of("money", *_NEARLY)
    if not (asks_temporary_limit(turn.heard) or turn.heard.mentioned("property", "temporary")):
        nearly = [told for told in nearly if not _named_sales(turn, told)]
    return stated or small or plain[:1] or nearly[:1]


def _named_sales(turn: Turn, told: Quantity) -> bool:
    """Whether the word for sales stands right before an amount."""
    return evidence.pattern("sales_before").search(turn.heard.folded[: told.start]) is not None


def _of_course(turn: Turn, told: Quantity) -> bool:
    """Whether an amount is told as the sum insured of a course."""
    return evidence.pattern("of_course").match(turn.heard.folded, told.end) is not None


def _with_parts(turn: Turn, damages: list[int]) -> int:
    """The damage (yen): the first amount, or the sum of two that are told as parts of one."""
    told = [one for one in turn.heard.all_of("money", None, "damage") if one.value]
    if len(told) != _PARTS:
        return damages[0]
    first, second = told
    joined = evidence.pattern("another_part").fullmatch(turn.heard.folded, first.end, second.start)
    return (first.value or 0) + (second.value or 0) if joined else damages[0]


def is_limit(turn: Turn, told: Quantity) -> bool:
    """Whether an amount is a sum insured, by its words or as that of a course."""
    return told.role in LIMIT_ROLES or _of_course(turn, told)


def taken_off(turn: Turn, told: Quantity) -> bool:
    """Whether an amount is what somebody thinks is taken off the damage."""
    return told.kind == "money" and evidence.pattern("taken_off").match(turn.heard.folded, told.end) is not None


def hear_amounts(turn: Turn, asked: str | None, product: str | None, least_sum: int) -> dict[str, Any]:
    """Damage, costs beside it and sum insured (yen): by their words, and what is left by the open question.

    Args:
        turn: The turn.
        asked: The open question's slot.
        product: The scheme, as far as it is known.
        least_sum: The least sum insured of the assembly scheme, yen; a smaller amount is none.
    """
    heard: dict[str, Any] = {}
    for slot, role in (("costs", "cost"), ("_uncounted", "extra_cost")):
        told = [quantity.value or 0 for quantity in turn.heard.all_of("money", role)]
        if told:
            heard[slot] = sum(told)
    damages = _values(damage_amounts(turn))
    of_course = [told for told in turn.heard.all_of("money", None) if _of_course(turn, told)]
    told_limits = [*turn.heard.all_of("money", *LIMIT_ROLES), *of_course]
    limits = [value for value in _values(told_limits) if value >= _LEAST_LIMIT]
    if not limits and asked == "sum_insured":
        stated = turn.heard.all_of("money", "damage")
        limits, damages = ([], damages) if stated else (damages, [])
    if not limits and damages and product == "assembly":
        # A second amount beside the damage, as large as a sum insured can be, is that sum.
        beside = _values(turn.heard.all_of("money", None))
        limits = [value for value in beside if value >= least_sum and value not in damages]
    if limits:
        heard["sum_insured"] = limits[0]
    if damages:
        whole = (_total(turn) or _whole_of_part(turn)) if product == "assembly" else None
        heard["damages"] = whole or (sum(damages) if product == "assembly" else _with_parts(turn, damages))
    number = turn.heard.quantity("number")
    if asked in ("damages", "sum_insured") and not heard and number and number.value:
        if asked == "damages" or number.value not in _CLASSES:
            heard[asked] = number.value * _TEN_THOUSAND if number.value < _LEAST_YEN else number.value
    return heard


def hear_limits(turn: Turn, asked: str | None, product: str | None) -> dict[str, Any]:
    """What limits the payment: a course of the third-party scheme, a class of the assembly scheme, what was harmed."""
    heard: dict[str, Any] = {}
    understood = turn.heard
    course = understood.quantity("course")
    if course and course.value in _COURSES and not course.is_range and product != "assembly":
        heard["course"] = course.value
    number = understood.quantity("class")
    if number is None and asked == "sum_insured" and product == "assembly":
        number = understood.quantity("number") or course
    if number and number.value in _CLASSES and product in (None, "assembly"):
        heard["_class"] = number.value
    behind = evidence.pattern("class_behind").search(understood.folded) if product == "assembly" else None
    if behind is not None and int(behind.group(1)) in _CLASSES:
        heard["_class"] = int(behind.group(1))
    harmed = understood.mentions.get("property", ())
    if "specified" in harmed or "entrusted" in harmed:
        heard["_harmed"] = "specified_property_yen"
    elif "bodily" in harmed or understood.mentioned("accident_detail", "injury"):
        heard["_harmed"] = "bodily_injury_yen"
    plan = understood.mention("plan")
    if plan in _PLANS:
        heard["_plan"] = plan
    return heard


def hear_temporary(turn: Turn, damages: int | None) -> int | None:
    """How much of a damage told in this message is of temporary works (yen); None when none is named."""
    words = [word for word in turn.heard.words if (word.entity, word.value) == ("property", "temporary")]
    if not words or damages is None:
        return None
    told = [one for one in turn.heard.all_of("money", None, "damage") if one.value and one.value < damages]
    beside = [one.value for word in words for one in told if 0 <= one.start - word.end <= _NEXT_TO]
    if beside:
        return beside[0]
    amounts = [quantity for quantity in damage_amounts(turn) if quantity.value]
    if len(amounts) < 2:
        return damages
    whole = _total(turn) or _whole_of_part(turn)
    parts = [quantity for quantity in amounts if quantity.value != whole] or amounts
    after = [quantity for word in words for quantity in parts if 0 <= quantity.start - word.end <= _NEXT_TO]
    later = [quantity for quantity in parts if quantity.start >= words[0].end]
    return (after or later or parts)[0].value


def _total(turn: Turn) -> int | None:
    """The amount that is told as the sum of the others, yen; None when none is."""
    total, text = evidence.pattern("total"), turn.heard.folded
    told = [one.value for one in turn.heard.quantities if one.kind == "money" and total.search(text[: one.start])]
    return told[0] if told else None


def _whole_of_part(turn: Turn) -> int | None:
    """The damage of which the next amount is told to be a part (`80 in all, 50 of it the scaffold`), yen."""
    amounts = [one for one in damage_amounts(turn) if one.value]
    for whole, part in pairwise(amounts):
        between = turn.heard.folded[whole.end : part.start]
        if (part.value or 0) < (whole.value or 0) and evidence.pattern("part_of").search(between):
            return whole.value
    return None


def supposes_sum(turn: Turn, heard: Mapping[str, Any], least_sum: int) -> bool:
    """Whether the only amount beside temporary works is the sum insured: up to how much is paid is asked.

    Args:
        turn: The turn.
        heard: What was read of the message.
        least_sum: The least sum insured of the assembly scheme, yen.
    """
    told = heard.get("damages")
    if told is None or told < least_sum or "sum_insured" in heard or turn.heard.quantity("money", "damage"):
        return False
    asked = evidence.pattern("limit_asked").search(turn.heard.folded) is not None
    return asked and turn.heard.mentioned("property", "temporary")


def tells_temporary(turn: Turn) -> bool:
    """Whether a damage to temporary works is told together with a sum insured, and not with a course's limit."""
    if turn.heard.all_of("money", "limit_bodily", "limit_property", "limit_specified"):
        return False
    amounts = turn.heard.all_of("money", None) or turn.heard.all_of("money", "damage")
    return turn.heard.mentioned("property", "temporary") and bool(amounts and turn.heard.all_of("money", *LIMIT_ROLES))


def hear_count(turn: Turn, asked: str | None) -> int | None:
    """Which accident within a year it is, this one included."""
    times = turn.heard.quantity("times")
    ordinal = turn.heard.mention("ordinal")
    months = _since_last_year(turn)
    if months is not None and months != _YEAR:
        return (times.value if times and times.value else 1) + 1 if months < _YEAR else 1
    if times is None and evidence.pattern("no_second").search(turn.heard.folded):
        return None
    if evidence.pattern("this_is_second").search(turn.heard.folded):
        return 2
    if turn.heard.mentioned("ordinal", EARLIER):
        return None
    if turn.heard.mentioned("ordinal", "beside"):
        return (times.value or 0) + 1 if times else 2
    if times is not None and times.value:
        return times.value
    if ordinal:
        return int(ordinal)
    number = turn.heard.quantity("number")
    if asked == "accidents" and number and number.value:
        return number.value
    return _by_time(turn) if asked == "accidents" else None


def _by_time(turn: Turn) -> int | None:
    """Which accident of the year it is, answered by when the other one was."""
    if clauses.asks(turn.heard.text):
        return None
    if evidence.pattern("long_ago").search(turn.heard.folded):
        return 1
    return 2 if evidence.pattern("earlier_accident").search(turn.heard.folded) else None


def _since_last_year(turn: Turn) -> int | None:
    """How many months lie between another accident, told with its month of last year, and this one; else None."""
    since = evidence.pattern("months_since").search(turn.heard.folded)
    if since is not None:
        return int(since.group("months"))
    told = evidence.pattern("last_year").search(turn.heard.folded)
    if told is None:
        return None
    present = evidence.pattern("this_month").search(turn.heard.folded)
    month = int(present.group(2)) if present else turn.now.month
    return _YEAR - int(told.group(2)) + month


def asks_payment(heard: Understanding) -> bool:
    """Whether a message asks how much is paid, and not what the insurance costs."""
    asked = heard.mentions.get("ask", ())
    return bool({"payment", "price", "reduction"}.intersection(asked)) or heard.mention("opens") == "payout"


def asks_temporary_limit(heard: Understanding) -> bool:
    """Whether a message asks up to which amount temporary works are paid for."""
    return heard.mentioned("property", "temporary") and (
        asks_payment(heard) or "amount" in evidence.kinds(heard.text) or heard.mentioned("ask", "limit")
    )


def _values(quantities: list[Quantity]) -> list[int]:
    return [quantity.value for quantity in quantities if quantity.value is not None]
