"""Rasa component around `ranking`: sets intent, FAQ ranking, case ranking and the meaning of each sentence.

Classes are `<capability>`, `faq/<entry>` and `case/<case>`. A message whose best meaning stays under the threshold is
`nlu_fallback`: the dialogue then offers choices or says that it does not know; this component never answers.
"""

from __future__ import annotations

import re
from typing import Any

import joblib
import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.utils.spacy_utils import SpacyModel
from rasa.shared.constants import DEFAULT_NLU_FALLBACK_INTENT_NAME
from rasa.shared.nlu.constants import INTENT, INTENT_RESPONSE_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.engine import ranking

_SENTENCE_END = re.compile(r"(?<=[。！？!?\n])")
_FAQ, _CASE = "faq/", "case/"


@DefaultV1Recipe.register(
    DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True, model_from="bot.engine.ginza.LeanGinza"
)
class MeaningRanker(GraphComponent, IntentClassifier):
    """Ranks capabilities, FAQ entries and coverage cases for a message and for each of its sentences."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Defaults; thresholds are calibrated on tests/nlu's tuning half (docs/decisions)."""
        return {"threshold": 0.2, "C": 20.0, "dense_weight": 1.0, "max_iterations": 120, "shown": 5}

    def __init__(self, config: dict[str, Any], storage: ModelStorage, resource: Resource) -> None:
        self._config, self._storage, self._resource = config, storage, resource
        self._ranking: ranking.Ranking | None = None

    @classmethod
    def create(
        cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext
    ) -> MeaningRanker:
        """See the parent class."""
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> MeaningRanker:
        """Load the fitted model from the model archive."""
        component = cls(config, model_storage, resource)
        with model_storage.read_from(resource) as folder:
            component._ranking = joblib.load(folder / "ranking.joblib")
        return component

    def train(self, training_data: TrainingData, model: SpacyModel) -> Resource:
        """Fit on all intent examples and keep the result in the model archive."""
        examples = [
            (example.get(TEXT), example.get(INTENT_RESPONSE_KEY) or example.get(INTENT))
            for example in training_data.intent_examples
            if example.get(TEXT)
        ]
        self._ranking = ranking.train(
            model.model,
            [(text, _full(label)) for text, label in examples],
            inverse_regularisation=self._config["C"],
            dense_weight=self._config["dense_weight"],
            max_iterations=self._config["max_iterations"],
        )
        with self._storage.write_to(self._resource) as folder:
            joblib.dump(self._ranking, folder / "ranking.joblib")
        return self._resource

    def process_training_data(self, training_data: TrainingData, model: SpacyModel) -> TrainingData:
        """Nothing later in the pipeline learns from predicted intents."""
        return training_data

    def process(self, messages: list[Message], model: SpacyModel) -> list[Message]:
        """Set `intent`, `intent_ranking`, `answers`, `cases` and `sentences` on each message."""
        for message in messages:
            self._process(message, model.model)
        return messages

    def _process(self, message: Message, language: Any) -> None:
        text = message.get(TEXT) or ""
        sentences = [part.strip() for part in _SENTENCE_END.split(text) if part.strip(" 　。！？!?\n")]
        if len(sentences) < 2 or len(sentences) > 6:
            sentences = []
        views = [ranking.view(language, part) for part in (text, *sentences)]
        rows = self._ranking.probabilities(views)
        meaning = self._meaning(rows[0])
        for key in ("intent", "intent_ranking", "answers", "cases"):
            message.set(key, meaning[key], add_to_output=True)
        parts = [{"text": part, **self._meaning(row)} for part, row in zip(sentences, rows[1:])]
        for part in parts:
            del part["intent_ranking"]
        message.set("sentences", parts, add_to_output=True)

    def _meaning(self, row: np.ndarray) -> dict[str, Any]:
        classes = self._ranking.classes
        groups: dict[str, float] = {}
        answers, cases = [], []
        for index in np.argsort(-row)[:40]:
            name, score = classes[index], float(row[index])
            if name.startswith(_FAQ):
                answers.append({"id": name[len(_FAQ) :], "score": round(score, 4)})
                groups["faq"] = groups.get("faq", 0.0) + score
            elif name.startswith(_CASE):
                cases.append({"id": name[len(_CASE) :], "score": round(score, 4)})
                groups["coverage"] = groups.get("coverage", 0.0) + score
            else:
                groups[name] = groups.get(name, 0.0) + score
        ranked = sorted(groups.items(), key=lambda item: -item[1])
        shown = [{"name": name, "confidence": round(score, 4)} for name, score in ranked[: self._config["shown"]]]
        intent = dict(shown[0])
        if intent["confidence"] < self._config["threshold"]:
            intent = {"name": DEFAULT_NLU_FALLBACK_INTENT_NAME, "confidence": round(1 - intent["confidence"], 4)}
        limit = self._config["shown"]
        return {"intent": intent, "intent_ranking": shown, "answers": answers[:limit], "cases": cases[:limit]}


def _full(label: str) -> str:
    return label
