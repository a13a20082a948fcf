"""An answer and a question in one message while a question is open: neither is lost."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.actions import clauses, meaning
from bot.actions.flow import Flow, Turn
from bot.actions.reply import Reply
from bot.actions.state import OpenFlow
from bot.actions.sureness import Meant
from bot.actions.understanding import Understanding

if TYPE_CHECKING:
    from bot.actions.conversation import Conversation


# Characters of a question beside an answer that are too few for one, without its marks.
_STUB, _MARKS = 3, "\u3002\u3001?!. "


# A desk is asked for with the place that was told beside the question.
_BY_PLACE = "contact"


def both(conversation: Conversation, turn: Turn, open_flow: OpenFlow, *, free: bool) -> Reply | None:
    """An answer and a question in one message: the answer is kept, the question answered, the next one asked."""
    flow = conversation.flows[open_flow.id]
    told, asked = clauses.divide(turn.heard, plainly=free)
    # A stub of a question (`and then?`) names nothing that could be looked up.
    asked = [one for one in asked if len(one.folded.strip(_MARKS)) > _STUB]
    if told is None or not asked:
        return None
    found = [
        (turn if isinstance(meant, Flow) and meant.id == _BY_PLACE else part, meant)
        for part in (_pointing(turn, told, one) if free else replace(turn, heard=one) for one in asked)
        if (meant := _beside(conversation, part, open_flow))
    ]
    telling = replace(turn, heard=told)
    owning = None if free else meaning.owner(conversation, turn)
    if owning not in (None, flow):
        # What is told belongs to the question as much as to the open flow: `sales of 200 million, how much is plan B?`
        found.insert(0, (turn, owning))
    if not found:
        whole = not free or flow.spec.question(open_flow.asked or "").whole
        return None if whole or not clauses.states(told.text) else _lost(conversation, telling, open_flow)
    values = flow.hear(telling, open_flow.values, open_flow.asked)
    answered = values.pop("_explicit", False) or open_flow.asked in values
    if answered or (values and clauses.states(told.text)):
        return conversation.fill(telling, open_flow, values, found[0])
    return None


def _pointing(turn: Turn, told: Understanding, asked: Understanding) -> Turn:
    """A question about what was just told is asked with it."""
    about = replace(turn.heard, cases=told.cases) if clauses.points(asked) else asked
    return replace(turn, heard=about)


def _lost(conversation: Conversation, turn: Turn, open_flow: OpenFlow) -> Reply:
    """Free words are kept, and the question beside them is said not to be understood."""
    values = conversation.flows[open_flow.id].hear(turn, open_flow.values, open_flow.asked)
    values.pop("_explicit", None)
    return Reply().say(turn.t("moves.aside_lost")).then(conversation.fill(turn, open_flow, values))


def _beside(conversation: Conversation, turn: Turn, open_flow: OpenFlow) -> Meant | None:
    """What a question beside an answer means: about that very answer, it is what the open question means."""
    flow = conversation.flows[open_flow.id]
    if open_flow.asked and conversation.kind(open_flow) != "text" and clauses.about_answer(turn.heard):
        return flow.key(open_flow.asked, "what")
    return meaning.question(conversation, turn, flow)
