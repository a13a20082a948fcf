"""Which entry a message asks for: how much of it each whole entry knows, by its sound, its words and their meaning."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

import numpy as np
from scipy import sparse

from bot.engine.grams import Grams, Postings, Vocabulary
from bot.engine.views import View, Word

# How much counts what an entry knows of a message's sound (BM25, and the likeness to the entry's centre) and of its
# words (BM25 too, by themselves or by others near in meaning). Weighed by 2,162 questions of another hand that were
# held out: the right one of 536 came first in 73.4 % (69.4 % where words counted by themselves only).
_SOUND = Grams("gist", {"analyzer": "char", "ngram_range": (2, 4), "lowercase": False})
_WORDS_SHARE = 0.7
_SATURATION, _LENGTH = 0.8, 0.4
_DENSE_SHARE = 0.5
# Two words are near when the cosine of their vectors, in so many of 300 dimensions, is over this.
_NEAR, _WORD_DIMENSIONS = 0.4, 128
_MOST_NEAR, _REMEMBERED_WORDS = 128, 2048
# What is summed so has less spread than matches that the dialogue's thresholds were found with; a line brings it back.
_SCALE, _OFFSET = 1.14, -0.103
_NEARNESS_DIMENSIONS = 64  # of 300: with 32 to 128 the same entries and cases come first on the tuning half


class EntryIndex:
    """What a message has in common with whole entries; a score near 1 is a perfect match.

    BM25 asks how much of the message an entry knows, the likeness to the centre of its phrases (Rocchio) how much of
    what the entry is about the message says; vectors bring near what is said in other words.
    """

    def __init__(self, phrases: Mapping[str, Sequence[View]]) -> None:
        self.ids = sorted(phrases)
        owner = [number for number, key in enumerate(self.ids) for _ in phrases[key]]
        views = [v for key in self.ids for v in phrases[key]]
        gather = _gather(owner, len(self.ids))
        heard = _SOUND.matrix(views)
        counts = (gather @ heard).tocsr()
        known = np.unique(counts.indices)
        matrix, self._idf = _bm25(counts[:, known].tocsr())
        self._vocabulary, self._known = Vocabulary(known), Postings(matrix.T.tocsr())
        self._alike = Postings(_centres(heard[:, known].tocsr(), gather, self._idf).T.tocsr())
        self._unknown = _rarest(len(self.ids))
        self._words = WordIndex(views, owner)
        vectors = np.stack([v.vector for v in views])
        self._axes = _main_axes(vectors, _NEARNESS_DIMENSIONS)
        self._vectors = np.ascontiguousarray(vectors @ self._axes)
        self._starts = np.searchsorted(np.asarray(owner), np.arange(len(self.ids)))

    @lru_cache(maxsize=8)  # noqa: B019  # a message is matched again beside the next; the indexes live as long as this
    def scores(self, view: View) -> np.ndarray:
        """How well a message matches each entry: shape (entries,), 0 to about 1. Not to be written to."""
        near = np.maximum.reduceat(self._vectors @ (view.vector @ self._axes), self._starts)
        total = self._sounds(view) + _WORDS_SHARE * self._words.scores(view) + _DENSE_SHARE * np.clip(near, 0, 1)
        return np.clip(total / (2 + _WORDS_SHARE + _DENSE_SHARE) * _SCALE + _OFFSET, 0, None)

    @lru_cache(maxsize=64)  # noqa: B019  # as above
    def told_by(self, evidence: Callable[[str], float]) -> np.ndarray:
        """What is said of each entry beside a message's words: shape (entries,). Not to be written to."""
        return np.asarray([evidence(key) for key in self.ids], np.float32)

    def _sounds(self, view: View) -> np.ndarray:
        """How much of a message's sound each entry knows, and how like its centre that is; each up to about 1."""
        known, terms = self._vocabulary.find(_SOUND.count(view)[0])
        strange = np.count_nonzero(~known)
        possible = float(self._idf[terms].sum() + self._unknown * strange)
        if possible <= 0:
            return np.zeros(len(self.ids))
        length = np.sqrt(float((self._idf[terms] ** 2).sum() + self._unknown**2 * strange))
        return self._known.add(terms) / possible + self._alike.add(terms) / length


class WordIndex:
    """How many of a message's words each entry knows, by themselves or by the nearest in meaning of its own.

    `値段` is known where only `料金` was taught, as far as their vectors are alike; rare words count for more (BM25).

    Args:
        views: The phrases of all entries.
        owner: The number of each phrase's entry, rising.
    """

    def __init__(self, views: Sequence[View], owner: Sequence[int]) -> None:
        words = {word: word for view in views for word in view.content if word.vector is not None}
        listed = [words.get(word, word) for word in sorted({w for v in views for w in v.content}, key=lambda w: w.norm)]
        self._numbers = {word.norm: number for number, word in enumerate(listed)}
        self._entries = owner[-1] + 1
        held = [sorted({self._numbers[word.norm] for word in view.content}) for view in views]
        starts = np.cumsum([0, *(len(row) for row in held)])
        told = sparse.csr_matrix(
            (np.ones(starts[-1], np.float32), np.concatenate([np.asarray(row, np.int64) for row in held]), starts),
            shape=(len(views), len(listed)),
        )
        matrix, self._idf = _bm25((_gather(owner, self._entries) @ told).tocsr(), weighed=False)
        self._known = np.ascontiguousarray(matrix.T.toarray())
        vectors = np.stack([_no_vector(views) if word.vector is None else word.vector for word in listed])
        self._axes = _main_axes(_units(vectors), _WORD_DIMENSIONS)
        self._vectors = _units(vectors @ self._axes)

    def scores(self, view: View) -> np.ndarray:
        """How much of a message each entry knows: shape (entries,), up to about 1."""
        words = dict.fromkeys(view.content)
        weights = [self._weight(word) for word in words]
        total = np.zeros(self._entries)
        for word, weight in zip(words, weights, strict=True):
            total += weight * self._meant(word)
        return total / (sum(weights) + 1e-9)

    def _weight(self, word: Word) -> float:
        number = self._numbers.get(word.norm)
        return _rarest(self._entries) if number is None else float(self._idf[number])

    @lru_cache(maxsize=_REMEMBERED_WORDS)  # noqa: B019  # as above
    def _meant(self, word: Word) -> np.ndarray:
        """How well each entry knows one word."""
        alike = np.zeros(len(self._numbers), np.float32)
        if word.vector is not None:
            alike = self._vectors @ _units((word.vector @ self._axes)[None])[0]
        number = self._numbers.get(word.norm)
        if number is not None:
            alike[number] = 1.0
        near = np.flatnonzero(alike > _NEAR)
        if len(near) > _MOST_NEAR:
            near = near[np.argpartition(-alike[near], _MOST_NEAR)[:_MOST_NEAR]]
        if not len(near):
            return np.zeros(self._entries, np.float32)
        return np.max(self._known[near] * ((alike[near] - _NEAR) / (1 - _NEAR))[:, None], axis=0)


def _no_vector(views: Sequence[View]) -> np.ndarray:
    return np.zeros_like(views[0].vector)


def _units(rows: np.ndarray) -> np.ndarray:
    """The rows, each of unit length; zeros stay zeros."""
    return (rows / (np.linalg.norm(rows, axis=1, keepdims=True) + 1e-9)).astype(np.float32)


def _main_axes(rows: np.ndarray, most: int) -> np.ndarray:
    """The directions in which rows reach farthest: shape (dimensions, most)."""
    return np.linalg.eigh(rows.T @ rows)[1][:, -most:].astype(np.float32)


def _gather(owner: Sequence[int], entries: int) -> sparse.csr_matrix:
    """The matrix that adds up the rows of phrases by their entries."""
    ones = np.ones(len(owner), np.float32)
    return sparse.csr_matrix((ones, (owner, range(len(owner)))), shape=(entries, len(owner)))


def _rarest(entries: int) -> float:
    """How much a term weighs that no entry knows."""
    return float(np.log((entries + 1) / 0.5))


def _centres(phrases: sparse.csr_matrix, gather: sparse.csr_matrix, idf: np.ndarray) -> sparse.csr_matrix:
    """The centre of each entry's phrases, of unit length, times the weights that a message's n-grams have."""
    told = phrases.copy()
    told.data = idf[told.indices]
    centres = (gather @ _unit(told)).tocsr()
    centres = _unit(centres)
    centres.data *= idf[centres.indices]
    return centres


def _unit(rows: sparse.csr_matrix) -> sparse.csr_matrix:
    """The rows, each of unit length."""
    length = np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1)).ravel()) + 1e-9
    scaled = rows.astype(np.float32)
    scaled.data /= np.repeat(length, np.diff(rows.indptr)).astype(np.float32)
    return scaled


def _bm25(counts: sparse.csr_matrix, *, weighed: bool = True) -> tuple[sparse.csr_matrix, np.ndarray]:
    """How well each entry knows each term, times the term's weight or not, and these weights."""
    entries = counts.shape[0]
    frequency = np.bincount(counts.indices, minlength=counts.shape[1])
    idf = np.log((entries + 1) / (frequency + 0.5)).astype(np.float32)
    length = np.asarray(counts.sum(axis=1)).ravel()
    rows = np.repeat(np.arange(entries), np.diff(counts.indptr))
    norm = _SATURATION * (1 - _LENGTH + _LENGTH * length[rows] / length.mean())
    weighted = counts.copy()
    known = counts.data * (_SATURATION + 1) / (counts.data + norm)
    weighted.data = (known * idf[counts.indices] if weighed else known).astype(np.float32)
    return weighted, idf
