"""Whether the guarantee system can be used at the moment that a member names, by its printed hours.

The hours are rating's; a moment that is not named is none: then only the printed rule is told.
"""

from __future__ import annotations

from bot.actions.capabilities.clock import moments, names
from bot.actions.capabilities.moment import Stated, stated_date, stated_moment
from bot.actions.flow import Turn
from rating.calendar.guarantee import guarantee_status
from rating.calendar.hours import OPEN

# The entry that tells the printed hours, and how long a message is that only puts another moment in the place of one.
HOURS, _ONLY_A_MOMENT = "gu_hours", {"ja": 18, "en": 32}


def at_moment(turn: Turn) -> str | None:
    """A line that says whether the system can be used at the moment that the message names; None when it names none."""
    stated = _stated(turn)
    if stated is None or (not stated.said_day and names(turn.heard.folded, tuple(moments()["which_hour"]))):
        return None
    at, t = stated.at, turn.t
    status = guarantee_status(at, turn.services.is_holiday)
    values = {"month": at.month, "day": at.day, "weekday": t(f"accident.weekday.{at.weekday()}")}
    day = t("opening.day", **values)
    if stated.said_time:
        day = t("opening.moment", day=day, time=f"{at.hour}:{at.minute:02}")
    return t(f"opening.{'open' if status.status == OPEN else 'closed'}", at=day)


def another_moment(turn: Turn) -> bool:
    """Whether a message after the hours only names another moment (`and on Saturday?`)."""
    heard = turn.heard
    if turn.state.answer != HOURS or len(heard.folded) > _ONLY_A_MOMENT[turn.state.lang] or heard.mention("scheme"):
        return False
    return _stated(turn) is not None


def _stated(turn: Turn) -> Stated | None:
    folded = turn.heard.folded
    if names(folded, tuple(moments()["bare_day"])) and stated_date(folded, turn.now) is None:
        return None  # a day of a month that is not told
    stated = stated_moment(folded, turn.now, turn.services.is_holiday)
    if stated is None and names(folded, tuple(moments()["present"])):
        return Stated(turn.now, said_day=True, said_time=False)
    return stated
