"""Reading of conversations written as data, and the form that their expectations are matched against."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).resolve().parent
_CONVERSATION = {"name", "now", "turns"}
_TURN = {"say", "expect", "not", "buttons"}


def normalised(text: str) -> str:
    """NFKC, lower case, without white space and ASCII commas."""
    return re.sub(r"[\s,]", "", unicodedata.normalize("NFKC", text)).lower()


def reply_text(replies: list[dict]) -> str:
    """The whole text of a turn's replies."""
    return "\n".join(reply.get("text") or "" for reply in replies)


def reply_buttons(replies: list[dict]) -> list[str]:
    """The titles of a turn's buttons."""
    return [button["title"] for reply in replies for button in reply.get("buttons") or []]


def load(folder: Path = HERE) -> list[tuple[str, dict[str, Any]]]:
    """All conversations below a folder, named by behaviour, file and name.

    Raises:
        ValueError: A conversation or turn has an unknown key, or one that expects nothing.
    """
    found = []
    for path in sorted(folder.glob("*/*.yml")):
        for conversation in yaml.safe_load(path.read_text(encoding="utf-8")):
            _check(path, conversation)
            found.append((f"{path.parent.name}/{path.stem}: {conversation['name']}", conversation))
    return found


def _check(path: Path, conversation: dict[str, Any]) -> None:
    unknown = set(conversation) - _CONVERSATION
    unknown |= {key for turn in conversation["turns"] for key in set(turn) - _TURN}
    if unknown:
        raise ValueError(f"{path.name}: {conversation.get('name')}: unknown keys {sorted(unknown)}")
    if not any(turn.get("expect") for turn in conversation["turns"]):
        raise ValueError(f"{path.name}: {conversation['name']} expects nothing")
    for turn in conversation["turns"]:
        for pattern in (*turn.get("expect", ()), *turn.get("not", ())):
            re.compile(pattern)


def known_failures() -> dict[str, dict[str, str]]:
    """Failures that are known, with their reason: each is an expected failure until it is struck off."""
    body = yaml.safe_load((HERE / "known_failures.yml").read_text(encoding="utf-8"))
    return {"matrix": body.get("matrix") or {}, "conversations": body.get("conversations") or {}}
