"""What a message says of an accident: facts, whose things, where, and whether a story is told at all. It only reads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from bot.actions import clauses, evidence, following
from bot.actions.capabilities import damage
from bot.actions.flow import Turn

if TYPE_CHECKING:
    from bot.actions.understanding import Understanding


# Who caused it: never asked for, kept as an inner value.
ASIDE_FACTS = frozenset({"who", "cover", "peril", "victim"})
_NOTHING_TOLD = 6
# What a message may ask for that is not whether a harm is covered, and services whose troubles are no harm.
NOT_OF_COVER = ("price", "contact", "midterm", "fax", "note", "act", "difference")
# The scheme of the works themselves turns on whether they were handed over.
WORKS_SCHEME = "assembly"
# Nobody named a scheme: most members mean the one that most of them have.
MAIN_SCHEME = "third_party"
UNHARMED = "damage=undamaged"
# So many signs behind a thing's name tell what befell it.
_BEHIND = 8
# The works' cases of perils that the scheme leaves out or does not name.
OF_PERIL = {
    "flood": "cv_as_flood",
    "earthquake": "cv_as_earthquake",
    "war": "cv_as_war",
    "abroad": "cv_as_abroad",
}
# So short a question with a peril asks whether the scheme answers for that.
_PERIL_ALONE = 20
# What may stand after the scheme that ends a question.
_SCHEME_LAST = 4
ABROAD_NAMED = "peril=abroad"
# The story told last in the talk, among what is kept for all of it; so few words ask of it.
STORY, _OF_STORY = "story", 14
_ASKING = frozenset({"plan", "covered", "ask", "told", "opens", "scheme", "reply"})
# What may be asked of a story that is asked of its cover.
_OF_COVER = frozenset({"payment", "which_plan", "confirm", "join"})


def facts_in(heard: Understanding, known: Mapping[str, Any]) -> dict[str, str]:
    """The deciding facts named in a message; the first of each kind.

    What is unharmed is what a story turns on, whatever else in it broke. In Japanese what is harmed stands right before
    the verb, after what it was harmed with. Whoever comes to the work itself after somebody else's things had both
    harmed.
    """
    facts: dict[str, str] = {}
    for fact in heard.mentions.get("fact", ()):
        slot, value = fact.split("=")
        slot = f"_{slot}" if slot in ASIDE_FACTS else slot
        if slot not in facts or (slot == "whose" and heard.language == "ja") or value == "tier":
            facts[slot] = value
    if heard.mentioned("fact", UNHARMED):
        facts["damage"] = "undamaged"
    if evidence.pattern("by_subcontractor").search(heard.folded):
        facts |= {"_who": "subcontractor", "whose": "entrusted"}
    if "site" not in facts and evidence.pattern("between_sites").search(heard.folded):
        facts["site"] = "off_site"
    harmed = {*(fact for fact in heard.mentions.get("fact", ())), f"whose={known.get('whose')}"}
    if facts.get("whose") == "work_object" and "whose=others" in harmed and not clauses.mends(heard.text):
        facts.setdefault("beside", "others")
    if facts.get("beside") == "others" and facts.get("whose") == "others":
        # Both were harmed: whose it was tells nothing.
        del facts["whose"]
    return facts


def works_abroad(heard: Understanding) -> bool:
    """Whether work is told, or asked about, in a country that is named."""
    named = heard.mentioned("fact", ABROAD_NAMED) and heard.mention("scheme") in (None, MAIN_SCHEME)
    return bool(named) and evidence.pattern("work_abroad").search(heard.folded) is not None


def told_late(heard: Understanding) -> bool:
    """Whether money is demanded because the work is late; of another scheme its entries tell."""
    main = heard.mention("scheme") in (None, MAIN_SCHEME)
    return main and evidence.pattern("late").search(heard.folded) is not None


def ordered_base(heard: Understanding) -> bool:
    """Whether work inside of a base or an embassy is told together with who ordered it."""
    ordered = any(fact.startswith("orderer=") for fact in heard.mentions.get("fact", ()))
    return ordered and evidence.pattern("bases").search(heard.folded) is not None


def others_hurt(turn: Turn) -> bool:
    """Whether somebody who does not belong to the firm is told to be hurt."""
    return evidence.pattern("others_hurt").search(turn.heard.folded) is not None


def harms_others(heard: Understanding) -> bool:
    """Whether a harm is told of things that are hardly ever the firm's own, entrusted to it or its works."""
    return bool(others_things(heard)) and heard.mentioned("harm", "physical") and not heard.mention("property")


def harms_named_things(heard: Understanding) -> bool:
    """Whether harm is told of things with a limit of their own, of which only the main scheme speaks."""
    told = (heard.mention("told") or damage.tells_harm(heard)) and heard.mentioned("harm", "physical")
    main = heard.mention("scheme") in (None, MAIN_SCHEME)
    return bool(told and main and evidence.things_harmed(heard.folded))


def others_things(heard: Understanding) -> list[str]:
    """What stands behind the names of such things, without those that are told to be spared."""
    spared, text = evidence.pattern("spared"), heard.folded
    found = evidence.pattern("others_things").finditer(text)
    behind = [text[one.end() : one.end() + _BEHIND] for one in found]
    return [words for words in behind if spared.search(words) is None]


def others_too(turn: Turn) -> bool:
    """Whether something of somebody else's is told to be harmed, and nobody's body."""
    heard = turn.heard
    hurt = heard.mentioned("accident_detail", "injury") or evidence.tells_victim(turn)
    return not hurt and heard.mentioned("harm", "physical") and bool(others_things(heard))


def only_others(heard: Understanding) -> bool:
    """Whether nothing but such a thing is told to be harmed: that is not said of the works."""
    only = evidence.pattern("only_behind")
    return harms_others(heard) and any(only.search(words) for words in others_things(heard))


def only_harms(heard: Understanding) -> bool:
    """Whether a story tells a harm and nothing that stands still: what was harmed is what it is about, and damaged."""
    return heard.mentioned("harm", "physical") and not heard.mention("out_of_use")


def told_of(values: Mapping[str, Any], slot: str) -> Any:
    """A fact as told, or as the story implies it."""
    return values.get(slot, values.get(f"_{slot}"))


def happened(turn: Turn) -> bool:
    """Whether a message tells of something that took place, or could."""
    return bool(turn.heard.mention("happened") or turn.heard.mention("fact"))


def spoken_of(values: Mapping[str, Any]) -> str:
    """The scheme that a question is about, as far as it is known."""
    return str(values.get("_product") or MAIN_SCHEME)


def tells_something(turn: Turn) -> bool:
    """Whether a message tells of an accident, and does not only ask for cover in general."""
    return any(turn.heard.mention(entity) for entity in ("told", "happened", "fact"))


def stands_broken(heard: Understanding) -> bool:
    """Whether something is told to stand still that an accident broke."""
    broken = heard.mentioned("fact", "damage=damaged") and not heard.mentioned("fact", UNHARMED)
    return bool(broken) and bool(heard.mention("out_of_use")) and not heard.mentioned("fact", "cause=mistake")


def perils_in(heard: Understanding) -> list[str]:
    """The perils named that the scheme of the works leaves out or does not name."""
    facts = (fact.split("=") for fact in heard.mentions.get("fact", ()))
    return [value for slot, value in facts if slot == "peril" and value in OF_PERIL]


def asks_of_peril(turn: Turn) -> bool:
    """Whether a short question hardly names more than a peril, while the scheme of the works is spoken of."""
    heard = turn.heard
    works = heard.mentioned("scheme", WORKS_SCHEME) or (
        not heard.mention("scheme") and turn.state.scheme == WORKS_SCHEME
    )
    if not works or len(heard.folded) > _PERIL_ALONE or heard.quantities or damage.tells_harm(heard):
        return False
    elsewhere = heard.mention("opens") or any(heard.mentioned("ask", asked) for asked in NOT_OF_COVER)
    named = perils_in(heard) or evidence.pattern("works_perils").search(heard.folded)
    return bool(named) and not elsewhere and (clauses.asks(heard.text) or following.goes_on(turn))


def asks_of_temporary(turn: Turn) -> bool:
    """Whether the scheme of the works answers for temporary works is asked, and nothing is told of them."""
    heard = turn.heard
    if not heard.mentioned("scheme", WORKS_SCHEME) or not heard.mentioned("property", "temporary"):
        return False
    if heard.quantities or damage.tells_harm(heard) or damage.asks_temporary_limit(heard):
        return False
    elsewhere = any(heard.mentioned("ask", asked) for asked in NOT_OF_COVER)
    asked = clauses.asks(heard.text) or evidence.pattern("assured").search(heard.folded) is not None
    return "covered" in evidence.kinds(heard.text) and asked and not elsewhere


def asks_which(heard: Understanding) -> bool:
    """Whether a harm is told, and then asked which plan answers for it."""
    return heard.mentioned("ask", "which_plan") and damage.tells_harm(heard)


def asks_whether(heard: Understanding) -> bool:
    """Whether what is asked, if anything, is only whether or in which plan it is covered, or how much is paid then."""
    elsewhere = heard.mention("reach") or set(heard.mentions.get("ask", ())) - _OF_COVER
    named = heard.mention("covered") or heard.mention("plan") or heard.mentioned("ask", "which_plan")
    worded = bool(named) or evidence.pattern("able").search(heard.folded) is not None
    return worded and not elsewhere and heard.mention("opens") in (None, "coverage")


def is_of_story(turn: Turn) -> bool:
    """Whether few words ask for nothing but whether what was told before in this talk is covered."""
    heard = turn.heard
    told = any(word.entity not in _ASKING for word in heard.words)
    named = sum(word.end - word.start for word in heard.words if word.entity == "plan")
    brief = len(heard.folded) - named <= _OF_STORY and not heard.quantities
    asked = clauses.asks(heard.text) and asks_whether(heard) and heard.mention("scheme") in (None, MAIN_SCHEME)
    return STORY in turn.state.facts and brief and asked and not told


def asks_of_harm(turn: Turn) -> bool:
    """Whether a harm is told and the scheme of the works is asked about it, and nothing else is."""
    heard = turn.heard
    if not heard.mentioned("scheme", WORKS_SCHEME) or not heard.mentioned("harm", "physical"):
        return False
    others = set(heard.mentions.get("ask", ())) - {"payment", "confirm"}
    ends = max((word.end for word in heard.words if word.entity == "scheme"), default=0)
    if not heard.mention("covered") and len(heard.folded) - ends > _SCHEME_LAST:
        return False
    told = damage.tells_harm(heard) and clauses.asks(heard.text)
    return told and not (others or heard.mention("reach") or heard.mention("opens") or heard.quantities)


def only_facts(turn: Turn) -> bool:
    """Whether a message hardly holds more than a fact by our words: what it is like by itself tells nothing."""
    spans = [word.end - word.start for word in turn.heard.words if word.entity == "fact"]
    return bool(spans) and len(turn.heard.folded) - max(spans) <= _NOTHING_TOLD


def puts_right(turn: Turn) -> bool:
    """Whether a message takes back what was just told, and is about no amount or date."""
    heard = turn.heard
    return clauses.mends(heard.text) and heard.intent in ("correct", "inform") and not heard.quantities


def only_asks(turn: Turn) -> bool:
    """Whether a message asks for a check of cover and tells nothing that could be checked."""
    spans = [word.end - word.start for word in turn.heard.words if (word.entity, word.value) == ("opens", "coverage")]
    return bool(spans) and len(turn.heard.folded) - max(spans) <= _NOTHING_TOLD
