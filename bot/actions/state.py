"""What the dialogue remembers between two turns: small, JSON, bounded. Message texts are not kept here."""

from __future__ import annotations

import copy
import json
from dataclasses import asdict, dataclass, field
from typing import Any

_UNDO_STEPS = 4
_CHOICES = 16


@dataclass
class OpenFlow:
    """A flow that waits for an answer.

    Attributes:
        id: The flow's name in bot/data/flows.
        values: What is known so far, by slot.
        asked: The slot whose question is open, or None.
        misses: How often in a row the open question was not answered.
        guided: Whether the flow had to ask; a message that held everything is answered at once.
        skipped: Slots that the member could not tell.
    """

    id: str
    values: dict[str, Any] = field(default_factory=dict)
    asked: str | None = None
    misses: int = 0
    guided: bool = False
    skipped: list[str] = field(default_factory=list)


@dataclass
class Dialogue:
    """The state of one conversation.

    Attributes:
        lang: `ja` or `en`, as the member last wrote.
        flows: Open flows; the last is the one spoken in, those before it wait.
        closed: The last values of each finished flow, for what-if and correction.
        topic: The flow or `faq` that was answered last.
        scheme: The scheme spoken of last.
        facts: What the member said that more than one flow may use (prefecture, branch, role …).
        answer: The FAQ entry answered last, for "more".
        choices: Buttons offered lately, with what they do.
        shown: How many of them, the newest, the last reply offered.
        undo: Earlier states, newest last.
        last_text: The last reply, for "repeat".
        misses: How often in a row nothing was understood outside of any flow.
        last_at: When the member last wrote, ISO 8601.
        greeted: Whether the counter has said that it is automatic.
        stored: Numbers of quotes, drafts and hand-overs of this conversation, newest last.
    """

    lang: str = "ja"
    flows: list[OpenFlow] = field(default_factory=list)
    closed: dict[str, dict[str, Any]] = field(default_factory=dict)
    topic: str | None = None
    scheme: str | None = None
    facts: dict[str, Any] = field(default_factory=dict)
    answer: str | None = None
    choices: list[dict[str, Any]] = field(default_factory=list)
    shown: int = 0
    undo: list[dict[str, Any]] = field(default_factory=list)
    last_text: str = ""
    misses: int = 0
    last_at: str = ""
    greeted: bool = False
    stored: list[str] = field(default_factory=list)

    @property
    def flow(self) -> OpenFlow | None:
        """The flow spoken in, or None."""
        return self.flows[-1] if self.flows else None

    def remember(self) -> None:
        """Keep the present answers so that the next one can be undone."""
        body = {
            "flows": [asdict(flow) for flow in self.flows],
            "closed": copy.deepcopy(self.closed),
            "topic": self.topic,
            "facts": dict(self.facts),
        }
        self.undo = [*self.undo, body][-_UNDO_STEPS:]

    def step_back(self) -> bool:
        """Return to the answers before the last one.

        States that hold the same answers as now (a question was answered in between, or the flow was only opened)
        are passed over; states of another talk than the open flow's are left alone.

        Returns:
            False when there is nothing to undo; the state is then as it was.
        """
        for number in range(len(self.undo) - 1, -1, -1):
            body = self.undo[number]
            flows = [OpenFlow(**copy.deepcopy(flow)) for flow in body["flows"]]
            if self.flow and self.flow.id not in [flow.id for flow in flows]:
                return False
            if _answers(flows) == _answers(self.flows) and (self.flows or body["closed"] == self.closed):
                continue
            self.undo = self.undo[:number]
            self.flows, self.closed = flows, copy.deepcopy(body["closed"])
            self.topic, self.facts = body["topic"], dict(body["facts"])
            return True
        return False

    def offer(self, choices: list[dict[str, Any]]) -> None:
        """Remember offered buttons, newest last, so that an old one pressed late is still understood."""
        titles = {choice["payload"] for choice in choices}
        kept = [choice for choice in self.choices if choice["payload"] not in titles]
        self.choices, self.shown = [*kept, *choices][-_CHOICES:], min(len(choices), _CHOICES)

    def as_json(self) -> str:
        """The state as the engine's tracker keeps it: one text, which is not copied and checked leaf by leaf there."""
        return json.dumps(vars(self), default=vars, ensure_ascii=False, separators=(",", ":"))


def _answers(flows: list[OpenFlow]) -> list[tuple[str, dict[str, Any], list[str]]]:
    """What open flows know from the member; inner values are the flows' own."""
    told = ({k: v for k, v in flow.values.items() if not k.startswith("_")} for flow in flows)
    return [(flow.id, values, flow.skipped) for flow, values in zip(flows, told, strict=True)]


def load(kept: str | dict[str, Any] | None) -> Dialogue:
    """The state from the tracker's slot; a new one for a new conversation or an unknown shape.

    Conversations of an earlier version were kept as an object.
    """
    body = json.loads(kept) if isinstance(kept, str) else kept
    known = Dialogue.__dataclass_fields__
    state = Dialogue(**{key: value for key, value in (body or {}).items() if key in known})
    state.flows = [OpenFlow(**flow) if isinstance(flow, dict) else flow for flow in state.flows]
    return state
