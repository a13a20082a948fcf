"""What is asked on in the talk about an accident: what may be paid, the form, papers, days, a desk that is silent.

Patterns, and the entries that answer, stand in bot/data/accident_talk.yml.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from bot.actions import clauses, following
from bot.actions.capabilities.coverage_heard import asks_whether, is_of_story
from bot.actions.capabilities.damage import tells_harm
from bot.actions.capabilities.moment import stated_moment
from bot.actions.clauses import fold
from bot.actions.evidence import INSURANCE, SITES
from bot.actions.flow import Flow, Turn
from bot.actions.reply import Reply
from bot.actions.sureness import COURTESIES, FAQ

if TYPE_CHECKING:
    from bot.actions.conversation import Conversation

TABLE = Path(__file__).resolve().parent.parent / "data" / "accident_talk.yml"
# Flows in which something is written down: what is told and not asked belongs there.
_WRITTEN = frozenset({"report", "handover"})
_ACCIDENT, _CYBER, _LAST, _ANY, _COVER = "accident", "cyber", "last", "any", "coverage"


@lru_cache(maxsize=1)
def _table(path: Path = TABLE) -> dict[str, Any]:
    return dict(yaml.safe_load(path.read_text(encoding="utf-8")))


def going_on(conversation: Conversation, turn: Turn) -> Reply | None:
    """The answer to what is asked on about the accident that is spoken of; None where something else is meant."""
    state, heard, accident = turn.state, turn.heard, conversation.flow(_ACCIDENT)
    running = state.flow if state.flow is not None and state.flow.asked is not None else None
    writing = running is not None and (running.id in _WRITTEN or conversation.kind(running) == "text")
    planned = heard.mention("plan") and clauses.asks(heard.text)
    if planned and (is_of_story(turn) or (state.topic == _COVER and asks_whether(heard))):
        # Whether a plan answers for what was told is no matter of what to do about it.
        return None
    if accident.alarms(turn) or (writing and not clauses.asks(heard.text, plainly=True)):
        return None
    if nobody_answers(turn):
        values, told = _moment_beside(turn), state.flow
        if told is None or told.id != _ACCIDENT:
            return conversation.reopen(turn, accident, values)
        return conversation.fill(turn, told, values)
    if lost_data(turn):
        return conversation.open(turn, accident, {"scheme": _CYBER, "_details": ["data"], "_dangers": ["data"]})
    if asks_whom(turn) or tells_when(turn):
        return conversation.open(turn, accident)
    found = entry_for(turn)
    if found is None:
        return _told_on(conversation, turn, accident)
    state.misses = 0
    if state.flow is None:
        state.topic = FAQ
    return conversation.back(turn, conversation.answers.entry(turn, found))


def _told_on(conversation: Conversation, turn: Turn, accident: Flow) -> Reply | None:
    """What is told of the scene while its scheme is asked for is noted, and asks for nothing else."""
    running = turn.state.flow
    if running is None or running.id != _ACCIDENT or not tells_on(turn) or turn.heard.intent in COURTESIES:
        return None
    if accident.hear(turn, running.values, running.asked).keys() & {"scheme", "_at", "_worry"}:
        return None
    aside = accident.aside(turn, running.values)
    return None if aside is None else aside.then(conversation.question(turn, running))


def entry_for(turn: Turn) -> str | None:
    """The entry that answers what is asked on in the talk about an accident; None where nothing such is asked."""
    table, text = _table(), fold(turn.heard.text).strip()
    last = following.told_last(turn) or _offered(turn)
    # Whoever tells a harm is told first what to do about it.
    talk = under_way(turn) and not tells_harm(turn.heard)
    for row in table["rows"]:
        after = row.get("after")
        meant = (last or "").startswith(tuple(after)) if after else (talk or row.get("anywhere"))
        if meant and len(text) <= row.get("most", table["most"]) and _fits(row, text):
            return last if row["entry"] == _LAST else _of_scheme(turn, row["entry"])
    return None


def under_way(turn: Turn) -> bool:
    """Whether an accident is what is being spoken of: by what was told last, or by a harm that was told."""
    state, table = turn.state, _table()
    spoken = state.flow.id if state.flow else state.topic
    told = (following.told_last(turn) or "", _offered(turn) or "")
    if spoken == _ACCIDENT or any(one.startswith(tuple(table["entries"])) for one in told):
        return True
    if spoken == "coverage":
        return True
    return "harmed" in state.facts and (spoken in table["topics"] or spoken is None)


def _offered(turn: Turn) -> str | None:
    """The entry that the last reply offered first; None when it offered none."""
    state = turn.state
    shown = state.choices[-state.shown :] if state.shown else []
    return shown[0].get("faq") if shown else None


def nobody_answers(turn: Turn) -> bool:
    """Whether a desk that was told to be called is said not to answer."""
    told = _ACCIDENT in turn.state.closed or turn.state.topic == _ACCIDENT
    asks = re.search(_table()["nobody_answers"], fold(turn.heard.text)) is not None
    return told and under_way(turn) and asks


def _moment_beside(turn: Turn) -> dict[str, Any]:
    """The moment told beside a desk that does not answer; words that only tell why it is closed tell none."""
    rest = re.sub(_table()["closed_for"], "", turn.heard.folded)
    stated = stated_moment(rest, turn.now, turn.services.is_holiday)
    return {} if stated is None else {"_at": stated.at.isoformat()}


def tells_on(turn: Turn) -> bool:
    """Whether something of the scene is told in few words, and nothing is asked."""
    heard, table = turn.heard, _table()
    brief = len(heard.text) <= table["most"] // 2
    named = heard.mention("scheme") or heard.mention("ask") or heard.mention("plan") or heard.quantities
    return brief and not named and not clauses.asks(heard.text) and bool(re.search(table["told_on"], fold(heard.text)))


def asks_whom(turn: Turn) -> bool:
    """Whether hardly more is asked than whom to call, after a harm that was told."""
    state, heard = turn.state, turn.heard
    # Desks that were told already are asked about by their own flow.
    told = state.topic == "contact" or heard.mention("scheme") or heard.mention("desk")
    harmed = ("harmed" in state.facts and under_way(turn)) or _ACCIDENT in state.closed
    harmed = harmed and state.scheme not in SITES and not tells_harm(heard)
    asks = re.search(_table()["whom"], fold(heard.text).strip()) is not None
    return asks and harmed and not told and (state.flow is None or state.flow.id != _ACCIDENT)


def tells_when(turn: Turn) -> bool:
    """Whether, after a harm was told, hardly more is told than the day or hour at which somebody calls."""
    heard, folded = turn.heard, turn.heard.folded
    beside = any(word.entity not in ("told", "reach", "ask") for word in heard.words)
    spoken = turn.state.flow.id if turn.state.flow else turn.state.topic
    harmed = "harmed" in turn.state.facts or spoken == "coverage"
    if beside or not harmed or spoken not in ("coverage", FAQ) or clauses.asks(heard.text):
        return False
    brief = len(folded) <= _table()["most"] // 2 and re.search(_table()["calling"], folded)
    return bool(brief) and stated_moment(folded, turn.now, turn.services.is_holiday) is not None


def is_none(turn: Turn) -> bool:
    """Whether it is said that there was no accident."""
    return re.search(_table()["not_one"], fold(turn.heard.text)) is not None


def lost_data(turn: Turn) -> bool:
    """Whether it is told, and nothing is asked, that others' data are gone with the thing that holds them."""
    heard = turn.heard
    if clauses.asks(heard.text) or heard.mention("covered") or heard.mention("plan"):
        return False
    return re.search(_table()["lost_data"], fold(heard.text)) is not None


def calls_now(folded: str) -> bool:
    """Whether a message tells that it is about the present day."""
    return re.search(_table()["calling"], folded) is not None


def is_over(turn: Turn) -> bool:
    """Whether the danger that was told is said to be over."""
    return re.search(_table()["over"], fold(turn.heard.text)) is not None


def _fits(row: Mapping[str, Any], text: str) -> bool:
    """Whether a row's question is asked."""
    return bool(re.search(row["asked"], text)) and not ("unless" in row and re.search(row["unless"], text))


def _of_scheme(turn: Turn, entries: Mapping[str, str]) -> str | None:
    """The entry of the scheme that is named, that the accident is of, or that was told of last."""
    state, last = turn.state, following.told_last(turn) or ""
    running = state.flow.values.get("scheme") if state.flow and state.flow.id == _ACCIDENT else None
    closed = state.closed.get(_ACCIDENT, {}).get("scheme")
    told = next((scheme for start, scheme in _table()["entries"].items() if last.startswith(start)), None)
    of_entry = told if told in INSURANCE and state.topic == FAQ else None
    scheme = turn.heard.mention("scheme") or running or of_entry or closed or state.scheme or _ANY
    return entries.get(scheme) or entries.get(_ANY)
