"""Rasa component around `kana`: a message typed in kana goes on in ordinary writing, before anything else reads it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import joblib
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.utils.spacy_utils import SpacyModel
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.engine import kana

TYPED = "typed"
_FILE = "kana.joblib"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True, model_from="LeanGinza")
class KanaSpeller(GraphComponent):
    """Learns how words are written from the phrases; rewrites `text` and keeps what was typed as `typed`."""

    def __init__(self, storage: ModelStorage, resource: Resource, writer: kana.KanaWriter | None = None) -> None:
        self._storage, self._resource, self._writer = storage, resource, writer

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> KanaSpeller:
        """See the parent class."""
        return cls(model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> KanaSpeller:
        """Load what was learned from the model archive."""
        with model_storage.read_from(resource) as folder:
            return cls(model_storage, resource, joblib.load(folder / _FILE))

    def train(self, training_data: TrainingData, model: SpacyModel) -> Resource:
        """Learn from all phrases and the lexicon, and keep the result in the model archive."""
        phrases = [example.get(TEXT) for example in training_data.intent_examples if example.get(TEXT)]
        self._writer = learn(phrases, model.model)
        with self._storage.write_to(self._resource) as folder:
            joblib.dump(self._writer, folder / _FILE)
        return self._resource

    def process_training_data(self, training_data: TrainingData, model: SpacyModel) -> TrainingData:
        """The phrases are learned as they are written."""
        return training_data

    def process(self, messages: list[Message], model: SpacyModel) -> list[Message]:
        """Rewrite each message, and the one before it that it may lean on."""
        for message in messages:
            typed = message.get(TEXT) or ""
            written = self._writer.write(typed)
            if written != typed:
                message.set(TEXT, written, add_to_output=True)
                message.set(TYPED, typed, add_to_output=True)
            metadata = message.get("metadata") or {}
            if metadata.get("earlier"):
                message.set("metadata", {**metadata, "earlier": self._writer.write(metadata["earlier"])})
        return messages


def learn(phrases: Iterable[str], language: Any) -> kana.KanaWriter:
    """What the phrases, the lexicon and kana.yml teach of writing."""
    words = kana.read_words(language, kana.lexicon_words())
    return kana.KanaWriter((kana.tokens(language, phrase) for phrase in phrases), words, kana.table_words())
