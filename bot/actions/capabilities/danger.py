"""Dangers to people and things as they are told: the most pressing first, and the step against them before all else."""

from __future__ import annotations

from collections.abc import Iterable

from bot.actions import clauses, evidence
from bot.actions.capabilities.damage import tells_harm
from bot.actions.flow import Turn
from bot.actions.reply import Reply
from bot.actions.understanding import Understanding

# What the safety line goes by, the most pressing danger first; at most two lines.
DANGERS = ("gas", "shock", "fire", "injury", "line", "collapse", "traffic", "theft", "water", "data")
_MOST_DANGERS = 2
# Injury is what shock and traffic are told with; their own lines name 119.
_NAMES_INJURY = frozenset({"shock", "traffic", "line"})
# Where figures or a report are spoken of, what happened is long over.
_OVER = frozenset({"payout", "quote", "report", "eligibility", "policy", "compare"})
_SAID = "safety_said"
# What somebody may be lying hurt of at this moment.
_BODILY = frozenset({"injury", "shock", "gas"})


def dangers_told(heard: Understanding) -> list[str]:
    """Dangers that a message names, the most pressing first, without those that it says to be none."""
    named = {*heard.mentions.get("accident_detail", ()), *heard.mentions.get("hazard", ())}
    over = {"injury"} if evidence.pattern("unhurt").search(heard.folded) else set[str]()
    over |= {"fire"} if evidence.pattern("fire_out").search(heard.folded) else set()
    return [danger for danger in DANGERS if danger in named - over]


def pressing(told: Iterable[str], *, cyber: bool = False) -> list[str]:
    """Of the dangers told, those to speak of.

    Args:
        told: Dangers, the most pressing first.
        cyber: Whether the cyber insurance is spoken of.
    """
    dangers = list(told)
    physical = [danger for danger in dangers if danger != "data"]
    dangers = physical if physical and not cyber else dangers
    if "injury" in dangers:
        # Whoever was hurt in a fall needs help first.
        dangers = [danger for danger in dangers if danger != "collapse"]
    own_line = _NAMES_INJURY.intersection(dangers)
    return [danger for danger in dangers if danger != "injury" or not own_line][:_MOST_DANGERS]


def safety_first(turn: Turn, reply: Reply) -> Reply:
    """A reply with the step against a danger before it, where one is told plainly and nothing was said of it yet.

    Once in a talk; never where something is asked, reckoned or said to be of an earlier day.
    """
    facts, steps = turn.state.facts, pressing(dangers_told(turn.heard))
    lines = [turn.t(f"accident.safety.{danger}") for danger in steps]
    if not lines or _SAID in facts or not _plainly_told(turn):
        return reply
    facts[_SAID] = True
    if any(line in reply.text for line in lines):
        return reply
    return Reply().say(turn.t("accident.safety_lead"), *lines).then(reply)


def _plainly_told(turn: Turn) -> bool:
    heard, state = turn.heard, turn.state
    flow = state.flow.id if state.flow else state.topic
    told = tells_harm(heard) or heard.mentioned("alarm", "yes")
    hurt = bool(_BODILY.intersection(dangers_told(heard)))
    # Where somebody is hurt, an insurance that is only named (`ケガをさせた、第三者の保険`) asks nothing yet.
    named = heard.mentioned("covered", "asked") if hurt else heard.mention("covered")
    meant = bool(named) or any(heard.mention(entity) for entity in ("plan", "foreign")) or heard.all_of("money")
    # Who is in danger at this moment is helped first, whatever is asked beside it.
    now = hurt and heard.mentioned("alarm", "yes")
    other = (not now and (meant or clauses.asks(heard.text))) or flow in _OVER or clauses.supposes(heard.text)
    return told and not other and evidence.pattern("earlier_day").search(heard.folded) is None
