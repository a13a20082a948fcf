"""One-line talk: greetings, thanks, help, what the counter is, insults, small talk, what it does not do."""

from __future__ import annotations

from bot.actions import clauses, moves
from bot.actions.capabilities.contact_text import whom_to_ask
from bot.actions.conversation import Talk
from bot.actions.flow import Turn
from bot.actions.reply import Reply


def _line(name: str, *, menu: bool = False) -> Talk:
    def say(turn: Turn) -> Reply:
        words, again = turn.t(f"talk.{name}"), f"talk.{name}_again"
        # What was said a moment ago is said in other words.
        if words in turn.state.last_text and turn.t.has(again):
            words = turn.t(again)
        reply = Reply().say(words)
        return reply.offer(moves.menu(turn)) if menu and not turn.state.flow else reply

    return say


def _chat(turn: Turn) -> Reply | None:
    """Small talk in one line; a question that is nobody's here is declined plainly."""
    heard = turn.heard
    asks = any(clauses.asks(text) for text in (heard.text, *(part.text for part in heard.sentences)))
    return _line("out_of_scope" if asks else "chitchat", menu=True)(turn)


def _not_held(turn: Turn) -> Reply:
    """A matter between the member and the association: the documents do not hold it; who does (T2)."""
    return Reply().say(
        turn.t("talk.not_held"), turn.t("talk.not_held_ask", contact=whom_to_ask(turn, turn.state.scheme))
    )


def _apply(turn: Turn) -> Reply:
    """Papers are taken by people: which, and how they are reached."""
    return Reply().say(turn.t("talk.apply"), turn.t("talk.not_held_ask", contact=whom_to_ask(turn, turn.state.scheme)))


TALK: dict[str, Talk] = {
    "greet": _line("greet", menu=True),
    "thanks": _line("thanks"),
    "bye": _line("bye"),
    "help": _line("help", menu=True),
    "bot": _line("bot"),
    "promise": _line("promise"),
    "insult": _line("insult"),
    "chitchat": _chat,
    "out_of_scope": _line("out_of_scope", menu=True),
    "apply": _apply,
    "not_held": _not_held,
    "others_policy": _line("others_policy"),
}
