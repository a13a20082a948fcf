"""Classifiers that the engine could have, measured on the same utterances: what decision 0006 rests on.

Each is trained on the same phrases with one class for all FAQ entries and one for all coverage cases, a few phrases of
each entry. `measure` is meant to run in a process of its own.
"""

from __future__ import annotations

import resource
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from bot.engine import capability_classifier, ranking
from bot.engine.evaluation import measures
from bot.engine.evaluation.model import language
from bot.engine.evaluation.utterances import TRAINING, Utterances, load, training_examples
from bot.engine.ranker import KIN
from bot.engine.views import view

NAMES = ("ranking", "multinomial", "linear_svc", "nearest_centroid", "diet")
_TITLES = {
    "ranking": "logistic regression, one against rest, over surface, reading, words and vectors (used)",
    "multinomial": "logistic regression, multinomial, on the same features and phrases",
    "linear_svc": "LinearSVC on the same features",
    "nearest_centroid": "nearest centroid of word vectors",
    "diet": "DIET (Rasa), 3 epochs, GiNZA tokens and vectors",
}
_OUTSIDE = "out_of_scope"
# An epoch over all phrases takes minutes on two cores; training has to end within three.
_DIET_EPOCHS = 3
_WORD = r"\S+"

# Texts in, and for each text a probability-like score of every class.
Predict = Callable[[Sequence[str]], "tuple[list[str], np.ndarray]"]


def measure(name: str) -> dict[str, Any]:
    """Train one candidate and measure it on the reporting half.

    Returns:
        name, title, accuracy, macro_f1, out_of_scope_recall (at 3 % false rejections on the tuning half),
        false_rejections, milliseconds a message, training_seconds, memory_megabytes (peak of the process).
    """
    spacy_model = language()
    told = [(text, label) for folder in TRAINING for label, text in training_examples(Path(folder))]
    examples = ranking.capability_examples(told, yaml.safe_load(KIN.read_text(encoding="utf-8")))
    began = time.perf_counter()
    predict = _TRAINERS[name](spacy_model, examples)
    trained = time.perf_counter() - began
    utterances = load()
    tuning, reporting = utterances.half(tuning=True), utterances.half(tuning=False)
    threshold = measures.threshold_at(_scores(predict, tuning.in_scope()), 0.03)
    row = {"name": name, "title": _TITLES[name], "training_seconds": round(trained, 1)}
    row |= _accuracy(predict, reporting)
    row["out_of_scope_recall"] = measures.below(_scores(predict, _texts(reporting.out_of_scope)), threshold)
    row["false_rejections"] = measures.below(_scores(predict, reporting.in_scope()), threshold)
    row["milliseconds"] = _milliseconds(predict, _texts(reporting.intents)[:200])
    row["memory_megabytes"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    return row


def line(row: dict[str, Any]) -> str:
    """A measured candidate as a line of a Markdown table."""
    shares = " | ".join(f"{row[key] * 100:.1f}" for key in ("accuracy", "macro_f1", "out_of_scope_recall"))
    return (
        f"| {row['title']} | {shares} | {row['milliseconds']:.1f} | {row['memory_megabytes']} "
        f"| {row['training_seconds']:.0f} |"
    )


def _accuracy(predict: Predict, half: Utterances) -> dict[str, float]:
    gold = [item["intent"] for item in half.intents]
    classes, scores = predict(_texts(half.intents))
    told = [classes[position] for position in scores.argmax(axis=1)]
    return {"accuracy": measures.accuracy(gold, told), "macro_f1": measures.macro_f1(gold, told)}


def _scores(predict: Predict, texts: Sequence[str]) -> list[float]:
    """How little speaks for out of scope: a threshold on it rejects."""
    classes, scores = predict(texts)
    return [-float(value) for value in scores[:, classes.index(_OUTSIDE)]]


def _milliseconds(predict: Predict, texts: Sequence[str]) -> float:
    predict(texts[:5])
    began = time.perf_counter()
    for text in texts:
        predict([text])
    return (time.perf_counter() - began) * 1000 / len(texts)


def _texts(items: Sequence[dict[str, Any]]) -> list[str]:
    return [item["text"] for item in items]


# -- the candidates ----------------------------------------------------------------------------------------------------


def _train_ranking(spacy_model: Any, examples: Sequence[tuple[str, str]]) -> Predict:
    """The classifier in use, taken out of `ranking.train`, which fits the entry indexes besides."""
    classifier = _in_use(spacy_model, examples)

    def predict(texts: Sequence[str]) -> tuple[list[str], np.ndarray]:
        views = [view(spacy_model.model, text) for text in texts]
        return classifier.classes, classifier.probabilities(views)

    return predict


def _in_use(spacy_model: Any, examples: Sequence[tuple[str, str]]) -> capability_classifier.CapabilityClassifier:
    return ranking.train(spacy_model.model, examples).classifier


def _train_multinomial(spacy_model: Any, examples: Sequence[tuple[str, str]]) -> Predict:
    """The classes against each other at once (L-BFGS) instead of one against the rest."""
    from sklearn.linear_model import LogisticRegression

    used = _in_use(spacy_model, examples)
    weights = ranking.example_weights([label for _, label in examples])
    model = LogisticRegression(C=6.0, max_iter=100, tol=1e-3)
    views = [view(spacy_model.model, text) for text, _ in examples]
    model.fit(used.features(views), [label for _, label in examples], sample_weight=weights)

    def predict(texts: Sequence[str]) -> tuple[list[str], np.ndarray]:
        seen = [view(spacy_model.model, text) for text in texts]
        return list(model.classes_), model.predict_proba(used.features(seen))

    return predict


def _train_linear_svc(spacy_model: Any, examples: Sequence[tuple[str, str]]) -> Predict:
    """One against the rest with a margin; no probabilities, so the margin is the score."""
    from scipy import sparse
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.svm import LinearSVC

    fields = {
        "surface": TfidfVectorizer(analyzer="char", ngram_range=(1, 3), sublinear_tf=True, min_df=2),
        "reading": TfidfVectorizer(analyzer="char", ngram_range=(2, 4), sublinear_tf=True, min_df=2, lowercase=False),
        "words": TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=2, token_pattern=_WORD),
    }
    views = [view(spacy_model.model, text) for text, _ in examples]
    columns = [field.fit_transform([getattr(seen, name) for seen in views]) for name, field in fields.items()]
    model = LinearSVC(C=0.5, class_weight="balanced", max_iter=300)
    model.fit(sparse.hstack(columns, format="csr"), [label for _, label in examples])

    def predict(texts: Sequence[str]) -> tuple[list[str], np.ndarray]:
        seen = [view(spacy_model.model, text) for text in texts]
        rows = [field.transform([getattr(view, name) for view in seen]) for name, field in fields.items()]
        return list(model.classes_), model.decision_function(sparse.hstack(rows, format="csr"))

    return predict


def _train_nearest_centroid(spacy_model: Any, examples: Sequence[tuple[str, str]]) -> Predict:
    """The mean vector of each class: what word vectors alone are worth."""
    sums: dict[str, np.ndarray] = {}
    for text, label in examples:
        vector = view(spacy_model.model, text).vector
        sums[label] = sums[label] + vector if label in sums else vector.astype(np.float64)
    classes = sorted(sums)
    means = np.stack([sums[label] / (np.linalg.norm(sums[label]) + 1e-9) for label in classes])

    def predict(texts: Sequence[str]) -> tuple[list[str], np.ndarray]:
        return classes, np.stack([view(spacy_model.model, text).vector for text in texts]) @ means.T

    return predict


def _train_diet(spacy_model: Any, examples: Sequence[tuple[str, str]]) -> Predict:
    """Rasa's transformer on GiNZA's tokens and vectors and on character n-grams."""
    from bot.engine.evaluation.diet import train

    return train(spacy_model, examples, _DIET_EPOCHS)


_TRAINERS: dict[str, Callable[[Any, Sequence[tuple[str, str]]], Predict]] = {
    "ranking": _train_ranking,
    "multinomial": _train_multinomial,
    "linear_svc": _train_linear_svc,
    "nearest_centroid": _train_nearest_centroid,
    "diet": _train_diet,
}
