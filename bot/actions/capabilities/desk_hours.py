"""The moment for which a desk's hours are asked: as stated, or a day that goes on from the one asked for before."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from bot.actions.capabilities.clock import moments, names
from bot.actions.capabilities.moment import Stated, stated_moment
from bot.actions.flow import Turn

# Under which name the day asked for last is kept.
_DAY = "desk_day"


def desk_moment(turn: Turn) -> Stated | None:
    """The moment stated in a message about a desk; a day without a month (`29日は`) is the next one after the last."""
    last = turn.state.facts.get(_DAY)
    since = max(turn.now.date(), date.fromisoformat(last)) if last else turn.now.date()
    stated = stated_moment(turn.heard.folded, turn.now, turn.services.is_holiday, since=since)
    if stated is None or stated.said_day or not last:
        return stated
    # An hour alone is one of the day that was asked for.
    return replace(stated, at=datetime.combine(since, stated.at.timetz()))


def asks_hour(turn: Turn) -> bool:
    """Whether the hour itself is asked for (`朝は何時から`)."""
    return names(turn.heard.folded, tuple(moments()["which_hour"]))


def remember_day(turn: Turn, stated: Stated | None) -> None:
    """Keep the day that was asked for; one without a day leaves the last one."""
    if stated is not None and stated.said_day:
        turn.state.facts[_DAY] = stated.at.date().isoformat()
