"""A message while a question is open: an answer, a question, both in one, or neither; once for all flows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.actions import afterwards, beside, clauses, evidence, following, meaning
from bot.actions.capabilities.coverage_heard import asks_whether, is_of_story
from bot.actions.flow import Flow, Turn
from bot.actions.reply import Reply
from bot.actions.state import OpenFlow
from bot.actions.sureness import (
    COURTESIES,
    FAQ,
    PLAIN_REQUEST,
    SOUNDS,
    SURE_INTENT,
    SURE_MOVE,
    SURE_TALK,
    VALUE_INTENTS,
    Meant,
)

if TYPE_CHECKING:
    from bot.actions.conversation import Conversation


# Who wants a judgement or a promise gets neither, whatever is asked at the moment.
_PROMISE = "promise"
_ACCIDENT, _COVER, _PAYOUT = "accident", "coverage", "payout"
# What is asked with an amount that is reckoned.
_OF_SUMS = frozenset({"payment", "price"})
_HANDOVER, _CONTACT = "handover", "contact"


def inside(conversation: Conversation, turn: Turn, open_flow: OpenFlow) -> Reply:
    """A message while a question is open: an answer, a question, both in one, or neither."""
    heard, flow, asked = turn.heard, conversation.flows[open_flow.id], open_flow.asked or ""
    free = conversation.kind(open_flow) == "text"
    both = beside.both(conversation, turn, open_flow, free=free)
    if both is not None:
        return both
    asks = clauses.asks(heard.text, plainly=free)
    beside_flow = None if free and not asks else afterwards.entry_beside_flow(turn, open_flow.id, asking=asks)
    if beside_flow is not None:
        return conversation.back(turn, conversation.answers.entry(turn, beside_flow))
    again = following.told_last(turn) if not free and afterwards.wants_it_shortly(turn) else None
    if again is not None:
        return conversation.back(turn, conversation.answers.entry(turn, again))
    if open_flow.id == _ACCIDENT and is_of_story(turn):
        # Whether what was told is covered is another matter than whom to call.
        turn.state.flows.remove(open_flow)
        return conversation.open(turn, conversation.flow(_COVER))
    waiting = _waiting(conversation, turn, open_flow)
    if waiting is not None:
        return waiting
    if open_flow.id == _HANDOVER and evidence.pattern("which_number").search(heard.folded):
        desk = conversation.flows[_CONTACT]
        if meaning.takes(turn, desk) or meaning.owner(conversation, turn) is desk:
            # Whoever asks for a number after all is told it; the matter can still be left.
            return conversation.open(turn, desk)
    if free and heard.intent in COURTESIES and heard.confidence >= SURE_TALK and len(heard.text) <= PLAIN_REQUEST:
        said = conversation.talk[heard.intent](turn) or Reply()
        return said.then(conversation.question(turn, open_flow))
    values = flow.hear(turn, open_flow.values, asked)
    answered = values.pop("_explicit", False) or asked in values
    question = meaning.question(conversation, turn, flow)
    if question is FAQ and flow.listens and heard.mention("told") and not asks:
        question = None
    asking = question is not None and clauses.asks(heard.text, plainly=free)
    plainly = clauses.wavers(heard.text) or (following.names_only(turn) and not clauses.explains(heard.text))
    if values and answered and not free and plainly and heard.mention("ask") is None:
        return conversation.fill(turn, open_flow, values)
    if (
        open_flow.id == "coverage"
        and set(values) <= {"_plan", "_product"}
        and "_plan" in values
        and len(heard.text) <= PLAIN_REQUEST
    ):
        # The member's plan, told while a fact of the story is asked for.
        return conversation.fill(turn, open_flow, values)
    supposed = clauses.supposes(heard.text) and len(heard.text) <= PLAIN_REQUEST
    if open_flow.id == "coverage" and answered and (asks_whether(heard) or supposed):
        # The fact, and once more the very question that the flow is there for.
        return conversation.fill(turn, open_flow, values)
    sums = {*heard.mentions.get("ask", ())}
    wanted = (supposed and bool(values)) or (answered and bool(sums))
    if open_flow.id == _PAYOUT and wanted and not sums - _OF_SUMS:
        return conversation.fill(turn, open_flow, values)
    if answered and (_priced_here(turn, open_flow, question) or _how_is_it(turn)):
        return conversation.fill(turn, open_flow, values)
    if _rated_instead(turn, open_flow, question):
        turn.state.flows.remove(open_flow)
        return conversation.open(turn, conversation.flow("quote"))
    if values and not asking:
        stated = (clauses.states(heard.text) or clauses.mends(heard.text)) and not free
        near = heard.intent in VALUE_INTENTS or heard.intent in flow.spec.intents
        if answered or (stated and question == FAQ) or ((stated or near) and not meaning.surely(turn, question)):
            return conversation.fill(turn, open_flow, values)
    if values and following.names_only(turn) and heard.mention("scheme") and not heard.mention("ask"):
        return conversation.fill(turn, open_flow, values)
    # A business that is left out is hardly supposed but as the member's own.
    general = question is FAQ and not (open_flow.id == "eligibility" and heard.mention("excluded_industry"))
    if values and (following.names_only(turn) or (not general and _supposes_here(turn))):
        return conversation.fill(turn, open_flow, values)
    if question is not None:
        return conversation.digress(turn, question)
    if values:
        return conversation.fill(turn, open_flow, values)
    desks = conversation.answers.of_desks(turn)
    if desks is not None:
        return desks.then(conversation.question(turn, open_flow))
    if heard.intent == _PROMISE and heard.confidence >= SURE_INTENT and not free:
        said = conversation.talk[_PROMISE](turn) or Reply()
        return said.then(conversation.question(turn, open_flow))
    aside = flow.aside(turn, open_flow.values) if heard.intent not in COURTESIES else None
    if aside is not None:
        return aside.then(conversation.question(turn, open_flow))
    talked = _talked(conversation, turn)
    if talked is not None and (not open_flow.misses or _means_it(turn, open_flow)):
        # Sounds without a meaning often look like small talk: the next time they count as not understood.
        open_flow.misses += heard.intent not in COURTESIES
        return talked.then(conversation.question(turn, open_flow))
    worded = conversation.answers.strong(turn) and conversation.answers.confident(turn)
    if worded and not open_flow.misses and not heard.mention("scheme"):
        # Put as no question, but worded like one.
        return conversation.digress(turn, FAQ)
    return conversation.missed(turn, open_flow)


def _how_is_it(turn: Turn) -> bool:
    """Whether nothing is asked beside an answer but how it is then (`資本金は2億です。どうでしょう`)."""
    return evidence.pattern("how_is_it").search(turn.heard.folded) is not None


def _priced_here(turn: Turn, open_flow: OpenFlow, question: Meant | None) -> bool:
    """Whether plans are set side by side by what they cost, where a premium is found out: no table of them is meant."""
    compared = isinstance(question, Flow) and question.id == "compare"
    by_amount = turn.heard.mentioned("ask", "price") or "amount" in evidence.kinds(turn.heard.text)
    return compared and open_flow.id == "quote" and by_amount and not turn.heard.mentioned("ask", "limit")


def _rated_instead(turn: Turn, open_flow: OpenFlow, question: Meant | None) -> bool:
    """Whether sales told with a plan, where it is found out who may join, surely ask for the premium."""
    heard = turn.heard
    quoted = isinstance(question, Flow) and question.id == "quote" and heard.confidence >= SURE_TALK
    planned = heard.mention("cyber_plan") or heard.mention("plan") or heard.quantity("course")
    sales = heard.quantity("money", "annual_sales") is not None
    return quoted and bool(planned) and sales and open_flow.id == "eligibility"


def _supposes_here(turn: Turn) -> bool:
    """Whether a short message supposes a value of the open flow, and asks for nothing by a word of its own."""
    heard = turn.heard
    elsewhere = heard.mention("ask") or heard.mention("opens") or heard.mention("scheme")
    return len(heard.text) <= PLAIN_REQUEST and clauses.supposes(heard.text) and not elsewhere


def _waiting(conversation: Conversation, turn: Turn, open_flow: OpenFlow) -> Reply | None:
    """A short answer that is none to the open question but one to the question of the flow that waits."""
    state, text = turn.state, turn.heard.text
    if len(state.flows) < 2 or len(text) > PLAIN_REQUEST or clauses.asks(text):
        return None
    if conversation.kind(open_flow) == "text":
        return None
    below = state.flows[-2]
    if below.asked is None or conversation.kind(below) == "text":
        return None
    if open_flow.asked in conversation.flows[open_flow.id].hear(turn, open_flow.values, open_flow.asked):
        return None
    values = conversation.flows[below.id].hear(turn, below.values, below.asked)
    if below.asked not in values:
        return None
    state.flows.remove(open_flow)
    title = turn.t(f"flow_{below.id}.title")
    return Reply().say(turn.t("moves.back", title=title)).then(conversation.fill(turn, below, values))


def _means_it(turn: Turn, open_flow: OpenFlow) -> bool:
    """Whether a message that is no answer is surely small talk or a stranger's question, and no mere sounds."""
    heard = turn.heard
    if heard.intent in COURTESIES:
        return True
    worded = heard.mention("foreign") or (heard.answers and heard.answers[0].match >= SOUNDS)
    return bool(worded) and heard.confidence >= SURE_INTENT and open_flow.misses < 2


def _talked(conversation: Conversation, turn: Turn) -> Reply | None:
    """A line for thanks, an insult, small talk, strangers' questions."""
    intent = turn.heard.intent
    if intent not in conversation.talk or turn.heard.confidence < SURE_MOVE:
        return None
    return conversation.talk[intent](turn)
