"""What is said to the counter so that its figures can be checked: all conversations, utterances and questions."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import uuid4

import yaml

import knowledge
from tests.conftest import ROOT, RunningCounter
from tests.conversations.figures.books import Turn
from tests.conversations.figures.reader import figures
from tests.conversations.figures.said import Said
from tests.conversations.reading import HERE, load, reply_buttons, reply_text

SENDERS = 4
UTTERANCES = ("intents", "faq", "values", "out_of_scope", "coverage_cases")
EVERY_INSIDE = 16  # of the utterances, one in so many is also said in the middle of a quote
_INTO_A_QUOTE = ("保険料を調べたい", "第三者")


@dataclass
class Talk:
    """Messages of one sender; `meant` holds amounts in yen that the test data say are meant."""

    name: str
    messages: list[str]
    now: str | None = None
    meant: set[int] = field(default_factory=set)


def talks() -> Iterator[Talk]:
    """Everything that is said, conversations first."""
    for name, body in load():
        yield Talk(name, [turn["say"] for turn in body["turns"]], body.get("now"))
    yield from _matrix()
    yield from _utterances()
    for entry in knowledge.load().entries.values():
        yield Talk(f"faq {entry.entry_id}", [entry.questions[0]])


def _read(path: str) -> Any:
    return yaml.safe_load((ROOT / path).read_text(encoding="utf-8"))


def _matrix() -> Iterator[Talk]:
    matrix = yaml.safe_load((HERE / "matrix.yml").read_text(encoding="utf-8"))
    asides = [matrix["abilities"][name]["say"] for name in ("why", "what", "skip")]
    for flow, questions in matrix["flows"].items():
        for slot, data in questions.items():
            if "reach" not in data:
                continue
            answer = [] if data["correct"].get("instead") else [data["answer"]["say"]]
            yield Talk(f"matrix {flow}.{slot} correction", [*data["reach"], *answer, data["correct"]["say"]])
            yield Talk(f"matrix {flow}.{slot} facts", [*data["reach"], data["facts"]["say"]])
            yield Talk(f"matrix {flow}.{slot} asides", [*data["reach"], *asides, data["answer"]["say"]])


def _utterances() -> Iterator[Talk]:
    count = 0
    for name in UTTERANCES:
        for utterance in _read(f"tests/nlu/{name}.yml"):
            text, expect = utterance["text"], utterance.get("expect") or {}
            meant = {value for key, value in expect.items() if key.endswith("_yen") and isinstance(value, int)}
            yield Talk(f"{name}: {text}", [text], meant=meant)
            if count % EVERY_INSIDE == 0:
                yield Talk(f"{name} in a quote: {text}", [*_INTO_A_QUOTE, text], meant=meant)
            count += 1


def hold(counter: RunningCounter, said: list[Talk], as_of: datetime) -> list[Turn]:
    """Hold all talks with the counter, a few senders at a time; every reply with what had been said up to it."""
    with ThreadPoolExecutor(SENDERS) as senders:
        held = senders.map(lambda talk: list(_hold(counter, talk, as_of)), said)
        return [turn for turns in held for turn in turns]


def _hold(counter: RunningCounter, talk: Talk, as_of: datetime) -> Iterator[Turn]:
    sender, messages, records, earlier = uuid4().hex, list[str](), set[str](), list[str]()
    for message in talk.messages:
        messages.append(message)
        replies = counter.say(sender, message)
        lines = reply_text(replies).split("\n")
        blocks = [block for reply in replies for block in (reply.get("custom") or {}).get("blocks") or []]
        records |= {figure.value for line in lines for figure in figures(line) if figure.kind == "record"}
        name = f"{talk.name} / {message}"
        said = Said(list(messages), set(talk.meant))
        yield Turn(name, as_of, said, lines, reply_buttons(replies), blocks, set(records), list(earlier))
        earlier += lines
