"""One turn of the dialogue: decides whether a message answers, corrects, asks something else, or moves the talk.

All abilities that hold in every flow stand here and in `moves`; a flow that is declared gets them without a line of
its own. This module computes no figure and knows no sentence.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bot.actions import afterwards, clauses, moves
from bot.actions.answers import Answers
from bot.actions.flow import Flow, Follow, Lead, Turn
from bot.actions.reply import Choice, Reply
from bot.actions.state import OpenFlow
from bot.actions.understanding import Understanding
from bot.actions.unheard import unheard

VALUE_INTENTS = frozenset({"inform", "correct", "what_if", "affirm", "deny", "nlu_fallback"})
QUESTION_INTENTS = frozenset({"faq", "what_is"})
STRANGERS = frozenset({"out_of_scope", "chitchat"})
COURTESIES = frozenset({"greet", "thanks", "bye", "help", "bot", "insult"})
SURE_QUESTION = 0.45
SURE_MOVE = 0.35
LEAN = 0.08
GENERAL, UNSURE_FLOW = 0.3, 0.55
# Calibrated on tests/nlu: 88 % of strangers' messages declined, 0.3 % of FAQ questions with them (docs/decisions).
STRANGE, SURE_INTENT = 0.2, 0.75
SURE_FLOW, SURE_TALK = 0.6, 0.8
# The best entry's match of sounds without a meaning stays below this.
SOUNDS = 0.5
PLAIN_REQUEST, BRIEF = 24, 40
# How far the best entry must be ahead to be the only one meant, in units of the engine's match.
ALONE = 0.2
LONG_SILENCE = timedelta(hours=1)

_TWO = 2
Talk = Callable[[Turn], Reply | None]
FAQ = "faq"
Meant = Flow | str


class Conversation:
    """Runs turns over a set of flows, an answer finder and one-line talk."""

    def __init__(
        self,
        flows: Mapping[str, Flow],
        answers: Answers,
        talk: Mapping[str, Talk],
        leads: Mapping[str, Lead],
        follows: Mapping[str, tuple[Follow, ...]],
    ) -> None:
        self._leads, self._follows = leads, follows
        self._flows = flows
        self._answers = answers
        self._talk = talk
        self._by_intent = {intent: flow for flow in flows.values() for intent in flow.spec.intents}

    def respond(self, turn: Turn) -> Reply:
        """Answer one message and update the state.

        Args:
            turn: The message as understood, the state (changed in place) and the services.

        Returns:
            The reply; never empty.
        """
        state = turn.state
        paused = self._pause(turn)
        reply = self._respond(turn)
        if paused and paused.asked is None and paused in state.flows:
            title = turn.t(f"flow_{paused.id}.title")
            reply.say(turn.t("talk.unfinished", title=title))
            reply.offer([Choice(turn.t("moves.resume"), turn.t("moves.resume"), {"move": "resume"})])
        if not state.greeted:
            state.greeted = True
            reply.say(turn.t("talk.automatic"))
        state.offer([{"payload": choice.payload, "title": choice.title, **choice.does} for choice in reply.choices])
        state.last_text = reply.text[:1200]
        state.last_at = turn.now.isoformat()
        return reply

    # -- one message ---------------------------------------------------------------------------------------------

    def _respond(self, turn: Turn) -> Reply:
        state, heard = turn.state, turn.heard
        key = unheard(turn)
        if key is not None:
            reply = Reply().say(turn.t(key))
            return reply.then(self.question(turn, state.flow)) if state.flow else reply.offer(moves.menu(turn))
        self._note(turn)
        chosen = self._chosen(turn)
        if chosen is not None:
            return self._press(turn, chosen)
        urgent = self._urgent(turn)
        if urgent is not None and self._owner(turn) is None:
            both = self._both(turn, state.flow, free=False) if state.flow and state.flow.asked else None
            return both if both is not None else self.open(turn, urgent)
        move = moves.MOVES.get(heard.intent)
        if move and self._moves(turn):
            moved = move(self, turn)
            if moved is not None:
                return moved
        return self._inside(turn, state.flow) if state.flow and state.flow.asked else self._outside(turn)

    def _moves(self, turn: Turn) -> bool:
        """Whether a message moves the talk; a bare answer never does, and free words only when it is sure."""
        state, heard = turn.state, turn.heard
        least = SURE_MOVE
        if state.flow and state.flow.asked:
            kind = self._kind(state.flow)
            if heard.mention("reply") and kind in ("count", "yes_no"):
                return False
            least = SURE_INTENT if kind == "text" else SURE_MOVE
        return heard.confidence >= least and (state.flow is not None or heard.intent in moves.ALWAYS)

    def _inside(self, turn: Turn, open_flow: OpenFlow) -> Reply:
        """A message while a question is open: an answer, a question, both in one, or neither."""
        heard, flow, asked = turn.heard, self._flows[open_flow.id], open_flow.asked or ""
        free = self._kind(open_flow) == "text"
        both = self._both(turn, open_flow, free=free)
        if both is not None:
            return both
        waiting = self._waiting(turn, open_flow)
        if waiting is not None:
            return waiting
        if free and heard.intent in COURTESIES and heard.confidence >= SURE_TALK and len(heard.text) <= PLAIN_REQUEST:
            return Reply().then(self._talk[heard.intent](turn) or Reply()).then(self.question(turn, open_flow))
        values = flow.hear(turn, open_flow.values, asked)
        answered = values.pop("_explicit", False) or asked in values
        question = self._question(turn, flow)
        asking = question is not None and clauses.asks(heard.text, plainly=free)
        if values and not asking:
            stated = (clauses.states(heard.text) or clauses.mends(heard.text)) and not free
            near = heard.intent in VALUE_INTENTS or heard.intent in flow.spec.intents
            if answered or (stated and question == FAQ) or ((stated or near) and not self._surely(turn, question)):
                return self.fill(turn, open_flow, values)
        if values and question is not FAQ and self._supposes_here(turn):
            return self.fill(turn, open_flow, values)
        if question is not None:
            return self._digress(turn, question)
        if values:
            return self.fill(turn, open_flow, values)
        talked = self._talked(turn)
        if talked is not None and (not open_flow.misses or self._means_it(turn, open_flow)):
            # Sounds without a meaning often look like small talk: the next time they count as not understood.
            open_flow.misses += heard.intent not in COURTESIES
            return talked.then(self.question(turn, open_flow))
        return self.missed(turn, open_flow)

    def _supposes_here(self, turn: Turn) -> bool:
        """Whether a short message supposes a value of the open flow, and asks for nothing by a word of its own."""
        heard = turn.heard
        elsewhere = heard.mention("ask") or heard.mention("opens") or heard.mention("scheme")
        return len(heard.text) <= PLAIN_REQUEST and clauses.supposes(heard.text) and not elsewhere

    def _waiting(self, turn: Turn, open_flow: OpenFlow) -> Reply | None:
        """A short answer that is none to the open question but one to the question of the flow that waits."""
        state, text = turn.state, turn.heard.text
        if len(state.flows) < 2 or len(text) > PLAIN_REQUEST or clauses.asks(text) or self._kind(open_flow) == "text":
            return None
        below = state.flows[-2]
        if below.asked is None or self._kind(below) == "text":
            return None
        if open_flow.asked in self._flows[open_flow.id].hear(turn, open_flow.values, open_flow.asked):
            return None
        values = self._flows[below.id].hear(turn, below.values, below.asked)
        if below.asked not in values:
            return None
        state.flows.remove(open_flow)
        title = turn.t(f"flow_{below.id}.title")
        return Reply().say(turn.t("moves.back", title=title)).then(self.fill(turn, below, values))

    def _both(self, turn: Turn, open_flow: OpenFlow, *, free: bool) -> Reply | None:
        """An answer and a question in one message: the answer is kept, the question answered, the next one asked."""
        flow = self._flows[open_flow.id]
        told, asked = clauses.divide(turn.heard, plainly=free)
        if told is None or not asked:
            return None
        beside = [
            (part, meant)
            for part in (self._pointing(turn, told, one) if free else replace(turn, heard=one) for one in asked)
            if (meant := self._beside(part, open_flow))
        ]
        telling = replace(turn, heard=told)
        if not beside:
            whole = not free or flow.spec.question(open_flow.asked or "").whole
            return None if whole or not clauses.states(told.text) else self._lost(telling, open_flow)
        values = flow.hear(telling, open_flow.values, open_flow.asked)
        answered = values.pop("_explicit", False) or open_flow.asked in values
        if answered or (values and clauses.states(told.text)):
            return self.fill(telling, open_flow, values, beside[0])
        return None

    def _pointing(self, turn: Turn, told: Understanding, asked: Understanding) -> Turn:
        """A question about what was just told is asked with it."""
        about = replace(turn.heard, cases=told.cases) if clauses.points(asked) else asked
        return replace(turn, heard=about)

    def _lost(self, turn: Turn, open_flow: OpenFlow) -> Reply:
        """Free words are kept, and the question beside them is said not to be understood."""
        values = self._flows[open_flow.id].hear(turn, open_flow.values, open_flow.asked)
        values.pop("_explicit", None)
        return Reply().say(turn.t("moves.aside_lost")).then(self.fill(turn, open_flow, values))

    def _beside(self, turn: Turn, open_flow: OpenFlow) -> Meant | None:
        """What a question beside an answer means: about that very answer, it is what the open question means."""
        flow = self._flows[open_flow.id]
        if open_flow.asked and self._kind(open_flow) != "text" and clauses.about_answer(turn.heard):
            return flow.key(open_flow.asked, "what")
        return self._question(turn, flow)

    def _means_it(self, turn: Turn, open_flow: OpenFlow) -> bool:
        """Whether a message that is no answer is surely small talk or a stranger's question, and no mere sounds."""
        heard = turn.heard
        if heard.intent in COURTESIES:
            return True
        worded = heard.mention("foreign") or (heard.answers and heard.answers[0].match >= SOUNDS)
        return bool(worded) and heard.confidence >= SURE_INTENT and open_flow.misses < 2

    def _talked(self, turn: Turn) -> Reply | None:
        """A line for thanks, an insult, small talk, strangers' questions."""
        intent = turn.heard.intent
        return self._talk[intent](turn) if intent in self._talk and turn.heard.confidence >= SURE_MOVE else None

    def _outside(self, turn: Turn) -> Reply:
        """A message while no question is open."""
        state, heard = turn.state, turn.heard
        flow = self._by_intent.get(heard.intent)
        if flow is self._by_intent.get("accident_now") and afterwards.loses_paper(turn):
            flow = None
        continued = self._continued(turn)
        if continued is not None:
            state.misses = 0
            return continued
        opened = None if heard.mention("foreign") else self._flows.get(heard.mention("opens") or "")
        if opened is not None and (len(heard.text) <= PLAIN_REQUEST or self._takes(turn, opened)):
            state.misses = 0
            return self.open(turn, opened)
        meant = self._plainly(turn)
        if meant is not None:
            state.misses = 0
            return meant
        if self._beside_the_point(turn, flow):
            return self._declined(turn)
        if flow is not None and self._rather_general(turn, flow):
            flow = None
        if flow is None or heard.confidence < SURE_FLOW:
            claimed = self._claimed(turn, flow)
            if claimed is not None:
                state.misses = 0
                return claimed
        if heard.intent in VALUE_INTENTS or (flow and heard.confidence < 0.3):
            follow = self._follow_up(turn)
            if follow is not None:
                state.misses = 0
                return follow
        if flow is not None:
            state.misses = 0
            return self.open(turn, flow)
        asked = heard.intent in QUESTION_INTENTS or heard.intent in self._by_intent
        if asked or (heard.intent == "out_of_scope" and self._answers.strong(turn)):
            led = self._led(turn)
            if led is not None:
                state.misses = 0
                return self.open(turn, led)
            answer = self._answers.answer(turn)
            if answer is not None:
                state.misses = 0
                state.topic = "faq"
                return answer
        if heard.intent in STRANGERS:
            return self._declined(turn)
        if heard.intent in self._talk:
            said = self._talk[heard.intent](turn)
            if said is not None:
                return said
        return self._unsure(turn)

    def _continued(self, turn: Turn) -> Reply | None:
        """A short message about the result or the answer given last, which names nothing else."""
        state = turn.state
        topic = self._flows.get(state.topic or "")
        known = state.closed.get(topic.id) if topic else None
        values = topic.continues(turn, known) if topic and known is not None else {}
        if topic and values:
            return self._reopen(turn, topic, values)
        told, asked = clauses.divide(turn.heard)
        if told is None and len(asked) == _TWO:
            first, second = (replace(turn, heard=one) for one in asked)
            reply = afterwards.of_last(first)
            return reply.then(self._answers.answer(second) or Reply()) if reply else None
        beside = afterwards.entry_beside_last(turn)
        return self._answers.entry(turn, beside) if beside else afterwards.of_last(turn)

    def _plainly(self, turn: Turn) -> Reply | None:
        """A message that belongs to one flow by its facts alone, whatever it is worded like."""
        topic, owner = self._flows.get(turn.state.topic or ""), self._owner(turn)
        if owner is not None:
            return self.open(turn, owner)
        if topic is not None and _varies(turn):
            changed = self._adds(turn)
            if changed:
                return self._reopen(turn, topic, changed)
        return self._followed(turn)

    def _owner(self, turn: Turn) -> Flow | None:
        """The flow that a message's facts and question belong to, however it is worded."""
        for flow in self._flows.values():
            values = flow.hear(turn, {}, None)
            if values and flow.owns(turn, values):
                return flow
        return None

    def _followed(self, turn: Turn) -> Reply | None:
        """A bare value after an FAQ entry, told so that the rule in the entry is held against it."""
        state, heard = turn.state, turn.heard
        if state.topic != FAQ or len(heard.text) > BRIEF or heard.mention("scheme"):
            return None
        for follow in self._follows.get(state.answer or "", ()):
            flow = self._flows[follow.flow]
            values = flow.hear(turn, follow.values, follow.slot)
            if follow.slot in values:
                return self.open(turn, flow, {**follow.values, **values})
        return None

    def _declined(self, turn: Turn) -> Reply:
        """What this counter does not handle is declined; at the third time in a row a person is offered."""
        state = turn.state
        if turn.heard.mention("matter"):
            return self._talk["not_held"](turn) or self._unsure(turn)
        state.misses += 1
        if state.misses >= 3:
            state.misses = 0
            return moves.person(turn, Reply().say(turn.t("talk.unsure.third")), out=False)
        talk = turn.heard.intent if turn.heard.intent in STRANGERS else "out_of_scope"
        return self._talk[talk](turn) or self._unsure(turn)

    def _follow_up(self, turn: Turn) -> Reply | None:
        """Values without a question belong to the topic spoken of last, or to the flow that they fit."""
        state, heard = turn.state, turn.heard
        if heard.intent == "nlu_fallback" and self._answers.confident(turn):
            return None
        order = [name for name in (state.topic or "", *reversed(state.closed)) if name in self._flows]
        for name in dict.fromkeys([*order, *self._flows]):
            flow = self._flows[name]
            known = state.closed.get(name, {})
            values = flow.hear(turn, known, None)
            if values and (name in order or flow.fits(values)):
                return self._reopen(turn, flow, values)
        return None

    def _claimed(self, turn: Turn, meant: Flow | None) -> Reply | None:
        """A message whose facts belong to the topic spoken of, or to one flow only, whatever it is worded like."""
        topic = self._flows.get(turn.state.topic or "")
        changed = self._adds(turn)
        if topic is not None and changed:
            return self._reopen(turn, topic, changed)
        for flow in self._flows.values() if meant is None else ():
            values = flow.hear(turn, {}, None)
            if values and flow.claims(turn, values):
                return self.open(turn, flow)
        return None

    def _takes(self, turn: Turn, flow: Flow) -> bool:
        """Whether a message holds so much of what a flow uses that it is surely for it."""
        return flow.claims(turn, flow.hear(turn, {}, None))

    def _adds(self, turn: Turn) -> dict[str, Any]:
        """What a message changes of the result given last; empty when it is hardly about that."""
        state = turn.state
        topic = self._flows.get(state.topic or "")
        if topic is None or topic.id not in state.closed:
            return {}
        text = turn.heard.text
        brief = len(text) <= PLAIN_REQUEST and not clauses.asks(text) and not self._answers.strong(turn)
        if not (brief or _varies(turn) or self._leans(turn, topic)):
            return {}
        known = state.closed[topic.id]
        changed = {k: v for k, v in topic.hear(turn, known, None).items() if known.get(k) != v}
        told = any(not slot.startswith("_") or slot in topic.telling for slot in changed)
        return changed if told else {}

    def _asked_by_name(self, turn: Turn) -> bool:
        """Whether the best entry is asked for by the stranger's name that the message holds."""
        heard, ranked = turn.heard, self._answers.ranked(turn)
        text = clauses.fold(heard.text.strip())
        names = {text[word.start : word.end] for word in heard.words if word.entity == "foreign"}
        asked = turn.services.knowledge.entries[ranked[0].id].questions if ranked else ()
        return any(name and name in clauses.fold(phrase) for name in names for phrase in asked)

    def _beside_the_point(self, turn: Turn, flow: Flow | None) -> bool:
        """Whether a message is about something that this counter does not handle."""
        heard = turn.heard
        named = heard.mention("foreign")
        sure = heard.intent == "out_of_scope" and heard.confidence >= SURE_INTENT
        strangers = named and sure and not self._asked_by_name(turn)
        if heard.mention("scheme") or (self._answers.strong(turn) and not strangers):
            return False
        if named:
            # A place or a thing named in what is told (the noodle shop next door) is not what the message is about.
            return not (heard.mention("told") and flow is not None and heard.confidence >= SURE_INTENT)
        if self._adds(turn):
            return False
        strange = heard.score("out_of_scope") + heard.score("chitchat")
        if strange < STRANGE or heard.confidence >= SURE_INTENT or heard.intent in VALUE_INTENTS:
            return False
        return flow is None or not flow.hear(turn, {}, None)

    def _rather_general(self, turn: Turn, flow: Flow) -> bool:
        """Whether a message that sounds like a capability is worded like an entry and holds no facts for the flow."""
        heard = turn.heard
        if heard.score("faq") < GENERAL or heard.confidence >= UNSURE_FLOW or not self._answers.strong(turn):
            return False
        return not self._takes(turn, flow)

    def _led(self, turn: Turn) -> Flow | None:
        """The flow that computes what the best entry only tells in general, when it knows all that it needs."""
        ranked = self._answers.ranked(turn)
        lead = self._leads.get(ranked[0].id) if ranked else None
        flow = self._flows.get(lead.flow) if lead else None
        if lead is None or flow is None:
            return None
        known = flow.opening(turn)
        trial = OpenFlow(flow.id, {**known, **flow.hear(turn, known, None)})
        told = [slot for slot in trial.values if not slot.startswith("_")]
        enough = told and set(lead.told) <= set(trial.values)
        return flow if enough and flow.next(turn, trial) is None else None

    def _leans(self, turn: Turn, topic: Flow) -> bool:
        near = (*topic.spec.intents, "inform", "correct", "what_if")
        return sum(turn.heard.score(intent) for intent in near) >= LEAN

    def _reopen(self, turn: Turn, flow: Flow, values: dict[str, Any]) -> Reply:
        """Go on with a finished flow: a correction, or a what-if."""
        known = turn.state.closed.get(flow.id, {})
        open_flow = OpenFlow(flow.id, dict(known) or flow.opening(turn))
        turn.state.flows.append(open_flow)
        return self.fill(turn, open_flow, values)

    def _unsure(self, turn: Turn) -> Reply:
        led = self._led(turn)
        if led is not None and led.id == turn.state.topic:
            return self.open(turn, led)
        turn.state.misses += 1
        suggestion = self._answers.suggest(turn)
        if suggestion is not None and turn.state.misses < 3:
            return suggestion
        step = min(turn.state.misses, 3)
        reply = Reply().say(turn.t(f"talk.unsure.{('first', 'second', 'third')[step - 1]}"))
        if step == 3:
            turn.state.misses = 0
            reply = moves.person(turn, reply, out=False)
        return reply.offer(moves.menu(turn))

    # -- flows ---------------------------------------------------------------------------------------------------

    def open(self, turn: Turn, flow: Flow, values: dict[str, Any] | None = None) -> Reply:
        """Open a flow with what the message holds, on top of what is open."""
        state = turn.state
        state.flows = [waiting for waiting in state.flows if waiting.id != flow.id]
        open_flow = OpenFlow(flow.id, flow.opening(turn))
        state.flows.append(open_flow)
        heard = flow.hear(turn, open_flow.values, None) if values is None else values
        return self.fill(turn, open_flow, heard)

    def fill(
        self, turn: Turn, open_flow: OpenFlow, values: dict[str, Any], beside: tuple[Turn, Meant] | None = None
    ) -> Reply:
        """Take values into a flow, say what changed, and ask on or give the result.

        Args:
            turn: The turn.
            open_flow: The flow that the values belong to.
            values: What was told, by slot.
            beside: A question that stood beside the answer, with what it means; it is answered before the next
                question is asked.

        Returns:
            The reply, with the open question once and last.
        """
        flow, t = self._flows[open_flow.id], turn.t
        turn.state.remember()
        reply, new = Reply(), []
        changed = {slot: value for slot, value in values.items() if open_flow.values.get(slot) != value}
        for slot, value in values.items():
            old = open_flow.values.get(slot)
            if old is not None and old != value and not slot.startswith("_"):
                shown = {"old": flow.show(turn, slot, old), "new": flow.show(turn, slot, value)}
                said = "moves.supposed" if self._supposing(turn, open_flow) else "moves.changed"
                reply.say(t(said, label=t(flow.key(slot, "label")), **shown))
            elif old is None and not slot.startswith("_"):
                new.append(slot)
            open_flow.values[slot] = value
            open_flow.skipped = [skipped for skipped in open_flow.skipped if skipped != slot]
        open_flow.values = flow.settle(turn, open_flow.values, changed)
        open_flow.misses = 0
        question = flow.next(turn, open_flow)
        if question is None:
            if beside is None:
                return self.finish(turn, open_flow, reply)
            self.finish(turn, open_flow, reply, back=False)
            aside = self._digress(*beside, beside=True)
            # The result may have answered what stood beside the last fact.
            aside.lines = [line for line in aside.lines if line not in reply.lines]
            return reply.then(aside)
        if open_flow.asked and new and not reply.lines:
            reply.say(*self._acknowledged(turn, open_flow, new[:3]))
        open_flow.asked, open_flow.guided = question.slot, True
        if beside is not None:
            return reply.then(self._digress(*beside, beside=True))
        return reply.then(flow.ask(turn, open_flow, question))

    def _acknowledged(self, turn: Turn, open_flow: OpenFlow, new: list[str]) -> list[str]:
        """New values as they were understood; free words are only said to be heard."""
        flow, t = self._flows[open_flow.id], turn.t
        free = {question.slot for question in flow.spec.questions if question.kind == "text"}
        told = [f"{t(flow.key(s, 'label'))} {flow.show(turn, s, open_flow.values[s])}" for s in new if s not in free]
        written = [t(flow.key(slot, "label")) for slot in new if slot in free]
        comma = t("units.comma")
        lines = [t("moves.noted", told=comma.join(told))] if told else []
        return [*lines, t("moves.heard", labels=comma.join(written))] if written else lines

    def _supposing(self, turn: Turn, open_flow: OpenFlow) -> bool:
        """Whether a finished result is asked for once more with another value, and nothing is corrected."""
        text = turn.heard.text
        if open_flow.asked is not None or open_flow.id not in turn.state.closed or clauses.mends(text):
            return False
        return clauses.supposes(text) or clauses.asks(text) or self._chosen(turn) is not None

    def finish(self, turn: Turn, open_flow: OpenFlow, reply: Reply, *, back: bool = True) -> Reply:
        """Give a flow's result, close it, and return (`back`) to the flow that waits."""
        state, flow = turn.state, self._flows[open_flow.id]
        open_flow.asked = None
        result = flow.finish(turn, open_flow)
        if open_flow.asked is None and open_flow in state.flows:
            state.flows.remove(open_flow)
            state.closed.pop(flow.id, None)
            state.closed[flow.id] = {
                slot: value for slot, value in open_flow.values.items() if not slot.startswith("_") or slot in flow.kept
            }
            state.closed = dict(list(state.closed.items())[-5:])
            state.topic = flow.id
        reply.then(result)
        return self._return(turn, reply) if back and open_flow.asked is None else reply

    def question(self, turn: Turn, open_flow: OpenFlow) -> Reply:
        """The open question of a flow, asked again."""
        flow = self._flows[open_flow.id]
        if open_flow.asked is None:
            return Reply()
        return flow.ask_again(turn, open_flow, flow.spec.question(open_flow.asked))

    def flow_of(self, open_flow: OpenFlow) -> Flow:
        """The flow that an open flow runs."""
        return self._flows[open_flow.id]

    def flow(self, name: str) -> Flow:
        """A flow by name."""
        return self._flows[name]

    @property
    def answers(self) -> Answers:
        """The finder of answers."""
        return self._answers

    def missed(self, turn: Turn, open_flow: OpenFlow) -> Reply:
        """The open question was not answered: say it otherwise, then offer buttons, then a person; then pause."""
        flow, t = self._flows[open_flow.id], turn.t
        open_flow.misses += 1
        slot = open_flow.asked or ""
        question = flow.spec.question(slot)
        if open_flow.misses == 1:
            hint = Reply().say(t("moves.miss.first"), t(flow.key(slot, "hint")))
            return hint.offer(flow.choices(turn, open_flow, question))
        if open_flow.misses == 2:
            reply = Reply().say(t("moves.miss.second", label=t(flow.key(slot, "label"))))
            return reply.offer([*flow.choices(turn, open_flow, question), *moves.ways_out(turn)])
        if open_flow.misses == 3:
            return moves.person(turn, Reply().say(t("moves.miss.third")))
        title = t(f"flow_{flow.id}.title")
        turn.state.flows.remove(open_flow)
        turn.state.flows.insert(0, open_flow)
        open_flow.asked, open_flow.misses = None, 0
        turn.state.facts["paused"] = flow.id
        return Reply().say(t("moves.paused", title=title)).offer(moves.menu(turn))

    def _return(self, turn: Turn, reply: Reply) -> Reply:
        waiting = turn.state.flow
        if waiting is None or waiting.asked is None:
            return reply
        title = turn.t(f"flow_{waiting.id}.title")
        return reply.say(turn.t("moves.back", title=title)).then(self.question(turn, waiting))

    # -- reading the message -------------------------------------------------------------------------------------

    def _kind(self, open_flow: OpenFlow) -> str:
        """The kind of the open question."""
        return self._flows[open_flow.id].spec.question(open_flow.asked or "").kind

    def _question(self, turn: Turn, flow: Flow) -> Meant | None:
        """What a message asks that is not for the open flow: another flow, `faq`, or None."""
        heard = turn.heard
        owner = self._owner(turn) if clauses.asks(heard.text) else None
        if owner is not None:
            return None if owner is flow else owner
        strong = clauses.asks(heard.text) and self._answers.strong(turn)
        other = self._by_intent.get(heard.intent)
        least = SURE_QUESTION
        if strong and other is not None:
            alone = self._answers.rank(turn).lead >= ALONE and not self._takes(turn, other)
            least = SURE_TALK if alone else UNSURE_FLOW
        if other is not None and heard.confidence >= least:
            return None if other is flow else other
        if strong or (heard.intent in QUESTION_INTENTS and heard.confidence >= SURE_QUESTION):
            return FAQ
        return None

    def _told_elsewhere(self, turn: Turn, flow: Flow) -> bool:
        """Whether an entry answers a question for which a flow could only ask back."""
        if turn.heard.mention("opens") or not clauses.asks(turn.heard.text) or not self._answers.strong(turn):
            return False
        ranked = self._answers.rank(turn)
        lead = self._leads.get(ranked.found[0].id)
        surely = turn.heard.confidence >= SURE_TALK and ranked.lead < ALONE
        if surely or (lead is not None and lead.flow == flow.id):
            return False
        known = flow.opening(turn)
        return flow.next(turn, OpenFlow(flow.id, {**known, **flow.hear(turn, known, None)})) is not None

    def _surely(self, turn: Turn, meant: Meant | None) -> bool:
        return meant is not None and turn.heard.confidence >= SURE_TALK

    def _digress(self, turn: Turn, meant: Meant, *, beside: bool = False) -> Reply:
        """Answer a question that is not for the open flow, and return to the open question."""
        if isinstance(meant, Flow) and not self._told_elsewhere(turn, meant):
            return self.open(turn, meant)
        if isinstance(meant, str) and meant != FAQ:
            return self._return(turn, Reply().say(turn.t(meant)))
        led = self._led(turn)
        if led is not None and not any(waiting.id == led.id for waiting in turn.state.flows):
            return self.open(turn, led)
        answer = self._answers.answer(turn)
        if answer is not None:
            return self._return(turn, answer)
        waiting = turn.state.flow
        if beside:
            lost = Reply().say(turn.t("moves.aside_lost"))
            return lost.then(self.question(turn, waiting)) if waiting else lost
        return self.missed(turn, waiting) if waiting else self._unsure(turn)

    def _urgent(self, turn: Turn) -> Flow | None:
        heard, state = turn.heard, turn.state
        flow, report = self._by_intent.get("accident_now"), self._by_intent.get("accident_report")
        if flow is None or not ((heard.intent == "accident_now" and heard.confidence >= 0.5) or flow.alarms(turn)):
            return None
        if afterwards.loses_paper(turn):
            return None
        spoken = self._flows[state.flow.id] if state.flow else None
        if state.flow is None or spoken is None:
            mended = clauses.mends(heard.text) and not heard.mention("happened") and self._adds(turn)
            return None if mended else flow
        # Whoever tells what happened for the report has had the guidance; a field that is mended is no accident, and
        # what was asked for in free words is one only when it has just happened.
        asked = state.flow.asked is not None and self._kind(state.flow) == "text" and not heard.mention("happened")
        return None if spoken in (flow, report) or asked or spoken.named(turn) else flow

    def _chosen(self, turn: Turn) -> dict[str, Any] | None:
        """The button that a message is, newest first; words that answer the open question are no older button."""
        folded, open_flow = turn.heard.folded, turn.state.flow
        named = (c for c in reversed(turn.state.choices) if folded in (c["payload"].lower(), c["title"].lower()))
        found = [choice for choice in named if self._lasts(choice, open_flow)]
        if not found or open_flow is None or open_flow.asked is None:
            return dict(found[0]) if found else None
        for choice in found:
            if (choice.get("flow"), choice.get("slot")) == (open_flow.id, open_flow.asked):
                return dict(choice)
        heard = self._flows[open_flow.id].hear(turn, open_flow.values, open_flow.asked)
        if "slot" in found[0] and self._kind(open_flow) != "text" and open_flow.asked in heard:
            return None
        return dict(found[0])

    def _lasts(self, choice: Mapping[str, Any], open_flow: OpenFlow | None) -> bool:
        """Whether a button means something by itself; yes and no mean nothing once their question is closed."""
        if "slot" not in choice or self._flows[choice["flow"]].spec.question(choice["slot"]).kind != "yes_no":
            return True
        return open_flow is not None and (open_flow.id, open_flow.asked) == (choice["flow"], choice["slot"])

    def _press(self, turn: Turn, choice: dict[str, Any]) -> Reply:
        """A button: of the open question, of an earlier one, an FAQ entry, a flow or a move."""
        state = turn.state
        if "move" in choice:
            reply = moves.MOVES[choice["move"]](self, turn)
            return reply if reply is not None else self._unsure(turn)
        if "faq" in choice:
            return self._return(turn, self._answers.entry(turn, choice["faq"]))
        flow = self._flows[choice["flow"]]
        values = choice.get("values") or ({choice["slot"]: choice["value"]} if "slot" in choice else {})
        for waiting in state.flows:
            if waiting.id == flow.id and "slot" in choice:
                state.flows.remove(waiting)
                state.flows.append(waiting)
                return self.fill(turn, waiting, values)
        if "slot" in choice and flow.id in state.closed:
            return self._reopen(turn, flow, values)
        return self.open(turn, flow, values)

    def _note(self, turn: Turn) -> None:
        for flow in self._flows.values():
            flow.note(turn)
        scheme = turn.heard.mention("scheme")
        if scheme:
            turn.state.scheme = scheme
        business = turn.heard.mention("excluded_industry")
        if business and not clauses.asks(turn.heard.text):
            turn.state.facts["business"] = business
        elif turn.heard.mention("industry"):
            turn.state.facts.pop("business", None)

    def _pause(self, turn: Turn) -> OpenFlow | None:
        """After a long silence the open flow waits; the member is told that it can be taken up again."""
        state = turn.state
        if not state.last_at or state.flow is None:
            return None
        if turn.now - datetime.fromisoformat(state.last_at) < LONG_SILENCE:
            return None
        if turn.heard.intent == "resume" or self._still_answers(turn, state.flow):
            return None
        paused = state.flow
        state.facts["paused"] = paused.id
        state.facts["paused_slot"] = paused.asked
        paused.asked = None
        return paused

    def _still_answers(self, turn: Turn, open_flow: OpenFlow) -> bool:
        """Whether a message after a long silence answers the question that was open; free words may be anything."""
        if open_flow.asked is None:
            return False
        flow = self._flows[open_flow.id]
        if self._kind(open_flow) == "text" and (turn.heard.intent in self._talk or self._question(turn, flow)):
            return False
        return open_flow.asked in flow.hear(turn, open_flow.values, open_flow.asked)


def _varies(turn: Turn) -> bool:
    """Whether a short message mends what was told, supposes something else, or asks what that would differ in."""
    heard = turn.heard
    if len(heard.text) > BRIEF:
        return False
    compares = heard.mentioned("ask", "difference") or heard.mentioned("ask", "side_by_side")
    return compares or clauses.supposes(heard.text) or clauses.mends(heard.text)
