"""Two things asked for in one message: what the reply has not told is answered after it, each thing once.

How members name such things, and which flow or entry answers each, stands in bot/data/several.yml.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from bot.actions import outside
from bot.actions.clauses import fold
from bot.actions.evidence import MAIN_SCHEME
from bot.actions.flow import Turn
from bot.actions.reply import Reply
from bot.actions.sureness import FAQ

if TYPE_CHECKING:
    from bot.actions.conversation import Conversation

TABLE = Path(__file__).resolve().parent.parent / "data" / "several.yml"
_SEVERAL = 2
_BREAK = re.compile(r"[?\u3002]")
# Desks alone are hardly asked on about: the talk stays with what was told beside them.
_CONTACT = "contact"


@lru_cache(maxsize=1)
def _table(path: Path = TABLE) -> Mapping[str, Any]:
    return dict(yaml.safe_load(path.read_text(encoding="utf-8")))


@lru_cache(maxsize=256)
def asked_for(text: str) -> tuple[str, ...]:
    """The things that a message asks for side by side, in its order; empty when it asks for fewer than two.

    Args:
        text: The message.
    """
    table, folded = _table(), fold(text).strip()
    if len(folded) > table["most"]:
        return ()
    found = sorted(
        (match.start(), match.end(), name)
        for name, aspect in table["aspects"].items()
        for match in re.finditer(aspect["asked"], folded)
    )
    # Of things whose names overlap, the one that is named at greater length is meant.
    apart = [one for one in found if not any(_within(one, other) for other in found)]
    joined = {name for one, other in pairwise(apart) for name in _joined(folded, one, other)}
    return tuple(dict.fromkeys(name for _, _, name in apart if name in joined)) if len(joined) >= _SEVERAL else ()


def _within(one: tuple[int, int, str], other: tuple[int, int, str]) -> bool:
    inside = other[0] <= one[0] and one[1] <= other[1]
    return inside and other[1] - other[0] > one[1] - one[0]


def _joined(folded: str, one: tuple[int, int, str], other: tuple[int, int, str]) -> tuple[str, ...]:
    """Two things that are asked for: only a joining word stands between them, or each ends a sentence of its own."""
    table, asks = _table(), re.compile(_table()["asks"])
    gap = folded[one[1] : other[0]]
    alone = _BREAK.search(gap) is not None and asks.match(folded, one[1]) is not None
    beside = bool(gap) and (alone or re.fullmatch(table["between"], gap) is not None)
    return (one[2], other[2]) if beside and asks.match(folded, other[1]) else ()


def completed(conversation: Conversation, turn: Turn, reply: Reply) -> Reply:
    """A reply with the answers to what it leaves out of the things asked for.

    Args:
        conversation: The conversation.
        turn: The turn, after it was answered.
        reply: The answer to it.

    Returns:
        The reply as it is, unless it tells one of several things asked for, or only offers entries; else all of
        them, an open question last.
    """
    wanted = asked_for(turn.heard.text)
    told = fold(reply.text)
    offers = turn.t("answers.choose") in reply.lines
    missing = [name for name in wanted if offers or not re.search(_table()["aspects"][name]["told"], told)]
    if not missing or (len(missing) == len(wanted) and not offers):
        return reply
    state = turn.state
    waiting, topic, answer = state.flows, state.topic, state.answer
    state.flows = []
    more = Reply()
    for name in missing:
        part = _answer(conversation, turn, name)
        more.say(*(line for line in part.lines if line not in more.lines and line not in reply.lines))
        more.offer(part.choices)
    if topic not in (None, _CONTACT) and not offers:
        state.topic, state.answer = topic, answer
    if offers:
        return more if more.lines else reply
    if not waiting:
        return reply.then(more)
    # The open question stands last.
    state.flows = waiting
    return Reply(blocks=more.blocks).say(*more.lines).then(reply)


def _answer(conversation: Conversation, turn: Turn, name: str) -> Reply:
    """The answer to one thing: the scheme's entry, or the flow that works it out."""
    aspect, state = _table()["aspects"][name], turn.state
    scheme = turn.heard.mention("scheme") or state.scheme or MAIN_SCHEME
    flow = conversation.flows.get(aspect.get("flow", ""))
    entry = aspect.get("entry", {}).get(scheme)
    if flow is not None and scheme not in aspect.get("only", ()):
        start = flow.opening(turn)
        # What the flow would look up by the words of the whole message is another thing that was asked for.
        heard = {slot: value for slot, value in flow.hear(turn, start, None).items() if slot != "_entry"}
        if entry is None or (start | heard).get("branch"):
            title = turn.t(f"flow_{flow.id}.title")
            return Reply().say(turn.t("answers.also", title=title)).then(conversation.open(turn, flow, heard))
    if entry is None:
        return _by_itself(conversation, turn, aspect["asked"])
    state.topic = FAQ
    title = turn.services.knowledge.entries[entry].name(state.lang)
    return Reply().say(turn.t("answers.also", title=title)).then(conversation.answers.entry(turn, entry))


def _by_itself(conversation: Conversation, turn: Turn, asked: str) -> Reply:
    """The answer to the one sentence of a message that asks for a thing; empty where it stands in no own sentence."""
    text = turn.heard.folded
    for part in turn.heard.sentences:
        start = text.find(fold(part.text))
        if start >= 0 and re.search(asked, fold(part.text)):
            named = [
                word.value
                for word in turn.heard.words
                if word.entity == "scheme" and word.end <= start + len(part.text)
            ]
            turn.state.scheme = named[-1] if named else turn.state.scheme
            return outside.outside(
                conversation, replace(turn, heard=turn.heard.part([(start, start + len(part.text))], part))
            )
    return Reply()
