"""Rasa's DIET classifier, trained by itself for the comparison of candidates; the counter does not use it."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.nlu.classifiers.diet_classifier import DIETClassifier
from rasa.nlu.featurizers.dense_featurizer.spacy_featurizer import SpacyFeaturizer
from rasa.nlu.featurizers.sparse_featurizer.count_vectors_featurizer import CountVectorsFeaturizer
from rasa.nlu.tokenizers.spacy_tokenizer import SpacyTokenizer
from rasa.nlu.utils.spacy_utils import SpacyModel
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.engine.ginza import LeanGinza

_CHARACTERS = {"analyzer": "char_wb", "min_ngram": 1, "max_ngram": 4}


def train(
    spacy_model: SpacyModel, examples: Sequence[tuple[str, str]], epochs: int
) -> Callable[[Sequence[str]], tuple[list[str], np.ndarray]]:
    """Train DIET for intents only.

    Args:
        spacy_model: GiNZA as the engine loads it.
        examples: Pairs of text and class.
        epochs: Passes over the examples.

    Returns:
        A function from texts to class names and confidences.
    """
    storage = LocalModelStorage.create(Path(tempfile.mkdtemp(prefix="madoguchi-diet-")))
    context = ExecutionContext(GraphSchema({}), "diet")

    def build(kind: Any, name: str, config: dict[str, Any]) -> Any:
        return kind.create({**kind.get_default_config(), **config}, storage, Resource(name), context)

    ginza = LeanGinza.create(
        {**LeanGinza.get_default_config(), "model": "ja_ginza"}, storage, Resource("ginza"), context
    )
    tokenizer = build(SpacyTokenizer, "tokenizer", {})
    vectors = build(SpacyFeaturizer, "vectors", {})
    words = build(CountVectorsFeaturizer, "words", {})
    characters = build(CountVectorsFeaturizer, "characters", _CHARACTERS)
    diet = build(
        DIETClassifier,
        "diet",
        {"epochs": epochs, "entity_recognition": False, "constrain_similarities": True, "random_seed": 7},
    )
    data = TrainingData([Message.build(text, intent=label) for text, label in examples])
    data = ginza.process_training_data(data, spacy_model)
    data = tokenizer.process_training_data(data)
    data = vectors.process_training_data(data)
    for featurizer in (words, characters):
        featurizer.train(data)
        data = featurizer.process_training_data(data)
    diet.train(data)
    classes = sorted({label for _, label in examples})

    def predict(texts: Sequence[str]) -> tuple[list[str], np.ndarray]:
        messages = ginza.process([Message.build(text) for text in texts], spacy_model)
        messages = characters.process(words.process(vectors.process(tokenizer.process(messages))))
        rows = np.zeros((len(texts), len(classes)))
        for row, message in zip(rows, diet.process(messages), strict=True):
            for item in message.get("intent_ranking") or ():
                row[classes.index(item["name"])] = item["confidence"]
        return classes, rows

    return predict
