"""Whole conversations by behaviour, as data: each is held with the real counter and every turn is checked."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable

import pytest

from tests.conftest import RunningCounter
from tests.conversations.reading import known_failures, load, normalised, reply_buttons, reply_text

pytestmark = pytest.mark.counter
CONVERSATIONS = load()


def _ordered() -> list:
    ordered = sorted(CONVERSATIONS, key=lambda item: (item[1].get("now") or "", item[0]))
    known = known_failures()["conversations"]
    params = []
    for name, conversation in ordered:
        marks = [pytest.mark.xfail(reason=known[name], strict=True)] if name in known else []
        params.append(pytest.param(conversation, id=name, marks=marks))
    return params


@pytest.mark.parametrize("conversation", _ordered())
def test_conversation(conversation: dict, counter_at: Callable[[str | None], RunningCounter]) -> None:
    counter = counter_at(conversation.get("now"))
    sender = uuid.uuid4().hex
    for turn in conversation["turns"]:
        replies = counter.say(sender, turn["say"])
        text = reply_text(replies)
        seen = normalised(text)
        assert seen, f"an empty reply to {turn['say']!r}"
        missing = [pattern for pattern in turn.get("expect", ()) if not re.search(pattern, seen)]
        foreign = [pattern for pattern in turn.get("not", ()) if re.search(pattern, seen)]
        absent = [title for title in turn.get("buttons", ()) if title not in reply_buttons(replies)]
        assert not (missing or foreign or absent), (
            f"{turn['say']!r}: missing {missing}, foreign {foreign}, absent buttons {absent}\n{text}"
        )


def test_conversations_have_different_names() -> None:
    names = [name for name, _ in CONVERSATIONS]
    assert len(names) == len(set(names))


def test_known_failures_are_conversations() -> None:
    assert set(known_failures()["conversations"]) <= {name for name, _ in CONVERSATIONS}
