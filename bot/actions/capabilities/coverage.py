"""Is this covered? The case that an accident told in ordinary words is like.

Asks for the deciding fact that is missing and says which plans' terms speak of the case. It never says that something
will be paid (T4, T5).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from bot.actions import afterwards, clauses, decisive, evidence, following
from bot.actions.answers import Answers
from bot.actions.capabilities import damage
from bot.actions.capabilities.contact_text import contact_line
from bot.actions.capabilities.coverage_after import AKIN, MOST_LIKE, PRODUCTS, continuing, put_right, share_entry
from bot.actions.capabilities.coverage_deciding import DOUBTFUL, FACTS, SURE, deciding, rivals
from bot.actions.capabilities.coverage_instead import case_instead
from bot.actions.capabilities.coverage_or_entry import better_entry, only_like
from bot.actions.capabilities.coverage_ranked import VICTIM, ranked_cases
from bot.actions.capabilities.coverage_text import (
    by_answer,
    details,
    like_cases,
    limit_line,
    source_line,
    verdict,
    who_decides,
    whom_to_ask,
)
from bot.actions.capabilities.coverage_words import told_in_own_words
from bot.actions.capabilities.quote_heard import named_courses
from bot.actions.flow import Flow, FlowSpec, Question, Turn
from bot.actions.reply import Reply
from bot.actions.state import OpenFlow
from bot.actions.sureness import STRANGERS, UNSURE_FLOW
from bot.actions.told_alone import HELD_PLAN

if TYPE_CHECKING:
    from knowledge.cases import Case

from bot.actions.capabilities.coverage_heard import (
    ABROAD_NAMED,
    ASIDE_FACTS,
    MAIN_SCHEME,
    NOT_OF_COVER,
    STORY,
    WORKS_SCHEME,
    asks_of_harm,
    asks_of_peril,
    asks_of_temporary,
    asks_whether,
    asks_which,
    facts_in,
    happened,
    harms_named_things,
    harms_others,
    is_of_story,
    only_asks,
    only_facts,
    only_harms,
    only_others,
    ordered_base,
    others_hurt,
    tells_something,
    told_late,
    told_of,
    works_abroad,
)
from bot.actions.capabilities.coverage_likely import (
    PAIRED,
    SURELY,
    TOOLS,
    at_work,
    between_contractors,
    blended_scores,
    counterparts,
    differ_in,
    is_thin,
    likely_cases,
    moved_to_site,
    named_perils,
    names_circumstance,
    of_scheme,
    of_things_left,
    on_the_other_site,
    scored,
)

_KEPT_FACTS = (*ASIDE_FACTS, "cause", "damage", "whose", "site")
LIKE, _TOLD_LIKE, _STRANGE = 0.45, 0.2, 0.75
_SITES = frozenset({"mypage", "guarantee"})
# Kinds of words that a story is told with.
_STORY = ("harm", "out_of_use", "accident_detail", "hazard", "fact", "happened", "told", "property", "need", "cause")
# What an answer to a question must name besides to be a story of its own.
_HARMS = ("harm", "out_of_use", "accident_detail", "happened")
# Questions whose answer names what was harmed.
_NAMES_HARM = frozenset({"beside", "damage", "cause"})
# How likely a case must be for its counterpart to be worth a question.
_LEAST_PLAIN = 0.12
_MOST_QUESTIONS = 2
_AS_LIKELY = 0.6
_WHOSE = "whose"
_SUPPLIED = "cv_as_supplied"
# So many cases are kept of a story.
_KEPT_CASES = 20
# What is told on while it is asked whom to call, in so few words, belongs to the story.
_ACCIDENT, _BRIEF_FACT = "accident", 24


class CoverageFlow(Flow):
    """Coverage of a case."""

    telling = frozenset({f"_{VICTIM}"})
    kept = frozenset({"_scores", "_judged", "_told", "_course", *(f"_{fact}" for fact in _KEPT_FACTS)})

    def __init__(self, spec: FlowSpec, answers: Answers) -> None:
        super().__init__(spec)
        self._answers = answers

    def hear(self, turn: Turn, values: Mapping[str, Any], asked: str | None) -> dict[str, Any]:
        """The story's likely cases, the facts named in it, and the plan and scheme spoken of."""
        understood = turn.heard
        heard: dict[str, Any] = {}
        if asked in FACTS:
            heard = super().hear(turn, values, asked) or self._in_own_words(turn, values, asked)
        for slot, value in facts_in(understood, values).items():
            heard.setdefault(slot, value)
        if evidence.pattern("joined_then").search(understood.folded):
            heard.pop("_cover", None)
        known = values.get("_scores")
        if asked == _WHOSE and known and evidence.pattern("of_contractor").search(understood.folded):
            heard |= {"whose": "others", "_scores": between_contractors(known)}
        plan = understood.mention("plan")
        if plan:
            # Only the main scheme has such plans.
            heard.update(_plan=plan, _product=MAIN_SCHEME)
        scheme = understood.mention("scheme")
        if scheme in PRODUCTS:
            heard["_product"] = scheme
        courses = named_courses(turn)
        if len(courses) == 1 and heard.get("_product", MAIN_SCHEME) == MAIN_SCHEME:
            heard["_course"] = courses[0]
        if self._tells(turn, values, asked, answered=asked in heard):
            heard["story"] = "told"
            heard |= self._weighed(turn, values)
            heard["_thin"] = is_thin(turn, likely_cases(turn))
            if TOOLS in evidence.works_things_harmed(understood.folded):
                heard["_whose"] = "own"
            if understood.mentioned("harm", "physical") and not understood.mentioned("harm", "mistake"):
                heard["_cause"] = "accident"
            if heard.get("timing") == "during" and not (heard.get("site") or values.get("site")):
                heard["_site"] = "on_site"
            if harms_others(understood) and not (heard.get("whose") or values.get("whose")):
                heard["_whose"] = "others"
                if only_others(understood):
                    heard.pop("beside", None)
            if only_harms(understood):
                heard["_damage"] = "damaged"
            elif values.get("_damage"):
                heard["_damage"] = None
        return heard

    def _in_own_words(self, turn: Turn, values: Mapping[str, Any], asked: str) -> dict[str, Any]:
        """The answer to the open question, put otherwise than its choices; nothing where something else is asked."""
        heard = turn.heard
        if clauses.asks(heard.text) and not (asks_whether(heard) or clauses.supposes(heard.text)):
            return {}
        named = facts_in(heard, values)
        if asked in named or any(fact.startswith("_") for fact in named):
            # Who did it, or who was hurt, is another story than what was asked for.
            return {}
        if asked == "beside" and harms_others(heard) and not only_others(heard):
            return {asked: "others"}
        told = told_in_own_words(asked, heard.folded)
        return {asked: told} if told else {}

    def _weighed(self, turn: Turn, values: Mapping[str, Any]) -> dict[str, Any]:
        """How like each case a story is; what goes on with a verdict of another scheme than the main one stays."""
        judged, scores, before = values.get("_judged"), scored(turn), values.get("_scores") or {}
        stays = judged in PRODUCTS and judged != MAIN_SCHEME and before and following.goes_on(turn)
        if not stays or turn.heard.mention("scheme") or turn.heard.mention("plan"):
            return {"_scores": scores}
        cases = turn.services.coverage.cases
        own = {id_: score for id_, score in scores.items() if id_ in cases and cases[id_].product == judged}
        told = facts_in(turn.heard, values)
        new = {slot: value for slot, value in told.items() if values.get(slot) != value}
        scores = put_right(turn, new, blended_scores(before, own) if own else dict(before))
        return {"_scores": scores, "_product": judged}

    def _tells(self, turn: Turn, values: Mapping[str, Any], asked: str | None, *, answered: bool) -> bool:
        """Whether the message tells what happened; a mere question for cover, or a fact put right, does not."""
        heard = turn.heard
        if not heard.cases or only_asks(turn) or (asked is None and is_of_story(turn)):
            return False
        if asked is None and (works_abroad(heard) or ordered_base(heard) or told_late(heard)):
            return True
        if asked is None and "_scores" in values and heard.mention("fact") and clauses.mends(heard.text):
            return False
        if asked in FACTS and (only_facts(turn) or following.names_only(turn)):
            return False
        # Whoever only points at what he said before, where a story is asked for, tells nothing more.
        hardly = heard.cases[0].match < AKIN or (asked == "story" and evidence.points(turn))
        if hardly and not any(heard.mention(entity) for entity in _STORY):
            return bool(named_perils(turn, {}))
        about = heard.intent in (*self.spec.intents, "accident_now") or asks_of_harm(turn) or asks_which(heard)
        if asked == "story":
            strange = heard.mention("foreign") or (heard.intent == "out_of_scope" and heard.confidence >= _STRANGE)
            # What is told where a story was asked for is one, unless it is surely about something else.
            least = _TOLD_LIKE if heard.mention("told") or heard.mention("happened") else LIKE
            return about or (heard.cases[0].match >= least and not strange)
        answered = asked in FACTS and answered
        if answered and (asked in _NAMES_HARM or not (about and any(map(heard.mention, _HARMS)))):
            # The answer, and beside it at most a question: no story of its own.
            return False
        return (asked is None and about) or heard.cases[0].score >= 0.3

    def declines(self, turn: Turn) -> bool:
        """While a site is spoken of, what names no harm, nothing harmed and no scheme is about that site.

        Whoever only says who he is, in words that are hardly like any case, tells no story and asks for nothing.
        """
        heard = turn.heard
        if evidence.pattern("settled_already").search(heard.folded):
            # Money handed over and the matter settled with the other party: what follows of that is told first.
            return True
        if not heard.mention("harm") and decisive.by_words(turn, strongly=True) is not None:
            return True
        noted = heard.mentioned("ask", "note") or evidence.pattern("claim_limit").search(heard.folded) is not None
        if (clauses.asks(heard.text) and noted) or evidence.pattern("clause_wanted").search(heard.folded):
            # What to write down, until when to claim, and a clause that somebody demands are told by entries.
            return True
        if heard.mentioned("ask", "lawsuit") and not (heard.mention("harm") or heard.mentioned("fact", ABROAD_NAMED)):
            return True
        if heard.mentioned("scheme", "top_up") and clauses.asks(heard.text) and self._answers.confident(turn):
            # The top-up's own rules are told by entries; no case is of it.
            return True
        if self._of_no_case(turn):
            return True
        idle = not (clauses.asks(heard.text) or heard.mention("covered") or any(map(heard.mention, _STORY)))
        if idle and heard.confidence < UNSURE_FLOW and not (heard.cases and heard.cases[0].match >= LIKE):
            return True
        named = ("harm", "accident_detail", "hazard", "out_of_use", "property", "scheme", "plan", "cause")
        return turn.state.scheme in _SITES and not any(heard.mention(entity) for entity in named)

    def _of_no_case(self, turn: Turn) -> bool:
        """Whether a few words name a thing of which the scheme spoken of has no case: no other scheme is judged by."""
        heard, spoken = turn.heard, turn.state.scheme
        if spoken not in PRODUCTS or spoken == MAIN_SCHEME or heard.mention("scheme") or tells_something(turn):
            return False
        if not following.names_only(turn) and len(heard.folded) > _BRIEF_FACT:
            return False
        cases = turn.services.coverage.cases
        return not any(cases[one.id].product == spoken for one in heard.cases[:MOST_LIKE])

    def note(self, turn: Turn) -> None:
        """The harm that is told, whatever else is asked first: whether it is covered may be asked later."""
        heard, story = turn.heard, turn.state.facts.get(STORY)
        if turn.state.flow is not None:
            if story and turn.state.flow.id == _ACCIDENT and len(heard.folded) <= _BRIEF_FACT:
                story |= facts_in(heard, story)
            return
        if not (damage.tells_harm(heard) or heard.mention("happened")):
            return
        told = self.hear(turn, {}, None)
        if told.get("story") and told.get("_scores"):
            told["_scores"] = dict(sorted(told["_scores"].items(), key=lambda one: -one[1])[:_KEPT_CASES])
            turn.state.facts[STORY] = told

    def opening(self, turn: Turn) -> dict[str, Any]:
        """The scheme spoken of last, and the member's course."""
        course = turn.state.closed.get(self.id, {}).get("_course")
        if is_of_story(turn):
            story = dict(turn.state.facts[STORY])
            # Asked about by a scheme's name, it is like the cases of that scheme.
            scores = of_scheme(turn, story["_scores"], turn.heard.mention("scheme"))
            instead = case_instead(max(scores, key=lambda id_: scores[id_]), turn.heard.folded)
            return {**story, "_scores": {instead: 1.0} if instead else scores}
        known = {"_product": turn.state.scheme} if turn.state.scheme in PRODUCTS else {}
        return {**known, "_course": course} if course else known

    def continues(self, turn: Turn, known: Mapping[str, Any]) -> dict[str, Any]:
        """The member's own plan is held against the case that was told; what is added is judged with the story."""
        return continuing(turn, known, self.spec.intents)

    def after(self, turn: Turn, known: Mapping[str, Any]) -> Reply | None:
        """What share of the damages is paid in the case that was told."""
        entry = share_entry(turn, known)
        return None if entry is None else self._answers.entry(turn, entry)

    def settle(self, turn: Turn, values: dict[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
        """Whoever asks about the installed thing after a story of others' property has told of other damage."""
        judged, named = values.get("_judged"), turn.heard.mention("scheme") or turn.heard.mention("plan")
        if judged in PRODUCTS and judged != MAIN_SCHEME and not named:
            # A fact added to a verdict is judged by the scheme that it was of.
            values.setdefault("_product", judged)
        if new.get("site") in ("on_site", "off_site") and values.get("_scores"):
            values["_scores"] = moved_to_site(values["_scores"], on_site=new["site"] == "on_site")
        left_with_us = new.get("whose") == "entrusted" and told_of(values, "who") is None
        if left_with_us and values.get("_scores") and values.get("_product") != WORKS_SCHEME:
            # A story of others' things is like no case of what is left with the firm.
            values["_scores"] = blended_scores(values["_scores"], of_things_left(turn, values["_scores"]))
        supplied = new.get("whose") == "entrusted" and values.get("_product") == WORKS_SCHEME
        if supplied and values.get("_scores"):
            # What was left with the firm for the works is material that was supplied.
            values["_scores"] = blended_scores(values["_scores"], {_SUPPLIED: 1.0})
        before = turn.state.closed.get(self.id, {}).get("whose")
        if new.get("whose") == "work_object" and before == "others":
            values.setdefault("beside", "others")
        return values

    def owns(self, turn: Turn, values: Mapping[str, Any]) -> bool:
        """What sounds like nobody's matter, but tells of work abroad or of a harm done at work; a peril alone."""
        heard = turn.heard
        if asks_of_peril(turn) or asks_of_temporary(turn) or asks_of_harm(turn):
            return True
        if ordered_base(heard) or told_late(heard):
            return not any(heard.mentioned("ask", asked) for asked in NOT_OF_COVER)
        if any(heard.mentioned("ask", asked) for asked in NOT_OF_COVER) or heard.mention("matter"):
            return False
        if asks_which(heard) and heard.mention("scheme") not in _SITES:
            return True
        if harms_named_things(heard) and evidence.pattern("limit_asked").search(heard.folded):
            return True
        if heard.confidence < UNSURE_FLOW and harms_named_things(heard):
            return True
        if heard.intent not in (*STRANGERS, "nlu_fallback"):
            return False
        return works_abroad(heard) or at_work(turn)

    def claims(self, turn: Turn, values: Mapping[str, Any]) -> bool:
        """A harm told, supposed or asked about, that is like a case, with nothing else asked for."""
        heard = turn.heard
        if not heard.cases or heard.mention("scheme") in _SITES:
            return False
        if heard.mentioned("harm", "physical") and evidence.pattern("of_contractor").search(heard.folded):
            return True
        if heard.cases[0].score >= SURELY and (harms_named_things(heard) or names_circumstance(turn)):
            return True
        if heard.cases[0].match < LIKE and not self._surely_told(turn):
            return False
        harmed = any(heard.mention(entity) for entity in ("harm", "out_of_use", "accident_detail"))
        harmed = harmed or heard.cases[0].score >= SURELY
        told = heard.mention("told") or heard.mention("happened") or clauses.supposes(heard.text)
        if clauses.asks(heard.text) and not heard.mention("told") and self._answers.confident(turn):
            return False
        if heard.mentioned("accident_detail", "data") and not heard.mentioned("covered", "asked"):
            return clauses.supposes(heard.text)
        # Who tells of the customer's call, and asks for the cover, wants no number.
        others = set(NOT_OF_COVER) - ({"contact"} if heard.mentioned("covered", "asked") else set())
        elsewhere = heard.mention("opens") or any(heard.mentioned("ask", asked) for asked in others)
        if not harmed or elsewhere or afterwards.loses_paper(turn):
            return False
        return bool(told or heard.mentioned("covered", "asked"))

    def _surely_told(self, turn: Turn) -> bool:
        """Whether a harm is told with a fact that decides, in words that are like one case alone."""
        heard = turn.heard
        told = heard.mentioned("harm", "physical") or heard.mentioned("fact", "beside=none")
        if told and damage.tells_harm(heard) and heard.mentioned("covered", "asked"):
            return heard.cases[0].score >= DOUBTFUL
        least = DOUBTFUL if heard.mention("happened") and not clauses.asks(heard.text) else SURELY
        return bool(told) and heard.mention("fact") is not None and heard.cases[0].score >= least

    def next(self, turn: Turn, flow: OpenFlow) -> Question | None:
        """The fact on which the likeliest cases differ, when it is not known; at most two."""
        values = flow.values
        if values.get("_case"):
            return None
        if asks_of_peril(turn) or asks_of_temporary(turn):
            return None
        ranked = ranked_cases(turn, values)
        if turn.heard.mentioned("accident_detail", "injury") or others_hurt(turn):
            # Whose property was harmed is no question where somebody was hurt.
            values["_hurt"] = True
        if not ranked or ranked[0][1] < SURE:
            if flow.misses or flow.asked == "story" or (self._answers.confident(turn) and not only_asks(turn)):
                return None
            return self.spec.question("story")
        slot = None if values.get("_asked", 0) >= _MOST_QUESTIONS else deciding(turn, ranked, flow)
        if slot is None:
            return None
        values["_asked"] = values.get("_asked", 0) + 1
        return self.spec.question(slot)

    def ask(self, turn: Turn, flow: OpenFlow, question: Question) -> Reply:
        """What holds by either answer where the story is plain, for so much is known already; then the question."""
        return Reply().say(*self._by_answer(turn, flow, question)).then(super().ask(turn, flow, question))

    def _by_answer(self, turn: Turn, flow: OpenFlow, question: Question) -> list[str]:
        ranked = ranked_cases(turn, flow.values) if question.slot in FACTS else []
        least = SURE if question.slot in PAIRED else _LEAST_PLAIN
        if not ranked or ranked[0][1] < least or question.slot not in ranked[0][0].facts:
            return []
        first, slot = ranked[0][0], question.slot
        told = {first.facts[slot]: first}
        for case in (*counterparts(turn, first), *on_the_other_site(turn, first), *rivals(ranked)):
            if differ_in(first, case, slot):
                told.setdefault(case.facts[slot], case)
        if len(told) == 1:
            return []
        shown = [value for value in question.choices if value in told]
        lines = [by_answer(turn, told[value], self.option(turn, slot, value)) for value in shown]
        works = told.get("work_object")
        if works is not None and works.product == MAIN_SCHEME and not flow.values.get("_product"):
            lines.append(turn.t("coverage.works_scheme"))
        return lines

    def finish(self, turn: Turn, flow: OpenFlow) -> Reply:
        """Which plans' terms speak of the case, like cases, limits, who decides, whom to ask."""
        values = flow.values
        ranked = ranked_cases(turn, values)
        entry = None if values.get("_case") else better_entry(self._answers, turn, ranked, values)
        if entry is not None:
            if not tells_something(turn):
                # A rule was asked for and told: it is no story that the next message could add to.
                values["_scores"] = {}
            return self._told_entry(turn, entry)
        offered = self._answers.answer(turn) if only_like(self._answers, turn, ranked, values) else None
        if offered is not None:
            return offered
        if not ranked or ranked[0][1] < SURE:
            contact = contact_line(turn, "branch")
            return Reply().say(turn.t("coverage.not_found"), turn.t("coverage.ask", contact=contact))
        case = ranked[0][0]
        turn.state.scheme = values["_judged"] = case.product
        values["_told"] = case.id
        limited = evidence.pattern("limit_asked").search(turn.heard.folded) is not None
        limit = limit_line(turn, case, values.get("_course"), every=limited or bool(values.get("_limit")))
        if values.get("_limit") and limit:
            plan = values.get("_plan")
            out = plan is not None and case.plans is not None and plan not in case.plans
            what = case.text(turn.state.lang).splitlines()[0]
            return Reply().say(verdict(turn, case, plan) if out else None, limit, what, source_line(turn, case))
        reply = Reply().say(*self._changed(turn, case, values))
        plan = values.get("_plan") or turn.state.facts.get(HELD_PLAN)
        reply.say(limit if limited else None, verdict(turn, case, plan))
        reply.say(*details(turn, case, None if limited else limit))
        reply.say(*self._otherwise(turn, ranked, flow), *self._elsewhere(turn, ranked, values))
        silent = case.plans is None
        reply.say(whom_to_ask(turn, case.product) if silent else None)
        reply.say(None if silent and not happened(turn) else who_decides(turn, case.product), source_line(turn, case))
        return reply.offer(like_cases(turn, rivals(ranked)))

    def _changed(self, turn: Turn, case: Case, values: Mapping[str, Any]) -> list[str]:
        """Whether what was added to a story changes what was said of it."""
        before = ranked_cases(turn, turn.state.closed.get(self.id, {})) if values.get("_again") else []
        if not before:
            return []
        same = before[0][0].plans == case.plans and (not case.plans or before[0][0].product == case.product)
        asked = "supposed" if clauses.supposes(turn.heard.text) or clauses.asks(turn.heard.text) else "told"
        return [turn.t(f"coverage.again.{asked}.{'same' if same else 'changed'}")]

    def _told_entry(self, turn: Turn, entry_id: str) -> Reply:
        """An entry's answer; where something happened, who decides in that scheme and whom to call."""
        reply, scheme = self._answers.told(turn, entry_id), turn.services.knowledge.entries[entry_id].scheme
        return reply.say(who_decides(turn, scheme)) if happened(turn) and scheme in PRODUCTS else reply

    def _otherwise(self, turn: Turn, ranked: list[tuple[Case, float]], flow: OpenFlow) -> list[str]:
        """What holds in the other case, where the member could not tell the deciding fact."""
        first = ranked[0][0]
        for case in (*counterparts(turn, first), *rivals(ranked)):
            for slot in flow.skipped:
                if differ_in(first, case, slot):
                    condition = self.option(turn, slot, case.facts[slot])
                    return [turn.t("coverage.otherwise", condition=condition, verdict=verdict(turn, case))]
        return []

    def _elsewhere(self, turn: Turn, ranked: list[tuple[Case, float]], values: Mapping[str, Any]) -> list[str]:
        """What another scheme says of such a thing, where none was named and it is as likely."""
        first, best = ranked[0]
        if values.get("_product"):
            return []
        for case, score in ranked[1:MOST_LIKE]:
            if case.product != first.product and score >= best * _AS_LIKELY and case.plans is not None:
                return [turn.t("coverage.elsewhere", verdict=verdict(turn, case))]
        return []
