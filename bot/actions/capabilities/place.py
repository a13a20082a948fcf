"""Places as heard: the member's prefecture, the branch of the Gunma association, and a desk that is only proposed."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from bot.actions.flow import Turn
from knowledge.areas import Prefecture

TABLE = Path(__file__).resolve().parent.parent.parent / "data" / "places.yml"


def hear_place(turn: Turn) -> dict[str, Any]:
    """`prefecture` and `branch` (their ids) named in the message, without places that are only proposed or denied."""
    areas = turn.services.knowledge.areas
    home, _ = homes_and_proposed(turn)
    heard: dict[str, Any] = {}
    if home is not None:
        heard["prefecture"] = home.prefecture_id
    branch = areas.branch(turn.heard.text)
    if branch is not None and (home is None or home.prefecture_id == "gunma"):
        heard["branch"] = branch.branch_id
        heard["prefecture"] = "gunma"
    return heard


def homes_and_proposed(turn: Turn) -> tuple[Prefecture | None, Prefecture | None]:
    """Where the member is, and the place whose desk is proposed (`鳥取だけど広島でいい？`); None where none is named.

    A place before `じゃなくて` is neither. A single place is proposed only when the member's own is known already.
    """
    folded = unicodedata.normalize("NFKC", turn.heard.text).lower()
    located = turn.services.knowledge.areas.located(turn.heard.text)
    # Where somebody works is neither his home nor a desk's, unless he names no other place.
    known = turn.state.facts.get("prefecture")
    at_home = [found for found in located if not _pattern("site").match(folded[found[2] :])]
    places = at_home if at_home or known else located
    home: Prefecture | None = None
    proposed: list[Prefecture] = []
    anchored = [
        place
        for place, start, end in places
        if _pattern("home_before").search(folded[:start]) or _pattern("home_after").match(folded[end:])
    ]
    others = [place for place, _, _ in places if place not in anchored]
    if len(anchored) == 1 and len(others) <= 1:
        return anchored[0], others[0] if others else None
    ends = [*(start for _, start, _ in places[1:]), len(folded)]
    for (place, _, end), following in zip(places, ends, strict=False):
        after = folded[end:following]
        if _pattern("denied").match(after) and len(places) > 1:
            continue
        if place is not places[-1][0] and _pattern("left").match(after) and _pattern("moved").search(folded):
            continue
        if _pattern("proposed").match(after) and (home or (known and known != place.prefecture_id)):
            proposed.append(place)
        elif home is None:
            home = place
    # Of two places put side by side neither is supposed to be the right one.
    return home, proposed[0] if len(proposed) == 1 else None


def asks_yes_no(turn: Turn) -> bool:
    """Whether a question about a desk wants a yes or no."""
    folded = turn.heard.folded
    return _pattern("yes_no").search(folded) is not None and _pattern("wh").search(folded) is None


@lru_cache(maxsize=4)
def _pattern(name: str) -> re.Pattern[str]:
    table = yaml.safe_load(TABLE.read_text(encoding="utf-8"))
    return re.compile(table[name])
