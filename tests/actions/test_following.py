"""How a short message goes on from what was said before, by its form alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.actions import afterwards, following
from bot.actions.understanding import Understanding

CASES = yaml.safe_load(Path(__file__).with_name("following.yml").read_text(encoding="utf-8"))


@dataclass
class Said:
    """A turn, as far as the form of its message goes."""

    heard: Understanding
    state: Any = field(default=None)


def said(text: str) -> Any:
    return Said(Understanding(text, "faq", 0.5, (), (), (), (), ()))


@pytest.mark.parametrize("case", CASES["goes_on"], ids=lambda case: case["text"])
def test_a_message_goes_on(case: dict[str, Any]) -> None:
    assert following.goes_on(said(case["text"])) is case["goes_on"]


@pytest.mark.parametrize("case", CASES["bare"], ids=lambda case: case["text"])
def test_a_message_names_nothing(case: dict[str, Any]) -> None:
    assert following.bare(said(case["text"])) is case["bare"]


@pytest.mark.parametrize("case", CASES["after_a_quote"], ids=lambda case: case["text"])
def test_few_words_after_a_premium(case: dict[str, Any]) -> None:
    assert (afterwards.about_quote(said(case["text"])) or "") == case["wants"]


@pytest.mark.parametrize("case", CASES["where"], ids=lambda case: case["text"])
def test_what_the_talk_is_about(case: dict[str, Any]) -> None:
    assert afterwards.asks_where(said(case["text"])) is case["where"]
