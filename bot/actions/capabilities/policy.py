"""The member's own contract, shown to that member only, when signed in (T7). Nobody else's, and nothing guessed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.actions import evidence
from bot.actions.capabilities.contact_text import whom_to_ask
from bot.actions.flow import Flow, Turn
from bot.actions.reply import Choice, Reply
from bot.actions.state import OpenFlow
from records.policies import StoredPolicy, policies_of


class PolicyFlow(Flow):
    """My policy."""

    def hear(self, turn: Turn, values: Mapping[str, Any], asked: str | None) -> dict[str, Any]:
        """Nothing is heard: who asks is known from the sign-in, never from a message."""
        return {}

    def declines(self, turn: Turn) -> bool:
        """Who is among the insured is the same in every contract: entries tell it."""
        return evidence.pattern("insured_persons").search(turn.heard.folded) is not None

    def finish(self, turn: Turn, flow: OpenFlow) -> Reply:
        """The contracts with code, limits, premium and period; or where to look, when not signed in."""
        later = evidence.pattern("next_year").search(turn.heard.folded) is not None
        reply = Reply().say(turn.t("policy.next_year") if later and turn.heard.mentioned("ask", "price") else None)
        return reply.then(self._contracts(turn))

    def _contracts(self, turn: Turn) -> Reply:
        t = turn.t
        if turn.member_id is None:
            return self._not_signed_in(turn)
        with turn.services.database.session(read_only=True) as session:
            policies = policies_of(session, turn.member_id)
        if not policies:
            return Reply().say(t("policy.none", contact=whom_to_ask(turn, None)))
        reply = Reply().say(t("policy.lead"))
        for policy in policies:
            reply.say(*self._lines(turn, policy))
        return reply.say(t("policy.certificate"))

    def _not_signed_in(self, turn: Turn) -> Reply:
        t = turn.t
        reply = Reply().say(t("policy.sign_in"), t("policy.where", contact=whom_to_ask(turn, None)))
        title = t("policy.mypage_button")
        return reply.offer([Choice(title, title, {"faq": "my_what"})])

    def _lines(self, turn: Turn, policy: StoredPolicy) -> list[str]:
        t = turn.t
        name = t(f"products.{policy.product}")
        limits = t("units.slash").join(
            t(f"quote.limit.{key}", amount=t.yen(value))
            for key, value in policy.limits.items()
            if t.has(f"quote.limit.{key}")
        )
        over = turn.now >= policy.period_until
        return [
            t("policy.line", product=name, code=policy.code, premium=t.exact_yen(policy.premium_yen)),
            t("policy.limits", limits=limits),
            t(
                f"policy.period.{'over' if over else 'running'}",
                start=t.day(policy.period_from.date()),
                end=t.day(policy.period_until.date()),
            ),
        ]
