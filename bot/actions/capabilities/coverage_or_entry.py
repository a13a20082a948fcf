"""Whether an entry tells better than any case what a message asks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from bot.actions import clauses
from bot.actions.capabilities.coverage_after import PRODUCTS
from bot.actions.capabilities.coverage_deciding import DOUBTFUL, SURE
from bot.actions.capabilities.coverage_heard import happened, spoken_of, tells_something
from bot.actions.capabilities.coverage_likely import scored
from bot.actions.flow import Turn

if TYPE_CHECKING:
    from bot.actions.answers import Answers
    from knowledge.cases import Case

# How much better an entry must match than the likeliest case; from these matches on it is worded nearly so.
_AHEAD, _FAR = 0.1, 0.3
_NEARLY, _WORDED = 0.4, 0.55


def better_entry(
    answers: Answers, turn: Turn, ranked: list[tuple[Case, float]], values: Mapping[str, Any]
) -> str | None:
    """The entry that a message is rather worded like than like any case; for a told accident by far."""
    found = answers.ranked(turn)
    if not found or not answers.confident(turn) or values.get("_scores") not in (None, scored(turn)):
        return None
    if values.get("_thin") and not clauses.asks(turn.heard.text):
        return None
    if not ranked or ranked[0][1] < SURE:
        return found[0].id
    first = turn.services.knowledge.entries[found[0].id]
    if (
        not values.get("_product")
        and happened(turn)
        and first.scheme in PRODUCTS
        and first.scheme != ranked[0][0].product
    ):
        # Whoever names no scheme is told of the main one, too.
        return None
    if _other_scheme(turn, ranked, values) and first.scheme == spoken_of(values):
        return found[0].id
    return found[0].id if _lead(answers, turn, ranked) >= (_FAR if tells_something(turn) else _AHEAD) else None


def _other_scheme(turn: Turn, ranked: list[tuple[Case, float]], values: Mapping[str, Any]) -> bool:
    """Whether a general question is like a case of another scheme only than the one that is spoken of."""
    tells = turn.heard.mention("told") or turn.heard.mention("happened")
    return not tells and ranked[0][0].product != spoken_of(values)


def only_like(answers: Answers, turn: Turn, ranked: list[tuple[Case, float]], values: Mapping[str, Any]) -> bool:
    """Whether a message that tells nothing is far from the likeliest case, and near to several entries."""
    near = answers.ranked(turn)
    if not ranked or not near or values.get("_case") or values.get("_scores") not in (None, scored(turn)):
        return False
    if values.get("_product") and _other_scheme(turn, ranked, values):
        return near[0].match >= _NEARLY
    general = near[0].match >= _WORDED and not tells_something(turn)
    return general and ranked[0][1] < DOUBTFUL and _lead(answers, turn, ranked) >= _FAR


def _lead(answers: Answers, turn: Turn, ranked: list[tuple[Case, float]]) -> float:
    """How much better the words match the best entry than the likeliest case."""
    entries = {item.id: item.match for item in turn.heard.answers}
    cases = {item.id: item.match for item in turn.heard.cases}
    return entries.get(answers.ranked(turn)[0].id, 0.0) - cases.get(ranked[0][0].id, 0.0)
