"""Which cases of the knowledge a story is like, by its words and by what it surely names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from bot.actions import clauses, evidence
from bot.actions.capabilities import damage
from bot.actions.flow import Turn

if TYPE_CHECKING:
    from knowledge.cases import Case

from bot.actions.capabilities.coverage_heard import (
    ABROAD_NAMED,
    ASIDE_FACTS,
    MAIN_SCHEME,
    OF_PERIL,
    UNHARMED,
    WORKS_SCHEME,
    asks_of_peril,
    asks_of_temporary,
    harms_others,
    only_others,
    ordered_base,
    others_hurt,
    others_things,
    perils_in,
    stands_broken,
    told_late,
    told_of,
)

# Nobody who tells of tools and walls means the cyber insurance.
CYBER = "cyber"
# Facts by which two cases are each other's counterpart.
PAIRED = ("beside", "orderer")
# How likely a case must be for its counterpart to be worth a question, and how unlikely to rest on nothing untold.
PLAINLY = 0.3
# Perils that nobody has without naming them: a case of one that is not named is none.
_PERILS = frozenset({"earthquake", "war", "flood"})
_PERIL_FACTS = frozenset(f"peril={peril}" for peril in _PERILS)
# What a told harm may be when its words are like no case: shares of the plain ones, and how little makes it so.
_PLAIN_CASES = {"cv_damage_during": 0.35, "cv_as_dropped": 0.3, "cv_work_object_before": 0.2, "cv_own_property": 0.15}
_LEFT = 0.25
_BETWEEN = "cv_full_way"
# Nobody is taken to have meant harm who does not say so.
_ON_PURPOSE = "cv_intentional"
# The share that a case has which is named by its things or its place, beside what the words are like.
_BY_NAME = 0.6
DELAY, _UNUSABLE_DAMAGED = "cv_delay", "cv_unusable_damaged"
_MISWIRED_UNHARMED = "cv_mistake_connection"
# So many signs behind a thing's name tell what befell it.
_ALONE = "cv_product_alone"
_REDO, _MISTAKE_DAMAGED = "cv_redo", "cv_mistake_damaged"
_WHOSE_FAULT = {"who=subcontractor": "cv_subcontractor", "who=tier": "cv_multi_tier", "who=supplier": "cv_supplier"}
_BY_SUBCONTRACTOR = "cv_subcontractor_entrusted"
_OWN_PROPERTY, _PERSONALITY = "cv_own_property", "cv_personality"
_VICTIMS = {"victim=own": "cv_own_employee", "victim=contractor": "cv_contractor_injury"}
_BASES = ("cv_us_base", "cv_us_base_government")
ENTRUSTED = ("cv_entrusted_on_site", "cv_entrusted_off_site")
_VEHICLES = frozenset({"cv_entrusted_vehicle_on_site", "cv_entrusted_vehicle_off_site"})
_HURT = frozenset({"cv_injury_during", "cv_after_injury", "cv_own_employee", "cv_contractor_injury"})
_INJURY = ("cv_injury_during", "cv_after_injury")
# A story that is as like a case as this is such a case by itself; a message as like one needs no other word for it.
_LIKELY, SURELY = 0.4, 0.8
# The share of the plain case, where somebody else's things are told to be broken; before and after hand-over.
_BY_DEFAULT, DAMAGE = 0.35, ("cv_damage_during", "cv_after_damage")
_SUPPLIED = "cv_as_supplied"
_TEMPORARY, TOOLS, _STOCKTAKING = "cv_as_temporary", "cv_as_tools", "cv_as_stocktaking"
# Cases of what is left with the firm, on the site and off it.
_BY_SITE = (
    ("cv_entrusted_on_site", "cv_entrusted_off_site"),
    ("cv_entrusted_vehicle_on_site", "cv_entrusted_vehicle_off_site"),
)
_PERILS_PAID, _PERILS_NOT_NAMED = "cv_as_arson", "cv_as_animals"
_WAR = "peril=war"
_ABROAD, _ABROAD_CYBER = "cv_abroad", "cv_cy_worldwide"


def at_work(turn: Turn) -> bool:
    """Whether a harm is told that was done at work, to others or to what others left with the firm."""
    heard, text = turn.heard, turn.heard.folded
    harmed = heard.mentioned("harm", "physical") and evidence.pattern("at_work").search(text) is not None
    like = bool(heard.cases) and heard.cases[0].score >= PLAINLY
    others = harms_others(heard) or heard.mentioned("fact", "whose=others")
    return bool(harmed) and bool(like or others or _named_cases(turn))


def between_contractors(scores: Mapping[str, float]) -> dict[str, float]:
    """The likely cases, where what was harmed is told to be another contractor's on the site."""
    rest = {id_: score * (1 - _BY_NAME) for id_, score in scores.items()}
    return rest | {_BETWEEN: rest.get(_BETWEEN, 0.0) + _BY_NAME}


def names_no_peril(case: Case, values: Mapping[str, Any]) -> bool:
    """Whether a case is of a peril that the story does not name."""
    return case.facts.get("peril") in _PERILS and not values.get("_peril")


def differ_in(one: Case, other: Case, slot: str) -> bool:
    """Whether two cases are told apart by a fact."""
    facts = {one.facts.get(slot), other.facts.get(slot)}
    return None not in facts and len(facts) == 2


def counterparts(turn: Turn, case: Case) -> list[Case]:
    """Cases that only a paired fact tells apart from this one, however little the story is like them."""
    others = turn.services.coverage.cases.values()
    return [
        other
        for other in others
        for slot in PAIRED
        if other.product == case.product and differ_in(case, other, slot)
        if {**case.facts, slot: other.facts[slot]} == dict(other.facts)
    ]


def as_told(turn: Turn, case: Case, values: Mapping[str, Any]) -> Case:
    """A case, or its counterpart where the paired fact is told otherwise."""
    if all(told_of(values, slot) in (None, case.facts.get(slot)) for slot in PAIRED):
        return case
    fitting = (o for o in counterparts(turn, case) if all(told_of(values, s) in (None, o.facts.get(s)) for s in PAIRED))
    return next(fitting, case)


def likely_cases(turn: Turn) -> dict[str, float]:
    """The cases that the words of this very message are like, without those whose circumstance it does not name."""
    meant = evidence.pattern("on_purpose").search(turn.heard.folded) is not None
    text, cases = turn.heard.folded, turn.services.coverage.cases
    likely = {
        case.id: case.score
        for case in turn.heard.cases
        if case.id in cases and (meant or case.id != _ON_PURPOSE) and evidence.circumstance_told(case.id, text)
    }
    if not _of_cyber(turn):
        likely = {id_: score for id_, score in likely.items() if cases[id_].product != CYBER}
    own = {id_: score for id_, score in likely.items() if cases[id_].product == WORKS_SCHEME}
    # Whoever names the scheme of the works asks about that one.
    return own if turn.heard.mentioned("scheme", WORKS_SCHEME) and damage.tells_harm(turn.heard) else likely


def _of_cyber(turn: Turn) -> bool:
    """Whether the talk is of the cyber insurance, or anything is named that it could be meant for."""
    heard = turn.heard
    named = CYBER in (heard.mention("scheme"), turn.state.scheme) or heard.mentioned("accident_detail", "data")
    return named or evidence.pattern("of_cyber").search(heard.folded) is not None


def scored(turn: Turn) -> dict[str, float]:
    """The cases that this very message is like; a case whose very things or circumstance it names is one of them."""
    text, scores = turn.heard.folded, likely_cases(turn)
    if only_others(turn.heard):
        scores = {id_: score for id_, score in scores.items() if id_ != _ALONE}
    by_staff = evidence.pattern("staff_did").search(text) is not None
    hurts = evidence.tells_victim(turn) or turn.heard.mention("accident_detail") or (_hurts(turn) and not by_staff)
    if not hurts:
        scores = {id_: score for id_, score in scores.items() if id_ not in _HURT}
    if evidence.pattern("unhurt").search(text):
        scores = {id_: score for id_, score in scores.items() if id_ not in _HURT}
    scores = _of_thin_story(turn, scores)
    perils = named_perils(turn, scores)
    named, share = _named_cases(turn) or perils if perils in ([], [_PERILS_PAID]) else perils, _BY_NAME
    if evidence.works_things_harmed(text) and named == perils:
        share = SURELY
    likely = max(scores.values(), default=1.0) >= _LIKELY
    if not named and others_hurt(turn) and not others_things(turn.heard):
        share = _BY_DEFAULT if likely else _BY_NAME
        named = [_INJURY[turn.heard.mentioned("fact", "timing=after")]]
    elif not named and (not likely or _of_unharmed(turn, scores)) and stands_broken(turn.heard):
        named, share = [_UNUSABLE_DAMAGED], _BY_NAME
    elif not named and _supposes_injury(turn):
        named, share = [_INJURY[0]], _BY_NAME
    elif not named and evidence.pattern("stands_alone").search(text) and _only_works(turn):
        named, share = [_ALONE], _BY_NAME
    elif not (named or likely) and _plain_damage(turn):
        named, share = [DAMAGE[turn.heard.mentioned("fact", "timing=after")]], _BY_DEFAULT
    if not named:
        return scores
    scores = {id_: score * (1 - share) for id_, score in scores.items()}
    return scores | {id_: scores.get(id_, 0.0) + share / len(named) for id_ in named}


def _supposes_injury(turn: Turn) -> bool:
    """Whether an injury is only supposed, and nobody is named as hurt, nor when."""
    heard = turn.heard
    supposed = evidence.pattern("if_it_happened").search(heard.folded) is not None
    told = evidence.tells_victim(turn) or heard.mentioned("fact", "timing=after")
    return supposed and bool(heard.mentioned("accident_detail", "injury")) and not told


def _only_works(turn: Turn) -> bool:
    """Whether nothing but the delivered work is told to be harmed, after hand-over."""
    heard = turn.heard
    others = harms_others(heard) or others_hurt(turn) or heard.mentioned("fact", "whose=others")
    hurt = heard.mention("accident_detail") or evidence.tells_victim(turn) or heard.mention("out_of_use")
    return heard.mentioned("fact", "timing=after") and not (others or hurt or heard.mentioned("fact", "beside=others"))


def _hurts(turn: Turn) -> bool:
    """Whether something bodily is told."""
    bodily = turn.heard.mentioned("property", "bodily") or turn.heard.mentioned("harm", "physical")
    return bool(bodily) or evidence.pattern("ails").search(turn.heard.folded) is not None


def _of_unharmed(turn: Turn, scores: Mapping[str, float]) -> bool:
    """Whether the likeliest case is one of things that nothing befell."""
    first = turn.services.coverage.cases.get(max(scores, key=lambda id_: scores[id_], default=""))
    return first is not None and first.facts.get("damage") == "undamaged"


def is_thin(turn: Turn, scores: Mapping[str, float]) -> bool:
    """Whether a harm is told in words that are like no case, once those of perils that it does not name are gone."""
    heard = turn.heard
    told = damage.tells_harm(heard) or clauses.supposes(heard.text)
    if heard.denies("harm") or not heard.mentioned("harm", "physical") or not told:
        return False
    return sum(_of_named_perils(turn, scores).values()) < _LEFT


def _of_named_perils(turn: Turn, scores: Mapping[str, float]) -> dict[str, float]:
    """The cases without those of a peril, where the message names none."""
    if _PERIL_FACTS.intersection(turn.heard.mentions.get("fact", ())):
        return dict(scores)
    cases = turn.services.coverage.cases
    return {id_: score for id_, score in scores.items() if cases[id_].facts.get("peril") not in _PERILS}


def _of_thin_story(turn: Turn, scores: Mapping[str, float]) -> dict[str, float]:
    """A harm that is told without what caused it is like the plain cases: whose things they were tells which."""
    if not is_thin(turn, scores):
        return dict(scores)
    left = _of_named_perils(turn, scores)
    whole = 1 - sum(left.values())
    return left | {id_: left.get(id_, 0.0) + share * whole for id_, share in _PLAIN_CASES.items()}


def _plain_damage(turn: Turn) -> bool:
    """Whether something of somebody else's is told to be broken, and nothing that makes it a particular case."""
    heard = turn.heard
    if heard.mention("out_of_use") or heard.mentioned("accident_detail", "injury"):
        return False
    if heard.mentioned("scheme", WORKS_SCHEME):
        return False
    told = heard.mentioned("fact", "whose=others") or harms_others(heard)
    facts = {fact.split("=")[0] for fact in heard.mentions.get("fact", ())}
    facts -= {"beside"} if only_others(heard) else set()
    plain = facts <= {"whose", "damage", "timing", "cause", "site"} and not heard.mentioned("fact", "cause=mistake")
    return bool(told) and plain and heard.mentioned("harm", "physical")


def _named_cases(turn: Turn) -> list[str]:
    """Cases of things that a harm is told of by their names, and of the place abroad that is named."""
    heard = turn.heard
    if ordered_base(heard):
        return [*_BASES]
    if told_late(heard):
        return [DELAY]
    if evidence.pattern("joined_then").search(heard.folded):
        return [DAMAGE[1]]
    if heard.mentioned("fact", ABROAD_NAMED) and not heard.mentioned("fact", _WAR):
        by_data = heard.mentioned("accident_detail", "data") or heard.mention("scheme") == CYBER
        return [_ABROAD_CYBER if by_data else _ABROAD]
    faults = [case for fact, case in _WHOSE_FAULT.items() if heard.mentioned("fact", fact)]
    # A subcontractor's subcontractor is named with the subcontractor.
    fault = faults[-1] if faults and not heard.mentioned("fact", "whose=entrusted") else None
    if fault is not None and evidence.pattern("erred").search(heard.folded):
        return [fault]
    if evidence.pattern("by_subcontractor").search(heard.folded):
        return [_BY_SUBCONTRACTOR]
    lent = heard.mentioned("fact", "whose=entrusted")
    if evidence.pattern("contractors_harmed").search(heard.folded) and not (lent or heard.mention("scheme")):
        return [_BETWEEN]
    if evidence.pattern("redo").search(heard.folded) and not heard.mention("harm"):
        return [_REDO]
    shut_in = evidence.pattern("confined").search(heard.folded) is not None
    if (shut_in or heard.mentioned("need", "personality")) and (heard.mention("told") or heard.mention("happened")):
        return [_PERSONALITY]
    victims = [case for fact, case in _VICTIMS.items() if heard.mentioned("fact", fact)]
    if victims and heard.mention("scheme") in (None, MAIN_SCHEME):
        return victims[:1]
    if heard.mentioned("cause", "miswiring") and heard.mentioned("fact", UNHARMED):
        return [_MISWIRED_UNHARMED]
    if heard.mentioned("fact", "cause=mistake") and heard.mentioned("fact", "damage=damaged"):
        return [_MISTAKE_DAMAGED] if heard.mention("out_of_use") else []
    if not heard.mentioned("harm", "physical"):
        return []
    whose = {fact for fact in heard.mentions.get("fact", ()) if fact.startswith("whose=")} - {"whose=own"}
    if TOOLS in evidence.works_things_harmed(heard.folded) and not whose and heard.mention("scheme") is None:
        return [_OWN_PROPERTY]
    if heard.mention("out_of_use"):
        return evidence.things_harmed_plainly(heard.folded)
    named = evidence.things_harmed(heard.folded)
    others = {fact for fact in heard.mentions.get("fact", ()) if fact.startswith("who=")}
    if heard.mentioned("fact", "whose=entrusted") and not others and not _VEHICLES.intersection(named):
        return [] if evidence.pattern("keys_cash").search(heard.folded) else [*ENTRUSTED]
    return named


def named_perils(turn: Turn, scores: Mapping[str, float]) -> list[str]:
    """The works' case of fire, lightning and wind, where such a cause is asked about and the words are like no case.

    So is the one of animals and frost, which the scheme does not name.
    """
    heard = turn.heard
    works = heard.mentioned("scheme", WORKS_SCHEME) or turn.state.scheme == WORKS_SCHEME
    things = evidence.works_things_harmed(heard.folded)
    things = things if works else [one for one in things if one == _STOCKTAKING]
    if things:
        return things
    if heard.mentioned("scheme", WORKS_SCHEME) and heard.mentioned("fact", "whose=entrusted"):
        # What is left with the firm is none of the works' material: machines are named as such.
        return [TOOLS if evidence.pattern("machines").search(heard.folded) else _SUPPLIED]
    if works and damage.tells_harm(heard) and evidence.circumstance_named(_PERILS_NOT_NAMED, heard.folded):
        return [_PERILS_NOT_NAMED]
    if asks_of_temporary(turn):
        return [_TEMPORARY]
    if asks_of_peril(turn) and not evidence.pattern("works_perils").search(heard.folded):
        return [OF_PERIL[peril] for peril in perils_in(heard)][:1]
    of_peril = _PERIL_FACTS.intersection(heard.mentions.get("fact", ()))
    plain = max(_of_named_perils(turn, scores).values(), default=0.0) < PLAINLY
    temporary = heard.mentioned("property", "temporary") or evidence.circumstance_named(_TEMPORARY, heard.folded)
    if not works or of_peril or not plain or temporary:
        return []
    return [_PERILS_PAID] if evidence.pattern("works_perils").search(heard.folded) else []


def names_circumstance(turn: Turn) -> bool:
    """Whether a question names whose act it was, or another circumstance that makes the likeliest case."""
    heard, case = turn.heard, turn.services.coverage.cases.get(turn.heard.cases[0].id)
    named = {fact for fact in heard.mentions.get("fact", ()) if fact.split("=")[0] in ASIDE_FACTS}
    facts = {f"{slot}={value}" for slot, value in case.facts.items()} if case is not None else set()
    return bool(named & facts) and clauses.asks(heard.text) and not heard.mention("opens")


def supposes_victim(turn: Turn) -> bool:
    """Whether a message supposes that somebody was hit in the place of a thing."""
    return bool(turn.heard.mentioned("property", "bodily")) and clauses.supposes(turn.heard.text)


def things_named(turn: Turn, scheme: str | None) -> dict[str, float]:
    """The cases of things that a message names in the place of those that a harm was told of, or beside them."""
    text = evidence.pattern("not_that_but").sub("", turn.heard.folded)
    if scheme == WORKS_SCHEME:
        named = evidence.works_things_harmed(text)
    elif evidence.tells_victim(turn) or supposes_victim(turn):
        after = turn.heard.mentioned("fact", "timing=after")
        named = [case for fact, case in _VICTIMS.items() if turn.heard.mentioned("fact", fact)] or [_INJURY[after]]
    else:
        named = [] if turn.heard.mention("harm") else evidence.things_harmed(text)
        if turn.heard.mentioned("fact", "whose=entrusted") and not _VEHICLES.intersection(named):
            named = [*ENTRUSTED] if named else []
    return {id_: 1 / len(named) for id_ in named}


def of_things_left(turn: Turn, scores: Mapping[str, float]) -> dict[str, float]:
    """The cases of what is left with the firm: those of vehicles, where one is named or the story is like one."""
    vehicles = _VEHICLES.intersection(evidence.things_harmed(turn.heard.folded))
    likeliest = next(iter(vehicles), max(scores, key=lambda id_: scores[id_], default=""))
    pair = next((pair for pair in _BY_SITE if likeliest in pair), ENTRUSTED)
    return dict.fromkeys(pair, 1 / len(pair))


def on_the_other_site(turn: Turn, case: Case) -> list[Case]:
    """The case of the same thing where it is not on the site, or is; none where that decides nothing."""
    cases = turn.services.coverage.cases
    return [cases[id_] for pair in _BY_SITE if case.id in pair for id_ in pair if id_ != case.id]


def moved_to_site(scores: Mapping[str, float], *, on_site: bool) -> dict[str, float]:
    """The likely cases, once the place is told: what was like a case of the other place is like the one of this."""
    moved = dict(scores)
    for inside, outside in _BY_SITE:
        told, other = (inside, outside) if on_site else (outside, inside)
        moved[told] = moved.get(told, 0.0) + moved.get(other, 0.0)
    return {id_: score for id_, score in moved.items() if score}


def of_scheme(turn: Turn, scores: Mapping[str, float], scheme: str | None) -> Mapping[str, float]:
    """The cases of one scheme, as likely among themselves as all were; all of them where it has none."""
    cases = turn.services.coverage.cases
    kept = {id_: score for id_, score in scores.items() if id_ in cases and cases[id_].product == scheme}
    whole = sum(kept.values())
    return {id_: score / whole for id_, score in kept.items()} if whole else scores


def blended_scores(*told: Mapping[str, float]) -> dict[str, float]:
    """The cases that a story is like: as it was told first, as it was told on, and by what was added alone."""
    return {id_: sum(one.get(id_, 0.0) for one in told) / len(told) for id_ in {id_ for one in told for id_ in one}}
