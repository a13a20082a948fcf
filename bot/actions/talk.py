"""One-line talk: greetings, thanks, help, what the counter is, insults, small talk, what it does not do."""

from __future__ import annotations

from bot.actions import moves
from bot.actions.conversation import Talk
from bot.actions.flow import Turn
from bot.actions.reply import Reply


def _line(key: str, *, menu: bool = False) -> Talk:
    def say(turn: Turn) -> Reply:
        words, again = turn.t(key), f"{key}_again"
        # What was said a moment ago is said in other words.
        if words in turn.state.last_text and turn.t.has(again):
            words = turn.t(again)
        reply = Reply().say(words)
        return reply.offer(moves.menu(turn)) if menu and not turn.state.flow else reply

    return say


TALK: dict[str, Talk] = {
    "greet": _line("talk.greet", menu=True),
    "thanks": _line("talk.thanks"),
    "bye": _line("talk.bye"),
    "help": _line("talk.help", menu=True),
    "bot": _line("talk.bot"),
    "promise": _line("talk.promise"),
    "insult": _line("talk.insult"),
    "chitchat": _line("talk.chitchat", menu=True),
    "out_of_scope": _line("talk.out_of_scope", menu=True),
    "apply": _line("talk.apply"),
    "others_policy": _line("talk.others_policy"),
}
