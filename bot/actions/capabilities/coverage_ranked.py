"""How likely each case of the knowledge is, once what the member told is weighed with what the words are like."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from bot.actions import evidence
from bot.actions.capabilities.coverage_heard import ASIDE_FACTS, MAIN_SCHEME, WORKS_SCHEME, told_of
from bot.actions.capabilities.coverage_likely import CYBER, PAIRED, as_told, names_no_peril
from bot.actions.flow import Turn

if TYPE_CHECKING:
    from knowledge.cases import Case

VICTIM = "victim"
# What contradicts a fact told, and one that a story only implies.
_CONTRADICTED, _UNLIKE = 0.15, 0.4
_OTHER_PRODUCT, _NOT_ITS_MATTER = 0.1, 0.02
# A case of those that nobody means without naming them, and another scheme's "not here", where no scheme was named.
_UNNAMED, _JUST_NAMED, _ASIDE = 0.3, 3.0, 0.35
# Nobody who tells of tools and walls means the cyber insurance.
_UNHEARD_OF = 0.3
_NAMED = frozenset({"tier", "supplier", "lapsed", "abroad"})
_RULED_OUT = "earthquake"
# What is told of these says by itself which case it is.
_TELLS = frozenset({*PAIRED, VICTIM})
# Nobody thinks of a subcontractor who does not name one; whoever names one means no such case alone.
_SUBCONTRACTOR = "subcontractor"
# Nobody named a scheme: most members mean the one that most of them have.
_MAIN = 1.3


def ranked_cases(turn: Turn, values: Mapping[str, Any]) -> list[tuple[Case, float]]:
    """Cases by score, weighed with the facts that are known."""
    cases = turn.services.coverage.cases
    if values.get("_case") in cases:
        return [(cases[values["_case"]], 1.0)]
    at_work = evidence.pattern("at_work").search(turn.heard.folded) is not None
    likely: dict[str, float] = {}
    scores = {key: score for key, score in (values.get("_scores") or {}).items() if key in cases}
    for case_id, score in scores.items():
        case = as_told(turn, cases[case_id], values)
        if names_no_peril(case, values):
            continue
        for slot, fact in case.facts.items():
            told = told_of(values, slot)
            if told not in (None, fact):
                score *= _CONTRADICTED if slot in values or slot in ASIDE_FACTS else _UNLIKE
            elif told is None and (fact in _NAMED or fact == _SUBCONTRACTOR):
                score *= _UNNAMED
            elif told == fact and (fact in _NAMED or slot in _TELLS):
                score *= _JUST_NAMED
        if case.product == WORKS_SCHEME and told_of(values, "peril") == _RULED_OUT != case.facts.get("peril"):
            # Whatever broke, the works' scheme pays nothing for that peril.
            score *= _CONTRADICTED
        if values.get("_product"):
            score *= 1.0 if case.product == values["_product"] else _OTHER_PRODUCT
        elif case.product == MAIN_SCHEME:
            score *= _MAIN
        elif case.facts.get("whose") == "others" and case.product == WORKS_SCHEME:
            # Harm to others is the main scheme's matter, unless the works' scheme was named.
            score *= _NOT_ITS_MATTER
        elif case.product == WORKS_SCHEME and told_of(values, "whose") == "others":
            score *= _NOT_ITS_MATTER
        elif case.product == CYBER and (values.get("_cause") or at_work):
            score *= _UNHEARD_OF
        elif not case.plans:
            score *= _ASIDE
        likely[case.id] = likely.get(case.id, 0.0) + score
    ranked = [(cases[case_id], score) for case_id, score in likely.items()]
    # What is known rules cases out; it does not make the others less likely than they were together.
    rest = sum(score for _, score in ranked)
    heard = sum(score for case_id, score in scores.items() if not names_no_peril(cases[case_id], values))
    share = min(heard / rest, _OTHER_PRODUCT**-1) if rest else 1.0
    return sorted(((case, score * share) for case, score in ranked), key=lambda item: -item[1])
