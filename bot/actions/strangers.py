"""What is not for this counter: whether a message is a stranger's, and what it is told instead."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING

from bot.actions import afterwards, clauses, evidence, following, meaning, moves
from bot.actions.flow import Flow, Turn
from bot.actions.reply import Reply
from bot.actions.sureness import (
    FAQ,
    HALF,
    LONG_SILENCE,
    STRANGE,
    STRANGERS,
    SURE_FLOW,
    SURE_INTENT,
    VALUE_INTENTS,
)

if TYPE_CHECKING:
    from bot.actions.conversation import Conversation


# The entries of insurances and insurers that are not ours.
_NOT_OURS = {"other_insurance": "ge_not_here", "other_insurer": "ge_other_insurers"}
_OTHERS_INSURANCE = frozenset({"other_insurance", "other_insurer"})


def decline(conversation: Conversation, turn: Turn) -> Reply:
    """What this counter does not handle is declined; at the third time in a row a person is offered."""
    state = turn.state
    if turn.heard.mention("matter"):
        return conversation.talk["not_held"](turn) or unsure(conversation, turn)
    topic = conversation.flows.get(state.topic or "")
    aside = topic.aside(turn, state.closed.get(topic.id, {})) if topic is not None else None
    if aside is not None:
        return aside
    others = _NOT_OURS.get(turn.heard.mention("foreign") or "")
    if others is not None:
        state.topic = FAQ
        return conversation.answers.entry(turn, others)
    state.misses += 1
    if state.misses >= 3:
        state.misses = 0
        return moves.person(turn, Reply().say(turn.t("talk.unsure.third")), out=False)
    talk = turn.heard.intent if turn.heard.intent in STRANGERS else "out_of_scope"
    return conversation.talk[talk](turn) or unsure(conversation, turn)


def _asked_by_name(conversation: Conversation, turn: Turn) -> bool:
    """Whether the best entry is asked for by the stranger's name that the message holds."""
    heard, ranked = turn.heard, conversation.answers.ranked(turn)
    text = clauses.fold(heard.text.strip())
    names = {text[word.start : word.end] for word in heard.words if word.entity == "foreign"}
    asked = turn.services.knowledge.entries[ranked[0].id].questions if ranked else ()
    return any(name and name in clauses.fold(phrase) for name in names for phrase in asked)


def only_scolds(turn: Turn) -> bool:
    """Whether a message begins with an insult and asks nothing after it."""
    parts = turn.heard.sentences
    scolds = bool(parts) and parts[0].intent == "insult" and parts[0].confidence >= SURE_INTENT
    return scolds and not any(clauses.asks(part.text) for part in parts)


def of_next_year(turn: Turn) -> bool:
    """Whether what premiums will be in a year to come is asked, of no firm's own figures, claims or contract."""
    heard = turn.heard
    own = heard.quantity("money") is not None or heard.mention("claims") or turn.member_id is not None
    asked = evidence.pattern("premium_to_come").search(heard.folded) is not None
    return asked and not own and not heard.mention("happened")


def of_others_insurance(turn: Turn) -> bool:
    """Whether what an insurance pays or takes is asked that is not ours, whatever happened; none of ours is named."""
    heard = turn.heard
    asked = evidence.pattern("of_other_insurance").search(heard.folded) is not None
    return asked and heard.mention("foreign") in _OTHERS_INSURANCE and not heard.mention("scheme")


def beside_the_point(conversation: Conversation, turn: Turn, flow: Flow | None) -> bool:
    """Whether a message is about something that this counter does not handle."""
    heard = turn.heard
    named = heard.mention("foreign")
    sure = heard.intent == "out_of_scope" and heard.confidence >= SURE_INTENT
    strangers = named and sure and not _asked_by_name(conversation, turn)
    if heard.mention("scheme") or (conversation.answers.strong(turn) and not strangers):
        return False
    # A lawsuit is a matter of an accident, however it is told.
    if goes_with_talk(conversation, turn) or (heard.mentioned("ask", "lawsuit") and not named):
        return False
    if named:
        # A place or a thing named in what is told (the noodle shop next door) is not what the message is about.
        told = heard.mention("told") or heard.mention("fact")
        return not (told and flow is not None and heard.confidence >= SURE_FLOW)
    if meaning.adds(conversation, turn) or any(meaning.takes(turn, one) for one in conversation.flows.values()):
        return False
    strange = heard.score("out_of_scope") + heard.score("chitchat")
    if strange < STRANGE or heard.confidence >= SURE_INTENT or heard.intent in VALUE_INTENTS:
        return False
    return flow is None or not flow.hear(turn, {}, None)


def goes_with_talk(conversation: Conversation, turn: Turn) -> bool:
    """Whether what sounds strange stands in the middle of a talk and there is no strong evidence against it.

    A stranger's word beside a question (why the money is needed) makes it no stranger's question.
    """
    state, heard = turn.state, turn.heard
    if state.topic is None or not state.last_at or turn.now - datetime.fromisoformat(state.last_at) >= LONG_SILENCE:
        return False
    if heard.mention("foreign") in _OTHERS_INSURANCE and not conversation.answers.confident(turn):
        return False
    if conversation.answers.confident(turn) and _named_aside(turn):
        return True
    strange = heard.score("out_of_scope") + heard.score("chitchat")
    return strange < (SURE_INTENT if conversation.answers.confident(turn) else HALF)


def _named_aside(turn: Turn) -> bool:
    """Whether a stranger's word stands beside the piece of the message that asks, and not in it."""
    text, start = clauses.fold(turn.heard.text), 0
    foreign = [word for word in turn.heard.words if word.entity == "foreign"]
    for piece in re.split(r"(?<=[、。,])", text):
        end = start + len(piece)
        if clauses.asks(piece.strip("、。, ")) and not any(start <= word.start < end for word in foreign):
            return bool(foreign)
        start = end
    return False


def unsure(conversation: Conversation, turn: Turn) -> Reply:
    """Nothing was understood: the nearest entries, then the menu, at the third time in a row a person."""
    led = meaning.led(conversation, turn)
    if led is not None and led.id == turn.state.topic:
        return conversation.open(turn, led)
    told, found = following.told_last(turn), conversation.answers.rank(turn).fitting
    if (
        told is not None
        and not found
        and not turn.state.misses
        and evidence.points(turn)
        and clauses.asks(turn.heard.text)
    ):
        # Nothing else is nearer to a question that points at what was told.
        turn.state.misses += 1
        return conversation.answers.told(turn, told)
    general = afterwards.of_scheme(turn, named=True) if not found else None
    if general is not None:
        turn.state.topic = FAQ
        return conversation.answers.entry(turn, general)
    turn.state.misses += 1
    if told is not None and not found and turn.state.misses == 1 and clauses.asks(turn.heard.text):
        # Nothing else is known to whoever asks on: what was told holds, and who knows more.
        nothing = conversation.answers.suggest(turn) or Reply()
        return nothing.say(turn.t("talk.told_so_far")).then(conversation.answers.told(turn, told))
    suggestion = conversation.answers.suggest(turn)
    if suggestion is not None and turn.state.misses < 3:
        return suggestion
    step = min(turn.state.misses, 3)
    reply = Reply().say(turn.t(f"talk.unsure.{('first', 'second', 'third')[step - 1]}"))
    if step == 3:
        turn.state.misses = 0
        reply = moves.person(turn, reply, out=False)
    return reply.offer(moves.menu(turn))
