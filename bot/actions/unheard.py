"""Messages that hold no words that we read: empty, emoji only, or in another script."""

from __future__ import annotations

from bot.actions.flow import Turn


def unheard(turn: Turn) -> str | None:
    """The text key for a message that holds no words: empty, emoji only, or in a script that we do not read."""
    letters = [char for char in turn.heard.folded if char.isalnum()]
    if not letters:
        return "talk.no_words"
    foreign = [char for char in letters if ord(char) > 0x24F and not _japanese(char)]
    return "talk.foreign" if len(foreign) > len(letters) / 2 else None


def _japanese(char: str) -> bool:
    return "\u3040" <= char <= "\u30ff" or "\u4e00" <= char <= "\u9fff" or char in "\u3005\u3006\u3007\u30fc"
