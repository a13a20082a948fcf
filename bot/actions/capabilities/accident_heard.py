"""How an accident is told: asked about or only told, with its moment or scheme, late, or happening now."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from bot.actions import clauses, evidence
from bot.actions.capabilities.clock import stated_clock
from bot.actions.capabilities.damage import tells_harm
from bot.actions.capabilities.moment import stated_moment
from bot.actions.flow import Turn
from bot.actions.sureness import PLAIN_REQUEST, VALUE_INTENTS
from bot.actions.understanding import Understanding

# How much a message must sound like an accident when its words tell one.
_NEAR_ACCIDENT = 0.15
# Where a sentence ends.
_END = re.compile(r"(?<=[?？。！!])")


def is_late(heard: Understanding) -> bool:
    """Whether an accident is spoken of that has happened, and not only supposed."""
    harmed = any(heard.mention(entity) for entity in ("harm", "accident_detail", "hazard"))
    named = (
        harmed
        or evidence.pattern("reporting").search(heard.folded) is not None
        or evidence.pattern("accident").search(heard.text) is not None
    )
    return named and not clauses.supposes(heard.text)


def asks_anywhere(turn: Turn) -> bool:
    """Whether one of a message's sentences asks, wherever it stands."""
    return any(clauses.asks(part) for part in (turn.heard.text, *_END.split(turn.heard.text)) if part.strip())


def asks_cover(turn: Turn) -> bool:
    """Whether it is asked what insurance answers for; whoever only says which one he is in asks nothing."""
    heard = turn.heard
    asked = asks_anywhere(turn) or not (heard.mention("scheme") and heard.mention("membership"))
    return heard.mentioned("covered", "asked") or bool(heard.mention("covered") and asked)


def crashes(heard: Understanding) -> bool:
    """Whether a crash is told that is not about a vehicle left with the firm."""
    return heard.mentioned("hazard", "traffic") and not heard.mentioned("fact", "whose=entrusted")


def asks_whom(turn: Turn) -> bool:
    """Whether it is asked whom to call."""
    named = turn.heard.mentioned("ask", "contact") or turn.heard.mentioned("reach", "who")
    return named and asks_anywhere(turn)


def names_accident(turn: Turn) -> bool:
    """Whether a message only says that an accident is what it is about (`an accident, of the assembly scheme`)."""
    text = turn.heard.folded
    spoken = evidence.pattern("accident").search(text) and not evidence.pattern("no_accident").search(text)
    return bool(spoken) and len(text) <= PLAIN_REQUEST and not (asks_anywhere(turn) or turn.heard.quantities)


def told_at(turn: Turn, values: Mapping[str, Any]) -> bool:
    """Whether a danger is told with its day and nothing is asked: whom to call then."""
    heard = turn.heard
    stated = stated_moment(heard.folded, turn.now, turn.services.is_holiday)
    if stated is None or not stated.said_day or clauses.asks(heard.text) or heard.mention("covered"):
        return False
    return tells_harm(heard) and bool("_details" in values or "_dangers" in values)


def only_tells(turn: Turn) -> bool:
    """Whether somebody who sounds like introducing himself tells a harm that has just happened, and asks nothing."""
    heard = turn.heard
    if heard.intent not in VALUE_INTENTS or asks_anywhere(turn) or heard.mention("covered") or heard.quantities:
        return False
    return tells_harm_now(heard) and heard.mention("happened") is not None


def tells_harm_now(heard: Understanding) -> bool:
    """Whether a harm is told as something that took place, and nothing else is meant."""
    return tells_harm(heard) and heard.score("accident_now") + heard.score("coverage") >= _NEAR_ACCIDENT


def danger_now(turn: Turn) -> bool:
    """Whether a message calls for help at this moment."""
    return turn.heard.mentioned("alarm", "yes") and bool(turn.heard.mention("accident_detail"))


def scheme_and_moment(turn: Turn, values: Mapping[str, Any]) -> bool:
    """Whether a harm, or that there was an accident, is told with its scheme and when, and nothing is asked."""
    heard = turn.heard
    meant = heard.mention("covered") or heard.mention("plan") or heard.quantity("money") or asks_anywhere(turn)
    named = heard.mention("scheme") or heard.mention("membership")
    if meant or not named or "scheme" not in values:
        return False
    if tells_harm(heard):
        return "_at" in values or heard.mention("happened") is not None
    spoken = evidence.pattern("accident").search(heard.folded) is not None
    spoken = spoken and evidence.pattern("no_accident").search(heard.folded) is None
    return spoken and "_at" in values and stated_clock(heard.folded) is not None
