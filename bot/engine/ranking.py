"""What a message may mean: a linear model for the capability, a lexical index for the FAQ entry and the coverage case.

A classifier over 40 capabilities has hundreds of phrases a class; an FAQ entry has a dozen. So the two are found
differently (docs/decisions/0006): logistic regression for the capability, with all FAQ entries as one class, and BM25
over whole entries, with the weights of words counted by entry, for the entry. Both look at the written form, at
Sudachi's normalised words and at the *reading*, which bridges kana-only messages, voice input and wrong kanji.
What sounds like one known phrase gains by it, however rare that phrase's words are among its capability's.
Pure scikit-learn and spaCy: nothing of Rasa is imported here, so the models can be measured by themselves.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from scipy import sparse
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression

from bot.engine.grams import BUCKETS, Grams, Postings, Vocabulary
from bot.engine.things import things

_DIGITS = re.compile(r"[0-9][0-9,.]*")
_SPACES = re.compile(r"\s+")
_KANJI = re.compile("[\u4e00-\u9fff]")
_DENSE_DIMENSIONS = 96
_JAPANESE, _LATIN = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]"), re.compile(r"[a-z]")
_ENGLISH_WORD = re.compile(r"[a-z0-9][a-z0-9'-]*")
_JOINING = Path(__file__).with_name("english.yml")


# A keyboard left in half-width katakana (`ﾊｲ ｿｳﾃﾞｽ`): what would be hiragana stands in katakana. Words with a long
# vowel's mark are foreign and katakana in any case.
_HALF_KATAKANA = re.compile("(?<![\uff66-\uff9f])[\uff66-\uff6f\uff71-\uff9f]+(?![\uff66-\uff9f])")
_HIRAGANA = re.compile("[\u3041-\u3096]")
_TO_HIRAGANA = {code: code - 0x60 for code in range(0x30A1, 0x30F7)}
# A key struck too lightly leaves a consonant among kana (`お願いしmす`): all but `n` stand for the commonest vowel.
_SLIPPED = re.compile(r"(?<=[\u3041-\u3096])([kstnhmrgdb])(?=[\u3041-\u3096]|[。、！？!?\s]|$)")
_SLIPS = yaml.safe_load(Path(__file__).with_name("slips.yml").read_text(encoding="utf-8"))


def normalise(text: str) -> str:
    """Fold width and case, digits to one 0, runs of spaces to one; mend what slips on a Japanese keyboard.

    Args:
        text: A message as typed.

    Returns:
        The form that features are read from.
    """
    mended = _SLIPPED.sub(_mended, text)
    if not _HIRAGANA.search(text):
        mended = _HALF_KATAKANA.sub(_in_hiragana, mended)
    folded = unicodedata.normalize("NFKC", mended).lower()
    return _SPACES.sub(" ", _DIGITS.sub("0", folded)).strip()


def _in_hiragana(run: re.Match[str]) -> str:
    return unicodedata.normalize("NFKC", run.group()).translate(_TO_HIRAGANA)


def _mended(slip: re.Match[str]) -> str:
    following = slip.string[slip.end() : slip.end() + 1]
    return _SLIPS["before"].get(slip.group() + following) or _SLIPS["commonest"][slip.group()]


@dataclass(frozen=True)
class View:
    """One message seen several ways.

    Attributes:
        surface: Written form without spaces.
        reading: Katakana reading.
        gist: The reading; of an English message only the words that tell what it is about.
        words: Normalised words, space-separated.
        content: Normalised content words only.
        things: Kinds and values of what is named and counted, space-separated.
        vector: Mean of the content words' vectors, unit length (zeros when none has one).
    """

    surface: str
    reading: str
    gist: str
    words: str
    content: str
    things: str
    vector: np.ndarray = field(compare=False)


@lru_cache(maxsize=1)
def _joining() -> frozenset[str]:
    """English words that say nothing of what a message is about."""
    return frozenset(yaml.safe_load(_JOINING.read_text(encoding="utf-8"))["joining"].split())


_CONTENT = ("NOUN", "PROPN", "VERB", "ADJ", "ADV", "NUM", "X")


def view(language: Any, text: str) -> View:
    """Tokenise a message.

    Args:
        language: A spaCy language with Sudachi's tokenizer and vectors.
        text: A message as typed.

    Returns:
        Its views.
    """
    surface = normalise(text)
    reading, words, content = [], [], []
    vectors: list[np.ndarray] = []
    for token in language(surface):
        if token.is_space:
            continue
        read = token.morph.get("Reading")
        reading.append(read[0] if read and token.pos_ != "PUNCT" else token.text)
        words.append(token.norm_)
        if token.pos_ in _CONTENT:
            content.append(token.norm_)
            if token.has_vector:
                vectors.append(token.vector)
    gist = "".join(reading)
    if _LATIN.search(surface) and not _JAPANESE.search(surface):
        # Sudachi takes every English word for a noun; what joins them would count for more than what they are about.
        telling = [word for word in _ENGLISH_WORD.findall(surface) if word not in _joining()]
        gist, content = " ".join(telling), telling
    mean = np.sum(vectors, axis=0) if vectors else np.zeros(language.vocab.vectors_length, np.float32)
    vector = (mean / (np.linalg.norm(mean) + 1e-9)).astype(np.float32)
    return View(
        surface.replace(" ", ""), "".join(reading), gist, " ".join(words), " ".join(content), things(text), vector
    )


# -- capabilities -----------------------------------------------------------------------------------------------------

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
# What sounds just like one phrase gains as much as this margin.
_NEAREST = 4.0


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


# -- entries ----------------------------------------------------------------------------------------------------------

# Of each view: how much BM25 counts, how much the likeness to an entry's centre, and its n-grams. Weighed by held-out
# fifths of the entries' own phrases: the right one of 522 came first in 69.8 % (66.9 % by three views without centres).
_INDEX_FIELDS = {
    "content": (0.7, 0.0, {"analyzer": "word", "ngram_range": (1, 2), "token_pattern": r"\S+"}),
    "gist": (1.0, 1.0, {"analyzer": "char", "ngram_range": (2, 4), "lowercase": False}),
}
_SATURATION, _LENGTH = 0.8, 0.4
_DENSE_SHARE = 0.8
# What is summed so has less spread than matches that the dialogue's thresholds were found with; a line brings it back.
_SCALE, _OFFSET = 1.25, -0.05
_NEARNESS_DIMENSIONS = 64  # of 300: with 32 to 128 the same entries and cases come first on the tuning half


class EntryIndex:
    """What a message has in common with whole entries; a score near 1 is a perfect match.

    BM25 asks how much of the message an entry knows, the likeness to the centre of its phrases (Rocchio) how much of
    what the entry is about the message says; word vectors bring near what is said in other words.
    """

    def __init__(self, phrases: Mapping[str, Sequence[View]]) -> None:
        self.ids = sorted(phrases)
        owner = [number for number, key in enumerate(self.ids) for _ in phrases[key]]
        views = [v for key in self.ids for v in phrases[key]]
        shape = (len(self.ids), len(views))
        gather = sparse.csr_matrix((np.ones(len(views), np.float32), (owner, range(len(views)))), shape=shape)
        self._fields = []
        self._total = _DENSE_SHARE
        for name, (weight, centre, options) in _INDEX_FIELDS.items():
            grams = Grams(name, options)
            phrase = grams.matrix(views)
            counts = (gather @ phrase).tocsr()
            known = np.unique(counts.indices)
            matrix, idf = _bm25(counts[:, known].tocsr())
            vocabulary, added = Vocabulary(known), Postings(matrix.T.tocsr())
            alike = Postings(_centres(phrase[:, known].tocsr(), gather, idf).T.tocsr()) if centre else None
            self._fields.append((weight, centre, grams, vocabulary, added, alike, idf))
            self._total += weight + centre
        self._unknown = np.log((len(self.ids) + 1) / 0.5)
        vectors = np.stack([v.vector for v in views])
        self._axes = np.linalg.eigh(vectors.T @ vectors)[1][:, -_NEARNESS_DIMENSIONS:].astype(np.float32)
        self._vectors = np.ascontiguousarray(vectors @ self._axes)
        self._starts = np.searchsorted(np.asarray(owner), np.arange(len(self.ids)))

    @lru_cache(maxsize=8)  # noqa: B019  # a message is matched again beside the next; the indexes live as long as this
    def scores(self, view: View) -> np.ndarray:
        """How well a message matches each entry: shape (entries,), 0 to about 1. Not to be written to."""
        total = np.zeros(len(self.ids))
        for weight, centre, grams, vocabulary, added, alike, idf in self._fields:
            buckets, _ = grams.count(view)
            known, terms = vocabulary.find(buckets)
            strange = np.count_nonzero(~known)
            possible = float(idf[terms].sum() + self._unknown * strange)
            if possible > 0:
                total += weight * added.add(terms) / possible
            if alike is not None and possible > 0:
                total += (
                    centre * alike.add(terms) / np.sqrt(float((idf[terms] ** 2).sum() + self._unknown**2 * strange))
                )
        near = np.maximum.reduceat(self._vectors @ (view.vector @ self._axes), self._starts)
        total += _DENSE_SHARE * np.clip(near, 0, 1)
        return np.clip(total / self._total * _SCALE + _OFFSET, 0, None)


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


def _bm25(counts: sparse.csr_matrix) -> tuple[sparse.csr_matrix, np.ndarray]:
    entries = counts.shape[0]
    frequency = np.bincount(counts.indices, minlength=counts.shape[1])
    idf = np.log((entries + 1) / (frequency + 0.5)).astype(np.float32)
    length = np.asarray(counts.sum(axis=1)).ravel()
    rows = np.repeat(np.arange(entries), np.diff(counts.indptr))
    norm = _SATURATION * (1 - _LENGTH + _LENGTH * length[rows] / length.mean())
    weighted = counts.copy()
    weighted.data = (counts.data * (_SATURATION + 1) / (counts.data + norm) * idf[counts.indices]).astype(np.float32)
    return weighted, idf


# -- both -------------------------------------------------------------------------------------------------------------

_FAMILIES = {"faq/": "faq", "case/": "coverage"}
# FAQ entries are half of all phrases; unweighted, that prior swallows short messages that belong to a capability.
# Eight phrases of each entry say as much of "this is a question of fact" as all of them, in a third of the time; so do
# two in English. They are taken from all over its list.
_FAMILY_PHRASES, _FAMILY_ENGLISH = 8, 2
# Coverage cases have phrases enough to learn from: a linear model beside the index, told apart as stories are.
_LEARNED, _LEARNED_SHARE, _LEARNED_DENSE = "case/", 0.6, 2.0
# All of a family's phrases together count as much as this many of a capability, however many entries there are.
_FAMILY_MASS = {"faq": 1100.0, "coverage": 440.0}
_SHARPNESS = 22.0
# How much the message before counts beside one that leans on it; tuned on half of tests/conversations/followups.yml.
_BEFORE_SHARE = 0.65
_ECHO_WEIGHT = 0.3  # a phrase without its kanji beside the phrase


@dataclass
class Ranking:
    """The trained models: capabilities, and by family the index of entries and, of cases, a linear model too."""

    classifier: CapabilityClassifier
    indexes: dict[str, EntryIndex]
    learned: dict[str, CapabilityClassifier] = field(default_factory=dict)

    def capabilities(self, views: Sequence[View]) -> list[list[tuple[str, float]]]:
        """Capabilities of each message with their probabilities, best first."""
        rows = self.classifier.probabilities(views)
        classes = self.classifier.classes
        return [[(classes[i], float(row[i])) for i in np.argsort(-row)] for row in rows]

    def entries(
        self,
        family: str,
        view: View,
        most: int,
        *,
        before: View | None = None,
        evidence: Callable[[str], float] | None = None,
    ) -> list[tuple[str, float, float]]:
        """The best entries of a family (`faq/`, `case/`): id, probability among the family, match 0 to 1.

        With the message `before`, what it matched counts beside what this one matches. `evidence` says of an entry
        what speaks for it beside its words, in the unit of the match; it moves the probability only.
        """
        index = self.indexes.get(family)
        if index is None:
            return []
        scores = index.scores(view)
        if before is not None:
            scores = (1 - _BEFORE_SHARE) * scores + _BEFORE_SHARE * index.scores(before)
        weighed = scores if evidence is None else scores + np.asarray([evidence(key) for key in index.ids], np.float32)
        logs = (weighed - weighed.max()) * _SHARPNESS
        logs -= np.log(np.exp(logs).sum())
        model = self.learned.get(family)
        if model is not None:
            known = np.log(model.probabilities([view])[0] + 1e-9)
            logs = _LEARNED_SHARE * known + (1 - _LEARNED_SHARE) * np.maximum(logs, np.log(1e-9))
        share = np.exp(logs) / np.exp(logs).sum()
        return [(index.ids[i], float(share[i]), float(scores[i])) for i in np.argsort(-share)[:most]]


def train(
    language: Any,
    examples: Iterable[tuple[str, str]],
    *,
    inverse_regularisation: float = 6.0,
    dense_weight: float = 1.0,
    kin: Mapping[str, Sequence[str]] | None = None,
) -> Ranking:
    """Fit all models.

    Args:
        language: A spaCy language with Sudachi's tokenizer and vectors.
        examples: (text, class) pairs; classes are capabilities, `faq/<entry>` and `case/<case>`.
        inverse_regularisation: Logistic regression's C.
        dense_weight: How much the word vectors count beside the n-grams.
        kin: Patterns of the FAQ entries that tell what a capability tells, by capability (kin.yml).

    Returns:
        The trained ranking.
    """
    listed = list(examples)
    seen = {text: view(language, text) for text, _ in listed}
    phrases: dict[str, dict[str, list[View]]] = {}
    for text, label in listed:
        family = _family_prefix(label)
        if family:
            phrases.setdefault(family, {}).setdefault(label[len(family) :], []).append(seen[text])
    taught = capability_examples(listed, kin)
    labels = [label for _, label in taught]
    weights = example_weights(labels)
    written = [at for at, (text, _) in enumerate(taught) if _KANJI.search(text)]
    classifier = CapabilityClassifier(
        [*(seen[text] for text, _ in taught), *(_echo(language, seen[taught[at][0]]) for at in written)],
        [*labels, *(labels[at] for at in written)],
        [*weights, *(weights[at] * _ECHO_WEIGHT for at in written)],
        inverse_regularisation,
        dense_weight,
        nearest=_NEAREST,
        echoes=len(written),
    )
    learned = {
        family: _learn(entries, inverse_regularisation)
        for family, entries in phrases.items()
        if family == _LEARNED and len(entries) > 2
    }
    return Ranking(classifier, {family: EntryIndex(entries) for family, entries in phrases.items()}, learned)


def _learn(entries: Mapping[str, Sequence[View]], c: float) -> CapabilityClassifier:
    """A linear model over the entries of a family; its classes are in the order of the index."""
    labelled = [(seen, key) for key in sorted(entries) for seen in entries[key]]
    views, labels = [seen for seen, _ in labelled], [key for _, key in labelled]
    return CapabilityClassifier(views, labels, [1.0] * len(labels), c, _LEARNED_DENSE)


def _echo(language: Any, seen: View) -> View:
    """How somebody types a phrase who leaves kanji out: its reading in hiragana."""
    return view(language, seen.reading.translate(_TO_HIRAGANA))


def capability_examples(
    examples: Iterable[tuple[str, str]], kin: Mapping[str, Sequence[str]] | None = None
) -> list[tuple[str, str]]:
    """What the classifier learns from: entries as one class, cases as another, a few phrases of each.

    Entries that are `kin` to a capability teach that capability instead.
    """
    grouped: dict[str, list[str]] = {}
    for text, label in examples:
        grouped.setdefault(label, []).append(text)
    taught = []
    for label, texts in grouped.items():
        family = _family_prefix(label)
        meant = _akin(label, kin or {}) or _FAMILIES.get(family or "", label)
        taught += [(text, meant) for text in (_spread(texts) if family else texts)]
    return taught


def _akin(label: str, kin: Mapping[str, Sequence[str]]) -> str | None:
    """The capability that an FAQ entry is kin to, or None."""
    if _family_prefix(label) != "faq/":
        return None
    entry = label.removeprefix("faq/")
    return next((name for name, told in kin.items() if any(fnmatchcase(entry, pattern) for pattern in told)), None)


def _spread(texts: Sequence[str]) -> list[str]:
    """A few of an entry's phrases."""
    english = [text for text in texts if not _JAPANESE.search(text)]
    kept = []
    for listed, most in (
        ([text for text in texts if _JAPANESE.search(text)], _FAMILY_PHRASES),
        (english, _FAMILY_ENGLISH),
    ):
        at = np.linspace(0, len(listed) - 1, min(len(listed), most)).round().astype(int)
        kept += [listed[number] for number in at]
    return kept


def example_weights(labels: Sequence[str]) -> list[float]:
    """How much an example of each class counts."""
    many = Counter(labels)
    return [min(1.0, _FAMILY_MASS.get(label, many[label]) / many[label]) for label in labels]


def _family_prefix(label: str) -> str | None:
    return next((prefix for prefix in _FAMILIES if label.startswith(prefix)), None)
