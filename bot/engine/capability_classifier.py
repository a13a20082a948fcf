"""Which capability a message calls for: a linear model over what its phrases look and sound like.

Pure scikit-learn: nothing of Rasa is imported here, so that the model can be measured by itself.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import sparse
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression

from bot.engine.grams import BUCKETS, Grams, Postings, Vocabulary
from bot.engine.views import View

_DENSE_DIMENSIONS = 96
_CLASSIFIER_FIELDS = {
    "surface": {"analyzer": "char", "ngram_range": (1, 3)},
    "reading": {"analyzer": "char", "ngram_range": (2, 4), "lowercase": False},
    "words": {"analyzer": "word", "ngram_range": (1, 2), "token_pattern": r"\S+"},
    "things": {"analyzer": "word", "ngram_range": (1, 2), "token_pattern": r"\S+", "lowercase": False},
}
_SOUND = "reading"
_LEAST_PHRASES = 2  # an n-gram of one phrase only teaches that phrase
# One-against-rest margins become probabilities by a softmax; its sharpness makes them mean what they say on the tuning
# half of tests/nlu (docs/decisions/0006).
_MARGIN_SHARPNESS = 1.2


class _Weighed:
    """TF-IDF (logarithm of counts, unit length) over the n-grams of one view that at least two phrases hold."""

    def __init__(self, views: Sequence[View], grams: Grams) -> None:
        self._grams = grams
        held = np.bincount(grams.matrix(views).indices, minlength=BUCKETS)
        kept = np.flatnonzero(held >= _LEAST_PHRASES)
        self._known = Vocabulary(kept)
        self._idf = (np.log((1 + len(views)) / (1 + held[kept])) + 1).astype(np.float32)
        self.size = self._known.size

    def weigh(self, view: View) -> tuple[np.ndarray, np.ndarray]:
        """The columns that a view has, and their values."""
        buckets, counts = self._grams.count(view)
        known, columns = self._known.find(buckets)
        values = (np.log(counts[known]) + 1) * self._idf[columns]
        return columns, values / (np.sqrt(values @ values) + 1e-9)


class CapabilityClassifier:
    """Linear one-against-rest models over the capabilities (LIBLINEAR: seconds where multinomial takes minutes).

    The likeness in sound to the nearest phrase of each class may be added to the margins: a model of averages forgets
    the phrase that only one member in a hundred uses.

    Args:
        views: What each phrase looks like.
        labels: The class of each phrase.
        weights: How much each phrase counts.
        c: Inverse regularisation.
        dense: How much the word vectors count beside the n-grams.
        nearest: What the likeness, 0 to 1, adds, in the unit of the sharpened margins.
        echoes: How many phrases at the end repeat others in another writing; they are no phrases to be near to.
    """

    def __init__(
        self,
        views: Sequence[View],
        labels: Sequence[str],
        weights: Sequence[float],
        c: float,
        dense: float,
        *,
        nearest: float = 0.0,
        echoes: int = 0,
    ) -> None:
        self._dense, self._nearest = dense, nearest
        self._fields = [_Weighed(views, Grams(name, options)) for name, options in _CLASSIFIER_FIELDS.items()]
        self._starts_of_fields = np.cumsum([0, *(weighed.size for weighed in self._fields)])
        self._pca = PCA(min(_DENSE_DIMENSIONS, len(views)), random_state=0).fit(np.stack([v.vector for v in views]))
        model = LogisticRegression(C=c, tol=1e-2, solver="liblinear", random_state=0)
        features = self.features(views)
        model.fit(features, labels, sample_weight=np.asarray(weights, np.float32))
        self.classes = list(model.classes_)
        if nearest:
            told = labels[: len(labels) - echoes]
            order = np.argsort(np.asarray(told), kind="stable")
            self._sounds = Postings(self._sound(features)[order].T.tocsr())
            self._starts = np.searchsorted(np.asarray(told)[order], self.classes)
        self._weights = np.ascontiguousarray(model.coef_.T.astype(np.float32))
        self._bias = model.intercept_.astype(np.float32)

    def features(self, views: Sequence[View]) -> sparse.csr_matrix:
        """What the model sees of each message: shape (messages, features)."""
        rows = [self._weigh(view) for view in views]
        starts = np.cumsum([0, *(len(columns) for columns, _ in rows)])
        columns, values = (np.concatenate([row[at] for row in rows]) for at in (0, 1))
        shape = (len(rows), self._starts_of_fields[-1])
        told = sparse.csr_matrix((values.astype(np.float32), columns, starts), shape=shape)
        dense = np.stack([self._meant(view) for view in views])
        return sparse.hstack([told, sparse.csr_matrix(dense)], format="csr", dtype=np.float32)

    def _weigh(self, view: View) -> tuple[np.ndarray, np.ndarray]:
        """The sparse columns of a view in all fields, and their values."""
        weighed = [counted.weigh(view) for counted in self._fields]
        columns = [found + start for (found, _), start in zip(weighed, self._starts_of_fields, strict=False)]
        return np.concatenate(columns), np.concatenate([values for _, values in weighed])

    def _meant(self, view: View) -> np.ndarray:
        """The dense columns of a view."""
        return ((view.vector - self._pca.mean_) @ self._pca.components_.T * self._dense).astype(np.float32)

    def _sound(self, features: sparse.csr_matrix) -> sparse.csr_matrix:
        """The columns of the reading, which have unit length."""
        at = list(_CLASSIFIER_FIELDS).index(_SOUND)
        return features[:, self._starts_of_fields[at] : self._starts_of_fields[at + 1]]

    def probabilities(self, views: Sequence[View]) -> np.ndarray:
        """Probability of each class: shape (messages, classes)."""
        return np.stack([self._probabilities(view) for view in views])

    def _probabilities(self, view: View) -> np.ndarray:
        columns, values = self._weigh(view)
        dense = self._weights[self._starts_of_fields[-1] :]
        scores = (values @ self._weights[columns] + self._meant(view) @ dense + self._bias) * _MARGIN_SHARPNESS
        if self._nearest:
            at = list(_CLASSIFIER_FIELDS).index(_SOUND)
            start, end = self._starts_of_fields[at : at + 2]
            heard = (columns >= start) & (columns < end)
            likeness = self._sounds.add(columns[heard] - start, values[heard])
            scores = scores + self._nearest * np.maximum.reduceat(likeness, self._starts)
        exp = np.exp(scores - scores.max())
        return exp / exp.sum()
