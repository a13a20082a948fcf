"""Places as heard: the prefecture, and the branch of the Gunma association."""

from __future__ import annotations

from typing import Any

from bot.actions.flow import Turn


def hear_place(turn: Turn) -> dict[str, Any]:
    """`prefecture` (its id) and `branch` (its id) named in the message; the last prefecture wins a correction."""
    areas = turn.services.knowledge.areas
    text = turn.heard.text
    heard: dict[str, Any] = {}
    prefectures = areas.locate(text)
    if prefectures:
        heard["prefecture"] = prefectures[0].prefecture_id
    branch = areas.branch(text)
    if branch is not None and (not prefectures or prefectures[0].prefecture_id == "gunma"):
        heard["branch"] = branch.branch_id
        heard["prefecture"] = "gunma"
    return heard
