"""Outside of an open question: what a message adds to, changes of, or asks beside what was told last."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from bot.actions import afterwards, clauses, evidence, following, meaning
from bot.actions.capabilities.contact_text import whom_to_ask
from bot.actions.capabilities.coverage_heard import is_of_story
from bot.actions.flow import Flow, Turn
from bot.actions.matching import OFFERED_MATCH, Found
from bot.actions.reply import Reply
from bot.actions.state import OpenFlow
from bot.actions.sureness import (
    BRIEF,
    FAQ,
    GENERAL,
    HALF,
    STRANGE,
    SURE_FLOW,
    SURE_INTENT,
    UNSURE_FLOW,
    VALUE_INTENTS,
)
from bot.actions.told_alone import TELLING

if TYPE_CHECKING:
    from bot.actions.conversation import Conversation


_TWO = 2
# Flows that a question for joining belongs to.
_OF_JOINING = frozenset({"eligibility", "deadline"})
# How much a question that an entry surely answers must sound like one for an entry.
_ALSO_GENERAL = 0.25
# Entries of no scheme: words explained, what the counter can do.
_GENERAL = "general"
# A shorter message hardly names a subject of its own.
_NAMES_ITSELF, _FAR_MORE = 20, 0.1
# So few words name no matter; a bare wish to know whether it can be had.
FEW_WORDS = 12
_BRIEF_ASK = re.compile(r"^[^\u3002\u3001]{2,8}[?\uff1f]$")
# Amounts and counts that a flow may be told by.
_AMOUNTS = frozenset({"money", "course", "headcount", "times", "class"})
_PLANS = ("basic", "wide", "premium")
# So short a sentence asks on about what stands before it.
_ASKS_ON = 8
_QUOTE, _ACCIDENT, _COVER = "quote", "accident", "coverage"
# Flows that reckon an amount.
_OF_SUMS = frozenset({"quote", "payout"})
# Flows whose result may be wanted once more, plainly.
_VERDICTS = frozenset({"coverage", "eligibility", "payout", "deadline", "closing", "compare", "contact"})
# Flows that tell whom to call.
_WHOM = frozenset({"accident", "contact"})


def going_on(conversation: Conversation, turn: Turn) -> Reply | None:
    """A short message about the result or the answer given last, which names nothing else."""
    state = turn.state
    if state.topic == _ACCIDENT and is_of_story(turn):
        return conversation.open(turn, conversation.flow(_COVER))
    of_plan = _told_of_plan(turn)
    if of_plan is not None:
        return conversation.answers.told(turn, of_plan)
    topic = conversation.flows.get(state.topic or "")
    known = state.closed.get(topic.id) if topic else None
    values = topic.continues(turn, known) if topic and known is not None else {}
    if topic and values:
        apart = _plans_apart(conversation, turn, known or {}, values)
        return conversation.reopen(turn, topic, values).then(apart)
    if topic and topic.id in _OF_SUMS and known and evidence.pattern("result_again").search(turn.heard.folded):
        if not any(known.get(slot) != value for slot, value in topic.hear(turn, known, None).items()):
            return conversation.reopen(turn, topic, {})
    if afterwards.asks_why(turn):
        detail = conversation.answers.more(turn) if state.topic == FAQ else None
        contact = turn.t("talk.not_held_ask", contact=whom_to_ask(turn, state.scheme))
        return (Reply() if detail else Reply().say(turn.t("talk.no_reason"))).then(detail or Reply().say(contact))
    surely = afterwards.asks_surely(turn)
    if surely is not None:
        return Reply().say(turn.t("talk.really_likely")).then(conversation.answers.entry(turn, surely))
    within = afterwards.of_sums(turn) or afterwards.of_scheme(turn, surely=True)
    if within is not None:
        return conversation.answers.entry(turn, within)
    really = (
        afterwards.same_for_plan(turn)
        or afterwards.asks_really(turn)
        or afterwards.holding_amount(turn)
        or afterwards.holding_count(turn)
    )
    if really is not None:
        return really
    told, asked = clauses.divide(turn.heard)
    if told is None and len(asked) == _TWO:
        first, second = (replace(turn, heard=one) for one in asked)
        reply = afterwards.of_last(first)
        both = {afterwards.entry_beside_last(first), afterwards.entry_beside_last(second)}
        same = next(iter(both)) if reply is None and len(both) == 1 else None
        if same is not None:
            return conversation.answers.entry(turn, same)
        return reply.then(conversation.answers.answer(second) or Reply()) if reply else None
    beside = (
        following.points_back(turn)
        or (None if afterwards.of_last(turn) else afterwards.restated(turn))
        or afterwards.whom(turn)
        or afterwards.entry_beside_last(turn)
    )
    if beside:
        return conversation.answers.entry(turn, beside)
    if topic and topic.id in _VERDICTS and known is not None and afterwards.wants_it_shortly(turn):
        return conversation.reopen(turn, topic, {})
    if _means_another(conversation, turn):
        return None
    ranked, entries = conversation.answers.rank(turn), turn.services.knowledge.entries
    best = ranked.best
    # A word that is surely explained elsewhere is not told by the line that only names it.
    explained = best is not None and ranked.sure and best.id != state.answer and entries[best.id].scheme == _GENERAL
    elsewhere = best is None or (entries[best.id].scheme != state.scheme and not explained)
    return afterwards.of_last(turn) or (afterwards.echoed(turn) if elsewhere else None)


def _told_of_plan(turn: Turn) -> str | None:
    """The entry told last, where it tells in which plans something is covered and only a plan is named now."""
    told, heard = following.told_last(turn) if turn.state.topic == FAQ else None, turn.heard
    if told is None or not heard.mention("plan") or heard.quantities:
        return None
    named = sum(word.end - word.start for word in heard.words if word.entity == "plan")
    other = any(word.entity not in ("plan", "covered", "told", "ask") for word in heard.words)
    brief = len(heard.folded) - named <= _ASKS_ON and not other and not heard.mentioned("ask", "price")
    entry = turn.services.knowledge.entries[told].answer
    return told if brief and evidence.pattern("told_by_plan").search(evidence.fold(entry)) else None


def _plans_apart(conversation: Conversation, turn: Turn, known: Mapping[str, Any], values: Mapping[str, Any]) -> Reply:
    """What a plan put in the place of the one rated holds beside it, where that is asked too; else nothing."""
    plans = [plan for plan in _PLANS if plan in (known.get("plan"), values.get("plan"))]
    if len(plans) != _TWO or not evidence.pattern("adds").search(turn.heard.folded):
        return Reply()
    flow = conversation.flows["compare"]
    told = flow.finish(turn, OpenFlow(flow.id, {"product": "third_party", "aspect": "table", "_plans": plans}))
    return Reply().say(*told.lines)


def _means_another(conversation: Conversation, turn: Turn) -> bool:
    """Whether a message that names its own subject is worded far more like another entry than like the one told."""
    best, told = conversation.answers.rank(turn).best, turn.state.answer
    least = _NAMES_ITSELF * (2 if turn.state.lang == "en" else 1)
    if turn.state.topic != FAQ or best is None or len(turn.heard.text) <= least:
        return False
    last = next((item.score for item in conversation.answers.ranked(turn) if item.id == told), 0.0)
    return best.id != told and best.score - last >= _FAR_MORE


def plainly(conversation: Conversation, turn: Turn) -> Reply | None:
    """A message that belongs to one flow by its facts alone, whatever it is worded like."""
    topic, owner = conversation.flows.get(turn.state.topic or ""), meaning.owner(conversation, turn)
    strange = turn.heard.intent == "out_of_scope" and turn.heard.confidence >= SURE_INTENT
    strange = strange and turn.heard.mention("foreign") is not None and not turn.heard.mention("scheme")
    if strange or turn.heard.mentioned("scheme", "work_injury"):
        # A firm's fact beside an insurance that is not ours.
        owner = None
    if owner is not None:
        return with_others(conversation, turn, owner, conversation.open(turn, owner))
    if topic is not None and (meaning.varies(turn) or following.names_only(turn)):
        changed = meaning.adds(conversation, turn)
        if changed:
            return conversation.reopen(turn, topic, changed)
    return _followed(conversation, turn)


def with_others(conversation: Conversation, turn: Turn, flow: Flow, reply: Reply) -> Reply:
    """A flow's result, and the answers to what else is asked in sentences that hold nothing for the flow."""
    if turn.state.flow is not None or len(turn.heard.sentences) < _TWO:
        return reply
    told = turn.state.answer
    for part in turn.heard.sentences:
        start = clauses.fold(turn.heard.text).find(clauses.fold(part.text))
        if start < 0 or not clauses.asks(part.text) or len(part.text) <= _ASKS_ON:
            continue
        heard = turn.heard.part([(start, start + len(part.text))], part)
        one = replace(turn, heard=heard)
        ranked = conversation.answers.rank(one)
        lead = conversation.leads.get(ranked.best.id) if ranked.best else None
        # What is compared when nothing is said is no word of the message's.
        taken = flow.opening(one) if flow.id == "compare" else {}
        heard_of = {slot: value for slot, value in flow.hear(one, {}, None).items() if slot != "product"}
        new = {slot: value for slot, value in heard_of.items() if taken.get(slot) != value}
        whom = flow.id in _WHOM and (heard.mention("reach") or heard.mentioned("ask", "contact"))
        joins = flow.id in _OF_JOINING and heard.mentioned("ask", "join")
        priced = flow.id == _QUOTE and (heard.mentioned("ask", "price") or heard.mentioned("ask", "difference"))
        own = whom or joins or priced or heard.intent in flow.spec.intents or new or (lead and lead.flow == flow.id)
        if ranked.best is None or not ranked.sure or own or ranked.best.id == told:
            continue
        # Few words ask about what was just told, whatever else they are like.
        if turn.services.knowledge.entries[ranked.best.id].scheme in (turn.state.scheme, "general"):
            title = turn.services.knowledge.entries[ranked.best.id].name(turn.state.lang)
            shown = conversation.answers.entry(one, ranked.best.id)
            reply.say(turn.t("answers.also", title=title)).then(shown)
    return reply


def _followed(conversation: Conversation, turn: Turn) -> Reply | None:
    """A bare value after an FAQ entry, told so that the rule in the entry is held against it."""
    heard = turn.heard
    of_case = turn.state.closed.get(turn.state.topic or "", {}).get("_told")
    shown = turn.state.choices[-turn.state.shown :] if turn.state.shown else []
    offered = next((one["faq"] for one in shown if one.get("faq")), None)
    told = following.told_last(turn) or of_case or offered
    elsewhere = heard.mention("scheme") and not heard.mention("membership")
    if told is None or len(heard.text) > BRIEF or elsewhere:
        return None
    for follow in conversation.follows.get(told, ()):
        flow = conversation.flows[follow.flow]
        values = flow.hear(turn, follow.values, None if follow.slot.startswith("_") else follow.slot)
        if values.get(follow.slot) is not None:
            return conversation.open(turn, flow, {**follow.values, **values})
    return None


def with_before(conversation: Conversation, turn: Turn) -> Reply | None:
    """What a message that leans on the one before it means, read with that; never what was just told."""
    if _varies_result(conversation, turn):
        return None
    other = following.counterpart(turn)
    if other is not None:
        return conversation.answers.told(turn, other)
    own, echoed = conversation.answers.rank(turn).best, following.echoes(turn)
    if echoed is not None and (own is None or own.id == echoed or not conversation.answers.confident(turn)):
        return conversation.answers.told(turn, echoed)
    told = following.told_last(turn)
    most = FEW_WORDS if clauses.asks(turn.heard.text) else BRIEF
    desk = turn.heard.mention("desk") or turn.heard.mentioned("ask", "contact")
    if own is not None and own.id == told and own.match >= HALF and len(turn.heard.text) <= most and not desk:
        # By its own words it is about what was told last.
        return conversation.answers.told(turn, told)
    joined = following.leaning(conversation, turn)
    if turn.heard.intent in VALUE_INTENTS and turn.heard.quantities and not clauses.asks(turn.heard.text):
        return None
    if joined is None or (meaning.adds(conversation, turn) and not following.beside_last(conversation, joined)):
        return None
    if turn.heard.quantities and any(meaning.takes(turn, one) for one in conversation.flows.values()):
        return None
    ranked = conversation.answers.rank(joined)
    if ranked.best is None or not ranked.sure:
        general = afterwards.of_scheme(turn) if following.bare(turn) else None
        if general is not None:
            return conversation.answers.entry(turn, general)
        return conversation.answers.answer(joined) if following.bare(turn) else None
    return conversation.answers.told(joined, ranked.best.id)


def _varies_result(conversation: Conversation, turn: Turn) -> bool:
    """Whether a message supposes another number in the place of one that an earlier result rests on."""
    if not turn.heard.quantities or not meaning.varies(turn):
        return False
    closed = ((conversation.flows.get(name), known) for name, known in turn.state.closed.items())
    return any(flow.hear(turn, known, None) for flow, known in closed if flow is not None)


def instead_of_asking(conversation: Conversation, turn: Turn, flow: Flow | None) -> Reply | None:
    """What a few words mean with the message before them, where by themselves they only open a flow that asks back."""
    heard, scheme = turn.heard, turn.heard.mention("scheme")
    general = afterwards.of_scheme(turn) if flow is not None and not heard.quantities else None
    if flow is not None and general is not None and _asks_back(turn, flow):
        return conversation.answers.entry(turn, general)
    best, told = conversation.answers.rank(turn).best, following.told_last(turn)
    if flow is not None and best is not None and best.id == told and conversation.answers.confident(turn):
        # What was told last is asked about once more.
        return conversation.answers.told(turn, told) if _asks_back(turn, flow) else None
    asked = [word for word in heard.words if word.entity == "ask" and word.value != "payment"]
    points = evidence.points(turn) and clauses.asks(heard.text)
    if flow is None or heard.mention("opens") or (not points and (asked or len(heard.text) > FEW_WORDS)):
        return None
    if any(word.entity != "scheme" for word in heard.words if word.entity not in ("covered", "told", "ask")):
        return None
    joined = following.with_before(conversation, turn)
    if joined is None or any(one.kind in _AMOUNTS for one in heard.quantities) or not _asks_back(turn, flow):
        return None
    if (
        scheme is None
        and not following.bare(turn)
        and not following.goes_on(turn)
        and not _BRIEF_ASK.search(heard.folded)
    ):
        return None
    return conversation.answers.answer(joined)


def _asks_back(turn: Turn, flow: Flow) -> bool:
    """Whether a flow that is opened with a message would only ask."""
    opening = flow.opening(turn)
    trial = OpenFlow(flow.id, {**opening, **flow.hear(turn, opening, None)})
    return flow.next(turn, trial) is not None


def carried_on(conversation: Conversation, turn: Turn) -> Reply | None:
    """What a question in the middle of a talk comes nearest to, read with the message before it.

    It is declined only when it is surely a stranger's: what members go on with is often put in words of its own.
    """
    heard, told = turn.heard, turn.state.answer
    strange = heard.score("out_of_scope") + heard.score("chitchat")
    own = conversation.answers.ranked(turn)
    if turn.state.topic is None or heard.mention("foreign") or heard.mention("matter"):
        return None
    if strange >= SURE_INTENT and not (own and told is not None and _near_told(turn, own[0], told)):
        return None
    joined = following.with_before(conversation, turn)
    on = clauses.asks(heard.text) or following.goes_on(turn) or clauses.names_matter(heard.text)
    if joined is None or not on:
        return None
    turn.state.misses = 0
    if told is not None and own and own[0].id == told:
        return conversation.answers.told(turn, told)
    return conversation.answers.answer(joined)


def _near_told(turn: Turn, own: Found, told: str) -> bool:
    """Whether a message that plainly goes on is worded like an entry of the scheme that was told last."""
    entries = turn.services.knowledge.entries
    same = told in entries and entries[own.id].scheme == entries[told].scheme and own.match >= OFFERED_MATCH
    return (same or following.names_said(turn)) and following.goes_on(turn)


def follow_up(conversation: Conversation, turn: Turn) -> Reply | None:
    """Values without a question belong to the topic spoken of last, or to the flow that they fit."""
    state, heard = turn.state, turn.heard
    if heard.intent == "nlu_fallback" and conversation.answers.confident(turn):
        return None
    # A question that an entry surely answers is no value for a flow of which nothing was told.
    told = asks_surely(conversation, turn)
    order = [name for name in (state.topic or "", *reversed(state.closed)) if name in conversation.flows]
    for name in dict.fromkeys([*order, *conversation.flows]):
        flow = conversation.flows[name]
        known = state.closed.get(name, {})
        values = flow.hear(turn, known, None)
        if (name == _QUOTE and heard.mention("harm") and heard.mention("told")) or (
            name == "compare" and told and not meaning.names_compared(turn)
        ):
            # An amount beside a harm is a damage, no sales; what an entry surely answers sets no plans side by side.
            continue
        if values and (name in order or (flow.fits({**flow.opening(turn), **values}) and not told)):
            return conversation.reopen(turn, flow, values)
    return None


def claiming(conversation: Conversation, turn: Turn, meant: Flow | None) -> Reply | None:
    """A message whose facts belong to the topic spoken of, or to one flow only, whatever it is worded like."""
    if turn.heard.mentioned("scheme", "work_injury"):
        # Of that scheme nothing is held that a fact could belong to.
        return None
    topic = conversation.flows.get(turn.state.topic or "")
    changed = meaning.adds(conversation, turn)
    if topic is not None and changed:
        return conversation.reopen(turn, topic, changed)
    for flow in conversation.flows.values() if meant is None else ():
        values = flow.hear(turn, {}, None)
        if values and flow.claims(turn, values) and not flow.declines(turn):
            return conversation.open(turn, flow)
    return None


def rather_general(conversation: Conversation, turn: Turn, flow: Flow) -> bool:
    """Whether a message that sounds like a capability is worded like an entry and holds no facts for the flow."""
    heard = turn.heard
    if flow.id in _OF_SUMS and not heard.quantities and conversation.answers.verbatim(turn):
        return not (meaning.takes(turn, flow) or meaning.led(conversation, turn))
    strong = heard.confidence < UNSURE_FLOW and conversation.answers.strong(turn)
    of_cover = flow.id == "coverage" and heard.mention("covered")
    asked = heard.confidence < SURE_FLOW and not of_cover and asks_surely(conversation, turn)
    if not (strong and heard.score("faq") >= GENERAL) and not (asked and heard.score("faq") >= _ALSO_GENERAL):
        return False
    return not meaning.takes(turn, flow)


def asks_surely(conversation: Conversation, turn: Turn) -> bool:
    """Whether a message is put as a question that an entry surely answers."""
    return clauses.asks(turn.heard.text) and conversation.answers.confident(turn)


def confirming(conversation: Conversation, turn: Turn) -> Reply | None:
    """The result told last once more, where a message only tells in other words what it rests on already."""
    state, heard = turn.state, turn.heard
    topic = conversation.flows.get(state.topic or "")
    if topic is None or topic.id not in state.closed or clauses.asks(heard.text) or not clauses.mends(heard.text):
        return None
    known = state.closed[topic.id]
    told = {slot: value for slot, value in topic.hear(turn, known, None).items() if not slot.startswith("_")}
    same = told and all(known.get(slot) == value for slot, value in told.items())
    return conversation.reopen(turn, topic, {}) if same else None


def tells_on(conversation: Conversation, turn: Turn) -> Reply | None:
    """A fact that the premium told in this talk depends on, put as no question, after something else was answered."""
    heard, known, flow = turn.heard, turn.state.closed.get("quote"), conversation.flows["quote"]
    if known is None or clauses.asks(heard.text) or heard.mention("harm") or len(heard.text) > BRIEF:
        return None
    if turn.state.topic != FAQ or sum(heard.score(intent) for intent in TELLING) < STRANGE:
        return None
    values = flow.hear(turn, known, None)
    new = any(known.get(slot) != value for slot, value in values.items() if not slot.startswith("_"))
    return conversation.reopen(turn, flow, values) if new else None


def plan_beside(conversation: Conversation, turn: Turn) -> Reply | None:
    """What another plan adds to the one that was told before, set beside it."""
    heard, facts = turn.heard, turn.state.facts.get("quote_told", {})
    before = turn.state.closed.get("quote", {}).get("plan") or facts.get("before")
    plans = {*heard.mentions.get("plan", ())}
    adds = evidence.pattern("adds").search(heard.folded) and len(heard.text) <= BRIEF and not heard.quantities
    if not adds or len(plans) != 1 or not isinstance(before, str) or before in plans or before == "all":
        return None
    values = {"product": "third_party", "aspect": "table", "_plans": [p for p in _PLANS if p in {before, *plans}]}
    return conversation.open(turn, conversation.flows["compare"], values)


def varies_nothing(conversation: Conversation, turn: Turn, flow: Flow) -> bool:
    """Whether a message that sounds like a what-if has no result to vary, and an entry surely answers it."""
    heard = turn.heard
    nothing = heard.intent in VALUE_INTENTS and flow.id not in turn.state.closed
    of_site = turn.state.scheme in evidence.SITES and not heard.mention("ask") and not flow.hear(turn, {}, None)
    elsewhere = conversation.answers.confident(turn) and not meaning.takes(turn, flow)
    # A what-if in another talk that tells nothing of a premium asks for none.
    empty = turn.state.topic is not None and not flow.hear(turn, {}, None)
    return nothing and (of_site or elsewhere or empty)
