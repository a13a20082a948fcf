"""What the counter says in one turn: text that stands alone, buttons, and typed blocks for richer channels."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Choice:
    """A button.

    Attributes:
        title: What the button says.
        payload: What is sent when it is pressed: plain text, as the member would have typed it.
        does: What pressing means: {"slot", "value"} of the open flow, {"faq"}, {"flow", "values"} or {"move"}.
    """

    title: str
    payload: str
    does: dict[str, Any] = field(default_factory=dict)


@dataclass
class Reply:
    """Parts of a reply in the order of reading."""

    lines: list[str] = field(default_factory=list)
    choices: list[Choice] = field(default_factory=list)
    blocks: list[dict[str, Any]] = field(default_factory=list)

    def say(self, *lines: str | None) -> Reply:
        """Append lines; empty ones are left out."""
        self.lines += [line.rstrip() for line in lines if line and line.strip()]
        return self

    def offer(self, choices: Iterable[Choice]) -> Reply:
        """Append buttons; a title already offered is left out."""
        known = {choice.title for choice in self.choices}
        self.choices += [choice for choice in choices if choice.title not in known]
        return self

    def show(self, *blocks: dict[str, Any]) -> Reply:
        """Append typed blocks."""
        self.blocks += blocks
        return self

    def then(self, other: Reply) -> Reply:
        """Append another reply; its buttons win, for its question is the open one."""
        self.lines += other.lines
        self.blocks += other.blocks
        if other.choices:
            self.choices = list(other.choices)
        return self

    @property
    def text(self) -> str:
        """The whole text."""
        return "\n".join(self.lines)
