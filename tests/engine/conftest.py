"""GiNZA, loaded once for all tests of what is understood."""

from __future__ import annotations

import pytest
from rasa.nlu.utils.spacy_utils import SpacyModel

from bot.engine.ginza import LeanGinza


@pytest.fixture(scope="session")
def language() -> SpacyModel:
    """GiNZA as the engine loads it."""
    return LeanGinza.load_model("ja_ginza")
