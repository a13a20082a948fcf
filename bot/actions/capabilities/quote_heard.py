"""What a message says of the facts that a premium depends on. It only reads; what they cost, rating knows."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

import rating
from bot.actions import clauses, evidence
from bot.actions.capabilities.limits import cyber_limits
from bot.actions.capabilities.sales import not_counted
from bot.actions.capabilities.subject import not_taken, own_words
from bot.actions.flow import Turn
from bot.actions.understanding import Mention

PLANS = ("basic", "wide", "premium")
ALL = "all"
# What has a price.
_PRICED = frozenset({"scheme", "plan", "cyber_plan"})
_BARE_LETTER = re.compile(r"[abc](?![a-z0-9]).{0,4}$")
# A code as printed on a certificate: plan, band of sales, surcharge, course (ZHB③-0); folding makes ③ a 3.
_CODE = re.compile(r"(?<![a-z])([zwp])([a-m])([ab]?)([1-5])(?:-0)?(?![a-z0-9])")
_PLAN_OF = {"z": "basic", "w": "wide", "p": "premium"}
_CLAIMS_OF = {"": 0, "a": 1, "b": 2}
# Plans of the cyber insurance by how they lie to each other.
_RANKED_PLANS = {"cheapest_plan": "basic", "middle_plan": "wide", "dearest_plan": "premium"}
_RANKED = {
    "cheapest": "A",
    "cheapest_plan": "A",
    "middle": "B",
    "middle_plan": "B",
    "dearest": "C",
    "dearest_plan": "C",
}
_BUILDERS = "1"
_PRODUCTS = (rating.THIRD_PARTY, rating.ASSEMBLY, rating.CYBER)
_COURSES = range(1, 6)
# So few signs after a premium name no matter of their own; so small is a number that counts claims.
_FEW_WORDS, _MOST_BARE = 24, 10
# So few signs hold hardly more than a plan's or a course's name.
_HARDLY_MORE = 12
# The year before last, as the engine counts years.
_OLDER = -2
_COURSE_BY_LIMITS = {
    # Each course has a property limit of its own.
    20_000_000: 1,
    50_000_000: 2,
    100_000_000: 3,
    300_000_000: 4,
    500_000_000: 5,
}
# So has each of the lower ones for specified property.
_COURSE_BY_SPECIFIED = {10_000_000: 1, 30_000_000: 2, 50_000_000: 3}
# Each cyber plan has a liability limit of its own.
_CYBER_BY_LIMIT = {30_000_000: "A", 50_000_000: "B", 100_000_000: "C"}
# Limits that name one course whichever limit is meant; 100 million is the bodily limit of three courses.
_SURE_LIMITS = (20_000_000, 50_000_000, 300_000_000, 500_000_000)


def of_economic_limit(turn: Turn) -> bool:
    """Whether the limit for economic loss is asked about: it is the same in every course."""
    told = turn.heard.quantity("money", "annual_sales") is not None
    return not told and evidence.pattern("economic_limit").search(turn.heard.folded) is not None


def of_procedure(turn: Turn) -> bool:
    """Whether how a plan is joined or changed is asked, and not what it costs."""
    heard = turn.heard
    priced = any(heard.mentioned("ask", word) for word in ("price", "difference"))
    told = heard.quantity("money", "annual_sales") is not None
    return not priced and not told and evidence.pattern("procedure").search(heard.folded) is not None


def limits_alike(turn: Turn) -> Turn:
    """The turn, with an amount told for people and things alike as the limit that it is, and no sales."""
    both = evidence.pattern("both_limits").search(turn.heard.folded)
    if both is None:
        return turn
    read = tuple(
        replace(one, role="limit_property") if one.kind == "money" and one.start <= both.end() < one.end else one
        for one in turn.heard.quantities
    )
    return replace(turn, heard=replace(turn.heard, quantities=read))


def hear_product(turn: Turn, values: Mapping[str, Any], asked: str | None) -> str | None:
    """The scheme: by its name, or because only one scheme has such plans."""
    scheme = turn.heard.mention("scheme")
    if scheme in _PRODUCTS and not not_taken(turn, scheme):
        return scheme
    planned = turn.heard.mention("plan") or turn.heard.mentioned("aspect", "all_plans")
    if planned and (asked == "product" or "product" not in values):
        return rating.THIRD_PARTY
    letters = len(turn.heard.mentions.get("cyber_plan", ())) > 1 or evidence.pattern("cyber_plan").search(
        turn.heard.folded
    )
    rated = turn.heard.mention("cyber_plan") and turn.heard.quantity("money", "annual_sales") is not None
    lettered = turn.heard.mention("industry") and (letters or rated)
    spoken_of = turn.state.scheme == rating.CYBER and (turn.heard.mention("cyber_plan") or _ranked(turn))
    priced = turn.state.scheme is None and turn.heard.mentioned("ask", "price") and turn.heard.mention("cyber_plan")
    # Of the businesses only builders are in the third-party scheme too.
    of_business = turn.heard.mention("industry") not in (None, _BUILDERS) and turn.heard.mentioned("ask", "price")
    unspoken = turn.state.scheme is None and not named_courses(turn)
    if not planned and (lettered or spoken_of or priced or (of_business and unspoken)):
        # Only the cyber insurance is rated by the business, and only its plans are called by letters.
        return rating.CYBER if asked == "product" or "product" not in values else None
    return None


def hear_plan(turn: Turn) -> str | list[str] | None:
    """One plan, several to be set side by side, or all; a plan that is left for another is not meant."""
    heard = turn.heard
    if heard.mentioned("aspect", "all_plans"):
        return ALL
    named = [plan for plan in PLANS if heard.mentioned("plan", plan)]
    if not named:
        # Each plan holds the one before it.
        if turn.state.scheme != rating.CYBER and evidence.pattern("lowest_plan").search(heard.folded):
            return PLANS[0]
        ranks = (
            rank for rank in _RANKED_PLANS if heard.mentioned("aspect", rank) and not _ranks_the_course(turn, rank)
        )
        return next((_RANKED_PLANS[rank] for rank in ranks), None)
    if not heard.mentioned("ask", "difference"):
        left = heard.mentions.get("leaving", ())
        named = [plan for plan in named if plan not in left] or named
    several: str | list[str] | None = _several(named, PLANS)
    return several


def hear_course(turn: Turn, values: Mapping[str, Any], asked: str | None) -> int | str | list[int] | None:
    """One course, several to be set side by side, or all: by number, by limit, or as the cheapest or dearest."""
    heard, named = turn.heard, named_courses(turn)
    if named:
        several: int | str | list[int] = _several(named, _COURSES)
        return several
    if heard.mentioned("aspect", "all_courses"):
        return ALL
    limited = _by_limit(turn)
    if limited is None and (asked == "course" or values.get("plan") or heard.mention("plan")):
        for word, course in (("cheapest", 1), ("middle", 3), ("dearest", 5)):
            if heard.mentioned("aspect", word) and not _ranks_the_plan(turn, word):
                return course
    return limited or _bare(turn, asked, "course", _COURSES)


def _ranks_the_course(turn: Turn, rank: str) -> bool:
    """Whether a rank only says which course is meant (`いちばん上の⑤`), and no plan."""
    ends = {word.end for word in turn.heard.words if word.entity == "aspect" and word.value == rank}
    return any(course.start in ends for course in turn.heard.all_of("course"))


def _ranks_the_plan(turn: Turn, rank: str) -> bool:
    """Whether a rank only says which plan is meant (`プレミアムっていう一番上のやつ`), and no course of it."""
    plans = [word.end for word in turn.heard.words if word.entity == "plan"]
    starts = [word.start for word in turn.heard.words if word.entity == "aspect" and word.value == rank]
    between = (turn.heard.folded[end:start] for end in plans for start in starts if end <= start)
    return any(evidence.pattern("so_called").fullmatch(words) for words in between)


def named_courses(turn: Turn) -> list[int]:
    """The courses named by number, a range with all that lies in it."""
    numbers: set[int] = set()
    told = turn.heard.all_of("course")
    if turn.heard.mentioned("ask", "difference"):
        # The course that is left for another one is what the other one is set against.
        told = [quantity for quantity in turn.heard.quantities if quantity.kind == "course"]
    for quantity in told:
        if quantity.is_range:
            numbers |= set(range(quantity.low or 1, (quantity.high or 5) + 1))
        elif quantity.value is not None:
            from_above = evidence.pattern("from_above").search(turn.heard.folded[: quantity.start])
            numbers.add(_COURSES.stop - quantity.value if from_above else quantity.value)
    return [number for number in _COURSES if number in numbers]


def hear_claims(turn: Turn, values: Mapping[str, Any], asked: str | None) -> int | None:
    """How often the insurance has paid in the rating period."""
    named, counts = turn.heard.mention("claims"), _counts(turn)
    if values.get("product") == rating.ASSEMBLY and of_year_before(turn):
        # Only last year's are counted: what was paid before is asked about, not told.
        return None
    if not_counted(turn) and (counts or named not in (None, "0")):
        return None
    if contradicts_itself(turn) and asked is None and values.get("claims") is None:
        return None if named in (None, "0") else int(named)
    if counts:
        return min(max(counts[0], 0), 99)
    if named is not None:
        return int(named)
    if evidence.pattern("not_received").search(turn.heard.folded):
        return 0
    bare = [quantity for quantity in turn.heard.quantities if quantity.role != "left"]
    mended = asked is None and values.get("claims") is not None and clauses.mends(turn.heard.text)
    if mended and len(bare) == 1 and bare[0].kind == "number" and bare[0].value in range(_MOST_BARE):
        return bare[0].value
    denied = turn.heard.intent == "deny" if asked == "claims" else turn.heard.mention("reply") == "no"
    if denied and (asked == "claims" or (asked is None and values.get("claims"))):
        return 0
    return _bare(turn, asked, "claims", range(20))


def of_year_before(turn: Turn) -> bool:
    """Whether the year before last is spoken of."""
    return _OLDER in [year.value for year in turn.heard.all_of("year")]


def named_after(turn: Turn, told: Mapping[str, Any], known: Mapping[str, Any]) -> dict[str, Any]:
    """The plan or course that few words after a premium ask for by its limit or rank (`which is the top one?`)."""
    heard = turn.heard
    other = heard.mention("scheme") not in (None, known.get("product")) or heard.mention("harm")
    if len(heard.text) > _FEW_WORDS or other or any(heard.mentioned("ask", word) for word in ("payment", "limit")):
        return {}
    plain = len(heard.folded) <= _HARDLY_MORE and not clauses.asks(heard.text) and heard.mention("ask") is None
    if plain and (heard.mention("plan") or named_courses(turn)) and known.get("product") == rating.THIRD_PARTY:
        return {slot: told[slot] for slot in ("plan", "course") if slot in told and told[slot] != known.get(slot)}
    if heard.quantity("money", "annual_sales"):
        # The sales are told anew beside the plan: all of it counts.
        return {}
    supposed = _supposed(turn, told, known)
    if supposed:
        return supposed
    limited = heard.quantity("money", "limit_bodily", "limit_property", "sum_insured") is not None
    lettered = known.get("product") == rating.CYBER and heard.mention("cyber_plan") is not None
    # With a business or an amount beside it, more than the plan is changed.
    lettered = lettered and not heard.mention("industry") and not heard.quantity("money")
    lettered = lettered and not evidence.pattern("cyber_sums").search(heard.folded)
    if not (limited or lettered or any(heard.mentioned("aspect", word) for word in _RANKED)):
        return {}
    # A plan that is called by its name is changed with the course.
    slots = ("course", "cyber_plan", *(("plan",) if heard.mention("plan") else ()))
    return {slot: told[slot] for slot in slots if slot in told and told[slot] != known.get(slot)}


def _supposed(turn: Turn, told: Mapping[str, Any], known: Mapping[str, Any]) -> dict[str, Any]:
    """The one plan or course supposed in the place of the one rated (`if we took the full support?`); mostly empty."""
    named = len(turn.heard.mentions.get("plan", ())) + len(named_courses(turn))
    rated = known.get("product") == rating.THIRD_PARTY and "annual_sales" in known
    if named != 1 or not rated or not evidence.pattern("put_instead").search(turn.heard.folded):
        return {}
    return {slot: told[slot] for slot in ("plan", "course") if slot in told and told[slot] != known.get(slot)}


def surcharged(turn: Turn) -> bool:
    """Whether a surcharge is told without the number of claims: how many there were has to be asked."""
    told = evidence.pattern("surcharged").search(turn.heard.folded) is not None
    return told and not _counts(turn) and turn.heard.mention("claims") is None


def contradicts_itself(turn: Turn) -> bool:
    """Whether several counts are named, or "none received" beside one: which is meant has to be asked."""
    named = turn.heard.mention("claims")
    return len({*_counts(turn), *([int(named)] if named is not None else [])}) > 1


def _counts(turn: Turn) -> list[int]:
    return [told.value for told in turn.heard.all_of("times") if told.value is not None and told.role != "damage"]


def hear_cyber(turn: Turn, asked: str | None) -> dict[str, Any]:
    """Industry class and plan of the cyber insurance."""
    heard: dict[str, Any] = {}
    industries = industries_run(turn)
    number = turn.heard.quantity("number") or turn.heard.quantity("class")
    if industries:
        heard["industry"] = industries if len(industries) > 1 else industries[0]
    elif asked == "industry" and number and number.value in rating.INDUSTRIES:
        heard["industry"] = number.value
    out = own_words(turn, "excluded_industry")
    if industries or out:
        # A business beside an excluded one is told to be the agency's matter when somebody wants to join.
        heard["_excluded"] = None if industries else out[0].value
    plans = named_cyber_plans(turn)
    each = not plans and turn.heard.mentioned("ask", "side_by_side")
    plan = ALL if each or turn.heard.mentioned("aspect", "all_plans") else _several(plans, rating.CYBER_PLANS)
    if plan is None:
        limits = (told.value for told in turn.heard.all_of("money", "damage", "sum_insured"))
        plan = next((_CYBER_BY_LIMIT[limit] for limit in limits if limit in _CYBER_BY_LIMIT), None)
    if plan is not None:
        heard["cyber_plan"] = plan
    elif asked == "cyber_plan" and _BARE_LETTER.match(turn.heard.folded):
        heard["cyber_plan"] = turn.heard.folded[0].upper()
    return heard


def industries_run(turn: Turn) -> list[int]:
    """The classes of the businesses that are run: the first one named, and others only where they are joined to it."""
    named = [word for word in turn.heard.words if word.entity == "industry"]
    folded = turn.heard.folded
    left = {folded[word.start : word.end] for word in named if _run_no_more(turn, word)}
    words = [word for word in named if folded[word.start : word.end] not in left]
    found = [int(word.value) for word in words[:1]]
    for one, other in pairwise(words):
        between = turn.heard.folded[one.end : other.start]
        if (
            int(other.value) not in found
            and evidence.pattern("joins_businesses").search(between)
            and len(between) <= _FEW_WORDS
        ):
            found.append(int(other.value))
    return found


def _run_no_more(turn: Turn, business: Mention) -> bool:
    """Whether a business is told to be sold or closed (`ホテルは去年やめて`), or run only before."""
    folded = turn.heard.folded
    given_up = evidence.pattern("given_up").match(folded, business.end)
    return given_up is not None or evidence.pattern("once_run").search(folded[: business.start]) is not None


def named_cyber_plans(turn: Turn) -> list[str]:
    """Plans of the cyber insurance named by letter, else by how they lie to each other."""
    return list(turn.heard.mentions.get("cyber_plan", ())) or _ranked(turn)


def _ranked(turn: Turn) -> list[str]:
    """Plans of the cyber insurance called by their rank: the cheapest, the one in the middle, the dearest."""
    lowest = {_RANKED["cheapest_plan"]} if evidence.pattern("lowest_plan").search(turn.heard.folded) else set()
    return sorted(lowest | {plan for word, plan in _RANKED.items() if turn.heard.mentioned("aspect", word)})


def below_its_end(turn: Turn, heard: dict[str, Any]) -> dict[str, Any]:
    """Sales as heard; a range that ends right below an amount (`1億円以上1.5億円未満`) does not reach it."""
    amount = turn.heard.quantity("money", "annual_sales") or turn.heard.quantity("money", None)
    if amount is None or not heard.get("_high") or heard["_high"] != amount.high:
        return heard
    below = evidence.pattern("below_limit").match(turn.heard.folded, amount.end)
    return heard | {"_high": heard["_high"] - 1} if below else heard


def hear_class(turn: Turn) -> dict[str, Any]:
    """The sales that a class of the assembly plan's table stands for, by its upper bound; empty where none is named."""
    named = turn.heard.quantity("class")
    bands = turn.services.tariffs.at(rating.ASSEMBLY, turn.now).ladder.bands
    if named is None or named.value is None or not 1 <= named.value <= len(bands):
        return {}
    spread = {"_low": None, "_high": None, "_vague": False, "_tax": None, "_untaxed": None}
    return {"annual_sales": bands[named.value - 1].upper_yen, **spread, "_by_code": True}


def cyber_plan_by_limit(turn: Turn) -> str | None:
    """The plan of the cyber insurance that is named by its liability limit; None where no such limit is."""
    heard = turn.heard
    if heard.quantity("money", "annual_sales") or not evidence.pattern("by_liability").search(heard.folded):
        return None
    limits = {amounts["liability_yen"]: plan for plan, amounts in cyber_limits(turn).items()}
    told = [amount.value for amount in heard.all_of("money") if amount.value in limits]
    return limits[told[0]] if len(told) == 1 else None


def hear_code(turn: Turn) -> dict[str, Any]:
    """The facts that a code of the third-party scheme stands for; its band is entered by the band's lower bound."""
    match = _CODE.search(turn.heard.folded)
    if match is None:
        return {}
    plan, band, claims, course = match.groups()
    bands = turn.services.tariffs.at(rating.THIRD_PARTY, turn.now).ladder.bands
    sales = bands[ord(band) - ord("a")].lower_yen
    known = {"product": rating.THIRD_PARTY, "plan": _PLAN_OF[plan], "course": int(course)}
    spread = {"_low": None, "_high": None, "_vague": False, "_tax": None, "_untaxed": None}
    return {**known, "annual_sales": sales, "claims": _CLAIMS_OF[claims], **spread, "_by_code": True}


def _several(named: list[Any], every: Sequence[Any]) -> Any:
    if len(named) < 2:
        return named[0] if named else None
    return ALL if len(named) == len(every) else named


def _by_limit(turn: Turn) -> int | None:
    limit = turn.heard.quantity("money", "limit_property")
    if limit and limit.value in _COURSE_BY_LIMITS:
        return _COURSE_BY_LIMITS[limit.value]
    specified = turn.heard.quantity("money", "limit_specified")
    if specified and specified.value in _COURSE_BY_SPECIFIED:
        return _COURSE_BY_SPECIFIED[specified.value]
    other = turn.heard.quantity("money", "limit_bodily", "sum_insured")
    if other and other.value in _SURE_LIMITS[2:] + (_SURE_LIMITS[:2] if other.role == "sum_insured" else ()):
        return _COURSE_BY_LIMITS[other.value]
    return None


def _bare(turn: Turn, asked: str | None, slot: str, allowed: range) -> int | None:
    number = turn.heard.quantity("number")
    return number.value if asked == slot and number and number.value in allowed else None


def price_of_a_name(turn: Turn) -> bool:
    """Whether a message holds only words for a price and what it is the price of: `the premium of the wide plan`."""
    heard = turn.heard
    schemes = heard.mentions.get("scheme", ())
    priced = heard.mention("plan") or heard.mention("cyber_plan") or schemes
    if not priced or not heard.mentioned("ask", "price") or not evidence.INSURANCE.issuperset(schemes):
        return False
    named = [word for word in heard.words if word.entity in _PRICED or (word.entity, word.value) == ("ask", "price")]
    spans = [range(word.start, word.end) for word in named]
    rest = "".join(letter for at, letter in enumerate(heard.folded) if not any(at in span for span in spans))
    return evidence.pattern("only_wished").fullmatch(rest.strip()) is not None
