"""Guided trouble-shooting for マイページ and 保証証券等確認システム: at most two questions to the one next step.

The steps themselves are FAQ entries; here only the place where the member is stuck is found out. It never asks for a
password (T6).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from bot.actions import afterwards, clauses, evidence
from bot.actions.answers import Answers
from bot.actions.capabilities.contact_text import contact_line
from bot.actions.clauses import fold
from bot.actions.flow import FLOWS, Flow, FlowSpec, Question, Turn
from bot.actions.matching import LEAST_MATCH, RIVAL, STRONG_LEAD
from bot.actions.reply import Choice, Reply
from bot.actions.state import OpenFlow
from bot.actions.understanding import Mention

# A shorter message is no question of its own.
_A_QUESTION = 16
STAGES = FLOWS.parent / "stages.yml"
_MORE, _BESIDE, _SITE_MOST = 5, 6, 20
# So much better an entry of one site matches than any of the other, so that only that site is meant.
_TWICE = 2
# Beside a role that is asked about in place of the other one.
_ROLE_ALONE = 8
# The entries on how long a code holds, of each site.
_CODES = ("my_code_expired", "gu_otp_expired")
_SERVICES = ("mypage", "guarantee")
# Stages that only one of the two sites has, as they are told in either language.
_TELLING = {
    "no_id": "mypage",
    "refused": "mypage",
    "main_refused": "mypage",
    "code_expired": "mypage",
    "otp_expired": "guarantee",
}
_INTENTS = {"login_mypage": "mypage", "login_guarantee": "guarantee"}


class LoginFlow(Flow):
    """Login help."""

    def __init__(self, spec: FlowSpec, answers: Answers, table: Path = FLOWS / "tables" / "login.yml") -> None:
        super().__init__(spec)
        self._answers = answers
        self._table = yaml.safe_load(table.read_text(encoding="utf-8"))
        self._told: dict[str, dict[str, str]] = yaml.safe_load(STAGES.read_text(encoding="utf-8"))

    def hear(self, turn: Turn, values: Mapping[str, Any], asked: str | None) -> dict[str, Any]:
        """Service, role and stage: by their words, or by the entry that the message asks for."""
        heard = super().hear(turn, values, asked)
        scheme = turn.heard.mention("scheme")
        if scheme in _SERVICES:
            heard["service"] = scheme
        elif asked == "service" and (site := self._site_told(turn.heard.folded)):
            return {**heard, "service": site}
        elif turn.heard.mention("stage") in _TELLING and "service" not in values:
            heard["service"] = _TELLING[turn.heard.mention("stage") or ""]
        elif asked is None and "service" not in values:
            site = self._told_by_entry(turn) or (_INTENTS[turn.heard.intent] if self._meant(turn) else None)
            heard |= {"service": site} if site else {}
        if heard.get("service") not in _SERVICES:
            # An insurance is no site.
            heard.pop("service", None)
        role = evidence.writer(turn.heard.folded) or turn.heard.mention("role")
        if role in ("orderer", "contractor"):
            heard["role"] = role
        service = heard.get("service", values.get("service"))
        stage = turn.heard.mention("stage")
        if service and stage not in self._table[service] and asked == "stage":
            stage = self._titled(turn, service) or self._stage_told(service, turn.heard.folded)
        if service and stage and stage in self._table[service]:
            heard |= self._stuck_at(service, stage, asked)
        # A role alone is no question, however many entries speak of it.
        alone = role and (
            not _says_more(turn) or (asked is not None and not (clauses.asks(turn.heard.text) or _in_trouble(turn)))
        )
        entry = None if alone else self._entry_for(turn, service)
        told = asked in (None, "stage") or (asked == "service" and _says_more(turn) and self._answers.strong(turn))
        if service and entry and "stage" not in heard and told:
            heard["_entry"] = entry
            heard["stage"] = "found"
        if any(evidence.pattern(name).search(turn.heard.folded) for name in ("orderer_lost", "orderer_only")):
            heard["_of"] = "orderer"
        return heard

    def _stuck_at(self, service: str, stage: str, asked: str | None) -> dict[str, Any]:
        """The stage; told unasked, each role's step is told rather than asked for whose it is."""
        outcome = self._table[service][stage]
        if asked is None and isinstance(outcome, Mapping):
            return {"stage": "found", "_entry": outcome["contractor"]}
        return {"stage": stage}

    def note(self, turn: Turn) -> None:
        """Who writes, told beside the system or alone; a role inside of a story is somebody else's."""
        told = [word for word in turn.heard.words if word.entity == "role" and not _of_other_party(turn, word)]
        beside = len(turn.heard.folded) - sum(word.end - word.start for word in told)
        about = turn.heard.mention("scheme") == "guarantee" or beside <= _BESIDE
        writes = evidence.writer(turn.heard.folded)
        if (writes == "orderer" or evidence.speaks_as(turn, "orderer")) and not turn.heard.mention("scheme"):
            # A public body has to do with its contractors' certificates only.
            turn.state.scheme = "guarantee"
        if writes is not None and (about or turn.state.scheme == "guarantee"):
            turn.state.facts["role"] = writes
        elif len({word.value for word in told}) == 1 and about:
            turn.state.facts["role"] = told[0].value

    def owns(self, turn: Turn, values: Mapping[str, Any]) -> bool:
        """A stage that only one site has is told here, whatever entry is worded alike."""
        return values.get("stage") in _TELLING and turn.heard.mention("stage") == values.get("stage")

    def declines(self, turn: Turn) -> bool:
        """What asks for something, and tells of no trouble, is no call for help."""
        if evidence.pattern("paper_awaited").search(turn.heard.folded) and not turn.heard.mentioned("scheme", "mypage"):
            return True
        asks = clauses.asks(turn.heard.text) and not _in_trouble(turn)
        return asks and len(turn.heard.folded) >= _A_QUESTION and "stage" not in self.hear(turn, {}, None)

    def aside(self, turn: Turn, known: Mapping[str, Any]) -> Reply | None:
        """How long a code holds is told for both sites while it is not known which one is meant."""
        asks = "service" not in known and evidence.pattern("code_age").search(turn.heard.folded)
        return self._answers.each(turn, _CODES) if asks else None

    def opening(self, turn: Turn) -> dict[str, Any]:
        """The service spoken of last and the role told before."""
        known = {"role": turn.state.facts["role"]} if "role" in turn.state.facts else {}
        if turn.state.scheme in _SERVICES and turn.heard.mention("scheme") not in _SERVICES:
            known["service"] = turn.state.scheme
        return known

    def continues(self, turn: Turn, known: Mapping[str, Any]) -> dict[str, Any]:
        """The same step for the other role, when hardly more than that role is named."""
        role, last = turn.heard.mention("role"), turn.state.answer
        if role is None or _beyond_names(turn) > _ROLE_ALONE or turn.heard.mention("stage"):
            return {}
        outcomes = self._table[known["service"]].values() if known.get("service") in self._table else ()
        pair = next((o for o in outcomes if isinstance(o, Mapping) and last in o.values()), {})
        if role not in pair or (pair[role] == last and known.get("role") == role):
            return {}
        return {"role": role, "stage": "found", "_entry": pair[role]}

    def settle(self, turn: Turn, values: dict[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
        """The role holds for the whole talk; a new service has other stages."""
        if "role" in new:
            turn.state.facts["role"] = new["role"]
        if "service" in new:
            turn.state.scheme = new["service"]
            if "stage" not in new:
                values.pop("stage", None)
        return values

    def next(self, turn: Turn, flow: OpenFlow) -> Question | None:
        """The role is asked only where the step depends on it."""
        values = flow.values
        if "service" not in values:
            return self.spec.question("service")
        if "stage" not in values:
            return self.spec.question("stage")
        outcome = self._table[values["service"]].get(values["stage"])
        if isinstance(outcome, Mapping) and "role" not in values and "role" not in flow.skipped:
            return self.spec.question("role")
        return None

    def choices(self, turn: Turn, flow: OpenFlow, question: Question) -> list[Choice]:
        """The stages of the service, once that is known."""
        if question.slot != "stage" or flow.values.get("service") not in self._table:
            return super().choices(turn, flow, question)
        titles = [(self.option(turn, "stage", stage), stage) for stage in self._table[flow.values["service"]]]
        return [Choice(title, title, {"flow": self.id, "slot": "stage", "value": stage}) for title, stage in titles]

    def show(self, turn: Turn, slot: str, value: Any) -> str:
        """Stages as their buttons say them."""
        if slot == "stage":
            return self.option(turn, slot, value)
        return super().show(turn, slot, value)

    def finish(self, turn: Turn, flow: OpenFlow) -> Reply:
        """The one next step; where it depends on a role that was not told, each role's."""
        values = flow.values
        entry, stage = values.pop("_entry", None), values.pop("stage", None)
        # What the other side lost is asked for by whoever of the two writes.
        role = values.pop("_of", None) or values.get("role")
        outcomes = self._table[values["service"]]
        if stage != "found":
            outcome = outcomes[stage]
            entry = outcome[role or "contractor"] if isinstance(outcome, Mapping) else outcome
        steps = [step for outcome in outcomes.values() for step in _steps(outcome)]
        pair = next((o for o in outcomes.values() if isinstance(o, Mapping) and entry in o.values()), None)
        if stage == "found" and pair is not None:
            if role is None:
                return self._for_each_role(turn, pair)
            entry = pair.get(role, entry)
        reply = self._answers.entry(turn, entry)
        return reply.say(turn.t("login.still_stuck")) if entry in steps else reply

    def _for_each_role(self, turn: Turn, pair: Mapping[str, str]) -> Reply:
        reply = Reply()
        for role, entry in pair.items():
            reply.say(turn.t("login.for_role", role=self.option(turn, "role", role)))
            reply.then(self._answers.entry(turn, entry))
        return reply.say(turn.t("login.still_stuck"))

    def stopped(self, turn: Turn, flow: OpenFlow, question: Question) -> Reply:
        """Nobody needs to know the stage: a person can look at the screen together with the member."""
        service = flow.values.get("service", "mypage")
        contact = contact_line(turn, "guarantee_agent" if service == "guarantee" else "toshiba_planning")
        return super().stopped(turn, flow, question).say(turn.t("login.ask_person", contact=contact))

    def _site_told(self, folded: str) -> str | None:
        """The site that a few words name, which answer just that question (`the certificate one`)."""
        found = [site for site, told in self._told["sites"].items() if re.search(told, folded)]
        return found[0] if len(found) == 1 and len(folded) <= _SITE_MOST else None

    def _stage_told(self, service: str, folded: str) -> str | None:
        """The stage that a few words tell, which answer just that question; None when they tell none, or two."""
        found = [stage for stage, told in self._told[service].items() if re.search(told, folded)]
        return found[0] if len(found) == 1 else None

    def _titled(self, turn: Turn, service: str) -> str | None:
        """The stage whose button's words the message holds."""
        titles = {stage: fold(self.option(turn, "stage", stage)) for stage in self._table[service]}
        return next((stage for stage, title in titles.items() if title in turn.heard.folded), None)

    def _meant(self, turn: Turn) -> bool:
        """Whether the message is surely about the site that it sounds like: the best entry is that site's."""
        service, entry = _INTENTS.get(turn.heard.intent), self._entry_for(turn, None)
        return service is not None and (entry is None or turn.services.knowledge.entries[entry].scheme == service)

    def _told_by_entry(self, turn: Turn) -> str | None:
        """The site whose entry the message is nearly worded like."""
        ranked, entries = self._answers.rank(turn), turn.services.knowledge.entries
        if not ranked.strong:
            return None
        best = ranked.found[0]
        site = entries[best.id].scheme
        others = (item for item in ranked.found if entries[item.id].scheme in _SERVICES)
        other = max((item.match for item in others if entries[item.id].scheme != site), default=0.0)
        return site if site in _SERVICES and best.match >= _TWICE * other else None

    def _entry_for(self, turn: Turn, service: str | None) -> str | None:
        """The entry of the service that the message surely asks for."""
        entries = turn.services.knowledge.entries
        ranked = self._answers.ranked(turn)
        best = next((f for f in ranked if service in (None, entries[f.id].scheme)), None)
        if best is not None and turn.heard.intent in _INTENTS and _in_trouble(turn):
            # Who is stuck wants the next step rather than what something is, where both are worded alike.
            steps = {step for stages in self._table.values() for outcome in stages.values() for step in _steps(outcome)}
            near = (f for f in ranked if f.score >= best.score - STRONG_LEAD and f.id in steps)
            best = next((f for f in near if service in (None, entries[f.id].scheme)), best)
        if best is None or entries[best.id].scheme not in _SERVICES or best.match < LEAST_MATCH:
            return None
        return best.id if best.score >= ranked[0].score - RIVAL else None


def _in_trouble(turn: Turn) -> bool:
    """Whether a message tells that something does not work or is lost."""
    return "trouble" in evidence.kinds(turn.heard.text) or afterwards.loses_paper(turn)


def _of_other_party(turn: Turn, word: Mention) -> bool:
    """Whether a role is that of whom the writer deals with (`to the orderer`)."""
    return evidence.pattern("of_other_party").search(turn.heard.folded[word.end :]) is not None


def _says_more(turn: Turn) -> bool:
    """Whether a message says more than which site it is about, and who writes."""
    return _beyond_names(turn) >= _MORE


def _beyond_names(turn: Turn) -> int:
    """How many characters a message has beside the names of sites and roles."""
    named = sum(word.end - word.start for word in turn.heard.words if word.entity in ("scheme", "role"))
    return len(turn.heard.folded) - named


def _steps(outcome: Any) -> list[str]:
    """The entries of a stage, one for each role where they differ."""
    return list(outcome.values()) if isinstance(outcome, Mapping) else [outcome]
