"""A message while no question is open: it goes on with the last result, opens a flow, or is looked up."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.actions import afterwards, clauses, decisive, evidence, following, meaning, site_words, sites
from bot.actions.flow import Turn
from bot.actions.reply import Reply
from bot.actions.sureness import (
    FAQ,
    HALF,
    PLAIN_REQUEST,
    QUESTION_INTENTS,
    STRANGERS,
    SURE_FLOW,
    SURE_INTENT,
    VALUE_INTENTS,
)

if TYPE_CHECKING:
    from bot.actions.conversation import Conversation

from bot.actions.after_an_answer import (
    FEW_WORDS,
    asks_surely,
    carried_on,
    claiming,
    confirming,
    follow_up,
    going_on,
    instead_of_asking,
    plainly,
    plan_beside,
    rather_general,
    tells_on,
    varies_nothing,
    with_before,
    with_others,
)
from bot.actions.strangers import (
    beside_the_point,
    decline,
    goes_with_talk,
    of_next_year,
    of_others_insurance,
    only_scolds,
    unsure,
)
from bot.actions.told_alone import damage_told, sales_told

# The entries that say that the premiums of a year to come are not held.
_NEXT_YEAR = {"third_party": "tp_next_year", "assembly": "as_renewal", "cyber": "cy_rate_change"}
# What nobody can have done for him here, by the wish, and the entries that say so.
_NOT_DONE = {"for_me": "ge_cannot_do", "applied_here": "ge_no_application"}
# What a question about a scheme may sound like that names hardly more than a word of it.
_MAYBE_ENTRIES = frozenset({"out_of_scope", "help"})
# Flows whose result may stand beside the answer to another question of the same message.
_RESULTS = frozenset({"compare", "contact", "deadline", "eligibility", "quote"})
# Talk that is about a matter which entries know.
_OF_MATTERS = frozenset({"apply", "not_held"})
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
    continued = sites.of_site(conversation, turn) or going_on(conversation, turn)
    if continued is not None:
        state.misses = 0
        return continued
    if only_scolds(turn):
        return conversation.talk["insult"](turn) or unsure(conversation, turn)
    opened = None if heard.mention("foreign") else conversation.flows.get(heard.mention("opens") or "")
    opened = None if opened is not None and opened.declines(turn) else opened
    if opened is not None and (len(heard.text) <= PLAIN_REQUEST or meaning.takes(turn, opened)):
        state.misses = 0
        return conversation.open(turn, opened)
    if of_others_insurance(turn) and not conversation.answers.strong(turn):
        return decline(conversation, turn)
    if of_next_year(turn):
        state.misses, state.topic = 0, FAQ
        scheme = heard.mention("scheme") or state.scheme
        return conversation.answers.entry(turn, _NEXT_YEAR.get(scheme or "", _NEXT_YEAR["third_party"]))
    for wish, entry in _NOT_DONE.items():
        if evidence.pattern(wish).search(heard.folded):
            state.misses, state.topic = 0, FAQ
            return conversation.answers.entry(turn, entry)
    added = plan_beside(conversation, turn)
    if added is not None:
        state.misses = 0
        return added
    meant = plainly(conversation, turn)
    if meant is not None:
        state.misses = 0
        return meant
    told_on = (
        plan_beside(conversation, turn)
        or sales_told(conversation, turn)
        or tells_on(conversation, turn)
        or damage_told(conversation, turn)
    )
    if told_on is not None:
        state.misses = 0
        return told_on
    decided = decisive.by_words(turn, strongly=True) if flow is None else None
    if decided is not None:
        state.misses, state.topic = 0, FAQ
        return conversation.answers.told(turn, decided)
    leaned = with_before(conversation, turn) or instead_of_asking(conversation, turn, flow)
    if leaned is not None:
        state.misses, state.topic = 0, FAQ
        return leaned
    greeted = flow is None and clauses.greets(heard.text) and not clauses.asks(heard.text)
    if greeted and not (heard.mention("foreign") or conversation.answers.confident(turn)):
        return conversation.talk["greet"](turn) or unsure(conversation, turn)
    general = None if conversation.answers.confident(turn) else afterwards.of_scheme(turn)
    if general is not None:
        state.misses, state.topic = 0, FAQ
        return conversation.answers.entry(turn, general)
    confirmed = confirming(conversation, turn)
    if confirmed is not None:
        return confirmed
    if beside_the_point(conversation, turn, flow):
        return carried_on(conversation, turn) or decline(conversation, turn)
    if flow is not None and (rather_general(conversation, turn, flow) or varies_nothing(conversation, turn, flow)):
        flow = None
    if flow is None or heard.confidence < SURE_FLOW:
        claimed = claiming(conversation, turn, flow)
        if claimed is not None:
            state.misses = 0
            return claimed
    if heard.intent in VALUE_INTENTS or (flow and heard.confidence < 0.3):
        follow = follow_up(conversation, turn)
        if follow is not None:
            state.misses = 0
            return follow
    if flow is not None:
        state.misses = 0
        opened_reply = conversation.open(turn, flow)
        return with_others(conversation, turn, flow, opened_reply) if flow.id in _RESULTS else opened_reply
    asked = (
        heard.intent in QUESTION_INTENTS or heard.intent in conversation.by_intent or asks_surely(conversation, turn)
    )
    sure_in_talk = heard.intent in STRANGERS and conversation.answers.confident(turn)
    if asked or _worded_like_an_entry(conversation, turn) or (sure_in_talk and goes_with_talk(conversation, turn)):
        led = meaning.led(conversation, turn)
        if led is not None:
            state.misses = 0
            return conversation.open(turn, led)
        answer = conversation.answers.answer(turn)
        if answer is not None:
            state.misses = 0
            state.topic = "faq"
            return answer
    goes_on = following.goes_on(turn) and following.names_said(turn)
    carried = carried_on(conversation, turn) if goes_on or heard.confidence < SURE_INTENT else None
    if carried is not None:
        return carried
    if heard.intent in STRANGERS:
        return decline(conversation, turn).then(_rest(conversation, turn))
    if heard.intent == "apply" and clauses.supposes(heard.text) and conversation.answers.confident(turn):
        state.topic = FAQ
        return conversation.answers.told(turn, conversation.answers.ranked(turn)[0].id)
    on = clauses.names_matter(heard.text) or (heard.intent == "help" and heard.mention("ask") is not None)
    told = following.told_last(turn) if heard.intent == "help" and on else None
    if told is not None:
        # What is to be done was told a moment ago.
        return conversation.answers.told(turn, told)
    carried = carried_on(conversation, turn) if on else None
    if carried is not None:
        return carried
    if heard.intent == "affirm" and state.topic is not None and len(heard.text) <= FEW_WORDS and not state.shown:
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


def _worded_like_an_entry(conversation: Conversation, turn: Turn) -> bool:
    """Whether a message that sounds like a stranger's, or like one about this counter, is an entry's of a scheme."""
    if turn.heard.intent not in _MAYBE_ENTRIES or not conversation.answers.strong(turn):
        return False
    best = turn.services.knowledge.entries[conversation.answers.ranked(turn)[0].id]
    of_scheme = best.scheme != "general" or best.entry_id.startswith(_WORDS)
    return turn.heard.intent != "help" or (of_scheme and len(turn.heard.text) > PLAIN_REQUEST)
