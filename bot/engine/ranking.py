"""The linear model that ranks what a message may mean: capabilities, FAQ entries and coverage cases together.

One model over all classes makes fewer mistakes than an intent classifier followed by a retriever that disagree.
Features: character n-grams of the written form, character n-grams of the *reading* (they bridge kana-only messages,
voice input and wrong kanji), Sudachi's normalised words, and the weighted mean of word vectors.
Pure scikit-learn and spaCy: nothing of Rasa is imported here, so the model can be measured by itself.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

_DIGITS = re.compile(r"[0-9][0-9,.]*")
_SPACES = re.compile(r"\s+")


def normalise(text: str) -> str:
    """Fold width and case, digits to one 0, spaces away.

    Args:
        text: A message as typed.

    Returns:
        The form that features are read from.
    """
    folded = unicodedata.normalize("NFKC", text).lower()
    return _SPACES.sub(" ", _DIGITS.sub("0", folded)).strip()


@dataclass(frozen=True)
class Views:
    """One message seen four ways."""

    surface: str
    reading: str
    words: str
    vectors: np.ndarray
    weights: tuple[str, ...]


def view(language: Any, text: str) -> Views:
    """Tokenise a message.

    Args:
        language: A spaCy language with Sudachi's tokenizer and vectors.
        text: A message as typed.

    Returns:
        Its written form, reading, normalised words and the word vectors with the words that they belong to.
    """
    surface = normalise(text)
    doc = language(surface)
    reading, words, vectors, weights = [], [], [], []
    for token in doc:
        if token.is_space:
            continue
        read = token.morph.get("Reading")
        reading.append(read[0] if read and token.tag_[:2] != "補助" else token.text)
        words.append(token.norm_)
        if token.has_vector and token.tag_[:2] not in ("補助", "助詞"):
            vectors.append(token.vector)
            weights.append(token.norm_)
    matrix = np.asarray(vectors, dtype=np.float32) if vectors else np.zeros((0, language.vocab.vectors_length), np.float32)
    return Views(surface.replace(" ", ""), "".join(reading), " ".join(words), matrix, tuple(weights))


@dataclass
class Ranking:
    """A trained ranker; `rank` gives every class a probability."""

    classes: list[str]
    vectorizers: dict[str, TfidfVectorizer]
    coefficients: np.ndarray
    intercepts: np.ndarray
    dense_weight: float = 1.0
    _idf: dict[str, float] = field(default_factory=dict)

    def features(self, views: Sequence[Views]) -> sparse.csr_matrix:
        """Feature rows of tokenised messages: shape (messages, features)."""
        blocks = [self.vectorizers[name].transform([getattr(v, name) for v in views]) for name in _SPARSE]
        blocks.append(sparse.csr_matrix(_dense(views, self._idf) * self.dense_weight))
        return sparse.hstack(blocks, format="csr", dtype=np.float32)

    def probabilities(self, views: Sequence[Views]) -> np.ndarray:
        """Class probabilities: shape (messages, classes)."""
        scores = self.features(views) @ self.coefficients + self.intercepts
        scores -= scores.max(axis=1, keepdims=True)
        exp = np.exp(scores)
        return exp / exp.sum(axis=1, keepdims=True)


_SPARSE = {
    "surface": {"analyzer": "char", "ngram_range": (1, 4), "sublinear_tf": True, "min_df": 2},
    "reading": {"analyzer": "char", "ngram_range": (2, 4), "sublinear_tf": True, "min_df": 2, "lowercase": False},
    "words": {"analyzer": "word", "ngram_range": (1, 2), "sublinear_tf": True, "token_pattern": r"\S+"},
}


def _dense(views: Sequence[Views], idf: dict[str, float]) -> np.ndarray:
    rows = []
    unknown = max(idf.values(), default=1.0)
    for v in views:
        if not len(v.vectors):
            rows.append(np.zeros(v.vectors.shape[1], np.float32))
            continue
        weights = np.asarray([idf.get(word, unknown) for word in v.weights], np.float32)
        mean = (v.vectors * weights[:, None]).sum(axis=0)
        rows.append(mean / (np.linalg.norm(mean) + 1e-9))
    return np.asarray(rows, np.float32)


def train(
    language: Any,
    examples: Iterable[tuple[str, str]],
    *,
    inverse_regularisation: float = 20.0,
    dense_weight: float = 1.0,
    max_iterations: int = 120,
) -> Ranking:
    """Fit the ranker.

    Args:
        language: A spaCy language with Sudachi's tokenizer and vectors.
        examples: (text, class) pairs.
        inverse_regularisation: Logistic regression's C.
        dense_weight: How much the word vectors count beside the n-grams.
        max_iterations: Bound of the solver.

    Returns:
        The trained ranking.
    """
    texts, labels = zip(*examples)
    views = [view(language, text) for text in texts]
    vectorizers = {name: TfidfVectorizer(dtype=np.float32, **options) for name, options in _SPARSE.items()}
    blocks = [vectorizer.fit_transform([getattr(v, name) for v in views]) for name, vectorizer in vectorizers.items()]
    words = vectorizers["words"]
    idf = {word: float(words.idf_[index]) for word, index in words.vocabulary_.items() if " " not in word}
    blocks.append(sparse.csr_matrix(_dense(views, idf) * dense_weight))
    matrix = sparse.hstack(blocks, format="csr", dtype=np.float32)
    model = LogisticRegression(C=inverse_regularisation, max_iter=max_iterations, tol=1e-3)
    model.fit(matrix, labels)
    return Ranking(
        classes=list(model.classes_),
        vectorizers=vectorizers,
        coefficients=np.ascontiguousarray(model.coef_.T.astype(np.float32)),
        intercepts=model.intercept_.astype(np.float32),
        dense_weight=dense_weight,
        _idf=idf,
    )
