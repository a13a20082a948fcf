"""What a message names of the cyber insurance, told before an entry: the class of a business, the whole of a plan."""

from __future__ import annotations

from bot.actions.capabilities.limits import cyber_limits
from bot.actions.capabilities.quote_heard import named_cyber_plans
from bot.actions.flow import Turn

# The entries that tell of all classes.
CLASSES = ("cy_classes", "cy_two_businesses")
# The entries that tell how the sums count together.
WHOLE = ("cy_inner_limit", "cy_limit_unit")
_ROMAN = {"1": "Ⅰ", "2": "Ⅱ", "3": "Ⅲ", "4": "Ⅳ"}


def class_line(turn: Turn) -> str | None:
    """A line with the class of the business that the message names, or with those of several; None when none is named.

    Which class counts for a firm with several businesses is not printed.
    """
    named = sorted(set(turn.heard.mentions.get("industry", ())))
    if not named:
        return None
    names = {_ROMAN[one]: turn.t(f"flow_quote.industry.options.{one}") for one in named}
    if len(named) == 1:
        return turn.t("compare.cyber_class", roman=_ROMAN[named[0]], names=names[_ROMAN[named[0]]])
    listed = turn.t("units.comma").join(f"{roman} ({kinds})" for roman, kinds in names.items())
    return turn.t("compare.cyber_classes", classes=listed)


def whole_line(turn: Turn) -> str | None:
    """A line with the most that the plan named in the message pays in all; None when it names none, or several."""
    named = named_cyber_plans(turn)
    if len(named) != 1:
        return None
    amount = turn.t.yen(cyber_limits(turn)[named[0]]["liability_yen"])
    return turn.t("compare.cyber_whole", plan=named[0], amount=amount)
