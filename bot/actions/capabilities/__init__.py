"""What the counter can do: one flow a module.

Each only translates between the dialogue and rating, knowledge, records.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from bot.actions.capabilities.accident import AccidentFlow
from bot.actions.capabilities.closing import ClosingFlow
from bot.actions.capabilities.compare import CompareFlow
from bot.actions.capabilities.contact import ContactFlow
from bot.actions.capabilities.coverage import CoverageFlow
from bot.actions.capabilities.deadline import DeadlineFlow
from bot.actions.capabilities.eligibility import EligibilityFlow
from bot.actions.capabilities.handover import HandOverFlow
from bot.actions.capabilities.login import LoginFlow
from bot.actions.capabilities.payout import PayoutFlow
from bot.actions.capabilities.policy import PolicyFlow
from bot.actions.capabilities.quote import QuoteFlow
from bot.actions.capabilities.recall import RecallFlow
from bot.actions.capabilities.report import ReportFlow

if TYPE_CHECKING:
    from bot.actions.answers import Answers
    from bot.actions.flow import Flow, FlowSpec


def build_flows(specs: Mapping[str, FlowSpec], answers: Answers) -> dict[str, Flow]:
    """Every declared flow with its code.

    Args:
        specs: The declarations of bot/data/flows.
        answers: The finder of FAQ entries, which some flows lead to.

    Returns:
        Flows by id, in the order in which values said out of the blue are offered to them.
    """
    flows: list[Flow] = [
        QuoteFlow(specs["quote"], answers),
        EligibilityFlow(specs["eligibility"], answers),
        PayoutFlow(specs["payout"]),
        CompareFlow(specs["compare"], answers),
        CoverageFlow(specs["coverage"], answers),
        AccidentFlow(specs["accident"]),
        ClosingFlow(specs["closing"]),
        DeadlineFlow(specs["deadline"], answers),
        ContactFlow(specs["contact"], answers),
        LoginFlow(specs["login"], answers),
        PolicyFlow(specs["policy"]),
        RecallFlow(specs["recall"]),
        ReportFlow(specs["report"]),
        HandOverFlow(specs["handover"]),
    ]
    return {flow.id: flow for flow in flows}
