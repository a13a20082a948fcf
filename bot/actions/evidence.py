"""How well an FAQ entry fits a message beyond its words: scheme, role, kind of question, what was just spoken of.

The engine's match (about 1: the same words) is the base; each piece of evidence adds or takes off in the same unit.
An entry of a scheme that is not asked about is ruled out, not only weighed down: its facts would be wrong. This module
decides nothing; `answers` does.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from bot.actions.flow import Turn

if TYPE_CHECKING:
    from knowledge import Entry

TABLE = Path(__file__).resolve().parent.parent / "data" / "question_kinds.yml"
# In units of the engine's match. Found on the tuning half of tests/nlu/faq.yml (docs/decisions/0007): the share of
# questions whose best entry holds the fact rises from 0.86 (words alone) to 0.89, flat around each value.
NAMED, SPOKEN, FOREIGN = 0.10, 0.08, -0.20
MAIN, UNNAMED_GUARANTEE, FAR, OTHERS = 0.01, -0.02, -0.5, -0.3
KIND, ABSENT, DOUBT = 0.014, 0.35, 4.0
RELATED, ECHO = 0.10, 0.20
# Entries that tell what to do after an accident, where the message says that it is about none.
CALM, _ACCIDENTS = -0.15, "ac_"
UNTOLD = -0.5
# Entries on things with a limit of their own, where a message names these very things, or others only.
OF_THING, OF_OTHER_THINGS = 0.08, -0.30
# Certificates from before the guarantee system, where the message names such a date.
OLDER = 0.15
# Entries of an insurance in the talk about a site; so short a message goes on with that talk.
STRANGE, BRIEF = -0.10, 20
STALE = timedelta(hours=1)
# What befell a thing stands within so many signs behind its name.
_BESIDE_NAME = 12

# So few characters name hardly anything.
_FEW, _FAQ = 12, "faq"
INSURANCE = frozenset({"third_party", "assembly", "cyber"})
# Each has a login, a password and a code of its own.
SITES = frozenset({"mypage", "guarantee"})
SCHEMES = INSURANCE | {"top_up", "mypage", "guarantee"}
MAIN_SCHEME = "third_party"
_PRODUCT_SLOTS = ("product", "_product", "scheme", "service")
_INSIDE = {"top_up": "third_party", "work_injury": "third_party"}
# The member site shows the contracts of these schemes, so that each may be asked about beside it.
_BESIDE = {"mypage": {"third_party": -0.05, "assembly": -0.05}, "third_party": {"mypage": -0.15}}


@lru_cache(maxsize=1)
def _table(path: Path = TABLE) -> dict[str, Any]:
    return dict(yaml.safe_load(path.read_text(encoding="utf-8")))


@lru_cache(maxsize=1)
def _kinds() -> dict[str, re.Pattern[str]]:
    return {name: re.compile(pattern) for name, pattern in _table()["kinds"].items()}


@lru_cache(maxsize=64)
def pattern(name: str) -> re.Pattern[str]:
    """A pattern of the table."""
    return re.compile(_table()[name])


@lru_cache(maxsize=1)
def pattern_of_date() -> re.Pattern[str]:
    """What tells a contract older than the guarantee system."""
    return re.compile(_table()["before_system"]["told"])


def circumstance_told(case_id: str, text: str) -> bool:
    """Whether a story names the circumstance that a case turns on; True for cases that turn on none alone."""
    wanted = _circumstances().get(case_id)
    return wanted is None or wanted.search(fold(text)) is not None


def circumstance_named(case_id: str, text: str) -> bool:
    """Whether a story names the circumstance of a case; False for cases that turn on none alone."""
    return case_id in _circumstances() and circumstance_told(case_id, text)


@lru_cache(maxsize=1)
def _circumstances() -> dict[str, re.Pattern[str]]:
    return {case: re.compile(told) for case, told in _table()["circumstances"].items()}


def works_things_harmed(text: str) -> list[str]:
    """Cases of the things that the works' scheme leaves out (tools), by the folded text."""
    return [case for case, named in _table()["works_things"].items() if re.search(named, fold(text))]


def things_harmed(text: str) -> list[str]:
    """Cases of the things that a harm names (animals, works of art, computers …), by the folded text."""
    return [case for case, named in _things().items() if named.search(fold(text))]


def things_harmed_plainly(text: str) -> list[str]:
    """Such cases where what befell the thing stands right behind its name, whatever else stands still."""
    folded, harmed = fold(text), pattern("harmed_beside")
    return [
        case
        for case, named in _things().items()
        if any(harmed.search(folded, found.end(), found.end() + _BESIDE_NAME) for found in named.finditer(folded))
    ]


@lru_cache(maxsize=1)
def _things() -> dict[str, re.Pattern[str]]:
    return {case: re.compile(named) for case, named in _table()["things"].items()}


def fold(text: str) -> str:
    """Width and case folded."""
    return unicodedata.normalize("NFKC", text).lower().strip()


@lru_cache(maxsize=256)  # a message is weighed against hundreds of entries
def kinds(text: str) -> frozenset[str]:
    """What a question wants to know: `amount`, `when`, `where` …; empty when it is not put in any of these ways."""
    folded = fold(text)
    return frozenset(name for name, found in _kinds().items() if found.search(folded))


def of_a_desk(text: str) -> list[str]:
    """Which particulars of a desk a question asks for: fax, address, hours, phone."""
    folded = fold(text)
    return [name for name, asked in _table()["of_a_desk"].items() if re.search(asked, folded)]


def of_each_scheme(text: str) -> str | None:
    """The entry that tells for every scheme what a question compares two in (deadlines, deductibles …), or None."""
    folded = fold(text)
    return next((entry for entry, asked in _table()["of_each_scheme"].items() if re.search(asked, folded)), None)


def of_a_desk_plainly(turn: Turn) -> bool:
    """Whether a question names a particular of a desk in words that mean nothing else."""
    return (
        bool(turn.heard.mention("reach"))
        or turn.heard.mentioned("ask", "fax")
        or turn.heard.mentioned("ask", "contact")
    )


def points(turn: Turn) -> bool:
    """Whether a question leans on what was just answered."""
    return pattern("pointing").search(turn.heard.folded) is not None


def tells_victim(turn: Turn) -> bool:
    """Whether a message tells who was hurt."""
    return any(fact.startswith("victim=") for fact in turn.heard.mentions.get("fact", ()))


def schemes_named(turn: Turn) -> frozenset[str]:
    """Schemes named in the message; the top-up belongs to the third-party scheme."""
    return frozenset(_INSIDE.get(name, name) for name in turn.heard.mentions.get("scheme", ()))


def scheme_spoken(turn: Turn) -> str | None:
    """The scheme of the open talk: of a plan named, of the open flow, or the last one named or answered.

    After a long silence nothing is spoken of.
    """
    state = turn.state
    if turn.heard.mention("plan"):
        return MAIN_SCHEME
    if turn.heard.mention("cyber_plan") and not turn.heard.mention("scheme"):
        return "cyber"
    # A public body has to do with its contractors' certificates only.
    if writer(turn.heard.folded) == "orderer" and not turn.heard.mention("scheme"):
        return "guarantee"
    if state.last_at and turn.now - datetime.fromisoformat(state.last_at) >= STALE:
        return None
    values = state.flow.values if state.flow else state.closed.get(state.topic or "", {})
    told = next((values[slot] for slot in _PRODUCT_SLOTS if values.get(slot) in SCHEMES), None)
    scheme = told if state.flow or not state.scheme else state.scheme
    return _INSIDE.get(scheme or state.scheme or "", scheme or state.scheme)


def foreign(spoken: str | None, entry: Entry) -> bool:
    """Whether an entry is of another insurance than the one spoken of, or of the other site."""
    alike = any(spoken in kind and entry.scheme in kind for kind in (INSURANCE, SITES))
    return alike and entry.scheme != spoken


@lru_cache(maxsize=256)
def writer(folded: str) -> str | None:
    """`orderer` or `contractor`, where a message tells who writes it; None where it does not, or tells both.

    Args:
        folded: The message with width and case folded.
    """
    found = [role for role, told in _writers().items() if told.search(folded)]
    return found[0] if len(found) == 1 else None


@lru_cache(maxsize=1)
def _writers() -> dict[str, re.Pattern[str]]:
    return {role: re.compile(told) for role, told in _table()["writes"].items()}


def _speaking(turn: Turn) -> frozenset[str]:
    """The roles whose words stand as the writer's own (`we are the orderer`)."""
    text = unicodedata.normalize("NFKC", turn.heard.text).lower()
    return frozenset(
        word.value
        for word in turn.heard.words
        if word.entity == "role"
        and (pattern("speaks_before").search(text[: word.start]) or pattern("speaks_after").search(text[word.end :]))
    )


def speaks_as(turn: Turn, role: str) -> bool:
    """Whether a message says that its writer has a role, and no other one."""
    return _speaking(turn) == {role}


def roles(turn: Turn) -> frozenset[str]:
    """`orderer` or `contractor`: who the member is, by the message or as told before.

    A role that is only spoken of (`how do I send it to the orderer`) is nobody's.
    """
    writes = writer(turn.heard.folded)
    if writes is not None:
        return frozenset([writes])
    named = _speaking(turn)
    told = turn.state.facts.get("role")
    return named or frozenset([told] if told else [])


class Evidence:
    """Knows how each entry is asked for, and weighs entries for messages."""

    def __init__(self, entries: Mapping[str, Entry]) -> None:
        self._entries = entries
        asked = {key: [kinds(text) for text in _phrases(entry)] for key, entry in entries.items()}
        everywhere = Counter(kind for listed in asked.values() for one in listed for kind in one)
        total = sum(len(listed) for listed in asked.values())
        self._usual = {kind: max(everywhere[kind], 1) / max(total, 1) for kind in _kinds()}
        self._asked = {key: (Counter(kind for one in listed for kind in one), len(listed))
                       for key, listed in asked.items()}  # fmt: skip

    def of(self, turn: Turn) -> Weigher:
        """What speaks for and against entries in one turn."""
        return Weigher(self, self._entries, turn)

    @lru_cache(maxsize=4096)  # noqa: B019  # asked for again by every capability; the entries live as long as this
    def kind(self, text: str, entry_id: str) -> float:
        """How much rather an entry than any other is asked for in this way, as a log-likelihood ratio."""
        wanted = kinds(text)
        counted, size = self._asked[entry_id]
        score = 0.0
        for name, usual in self._usual.items():
            share = (counted[name] + DOUBT * usual) / (size + DOUBT)
            score += math.log(share / usual) if name in wanted else ABSENT * math.log((1 - share) / (1 - usual))
        return score


class Weigher:
    """Weighs entries for one message, as the talk stands now; what does not depend on the entry is found once."""

    def __init__(self, evidence: Evidence, entries: Mapping[str, Entry], turn: Turn) -> None:
        heard, state = turn.heard, turn.state
        self._evidence, self._text = evidence, heard.text
        self._named, self._spoken, self._roles = schemes_named(turn), scheme_spoken(turn), roles(turn)
        self._calm = heard.mentioned("reach", "not_accident")
        harmed = heard.mention("harm") is not None and heard.mention("told") is not None
        named = {peril for peril in _table()["of_a_peril"].values() if heard.mentioned("fact", f"peril={peril}")}
        self._untold = {entry for entry, peril in _table()["of_a_peril"].items() if harmed and peril not in named}
        self._folded = heard.folded
        self._things = set(things_harmed(heard.folded))
        self._brief = len(heard.folded) <= BRIEF * (2 if state.lang == "en" else 1)
        self._older = pattern_of_date().search(heard.folded) is not None
        self._points = points(turn)
        self._last = entries.get(state.answer or "") if self._points else None
        # So few words in the talk about an insurance hardly turn to the member site, unless something is told of it.
        talking = state.topic is not None or state.flow is not None
        self._few = talking and len(heard.folded) <= _FEW * (2 if state.lang == "en" else 1)
        self._told = state.answer if state.topic == _FAQ else None
        self._said = fold(state.last_text) if self._points else ""

    @property
    def talk(self) -> tuple[Hashable, ...]:
        """All that the weights depend on beside the message."""
        return self._spoken, self._roles, self._last and self._last.entry_id, self._said, self._few, self._told

    def weight(self, entry: Entry) -> float | None:
        """What speaks for an entry beside its words; None when it cannot be meant."""
        scheme, role = self._scheme(entry), self._role(entry)
        if scheme is None or role is None:
            return None
        calm = CALM if self._calm and entry.entry_id.startswith(_ACCIDENTS) else 0.0
        # An entry on a peril (an earthquake), where harm is told and that peril is not named.
        calm += UNTOLD if entry.entry_id in self._untold else 0.0
        if self._older and entry.entry_id in (_table()["before_system"]["older"], _table()["before_system"]["later"]):
            if entry.entry_id == _table()["before_system"]["later"]:
                return None
            calm += OLDER
        kind = KIND * self._evidence.kind(self._text, entry.entry_id)
        return scheme + role + calm + kind + self._talk(entry) + self._thing(entry)

    def _scheme(self, entry: Entry) -> float | None:
        if self._named:
            if entry.scheme in self._named:
                return NAMED
            if entry.scheme == "general":
                return 0.0
            beside = [weight for name, weight in _BESIDE.get(entry.scheme, {}).items() if name in self._named]
            return max(beside) if beside else None
        if self._spoken and entry.scheme == self._spoken:
            return SPOKEN
        if foreign(self._spoken, entry):
            # So short a question names no scheme's matter of its own.
            return OTHERS if self._brief and self._spoken in INSURANCE else FOREIGN
        if self._spoken in SITES and entry.scheme in SCHEMES:
            near = _BESIDE.get(self._spoken, {}).get(entry.scheme)
            return FOREIGN if self._brief else near or STRANGE
        if entry.scheme == "guarantee" and not self._roles and self._spoken != "guarantee":
            # So short a question in the talk about an insurance goes on with that talk.
            return FAR if self._brief and self._spoken in INSURANCE else UNNAMED_GUARANTEE
        if entry.scheme == "mypage" and self._brief and self._spoken == "cyber":
            # The member site shows nothing of that insurance.
            return FAR
        if entry.scheme == "mypage" and self._few and self._spoken in INSURANCE:
            return OTHERS
        return MAIN if entry.scheme == "third_party" else 0.0

    def _thing(self, entry: Entry) -> float:
        named = _table()["entries_named"].get(entry.entry_id)
        if named is not None and entry.entry_id != self._told and re.search(named, self._folded) is None:
            return OF_OTHER_THINGS
        case = _table()["entries_of_things"].get(entry.entry_id)
        if case is None or not self._things:
            return 0.0
        return OF_THING if case in self._things else OF_OTHER_THINGS

    def elsewhere(self, entry: Entry) -> bool:
        """Whether an entry is of a scheme that is not asked about."""
        return self._scheme(entry) is None

    def _role(self, entry: Entry) -> float | None:
        if entry.scheme != "guarantee":
            return 0.0
        return 0.0 if not self._roles or self._roles & set(entry.audience) else None

    def _talk(self, entry: Entry) -> float:
        """For a question that leans on the last answer: entries related to it, and subjects that it named."""
        if not self._points:
            return 0.0
        last = self._last
        near = last is not None and (entry.entry_id in last.related or entry.entry_id == last.entry_id)
        subjects = set(pattern("subject").findall(fold(entry.title)))
        echoed = sum(subject in self._said for subject in subjects) / len(subjects) if subjects else 0.0
        return RELATED * near + ECHO * echoed


def _phrases(entry: Entry) -> Iterable[str]:
    return (*entry.questions, entry.title, *entry.questions_en, entry.title_en)
