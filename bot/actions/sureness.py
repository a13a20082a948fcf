"""How sure a meaning must be, and which intents are of one kind; thresholds are calibrated on tests/nlu."""

from __future__ import annotations

from datetime import timedelta

from bot.actions.flow import Flow

VALUE_INTENTS = frozenset({"inform", "correct", "what_if", "affirm", "deny", "nlu_fallback"})
QUESTION_INTENTS = frozenset({"faq", "what_is"})
STRANGERS = frozenset({"out_of_scope", "chitchat"})
COURTESIES = frozenset({"greet", "thanks", "bye", "help", "bot", "insult"})
STOPPING = frozenset({"cancel", "start_over"})
SURE_QUESTION = 0.45
SURE_MOVE = 0.35
LEAN = 0.08
GENERAL, HARDLY_FLOW, UNSURE_FLOW = 0.3, 0.3, 0.55
# Calibrated on tests/nlu: 88 % of strangers' messages declined, 0.3 % of FAQ questions with them (docs/decisions).
STRANGE, HALF, SURE_INTENT = 0.2, 0.5, 0.75
SURE_FLOW, SURE_TALK = 0.6, 0.8
# The best entry's match of sounds without a meaning stays below this.
SOUNDS = 0.5
PLAIN_REQUEST, BRIEF = 24, 40
# How far the best entry must be ahead to be the only one meant, in units of the engine's match.
ALONE = 0.2
LONG_SILENCE = timedelta(hours=1)
# What a question means that is not for the open flow: a flow, the FAQ, or the key of a text that answers it.
FAQ = "faq"
Meant = Flow | str
