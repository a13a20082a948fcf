"""Every ability at every question of every flow: each cell is a real conversation with the real counter.

How a question is reached stands in matrix.yml; what an ability must do stands here, once for all flows. A flow or a
question that is declared in bot/data/flows and missing in matrix.yml fails `test_every_question_is_in_the_matrix`.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
import yaml

from tests.conftest import ROOT, RunningCounter
from tests.conversations.reading import HERE, known_failures, normalised, reply_buttons, reply_text

MATRIX = yaml.safe_load((HERE / "matrix.yml").read_text(encoding="utf-8"))
PHRASES = MATRIX["abilities"]
FLOWS = {
    body["flow"]: body
    for path in sorted((ROOT / "bot/data/flows").glob("*.yml"))
    for body in [yaml.safe_load(path.read_text(encoding="utf-8"))]
}


def _texts(name: str) -> dict[str, Any]:
    return yaml.safe_load((ROOT / f"bot/locales/{name}.ja.yml").read_text(encoding="utf-8"))


TALK, MOVES, MENU = _texts("talk"), _texts("moves"), _texts("menu")
FLOW_TEXTS = {flow: _texts(f"flow_{flow}") for flow in FLOWS}


@dataclass
class Cell:
    """One conversation: the counter, the question and what was said last."""

    counter: RunningCounter
    flow: str
    slot: str
    sender: str = field(default_factory=lambda: uuid.uuid4().hex)
    text: str = ""
    buttons: list[str] = field(default_factory=list)
    before: str = ""

    @property
    def data(self) -> dict[str, Any]:
        return MATRIX["flows"][self.flow][self.slot]

    @property
    def free(self) -> bool:
        return bool(self.data.get("free"))

    def aspect(self, aspect: str, slot: str | None = None) -> str:
        return normalised(FLOW_TEXTS[self.flow][slot or self.slot][aspect])

    @property
    def seen(self) -> str:
        return normalised(self.text.replace(TALK["automatic"], ""))

    def say(self, text: str) -> str:
        self.before = self.text
        replies = self.counter.say(self.sender, text)
        self.text, self.buttons = reply_text(replies), reply_buttons(replies)
        assert self.seen, f"an empty reply to {text!r}"
        return self.seen

    def reach(self) -> None:
        for text in self.data["reach"]:
            self.say(text)
        assert self.aspect("ask") in self.seen, f"the question is not open:\n{self.text}"

    # -- expectations

    def holds(self, *patterns: str) -> None:
        missing = [pattern for pattern in patterns if not re.search(pattern, self.seen)]
        assert not missing, f"missing {missing} in\n{self.text}"

    def tells(self, text: str) -> None:
        assert normalised(text) in self.seen, f"missing {text!r} in\n{self.text}"

    def asks_once_and_last(self) -> None:
        ask = self.aspect("ask")
        assert self.seen.count(ask) == 1, f"asked {self.seen.count(ask)} times in\n{self.text}"
        assert self.seen.endswith(ask), f"the open question is not the last thing said:\n{self.text}"

    def asks_no_two(self) -> None:
        texts = FLOW_TEXTS[self.flow]
        asks = {normalised(texts[question["slot"]]["ask"]) for question in FLOWS[self.flow]["questions"]}
        asked = [ask for ask in asks for _ in range(self.seen.count(ask))]
        assert len(asked) < 2, f"asked {asked} in\n{self.text}"

    def repeats_nothing(self) -> None:
        # A summary belongs to the question whether to store it, and is shown with it again.
        if self.slot == "confirmed":
            return
        ask = _sentences(FLOW_TEXTS[self.flow][self.slot]["ask"])
        again = (_sentences(self.text) & _sentences(self.before)) - ask
        assert not again, f"said again: {again}"


def _sentences(text: str) -> set[str]:
    parts = (normalised(part) for part in re.split(r"[。？?！!\n]", text))
    return {part for part in parts if len(part) >= 8 and not part.startswith(("出典", "・"))}


# -- abilities ---------------------------------------------------------------------------------------------------------


def correction(cell: Cell) -> None:
    right = cell.data["correct"]
    if not right.get("instead"):
        cell.say(cell.data["answer"]["say"])
        cell.holds(*cell.data["answer"]["then"])
    cell.say(right["say"])
    cell.holds(*right["expect"])


def _phrase(name: str, flow: str) -> dict[str, Any]:
    """What is said for an ability; in some flows something else, because there it would be an answer."""
    elsewhere = PHRASES[f"{name}_elsewhere"]
    return elsewhere if flow in elsewhere["flows"] else PHRASES[name]


def digression(cell: Cell) -> None:
    phrase = _phrase("digression", cell.flow)
    cell.say(phrase["say"])
    cell.holds(*phrase["expect"])
    cell.asks_once_and_last()
    cell.repeats_nothing()


def cancel(cell: Cell) -> None:
    cell.say(PHRASES["cancel"]["say"])
    cell.tells(MOVES["cancelled"].replace("%{title}", FLOW_TEXTS[cell.flow]["title"]))
    cell.repeats_nothing()


def undo(cell: Cell) -> None:
    cell.say(PHRASES["undo"]["say"])
    if "before" in cell.data:
        assert cell.aspect("ask", cell.data["before"]) in cell.seen, f"not the question before:\n{cell.text}"
    else:
        cell.tells(MOVES["nothing_to_undo"])
        cell.tells(FLOW_TEXTS[cell.flow][cell.slot]["hint"])
        assert cell.aspect("ask") not in cell.seen, f"asked again in the same words:\n{cell.text}"
        assert MOVES["cancel"] in cell.buttons, f"no way out:\n{cell.text}"
    cell.repeats_nothing()
    if "before" not in cell.data:
        cell.say(cell.data["answer"]["say"])
        cell.holds(*cell.data["answer"]["then"])


def repeat(cell: Cell) -> None:
    cell.say(PHRASES["repeat"]["say"])
    cell.tells(MOVES["repeat"])
    cell.asks_once_and_last()


def skip(cell: Cell) -> None:
    cell.say(PHRASES["skip"]["say"])
    cell.tells(FLOW_TEXTS[cell.flow][cell.slot]["unknown"])
    cell.repeats_nothing()


def why(cell: Cell) -> None:
    cell.say(PHRASES["why"]["say"])
    cell.tells(FLOW_TEXTS[cell.flow][cell.slot]["why"])
    cell.asks_once_and_last()
    cell.repeats_nothing()


def what_is_that(cell: Cell) -> None:
    cell.say(PHRASES["what"]["say"])
    cell.tells(FLOW_TEXTS[cell.flow][cell.slot]["what"])
    cell.asks_once_and_last()
    cell.repeats_nothing()


def several_facts(cell: Cell) -> None:
    facts = cell.data["facts"]
    cell.say(facts["say"])
    cell.holds(*facts["expect"])
    asked = [pattern for pattern in facts.get("not", ()) if re.search(pattern, cell.seen)]
    assert not asked, f"asked although it was said: {asked}\n{cell.text}"


def answer_and_question(cell: Cell) -> None:
    _answers_and_asks(cell, "{answer}。{question}")


def answer_and_question_in_one_breath(cell: Cell) -> None:
    _answers_and_asks(cell, "{answer}、あと{question_without_mark}")


def _answers_and_asks(cell: Cell, written: str) -> None:
    """Both are taken up, however they are joined, and no two questions are asked."""
    aside = _phrase("aside", cell.flow)
    question = aside["say"]
    parts = {"question": question, "question_without_mark": question.rstrip("？")}
    cell.say(written.format(answer=cell.data["answer"]["say"], **parts))
    cell.holds(*cell.data["answer"]["then"], *aside["expect"])
    cell.asks_no_two()
    cell.repeats_nothing()


def switch_and_return(cell: Cell) -> None:
    other = _phrase("switch", cell.flow)
    cell.say(other["say"])
    cell.holds(*other["expect"])
    cell.asks_once_and_last()
    cell.say(cell.data["answer"]["say"])
    cell.holds(*cell.data["answer"]["then"])


def nonsense_twice(cell: Cell) -> None:
    first, second, third = PHRASES["nonsense"]["say"]
    ask = cell.aspect("ask")
    one = cell.say(first)
    if cell.free:
        assert ask not in one, f"the words were not taken as the answer:\n{cell.text}"
        return
    two = cell.say(second)
    assert one != two, f"the same words twice:\n{cell.text}"
    cell.repeats_nothing()
    assert cell.buttons, f"no buttons after two misses:\n{cell.text}"
    cell.say(third)
    assert MENU["handover"] in cell.buttons, f"no person after three misses:\n{cell.text}"
    cell.say(cell.data["answer"]["say"])
    cell.holds(*cell.data["answer"]["then"])


def insult(cell: Cell) -> None:
    _answered_in_one_line(cell, "insult")


def out_of_scope(cell: Cell) -> None:
    _answered_in_one_line(cell, "out_of_scope")


def _answered_in_one_line(cell: Cell, kind: str) -> None:
    cell.say(PHRASES[kind]["say"])
    if cell.free:
        return
    cell.tells(TALK[kind])
    cell.asks_once_and_last()
    cell.repeats_nothing()


ABILITIES: tuple[Callable[[Cell], None], ...] = (
    correction, digression, cancel, undo, repeat, skip, why, what_is_that, several_facts, answer_and_question,
    answer_and_question_in_one_breath, switch_and_return, nonsense_twice, insult, out_of_scope,
)  # fmt: skip


def _cells() -> list:
    known = known_failures()["matrix"]
    cells = []
    for flow, questions in MATRIX["flows"].items():
        for slot, data in questions.items():
            for ability in ABILITIES if "reach" in data else ():
                name = f"{flow}-{slot}-{ability.__name__}"
                marks = [pytest.mark.xfail(reason=known[name], strict=True)] if name in known else []
                cells.append(pytest.param(flow, slot, ability, id=name, marks=marks))
    return cells


@pytest.mark.counter
@pytest.mark.parametrize(("flow", "slot", "ability"), _cells())
def test_cell(flow: str, slot: str, ability: Callable[[Cell], None], counter: RunningCounter) -> None:
    cell = Cell(counter, flow, slot)
    cell.reach()
    ability(cell)


def test_every_question_is_in_the_matrix() -> None:
    declared = {(flow, question["slot"]) for flow, body in FLOWS.items() for question in body["questions"]}
    listed = {(flow, slot) for flow, questions in MATRIX["flows"].items() for slot in questions}
    assert declared == listed


def test_every_cell_has_what_its_abilities_need() -> None:
    faults = []
    for flow, questions in MATRIX["flows"].items():
        for slot, data in questions.items():
            if "unreachable" in data:
                assert len(data["unreachable"]) > 20, f"{flow}.{slot}: why can it not be reached?"
                continue
            faults += [f"{flow}.{slot}: {key}" for key in ("reach", "answer", "facts", "correct") if key not in data]
            if data.get("before", slot) not in FLOW_TEXTS[flow]:
                faults.append(f"{flow}.{slot}: before")
    assert not faults


def test_known_failures_are_cells() -> None:
    ids = {param.id for param in _cells()}
    assert set(known_failures()["matrix"]) <= ids
