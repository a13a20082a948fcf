"""Who may join: the printed conditions against what the member told, with the one that fails and what would change it.

It never takes an application and never promises that one is accepted.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import rating
from bot.actions import clauses, evidence
from bot.actions.capabilities import eligibility_heard
from bot.actions.capabilities.contact_text import contact_line, whom_to_ask
from bot.actions.capabilities.eligibility_heard import OF_TOP_UP, PRODUCTS
from bot.actions.capabilities.quote_heard import of_procedure
from bot.actions.capabilities.sales import hear_sales
from bot.actions.capabilities.source_text import source_line
from bot.actions.capabilities.subject import not_taken, own_words
from bot.actions.flow import Flow, FlowSpec, Question, Turn
from bot.actions.reply import Choice, Reply
from bot.actions.state import OpenFlow
from bot.actions.sureness import BRIEF, HALF, PLAIN_REQUEST

if TYPE_CHECKING:
    from bot.actions.answers import Answers

_ASKED_FOR = {
    "capital_yen": "capital",
    "headcount": "headcount",
    "annual_sales_yen": "annual_sales",
    "excluded_business": "business",
    "gunma_member": "gunma_member",
    "third_party": "third_party",
    "union_member": "union_member",
}
# Membership is what everybody here has: it is stated as a condition, not asked for.
_NOT_ASKED = frozenset({"union_member", "itcoop_member"})
# The schemes' own sites: to get into them is no joining.
_SITES = ("mypage", "guarantee")
# Entries that tell in general what is decided here for one firm, and how much nearer another one may be worded.
_AS_NEAR = 0.02
_GENERAL = frozenset(
    {
        "tp_eligibility",
        "tp_either_condition",
        "tp_premium_sales_cap",
        "tp_topup_who",
        "as_who_may_join",
        "as_with_third_party",
        "cy_who",
        "cy_sales_cap",
        "cy_excluded",
        "ge_which_scheme",
    }
)


# The scheme of which the documents hold nothing but the name.
_NAMED_ONLY = "work_injury"
# How the entries begin on businesses that are left out, and on joining during the year.
_BESIDE = ("cy_excluded", "tp_midterm", "as_midterm", "cy_late_joining")
# Facts of the firm told before it is asked whether it can join, and for how many further messages they hold.
_TOLD, _HELD = "firm_told", 3


class EligibilityFlow(Flow):
    """Eligibility for every scheme and plan."""

    kept = frozenset({"_partly"})

    # What kind of firm it is is shown in the verdict, and is the answer to no question of its own.
    quiet = frozenset({"sole_proprietor"})

    def __init__(self, spec: FlowSpec, answers: Answers) -> None:
        super().__init__(spec)
        self._answers = answers

    def hear(self, turn: Turn, values: Mapping[str, Any], asked: str | None) -> dict[str, Any]:
        """Scheme, plan, capital, head count, sales, business, membership."""
        understood = turn.heard
        heard = super().hear(turn, values, asked)
        if "product" in heard and not_taken(turn, heard["product"]):
            heard.pop("product")
        for slot in ("capital", "headcount", "annual_sales"):
            heard.pop(slot, None)
        product = eligibility_heard.product_of(turn)
        if product:
            heard["product"] = product
        plan = next(iter(understood.mentions.get("plan", ())), None)
        if plan:
            heard["plan"] = plan
            heard.setdefault("product", values.get("product", "third_party"))
        which = understood.mentioned("ask", "which_plan") and understood.quantity("money", "annual_sales") is not None
        if which and not plan and heard.get("product", values.get("product")) in (None, rating.THIRD_PARTY):
            # Only one plan has a condition of its own, and it is about sales.
            heard.update(product=rating.THIRD_PARTY, plan=rating.PREMIUM)
        heard.update(eligibility_heard.size(turn, asked))
        heard.update(self._sales(turn, values, heard, asked))
        heard.update(eligibility_heard.business(turn, values, heard))
        heard.update(eligibility_heard.membership(turn, values, heard))
        return heard

    def declines(self, turn: Turn) -> bool:
        """Which businesses are left out is told by an entry; so is what is asked about without a fact of the firm."""
        heard = turn.heard
        if heard.mentioned("ask", "excluded") and not heard.mention("excluded_industry"):
            return True
        if heard.mentioned("scheme", _NAMED_ONLY):
            return True
        sized = eligibility_heard.size(turn, None) or heard.mention("excluded_industry")
        if not sized and (of_procedure(turn) or ("when" in evidence.kinds(heard.text) and not _supposed(turn))):
            # How and when one joins is told by an entry, or by the deadlines.
            return True
        if any(evidence.pattern(name).search(heard.folded) for name in ("insolvency", "must_join")) and clauses.asks(
            heard.text
        ):
            # Whether one has to join is asked, not whether one can.
            return True
        told = self.hear(turn, {}, None).keys() - {"product"}
        ruled = any(evidence.pattern(name).search(heard.folded) for name in ("limit_asked", "conditions_asked"))
        capped = told == {"plan"} and ruled
        asks = clauses.asks(heard.text) or any(clauses.asks(part.text) for part in heard.sentences)
        if asks and (capped or evidence.pattern("who_counts").search(heard.folded)):
            # Up to which sales, and who is counted, are rules.
            return True
        if told or not clauses.asks(heard.text):
            return False
        if heard.mentioned("ask", "midterm"):
            return True
        joins = heard.mentioned("ask", "join") and heard.mention("scheme")
        if not joins and heard.mentioned("ask", "price") and not heard.mention("opens"):
            # What a firm pays, it does not ask whether it can join.
            return True
        if evidence.pattern("works").search(heard.folded) and not joins:
            return True
        ranked = self._answers.rank(turn)
        if ranked.best is None or not ranked.sure:
            return False
        if any(one.id in _GENERAL and ranked.best.match - one.match <= _AS_NEAR for one in ranked.found):
            return False
        # Which businesses are left out, or when one joins, answers nobody who names neither and wants to join.
        return not (joins and ranked.best.id.startswith(_BESIDE))

    def claims(self, turn: Turn, values: Mapping[str, Any]) -> bool:
        """Capital or a head count, or the sales for the plan spoken of, when joining is at least near."""
        planned = "annual_sales" in values and self.opening(turn).get("plan") == rating.PREMIUM
        return (
            (self.fits(values) or (planned and turn.heard.score("eligibility") >= HALF))
            and turn.heard.score("eligibility") >= 0.05
            and not evidence.pattern("insolvency").search(turn.heard.folded)
            and not eligibility_heard.tells_harm(turn.heard)
        )

    def owns(self, turn: Turn, values: Mapping[str, Any]) -> bool:
        """A fact that a condition of joining decides, with the question whether one can join, and not for a price."""
        heard, open_flow = turn.heard, turn.state.flow
        if heard.mentioned("ask", "price") or heard.mentioned("scheme", _NAMED_ONLY):
            return False
        premium = open_flow is not None and open_flow.id == self.id and open_flow.values.get("plan") == rating.PREMIUM
        if premium and heard.quantity("money", "annual_sales") is not None:
            # The plan was told before, and its own condition is about sales.
            return True
        partly = (
            values.get("_partly") and "effect" in evidence.kinds(heard.text) and not eligibility_heard.tells_harm(heard)
        )
        # Whether a firm falls outside is asked with a word that elsewhere tells that something fell.
        outside = evidence.pattern("falls_outside").search(heard.folded) is not None and "annual_sales" in values
        if not (heard.mentioned("ask", "join") or partly or outside):
            return False
        harmed = eligibility_heard.tells_harm(heard) and not outside
        if heard.quantity("money", "damage") is not None or heard.mention("scheme") in _SITES or harmed:
            return False
        cyber = values.get("product", turn.state.scheme) == "cyber"
        sized = "annual_sales" in values and (values.get("plan") == rating.PREMIUM or cyber)
        member = values.get("union_member") is False or values.get("gunma_member") is False or "_itcoop" in values
        # A business that is left out decides, even where it turns out to be a customer's.
        excluded = "business" in values and heard.mention("excluded_industry") is not None
        together = "third_party" in values and values.get("product") in (rating.TOP_UP, rating.ASSEMBLY)
        return self.fits(values) or sized or member or excluded or together or bool(values.get("sole_proprietor"))

    def opening(self, turn: Turn) -> dict[str, Any]:
        """Facts of the firm told before hold on; so does the scheme spoken of."""
        known = dict(turn.state.closed.get("eligibility", {}))
        heard = self.hear(turn, {}, None)
        if not heard:
            known = {}
        planned = turn.state.facts.get("quote_told", {}).get("values", {}).get("plan")
        if planned == rating.PREMIUM and turn.heard.quantity("money", "annual_sales") and "plan" not in heard:
            # Only this plan has a condition of its own, and it is about sales.
            known.setdefault("plan", planned)
            known.setdefault("product", rating.THIRD_PARTY)
        before = turn.state.facts.get(_TOLD, {}).get("values", {})
        known = {slot: value for slot, value in before.items() if slot not in heard} | known
        beside = {"has_third_party", "no_third_party"} & set(turn.heard.mentions.get("membership", ()))
        if beside and "product" not in heard and (turn.state.answer or "").startswith(OF_TOP_UP):
            # The third-party scheme is named beside the one that the talk is of.
            known.setdefault("product", rating.TOP_UP)
        if turn.state.scheme in PRODUCTS and "product" not in heard:
            known.setdefault("product", turn.state.scheme)
        if known.get("product", heard.get("product")) == "cyber" and "business" in turn.state.facts:
            known.setdefault("business", turn.state.facts["business"])
            rated = turn.state.closed.get("quote", {})
            if known["business"] != "none" and rated.get("product") == rating.CYBER and rated.get("industry"):
                # A premium was told for its other business.
                known.setdefault("_partly", True)
        return known

    def note(self, turn: Turn) -> None:
        """The size of the firm, told while nothing is asked, holds for the next messages."""
        state = turn.state
        kept = state.facts.pop(_TOLD, None)
        if kept and kept["left"]:
            state.facts[_TOLD] = {**kept, "left": kept["left"] - 1}
        told = eligibility_heard.told_of_firm(turn) if state.flow is None else {}
        if told:
            state.facts[_TOLD] = {"values": state.facts.get(_TOLD, {}).get("values", {}) | told, "left": _HELD}

    def fits(self, values: Mapping[str, Any]) -> bool:
        """Capital, head count or an excluded business make sense nowhere else."""
        return bool({"capital", "headcount"} & set(values))

    def continues(self, turn: Turn, known: Mapping[str, Any]) -> dict[str, Any]:
        """Another plan or size of the same firm, told in few words after a verdict and without a word for the price."""
        heard = turn.heard
        other = heard.mentioned("ask", "price") or heard.mention("harm") or heard.mention("happened")
        other = other or heard.mention("cyber_plan")
        if len(heard.text) > PLAIN_REQUEST or other or heard.mention("scheme") not in (None, known.get("product")):
            return {}
        told = self.hear(turn, known, None)
        sized = {"plan", "annual_sales", "capital", "headcount", "business"} & set(told)
        changed = {slot: told[slot] for slot in sized if told[slot] != known.get(slot)}
        beside = told.get("_partly") and known.get("business") not in (None, "none")
        return changed | {"_partly": told.get("_partly")} if "business" in changed or beside else changed

    def after(self, turn: Turn, known: Mapping[str, Any]) -> Reply | None:
        """Which plan a firm may have that is too large for one; the same once more for another firm's business."""
        others = turn.heard.mention("excluded_industry") and not own_words(turn, "excluded_industry")
        if (
            others
            and not turn.heard.mention("industry")
            and known.get("product") == "cyber"
            and len(turn.heard.text) <= PLAIN_REQUEST
        ):
            return self.finish(turn, OpenFlow(self.id, dict(known)))
        again = evidence.pattern("verdict_again").search(turn.heard.folded) and len(turn.heard.text) <= BRIEF
        if again and not any(known.get(slot) != value for slot, value in self.hear(turn, known, None).items()):
            return self.finish(turn, OpenFlow(self.id, dict(known)))
        failed = known.get("plan") == rating.PREMIUM and "annual_sales" in known
        if not failed or not evidence.pattern("what_then").search(turn.heard.folded):
            return None
        return Reply().say(turn.t("eligibility.change.choose_basic_or_wide"))

    def settle(self, turn: Turn, values: dict[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
        """Without a named scheme it is the third-party scheme as soon as the firm's size is told."""
        if "product" not in values and ({"capital", "headcount", "sole_proprietor", "union_member"} & set(values)):
            values["product"] = "third_party"
        if "product" not in values and turn.heard.mention("excluded_industry"):
            # Only the cyber insurance leaves out businesses.
            values["product"] = "cyber"
            values |= eligibility_heard.business(turn, values, {})
        if "product" in new:
            turn.state.scheme = new["product"]
            if new["product"] != "third_party":
                values.pop("plan", None)
        return values

    def next(self, turn: Turn, flow: OpenFlow) -> Question | None:
        """Only what the printed conditions still lack; a failed one needs nothing more."""
        if "product" not in flow.values:
            return self.spec.question("product")
        result = self._result(turn, flow.values)
        if result.verdict == rating.NOT_ELIGIBLE or flow.values.get("_partly"):
            return None
        asks = clauses.asks(turn.heard.text) or evidence.pattern("assured").search(turn.heard.folded) is not None
        if _only_plan(flow.values) and (not flow.guided or asks):
            return None
        if (_only_sales(flow.values) or _only_business(flow.values)) and not flow.guided and asks:
            return None
        for name in result.missing:
            slot = _ASKED_FOR.get(name)
            if slot is None or name in _NOT_ASKED or slot in flow.skipped or slot in flow.values:
                continue
            return self.spec.question(slot)
        return None

    def ask(self, turn: Turn, flow: OpenFlow, question: Question) -> Reply:
        """The first question names the condition that it decides."""
        reply = super().ask(turn, flow, question)
        if not flow.values.get("_told"):
            flow.values["_told"] = True
            rule = f"eligibility.rule.{flow.values.get('product')}"
            if "product" in flow.values:
                lines = [turn.t(rule)]
                if flow.values.get("plan") == "premium":
                    lines.append(turn.t("eligibility.rule.premium_plan"))
                return Reply().say(*lines).then(reply)
        return reply

    def choices(self, turn: Turn, flow: OpenFlow, question: Question) -> list[Choice]:
        """Yes and no, schemes; businesses are written."""
        if question.slot == "business":
            title = turn.t(self.key("business", "options.none"))
            return [Choice(title, title, {"flow": self.id, "slot": "business", "value": "none"})]
        return super().choices(turn, flow, question)

    def show(self, turn: Turn, slot: str, value: Any) -> str:
        """Head counts in people, businesses by name."""
        if slot == "headcount":
            return turn.t("units.people", n=value)
        if slot == "business":
            return turn.t(f"eligibility.business.{value}")
        if slot == "plan":
            return turn.t(f"flow_quote.plan.options.{value}")
        if isinstance(value, bool) and self.spec.question(slot).kind != "yes_no":
            return turn.t("eligibility.yes" if value else "eligibility.no")
        return super().show(turn, slot, value)

    def finish(self, turn: Turn, flow: OpenFlow) -> Reply:
        """Verdict first, then each condition, what would change it, source and whom to ask."""
        values, t = flow.values, turn.t
        result = self._result(turn, values)
        name = t(f"products.{values['product']}")
        if values.get("plan") and values["product"] == rating.THIRD_PARTY:
            name = t("eligibility.with_plan", product=name, plan=t(f"flow_quote.plan.options.{values['plan']}"))
        verdict = result.verdict
        only_membership = {c.key for c in result.conditions if c.status == "unknown"} <= {
            "union_member",
            "itcoop_member",
        }
        if verdict == rating.UNDETERMINED and only_membership:
            verdict = "eligible_member"
        if values.get("_partly"):
            verdict = "partly"
        elif _only_plan(values) and verdict != rating.NOT_ELIGIBLE:
            verdict = "plan_met" if values["plan"] == rating.PREMIUM else "plan_free"
        elif _only_sales(values) and verdict != rating.NOT_ELIGIBLE:
            verdict = "sales_met"
        elif _only_business(values) and verdict != rating.NOT_ELIGIBLE:
            verdict = "business_met"
        told = {"sales": t.yen(values.get("annual_sales") or 0), "group": t(f"eligibility.group.{values['product']}")}
        business = t(f"eligibility.business.{values.get('business') or 'none'}")
        reply = Reply().say(t(f"eligibility.verdict.{verdict}", name=name, business=business, **told))
        for condition in result.conditions:
            if condition.status == "unknown" and condition.key in ("union_member", "itcoop_member"):
                continue
            reply.say(self._condition(turn, condition))
        part_time = values["product"] == "third_party" and evidence.pattern("part_time").search(turn.heard.folded)
        reply.say(t("eligibility.part_time") if part_time else None)
        reply.say(*(t(f"eligibility.change.{key}") for key in dict.fromkeys(result.what_would_change)))
        contact = contact_line(turn, "excel") if verdict == "partly" else whom_to_ask(turn, values["product"])
        return reply.say(
            t("eligibility.who_decides", contact=contact),
            source_line(turn, result.source),
        )

    def _condition(self, turn: Turn, condition: rating.Condition) -> str:
        t = turn.t
        values = {k: t.yen(v) if k.endswith("_yen") and isinstance(v, int) else v for k, v in condition.values.items()}
        told = []
        if condition.values.get("capital_yen") is not None:
            told.append(t("eligibility.told.capital", capital=values["capital_yen"]))
        if condition.values.get("headcount") is not None:
            told.append(t("eligibility.told.headcount", n=values["headcount"]))
        if condition.values.get("annual_sales_yen") is not None:
            told.append(t("eligibility.told.sales", sales=values["annual_sales_yen"]))
        if condition.values.get("sole_proprietor"):
            told.append(t("eligibility.told.sole"))
        if condition.values.get("excluded_business"):
            told.append(t(f"eligibility.business.{condition.values['excluded_business']}"))
        told_text = t("eligibility.told.wrap", told=t("units.comma").join(told)) if told else ""
        mark = t(f"eligibility.mark.{condition.status}")
        return t(f"eligibility.condition.{condition.key}", **values) + told_text + mark

    def _result(self, turn: Turn, values: Mapping[str, Any]) -> rating.Eligibility:
        facts = rating.EligibilityFacts(
            plan=values.get("plan") if values["product"] == "third_party" else None,
            annual_sales_yen=values.get("annual_sales"),
            capital_yen=values.get("capital"),
            headcount=values.get("headcount"),
            sole_proprietor=values.get("sole_proprietor"),
            union_member=values.get("union_member"),
            gunma_member=values.get("gunma_member"),
            itcoop_member=values.get("_itcoop"),
            third_party=values.get("third_party"),
            excluded_business=values.get("business"),
            partly_excluded=bool(values.get("_partly")),
        )
        return rating.eligibility(values["product"], facts, turn.services.tariffs, turn.now)

    def _sales(
        self, turn: Turn, values: Mapping[str, Any], heard: Mapping[str, Any], asked: str | None
    ) -> dict[str, Any]:
        product = heard.get("product", values.get("product"))
        plan = heard.get("plan", values.get("plan"))
        if product != "cyber" and plan != "premium" and not turn.heard.quantity("money", "annual_sales"):
            return {}
        sales = hear_sales(turn, "annual_sales" if asked == "annual_sales" else None)
        return {"annual_sales": sales["annual_sales"]} if sales else {}


def _supposed(turn: Turn) -> bool:
    """Whether a firm is only supposed (`いつか人が増えたら`): that asks for no day."""
    return clauses.supposes(turn.heard.text)


def _only_sales(values: Mapping[str, Any]) -> bool:
    """Whether only the sales limit of the cyber insurance was asked about: nothing is told of the business."""
    return values.get("product") == "cyber" and "annual_sales" in values and not {"business", "_itcoop"} & set(values)


def _only_business(values: Mapping[str, Any]) -> bool:
    """Whether only the businesses that the cyber insurance leaves out were asked about: no sales are told."""
    told = values.get("product") == "cyber" and values.get("business") == "none"
    return told and not {"annual_sales", "_itcoop"} & set(values)


def _only_plan(values: Mapping[str, Any]) -> bool:
    """Whether only the plan's own condition was asked about: the sales are told, nothing else of the firm."""
    size = {"capital", "headcount", "sole_proprietor", "union_member"}
    return values.get("plan") is not None and "annual_sales" in values and not size & set(values)
