"""Figures of understanding: accuracy, macro-F1, out-of-scope recall, false rejections, calibration."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

BINS = 10


@dataclass(frozen=True)
class Bin:
    """One bar of the calibration plot: how sure, how often right, how many."""

    confidence: float
    accuracy: float
    count: int


def accuracy(gold: Sequence[str], told: Sequence[str]) -> float:
    """The share that is right; 0.0 of nothing."""
    return sum(a == b for a, b in zip(gold, told, strict=True)) / len(gold) if gold else 0.0


def macro_f1(gold: Sequence[str], told: Sequence[str]) -> float:
    """The mean F1 over the classes that occur in `gold`: a rare meaning counts as much as a frequent one."""
    hits = Counter(a for a, b in zip(gold, told, strict=True) if a == b)
    wanted, given = Counter(gold), Counter(told)
    scores = [2 * hits[label] / (wanted[label] + given[label]) for label in wanted]
    return float(np.mean(scores)) if scores else 0.0


def threshold_at(scores: Sequence[float], rejected: float) -> float:
    """The threshold below which this share of in-scope scores lies."""
    return float(np.quantile(np.asarray(scores), rejected)) if len(scores) else 0.0


def below(scores: Sequence[float], threshold: float) -> float:
    """The share of scores under a threshold."""
    return float(np.mean(np.asarray(scores) < threshold)) if len(scores) else 0.0


def calibration(confidence: Sequence[float], right: Sequence[bool]) -> tuple[list[Bin], float]:
    """Bars of equal width, and the expected calibration error: the mean gap between sure and right."""
    sure, hit = np.asarray(confidence), np.asarray(right, float)
    bars, error = [], 0.0
    for lower in np.arange(0, 1, 1 / BINS):
        inside = (sure >= lower) & ((sure < lower + 1 / BINS) | (lower + 1 / BINS >= 1))
        if inside.any():
            bars.append(Bin(float(sure[inside].mean()), float(hit[inside].mean()), int(inside.sum())))
            error += abs(bars[-1].confidence - bars[-1].accuracy) * bars[-1].count / len(sure)
    return bars, float(error)


def confusion(gold: Sequence[str], told: Sequence[str]) -> tuple[list[str], np.ndarray]:
    """Class names and the matrix: rows are what was meant, columns what was understood."""
    labels = sorted(set(gold) | set(told))
    number = {label: position for position, label in enumerate(labels)}
    matrix = np.zeros((len(labels), len(labels)), int)
    for meant, understood in zip(gold, told, strict=True):
        matrix[number[meant], number[understood]] += 1
    return labels, matrix
