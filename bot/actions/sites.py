"""What only the two sites need: one taken for the other, the other one meant, a step that did not help, another moment.

Patterns and pairs of entries stand in bot/data/sites.yml; the steps themselves are FAQ entries. It never asks for a
password (T6).
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING

from bot.actions import evidence, following, site_words
from bot.actions.capabilities import opening
from bot.actions.flow import Turn
from bot.actions.reply import Reply
from bot.actions.site_words import LOGIN, table
from bot.actions.sureness import FAQ, LONG_SILENCE
from knowledge import contact_text

if TYPE_CHECKING:
    from bot.actions.conversation import Conversation
    from knowledge import Entry

# The entry that tells the two sites apart.
TWO_SITES = "ge_two_sites"
# Where the other site's manual tells nothing of a matter.
NOWHERE = ""
_DESKS = {"mypage": "toshiba_planning", "guarantee": "guarantee_agent"}
# Schemes that may be asked for beside the site; the entries that say which it shows, and on their common temporary ID.
_SHOWN, SHOWS, SHARED, _OF_TEMPORARY = (
    {"third_party", "assembly", "work_injury", "cyber"},
    "my_what",
    "my_temp_id_shared",
    "my_temp",
)
# An entry so well matched names its own subject.
_OWN_MATCH = 0.5


def of_site(conversation: Conversation, turn: Turn) -> Reply | None:
    """What a message means that only the talk about the two sites explains; None for every other one."""
    return (
        _chosen(conversation, turn)
        or _of_two(conversation, turn)
        or (_after_step(conversation, turn) or site_words.plainly(conversation, turn))
    )


def _chosen(conversation: Conversation, turn: Turn) -> Reply | None:
    """Where somebody is stuck, after both sites were told apart and hardly more than one of them is named."""
    if turn.state.answer != TWO_SITES or turn.state.topic != FAQ:
        return None
    patterns = table()["other"]
    found = [site for site in patterns if _names(turn, site) or re.search(patterns[site], turn.heard.folded)]
    # Only one of them has orderers and contractors.
    found = found or (["guarantee"] if turn.heard.mention("role") else [])
    if len(found) != 1:
        return None
    turn.state.answer, turn.state.scheme = None, found[0]
    return conversation.open(turn, conversation.flows[LOGIN], {"service": found[0]})


def _names(turn: Turn, site: str) -> bool:
    """Whether a message hardly holds more than a site's name."""
    return site in evidence.schemes_named(turn) and following.names_only(turn)


def not_helped(conversation: Conversation, turn: Turn) -> Reply | None:
    """Whom to ask, when a few words right after a step for a site say that it did not help; the step, when doubted.

    It comes before what moves the talk: `やり直しても同じ` begins nothing anew.
    """
    last = _last(turn)
    open_question = turn.state.flow is not None and turn.state.flow.asked is not None
    if last is None or open_question:
        return None
    if _stuck(conversation, turn):
        return _to_person(turn, last.scheme)
    return conversation.answers.told(turn, last.entry_id) if _doubted(conversation, turn, last) else None


def _doubted(conversation: Conversation, turn: Turn, last: Entry) -> bool:
    """Whether few words that name nothing doubt the step told last, or ask on about it."""
    text, best = turn.heard.folded, conversation.answers.rank(turn).best
    if len(text) > table()["beside_most"][turn.state.lang]:
        return False
    if re.search(table()["again_surely"], text):
        return True
    if not re.search(table()["again"], text):
        return False
    entries = turn.services.knowledge.entries
    own = best is not None and best.match >= _OWN_MATCH and best.id != last.entry_id
    own = own and best is not None and entries[best.id].scheme == last.scheme
    return not own and not turn.heard.mention("scheme")


def _last(turn: Turn) -> Entry | None:
    """The site's entry told last; None when something else was, or long ago."""
    state = turn.state
    last = turn.services.knowledge.entries.get(state.answer or "")
    late = state.last_at and turn.now - datetime.fromisoformat(state.last_at) >= LONG_SILENCE
    told = last is not None and last.scheme in evidence.SITES and state.topic in (FAQ, LOGIN) and not late
    return last if told else None


def _of_two(conversation: Conversation, turn: Turn) -> Reply | None:
    """What tells the sites apart, when one is taken for the other; each one's answer, when both are asked about."""
    folded, answers, words = turn.heard.folded, conversation.answers, table()
    named = evidence.schemes_named(turn) >= evidence.SITES
    compares = re.search(words["compares"], folded) is not None
    if named and not compares and re.search(words["each"], folded):
        best = answers.rank(turn).best
        other = words["pairs"].get(best.id) if best is not None else None
        if best is not None and other is not None:
            return answers.each(turn, (best.id, other))
    of_sites = turn.state.scheme in evidence.SITES and len(folded) <= words["stuck_most"]
    if re.search(words["mixes"], folded) or (named and compares) or (of_sites and re.search(words["which"], folded)):
        turn.state.topic = FAQ
        return answers.told(turn, TWO_SITES)
    return None


def _after_step(conversation: Conversation, turn: Turn) -> Reply | None:
    """A short message right after an answer about a site: the other site, what stands beside it, another moment."""
    entries, last = turn.services.knowledge.entries, _last(turn)
    if last is None:
        return None
    told = following.told_last(turn)
    if told is not None and _names(turn, last.scheme):
        # Which of the two sites is meant is only confirmed.
        return conversation.answers.told(turn, told)
    other = _other(turn, last.scheme)
    if other == NOWHERE:
        return _silent(turn, last.scheme)
    if other is not None:
        turn.state.scheme = entries[other].scheme
        found = {"service": turn.state.scheme, "stage": "found", "_entry": other}
        return conversation.open(turn, conversation.flows[LOGIN], found)
    # A day told with the question is what the answer is computed from.
    dated = any(quantity.kind in ("date", "month") for quantity in turn.heard.quantities)
    beside = None if dated else _beside(turn, last.entry_id) or _of_shown(turn, last.entry_id)
    if beside is not None:
        return conversation.answers.told(turn, beside)
    if opening.another_moment(turn):
        return conversation.answers.told(turn, opening.HOURS)
    return None


def _other(turn: Turn, site: str) -> str | None:
    """The other site's entry on the matter told last, when hardly more than that site is named.

    A word that is too common elsewhere (`the certificate one`) names a site only in such a talk.
    """
    told = following.told_last(turn)
    scheme = next(iter(evidence.SITES - {site}))
    if told is None or not (_names(turn, scheme) or re.search(table()["other"][scheme], turn.heard.folded)):
        return None
    found: str = table()["pairs"].get(told, NOWHERE)
    return found


def _silent(turn: Turn, site: str) -> Reply:
    """That the other site's manual does not tell what was asked about this one, and whom to ask."""
    scheme = next(iter(evidence.SITES - {site}))
    turn.state.scheme = scheme
    names = {"scheme": turn.t(f"products.{scheme}"), "contact": _contact(turn, scheme)}
    return Reply().say(turn.t("answers.silent", **names))


def _contact(turn: Turn, site: str) -> str:
    knowledge = turn.services.knowledge
    return contact_text(knowledge.contacts[_DESKS[site]], knowledge, turn.state.lang)


def _beside(turn: Turn, last: str) -> str | None:
    """The entry beside the one told last that a few words ask for (`and the password?`), by who asks; None mostly."""
    text, words = turn.heard.folded, table()
    dated = evidence.pattern("dated").search(text)
    if len(text) > words["beside_most"][turn.state.lang] or turn.heard.mention("scheme") or dated:
        return None
    for asked in words["beside"]:
        if last in asked["after"] and re.search(asked["asked"], text):
            return site_words.by_role(turn, asked["after"][last])
    return None


def _of_shown(turn: Turn, last: str) -> str | None:
    """The member site's word on the schemes that it shows, when hardly more than one scheme is named after it."""
    shown = set(turn.heard.mentions.get("scheme", ())) & _SHOWN
    if not last.startswith("my_") or not shown or not following.names_only(turn):
        return None
    return SHARED if last.startswith(_OF_TEMPORARY) else SHOWS


def _stuck(conversation: Conversation, turn: Turn) -> bool:
    """Whether few words say that the step was done and did not help."""
    text = turn.heard.folded
    if len(text) > table()["stuck_most"] or not re.search(table()["stuck"], text):
        return False
    if re.search(table()["stuck_surely"], text):
        return True
    ranked = conversation.answers.rank(turn)
    best, entries = ranked.best, turn.services.knowledge.entries
    if best is None or not ranked.sure or best.match < _OWN_MATCH:
        return True
    last = turn.state.answer or ""
    return best.id == last or entries[best.id].scheme != entries[last].scheme


def _to_person(turn: Turn, site: str) -> Reply:
    """Whom to ask when the step did not help."""
    return Reply().say(turn.t(f"login.person.{site}", contact=_contact(turn, site)))
