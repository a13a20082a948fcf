"""The n-grams of one message are those that scikit-learn finds in many; the sums are those of the sparse product."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from scipy import sparse
from sklearn.feature_extraction.text import HashingVectorizer

from bot.engine.grams import BUCKETS, Grams, Postings, Vocabulary

CHARACTERS = {"analyzer": "char", "ngram_range": (2, 4)}
WORDS = {"analyzer": "word", "ngram_range": (1, 2), "token_pattern": r"\S+"}


@dataclass(frozen=True)
class Seen:
    """A message with the one text that is read here."""

    text: str


@pytest.mark.parametrize("options", [CHARACTERS, WORDS])
@pytest.mark.parametrize("text", ["保険料 は いくら 保険料 は", "a", "", "ワイドプランの保険料はいくらですか"])
def test_counts_are_those_of_the_library(options: dict[str, object], text: str) -> None:
    vectorizer = HashingVectorizer(n_features=BUCKETS, alternate_sign=False, norm=None, dtype=np.float32, **options)
    expected = vectorizer.transform([text])
    expected.sort_indices()
    buckets, counts = Grams("text", options).count(Seen(text))
    assert buckets.tolist() == expected.indices.tolist()
    assert counts.tolist() == expected.data.tolist()


def test_many_messages_are_a_matrix_of_their_counts() -> None:
    grams = Grams("text", CHARACTERS)
    matrix = grams.matrix([Seen("保険料"), Seen(""), Seen("事故")])
    assert matrix.shape == (3, BUCKETS)
    assert matrix.sum(axis=1).ravel().tolist() == [[3.0, 0.0, 1.0]]


def test_known_buckets_are_numbered() -> None:
    known, numbers = Vocabulary(np.array([3, 7, 9])).find(np.array([1, 3, 9, 12]))
    assert known.tolist() == [False, True, True, False]
    assert numbers.tolist() == [0, 2]
    assert Vocabulary(np.array([], int)).find(np.array([1]))[1].tolist() == []


def test_postings_add_up_like_the_sparse_product() -> None:
    matrix = sparse.random(40, 25, density=0.2, format="csr", random_state=1, dtype=np.float32)
    terms, weights = np.array([0, 3, 17, 39]), np.array([1.0, 0.5, 2.0, 0.1], np.float32)
    expected = weights @ matrix.toarray()[terms]
    assert Postings(matrix).add(terms, weights) == pytest.approx(expected, abs=1e-5)
    assert Postings(matrix).add(terms) == pytest.approx(matrix.toarray()[terms].sum(axis=0), abs=1e-5)
    assert Postings(matrix).add(np.array([], int)).tolist() == [0.0] * 25
