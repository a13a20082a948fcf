"""Two messages, of which the second leans on the first or is a new matter: told with the real counter, and counted.

The weights were chosen on the half `tune`; the half `report` is held to what it reached when it was last measured.
"""

from __future__ import annotations

import re
import uuid
from pathlib import Path
from typing import Any

import pytest
import yaml

from knowledge import load as load_knowledge
from tests.conftest import RunningCounter
from tests.conversations.reading import normalised, reply_text

pytestmark = pytest.mark.counter
PAIRS = yaml.safe_load(Path(__file__).with_name("followups.yml").read_text(encoding="utf-8"))
# Of 22 that lean and 12 that do not.
REACHED = {"leans": {"tune": 20, "report": 20}, "anew": {"tune": 12, "report": 12}}
_FIRST_WORDS = 14


@pytest.fixture(scope="module")
def beginnings() -> dict[str, str]:
    """How each entry's answer begins, up to where something is filled in."""
    return {key: normalised(re.split(r"[{\n]", entry.answer)[0]) for key, entry in load_knowledge().entries.items()}


def missing(counter: RunningCounter, pair: dict[str, Any], beginnings: dict[str, str]) -> str:
    """What the reply to the second message lacks; empty when it is as it must be."""
    sender = uuid.uuid4().hex
    first, second = (counter.say(sender, said) for said in pair["say"])
    seen = normalised(reply_text(second))
    wanted = [beginnings[pair["faq"]]] if "faq" in pair else []
    told = [text for text in wanted if text[:_FIRST_WORDS] in seen]
    if wanted and not told:
        return f"{pair['say']}: {pair['faq']} is not told: {seen[:120]}"
    lacking = [pattern for pattern in pair.get("expect", ()) if not re.search(normalised(pattern), seen)]
    assert first
    return f"{pair['say']}: {lacking} is not said: {seen[:120]}" if lacking else ""


@pytest.mark.parametrize("kind", ["leans", "anew"])
@pytest.mark.parametrize("half", ["tune", "report"])
def test_short_messages_are_understood_with_what_was_said_before(
    kind: str, half: str, counter: RunningCounter, beginnings: dict[str, str]
) -> None:
    pairs = PAIRS[kind][half]
    failed = [lack for lack in (missing(counter, pair, beginnings) for pair in pairs) if lack]
    reached = len(pairs) - len(failed)
    assert reached >= REACHED[kind][half], f"{reached} of {len(pairs)}:\n" + "\n".join(failed)
