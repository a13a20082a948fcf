"""Which fact of a story decides on its cover, and is asked for: the first on which likely cases differ."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.actions import clauses
from bot.actions.capabilities import damage
from bot.actions.capabilities.coverage_after import MOST_LIKE
from bot.actions.capabilities.coverage_heard import WORKS_SCHEME, tells_something, told_of
from bot.actions.capabilities.coverage_likely import PAIRED, PLAINLY, SURELY, counterparts, differ_in
from bot.actions.flow import Turn
from bot.actions.state import OpenFlow

if TYPE_CHECKING:
    from knowledge.cases import Case

FACTS = ("cause", "damage", "timing", "site", "whose", "beside", "orderer")
# From this share on a case is told; from this part of the likeliest one's share on it is a rival.
SURE, NEAR = 0.08, 0.35
# Below this share the likeliest case is one of several; below that it rests on hardly anything that was told.
DOUBTFUL, _THIN = 0.5, 0.2
# The scheme of the works themselves turns on whether they were handed over.
_TIMING = "timing"
# So short a story hardly tells when it was and whose things were harmed.
_BARE_STORY = 14


def deciding(turn: Turn, ranked: list[tuple[Case, float]], flow: OpenFlow) -> str | None:
    """The first fact, not yet known, on which a likely case differs from the likeliest one, and so do the plans."""
    first, best = ranked[0]

    def known(slot: str) -> bool:
        implied = flow.values.get(f"_{slot}")
        told = slot in flow.skipped or slot in flow.values or implied is not None
        doubted = slot not in flow.values and implied is not None and first.facts.get(slot, implied) != implied
        return (told and not doubted) or (slot in ("whose", "site") and "_hurt" in flow.values)

    if any(slot in first.facts and told_of(flow.values, slot) == first.facts[slot] for slot in PAIRED):
        return None
    bare = len(turn.heard.folded) <= _BARE_STORY and damage.tells_harm(turn.heard)
    bare = bare and not {"timing", "whose"} & flow.values.keys()
    bare = bare and not (best >= SURELY and flow.values.get("_product"))
    if first.facts.get("whose") == "entrusted" and "site" in first.facts and not known("site"):
        # What is left with the firm is judged by where it was, whatever else is told.
        return "site"
    order = dict.fromkeys(("whose", *FACTS) if bare else FACTS)
    paired = counterparts(turn, first) if best >= PLAINLY else []
    for case in (*paired, *rivals(ranked)):
        for slot in order:
            if not known(slot) and differ_in(first, case, slot):
                return slot
    # Of a thin story the likeliest case must not rest on what nobody told.
    whole = turn.services.coverage.cases.values() if first.product == WORKS_SCHEME else (c for c, _ in ranked[1:])
    others = [case for case in whole if case.product == first.product and case.plans != first.plans]
    # Whoever only asks for a cause has told nothing that could have happened before or after.
    tells = tells_something(turn) or turn.heard.mention("harm") or clauses.supposes(turn.heard.text)
    doubtful = (best < DOUBTFUL and tells) or flow.values.get("_thin")
    # What the works' scheme leaves out it leaves out before the handing over and after it.
    doubtful = doubtful and (first.plans is None or bool(first.plans))
    thin: tuple[str, ...] = FACTS if best < _THIN else (_TIMING,) if doubtful and first.product == WORKS_SCHEME else ()
    thin = tuple(order) if bare else thin
    for slot in thin:
        if not known(slot) and any(differ_in(first, case, slot) for case in others):
            return slot
    return None


def rivals(ranked: list[tuple[Case, float]]) -> list[Case]:
    """Likely cases of the same scheme whose plans are others than those of the likeliest case."""
    first, best = ranked[0]
    near = [case for case, score in ranked[1:MOST_LIKE] if score >= best * NEAR]
    return [case for case in near if case.product == first.product and case.plans != first.plans]
