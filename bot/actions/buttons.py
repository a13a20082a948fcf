"""Buttons, pressed in time or late: what they do, and when words that equal one are an answer instead."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from bot.actions import afterwards, moves, strangers
from bot.actions.flow import Turn
from bot.actions.reply import Reply
from bot.actions.state import OpenFlow

if TYPE_CHECKING:
    from bot.actions.conversation import Conversation


def chosen(conversation: Conversation, turn: Turn) -> dict[str, Any] | None:
    """The button that a message is, newest first; words that answer the open question are no older button."""
    folded, open_flow = turn.heard.folded, turn.state.flow
    placed = _by_place(turn)
    if placed is not None:
        return dict(placed)
    named = (c for c in reversed(turn.state.choices) if folded in (c["payload"].lower(), c["title"].lower()))
    found = [choice for choice in named if _lasts(conversation, choice, open_flow)]
    if not found or open_flow is None or open_flow.asked is None:
        return dict(found[0]) if found else None
    for choice in found:
        if (choice.get("flow"), choice.get("slot")) == (open_flow.id, open_flow.asked):
            return dict(choice)
    heard = conversation.flows[open_flow.id].hear(turn, open_flow.values, open_flow.asked)
    if "slot" in found[0] and conversation.kind(open_flow) != "text" and open_flow.asked in heard:
        return None
    return dict(found[0])


def _by_place(turn: Turn) -> Mapping[str, Any] | None:
    """The button of the last reply that is pointed at by its place (`the second one`); None mostly."""
    state = turn.state
    shown = [one for one in (state.choices[-state.shown :] if state.shown else []) if one.get("value") != "all"]
    place = afterwards.place_named(turn, len(shown))
    return shown[place] if place is not None else None


def _lasts(conversation: Conversation, choice: Mapping[str, Any], open_flow: OpenFlow | None) -> bool:
    """Whether a button means something by itself; yes and no mean nothing once their question is closed."""
    if "slot" not in choice or conversation.flows[choice["flow"]].spec.question(choice["slot"]).kind != "yes_no":
        return True
    return open_flow is not None and (open_flow.id, open_flow.asked) == (choice["flow"], choice["slot"])


def press(conversation: Conversation, turn: Turn, choice: dict[str, Any]) -> Reply:
    """A button: of the open question, of an earlier one, an FAQ entry, a flow or a move."""
    state = turn.state
    if "move" in choice:
        reply = moves.MOVES[choice["move"]](conversation, turn)
        return reply if reply is not None else strangers.unsure(conversation, turn)
    if "faq" in choice:
        return conversation.back(turn, conversation.answers.entry(turn, choice["faq"]))
    flow = conversation.flows[choice["flow"]]
    values = choice.get("values") or ({choice["slot"]: choice["value"]} if "slot" in choice else {})
    for waiting in state.flows:
        if waiting.id == flow.id and "slot" in choice:
            state.flows.remove(waiting)
            state.flows.append(waiting)
            return conversation.fill(turn, waiting, values)
    if "slot" in choice and flow.id in state.closed:
        return conversation.reopen(turn, flow, values)
    return conversation.open(turn, flow, values)
