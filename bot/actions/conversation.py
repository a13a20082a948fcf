"""One turn of the dialogue: decides whether a message answers, corrects, asks something else, or moves the talk.

All abilities that hold in every flow stand here and in the modules beside it (`inside`, `beside`, `outside`,
`after_an_answer`, `strangers`, `meaning`, `buttons`, `silence`, `moves`); a flow that is declared gets them without a
line of its own. This module takes values into flows and asks on; it computes no figure and knows no sentence.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.actions import (
    accident_talk,
    afterwards,
    beside,
    buttons,
    clauses,
    evidence,
    following,
    inside,
    meaning,
    moves,
    outside,
    several,
    silence,
    sites,
    strangers,
)
from bot.actions.answers import Answers
from bot.actions.capabilities.danger import safety_first
from bot.actions.capabilities.moment import wrong_weekday
from bot.actions.capabilities.subject import own_words
from bot.actions.flow import Flow, Follow, Lead, Turn
from bot.actions.reply import Choice, Reply
from bot.actions.state import OpenFlow
from bot.actions.sureness import ALONE, COURTESIES, FAQ, LONG_SILENCE, STOPPING, SURE_INTENT, SURE_MOVE, Meant
from bot.actions.understanding import Sentence
from bot.actions.unheard import unheard

Talk = Callable[[Turn], Reply | None]
_TWO_PARTS, _INSULT = 2, "insult"
# Schemes that are joined together with the main one, and what a firm tells of that.
_WITH_MAIN, _IN_OR_OUT = frozenset({"assembly", "top_up"}), frozenset({"has_third_party", "no_third_party"})
# The scheme spoken of before the present one.
_BEFORE = "before"


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
        self.leads, self.follows = leads, follows
        self.flows = flows
        self.answers = answers
        self.talk = talk
        self.by_intent = {intent: flow for flow in flows.values() for intent in flow.spec.intents}

    def respond(self, turn: Turn) -> Reply:
        """Answer one message and update the state.

        Args:
            turn: The message as understood, the state (changed in place) and the services.

        Returns:
            The reply; never empty.
        """
        state = turn.state
        paused, answered, spoken = silence.pause(self, turn), state.answer, state.scheme
        free = state.flow is None or state.flow.asked is None
        reply = self._respond(turn)
        reply = safety_first(turn, several.completed(self, turn, reply)) if free else reply
        if state.topic is None and state.answer not in (None, answered):
            state.topic = FAQ
        earlier = spoken or turn.heard.mention("scheme")
        if earlier not in (None, state.scheme):
            state.facts[_BEFORE] = earlier
        if paused and paused.asked is None and paused in state.flows:
            title = turn.t(f"flow_{paused.id}.title")
            reply.say(turn.t("talk.unfinished", title=title))
            reply.offer([Choice(turn.t("moves.resume"), turn.t("moves.resume"), {"move": "resume"})])
        off = wrong_weekday(turn.heard.folded, turn.now.date())
        if off is not None:
            day = {"year": off.year, "month": off.month, "day": off.day}
            reply.say(turn.t("accident.weekday_off", weekday=turn.t(f"accident.weekday.{off.weekday()}"), **day))
        if not state.greeted:
            state.greeted = True
            reply.say(turn.t("talk.automatic"))
        state.offer([{"payload": choice.payload, "title": choice.title, **choice.does} for choice in reply.choices])
        state.last_text = reply.text[:1200]
        state.last_at = turn.now.isoformat()
        return reply

    def _respond(self, turn: Turn) -> Reply:
        state = turn.state
        key = unheard(turn)
        if key is not None:
            reply = Reply().say(turn.t(key))
            return reply.then(self.question(turn, state.flow)) if state.flow else reply.offer(moves.menu(turn))
        self._note(turn)
        chosen = buttons.chosen(self, turn)
        if chosen is not None:
            return buttons.press(self, turn, chosen)
        turn = meaning.past_its_sound(self._past_taken_back(self._past_courtesy(turn)))
        left, judgement = self._left(turn), meaning.wants_judgement(self, turn)
        if judgement not in meaning.OF_JUDGES:
            # Whose fault it is is declined whatever else is told; first aid is told in the talk about an accident.
            left = left or accident_talk.going_on(self, turn)
        if left is not None:
            return left
        if judgement is not None:
            return self._judged(turn, judgement)
        urgent = meaning.urgent(self, turn)
        if urgent is not None and (urgent.alarms(turn) or meaning.owner(self, turn) is None):
            both = beside.both(self, turn, state.flow, free=False) if state.flow and state.flow.asked else None
            return both if both is not None else self.open(turn, urgent)
        aside = moves.where(self, turn) if afterwards.asks_where(turn) else self._after(turn)
        aside = aside or sites.not_helped(self, turn)
        if aside is not None:
            return aside
        move = moves.MOVES.get(turn.heard.intent)
        if move and self._moves(turn):
            moved = move(self, turn)
            if moved is not None:
                return moved
        return inside.inside(self, turn, state.flow) if state.flow and state.flow.asked else outside.outside(self, turn)

    def _judged(self, turn: Turn, entry: str) -> Reply:
        """Nobody is judged or treated here, whatever is told or asked at the moment."""
        turn.state.misses = 0
        if turn.state.flow is None:
            turn.state.topic = FAQ
        return self.back(turn, self.answers.entry(turn, entry))

    def _past_courtesy(self, turn: Turn) -> Turn:
        """A message that only begins with thanks or a greeting, and then asks, is what it asks."""
        heard = turn.heard
        parts = heard.sentences
        polite = heard.intent in COURTESIES and len(parts) >= _TWO_PARTS and parts[0].intent in COURTESIES
        # Whoever scolds and then only says what he will do asks for nothing.
        scolds = polite and parts[0].intent == _INSULT
        wishes = any(clauses.asks(part.text) or (self._wishes(part) and not scolds) for part in parts[1:])
        if not polite or not wishes:
            return turn
        return replace(turn, heard=clauses.after_first(heard))

    def _wishes(self, part: Sentence) -> bool:
        """Whether a sentence surely is for one of the flows."""
        return part.intent in self.by_intent and part.confidence >= SURE_INTENT

    def _past_taken_back(self, turn: Turn) -> Turn:
        """A message that first takes something back, or complains of the answer, is what it says after that.

        What was told last is then not what was asked for.
        """
        heard, state = turn.heard, turn.state
        if state.flow is not None and state.flow.asked is not None:
            return turn
        rest = clauses.after_complaint(heard)
        if len(heard.sentences) >= _TWO_PARTS and clauses.takes_back(heard.sentences[0].text):
            rest = clauses.after_first(heard)
        if rest is None:
            return turn
        missed = state.answer if state.topic == FAQ and clauses.asks(rest.text) else None
        return replace(turn, heard=replace(rest, answers=tuple(one for one in rest.answers if one.id != missed)))

    def _left(self, turn: Turn) -> Reply | None:
        """A message that first stops the open flow and then goes on: both, in this order."""
        parts, flow = turn.heard.sentences, turn.state.flow
        if flow is None or flow.asked is None:
            return None
        given_up = clauses.after_giving_up(turn.heard) if len(parts) < _TWO_PARTS else None
        if given_up is not None:
            return self._stopped(turn, flow).then(self._respond(replace(turn, heard=given_up)))
        if len(parts) < _TWO_PARTS:
            return None
        first, rest = parts[0], parts[1:]
        more = any(clauses.asks(part.text) or part.intent in self.by_intent for part in rest)
        if first.intent != "cancel" or first.confidence < SURE_INTENT or not more:
            return None
        return self._stopped(turn, flow).then(self._respond(replace(turn, heard=clauses.after_first(turn.heard))))

    def _stopped(self, turn: Turn, flow: OpenFlow) -> Reply:
        """That the open flow is left."""
        turn.state.flows.pop()
        return Reply().say(turn.t("moves.cancelled", title=turn.t(f"flow_{flow.id}.title")))

    def _after(self, turn: Turn) -> Reply | None:
        """Few words about the result told last, while no question is open."""
        state = turn.state
        topic = self.flows.get(state.topic or "")
        if topic is None or topic.id not in state.closed or (state.flow and state.flow.asked):
            return None
        if state.last_at and turn.now - datetime.fromisoformat(state.last_at) >= LONG_SILENCE:
            return None
        return topic.after(turn, state.closed[topic.id])

    def _moves(self, turn: Turn) -> bool:
        """Whether a message moves the talk; a bare answer never does, and free words only when it is sure."""
        state, heard = turn.state, turn.heard
        least = SURE_MOVE
        if state.flow is None and evidence.pattern("announced").search(heard.folded):
            return False
        if state.flow and state.flow.asked:
            kind = self.kind(state.flow)
            if heard.mention("reply") and kind in ("count", "yes_no"):
                return False
            least = SURE_INTENT if kind == "text" else SURE_MOVE
        if state.flow is None and heard.intent in STOPPING and not self.flows.keys() & set(state.closed):
            # Nothing is under way that could be stopped: `やめたい` is about a scheme, `やり直し費用` about an entry.
            ranked = self.answers.rank(turn)
            named = ranked.best is not None and ranked.best.match >= 1.0 and ranked.lead >= ALONE
            other = clauses.asks(heard.text) or named or (heard.confidence < SURE_INTENT and ranked.sure)
            other = other or (
                state.topic is not None and heard.intent == "start_over" and not clauses.restarts(heard.text)
            )
            return heard.confidence >= least and not other
        if heard.intent == "resume" and not clauses.resumes(heard.text):
            return False
        if heard.intent == "start_over" and state.flow and not clauses.restarts(heard.text):
            return False
        if heard.intent == "repeat" and state.topic is not None and not clauses.repeats(heard.text):
            return False
        return heard.confidence >= least and (state.flow is not None or heard.intent in moves.ALWAYS)

    def open(self, turn: Turn, flow: Flow, values: dict[str, Any] | None = None) -> Reply:
        """Open a flow with what the message holds, on top of what is open."""
        state = turn.state
        state.flows = [waiting for waiting in state.flows if waiting.id != flow.id]
        start = self._of_rule(turn, flow) | flow.opening(turn)
        # What the flow is opened with is no correction of what was spoken of before.
        start |= {slot: value for slot, value in (values or {}).items() if slot in start}
        open_flow = OpenFlow(flow.id, start)
        state.flows.append(open_flow)
        heard = flow.hear(turn, open_flow.values, None) if values is None else values
        return self.fill(turn, open_flow, heard)

    def _of_rule(self, turn: Turn, flow: Flow) -> dict[str, Any]:
        """What the entry told last settles for a flow: its rule is of one scheme, of one kind of accident."""
        told = following.told_last(turn)
        follows = (follow for follow in self.follows.get(told or "", ()) if follow.flow == flow.id)
        named = turn.heard.mention("scheme") or turn.heard.mention("plan")
        return {} if named else dict(next((follow.values for follow in follows), {}))

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
        flow, t = self.flows[open_flow.id], turn.t
        turn.state.remember()
        reply, new = Reply(), []
        changed = {slot: value for slot, value in values.items() if open_flow.values.get(slot) != value}
        for slot, value in values.items():
            old = open_flow.values.get(slot)
            inner = slot.startswith("_") or slot in flow.quiet
            if old is not None and old != value and not inner:
                shown = {"old": flow.show(turn, slot, old), "new": flow.show(turn, slot, value)}
                said = "moves.supposed" if self._supposing(turn, open_flow) else "moves.changed"
                alike = shown["old"] == shown["new"]
                reply.say(None if alike else t(said, label=t(flow.key(slot, "label")), **shown))
            elif old is None and not inner:
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
            aside = self.digress(*beside, beside=True)
            # The result may have answered what stood beside the last fact.
            aside.lines = [line for line in aside.lines if line not in reply.lines]
            return reply.then(aside)
        if open_flow.asked and new and not reply.lines:
            reply.say(*self._acknowledged(turn, open_flow, new[:3]))
        open_flow.asked, open_flow.guided = question.slot, True
        if beside is not None:
            return reply.then(self.digress(*beside, beside=True))
        return reply.then(flow.ask(turn, open_flow, question))

    def _acknowledged(self, turn: Turn, open_flow: OpenFlow, new: list[str]) -> list[str]:
        """New values as they were understood; free words are only said to be heard."""
        flow, t = self.flows[open_flow.id], turn.t
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
        # What is only going to be so was told rightly before.
        planned = evidence.pattern("planned").search(turn.heard.folded) is not None
        return planned or clauses.supposes(text) or clauses.asks(text) or buttons.chosen(self, turn) is not None

    def finish(self, turn: Turn, open_flow: OpenFlow, reply: Reply, *, back: bool = True) -> Reply:
        """Give a flow's result, close it, and return (`back`) to the flow that waits."""
        state, flow = turn.state, self.flows[open_flow.id]
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
            spoken = open_flow.values.get("product") or open_flow.values.get("scheme")
            # What is asked next without naming a scheme is about the one that the result was of.
            state.scheme = spoken if isinstance(spoken, str) else state.scheme
        reply.then(result)
        return self.back(turn, reply) if back and open_flow.asked is None else reply

    def reopen(self, turn: Turn, flow: Flow, values: dict[str, Any]) -> Reply:
        """Go on with a finished flow: a correction, or a what-if."""
        known = turn.state.closed.get(flow.id, {})
        open_flow = OpenFlow(flow.id, dict(known) or flow.opening(turn))
        turn.state.flows.append(open_flow)
        return self.fill(turn, open_flow, values)

    def question(self, turn: Turn, open_flow: OpenFlow) -> Reply:
        """The open question of a flow, asked again."""
        flow = self.flows[open_flow.id]
        if open_flow.asked is None:
            return Reply()
        return flow.ask_again(turn, open_flow, flow.spec.question(open_flow.asked))

    def flow_of(self, open_flow: OpenFlow) -> Flow:
        """The flow that an open flow runs."""
        return self.flows[open_flow.id]

    def flow(self, name: str) -> Flow:
        """A flow by name."""
        return self.flows[name]

    def missed(self, turn: Turn, open_flow: OpenFlow) -> Reply:
        """The open question was not answered: say it otherwise, then offer buttons, then a person; then pause."""
        flow, t = self.flows[open_flow.id], turn.t
        open_flow.misses += 1
        slot = open_flow.asked or ""
        question = flow.spec.question(slot)
        if open_flow.misses == 1 and clauses.asks(turn.heard.text, plainly=True):
            # A question that nothing else answers is about the open one.
            asked = Reply().say(t(flow.key(slot, "what")))
            return asked.then(self.question(turn, open_flow))
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

    def back(self, turn: Turn, reply: Reply) -> Reply:
        """A reply, and after it the open question of the flow that waits."""
        waiting = turn.state.flow
        if waiting is None or waiting.asked is None:
            return reply
        title = turn.t(f"flow_{waiting.id}.title")
        return reply.say(turn.t("moves.back", title=title)).then(self.question(turn, waiting))

    def kind(self, open_flow: OpenFlow) -> str:
        """The kind of the open question."""
        return self.flows[open_flow.id].spec.question(open_flow.asked or "").kind

    def digress(self, turn: Turn, meant: Meant, *, beside: bool = False) -> Reply:
        """Answer a question that is not for the open flow, and return to the open question."""
        if isinstance(meant, Flow) and not meaning.told_elsewhere(self, turn, meant):
            return self.open(turn, meant)
        if isinstance(meant, str) and meant != FAQ:
            return self.back(turn, Reply().say(turn.t(meant)))
        beside_open = afterwards.entry_beside_flow(turn, turn.state.flow.id) if turn.state.flow else None
        if beside_open is None and turn.state.flow and following.told_last(turn) is not None:
            beside_open = afterwards.entry_beside_last(turn, aside=True)
        if beside_open is not None:
            return self.back(turn, self.answers.entry(turn, beside_open))
        led = meaning.led(self, turn)
        if led is not None and not any(waiting.id == led.id for waiting in turn.state.flows):
            return self.open(turn, led)
        answer = self.answers.answer(turn)
        if answer is not None:
            return self.back(turn, answer)
        waiting = turn.state.flow
        if beside:
            lost = Reply().say(turn.t("moves.aside_lost"))
            return lost.then(self.question(turn, waiting)) if waiting else lost
        return self.missed(turn, waiting) if waiting else strangers.unsure(self, turn)

    def _note(self, turn: Turn) -> None:
        for flow in self.flows.values():
            flow.note(turn)
        scheme = turn.heard.mention("scheme")
        # Whether the firm is in the main scheme is told beside the plans that go with it.
        beside = scheme == "third_party" and _IN_OR_OUT & set(turn.heard.mentions.get("membership", ()))
        if scheme and not (beside and turn.state.scheme in _WITH_MAIN):
            if turn.state.scheme not in (None, scheme):
                turn.state.facts[_BEFORE] = turn.state.scheme
            turn.state.scheme = scheme
        elif clauses.returns(turn.heard.text):
            before = turn.state.facts.get(_BEFORE, turn.state.scheme)
            # What was told of the other scheme is left with it.
            turn.state.topic = turn.state.topic if before == turn.state.scheme else None
            turn.state.scheme = before
        business = next((word.value for word in own_words(turn, "excluded_industry")), None)
        if business and not clauses.asks(turn.heard.text):
            turn.state.facts["business"] = business
        elif turn.heard.mention("industry"):
            turn.state.facts.pop("business", None)
