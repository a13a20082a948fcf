"""The industry class of the cyber insurance that a business named in a message belongs to."""

from __future__ import annotations

from bot.actions.flow import Turn

# The entry that tells all classes.
CLASSES = "cy_classes"
_ROMAN = {"1": "Ⅰ", "2": "Ⅱ", "3": "Ⅲ", "4": "Ⅳ"}


def class_line(turn: Turn) -> str | None:
    """A line with the class of the business that the message names; None when it names none, or several."""
    named = set(turn.heard.mentions.get("industry", ()))
    if len(named) != 1:
        return None
    industry = named.pop()
    names = turn.t(f"flow_quote.industry.options.{industry}")
    return turn.t("compare.cyber_class", roman=_ROMAN[industry], names=names)
