"""What a message names of the cyber insurance, told before an entry: the class of a business, the whole of a plan."""

from __future__ import annotations

from bot.actions.capabilities.limits import cyber_limits
from bot.actions.capabilities.quote_heard import named_cyber_plans
from bot.actions.flow import Turn

# The entry that tells all classes.
CLASSES = "cy_classes"
# The entries that tell how the sums count together.
WHOLE = ("cy_inner_limit", "cy_limit_unit")
_ROMAN = {"1": "Ⅰ", "2": "Ⅱ", "3": "Ⅲ", "4": "Ⅳ"}


def class_line(turn: Turn) -> str | None:
    """A line with the class of the business that the message names; None when it names none, or several."""
    named = set(turn.heard.mentions.get("industry", ()))
    if len(named) != 1:
        return None
    industry = named.pop()
    names = turn.t(f"flow_quote.industry.options.{industry}")
    return turn.t("compare.cyber_class", roman=_ROMAN[industry], names=names)


def whole_line(turn: Turn) -> str | None:
    """A line with the most that the plan named in the message pays in all; None when it names none, or several."""
    named = named_cyber_plans(turn)
    if len(named) != 1:
        return None
    amount = turn.t.yen(cyber_limits(turn)[named[0]]["liability_yen"])
    return turn.t("compare.cyber_whole", plan=named[0], amount=amount)
