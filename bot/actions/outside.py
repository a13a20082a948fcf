"""A message while no question is open: it goes on with the last result, opens a flow, or is looked up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.actions import afterwards, clauses, decisive, evidence, following, meaning, site_words, sites
from bot.actions.capabilities.coverage_heard import is_of_story
from bot.actions.flow import Flow, Turn
from bot.actions.reply import Reply
from bot.actions.sureness import (
    FAQ,
    HALF,
    HARDLY_FLOW,
    PLAIN_REQUEST,
    QUESTION_INTENTS,
    STRANGERS,
    SURE_FLOW,
    SURE_INTENT,
    VALUE_INTENTS,
)

if TYPE_CHECKING:
    from bot.actions.conversation import Conversation
    from bot.actions.understanding import Understanding

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
from bot.actions.told_alone import damage_told, sales_mended, sales_told, subject_told

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
_COVER = "coverage"
# Flows about an insurance.
_OF_INSURANCE = frozenset({"coverage", "quote", "eligibility", "payout", "compare", "accident"})
# Where entries of no insurance belong.
_OF_NO_INSURANCE = frozenset({"general", *evidence.SITES})
# Entries that explain a word.
_WORDS = "gl_"


@dataclass
class Asked:
    """A message while no question is open, and the flow that it sounds like, if any."""

    conversation: Conversation
    turn: Turn
    flow: Flow | None

    @property
    def heard(self) -> Understanding:
        """What is understood of the message."""
        return self.turn.heard

    @property
    def confident(self) -> bool:
        """Whether one entry surely answers."""
        return self.conversation.answers.confident(self.turn)

    def answered(self, reply: Reply | None, topic: str | None = None) -> Reply | None:
        """A reply that is an answer: nothing is missed any more; None stays None."""
        if reply is not None:
            self.turn.state.misses = 0
            self.turn.state.topic = topic or self.turn.state.topic
        return reply

    def opened(self, flow: Flow) -> Reply:
        """A flow's first words."""
        self.turn.state.misses = 0
        return self.conversation.open(self.turn, flow)

    def entry(self, entry_id: str) -> Reply:
        """An entry, told as it is."""
        self.turn.state.misses, self.turn.state.topic = 0, FAQ
        return self.conversation.answers.entry(self.turn, entry_id)


def outside(conversation: Conversation, turn: Turn) -> Reply:
    """A message while no question is open: the first step that knows what it is answers it."""
    turn.state.scheme = conversation.answers.first_scheme(turn) or turn.state.scheme
    asked = Asked(conversation, turn, _sounding(conversation, turn))
    replies = (step(asked) for step in _STEPS)
    return next((reply for reply in replies if reply is not None), None) or unsure(conversation, turn)


def _sounding(conversation: Conversation, turn: Turn) -> Flow | None:
    """The flow that a message sounds like, unless it only loses a paper or is about a site."""
    flow = meaning.sounding(conversation, turn)
    if flow is conversation.by_intent.get("accident_now") and afterwards.loses_paper(turn):
        return None
    return None if flow is not None and flow.id in _OF_INSURANCE and site_words.only_of_site(turn) else flow


def _goes_on(asked: Asked) -> Reply | None:
    """What goes on with the site or the result spoken of last."""
    conversation, turn = asked.conversation, asked.turn
    return asked.answered(sites.of_site(conversation, turn) or going_on(conversation, turn))


def _scolds(asked: Asked) -> Reply | None:
    """Nothing but anger."""
    if not only_scolds(asked.turn):
        return None
    return asked.conversation.talk["insult"](asked.turn) or unsure(asked.conversation, asked.turn)


def _names_a_flow(asked: Asked) -> Reply | None:
    """A flow that is called by its name."""
    turn, heard = asked.turn, asked.heard
    flow = None if heard.mention("foreign") else asked.conversation.flows.get(heard.mention("opens") or "")
    if flow is None or flow.declines(turn):
        return None
    points = flow.id == _COVER and evidence.points(turn) and not is_of_story(turn)
    told = following.told_last(turn) if points else None
    if told is not None and turn.services.knowledge.entries[told].scheme in evidence.INSURANCE:
        # What was told a moment ago is what is asked about.
        return asked.entry(told)
    return asked.opened(flow) if len(heard.text) <= PLAIN_REQUEST or meaning.takes(turn, flow) else None


def _tells_the_subject(asked: Asked) -> Reply | None:
    """Only what the talk will be about."""
    return subject_told(asked.conversation, asked.turn)


def _of_others(asked: Asked) -> Reply | None:
    """An insurance that this counter does not hold, or what no insurance is about."""
    if evidence.pattern("not_our_matter").search(asked.heard.folded) and not asked.heard.mention("scheme"):
        return decline(asked.conversation, asked.turn)
    if not of_others_insurance(asked.turn) or asked.conversation.answers.strong(asked.turn):
        return None
    return decline(asked.conversation, asked.turn)


def _of_next_year(asked: Asked) -> Reply | None:
    """The premiums of a year to come."""
    scheme = asked.heard.mention("scheme") or asked.turn.state.scheme
    return asked.entry(_NEXT_YEAR.get(scheme or "", _NEXT_YEAR["third_party"])) if of_next_year(asked.turn) else None


def _not_done_here(asked: Asked) -> Reply | None:
    """What nobody can have done for him here."""
    if asked.heard.mention("desk") and clauses.asks(asked.heard.text):
        # What a desk does is asked, and nothing is wished of this counter.
        return None
    wished = (entry for wish, entry in _NOT_DONE.items() if evidence.pattern(wish).search(asked.heard.folded))
    entry = next(wished, None)
    return None if entry is None else asked.entry(entry)


def _tells_plainly(asked: Asked) -> Reply | None:
    """A plan beside the one spoken of, what is meant plainly, and facts that are only told."""
    conversation, turn = asked.conversation, asked.turn
    return asked.answered(
        sales_mended(conversation, turn)
        or plan_beside(conversation, turn)
        or plainly(conversation, turn)
        or plan_beside(conversation, turn)
        or sales_told(conversation, turn)
        or tells_on(conversation, turn)
        or damage_told(conversation, turn)
    )


def _decided_by_words(asked: Asked) -> Reply | None:
    """Words that decide which entry is meant."""
    decided = decisive.by_words(asked.turn, strongly=True) if asked.flow is None else None
    if decided is None:
        return None
    asked.turn.state.misses, asked.turn.state.topic = 0, FAQ
    return asked.conversation.answers.told(asked.turn, decided)


def _leans_on_the_one_before(asked: Asked) -> Reply | None:
    """What is meant only together with the message before."""
    conversation, turn = asked.conversation, asked.turn
    return asked.answered(with_before(conversation, turn) or instead_of_asking(conversation, turn, asked.flow), FAQ)


def _greets(asked: Asked) -> Reply | None:
    """Nothing but a greeting, or that something will be asked."""
    text = asked.heard.text
    if evidence.pattern("announced").search(asked.heard.folded):
        return Reply().say(asked.turn.t("talk.announced"))
    if asked.flow is not None or not clauses.greets(text) or clauses.asks(text):
        return None
    if asked.heard.mention("foreign") or asked.confident:
        return None
    return asked.conversation.talk["greet"](asked.turn) or unsure(asked.conversation, asked.turn)


def _of_the_scheme(asked: Asked) -> Reply | None:
    """What is asked of the whole scheme spoken of."""
    best = asked.conversation.answers.rank(asked.turn).best
    known = asked.turn.services.knowledge.entries
    # What holds for every scheme, or on a site, is not meant where a scheme is spoken of; a word that is explained is.
    elsewhere = best is not None and known[best.id].scheme in _OF_NO_INSURANCE and not best.id.startswith(_WORDS)
    general = None if asked.confident and not elsewhere else afterwards.of_scheme(asked.turn)
    return None if general is None else asked.entry(general)


def _confirms(asked: Asked) -> Reply | None:
    """A yes to what was told."""
    return confirming(asked.conversation, asked.turn)


def _beside_the_point(asked: Asked) -> Reply | None:
    """What is no matter of this counter, unless the talk goes on with it."""
    if not beside_the_point(asked.conversation, asked.turn, asked.flow):
        return None
    return carried_on(asked.conversation, asked.turn) or decline(asked.conversation, asked.turn)


def _no_flow_after_all(asked: Asked) -> None:
    """The flow is none when the question is a general one, or would change nothing; the steps after this go by that."""
    conversation, turn, flow = asked.conversation, asked.turn, asked.flow
    if flow is not None and (rather_general(conversation, turn, flow) or varies_nothing(conversation, turn, flow)):
        asked.flow = None


def _claimed(asked: Asked) -> Reply | None:
    """Facts that belong to one flow, whatever they are worded like."""
    if asked.flow is not None and asked.heard.confidence >= SURE_FLOW:
        return None
    return asked.answered(claiming(asked.conversation, asked.turn, asked.flow))


def _follows_up(asked: Asked) -> Reply | None:
    """Values without a question."""
    valued = asked.heard.intent in VALUE_INTENTS
    if not valued and (asked.flow is None or asked.heard.confidence >= HARDLY_FLOW):
        return None
    return asked.answered(follow_up(asked.conversation, asked.turn))


def _opens_a_flow(asked: Asked) -> Reply | None:
    """The flow that the message sounds like."""
    if asked.flow is None:
        return None
    reply = asked.opened(asked.flow)
    return with_others(asked.conversation, asked.turn, asked.flow, reply) if asked.flow.id in _RESULTS else reply


def _looked_up(asked: Asked) -> Reply | None:
    """A question that an entry, or the flow that it leads to, answers."""
    conversation, turn, heard = asked.conversation, asked.turn, asked.heard
    asking = heard.intent in QUESTION_INTENTS or heard.intent in conversation.by_intent
    in_talk = heard.intent in STRANGERS and asked.confident and goes_with_talk(conversation, turn)
    asking = asking or (heard.intent == "help" and clauses.announces(heard.text))
    if not (asking or asks_surely(conversation, turn) or _worded_like_an_entry(conversation, turn) or in_talk):
        return None
    led = meaning.led(conversation, turn)
    return asked.opened(led) if led is not None else asked.answered(conversation.answers.answer(turn), FAQ)


def _carried_on(asked: Asked) -> Reply | None:
    """What the talk goes on with, in words of its own."""
    goes_on = following.goes_on(asked.turn) and following.names_said(asked.turn)
    unsure_of_it = asked.heard.confidence < SURE_INTENT
    return carried_on(asked.conversation, asked.turn) if goes_on or unsure_of_it else None


def _strange(asked: Asked) -> Reply | None:
    """A stranger's question, and the answer to a sentence beside it that is none."""
    if asked.heard.intent not in STRANGERS:
        return None
    return decline(asked.conversation, asked.turn).then(_rest(asked.conversation, asked.turn))


def _applies_if(asked: Asked) -> Reply | None:
    """A supposed application that an entry tells of."""
    if asked.heard.intent != "apply" or not clauses.supposes(asked.heard.text) or not asked.confident:
        return None
    asked.turn.state.topic = FAQ
    return asked.conversation.answers.told(asked.turn, asked.conversation.answers.ranked(asked.turn)[0].id)


def _of_what_was_told(asked: Asked) -> Reply | None:
    """A call for help, or a matter that is named, in the middle of a talk: what is to be done was told a moment ago."""
    turn, heard = asked.turn, asked.heard
    helping = heard.intent == "help"
    if not (clauses.names_matter(heard.text) or (helping and heard.mention("ask") is not None)):
        return None
    told = following.told_last(turn) if helping else None
    return carried_on(asked.conversation, turn) if told is None else asked.conversation.answers.told(turn, told)


def _agrees(asked: Asked) -> Reply | None:
    """A bare yes to nothing that was asked; what wants to be agreed with is told what was told before."""
    state, heard = asked.turn.state, asked.heard
    if heard.intent != "affirm" or state.topic is None or len(heard.text) > FEW_WORDS or state.shown:
        return None
    if clauses.supposes(heard.text) or evidence.pattern("wants_a_yes").search(heard.folded):
        told = following.told_last(asked.turn)
        return None if told is None else asked.conversation.answers.told(asked.turn, told)
    return Reply().say(asked.turn.t("talk.go_on"))


def _talks(asked: Asked) -> Reply | None:
    """Talk."""
    state, turn, answers = asked.turn.state, asked.turn, asked.conversation.answers
    talk = asked.conversation.talk.get(asked.heard.intent)
    said = talk(turn) if talk is not None else None
    best = answers.rank(turn).best if said is not None else None
    if asked.heard.intent in _OF_MATTERS and best is not None and best.match >= HALF:
        # Which scheme it is of may be told next.
        state.answer, state.topic = best.id, FAQ
    return said


# In this order: what goes on with the talk, what is said plainly, what leans on it, flows, entries, talk.
_STEPS: tuple[Callable[[Asked], Reply | None], ...] = (
    _goes_on,
    _scolds,
    _names_a_flow,
    _tells_the_subject,
    _of_others,
    _of_next_year,
    _not_done_here,
    _tells_plainly,
    _decided_by_words,
    _leans_on_the_one_before,
    _greets,
    _of_the_scheme,
    _confirms,
    _beside_the_point,
    _no_flow_after_all,
    _claimed,
    _follows_up,
    _opens_a_flow,
    _looked_up,
    _carried_on,
    _strange,
    _applies_if,
    _of_what_was_told,
    _agrees,
    _talks,
)


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
