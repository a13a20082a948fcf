"""The trained engine's understanding without a server: what the model archive holds, lexicon and quantities."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import joblib
import yaml
from rasa.nlu.utils.spacy_utils import SpacyModel
from rasa.shared.nlu.training_data.message import Message

from bot.engine.ginza import LeanGinza
from bot.engine.kana_speller import KanaSpeller
from bot.engine.lexicon_extractor import LexiconExtractor
from bot.engine.quantity_extractor import QuantityExtractor
from bot.engine.ranker import MeaningRanker

MODEL = Path("models/counter.tar.gz")
CONFIG = Path("config.yml")
_OUTSIDE = "out_of_scope"
_REJECTING = frozenset({_OUTSIDE, "nlu_fallback"})


class MissingModel(RuntimeError):
    """There is no trained model to measure; run `make train`."""


def language() -> SpacyModel:
    """GiNZA as the engine loads it."""
    return LeanGinza.load_model("ja_ginza")


@dataclass(frozen=True)
class Learned:
    """What the engine learned: the ranking, and how words are written."""

    ranking: Any
    writer: Any


def load(path: Path = MODEL) -> Learned:
    """What a model archive holds.

    Raises:
        MissingModel: The archive is not there or lacks a part.
    """
    if not path.exists():
        raise MissingModel(f"{path} is not there; run `make train`.")
    found: dict[str, Any] = {}
    with tarfile.open(path) as archive:
        for member in archive:
            name = Path(member.name).stem
            stream = archive.extractfile(member) if member.name.endswith(".joblib") else None
            if stream is not None:
                found[name] = joblib.load(io.BytesIO(stream.read()))
    try:
        return Learned(found["ranking"], found["kana"])
    except KeyError as error:
        raise MissingModel(f"{path} holds no {error}.") from error


class Understanding:
    """Parses messages as the running engine does, with every intent's probability."""

    def __init__(self, learned: Learned, spacy_model: SpacyModel) -> None:
        self._model = spacy_model
        self._speller = KanaSpeller(None, None, learned.writer)
        self._ranker = MeaningRanker({**_configured(), "shown": 99}, None, None)
        self._ranker._ranking = learned.ranking
        self._extractors = [kind.create({}, None, None, None) for kind in (QuantityExtractor, LexiconExtractor)]

    def parse(self, texts: Sequence[str]) -> list[dict[str, Any]]:
        """What is understood of each text: intent, intent_ranking, answers, cases, entities."""
        messages = [Message.build(text) for text in texts]
        self._speller.process(messages, self._model)
        self._ranker.process(messages, self._model)
        for extractor in self._extractors:
            extractor.process(messages)
        return [message.as_dict() for message in messages]


def scope_score(parsed: dict[str, Any]) -> float:
    """How probable it is that a message is one for this counter: 1 minus what speaks for out of scope."""
    outside = (item["confidence"] for item in parsed["intent_ranking"] if item["name"] == _OUTSIDE)
    return 1.0 - float(next(outside, 0.0))


def is_rejected(parsed: dict[str, Any]) -> bool:
    """Whether the engine, as configured, takes a message as none of its business."""
    return parsed["intent"]["name"] in _REJECTING


def _configured() -> dict[str, Any]:
    pipeline = yaml.safe_load(CONFIG.read_text(encoding="utf-8"))["pipeline"]
    own = next(step for step in pipeline if step["name"].endswith("MeaningRanker"))
    return {**MeaningRanker.get_default_config(), **{name: value for name, value in own.items() if name != "name"}}
