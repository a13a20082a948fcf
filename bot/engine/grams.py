"""Hashed n-grams of one message, and what they lead to: plain arrays, so that a message costs well under a millisecond.

The matrices of scikit-learn and SciPy are made for many rows at once; one row costs them as much in checks and copies
as in work. The n-grams themselves are scikit-learn's (`build_analyzer`), and so is the hash (MurmurHash3).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache, lru_cache
from typing import Any

import numpy as np
from scipy import sparse
from sklearn.feature_extraction.text import HashingVectorizer
from sklearn.utils import murmurhash3_32

BUCKETS = 2**20  # hashed n-grams: no dictionary of 140,000 strings in memory, nor the seconds to build one

Counts = tuple[np.ndarray, np.ndarray]
"""Buckets in rising order (int64) and how often each occurs (float32)."""


class Grams:
    """Counts the n-grams of one attribute of a view.

    Args:
        attribute: Which text of the view is read.
        options: scikit-learn's `analyzer`, `ngram_range`, `token_pattern`, `lowercase`.
    """

    def __init__(self, attribute: str, options: Mapping[str, Any]) -> None:
        self._attribute, self._options = attribute, tuple(sorted(options.items()))

    def count(self, view: Any) -> Counts:
        """The n-grams of a view."""
        return _counted(getattr(view, self._attribute), self._options)

    def matrix(self, views: Sequence[Any]) -> sparse.csr_matrix:
        """The n-grams of many views: shape (views, buckets), float32."""
        rows = [self.count(view) for view in views]
        starts = np.cumsum([0, *(len(buckets) for buckets, _ in rows)])
        columns, counts = (np.concatenate([row[at] for row in rows]) for at in (0, 1))
        return sparse.csr_matrix((counts, columns, starts), shape=(len(rows), BUCKETS))


@cache
def _analyzer(options: tuple[tuple[str, Any], ...]) -> Callable[[str], list[str]]:
    return HashingVectorizer(**dict(options)).build_analyzer()


@lru_cache(maxsize=64)  # one message is read by several models in turn
def _counted(text: str, options: tuple[tuple[str, Any], ...]) -> Counts:
    hashed = np.fromiter((murmurhash3_32(gram) for gram in _analyzer(options)(text)), np.int64)
    buckets, counts = np.unique(np.abs(hashed) % BUCKETS, return_counts=True)
    return buckets, counts.astype(np.float32)


class Vocabulary:
    """The buckets that a model knows, numbered from 0 in rising order."""

    def __init__(self, buckets: np.ndarray) -> None:
        self._buckets = buckets
        self.size = len(buckets)

    def find(self, buckets: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Which of `buckets` are known (a mask) and the numbers of those that are."""
        if not self.size:
            return np.zeros(len(buckets), bool), np.zeros(0, np.int64)
        at = np.minimum(np.searchsorted(self._buckets, buckets), self.size - 1)
        known = self._buckets[at] == buckets
        return known, at[known]


class Postings:
    """What each term adds to each target: a sparse matrix (terms, targets) read row by row."""

    def __init__(self, matrix: sparse.csr_matrix) -> None:
        self._starts, self._targets, self._added = matrix.indptr, matrix.indices, matrix.data
        self._size = matrix.shape[1]

    def add(self, terms: np.ndarray, weights: np.ndarray | None = None) -> np.ndarray:
        """The sum over `terms` (times `weights`) for every target: shape (targets,), float64."""
        starts, lengths = self._starts[terms], self._starts[terms + 1] - self._starts[terms]
        ends = np.cumsum(lengths)
        if not len(terms) or not ends[-1]:
            return np.zeros(self._size)
        at = np.arange(ends[-1]) + np.repeat(starts - ends + lengths, lengths)
        added = self._added[at] if weights is None else self._added[at] * np.repeat(weights, lengths)
        return np.bincount(self._targets[at], weights=added, minlength=self._size)
