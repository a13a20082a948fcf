"""What a message's own words ask for of one of the two sites, where they mean nothing else (hours, cost, browsers).

The words stand in bot/data/sites.yml. An entry that is surely meant is never overruled but by words that decide.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from bot.actions import clauses, evidence
from bot.actions.flow import Turn
from bot.actions.reply import Reply
from bot.actions.sureness import FAQ

if TYPE_CHECKING:
    from bot.actions.conversation import Conversation

TABLE = Path(__file__).resolve().parent.parent / "data" / "sites.yml"
LOGIN = "login"
# Words of these kinds tell of an accident or of a contract, whatever the talk was about.
_ELSEWHERE = ("harm", "happened", "accident_detail", "property", "plan", "cyber_plan", "alarm", "hazard")
_SURELY, _TWO = 0.45, 2
# So few characters beside a name are no words.
_MARKS = 1


@lru_cache(maxsize=1)
def table(path: Path = TABLE) -> Mapping[str, Any]:
    """The words and pairs of entries of the two sites."""
    return dict(yaml.safe_load(path.read_text(encoding="utf-8")))


def only_of_site(turn: Turn) -> bool:
    """Whether a message names a site and nothing of an insurance or of an accident."""
    named = evidence.schemes_named(turn)
    return bool(named) and named <= evidence.SITES and not _of_an_accident(turn)


def plainly(conversation: Conversation, turn: Turn) -> Reply | None:
    """The answer that a message's words ask for, both of two; None where another entry is surely meant."""
    site = _meant(turn)
    if site in evidence.SITES and _bare(turn):
        return conversation.open(turn, conversation.flows[LOGIN], {"service": site})
    asked = [one for one in table()["plain"] if re.search(one["asked"], turn.heard.folded)]
    itself = next((one for one in asked if one.get("alone")), None)
    site = next(iter(itself["entry"])) if itself else site
    if site not in evidence.SITES or _elsewhere(turn, asked, itself is not None):
        return None
    found, decides = _found(turn, site, asked)
    both = len(found) == _TWO and clauses.asks(turn.heard.text)
    if not both and (len(found) != 1 or (_surely_another(conversation, turn, site) and not decides)):
        return None
    turn.state.topic = FAQ
    return conversation.answers.each(turn, found) if both else conversation.answers.told(turn, found[0])


def _meant(turn: Turn) -> str | None:
    """The one site that is named, or spoken of where none is."""
    named = evidence.schemes_named(turn) & evidence.SITES
    if named:
        return next(iter(named)) if len(named) == 1 else None
    return evidence.scheme_spoken(turn)


def _elsewhere(turn: Turn, asked: list[dict[str, Any]], itself: bool) -> bool:
    """Whether an insurance or an accident is spoken of, so that no site is."""
    named = evidence.schemes_named(turn)
    of_accident = bool(named & evidence.SITES) and any(one.get("of_accident") for one in asked)
    accident = evidence.pattern("accident").search(turn.heard.folded) is not None and not of_accident
    return accident or (bool(named - evidence.SITES) and not itself) or _of_an_accident(turn)


def _found(turn: Turn, site: str, asked: list[dict[str, Any]]) -> tuple[list[str], bool]:
    """The site's entries that are asked for, and whether the words for the first one decide."""
    asked = [one for one in asked if site in one["entry"]]
    hidden = {one.get("hides") for one in asked}
    asked = [one for one in asked if _entry(turn, one, site) not in hidden]
    if not clauses.asks(turn.heard.text):
        # What is only told is one trouble: the plainest word for it counts.
        asked = [one for one in asked if one.get("whatever")] or asked
    found = list(dict.fromkeys(_entry(turn, one, site) for one in asked))
    return found, bool(asked and asked[0].get("whatever"))


def _entry(turn: Turn, asked: Mapping[str, Any], site: str) -> str:
    """The site's entry that is asked for, by who asks where that matters."""
    return by_role(turn, asked["entry"][site])


def by_role(turn: Turn, told: str | Mapping[str, str]) -> str:
    """An entry, or the one of whoever asks (`any` for nobody knows who)."""
    roles = evidence.roles(turn)
    return told if isinstance(told, str) else told[min(roles) if len(roles) == 1 else "any"]


def _surely_another(conversation: Conversation, turn: Turn, site: str) -> bool:
    """Whether an entry that is not the other site's is surely meant, or the place where somebody is stuck."""
    ranked, entries = conversation.answers.rank(turn), turn.services.knowledge.entries
    best = ranked.best
    own = best is not None and not evidence.foreign(site, entries[best.id])
    surely = own and best is not None and ranked.sure and best.match >= _SURELY
    return surely or turn.heard.mention("stage") is not None


def _of_an_accident(turn: Turn) -> bool:
    return any(turn.heard.mention(entity) for entity in _ELSEWHERE)


def _bare(turn: Turn) -> bool:
    """Whether a message that begins a talk holds a site's name and nothing else (`about the site`)."""
    names = [word for word in turn.heard.words if word.entity == "scheme"]
    if turn.state.topic is not None or not names:
        return False
    text, start, end = turn.heard.folded, min(word.start for word in names), max(word.end for word in names)
    if end - start - sum(word.end - word.start for word in names) > _MARKS:
        return False
    rest = text[:start] + text[end:]
    return len(rest) <= _MARKS or re.fullmatch(table()["bare"], rest) is not None
