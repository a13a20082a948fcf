"""Which flow or entry a message is for. It only decides: nothing is said and nothing is changed here."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from bot.actions import afterwards, clauses, decisive, evidence, following
from bot.actions.flow import Flow, Turn
from bot.actions.matching import STRONG_MATCH
from bot.actions.state import OpenFlow
from bot.actions.sureness import (
    ALONE,
    BRIEF,
    FAQ,
    GENERAL,
    HALF,
    LEAN,
    PLAIN_REQUEST,
    QUESTION_INTENTS,
    STOPPING,
    SURE_INTENT,
    SURE_QUESTION,
    SURE_TALK,
    UNSURE_FLOW,
    VALUE_INTENTS,
    Meant,
)

if TYPE_CHECKING:
    from bot.actions.conversation import Conversation


# Flows that are about insurances; what is asked beside their questions in few words is about these.
_INSURANCES = frozenset({"quote", "eligibility", "payout", "coverage", "compare"})
_FEW_WORDS, _LEAST_ASKED = 12, 4
# The entries that say that nobody is judged or treated here, that no amount is called fair and no payment promised.
_BLAME = "ge_blame"
_DECLINED = {"medical": "ge_medical", "usual_amount": "ge_compensation", "promise_wanted": "ge_no_judgement"}
# What only an insurer, a court or a lawyer judges.
OF_JUDGES = frozenset({_BLAME, "ge_compensation", "ge_no_judgement"})
_OF_CONTRACT = frozenset({"policy", "eligibility"})
_PREMIUMS = "quote"
# What plans are compared by.
_COMPARED, _COMPARABLE = "compare", ("plan", "cyber_plan", "scheme", "aspect", "need", "property", "out_of_use")
_LEAVE, _SUPPOSING = "bye", "what_if"
_MY_POLICY, _INSULT = "my_policy", "insult"
_OTHERS_POLICY, _COVER = "others_policy", "coverage"
# Flows that a question is only likely for whose words decide on an entry.
_UNSURELY = frozenset({"handover", "deadline", "eligibility", "contact", "quote"})


def past_its_sound(turn: Turn) -> Turn:
    """A message that sounds like stopping or taking leave, and only supposes it or tells of a settlement, asks."""
    heard, folded = turn.heard, turn.heard.folded
    done = turn.state.flow is None and turn.state.topic in turn.state.closed
    again = done and evidence.pattern("result_again").search(folded) is not None
    supposed = evidence.pattern("stop_supposed").search(folded) is not None
    meant = supposed or again or heard.mentioned("ask", "settle")
    stops = heard.intent in STOPPING and meant
    leaves = heard.intent == _LEAVE and evidence.pattern("leave_supposed").search(folded)
    # Whoever tells a harm, and of a subcontractor, asks for nobody else's contract.
    if evidence.pattern("other_firm").search(folded):
        return replace(turn, heard=replace(heard, intent=_OTHERS_POLICY, confidence=SURE_TALK))
    others = heard.intent == _OTHERS_POLICY
    story = others and (heard.mention("harm") or heard.mentioned("fact", "who=subcontractor"))
    told = others and not (story or clauses.asks(heard.text) or heard.mention("ask"))
    # Who is not signed in asks about what is spoken of, unless the contract is named; who is angry is not always he.
    spoken = heard.intent == _MY_POLICY and turn.member_id is None and turn.state.topic is not None
    told = told or (spoken and evidence.pattern("own_contract").search(folded) is None)
    told = told or (heard.intent == _INSULT and evidence.pattern("others_anger").search(folded) is not None)
    if not (stops or leaves or story or told):
        return turn
    intent = _COVER if story else _SUPPOSING if leaves else FAQ
    return replace(turn, heard=replace(heard, intent=intent, confidence=HALF, ranking=((intent, HALF),)))


def owner(conversation: Conversation, turn: Turn) -> Flow | None:
    """The flow that a message's facts and question belong to, however it is worded."""
    for flow in conversation.flows.values():
        values = flow.hear(turn, {}, None)
        if values and flow.owns(turn, values):
            return flow
    return None


def sounding(conversation: Conversation, turn: Turn) -> Flow | None:
    """The flow that a message is worded like; none when it only asks about what that flow is for."""
    flow, cover = conversation.by_intent.get(turn.heard.intent), conversation.flows.get("coverage")
    if flow is None or flow.declines(turn) or _only_about(conversation, turn):
        accident = flow is not None and flow.id == "accident"
        if accident and evidence.pattern("if_it_happened").search(turn.heard.folded):
            return cover
        accident = accident and turn.heard.score("coverage") >= GENERAL
        # Of what is long over hardly more than the cover can be meant.
        return cover if accident and evidence.pattern("long_past").search(turn.heard.folded) else None
    sure = turn.heard.confidence >= UNSURE_FLOW
    if flow.id in _UNSURELY and decisive.by_words(turn, strongly=sure) is not None:
        return None
    if flow.id == "accident" and turn.state.topic is not None and _supposed(turn):
        return cover
    # A plan or a head count inside of a story makes it no matter of the contract.
    return cover if flow.id in _OF_CONTRACT and cover is not None and takes(turn, cover) else flow


def _only_about(conversation: Conversation, turn: Turn) -> bool:
    """Whether a message that only sounds like an accident is worded like an entry, and tells no harm or what followed.

    What followed is a lawsuit: then nothing has to be stopped.
    """
    heard = turn.heard
    harmed = any(heard.mention(entity) for entity in ("harm", "accident_detail", "hazard", "happened", "alarm"))
    # What is asked about one of the two sites is no accident, unless harm is told.
    spoken = heard.mention("scheme") or evidence.scheme_spoken(turn)
    if heard.intent == "accident_now" and spoken in evidence.SITES and not harmed:
        return True
    run = heard.mention("excluded_industry") or heard.mention("industry")
    if turn.state.flow is not None and turn.state.flow.id in _OF_CONTRACT and run:
        # Where it is asked what a firm does, a business is its own and no accident (`ガスを売ってます`).
        told = any(heard.mention(entity) for entity in ("harm", "accident_detail", "happened", "alarm"))
        return not told and evidence.pattern("runs_business").search(heard.folded) is not None
    unsure = heard.confidence < SURE_TALK and not harmed
    only = unsure or heard.mentioned("ask", "lawsuit")
    return heard.intent == "accident_now" and only and conversation.answers.confident(turn)


def takes(turn: Turn, flow: Flow) -> bool:
    """Whether a message holds so much of what a flow uses that it is surely for it."""
    return flow.claims(turn, flow.hear(turn, {}, None))


def adds(conversation: Conversation, turn: Turn) -> dict[str, Any]:
    """What a message changes of the result given last; empty when it is hardly about that."""
    state = turn.state
    topic = conversation.flows.get(state.topic or "")
    if topic is None or topic.id not in state.closed:
        return {}
    text = turn.heard.text
    brief = len(text) <= PLAIN_REQUEST and not clauses.asks(text) and not conversation.answers.strong(turn)
    if not (brief or varies(turn) or following.names_only(turn) or _leans(turn, topic)):
        return {}
    if topic.id == _COMPARED and not (names_compared(turn) or varies_words(turn)):
        return {}
    known = state.closed[topic.id]
    changed = {k: v for k, v in topic.hear(turn, known, None).items() if known.get(k) != v}
    told = any(not slot.startswith("_") or slot in topic.telling for slot in changed)
    return changed if told else {}


def names_compared(turn: Turn) -> bool:
    """Whether anything is named that plans are set side by side by."""
    return any(map(turn.heard.mention, _COMPARABLE)) or turn.heard.quantity("course") is not None


def led(conversation: Conversation, turn: Turn) -> Flow | None:
    """The flow that computes what the best entry only tells in general, when it knows all that it needs."""
    ranked = conversation.answers.ranked(turn)
    lead = conversation.leads.get(ranked[0].id) if ranked else None
    flow = conversation.flows.get(lead.flow) if lead else None
    if lead is None or flow is None:
        return None
    known = flow.opening(turn)
    trial = OpenFlow(flow.id, {**known, **flow.hear(turn, known, None)})
    told = [slot for slot in trial.values if not slot.startswith("_")]
    enough = told and set(lead.told) <= set(trial.values)
    return flow if enough and flow.next(turn, trial) is None else None


def _leans(turn: Turn, topic: Flow) -> bool:
    near = (*topic.spec.intents, "inform", "correct", "what_if")
    return sum(turn.heard.score(intent) for intent in near) >= LEAN


def question(conversation: Conversation, turn: Turn, flow: Flow) -> Meant | None:
    """What a message asks that is not for the open flow: another flow, `faq`, or None."""
    heard = turn.heard
    owning = owner(conversation, turn) if clauses.asks(heard.text) else None
    if owning is not None:
        return None if owning is flow else owning
    strong = clauses.asks(heard.text) and conversation.answers.strong(turn)
    other = sounding(conversation, turn)
    if other is not None and heard.intent in VALUE_INTENTS and other.id not in turn.state.closed:
        # What is supposed beside an open question is no premium where none was told.
        other = None
    least = SURE_QUESTION
    if strong and other is not None:
        alone = conversation.answers.rank(turn).lead >= ALONE and not takes(turn, other)
        least = SURE_TALK if alone else UNSURE_FLOW
    if other is not None and heard.confidence >= least:
        return None if other is flow else other
    if strong or (heard.intent in QUESTION_INTENTS and heard.confidence >= SURE_QUESTION):
        return None if _of_a_site(conversation, turn, flow) or _stub(turn) else FAQ
    return FAQ if other is None and _refused(conversation, turn, flow) else None


def _refused(conversation: Conversation, turn: Turn, flow: Flow) -> bool:
    """Whether a question surely sounds like another flow that leaves it alone, and is worded like an entry."""
    sounds, best = conversation.by_intent.get(turn.heard.intent), conversation.answers.rank(turn).best
    surely = sounds not in (None, flow) and turn.heard.confidence >= SURE_INTENT
    return surely and clauses.asks(turn.heard.text) and best is not None and best.match >= STRONG_MATCH


def _of_a_site(conversation: Conversation, turn: Turn, flow: Flow) -> bool:
    """Whether a few words beside a question of an insurance are only worded like an entry of one of the sites."""
    best, named = conversation.answers.rank(turn).best, evidence.schemes_named(turn)
    if best is None or flow.id not in _INSURANCES or len(turn.heard.text) > _FEW_WORDS or named & evidence.SITES:
        return False
    return turn.services.knowledge.entries[best.id].scheme in evidence.SITES and best.match < 1.0


def _stub(turn: Turn) -> bool:
    """Whether a message beside an open question has too few characters, and no word, to name anything."""
    return len(turn.heard.folded.strip("\u3002\u3001?!. ")) <= _LEAST_ASKED and not turn.heard.words


def told_elsewhere(conversation: Conversation, turn: Turn, flow: Flow) -> bool:
    """Whether an entry answers a question for which a flow could only ask back."""
    if turn.heard.mention("opens") or not clauses.asks(turn.heard.text) or not conversation.answers.strong(turn):
        return False
    if flow.id == _PREMIUMS and owner(conversation, turn) is flow:
        # A premium is only computed, never told in general.
        return False
    ranked = conversation.answers.rank(turn)
    lead = conversation.leads.get(ranked.found[0].id)
    surely = turn.heard.confidence >= SURE_TALK and ranked.lead < ALONE
    if surely or (lead is not None and lead.flow == flow.id):
        return False
    known = flow.opening(turn)
    return flow.next(turn, OpenFlow(flow.id, {**known, **flow.hear(turn, known, None)})) is not None


def surely(turn: Turn, meant: Meant | None) -> bool:
    """Whether a question is meant beyond doubt."""
    return meant is not None and turn.heard.confidence >= SURE_TALK


def urgent(conversation: Conversation, turn: Turn) -> Flow | None:
    """The accident mode, when the message calls for it at once; None otherwise."""
    heard, state = turn.heard, turn.state
    flow, report = conversation.by_intent.get("accident_now"), conversation.by_intent.get("accident_report")
    if flow is None or not ((heard.intent == "accident_now" and heard.confidence >= 0.5) or flow.alarms(turn)):
        return None
    if afterwards.loses_paper(turn) or flow.declines(turn) or _only_about(conversation, turn):
        return None
    again = evidence.pattern("spoken_of").search(heard.folded) is not None and not heard.mention("alarm")
    if state.topic is not None and (_goes_on_calmly(turn) or _supposed(turn) or again):
        return None
    harmed = heard.mention("harm") or "harmed" in state.facts
    if state.topic == FAQ and not harmed and afterwards.whom(turn) is not None:
        # Whom to tell what was just asked about.
        return None
    spoken = conversation.flows[state.flow.id] if state.flow else None
    if state.flow is None or spoken is None:
        told_on = clauses.mends(heard.text) or evidence.tells_victim(turn)
        mended = bool(told_on and not heard.mention("happened") and adds(conversation, turn))
        mended = mended or (state.topic == "coverage" and clauses.asks(heard.text) and following.goes_on(turn))
        return None if mended else flow
    # Whoever tells what happened for the report has had the guidance; a field that is mended is no accident, and
    # what was asked for in free words is one only when it has just happened.
    asked = state.flow.asked is not None and conversation.kind(state.flow) == "text" and not heard.mention("happened")
    return None if spoken in (flow, report) or asked or spoken.named(turn) or _answers(turn, spoken) else flow


def _answers(turn: Turn, spoken: Flow) -> bool:
    """Whether what else was harmed is told because it was asked for, and there is no danger any more."""
    asked, heard = turn.state.flow.asked if turn.state.flow else None, turn.heard
    if spoken.id != "coverage" or asked is None or heard.mention("alarm") or heard.mention("happened"):
        return False
    return turn.state.flow is not None and asked in spoken.hear(turn, turn.state.flow.values, asked)


def _goes_on_calmly(turn: Turn) -> bool:
    """Whether a message in the talk about a site only sounds like an accident, and names nothing of one."""
    heard = turn.heard
    told = any(heard.mention(entity) for entity in ("harm", "accident_detail", "hazard", "alarm", "happened"))
    return turn.state.scheme in evidence.SITES and not told


def _supposed(turn: Turn) -> bool:
    """Whether a few words in a talk suppose a danger (`and if it burns?`), and none is told."""
    heard = turn.heard
    most = PLAIN_REQUEST if turn.state.topic == "coverage" else _FEW_WORDS
    most *= 3 if turn.state.lang == "en" else 1
    supposed = clauses.supposes(heard.text) or clauses.supposes_instead(heard.text)
    return len(heard.text) <= most and supposed and not heard.mention("happened")


def wants_judgement(conversation: Conversation, turn: Turn) -> str | None:
    """The entry that declines a judgement: blame, treatment, a fair amount, a promise; None when none is wanted.

    What has to be stopped at once comes first.
    """
    text, accident = turn.heard.folded, conversation.by_intent.get("accident_now")
    if accident is not None and accident.alarms(turn):
        return None
    declined = (entry for asked, entry in _DECLINED.items() if evidence.pattern(asked).search(text))
    found = next(declined, None)
    if found is not None:
        return found
    judged = evidence.pattern("blame").search(text) is not None and evidence.pattern("judge").search(text) is not None
    return _BLAME if judged else None


def varies(turn: Turn) -> bool:
    """Whether a short message mends what was told, supposes something else, or asks what that would differ in."""
    heard = turn.heard
    if len(heard.text) > BRIEF:
        return False
    return varies_words(turn) or clauses.supposes(heard.text) or clauses.mends(heard.text)


def varies_words(turn: Turn) -> bool:
    """Whether what differs is asked for by a word."""
    return turn.heard.mentioned("ask", "difference") or turn.heard.mentioned("ask", "side_by_side")
