"""Rasa component around `ranking`: sets intent, FAQ ranking, case ranking and the meaning of each sentence.

Classes are `<capability>`, `faq/<entry>` and `case/<case>`. A message whose best meaning stays under the threshold is
`nlu_fallback`: the dialogue then offers choices or says that it does not know; this component never answers.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import joblib
import yaml
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
from bot.engine.schemes import Evidence, NamedSchemes
from bot.engine.views import View, view

_MOST_SENTENCES = 6
# Longer messages stand by themselves, and bare marks and figures lean on an open question only.
_SHORT, _LEAST = 60, 3
CLAUSES = Path(__file__).resolve().parent.parent / "data" / "clauses.yml"
KIN = Path(__file__).with_name("kin.yml")


@lru_cache(maxsize=1)
def _ends(path: Path = CLAUSES) -> re.Pattern[str]:
    """What a sentence ends with: a mark, a joining word, or the comma before words that begin another matter."""
    words = yaml.safe_load(path.read_text(encoding="utf-8"))
    return re.compile(rf"[。！？!?\n]+|{words['joined'][0]}|[、,，\s]+(?={words['another_matter']})", re.IGNORECASE)


def sentences_of(text: str) -> list[str]:
    """A message's sentences and joined clauses; empty when it is one, or too many to look at each."""
    cuts = [0, *(match.end() for match in _ends().finditer(text)), len(text)]
    parts = [text[start:end].strip() for start, end in pairwise(cuts)]
    parts = [part for part in parts if part.strip(" 　、。！？!?\n")]
    return parts if 2 <= len(parts) <= _MOST_SENTENCES else []


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True, model_from="LeanGinza")
class MeaningRanker(GraphComponent, IntentClassifier):
    """Ranks capabilities, FAQ entries and coverage cases for a message and for each of its sentences."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Defaults; thresholds are calibrated on tests/nlu's tuning half (docs/decisions)."""
        return {
            "threshold": 0.2,
            "C": 6.0,
            "dense_weight": 1.0,
            "shown": 5,
            "answers": 12,
            "cases": 6,
        }

    def __init__(self, config: dict[str, Any], storage: ModelStorage, resource: Resource) -> None:
        self._config, self._storage, self._resource = config, storage, resource
        self._ranking: ranking.Ranking | None = None
        self._schemes = NamedSchemes()

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
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
            examples,
            inverse_regularisation=self._config["C"],
            dense_weight=self._config["dense_weight"],
            kin=yaml.safe_load(KIN.read_text(encoding="utf-8")),
        )
        with self._storage.write_to(self._resource) as folder:
            joblib.dump(self._ranking, folder / "ranking.joblib")
        return self._resource

    def process_training_data(self, training_data: TrainingData, model: SpacyModel) -> TrainingData:
        """Nothing later in the pipeline learns from predicted intents."""
        return training_data

    def process(self, messages: list[Message], model: SpacyModel) -> list[Message]:
        """Set `intent`, `intent_ranking`, `answers`, `cases`, `sentences` and, for a short one, `in_context`."""
        for message in messages:
            self._process(message, model.model)
        return messages

    def _process(self, message: Message, language: Any) -> None:
        text = message.get(TEXT) or ""
        sentences = sentences_of(text)
        earlier = _earlier(message, text)
        joined = [f"{earlier}\n{text}"] if earlier else []
        views = [view(language, part) for part in (text, *sentences, *joined)]
        ranked = self._ranking.capabilities(views)
        named = self._schemes.evidence(text)
        said = named or self._schemes.evidence(earlier)
        context = self._in_context(views[0], views.pop(), ranked.pop(), said) if earlier else None
        message.set("in_context", context, add_to_output=True)
        meaning = self._meaning(views[0], ranked[0], named)
        for key in ("intent", "intent_ranking", "answers", "cases"):
            message.set(key, meaning[key], add_to_output=True)
        parts = []
        for part, seen, row in zip(sentences, views[1:], ranked[1:], strict=True):
            meant = self._meaning(seen, row, self._schemes.evidence(part) or named)
            parts.append({"text": part, **{key: meant[key] for key in ("intent", "answers", "cases")}})
        message.set("sentences", parts, add_to_output=True)

    def _in_context(
        self, seen: View, joined: View, ranked: list[tuple[str, float]], named: Evidence | None
    ) -> dict[str, Any]:
        """What a message means when it is read on from what was said before."""
        meant = self._meaning(joined, ranked, named)
        answers = self._ranking.entries("faq/", seen, self._config["answers"], before=joined, evidence=named)
        meant["answers"] = _listed(answers)
        return {key: meant[key] for key in ("intent", "answers", "cases")}

    def _meaning(self, seen: View, ranked: list[tuple[str, float]], named: Evidence | None) -> dict[str, Any]:
        shown = [{"name": name, "confidence": round(score, 4)} for name, score in ranked[: self._config["shown"]]]
        intent = dict(shown[0])
        blank = not seen.content and len(seen.surface) < 2 and not seen.surface.isalnum()
        if intent["confidence"] < self._config["threshold"] or blank:
            intent = {"name": DEFAULT_NLU_FALLBACK_INTENT_NAME, "confidence": round(1 - intent["confidence"], 4)}
        return {
            "intent": intent,
            "intent_ranking": shown,
            "answers": _listed(self._ranking.entries("faq/", seen, self._config["answers"], evidence=named)),
            "cases": _listed(self._ranking.entries("case/", seen, self._config["cases"])),
        }


def _earlier(message: Message, text: str) -> str:
    """What was said before a message that may lean on it; empty for one that stands by itself."""
    worded = sum(char.isalpha() for char in text) >= _LEAST and len(text) <= _SHORT
    return str((message.get("metadata") or {}).get("earlier") or "") if worded else ""


def _listed(found: list[tuple[str, float, float]]) -> list[dict[str, Any]]:
    return [{"id": key, "score": round(share, 4), "match": round(match, 4)} for key, share, match in found]
