"""What a message adds to the verdict on a case: the member's plan or limit, another fact, another thing, a share.

Each way gives what changes of the values that the verdict rests on; empty when the message is nothing of the story.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from bot.actions import clauses, evidence, following
from bot.actions.capabilities.coverage_heard import (
    MAIN_SCHEME,
    WORKS_SCHEME,
    asks_whether,
    facts_in,
    only_facts,
    others_too,
    puts_right,
    told_late,
    told_of,
)
from bot.actions.capabilities.coverage_instead import case_instead, entry_instead
from bot.actions.capabilities.coverage_likely import (
    DAMAGE,
    DELAY,
    ENTRUSTED,
    between_contractors,
    blended_scores,
    of_scheme,
    scored,
    supposes_victim,
    things_named,
)
from bot.actions.capabilities.coverage_ranked import VICTIM, ranked_cases
from bot.actions.capabilities.quote_heard import named_courses
from bot.actions.flow import Turn
from bot.actions.sureness import PLAIN_REQUEST, STRANGERS, SURE_FLOW

PRODUCTS = ("third_party", "assembly", "cyber")
# How many of the likeliest cases a story is like.
MOST_LIKE = 4
_TIMING = "timing"
# A message that adds to a story without a fact by our words matches a case of the story so much, and means no other
# matter than these.
AKIN, _SAME_CASE, _OTHER_CASE, _PUT_RIGHT = 0.3, 0.5, 0.45, 0.02
# How much more a thing weighs that is named in the place of another, or beside it, than the story before it.
_INSTEAD = 3
_GOING_ON = frozenset({"inform", "correct", "what_if", "accident_now", "nlu_fallback", "faq"})
# The member's plan told after a verdict: what may stand beside it, in characters, and what makes it another matter.
_OWN_PLAN, _OWN_PLAN_HELD, _PLAN_ALONE = 24, 36, 8
# So few words that suppose something suppose it of the story.
_SUPPOSED = 16
# What a question for cover may sound like that it asks for.
_OF_COVER = frozenset({"payment", "join"})
_BODILY = frozenset({"bodily", "after_bodily"})
_OTHERS, _WORK = "whose=others", "work_object"
_KEYS, _LIVING, _SPECIFIED = "cv_keys_cash", "cv_specified_living", "cv_specified"
_BEFORE, _STANDS = "cv_premium_before", "cv_unusable_undamaged"
# The entries that tell what share is paid: of wrong wiring and economic loss, and of any other accident.
# Characters beside the mere question whether it is covered.
_AGAIN, _OF_COST = 6, 16
_SHARES, _MOST_SHARE = ("tp_reduction_misconnection", "tp_reduction_other"), 20
_AFTER, _WITH_DAMAGE = ("cv_after_damage", "cv_after_injury"), "cv_product_with_damage"
_OTHER_MATTER = frozenset({"ask", "scheme", "fact", "happened", "told", "need", "cause", "aspect", "membership"})


def continuing(turn: Turn, known: Mapping[str, Any], intents: Collection[str]) -> dict[str, Any]:
    """What a message changes of the values that the last verdict rests on; empty when it is nothing of that.

    Args:
        turn: The turn.
        known: The values of the verdict.
        intents: What sounds like a story of its own.
    """
    ways = (_itself, _own_plan, _own_limit, _which_plan, _asked_again, _at_once)
    same: dict[str, Any] = next((new for new in (way(turn, known) for way in ways) if new), {})
    return same or _added(turn, known, intents)


def _at_once(turn: Turn, known: Mapping[str, Any]) -> dict[str, Any]:
    """What is put right in so few words that no story is weighed anew: the insurance held, and between contractors."""
    folded, scores = turn.heard.folded, known.get("_scores")
    if scores is None:
        return {}
    now_in = evidence.pattern("now_in").search(folded) and not clauses.asks(turn.heard.text)
    if now_in or _by_staff(turn) or _staff_instead(turn, known):
        return {"_case": ranked_cases(turn, known)[0][0].id, "_again": True}
    of_contractor = evidence.pattern("of_contractor").search(folded) and not turn.heard.mention("harm")
    if of_contractor and known.get("_judged") == MAIN_SCHEME:
        return {"_scores": between_contractors(scores), "_again": True}
    return {}


def _by_staff(turn: Turn) -> bool:
    """Whether a few words only put somebody of the firm in the place of who did it: all of them are insured alike."""
    heard = turn.heard
    brief = len(heard.text) <= PLAIN_REQUEST and not (heard.mention("property") or heard.mention("accident_detail"))
    named = evidence.things_harmed(heard.folded) or others_too(turn)
    return brief and not named and evidence.pattern("staff_did").search(heard.folded) is not None


def _staff_instead(turn: Turn, known: Mapping[str, Any]) -> bool:
    """Whether somebody of the firm is put in the place of who did it, where nobody is told to be hurt."""
    named = evidence.pattern("staff_named").search(turn.heard.folded) is not None
    case = ranked_cases(turn, known)[0][0] if named else None
    return case is not None and VICTIM not in case.facts and case.limit_id not in _BODILY and bool(case.plans)


def _added(turn: Turn, known: Mapping[str, Any], intents: Collection[str]) -> dict[str, Any]:
    """What a short message adds to the story, or supposes of it, and the cases that the whole is like then."""
    if "_scores" not in known or not _leans(turn, known, intents):
        return {}
    new = _new_facts(turn, known)
    if new is None:
        return {}
    brief = len(turn.heard.text) <= PLAIN_REQUEST
    judged = new.get("_product") or ((known.get("_judged") or known.get("_product")) if brief else None)
    scores = put_right(turn, new, _weighed(turn, known, new, judged))
    ranked = ranked_cases(turn, known)
    if new.get("_product") == WORKS_SCHEME and ranked and ranked[0][0].facts.get("whose") == _WORK:
        # What the verdict was of is the work itself in the other scheme, too.
        new = {"_whose": _WORK, **new}
    return {"_product": judged, **new, "_scores": scores, "_again": True}


def _leans(turn: Turn, known: Mapping[str, Any], intents: Collection[str]) -> bool:
    """Whether a message goes on with the story, and neither asks for nor tells something else."""
    heard = turn.heard
    supposed = clauses.supposes(heard.text) or clauses.supposes_instead(heard.text)
    other = _other_scheme(turn, known) and following.names_only(turn)
    also = heard.mentioned("harm", "physical") and following.goes_on(turn)
    if any(quantity.kind == "money" for quantity in heard.quantities):
        # An amount is reckoned with.
        return False
    if heard.in_context is None or (clauses.asks(heard.text) and not (supposed or other or also)):
        return False
    goes_on = clauses.mends(heard.text) or following.goes_on(turn)
    if len(heard.text) <= PLAIN_REQUEST:
        goes_on = goes_on or supposed or evidence.pattern("also_harmed").search(heard.folded) is not None
        goes_on = goes_on or (evidence.tells_victim(turn) and _of_injury(turn, known))
    told = heard.intent in (*intents, "accident_now") and (heard.confidence >= SURE_FLOW or _another_story(turn, known))
    return not ((told and not goes_on) or heard.mention("opens") or _elsewhere_meant(turn, known, intents))


def _another_story(turn: Turn, known: Mapping[str, Any]) -> bool:
    """Whether what is told with a harm of its own is like a case that the story was nowhere near."""
    best = turn.heard.cases[0] if turn.heard.cases else None
    own = turn.heard.mention("harm") and turn.heard.mention("property")
    return bool(own) and best is not None and best.match >= _OTHER_CASE and best.id not in _near(turn, known)


def _other_scheme(turn: Turn, known: Mapping[str, Any]) -> bool:
    """Whether a message names an insurance that the verdict was not of."""
    scheme = turn.heard.mention("scheme")
    return scheme in PRODUCTS and scheme != known.get("_judged")


def _new_facts(turn: Turn, known: Mapping[str, Any]) -> dict[str, Any] | None:
    """The facts that a message adds or changes, and another insurance; None when it is nothing of the story."""
    heard = turn.heard
    unhurt = len(heard.text) <= PLAIN_REQUEST and evidence.pattern("unhurt").search(heard.folded)
    facts = facts_in(heard, known)
    if unhurt:
        # Whoever is told to be unhurt is no victim.
        facts = {slot: value for slot, value in facts.items() if slot == "beside"}
    new: dict[str, Any] = {slot: value for slot, value in facts.items() if known.get(slot) != value}
    scheme, which = heard.mention("scheme"), heard.mentioned("ask", "which_plan")
    told_on = heard.mention("accident_detail") or supposes_victim(turn) or puts_right(turn)
    if scheme not in PRODUCTS and which and known.get("_judged") == WORKS_SCHEME:
        # The assembly scheme has no plans to choose from.
        new["_product"] = MAIN_SCHEME
    elif _other_scheme(turn, known):
        new["_product"] = scheme
    elif not (new or told_on or _about(turn, known)):
        return None
    return new


def _weighed(turn: Turn, known: Mapping[str, Any], new: Mapping[str, Any], judged: str | None) -> dict[str, float]:
    """How like the story each case is, with what the message tells."""
    heard = turn.heard
    context = heard.in_context.cases if heard.in_context is not None else ()
    # Another thing in the place of the one that was harmed was harmed by the same mistake.
    same = told_of(known, "cause") == "mistake" and not (heard.mention("harm") or heard.mention("cause"))
    alone = {} if same or (new and only_facts(turn)) else scored(turn)
    told = (known["_scores"], {case.id: case.score for case in context}, alone)
    scores = blended_scores(*(of_scheme(turn, one, judged) for one in told if one))
    things = {} if same else of_scheme(turn, things_named(turn, judged), judged)
    if not things and new.get("_product") == MAIN_SCHEME and told_of(known, "whose") == "entrusted":
        things = dict.fromkeys(ENTRUSTED, 1 / len(ENTRUSTED))
    if len(heard.text) <= PLAIN_REQUEST and alone and heard.mentioned("accident_detail", "theft"):
        # What was stolen is no more what the story was of.
        things = of_scheme(turn, alone, judged)
    return blended_scores(scores, *[things] * _INSTEAD) if things else scores


def put_right(turn: Turn, new: Mapping[str, Any], scores: dict[str, float]) -> dict[str, float]:
    """The same where what is told on, or put right, weighs more than what the story sounded like."""
    cases, whole = turn.services.coverage.cases, sum(scores.values())
    told_now = {slot.lstrip("_"): told for slot, told in new.items()}
    gone = [i for i in scores if any(cases[i].facts.get(s) not in (None, told) for s, told in told_now.items())]
    for case in cases.values():
        # What is no longer told leads to the case that names it as its nearest exclusion.
        near = [id_ for id_ in gone if id_ in case.exclusions and cases[id_].product == case.product]
        if near and any(case.facts.get(slot) == told for slot, told in new.items()):
            scores[case.id] = scores.get(case.id, 0.0) + max(scores[id_] for id_ in near)
    scores |= {id_: scores[id_] * _PUT_RIGHT for id_ in gone}
    return {id_: score * whole / sum(scores.values()) for id_, score in scores.items()}


def _elsewhere_meant(turn: Turn, known: Mapping[str, Any], intents: Collection[str]) -> bool:
    """Whether a message surely means something that adds nothing to a story."""
    heard = turn.heard
    if heard.confidence < SURE_FLOW or heard.intent in (*_GOING_ON, *intents):
        return False
    if clauses.supposes(heard.text) and len(heard.text) <= _SUPPOSED:
        return False
    # What sounds like nobody's matter may be a word about the very case: the member's other insurance.
    best = heard.cases[0] if heard.intent in STRANGERS and heard.cases else None
    return best is None or best.score < _SAME_CASE or best.id not in _near(turn, known)


def _of_injury(turn: Turn, known: Mapping[str, Any]) -> bool:
    """Whether the case that was told turns on who was hurt."""
    ranked = ranked_cases(turn, known)
    return bool(ranked) and VICTIM in ranked[0][0].facts


def _about(turn: Turn, known: Mapping[str, Any]) -> bool:
    """Whether a message that names no fact by our words is like the cases that the story is like, or near ones."""
    near = _near(turn, known)
    return any(case.id in near and case.match >= AKIN for case in turn.heard.cases[:MOST_LIKE])


def _near(turn: Turn, known: Mapping[str, Any]) -> set[str]:
    """The cases that the story is like, and those that are near and left out."""
    likely = [case for case, _ in ranked_cases(turn, known)[:MOST_LIKE]]
    return {case.id for case in likely} | {id_ for case in likely for id_ in case.exclusions}


def _itself(turn: Turn, known: Mapping[str, Any]) -> dict[str, Any]:
    """The installed thing itself after what it harmed, or somebody else's thing after one left with the firm."""
    heard, ranked = turn.heard, ranked_cases(turn, known)
    instead = case_instead(ranked[0][0].id, heard.folded) if ranked else None
    if ranked and ranked[0][0].product == MAIN_SCHEME and told_late(heard):
        # A delay is left out of whatever was told before.
        instead = DELAY
    if instead is not None:
        return {"_case": instead, "_scores": {instead: 1.0}, "_again": True}
    if not ranked or len(heard.folded) > _OWN_PLAN or heard.quantities:
        return {}
    case, text = ranked[0][0], heard.folded
    goes_on, found = following.goes_on(turn), None
    text = evidence.pattern("not_that_but").sub("", text)
    others = goes_on and evidence.pattern("others_things").search(text) and not evidence.things_harmed(text)
    if case.limit_id == "economic" and evidence.pattern("joined_after").search(text):
        found = _BEFORE
    elif heard.mention("plan"):
        return {}
    elif case.id in _AFTER and evidence.pattern("itself").search(text):
        found = _WITH_DAMAGE
    elif case.facts.get("damage") == "undamaged" and others_too(turn):
        found = DAMAGE[case.facts.get(_TIMING) == "after"]
    elif VICTIM in case.facts and evidence.pattern("also_harmed").search(text) and others_too(turn):
        found = DAMAGE[case.facts.get(_TIMING) == "after"]
    elif case.id == _KEYS and evidence.pattern("keys_cash").search(text):
        found = _KEYS
    elif others and (case.facts.get("whose") == "entrusted" or case.id in DAMAGE):
        found = case.id if case.id in DAMAGE else DAMAGE[0]
    elif case.id == _LIVING and goes_on and evidence.pattern("cooled").search(text):
        # A refrigerator is no freezer: what stands in it is property like any other.
        found = DAMAGE[0]
    elif goes_on and heard.mention("out_of_use") and case.id.startswith(_SPECIFIED):
        found = _STANDS
    return {"_case": found, "_scores": {found: 1.0}, "_again": True} if found else {}


def _own_plan(turn: Turn, known: Mapping[str, Any]) -> dict[str, Any]:
    """The member's plan, told after a verdict, with the case that the verdict was of."""
    heard = turn.heard
    plans = [word for word in heard.words if word.entity == "plan"]
    held = evidence.pattern("holds").search(heard.folded) is not None
    beside = len(heard.folded) - sum(word.end - word.start for word in plans)
    kinds = evidence.kinds(heard.text) & {"covered", "excluded"}
    short = evidence.pattern("short_of_it").search(heard.folded) is not None
    asked = bool(kinds) or short or heard.mentioned("covered", "asked")
    asked = asked or evidence.pattern("able").search(heard.folded) is not None
    free = {"told", "membership"} if held or asked or beside <= _PLAN_ALONE else set()
    others = [w for w in heard.words if w.entity in _OTHER_MATTER - free and w.value not in (*_OF_COVER, _OTHERS)]
    most = _OWN_PLAN_HELD if held or asked else _OWN_PLAN
    if len({word.value for word in plans}) != 1 or others or heard.quantities or len(heard.folded) > most:
        return {}
    if beside > _PLAN_ALONE and not held and not asked:
        return {}
    ranked = ranked_cases(turn, known)
    return {"_plan": plans[0].value, "_case": ranked[0][0].id} if ranked else {}


def _own_limit(turn: Turn, known: Mapping[str, Any]) -> dict[str, Any]:
    """Up to how much is paid in the case that was told, asked with the member's course or without it."""
    heard, courses, ranked = turn.heard, named_courses(turn), ranked_cases(turn, known)
    if not ranked or ranked[0][0].product != MAIN_SCHEME or len(courses) > 1:
        return {}
    worded = any(evidence.pattern(name).search(heard.folded) for name in ("limit_asked", "within_which"))
    limited = worded or heard.mentioned("ask", "limit")
    limited = limited and (bool(courses) or clauses.asks(heard.text))
    same = {"scheme"} if heard.mention("scheme") == known.get("_judged") else set()
    others = [w for w in heard.words if w.entity in _OTHER_MATTER - {"told", "membership", "ask", "aspect"} - same]
    told = [q for q in heard.quantities if q.kind != "course"]
    most = _OWN_PLAN_HELD if courses else _OWN_PLAN
    if others or told or len(heard.folded) > most or not (limited or (courses and following.goes_on(turn))):
        return {}
    case = ranked[0][0]
    of_case = {"specified": "specified", "entrusted": "entrusted", "bodily": "bodily"}
    named = [of_case[one] for one in heard.mentions.get("property", ()) if one in of_case]
    if not limited and heard.mentioned("ask", "price"):
        return {}
    if named and not any(one in str(case.limit_id) for one in named):
        return {}
    return {"_case": case.id, "_limit": True, **({"_course": courses[0]} if courses else {})}


def _which_plan(turn: Turn, known: Mapping[str, Any]) -> dict[str, Any]:
    """The case that was told, once more, where few words ask for its plan."""
    scheme = evidence.pattern("which_scheme").search(turn.heard.folded) is not None
    asked = (scheme or turn.heard.mentioned("ask", "which_plan")) and not turn.heard.quantities
    same = turn.heard.mention("scheme") == known.get("_judged") is not None
    kinds = evidence.kinds(turn.heard.text)
    # Asked of nothing that was not named in the answer, it is asked of the case that was told.
    asked = asked or (same and ("excluded" in kinds or ("covered" in kinds and following.names_nothing_new(turn))))
    others = [w for w in turn.heard.words if w.entity in _OTHER_MATTER - {"ask", "told", "scheme"}]
    others += [w for w in turn.heard.words if w.entity == "scheme" and not same]
    ranked = ranked_cases(turn, known) if asked and len(turn.heard.folded) <= _OWN_PLAN and not others else []
    fits = bool(ranked) and (ranked[0][0].product == MAIN_SCHEME or scheme or same)
    return {"_case": ranked[0][0].id} if fits else {}


def _asked_again(turn: Turn, known: Mapping[str, Any]) -> dict[str, Any]:
    """The case that was told, once more, where hardly more is asked than whether it is covered."""
    heard = turn.heard
    words = [word for word in heard.words if word.entity in ("opens", "covered", "ask", "told")]
    if len(words) != len(heard.words) or not words or not asks_whether(heard) or not clauses.asks(heard.text):
        return {}
    named: set[int] = set().union(*(range(word.start, word.end) for word in words))
    beside = len(heard.folded) - len(named)
    cost = beside <= _OF_COST and evidence.pattern("cost_asked").search(heard.folded) is not None
    ranked = ranked_cases(turn, known) if (beside <= _AGAIN or cost) and not heard.quantities else []
    return {"_case": ranked[0][0].id} if ranked else {}


def share_entry(turn: Turn, known: Mapping[str, Any]) -> str | None:
    """The entry that tells what share is paid in the case that was told, or what holds otherwise; None mostly."""
    heard, ranked = turn.heard, ranked_cases(turn, known)
    instead = entry_instead(ranked[0][0].id, heard.folded) if ranked else None
    if instead is not None:
        return instead
    brief = len(heard.folded) <= _MOST_SHARE and not heard.quantity("money") and not heard.mention("scheme")
    if not ranked or not brief or not evidence.pattern("share_asked").search(heard.folded):
        return None
    case = ranked[0][0]
    if case.product != MAIN_SCHEME or not case.plans or not clauses.asks(heard.text):
        return None
    cut = case.limit_id == "economic" or case.id.startswith("cv_misconnection")
    return _SHARES[0 if cut else 1]
