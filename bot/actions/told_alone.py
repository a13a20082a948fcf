"""Outside of an open question: an amount told alone, the firm's sales or the damage of a story."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.actions import clauses, evidence
from bot.actions.flow import Turn
from bot.actions.reply import Reply
from bot.actions.sureness import BRIEF, HALF

if TYPE_CHECKING:
    from bot.actions.conversation import Conversation

# Ways to tell a fact.
TELLING = ("inform", "correct", "what_if")
# Schemes whose payments are reckoned.
_RECKONED = ("third_party", "assembly")


def sales_told(conversation: Conversation, turn: Turn) -> Reply | None:
    """Sales alone, at the start of a talk or after the plan or the business for them: a premium goes by them."""
    heard, quote = turn.heard, conversation.flows["quote"]
    told = turn.state.facts.get("quote_told", {}).get("values", {})
    planned = {"plan", "course", "cyber_plan"} & set(told)
    first = turn.state.topic is None and not turn.state.flows and len(heard.all_of("money")) == 1
    if not (planned or first) or heard.quantity("money", "annual_sales") is None or len(heard.text) > BRIEF:
        return None
    if clauses.asks(heard.text) or heard.mention("harm") or heard.mention("ask") or "quote" in turn.state.closed:
        return None
    if first and not planned:
        elsewhere = any(heard.mention(entity) for entity in ("foreign", "opens", "need"))
        alone = evidence.pattern("sales_alone").search(heard.folded) and not elsewhere
        return _begun(conversation, turn) if alone else None
    return conversation.open(turn, quote) if sum(heard.score(one) for one in TELLING) >= HALF else None


def _begun(conversation: Conversation, turn: Turn) -> Reply:
    """The first question of a premium whose sales were told; a wish that is told next is answered at once."""
    reply = conversation.open(turn, conversation.flows["quote"])
    if turn.state.flow is not None:
        turn.state.flow.guided = False
    return reply


def damage_told(conversation: Conversation, turn: Turn) -> Reply | None:
    """The damage of what was just found to be covered, told with no word of what it is."""
    state, heard = turn.state, turn.heard
    judged = state.closed.get("coverage", {}).get("_judged")
    amount = heard.quantity("money", "damage") or heard.quantity("money", None)
    if state.topic != "coverage" or judged not in _RECKONED or amount is None or len(heard.text) > BRIEF:
        return None
    payout = conversation.flows["payout"]
    elsewhere = heard.quantity("money", "annual_sales") or heard.mention("plan") or heard.mention("opens")
    told = payout.hear(turn, payout.opening(turn), None)
    return None if elsewhere or "damages" not in told else conversation.open(turn, payout)
