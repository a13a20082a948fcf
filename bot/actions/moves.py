"""Moves that hold in every flow: cancel, undo, repeat, skip, why, what is that, resume, restart, a person."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from bot.actions import afterwards, clauses, evidence
from bot.actions.flow import Turn
from bot.actions.reply import Choice, Reply
from bot.actions.sureness import FAQ, HALF

# The flow whose answers may stand beside a question.
_COVER = "coverage"

if TYPE_CHECKING:
    from bot.actions.conversation import Conversation

Move = Callable[["Conversation", Turn], Reply | None]


def cancel(conversation: Conversation, turn: Turn) -> Reply | None:
    """Stop the open flow, say which, and return to the one that waits."""
    state = turn.state
    if state.flow is None:
        general = afterwards.of_scheme(turn)
        if general is not None:
            # Nothing is under way: it is the scheme that he wants to leave.
            return conversation.answers.entry(turn, general)
        return Reply().say(turn.t("moves.nothing_open")).offer(menu(turn))
    stopped = state.flows.pop()
    reply = Reply().say(turn.t("moves.cancelled", title=turn.t(f"flow_{stopped.id}.title")))
    if state.flow is None or state.flow.asked is None:
        return reply.offer(menu(turn))
    title = turn.t(f"flow_{state.flow.id}.title")
    return reply.say(turn.t("moves.back", title=title)).then(conversation.question(turn, state.flow))


def undo(conversation: Conversation, turn: Turn) -> Reply | None:
    """Take the last answer back and ask its question again; None for a question after what an entry told."""
    state = turn.state
    if state.flow is None and state.topic == FAQ and clauses.asks(turn.heard.text):
        return None
    before = {flow.id: dict(flow.values) for flow in state.flows} | dict(state.closed)
    if not state.step_back():
        return _nothing_to_undo(conversation, turn)
    reply = Reply()
    if state.flow is None:
        return reply.say(turn.t("moves.undone_flow")).offer(menu(turn))
    flow = conversation.flow_of(state.flow)
    gone = [
        slot
        for slot, value in before.get(flow.id, {}).items()
        if state.flow.values.get(slot) != value and not slot.startswith("_")
    ]
    told = [slot for slot in gone if turn.t.has(flow.key(slot, "label"))]
    labels = [turn.t(flow.key(slot, "label")) for slot in told if slot not in state.flow.values]
    if labels or not told:
        undone = turn.t("moves.undone", labels=turn.t("units.comma").join(labels))
        reply.say(undone if labels else turn.t("moves.undone_one"))
    for slot in told:
        if slot in state.flow.values:
            value = flow.show(turn, slot, state.flow.values[slot])
            reply.say(turn.t("moves.undone_to", label=turn.t(flow.key(slot, "label")), value=value))
    if state.flow.asked is None:
        question = flow.next(turn, state.flow)
        if question is None:
            return conversation.finish(turn, state.flow, reply)
        state.flow.asked = question.slot
    return reply.then(conversation.question(turn, state.flow))


def _nothing_to_undo(conversation: Conversation, turn: Turn) -> Reply:
    """Nothing was answered yet: the open question stays, in other words, with a way out."""
    reply, open_flow = Reply().say(turn.t("moves.nothing_to_undo")), turn.state.flow
    if open_flow is None or open_flow.asked is None:
        return reply.offer(menu(turn))
    flow = conversation.flow_of(open_flow)
    reply.say(turn.t(flow.key(open_flow.asked, "hint")))
    return reply.offer([*flow.choices(turn, open_flow, flow.spec.question(open_flow.asked)), *ways_out(turn)])


def _number_again(conversation: Conversation, turn: Turn) -> Reply | None:
    """The number that was told before something else was asked; None when the last reply holds it."""
    state = turn.state
    if state.flow is None and "accident" in state.closed and state.topic != "accident":
        return conversation.reopen(turn, conversation.flow("accident"), {})
    offered = state.shown and any("faq" in choice for choice in state.choices[-state.shown :])
    return conversation.answers.of_desks(turn) if offered or not clauses.has_number(state.last_text) else None


def repeat(conversation: Conversation, turn: Turn) -> Reply | None:
    """Say the last reply once more, marked as such."""
    state = turn.state
    if not state.last_text:
        return Reply().say(turn.t("talk.greet")).offer(menu(turn))
    if clauses.asks_number(turn.heard.text):
        again = _number_again(conversation, turn)
        if again is not None:
            return again
    said = state.last_text.removeprefix(turn.t("moves.repeat") + "\n")
    reply = Reply().say(turn.t("moves.repeat"), said)
    if state.flow and state.flow.asked:
        reply.offer(conversation.question(turn, state.flow).choices)
    return reply


def skip(conversation: Conversation, turn: Turn) -> Reply | None:
    """`わからない`: go on with what is possible, or tell how to find out."""
    state = turn.state
    if state.flow is None or state.flow.asked is None:
        return Reply().say(turn.t("moves.skip_nothing")).offer(menu(turn))
    open_flow, flow = state.flow, conversation.flow_of(state.flow)
    question = flow.spec.question(open_flow.asked or "")
    told = turn.t(flow.key(question.slot, "unknown"))
    if "value" in question.unknown:
        reply = conversation.fill(turn, open_flow, {question.slot: question.unknown["value"]})
        return Reply().say(told).then(reply)
    if question.unknown.get("leave"):
        state.remember()
        open_flow.skipped.append(question.slot)
        follow = conversation.fill(turn, open_flow, {})
        return Reply().say(told).then(follow)
    if question.unknown.get("stop"):
        state.flows.remove(open_flow)
        return flow.stopped(turn, open_flow, question).offer(menu(turn))
    open_flow.misses += 1
    if open_flow.misses >= 3:
        return person(turn, Reply().say(turn.t("moves.miss.third")))
    again = turn.t("moves.when_known", label=turn.t(flow.key(question.slot, "label")))
    return Reply().say(told, again).offer([*flow.choices(turn, open_flow, question), *ways_out(turn)])


def why(conversation: Conversation, turn: Turn) -> Reply | None:
    """Why the open question is asked."""
    open_flow = turn.state.flow
    if open_flow is None or open_flow.asked is None:
        return None
    flow = conversation.flow_of(open_flow)
    reply = Reply().say(turn.t(flow.key(open_flow.asked, "why")))
    return reply.then(conversation.question(turn, open_flow))


def what_is(conversation: Conversation, turn: Turn) -> Reply | None:
    """What a word of the open question means: the glossary's word when one is named, else the question's own."""
    open_flow = turn.state.flow
    if open_flow is None or open_flow.asked is None:
        return None
    flow = conversation.flow_of(open_flow)
    asking = clauses.asks(turn.heard.text) or clauses.explains(turn.heard.text)
    asking = asking and not _answers_besides(turn, open_flow.id)
    if not asking and open_flow.asked in flow.hear(turn, open_flow.values, open_flow.asked):
        # The bare name of an answer is one.
        return None
    answer = None if clauses.points(turn.heard) else conversation.answers.term(turn)
    best = conversation.answers.rank(turn).best
    if answer is None and best is not None and best.match >= HALF and turn.heard.mention("ask"):
        # What is named is another thing than the one that is asked for.
        answer = conversation.answers.answer(turn)
    if answer is None:
        answer = Reply().say(turn.t(flow.key(open_flow.asked, "what")))
    return answer.then(conversation.question(turn, open_flow))


def _answers_besides(turn: Turn, flow: str) -> bool:
    """Whether what is asked beside an answer is nothing but the flow's own question, or asks for no meaning."""
    heard = turn.heard
    word = (
        clauses.explains(heard.text) or clauses.points(heard) or evidence.pattern("meaning_asked").search(heard.folded)
    )
    return flow == _COVER and not word


def more(conversation: Conversation, turn: Turn) -> Reply | None:
    """The longer form of the answer given last."""
    return conversation.answers.more(turn)


def resume(conversation: Conversation, turn: Turn) -> Reply | None:
    """Take up the flow that was paused or waits."""
    state = turn.state
    paused = state.facts.pop("paused", None)
    slot = state.facts.pop("paused_slot", None)
    for open_flow in reversed(state.flows):
        if paused is None or open_flow.id == paused:
            state.flows.remove(open_flow)
            state.flows.append(open_flow)
            flow = conversation.flow_of(open_flow)
            if open_flow.asked is None:
                question = flow.next(turn, open_flow)
                open_flow.asked = slot or (question.slot if question else None)
            reply = Reply().say(turn.t("moves.resumed", title=turn.t(f"flow_{open_flow.id}.title")))
            return reply.then(conversation.question(turn, open_flow))
    general = afterwards.of_scheme(turn)
    if general is not None:
        # `From the middle too?` is about joining, where nothing waits.
        return conversation.answers.entry(turn, general)
    return Reply().say(turn.t("moves.nothing_to_resume")).offer(menu(turn))


def where(conversation: Conversation, turn: Turn) -> Reply:
    """What the talk is about: the open flow with what is known so far and its question, or what was answered last."""
    state, t = turn.state, turn.t
    open_flow = state.flow
    if open_flow is not None:
        flow = conversation.flow_of(open_flow)
        said = [slot for slot in open_flow.values if not slot.startswith("_") and t.has(flow.key(slot, "label"))]
        told = [f"{t(flow.key(slot, 'label'))} {flow.show(turn, slot, open_flow.values[slot])}" for slot in said]
        reply = Reply().say(t("moves.where.open", title=t(f"flow_{flow.id}.title")))
        reply.say(t("moves.where.told", told=t("units.comma").join(told)) if told else None)
        return reply.then(conversation.question(turn, open_flow))
    entry = turn.services.knowledge.entries.get(state.answer or "") if state.topic == FAQ else None
    if entry is not None:
        return Reply().say(t("moves.where.answered", title=entry.name(state.lang)))
    if state.topic in conversation.flows:
        return Reply().say(t("moves.where.answered", title=t(f"flow_{state.topic}.title")))
    return Reply().say(t("moves.where.nothing")).offer(menu(turn))


def restart(conversation: Conversation, turn: Turn) -> Reply | None:
    """Begin the open flow anew, or the whole talk."""
    state = turn.state
    state.remember()
    if state.flow is None:
        state.closed, state.topic, state.facts = {}, None, {}
        return Reply().say(turn.t("moves.restarted")).offer(menu(turn))
    open_flow, flow = state.flow, conversation.flow_of(state.flow)
    open_flow.values, open_flow.skipped, open_flow.misses = {}, [], 0
    question = flow.next(turn, open_flow)
    open_flow.asked = question.slot if question else None
    reply = Reply().say(turn.t("moves.restarted_flow", title=turn.t(f"flow_{flow.id}.title")))
    return reply.then(conversation.question(turn, open_flow))


def menu(turn: Turn) -> list[Choice]:
    """What the counter can do, as buttons."""
    items = ("quote", "eligibility", "compare", "accident", "login", "contact")
    return [Choice(turn.t(f"menu.{item}"), turn.t(f"menu.{item}"), {"flow": item, "values": {}}) for item in items]


def ways_out(turn: Turn) -> list[Choice]:
    """Buttons that lead out of a question."""
    return [
        Choice(turn.t(f"moves.{move}"), turn.t(f"moves.{move}"), {"move": move}) for move in ("skip", "undo", "cancel")
    ]


def person(turn: Turn, reply: Reply, *, out: bool = True) -> Reply:
    """Offer a person, and ways out of the open question (`out`)."""
    title = turn.t("menu.handover")
    reply.offer([Choice(title, title, {"flow": "handover", "values": {}})])
    return reply.offer(ways_out(turn)) if out else reply


MOVES: dict[str, Move] = {
    "cancel": cancel,
    "undo": undo,
    "repeat": repeat,
    "skip": skip,
    "why": why,
    "what_is": what_is,
    "more": more,
    "resume": resume,
    "start_over": restart,
}
ALWAYS = frozenset({"cancel", "undo", "repeat", "resume", "start_over", "more"})
