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
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

import numpy as np

from bot.engine.capability_classifier import CapabilityClassifier
from bot.engine.entry_index import EntryIndex
from bot.engine.views import JAPANESE, TO_HIRAGANA, View, view

_KANJI = re.compile("[\u4e00-\u9fff]")
# What sounds just like one phrase gains as much as this margin.
_NEAREST = 4.0
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
        weighed = scores if evidence is None else scores + index.told_by(evidence)
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
    return view(language, seen.reading.translate(TO_HIRAGANA))


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
    english = [text for text in texts if not JAPANESE.search(text)]
    kept = []
    for listed, most in (
        ([text for text in texts if JAPANESE.search(text)], _FAMILY_PHRASES),
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
