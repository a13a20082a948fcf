"""Whether a short message goes on from what was said before, and what it means then.

A message that stands by itself is never read otherwise: only one that plainly goes on (bot/data/following.yml), or that
means nothing surely by itself, is read with the member's message before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from bot.actions import clauses, evidence
from bot.actions.flow import Turn
from bot.actions.sureness import (
    COURTESIES,
    FAQ,
    LONG_SILENCE,
    SURE_FLOW,
    SURE_INTENT,
    SURE_MOVE,
    SURE_TALK,
    VALUE_INTENTS,
)

if TYPE_CHECKING:
    from bot.actions.conversation import Conversation

# What may be asked about in place of what was asked about before, and words that ask.
_NAMES = frozenset({"scheme", "plan", "cyber_plan", "industry", "excluded_industry"})
_ASKING = frozenset({"ask", "covered", "told", "reach"})
# Who the asker is, or which scheme is meant, told after an answer.
_ASKER = frozenset({"scheme", "role", "told", "membership", "opens", "covered"})
# How entries' names begin.
_SCHEMES = frozenset({"tp", "as", "cy", "my", "gu"})
# Entries of one matter share the first words of their names.
_FAMILY = 2
# Two messages together have more words than any entry asks with: they match it so much less.
_LONGER = 1.25
# An answer is recognised by its first characters.
_BEGINNING = 12
TABLE = Path(__file__).resolve().parent.parent / "data" / "following.yml"
MATTERS = TABLE.with_name("matters.yml")


@lru_cache(maxsize=1)
def _table(path: Path = TABLE) -> dict[str, Any]:
    return dict(yaml.safe_load(path.read_text(encoding="utf-8")))


def goes_on(turn: Turn) -> bool:
    """Whether a short message plainly goes on: it points back, or leaves out what was said a moment ago."""
    text = evidence.fold(turn.heard.text)
    if len(text) > _table()["most"]:
        return False
    return re.search(_table()["opening"], text) is not None or re.search(_table()["ending"], text) is not None


def names_only(turn: Turn) -> bool:
    """Whether a message that goes on hardly holds more than names: `and the cyber one?`."""
    named = sum(word.end - word.start for word in turn.heard.words if word.entity in _NAMES)
    return named > 0 and len(turn.heard.folded) - named <= _table()["beside_names"] and goes_on(turn)


def bare(turn: Turn) -> bool:
    """Whether a message asks without naming anything: `how many days?`."""
    text = evidence.fold(turn.heard.text)
    named = any(word.entity not in _ASKING for word in turn.heard.words) or turn.heard.quantities
    return len(text) <= _table()["bare_most"] and not named and re.search(_table()["bare"], text) is not None


def with_before(conversation: Conversation, turn: Turn) -> Turn | None:
    """The turn as it is meant when the message is read with the one before; None where nothing stands before it.

    What was just told, by an entry or by the flow that such an entry leads to, is not meant once more.
    """
    context, state = turn.heard.in_context, turn.state
    if context is None or state.topic is None or len(turn.heard.text) > _table()["most"]:
        return None
    if state.last_at and turn.now - datetime.fromisoformat(state.last_at) >= LONG_SILENCE:
        return None
    leads, last = conversation.leads, told_last(turn)
    told = {item.id for item in context.answers if item.id in leads and leads[item.id].flow == state.topic} | {last}
    answers = tuple(replace(item, match=item.match * _LONGER) for item in context.answers if item.id not in told)
    return replace(turn, heard=replace(turn.heard, answers=answers, cases=context.cases, in_context=None))


def echoes(turn: Turn) -> str | None:
    """The entry told last, where a short message that goes on names only what its answer tells of; None mostly."""
    told, table = told_last(turn), _table()
    if told is None or not goes_on(turn) or turn.heard.quantities:
        return None
    named = _names_in(turn.heard.folded)
    plainly = any(len(word) >= table["long_name"] for word in named)
    return told if plainly and _all_said(turn, named) else None


def points_back(turn: Turn) -> str | None:
    """The entry told last, where something that it tells of is told, and then asked whether it holds; None mostly."""
    last, (told, asked) = told_last(turn), clauses.divide(turn.heard)
    if last is None or told is None or len(asked) != 1 or turn.heard.quantities:
        return None
    named = _names_in(told.folded)
    points = len(asked[0].folded) <= _table()["bare_most"] and evidence.pattern("pointing").search(asked[0].folded)
    return last if points and named and _all_said(turn, named) else None


def _names_in(text: str) -> list[str]:
    """What a text names things with."""
    return [word for word in re.findall(_table()["naming"], text) if word not in _table()["names_nothing"]]


def names_said(turn: Turn) -> bool:
    """Whether a message names something that the last reply named."""
    said = evidence.fold(turn.state.last_text)
    return any(word in said for word in _names_in(turn.heard.folded))


def names_nothing_new(turn: Turn) -> bool:
    """Whether the last reply holds all that a message names things with."""
    return _all_said(turn, _names_in(turn.heard.folded))


def _all_said(turn: Turn, named: Iterable[str]) -> bool:
    """Whether the last reply holds all of some words."""
    said = evidence.fold(turn.state.last_text)
    return all(word in said for word in named)


def told_last(turn: Turn) -> str | None:
    """The entry that the last reply told, by itself or as a flow's result."""
    state = turn.state
    last = turn.services.knowledge.entries.get(state.answer or "")
    answers = (last.answer, last.answer_en) if last is not None else ()
    # Lines that a contact is written into are worded otherwise than told.
    lines = (line for answer in answers if answer for line in answer.splitlines() if "{" not in line[:_BEGINNING])
    shown = any(line[:_BEGINNING] in state.last_text for line in lines if line)
    return last.entry_id if last is not None and (shown or state.topic == FAQ) else None


def _points_only(turn: Turn) -> bool:
    """Whether a message points at what was said and names nothing else: `and its limit?`."""
    named = any(word.entity not in _ASKING for word in turn.heard.words) or turn.heard.quantities
    return evidence.points(turn) and not named and len(turn.heard.folded) <= _table()["bare_most"]


def leaning(conversation: Conversation, turn: Turn) -> Turn | None:
    """The turn read with the message before it, when the present message leans on that; None when it stands alone."""
    heard, joined = turn.heard, with_before(conversation, turn)
    if joined is None or heard.mention("foreign") or heard.mention("matter"):
        return None
    plainly, beside = goes_on(turn) or bare(turn), beside_last(conversation, joined)
    talk = heard.intent in COURTESIES and heard.confidence >= SURE_MOVE
    strange = heard.intent in ("out_of_scope", "chitchat") and heard.confidence >= SURE_INTENT and not plainly
    flow = heard.intent in conversation.by_intent and heard.intent not in VALUE_INTENTS
    opens = flow and heard.confidence >= (SURE_TALK if plainly else SURE_FLOW) and not beside
    if _points_only(turn):
        opens = False
    if talk or strange or opens:
        return None
    return None if conversation.answers.confident(turn) and not (plainly or beside) else joined


def counterpart(turn: Turn) -> str | None:
    """The entry on the matter told last, for the scheme or the role that is named in the place of the one before.

    Who only tells which scheme or which role is his means the same matter, too.
    """
    told, named = told_last(turn), turn.heard.mentions.get("scheme", ())
    if not (names_only(turn) or tells_only(turn)) or not _by_name(turn):
        return None
    if told is None or turn.state.shown:
        offered = _offered_for(turn, named)
        if offered is not None or told is None:
            return offered
    if not named:
        return _for_role(turn, told)
    for scheme in named:
        found = _nearest(turn, of_matters("schemes", told, scheme))
        if found is not None:
            return found
    entries, matter = turn.services.knowledge.entries, _matter(told)
    schemes = evidence.schemes_named(turn)
    others = (key for key in entries if key != told and entries[key].scheme in schemes)
    return next((key for key in others if _matter(key) == matter), None)


def _by_name(turn: Turn) -> bool:
    """Whether what stands for a scheme is its name or a role, and no thing that only this scheme has."""
    heard = turn.heard
    named = (heard.folded[word.start : word.end] for word in heard.words if word.entity in ("scheme", "role"))
    return all(re.match(_table()["names"], one) for one in named)


def _offered_for(turn: Turn, named: Iterable[str]) -> str | None:
    """Of the entries that the last reply offered, the first one of a scheme that is named, or its counterpart."""
    entries, state = turn.services.knowledge.entries, turn.state
    shown = [one["faq"] for one in state.choices[-state.shown :] if one.get("faq") in entries] if state.shown else []
    for scheme in named:
        own = next((one for one in shown if entries[one].scheme == scheme), None)
        found = own or _nearest(turn, (other for one in shown for other in of_matters("schemes", one, scheme)))
        if found is not None:
            return found
    return None


def tells_only(turn: Turn) -> bool:
    """Whether a message hardly holds more than the scheme or the role that is the asker's: `we have the cyber one`."""
    heard, table = turn.heard, _table()
    if any(word.entity not in _ASKER for word in heard.words) or heard.quantities:
        return False
    named = sum(word.end - word.start for word in heard.words if word.entity in ("scheme", "role"))
    beside = len(heard.folded) - named
    ends = beside <= 1 or re.search(table["telling"], heard.folded) is not None
    return named > 0 and beside <= table["beside_told"] and ends


def _for_role(turn: Turn, told: str) -> str | None:
    """The entry told last once more, or its counterpart, for the role that the asker tells."""
    roles = {word.value for word in turn.heard.words if word.entity == "role"}
    entry = turn.services.knowledge.entries[told]
    if len(roles) != 1 or entry.scheme != "guarantee":
        return None
    role = roles.pop()
    found = of_matter("roles", told, role)
    return found or (told if role in entry.audience else None)


def of_matter(kind: str, told: str, wanted: str) -> str | None:
    """The entry of another scheme, or for another role, on the matter of an entry."""
    found = of_matters(kind, told, wanted)
    return found[0] if found else None


def of_matters(kind: str, told: str, wanted: str) -> list[str]:
    """All of them, where an entry tells of several matters."""
    return [group[wanted] for group in _matters()[kind] if told in group.values() and wanted in group]


def _nearest(turn: Turn, found: Iterable[str]) -> str | None:
    """Of several entries the one that the message, read with the one before it, is most like."""
    context = turn.heard.in_context
    like = {item.id: item.match for item in context.answers} if context is not None else {}
    return max(found, key=lambda one: like.get(one, 0.0), default=None)


@lru_cache(maxsize=1)
def _matters(path: Path = MATTERS) -> dict[str, list[dict[str, str]]]:
    return dict(yaml.safe_load(path.read_text(encoding="utf-8")))


def _matter(entry_id: str) -> list[str]:
    """An entry's name without the scheme's."""
    return [part for part in entry_id.split("_") if part not in _SCHEMES]


def beside_last(conversation: Conversation, joined: Turn) -> bool:
    """Whether the entry that is surely meant by both messages together stands beside the one told last."""
    ranked, told = conversation.answers.rank(joined), told_last(joined)
    if told is None or ranked.best is None or not ranked.sure:
        return False
    found, related = ranked.best.id, joined.services.knowledge.entries[told].related
    return found in related or found.split("_")[:_FAMILY] == told.split("_")[:_FAMILY]
