"""Which scheme the talk is about, when a message names none."""

from __future__ import annotations

from bot.actions import clauses, evidence
from bot.actions.flow import Turn
from bot.actions.understanding import Mention


def spoken_of(turn: Turn) -> str | None:
    """The scheme named in the message, else the one of the open flow, else the one spoken of last; None when none."""
    named = turn.heard.mention("scheme")
    if named:
        return named
    for waiting in reversed(turn.state.flows):
        product = waiting.values.get("product") or waiting.values.get("scheme")
        if product:
            return str(product)
    return turn.state.scheme


def not_taken(turn: Turn, scheme: str) -> bool:
    """Whether a message only tells that the firm is not in a scheme: then the scheme is named, and not asked about."""
    heard = turn.heard
    if clauses.asks(heard.text) or heard.mention("ask") is not None:
        return False
    named = [word.end for word in heard.words if (word.entity, word.value) == ("scheme", scheme)]
    return any(evidence.pattern("not_taken").match(heard.folded, end) for end in named)


def own_words(turn: Turn, entity: str) -> list[Mention]:
    """The words of a kind that are the firm's own, and not a subsidiary's, a customer's or a parent's."""
    heard, behind, before = turn.heard, evidence.pattern("of_another_firm"), evidence.pattern("another_firm_before")
    return [
        word
        for word in heard.words
        if word.entity == entity
        and not behind.match(heard.folded, word.end)
        and not before.search(heard.folded[: word.start])
    ]
