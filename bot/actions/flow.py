"""Flows as data: questions with their slots in bot/data/flows, texts in bot/locales/flow_<id>.<language>.yml.

A flow declares what it needs to know and computes its result; correction, digression, undo, skip, why, cancel and the
rest are `conversation`'s, once for all flows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from bot.actions.clauses import named_field
from bot.actions.reply import Choice, Reply
from bot.actions.state import Dialogue, OpenFlow
from bot.actions.texts import Texts
from bot.actions.understanding import Understanding

if TYPE_CHECKING:
    from bot.actions.services import Services

LONGEST_TEXT = 400
TEXT_ENDS = " \u3000\u3001\u3002"
FLOWS = Path(__file__).resolve().parent.parent / "data" / "flows"


@dataclass(frozen=True)
class Question:
    """One thing that a flow may have to ask.

    Attributes:
        slot: The name of the value.
        kind: choice, money, count, course, yes_no, place, date, time or text: how an answer is read and shown.
        choices: Values offered as buttons.
        when: Slot values under which the question is asked: {slot: [values]}.
        optional: Asked only when the flow is guided; otherwise assumed or left out.
        unknown: What `わからない` means: {"value": x} goes on with x, {"stop": true} ends with whom to ask,
            {} keeps the question open after telling how to find out.
        whole: Free words are one answer with the questions among them.
    """

    slot: str
    kind: str = "text"
    choices: tuple[Any, ...] = ()
    when: Mapping[str, list[Any]] = field(default_factory=dict)
    optional: bool = False
    unknown: Mapping[str, Any] = field(default_factory=dict)
    whole: bool = False

    def applies(self, values: Mapping[str, Any]) -> bool:
        """Whether the values so far make this question one to ask."""
        return all(values.get(slot) in allowed for slot, allowed in self.when.items())


@dataclass(frozen=True)
class FlowSpec:
    """A flow as declared: its id, the intents that open it, its questions in order."""

    id: str
    intents: frozenset[str]
    questions: tuple[Question, ...]

    def question(self, slot: str) -> Question:
        """The question of a slot.

        Raises:
            KeyError: The flow has no such slot.
        """
        for question in self.questions:
            if question.slot == slot:
                return question
        raise KeyError(f"{self.id} has no question {slot}")


def load_specs(folder: Path = FLOWS) -> dict[str, FlowSpec]:
    """All declared flows by id."""
    specs = {}
    for path in sorted(folder.glob("*.yml")):
        body = yaml.safe_load(path.read_text(encoding="utf-8"))
        questions = tuple(Question(**{**item, "choices": tuple(item.get("choices", ()))}) for item in body["questions"])
        specs[body["flow"]] = FlowSpec(body["flow"], frozenset(body["intents"]), questions)
    return specs


@dataclass(frozen=True)
class Lead:
    """The flow that computes for one member what an FAQ entry tells in general, and what must be told for it."""

    flow: str
    told: tuple[str, ...] = ()


def load_leads(path: Path = FLOWS / "tables" / "leads.yml") -> dict[str, Lead]:
    """Leads by FAQ entry."""
    body = yaml.safe_load(path.read_text(encoding="utf-8"))
    return {
        entry: Lead(lead["flow"], tuple(lead["told"])) if isinstance(lead, Mapping) else Lead(lead)
        for entry, lead in body.items()
    }


@dataclass(frozen=True)
class Follow:
    """The flow that a bare value belongs to which is told after an FAQ entry, and the slot that it answers."""

    flow: str
    slot: str
    values: Mapping[str, Any] = field(default_factory=dict)


def load_follows(path: Path = FLOWS / "tables" / "follows.yml") -> dict[str, tuple[Follow, ...]]:
    """Follows by FAQ entry, in the order in which they are tried."""
    body = yaml.safe_load(path.read_text(encoding="utf-8"))
    return {entry: tuple(Follow(**follow) for follow in follows) for entry, follows in body.items()}


@dataclass
class Turn:
    """Everything that one turn may look at.

    Attributes:
        heard: What was understood of the message.
        state: What the dialogue remembers; changed in place.
        services: Tariffs, knowledge, database, specs.
        now: The moment of the turn, Asia/Tokyo.
        t: Texts in the member's language.
        sender: The sender as the engine knows it.
        conversation_id: The conversation in records: never the raw sender.
        member_id: The signed-in member, or None.
    """

    heard: Understanding
    state: Dialogue
    services: Services
    now: datetime
    t: Texts
    sender: str
    conversation_id: str = ""
    channel: str = "rest"
    member_id: str | None = None


class Flow:
    """Base of all flows: reads choices, asks questions in order. Subclasses read more and compute the result.

    Attributes:
        telling: Inner values (with a leading underscore) that count as something new to say.
        kept: Inner values that hold on when the flow is finished, for a what-if.
        quiet: Values that are the flow's own way to answer; a change of them is not told.
    """

    telling: frozenset[str] = frozenset()
    kept: frozenset[str] = frozenset()
    quiet: frozenset[str] = frozenset()

    def __init__(self, spec: FlowSpec) -> None:
        self.spec = spec

    @property
    def id(self) -> str:
        """The flow's name."""
        return self.spec.id

    def hear(self, turn: Turn, values: Mapping[str, Any], asked: str | None) -> dict[str, Any]:
        """Values that the message holds, by slot.

        Args:
            turn: The turn.
            values: What is known already.
            asked: The open question's slot; a bare answer belongs to it.

        Returns:
            New values; empty when the message holds none.
        """
        if asked is None:
            return {}
        named = self.named(turn)
        if named:
            return named
        value = read_answer(turn, self, self.spec.question(asked))
        return {} if value is None else {asked: value}

    def named(self, turn: Turn) -> dict[str, Any]:
        """A field of free words, or a yes-or-no, named by its label to fill or to mend it: `場所は倉庫でした`."""
        for question in self.spec.questions:
            if question.kind not in ("text", "yes_no"):
                continue
            told = named_field(turn.heard.text, turn.t(self.key(question.slot, "label")))
            value: Any = told and told[:LONGEST_TEXT]
            if told and question.kind == "yes_no":
                value = {"yes": True, "no": False}.get(turn.heard.mention("reply") or "")
            if value not in (None, ""):
                return {question.slot: value, "_explicit": True}
        return {}

    def opening(self, turn: Turn) -> dict[str, Any]:
        """Values that a newly opened flow starts with, from what was said before."""
        return {}

    def fits(self, values: Mapping[str, Any]) -> bool:
        """Whether values said out of the blue are enough to open this flow."""
        return False

    def claims(self, turn: Turn, values: Mapping[str, Any]) -> bool:
        """Whether a message holds so much of what only this flow uses that no general answer would do."""
        return False

    def note(self, turn: Turn) -> None:
        """Keep what a message tells for the whole talk (`state.facts`), whatever else it is about."""

    def owns(self, turn: Turn, values: Mapping[str, Any]) -> bool:
        """Whether a message holds facts, and asks for what only this flow makes of them, however it is worded."""
        return False

    def declines(self, turn: Turn) -> bool:
        """Whether a message that sounds like this flow only asks about what the flow is for."""
        return False

    def alarms(self, turn: Turn) -> bool:
        """Whether a message is so urgent for this flow that it interrupts anything, whatever it is worded like."""
        return False

    # Whether what is told while its question is open, and asks nothing, is for this flow and no entry's question.
    listens = False

    def continues(self, turn: Turn, known: Mapping[str, Any]) -> dict[str, Any]:
        """What a short message changes of the result told last (`known`), however worded; mostly nothing."""
        return {}

    def after(self, turn: Turn, known: Mapping[str, Any]) -> Reply | None:
        """What a few words about the result told last get (`known`: its values); None mostly."""
        return None

    def aside(self, turn: Turn, known: Mapping[str, Any]) -> Reply | None:
        """What words that sound like nobody's matter get while this flow runs or was last (`known`); None mostly."""
        return None

    def settle(self, turn: Turn, values: dict[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
        """Drop or adapt values that new ones make meaningless (another product has other plans)."""
        return values

    def next(self, turn: Turn, flow: OpenFlow) -> Question | None:
        """The next question to ask, or None when the result can be given."""
        for question in self.spec.questions:
            if question.slot in flow.values or question.slot in flow.skipped or not question.applies(flow.values):
                continue
            if question.optional and not flow.guided:
                continue
            return question
        return None

    def ask(self, turn: Turn, flow: OpenFlow, question: Question) -> Reply:
        """The question as a reply with its buttons."""
        return Reply().say(turn.t(self.key(question.slot, "ask"))).offer(self.choices(turn, flow, question))

    def ask_again(self, turn: Turn, flow: OpenFlow, question: Question) -> Reply:
        """The open question once more, without what stood before it."""
        return Flow.ask(self, turn, flow, question)

    def choices(self, turn: Turn, flow: OpenFlow, question: Question) -> list[Choice]:
        """The buttons of a question."""
        return [
            Choice(title, title, {"flow": self.id, "slot": question.slot, "value": value})
            for value in question.choices
            for title in [self.option(turn, question.slot, value)]
        ]

    def option(self, turn: Turn, slot: str, value: Any) -> str:
        """What a choice is called."""
        return turn.t(self.key(slot, f"options.{value}"))

    def show(self, turn: Turn, slot: str, value: Any) -> str:
        """A value as the member would say it."""
        question = self.spec.question(slot)
        if (question.choices and value in question.choices) or turn.t.has(self.key(slot, f"options.{value}")):
            return self.option(turn, slot, value)
        if question.kind == "money" and isinstance(value, int):
            return turn.t.yen(value)
        return str(value)

    def key(self, slot: str, aspect: str) -> str:
        """The text key of a question's aspect: ask, hint, why, what, unknown, label."""
        return f"flow_{self.id}.{slot}.{aspect}"

    def stopped(self, turn: Turn, flow: OpenFlow, question: Question) -> Reply:
        """What is said when the member cannot tell and the flow cannot go on without it."""
        return Reply().say(turn.t(self.key(question.slot, "unknown")))

    def finish(self, turn: Turn, flow: OpenFlow) -> Reply:
        """The flow's result."""
        raise NotImplementedError


def read_answer(turn: Turn, flow: Flow, question: Question) -> Any:
    """A bare answer to a question, by the question's kind; None when the message holds none."""
    heard = turn.heard
    reply = heard.mention("reply")
    if question.kind == "yes_no":
        if reply or heard.intent in ("affirm", "deny"):
            return (reply == "yes") if reply else heard.intent == "affirm"
        return None
    if question.kind == "text":
        return heard.typed.strip(TEXT_ENDS)[:LONGEST_TEXT] or None
    folded = heard.folded.strip(" 。.!！")
    for value in question.choices:
        title = flow.option(turn, question.slot, value).lower()
        if folded == title or (len(title) >= 2 and title in folded):
            return value
    if question.kind == "money":
        amount = heard.quantity("money") or heard.quantity("number")
        return amount.value if amount else None
    if question.kind == "count":
        number = heard.quantity("times") or heard.quantity("headcount") or heard.quantity("number")
        return number.value if number else (0 if reply == "no" else None)
    return None
