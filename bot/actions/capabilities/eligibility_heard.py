"""What a message tells of a firm that wants to join. It only reads; what the conditions say, `eligibility` tells."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import rating
from bot.actions import evidence
from bot.actions.capabilities.place import hear_place
from bot.actions.capabilities.subject import not_taken, own_words
from bot.actions.flow import Turn
from bot.actions.understanding import Mention, Understanding

PRODUCTS = ("third_party", "assembly", "cyber", "top_up")
# How the names of the top-up scheme's entries begin: after one of them it is what is to be joined.
OF_TOP_UP = "tp_topup"
_NEAR = 2
# Bodily limits that only the top-up scheme adds to a course.
_HIGHER = ("bodily_500m", "bodily_1b")


def tells_harm(heard: Understanding) -> bool:
    """Whether a message tells what was harmed: an accident, in which a head count is no firm's."""
    return bool(heard.mention("harm") and (heard.mention("told") or heard.mention("happened")))


def product_of(turn: Turn) -> str | None:
    """The scheme to join; the third-party scheme that the firm is in, or is not, is no wish to join it."""
    heard = turn.heard
    told = heard.mentions.get("membership", ())
    named = [s for s in heard.mentions.get("scheme", ()) if s in PRODUCTS and not not_taken(turn, s)]
    if "has_third_party" in told or "no_third_party" in told:
        named = [scheme for scheme in named if scheme != "third_party"]
        spoken = (turn.state.answer or "").startswith(OF_TOP_UP) or turn.state.scheme == rating.TOP_UP
        if not named and (heard.mention("need") in _HIGHER or spoken):
            return rating.TOP_UP
    return named[0] if named else None


def told_of_firm(turn: Turn) -> dict[str, Any]:
    """Capital and head count as they are told, and not asked about, of the member's own firm."""
    return {} if tells_harm(turn.heard) else size(turn, None)


def size(turn: Turn, asked: str | None) -> dict[str, Any]:
    """Capital (yen) and head count, or that there is none of either."""
    heard: dict[str, Any] = {}
    capital = turn.heard.quantity("money", "capital")
    if capital is None and asked == "capital":
        capital = turn.heard.quantity("money", None) or turn.heard.quantity("number")
    if capital is not None and capital.value is not None:
        heard["capital"] = capital.value
    people = turn.heard.quantity("headcount") or (turn.heard.quantity("number") if asked == "headcount" else None)
    if people is not None and people.value is not None:
        heard["headcount"] = people.value
    status = turn.heard.mentions.get("membership", ())
    if "sole_proprietor" in status:
        heard["sole_proprietor"] = True
    if "no_employees" in status:
        heard.setdefault("headcount", 0)
    if "no_capital" in status:
        heard["sole_proprietor"] = True
    return heard


def business(turn: Turn, values: Mapping[str, Any], heard: Mapping[str, Any]) -> dict[str, Any]:
    """An excluded business of the firm's own, or that its business is none; whether it is only a part."""
    if heard.get("product", values.get("product")) != "cyber":
        return {}
    named = own_words(turn, "excluded_industry")
    others = [word for word in turn.heard.words if word.entity == "industry"]
    out = values.get("business") not in (None, "none")
    if not named and others and out and evidence.pattern("runs_too").search(turn.heard.folded):
        # Beside the one that is left out; the agency has to say what then holds.
        return {"_partly": True}
    if not named:
        return {"business": "none", "_partly": False} if others else {}
    beside = [word for word in others if not any(_overlap(word, excluded) for excluded in named)]
    return {"business": named[0].value, "_partly": bool(beside) or turn.heard.mentioned("membership", "partly")}


def _overlap(one: Mention, other: Mention) -> bool:
    return one.start < other.end and other.start < one.end


def membership(turn: Turn, values: Mapping[str, Any], heard: Mapping[str, Any]) -> dict[str, Any]:
    """Of which associations and schemes the firm is a member."""
    status = turn.heard.mentions.get("membership", ())
    product = heard.get("product", values.get("product"))
    told: dict[str, Any] = {}
    if product == "assembly":
        home = _home(turn)
        if evidence.pattern("elsewhere_than_gunma").search(turn.heard.folded):
            told["gunma_member"] = False
        elif home is not None:
            told["gunma_member"] = home == "gunma"
    elif product is None and turn.state.scheme == rating.ASSEMBLY:
        if evidence.pattern("elsewhere_than_gunma").search(turn.heard.folded):
            told["gunma_member"] = False
    if product == rating.TOP_UP and turn.heard.mention("plan"):
        # A plan of the third-party scheme is named as the firm's own.
        told["third_party"] = True
    if "not_member" in status:
        told[
            {"assembly": "gunma_member", "cyber": "_itcoop", "top_up": "third_party"}.get(product or "", "union_member")
        ] = False
    if "has_third_party" in status:
        told["third_party"] = True
    if "no_third_party" in status:
        # Who is not in it yet and joins both at once fulfils the condition.
        told["third_party"] = bool(evidence.pattern("together").search(turn.heard.folded))
    return told


def _home(turn: Turn) -> str | None:
    """The firm's prefecture: not the one that only names the scheme (`群馬の組立保険に`)."""
    schemes = [word.start for word in turn.heard.words if word.entity == "scheme"]
    places = turn.services.knowledge.areas.located(turn.heard.text)
    own = [place for place, _, end in places if not any(0 <= start - end <= _NEAR for start in schemes)]
    others = [place.prefecture_id for place in own if place.prefecture_id != "gunma"]
    if others and len(own) < len(places):
        return others[0]
    return hear_place(turn).get("prefecture") if own or not places else None
