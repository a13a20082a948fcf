"""By when to apply and from when cover runs, computed from the printed rule for the day asked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from bot.actions.capabilities.contact_text import contact_line
from bot.actions.capabilities.moment import stated_date
from bot.actions.capabilities.place import hear_place
from bot.actions.flow import Flow, Turn
from bot.actions.reply import Reply
from bot.actions.state import OpenFlow
from rating import calendar


class DeadlineFlow(Flow):
    """Deadlines of third_party (20th), cyber (15th), the 11 Gunma branches, and the domain approvals."""

    def hear(self, turn: Turn, values: Mapping[str, Any], asked: str | None) -> dict[str, Any]:
        """Product, branches, and the day of applying."""
        heard = super().hear(turn, values, asked)
        scheme = turn.heard.mention("scheme")
        if scheme in ("third_party", "assembly", "cyber", "guarantee"):
            heard["product"] = scheme
        branches = [branch.branch_id for branch in turn.services.knowledge.areas.branches_in(turn.heard.text)]
        place = hear_place(turn)
        if len(branches) == 1 and "branch" not in place:
            place["branch"] = branches[0]
        if place.get("branch"):
            heard["branch"] = place["branch"]
            heard.setdefault("product", "assembly") if values.get("product") is None else None
        if len(branches) > 1:
            heard["branch"] = ",".join(branches)
            heard["product"] = "assembly"
        applied = stated_date(turn.heard.folded, turn.now)
        if applied is not None:
            heard["_applied_on"] = applied.isoformat()
        return heard

    def opening(self, turn: Turn) -> dict[str, Any]:
        """The scheme and branch spoken of before."""
        known: dict[str, Any] = {}
        if turn.state.scheme in ("third_party", "assembly", "cyber", "guarantee"):
            known["product"] = turn.state.scheme
        if "branch" in turn.state.facts:
            known["branch"] = turn.state.facts["branch"]
        return known

    def settle(self, turn: Turn, values: dict[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
        """The branch holds for the whole talk."""
        if "branch" in new and "," not in new["branch"]:
            turn.state.facts["branch"] = new["branch"]
            turn.state.facts["prefecture"] = "gunma"
        if "product" in values:
            turn.state.scheme = values["product"]
        return values

    def show(self, turn: Turn, slot: str, value: Any) -> str:
        """Branches by name."""
        if slot == "branch":
            names = {b.branch_id: b.name for b in turn.services.knowledge.areas.branches}
            return turn.t("units.comma").join(names.get(part, part) for part in str(value).split(","))
        return super().show(turn, slot, value)

    def finish(self, turn: Turn, flow: OpenFlow) -> Reply:
        """The dates, whether they are past, and the source."""
        values = flow.values
        product = values["product"]
        applied = date.fromisoformat(values["_applied_on"]) if values.get("_applied_on") else turn.now.date()
        if product == "assembly":
            return self._assembly(turn, values.get("branch") or "all")
        if product == "guarantee":
            return self._domain(turn, applied)
        return self._midterm(turn, product, applied)

    def _midterm(self, turn: Turn, product: str, applied: date) -> Reply:
        t = turn.t
        start = calendar.midterm_start(turn.services.tariffs, product, applied, turn.services.is_holiday)
        values = {
            "applied": t.day(applied),
            "deadline": t.day(start.deadline_on),
            "next": t.day(start.next_deadline_on),
        }
        reply = Reply().say(t(f"deadline.rule.{product}"))
        if start.state == "after_period":
            reply.say(t("deadline.after_period", ends=t.moment(start.ends_at)))
            reply.say(t("deadline.by_rule", **values, starts=self._starts(turn, start, applied)))
        elif start.state == "before_period":
            reply.say(t("deadline.before_period", **values))
        else:
            reply.say(
                t("deadline.starts", **values, starts=self._starts(turn, start, applied), ends=t.moment(start.ends_at))
            )
        if start.deadline_is_closed_day:
            reply.say(t("deadline.closed_day", day=values["next"]))
        contact = contact_line(turn, "excel" if product == "cyber" else "branch")
        source = t("quote.source", document=start.source.document_title, locator=start.source.locator)
        return reply.say(t(f"deadline.where.{product}", contact=contact), source)

    def _starts(self, turn: Turn, start: calendar.MidtermStart, applied: date) -> str:
        day = start.starts_on
        if day is None:
            month = applied.year * 12 + applied.month - 1 + (1 if start.met_deadline else 2)
            day = date(month // 12, month % 12 + 1, 1)
        return turn.t.day(day)

    def _assembly(self, turn: Turn, branch: str) -> Reply:
        t = turn.t
        today = turn.now.date()
        if branch == "all":
            found = calendar.assembly_deadlines(turn.services.tariffs, turn.now, today)
        else:
            found = tuple(
                calendar.assembly_deadlines_of(turn.services.tariffs, part, turn.now, today)
                for part in branch.split(",")
            )
        reply = Reply()
        for one in found:
            values = {"branch": one.title, "apply": _month_day(turn, one.apply_by), "pay": _month_day(turn, one.pay_by)}
            reply.say(t("deadline.branch", **values))
        year = found[0].apply_by.year
        reply.say(t("deadline.print_year", year=year))
        if all(one.apply_passed for one in found):
            reply.say(t("deadline.passed", contact=contact_line(turn, "gunma_agency")))
        if len(found) > 2:
            table = [[one.title, _month_day(turn, one.apply_by), _month_day(turn, one.pay_by)] for one in found]
            columns = [t("deadline.column.branch"), t("deadline.column.apply"), t("deadline.column.pay")]
            reply.show({"type": "table", "title": t("deadline.title"), "columns": columns, "rows": table})
        source = found[0].source
        return reply.say(t("quote.source", document=source.document_title, locator=source.locator))

    def _domain(self, turn: Turn, applied: date) -> Reply:
        t = turn.t
        approval = calendar.domain_approval(applied)
        reply = Reply().say(
            t(
                "deadline.domain",
                applied=_month_day(turn, applied),
                month=approval.approved_month,
                year=approval.approved_year,
            ),
            t("deadline.domain_note", months=approval.longest_wait_months),
        )
        source = approval.source
        return reply.say(t("quote.source", document=source.document_title, locator=source.locator))


def _month_day(turn: Turn, day: date) -> str:
    return turn.t("units.month_day", month=day.month, day=day.day)
