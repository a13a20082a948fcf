"""What members mean to do on a day that they name: begin, hand in papers; and the month in which their books close.

Read from the words around the day (bot/data/dates.yml), never guessed from the scheme.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from bot.actions.capabilities.dates import Day, in_digits, month_named, pattern_of, stated_days


@dataclass(frozen=True)
class Dated:
    """What a message says about days.

    Attributes:
        applied: The day on which the papers are handed in or arrive, or None.
        starts: The day from which cover is wanted, or None.
        asks_when: Whether it asks for a day, a deadline, or whether it is in time.
        yes_no: Whether a yes or no is the answer.
        against: Whether the question expects a no (`もう無理？`).
        paying: Whether the premium's payment is spoken of, not applying.
        explicit: Whether a word near a day tells what it means.
    """

    applied: Day | None
    starts: Day | None
    asks_when: bool
    yes_no: bool
    against: bool
    paying: bool
    explicit: bool


def dated(folded: str, today: date) -> Dated:
    """The days of a message with their meaning.

    Args:
        folded: The message with width and case folded.
        today: The present day.

    Returns:
        Each meaning's first day; a day that no word explains is one of applying, or one of starting where the
        message asks by when.
    """
    folded = in_digits(folded)
    days = stated_days(folded, today)
    applied: Day | None = None
    starts: Day | None = None
    bare: list[Day] = []
    ends = [*(day.start for day in days[1:]), len(folded)]
    for day, following in zip(days, ends, strict=False):
        if pattern_of("deadline_is").search(folded[: day.start]):
            continue
        meaning = _meaning(folded, day, following)
        if meaning == "starts":
            starts = starts or day
        elif meaning == "applied":
            applied = applied or _settled(folded, day, today)
        else:
            bare.append(day)
    by_when = pattern_of("by_when").search(folded) is not None
    for day in bare:
        if pattern_of("deadline_before").search(folded[: day.start]):
            continue
        if by_when and starts is None and day.on > today:
            starts = day
        else:
            applied = applied or day
    said = {
        name: pattern_of(name).search(folded) is not None
        for name in ("when", "yes_no", "wh", "against", "paying", "elsewhere")
    }
    yes_no = said["yes_no"] and not said["wh"]
    return Dated(
        applied,
        starts,
        said["when"] and not said["elsewhere"],
        yes_no,
        said["against"],
        said["paying"],
        len(bare) < len(days),
    )


def closing_month(folded: str) -> int | None:
    """The month in which a firm closes its books (`9月決算`), or None."""
    match = pattern_of("closing").search(in_digits(folded))
    if match is None:
        return None
    number = match["month"] or match["month2"] or match["month3"]
    return int(number) if number else month_named(match["name"] or match["name2"])


def of_a_deadline(folded: str) -> bool:
    """Whether a message speaks of applying, of paying, or of a deadline, not only of when cover begins."""
    return any(pattern_of(name).search(folded) for name in ("by_when", "applying", "paying"))


def of_a_domain(folded: str) -> bool:
    """Whether a message speaks of the mail domain that an orderer has approved."""
    return pattern_of("domain").search(folded) is not None


def asks_which_year(folded: str) -> bool:
    """Whether a message asks which year's sales to declare."""
    return pattern_of("closing_asks").search(folded) is not None


def _meaning(folded: str, day: Day, following: int) -> str | None:
    """`starts`, `applied`, or None when no word near the day tells."""
    before, after = folded[: day.start], folded[day.end : following]
    if pattern_of("applies_before").search(before) or pattern_of("proceeds").match(folded[day.start : day.end]):
        return "applied"
    if pattern_of("starts_after").match(after) or pattern_of("starts_before").search(before):
        return "starts"
    return "applied" if pattern_of("applies_after").search(after) else None


def _settled(folded: str, day: Day, today: date) -> Day:
    """A day of applying that is told as over is the last such day, not the next."""
    over = pattern_of("past_after").match(folded[day.end :]) or pattern_of("past_before").search(folded[: day.start])
    if not over or day.on <= today:
        return day
    earlier = _earlier(day)
    return replace(day, on=earlier) if earlier is not None and earlier <= today else day


def _earlier(day: Day) -> date | None:
    """The same day a year before, or a month before where no month was named; None when there is no such day."""
    on = day.on
    if day.full or day.month_only:
        year, month = on.year - 1, on.month
    else:
        year, month = (on.year, on.month - 1) if on.month > 1 else (on.year - 1, 12)
    try:
        return date(year, month, on.day)
    except ValueError:
        return None
