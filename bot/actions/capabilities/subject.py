"""Which scheme the talk is about, when a message names none."""

from __future__ import annotations

from bot.actions.flow import Turn


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
