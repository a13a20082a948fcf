"""Outside of an open question: an amount told alone (sales, the damage of a story), or only what a talk is about."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from bot.actions import clauses, evidence, moves
from bot.actions.flow import Turn
from bot.actions.reply import Reply
from bot.actions.sureness import BRIEF, FAQ, HALF

if TYPE_CHECKING:
    from bot.actions.conversation import Conversation

TABLE = Path(__file__).resolve().parent.parent / "data" / "told_alone.yml"
# What a talk may be said to be about, and the scheme that a plan or a role belongs to.
_NAMES = {"scheme": None, "plan": "third_party", "cyber_plan": "cyber", "role": "guarantee"}
# Stands for a name in the patterns.
_NAME, _MARKS = "\u25a1", "\u3002\u3001?!. "
# The member's plan, as it was told.
HELD_PLAN = "plan_held"
# Ways to tell a fact.
TELLING = ("inform", "correct", "what_if")
# The sales that were told before, pointed at.
_SAME_SALES = "same_sales"
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


def sales_mended(conversation: Conversation, turn: Turn) -> Reply | None:
    """The sales that a premium was told for, put right after something else was answered in between."""
    heard, state = turn.heard, turn.state
    again = clauses.mends(heard.text) or heard.mention("aspect") == _SAME_SALES
    sales = heard.quantity("money", "annual_sales")
    if "quote" not in state.closed or state.topic == "quote" or sales is None or not again:
        return None
    flow = conversation.flows["quote"]
    values = flow.hear(turn, state.closed["quote"], None)
    return None if heard.mention("harm") or not values else conversation.reopen(turn, flow, values)


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


@lru_cache(maxsize=1)
def _table(path: Path = TABLE) -> dict[str, Any]:
    return dict(yaml.safe_load(path.read_text(encoding="utf-8")))


def subject_told(conversation: Conversation, turn: Turn) -> Reply | None:
    """A message that holds only the scheme, the plan or the role that it will be about: what of it is wanted is asked.

    A bare name is told what it is. In the middle of a talk it goes on with that; only a new matter that is named as
    such is one.
    """
    heard, state, table = turn.heard, turn.state, _table()
    words = [word for word in heard.words if word.entity in _NAMES]
    others = {word.entity for word in heard.words} - {*_NAMES, *table["beside"]}
    if not words or others or heard.quantities or len(heard.folded) > table["most"]:
        return None
    shown = state.choices[-state.shown :] if state.shown else []
    begins = state.topic is None and not any("faq" in choice or "slot" in choice for choice in shown)
    if not re.search(table["begun" if begins else "another"], _masked(turn)):
        return None
    schemes = [_NAMES[word.entity] or word.value for word in words]
    scheme = next((one for one in schemes if one not in (None, "top_up")), schemes[0])
    plans = heard.mentions.get("plan", ())
    state.misses, state.scheme, state.topic = 0, scheme, None
    if len(plans) == 1:
        state.facts[HELD_PLAN] = plans[0]
    own = plans or heard.mentions.get("cyber_plan", ())
    if own or _masked(turn).strip(_MARKS) == _NAME:
        itself = table["itself"].get(own[0] if own else words[0].value)
        if itself is not None:
            state.topic = FAQ
            return conversation.answers.told(turn, itself)
    site, name = scheme in evidence.SITES, turn.t(f"products.{scheme}")
    reply = Reply().say(turn.t("talk.subject_site" if site else "talk.subject", name=name))
    wanted = table["offered"]["site" if site else "insurance"]
    return reply.offer([choice for choice in moves.menu(turn) if choice.does.get("flow") in wanted])


def _masked(turn: Turn) -> str:
    """The folded text with one sign in the place of each name."""
    text = turn.heard.folded
    for word in sorted(turn.heard.words, key=lambda one: one.start, reverse=True):
        if word.entity in _NAMES:
            text = text[: word.start] + _NAME + text[word.end :]
    return re.sub(f"{_NAME}+", _NAME, text)
