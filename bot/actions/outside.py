"""A message while no question is open: it goes on with the last result, opens a flow, or is looked up."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from bot.actions import afterwards, clauses, decisive, evidence, following, meaning, moves, site_words, sites
from bot.actions.capabilities.contact_text import whom_to_ask
from bot.actions.flow import Flow, Turn
from bot.actions.matching import OFFERED_MATCH, Found
from bot.actions.reply import Reply
from bot.actions.state import OpenFlow
from bot.actions.sureness import (
    BRIEF,
    FAQ,
    GENERAL,
    HALF,
    LONG_SILENCE,
    PLAIN_REQUEST,
    QUESTION_INTENTS,
    STRANGE,
    STRANGERS,
    SURE_FLOW,
    SURE_INTENT,
    UNSURE_FLOW,
    VALUE_INTENTS,
)

if TYPE_CHECKING:
    from bot.actions.conversation import Conversation

_TWO = 2
# How much a question that an entry surely answers must sound like one for an entry.
_ALSO_GENERAL = 0.25
# The entries that say that the premiums of a year to come are not held.
_NEXT_YEAR = {"third_party": "tp_next_year", "assembly": "as_renewal", "cyber": "cy_rate_change"}
# What nobody can have done for him here, by the wish, and the entries that say so.
_NOT_DONE = {"for_me": "ge_cannot_do", "applied_here": "ge_no_application"}
# The entries of insurances and insurers that are not ours.
_NOT_OURS = {"other_insurance": "ge_not_here", "other_insurer": "ge_other_insurers"}
_OTHERS_INSURANCE = frozenset({"other_insurance", "other_insurer"})
# A shorter message hardly names a subject of its own.
_NAMES_ITSELF, _FAR_MORE = 20, 0.1
# What a question about a scheme may sound like that names hardly more than a word of it.
_MAYBE_ENTRIES = frozenset({"out_of_scope", "help"})
# So few words name no matter; a bare wish to know whether it can be had.
_FEW_WORDS = 12
_BRIEF_ASK = re.compile(r"^[^\u3002\u3001]{2,8}[?\uff1f]$")
# Amounts and counts that a flow may be told by.
_AMOUNTS = frozenset({"money", "course", "headcount", "times", "class"})
_PLANS = ("basic", "wide", "premium")
# Ways to tell a fact.
_TELLING = ("inform", "correct", "what_if")
# Flows whose result may stand beside the answer to another question of the same message.
_RESULTS = frozenset({"compare", "contact", "deadline", "eligibility", "quote"})
# Schemes whose payments are reckoned.
_RECKONED = ("third_party", "assembly")
# Talk that is about a matter which entries know.
_OF_MATTERS = frozenset({"apply", "not_held"})
# So short a sentence asks on about what stands before it.
_ASKS_ON = 8
_QUOTE = "quote"
# Flows that tell whom to call.
_WHOM = frozenset({"accident", "contact"})
# Flows about an insurance.
_OF_INSURANCE = frozenset({"coverage", "quote", "eligibility", "payout", "compare", "accident"})
# Entries that explain a word.
_WORDS = "gl_"


def outside(conversation: Conversation, turn: Turn) -> Reply:
    """A message while no question is open."""
    state, heard = turn.state, turn.heard
    state.scheme = conversation.answers.first_scheme(turn) or state.scheme
    flow = meaning.sounding(conversation, turn)
    if flow is conversation.by_intent.get("accident_now") and afterwards.loses_paper(turn):
        flow = None
    if flow is not None and flow.id in _OF_INSURANCE and site_words.only_of_site(turn):
        flow = None
    continued = sites.of_site(conversation, turn) or _continued(conversation, turn)
    if continued is not None:
        state.misses = 0
        return continued
    if _only_scolds(turn):
        return conversation.talk["insult"](turn) or unsure(conversation, turn)
    opened = None if heard.mention("foreign") else conversation.flows.get(heard.mention("opens") or "")
    if opened is not None and (len(heard.text) <= PLAIN_REQUEST or meaning.takes(turn, opened)):
        state.misses = 0
        return conversation.open(turn, opened)
    if _of_others_insurance(turn) and not conversation.answers.strong(turn):
        return _declined(conversation, turn)
    if _of_next_year(turn):
        state.misses, state.topic = 0, FAQ
        scheme = heard.mention("scheme") or state.scheme
        return conversation.answers.entry(turn, _NEXT_YEAR.get(scheme or "", _NEXT_YEAR["third_party"]))
    for wish, entry in _NOT_DONE.items():
        if evidence.pattern(wish).search(heard.folded):
            state.misses, state.topic = 0, FAQ
            return conversation.answers.entry(turn, entry)
    added = _plan_beside(conversation, turn)
    if added is not None:
        state.misses = 0
        return added
    meant = _plainly(conversation, turn)
    if meant is not None:
        state.misses = 0
        return meant
    told_on = (
        _plan_beside(conversation, turn)
        or _sales_told(conversation, turn)
        or _told_on(conversation, turn)
        or _damage_told(conversation, turn)
    )
    if told_on is not None:
        state.misses = 0
        return told_on
    leaned = _with_before(conversation, turn) or _instead_of_asking(conversation, turn, flow)
    if leaned is not None:
        state.misses, state.topic = 0, FAQ
        return leaned
    decided = decisive.by_words(turn, strongly=True) if flow is None else None
    if decided is not None:
        state.misses, state.topic = 0, FAQ
        return conversation.answers.told(turn, decided)
    greeted = flow is None and clauses.greets(heard.text) and not clauses.asks(heard.text)
    if greeted and not (heard.mention("foreign") or conversation.answers.confident(turn)):
        return conversation.talk["greet"](turn) or unsure(conversation, turn)
    general = None if conversation.answers.confident(turn) else afterwards.of_scheme(turn)
    if general is not None:
        state.misses, state.topic = 0, FAQ
        return conversation.answers.entry(turn, general)
    confirmed = _confirmed(conversation, turn)
    if confirmed is not None:
        return confirmed
    if _beside_the_point(conversation, turn, flow):
        return _carried_on(conversation, turn) or _declined(conversation, turn)
    if flow is not None and (_rather_general(conversation, turn, flow) or _varies_nothing(conversation, turn, flow)):
        flow = None
    if flow is None or heard.confidence < SURE_FLOW:
        claimed = _claimed(conversation, turn, flow)
        if claimed is not None:
            state.misses = 0
            return claimed
    if heard.intent in VALUE_INTENTS or (flow and heard.confidence < 0.3):
        follow = _follow_up(conversation, turn)
        if follow is not None:
            state.misses = 0
            return follow
    if flow is not None:
        state.misses = 0
        opened_reply = conversation.open(turn, flow)
        return _with_others(conversation, turn, flow, opened_reply) if flow.id in _RESULTS else opened_reply
    asked = (
        heard.intent in QUESTION_INTENTS or heard.intent in conversation.by_intent or _asks_surely(conversation, turn)
    )
    sure_in_talk = heard.intent in STRANGERS and conversation.answers.confident(turn)
    if asked or _worded_like_an_entry(conversation, turn) or (sure_in_talk and _goes_with_talk(conversation, turn)):
        led = meaning.led(conversation, turn)
        if led is not None:
            state.misses = 0
            return conversation.open(turn, led)
        answer = conversation.answers.answer(turn)
        if answer is not None:
            state.misses = 0
            state.topic = "faq"
            return answer
    carried = _carried_on(conversation, turn) if heard.confidence < SURE_INTENT else None
    if carried is not None:
        return carried
    if heard.intent in STRANGERS:
        return _declined(conversation, turn).then(_rest(conversation, turn))
    if heard.intent == "apply" and clauses.supposes(heard.text) and conversation.answers.confident(turn):
        state.topic = FAQ
        return conversation.answers.told(turn, conversation.answers.ranked(turn)[0].id)
    on = clauses.names_matter(heard.text) or (heard.intent == "help" and heard.mention("ask") is not None)
    told = following.told_last(turn) if heard.intent == "help" and on else None
    if told is not None:
        # What is to be done was told a moment ago.
        return conversation.answers.told(turn, told)
    carried = _carried_on(conversation, turn) if on else None
    if carried is not None:
        return carried
    if heard.intent == "affirm" and state.topic is not None and len(heard.text) <= _FEW_WORDS and not state.shown:
        return Reply().say(turn.t("talk.go_on"))
    if heard.intent in conversation.talk:
        said = conversation.talk[heard.intent](turn)
        if said is not None:
            best = conversation.answers.rank(turn).best
            if heard.intent in _OF_MATTERS and best is not None and best.match >= HALF:
                # Which scheme it is of may be told next.
                state.answer, state.topic = best.id, FAQ
            return said
    return unsure(conversation, turn)


def _continued(conversation: Conversation, turn: Turn) -> Reply | None:
    """A short message about the result or the answer given last, which names nothing else."""
    state = turn.state
    topic = conversation.flows.get(state.topic or "")
    known = state.closed.get(topic.id) if topic else None
    values = topic.continues(turn, known) if topic and known is not None else {}
    if topic and values:
        return conversation.reopen(turn, topic, values)
    if afterwards.asks_why(turn):
        detail = conversation.answers.more(turn) if state.topic == FAQ else None
        contact = turn.t("talk.not_held_ask", contact=whom_to_ask(turn, state.scheme))
        return (Reply() if detail else Reply().say(turn.t("talk.no_reason"))).then(detail or Reply().say(contact))
    really = afterwards.asks_really(turn) or afterwards.holding_amount(turn)
    if really is not None:
        return really
    told, asked = clauses.divide(turn.heard)
    if told is None and len(asked) == _TWO:
        first, second = (replace(turn, heard=one) for one in asked)
        reply = afterwards.of_last(first)
        return reply.then(conversation.answers.answer(second) or Reply()) if reply else None
    beside = afterwards.restated(turn) or afterwards.whom(turn) or afterwards.entry_beside_last(turn)
    if beside:
        return conversation.answers.entry(turn, beside)
    if _means_another(conversation, turn):
        return None
    best = conversation.answers.rank(turn).best
    elsewhere = best is None or turn.services.knowledge.entries[best.id].scheme != state.scheme
    return afterwards.of_last(turn) or (afterwards.echoed(turn) if elsewhere else None)


def _means_another(conversation: Conversation, turn: Turn) -> bool:
    """Whether a message that names its own subject is worded far more like another entry than like the one told."""
    best, told = conversation.answers.rank(turn).best, turn.state.answer
    if turn.state.topic != FAQ or best is None or len(turn.heard.text) <= _NAMES_ITSELF:
        return False
    last = next((item.score for item in conversation.answers.ranked(turn) if item.id == told), 0.0)
    return best.id != told and best.score - last >= _FAR_MORE


def _plainly(conversation: Conversation, turn: Turn) -> Reply | None:
    """A message that belongs to one flow by its facts alone, whatever it is worded like."""
    topic, owner = conversation.flows.get(turn.state.topic or ""), meaning.owner(conversation, turn)
    if owner is not None:
        return _with_others(conversation, turn, owner, conversation.open(turn, owner))
    if topic is not None and (meaning.varies(turn) or following.names_only(turn)):
        changed = meaning.adds(conversation, turn)
        if changed:
            return conversation.reopen(turn, topic, changed)
    return _followed(conversation, turn)


def _with_others(conversation: Conversation, turn: Turn, flow: Flow, reply: Reply) -> Reply:
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
        new = {slot: value for slot, value in flow.hear(one, {}, None).items() if taken.get(slot) != value}
        whom = flow.id in _WHOM and (heard.mention("reach") or heard.mentioned("ask", "contact"))
        joins = flow.id == "eligibility" and heard.mentioned("ask", "join")
        own = whom or joins or heard.intent in flow.spec.intents or new or (lead and lead.flow == flow.id)
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


def _with_before(conversation: Conversation, turn: Turn) -> Reply | None:
    """What a message that leans on the one before it means, read with that; never what was just told."""
    other = following.counterpart(turn)
    if other is not None:
        return conversation.answers.told(turn, other)
    own, told = conversation.answers.rank(turn).best, following.told_last(turn)
    most = _FEW_WORDS if clauses.asks(turn.heard.text) else BRIEF
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
        return conversation.answers.answer(joined) if following.bare(turn) else None
    return conversation.answers.told(joined, ranked.best.id)


def _instead_of_asking(conversation: Conversation, turn: Turn, flow: Flow | None) -> Reply | None:
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
    if flow is None or heard.mention("opens") or (not points and (asked or len(heard.text) > _FEW_WORDS)):
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


def _carried_on(conversation: Conversation, turn: Turn) -> Reply | None:
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
    same = told in entries and entries[own.id].scheme == entries[told].scheme
    return same and own.match >= OFFERED_MATCH and following.goes_on(turn)


def _rest(conversation: Conversation, turn: Turn) -> Reply:
    """The answer to a sentence that stands beside a stranger's question and is none itself."""
    text = clauses.fold(turn.heard.text)
    for part in turn.heard.sentences:
        start = text.find(clauses.fold(part.text))
        if start < 0 or part.intent in STRANGERS or part.confidence < SURE_FLOW or not clauses.asks(part.text):
            continue
        heard = replace(turn.heard.part([(start, start + len(part.text))], part), sentences=())
        return outside(conversation, replace(turn, heard=heard))
    return Reply()


def _declined(conversation: Conversation, turn: Turn) -> Reply:
    """What this counter does not handle is declined; at the third time in a row a person is offered."""
    state = turn.state
    if turn.heard.mention("matter"):
        return conversation.talk["not_held"](turn) or unsure(conversation, turn)
    topic = conversation.flows.get(state.topic or "")
    aside = topic.aside(turn, state.closed.get(topic.id, {})) if topic is not None else None
    if aside is not None:
        return aside
    others = _NOT_OURS.get(turn.heard.mention("foreign") or "")
    if others is not None:
        state.topic = FAQ
        return conversation.answers.entry(turn, others)
    state.misses += 1
    if state.misses >= 3:
        state.misses = 0
        return moves.person(turn, Reply().say(turn.t("talk.unsure.third")), out=False)
    talk = turn.heard.intent if turn.heard.intent in STRANGERS else "out_of_scope"
    return conversation.talk[talk](turn) or unsure(conversation, turn)


def _follow_up(conversation: Conversation, turn: Turn) -> Reply | None:
    """Values without a question belong to the topic spoken of last, or to the flow that they fit."""
    state, heard = turn.state, turn.heard
    if heard.intent == "nlu_fallback" and conversation.answers.confident(turn):
        return None
    # A question that an entry surely answers is no value for a flow of which nothing was told.
    told = _asks_surely(conversation, turn)
    order = [name for name in (state.topic or "", *reversed(state.closed)) if name in conversation.flows]
    for name in dict.fromkeys([*order, *conversation.flows]):
        flow = conversation.flows[name]
        known = state.closed.get(name, {})
        values = flow.hear(turn, known, None)
        if name == _QUOTE and heard.mention("harm") and heard.mention("told"):
            # An amount beside a harm is a damage, no sales.
            continue
        if values and (name in order or (flow.fits(values) and not told)):
            return conversation.reopen(turn, flow, values)
    return None


def _claimed(conversation: Conversation, turn: Turn, meant: Flow | None) -> Reply | None:
    """A message whose facts belong to the topic spoken of, or to one flow only, whatever it is worded like."""
    topic = conversation.flows.get(turn.state.topic or "")
    changed = meaning.adds(conversation, turn)
    if topic is not None and changed:
        return conversation.reopen(turn, topic, changed)
    for flow in conversation.flows.values() if meant is None else ():
        values = flow.hear(turn, {}, None)
        if values and flow.claims(turn, values) and not flow.declines(turn):
            return conversation.open(turn, flow)
    return None


def _asked_by_name(conversation: Conversation, turn: Turn) -> bool:
    """Whether the best entry is asked for by the stranger's name that the message holds."""
    heard, ranked = turn.heard, conversation.answers.ranked(turn)
    text = clauses.fold(heard.text.strip())
    names = {text[word.start : word.end] for word in heard.words if word.entity == "foreign"}
    asked = turn.services.knowledge.entries[ranked[0].id].questions if ranked else ()
    return any(name and name in clauses.fold(phrase) for name in names for phrase in asked)


def _only_scolds(turn: Turn) -> bool:
    """Whether a message begins with an insult and asks nothing after it."""
    parts = turn.heard.sentences
    scolds = bool(parts) and parts[0].intent == "insult" and parts[0].confidence >= SURE_INTENT
    return scolds and not any(clauses.asks(part.text) for part in parts)


def _of_next_year(turn: Turn) -> bool:
    """Whether what premiums will be in a year to come is asked, of no firm's own figures, claims or contract."""
    heard = turn.heard
    own = heard.quantity("money") is not None or heard.mention("claims") or turn.member_id is not None
    asked = evidence.pattern("premium_to_come").search(heard.folded) is not None
    return asked and not own and not heard.mention("happened")


def _of_others_insurance(turn: Turn) -> bool:
    """Whether what an insurance pays or takes is asked that is not ours, whatever happened; none of ours is named."""
    heard = turn.heard
    asked = evidence.pattern("of_other_insurance").search(heard.folded) is not None
    return asked and heard.mention("foreign") in _OTHERS_INSURANCE and not heard.mention("scheme")


def _beside_the_point(conversation: Conversation, turn: Turn, flow: Flow | None) -> bool:
    """Whether a message is about something that this counter does not handle."""
    heard = turn.heard
    named = heard.mention("foreign")
    sure = heard.intent == "out_of_scope" and heard.confidence >= SURE_INTENT
    strangers = named and sure and not _asked_by_name(conversation, turn)
    if heard.mention("scheme") or (conversation.answers.strong(turn) and not strangers):
        return False
    if _goes_with_talk(conversation, turn):
        return False
    if named:
        # A place or a thing named in what is told (the noodle shop next door) is not what the message is about.
        told = heard.mention("told") or heard.mention("fact")
        return not (told and flow is not None and heard.confidence >= SURE_FLOW)
    if meaning.adds(conversation, turn) or any(meaning.takes(turn, one) for one in conversation.flows.values()):
        return False
    strange = heard.score("out_of_scope") + heard.score("chitchat")
    if strange < STRANGE or heard.confidence >= SURE_INTENT or heard.intent in VALUE_INTENTS:
        return False
    return flow is None or not flow.hear(turn, {}, None)


def _goes_with_talk(conversation: Conversation, turn: Turn) -> bool:
    """Whether what sounds strange stands in the middle of a talk and there is no strong evidence against it.

    A stranger's word beside a question (why the money is needed) makes it no stranger's question.
    """
    state, heard = turn.state, turn.heard
    if state.topic is None or not state.last_at or turn.now - datetime.fromisoformat(state.last_at) >= LONG_SILENCE:
        return False
    if heard.mention("foreign") in _OTHERS_INSURANCE and not conversation.answers.confident(turn):
        return False
    if conversation.answers.confident(turn) and _named_aside(turn):
        return True
    strange = heard.score("out_of_scope") + heard.score("chitchat")
    return strange < (SURE_INTENT if conversation.answers.confident(turn) else HALF)


def _named_aside(turn: Turn) -> bool:
    """Whether a stranger's word stands beside the piece of the message that asks, and not in it."""
    text, start = clauses.fold(turn.heard.text), 0
    foreign = [word for word in turn.heard.words if word.entity == "foreign"]
    for piece in re.split(r"(?<=[、。,])", text):
        end = start + len(piece)
        if clauses.asks(piece.strip("、。, ")) and not any(start <= word.start < end for word in foreign):
            return bool(foreign)
        start = end
    return False


def _rather_general(conversation: Conversation, turn: Turn, flow: Flow) -> bool:
    """Whether a message that sounds like a capability is worded like an entry and holds no facts for the flow."""
    heard = turn.heard
    strong = heard.confidence < UNSURE_FLOW and conversation.answers.strong(turn)
    of_cover = flow.id == "coverage" and heard.mention("covered")
    asked = heard.confidence < SURE_FLOW and not of_cover and _asks_surely(conversation, turn)
    if not (strong and heard.score("faq") >= GENERAL) and not (asked and heard.score("faq") >= _ALSO_GENERAL):
        return False
    return not meaning.takes(turn, flow)


def _asks_surely(conversation: Conversation, turn: Turn) -> bool:
    """Whether a message is put as a question that an entry surely answers."""
    return clauses.asks(turn.heard.text) and conversation.answers.confident(turn)


def _confirmed(conversation: Conversation, turn: Turn) -> Reply | None:
    """The result told last once more, where a message only tells in other words what it rests on already."""
    state, heard = turn.state, turn.heard
    topic = conversation.flows.get(state.topic or "")
    if topic is None or topic.id not in state.closed or clauses.asks(heard.text) or not clauses.mends(heard.text):
        return None
    known = state.closed[topic.id]
    told = {slot: value for slot, value in topic.hear(turn, known, None).items() if not slot.startswith("_")}
    same = told and all(known.get(slot) == value for slot, value in told.items())
    return conversation.reopen(turn, topic, {}) if same else None


def _told_on(conversation: Conversation, turn: Turn) -> Reply | None:
    """A fact that the premium told in this talk depends on, put as no question, after something else was answered."""
    heard, known, flow = turn.heard, turn.state.closed.get("quote"), conversation.flows["quote"]
    if known is None or clauses.asks(heard.text) or heard.mention("harm") or len(heard.text) > BRIEF:
        return None
    if turn.state.topic != FAQ or sum(heard.score(intent) for intent in _TELLING) < STRANGE:
        return None
    values = flow.hear(turn, known, None)
    new = any(known.get(slot) != value for slot, value in values.items() if not slot.startswith("_"))
    return conversation.reopen(turn, flow, values) if new else None


def _plan_beside(conversation: Conversation, turn: Turn) -> Reply | None:
    """What another plan adds to the one that was told before, set beside it."""
    heard, facts = turn.heard, turn.state.facts.get("quote_told", {})
    before = turn.state.closed.get("quote", {}).get("plan") or facts.get("before")
    plans = {*heard.mentions.get("plan", ())}
    adds = evidence.pattern("adds").search(heard.folded) and len(heard.text) <= BRIEF and not heard.quantities
    if not adds or len(plans) != 1 or not isinstance(before, str) or before in plans or before == "all":
        return None
    values = {"product": "third_party", "aspect": "table", "_plans": [p for p in _PLANS if p in {before, *plans}]}
    return conversation.open(turn, conversation.flows["compare"], values)


def _sales_told(conversation: Conversation, turn: Turn) -> Reply | None:
    """Sales alone, after the plan or the business for them was told: what they are rated by is known."""
    heard, quote = turn.heard, conversation.flows["quote"]
    told = turn.state.facts.get("quote_told", {}).get("values", {})
    planned = {"plan", "course", "cyber_plan"} & set(told)
    if not planned or heard.quantity("money", "annual_sales") is None or len(heard.text) > BRIEF:
        return None
    if clauses.asks(heard.text) or heard.mention("harm") or heard.mention("ask") or "quote" in turn.state.closed:
        return None
    return conversation.open(turn, quote) if sum(heard.score(one) for one in _TELLING) >= HALF else None


def _damage_told(conversation: Conversation, turn: Turn) -> Reply | None:
    """The damage of what was just found to be covered, told with no word of what it is."""
    state, heard = turn.state, turn.heard
    judged = state.closed.get("coverage", {}).get("_judged")
    amount = heard.quantity("money", "damage") or heard.quantity("money", None)
    if state.topic != "coverage" or judged not in _RECKONED or amount is None or len(heard.text) > BRIEF:
        return None
    payout = conversation.flows["payout"]
    elsewhere = heard.quantity("money", "annual_sales") or heard.mention("plan") or heard.mention("opens")
    told = payout.hear(turn, payout.opening(turn), None)
    return None if elsewhere or "damages" not in told else conversation.open(turn, payout)


def _varies_nothing(conversation: Conversation, turn: Turn, flow: Flow) -> bool:
    """Whether a message that sounds like a what-if has no result to vary, and an entry surely answers it."""
    heard = turn.heard
    nothing = heard.intent in VALUE_INTENTS and flow.id not in turn.state.closed
    of_site = turn.state.scheme in evidence.SITES and not heard.mention("ask") and not flow.hear(turn, {}, None)
    elsewhere = conversation.answers.confident(turn) and not meaning.takes(turn, flow)
    # A what-if in another talk that tells nothing of a premium asks for none.
    empty = turn.state.topic is not None and not flow.hear(turn, {}, None)
    return nothing and (of_site or elsewhere or empty)


def _worded_like_an_entry(conversation: Conversation, turn: Turn) -> bool:
    """Whether a message that sounds like a stranger's, or like one about this counter, is an entry's of a scheme."""
    if turn.heard.intent not in _MAYBE_ENTRIES or not conversation.answers.strong(turn):
        return False
    best = turn.services.knowledge.entries[conversation.answers.ranked(turn)[0].id]
    of_scheme = best.scheme != "general" or best.entry_id.startswith(_WORDS)
    return turn.heard.intent != "help" or (of_scheme and len(turn.heard.text) > PLAIN_REQUEST)


def unsure(conversation: Conversation, turn: Turn) -> Reply:
    """Nothing was understood: the nearest entries, then the menu, at the third time in a row a person."""
    led = meaning.led(conversation, turn)
    if led is not None and led.id == turn.state.topic:
        return conversation.open(turn, led)
    told, found = following.told_last(turn), conversation.answers.rank(turn).fitting
    if (
        told is not None
        and not found
        and not turn.state.misses
        and evidence.points(turn)
        and clauses.asks(turn.heard.text)
    ):
        # Nothing else is nearer to a question that points at what was told.
        turn.state.misses += 1
        return conversation.answers.told(turn, told)
    general = afterwards.of_scheme(turn, named=True) if not found else None
    if general is not None:
        turn.state.topic = FAQ
        return conversation.answers.entry(turn, general)
    turn.state.misses += 1
    suggestion = conversation.answers.suggest(turn)
    if suggestion is not None and turn.state.misses < 3:
        return suggestion
    step = min(turn.state.misses, 3)
    reply = Reply().say(turn.t(f"talk.unsure.{('first', 'second', 'third')[step - 1]}"))
    if step == 3:
        turn.state.misses = 0
        reply = moves.person(turn, reply, out=False)
    return reply.offer(moves.menu(turn))
