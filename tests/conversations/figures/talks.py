"""What is said to the counter so that its figures can be checked: all conversations, utterances and questions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any
from uuid import uuid4

import yaml

import knowledge
from tests.conftest import ROOT, RunningCounter
from tests.conversations.figures.books import Turn
from tests.conversations.figures.reader import figures
from tests.conversations.figures.said import Said
from tests.conversations.reading import HERE, load, reply_buttons, reply_text

SENDERS = 3  # of each counter
# Half of the utterances are said at a night after the end of one tariff, so that what is over is said to be over.
NIGHT = "2026-05-09T23:10:00+09:00"
UTTERANCES = ("intents", "faq", "values", "out_of_scope", "coverage_cases")
EVERY_INSIDE = 48  # of the utterances, one in so many is also said in the middle of a quote
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
    for count, entry in enumerate(knowledge.load().entries.values()):
        yield Talk(f"faq {entry.entry_id}", [entry.questions[0]], _now(count))


def _now(count: int) -> str | None:
    return NIGHT if count % 2 else None


def _read(path: str) -> Any:
    return yaml.safe_load((ROOT / path).read_text(encoding="utf-8"))


def _matrix() -> Iterator[Talk]:
    matrix = yaml.safe_load((HERE / "matrix.yml").read_text(encoding="utf-8"))
    asides = [matrix["abilities"][name]["say"] for name in ("why", "what", "skip")]
    for flow, questions in matrix["flows"].items():
        for slot, data in questions.items():
            if "reach" not in data:
                continue
            yield Talk(f"matrix {flow}.{slot} facts", [*data["reach"], data["facts"]["say"]])
            answers = [data["answer"]["say"], data["correct"]["say"]]
            yield Talk(f"matrix {flow}.{slot} asides", [*data["reach"], *asides, *answers])


def _utterances() -> Iterator[Talk]:
    count = 0
    for name in UTTERANCES:
        for utterance in _read(f"tests/nlu/{name}.yml"):
            text, expect = utterance["text"], utterance.get("expect") or {}
            meant = {value for key, value in expect.items() if key.endswith("_yen") and isinstance(value, int)}
            yield Talk(f"{name}: {text}", [text], _now(count), meant)
            if count % EVERY_INSIDE == 0:
                yield Talk(f"{name} in a quote: {text}", [*_INTO_A_QUOTE, text], None, meant)
            count += 1


def hold(counter_at: Callable[[str | None], RunningCounter], usual_now: str) -> list[Turn]:
    """Hold all talks; every reply with what had been said up to it.

    Those of the usual moment and of `NIGHT` are held at once, each with a counter of its own; those of any other
    moment before them, one moment after the other, because no more counters are kept.
    """
    by_now: dict[str | None, list[Talk]] = {}
    for talk in talks():
        by_now.setdefault(talk.now, []).append(talk)
    alone = [(now,) for now in by_now if now not in (None, NIGHT)]
    turns: list[Turn] = []
    for together in (*alone, (None, NIGHT)):
        with ExitStack() as stack:
            held = []
            for now in together:
                counter, as_of = counter_at(now), datetime.fromisoformat(now or usual_now)
                senders = stack.enter_context(ThreadPoolExecutor(SENDERS))
                held.append(senders.map(partial(_hold, counter, as_of), by_now[now]))
            turns += [turn for moment in held for found in moment for turn in found]
    return turns


def _answered(counter: RunningCounter, sender: str, message: str) -> list[dict[str, Any]]:
    """The replies to a message; said again once, as the counter asks for, when it was too busy to answer."""
    replies = counter.say(sender, message)
    busy = any(made.key.startswith("channels.failure") for made in Turn.made_of(reply_text(replies).split("\n")[0]))
    return counter.say(sender, message) if busy else replies


def _hold(counter: RunningCounter, as_of: datetime, talk: Talk) -> list[Turn]:
    turns = list[Turn]()
    sender, messages, records, earlier = uuid4().hex, list[str](), set[str](), list[str]()
    for message in talk.messages:
        messages.append(message)
        replies = _answered(counter, sender, message)
        lines = reply_text(replies).split("\n")
        blocks = [block for reply in replies for block in (reply.get("custom") or {}).get("blocks") or []]
        records |= {figure.value for line in lines for figure in figures(line) if figure.kind == "record"}
        name = f"{talk.name} / {message}"
        said = Said(list(messages), set(talk.meant))
        turns.append(Turn(name, as_of, said, lines, reply_buttons(replies), blocks, set(records), list(earlier)))
        earlier += lines
    return turns
