"""The evaluation as one HTML file with its plots inside, for people who decide on thresholds and phrases."""

from __future__ import annotations

import io
from collections.abc import Mapping
from html import escape
from typing import Any

import matplotlib

matplotlib.use("svg")

from matplotlib import pyplot

from bot.engine.evaluation.figures import TARGETS, Figures

NO_REMARK = "no remark yet: read it and say in tests/nlu/remarks.yml why it was misunderstood"
_STYLE = """
body{font:15px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem;color:#222}
table{border-collapse:collapse;margin:1rem 0}td,th{border:1px solid #ccc;padding:.25rem .6rem;text-align:left}
td.n{text-align:right;font-variant-numeric:tabular-nums}.met{background:#e4f4e4}.missed{background:#fbe3e0}
svg{max-width:100%;height:auto}
"""


def page(result: Figures, remarks: Mapping[str, str]) -> str:
    """The whole report.

    Args:
        result: The figures.
        remarks: What is to be said of an error, a sentence each, by the utterance's text (tests/nlu/remarks.yml).

    Returns:
        HTML that needs no other file.
    """
    body = [
        "<h1>Understanding, measured</h1>",
        "<p>Thresholds were chosen on one half of the utterances, the figures are those of the other half. "
        f"{result.counts['memorised_and_left_out']} utterances that stand word for word in the training phrases "
        "are left out.</p>",
        _figures(result),
        "<h2>By persona</h2>",
        _table(("persona", "intent accuracy"), [(name, f"{value:.1%}") for name, value in result.personas.items()]),
        "<h2>Calibration</h2>",
        _calibration(result),
        "<h2>In scope and out of scope</h2>",
        _scope(result),
        "<h2>Confusion matrix</h2><p>Rows: what was meant. Columns: what was understood.</p>",
        _confusion(result),
        f"<h2>The {len(result.errors)} surest errors</h2>",
        _errors(result, remarks),
    ]
    head = f"<meta charset=utf-8><title>Understanding, measured</title><style>{_STYLE}</style>"
    return f"<!doctype html><html lang=en><head>{head}</head><body>{''.join(body)}</body></html>"


def unremarked(result: Figures, remarks: Mapping[str, str]) -> list[str]:
    """The listed errors of which nobody has said anything yet: their texts, in order."""
    return [item["text"] for item in result.errors if not (remarks.get(item["text"]) or "").strip()]


def _figures(result: Figures) -> str:
    rows = []
    for name, value in result.figures.items():
        target = TARGETS.get(name)
        mark = "" if target is None else " class=met" if value >= target else " class=missed"
        wanted = "" if target is None else f"{target:.0%}"
        rows.append(f"<tr{mark}><td>{name}</td><td class=n>{value:.3f}</td><td class=n>{wanted}</td></tr>")
    counts = ", ".join(f"{name} {number}" for name, number in result.counts.items())
    head = "<tr><th>figure</th><th>reached</th><th>target</th></tr>"
    return f"<table>{head}{''.join(rows)}</table><p>Counts: {counts}.</p>"


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    first = "".join(f"<th>{escape(name)}</th>" for name in head)
    lines = ("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table><tr>{first}</tr>{''.join(lines)}</table>"


def _errors(result: Figures, remarks: Mapping[str, str]) -> str:
    without = set(unremarked(result, remarks))
    rows = [
        (
            (item["text"], item["meant"], item["understood"], f"{item['confidence']:.2f}"),
            NO_REMARK if item["text"] in without else remarks[item["text"]],
            item["text"] in without,
        )
        for item in result.errors
    ]
    head = "".join(f"<th>{name}</th>" for name in ("utterance", "meant", "understood", "confidence", "why"))
    lines = (
        f"<tr{' class=missed' if missing else ''}>"
        + "".join(f"<td>{escape(cell)}</td>" for cell in (*cells, remark))
        + "</tr>"
        for cells, remark, missing in rows
    )
    return f"<table><tr>{head}</tr>{''.join(lines)}</table>"


def _calibration(result: Figures) -> str:
    figure, axes = pyplot.subplots(figsize=(5, 4))
    axes.plot([0, 1], [0, 1], color="#999", linestyle="--")
    axes.plot([bar["confidence"] for bar in result.bars], [bar["accuracy"] for bar in result.bars], marker="o")
    axes.set(xlabel="confidence", ylabel="share that is right", xlim=(0, 1), ylim=(0, 1))
    return _svg(figure)


def _scope(result: Figures) -> str:
    figure, axes = pyplot.subplots(figsize=(6, 3.5))
    axes.hist([result.scope["inside"], result.scope["outside"]], bins=25, label=["in scope", "out of scope"])
    axes.axvline(result.figures["threshold_at_3_percent"], color="#c00", linestyle="--")
    axes.set(xlabel="best in-scope probability", ylabel="utterances")
    axes.legend()
    return _svg(figure)


def _confusion(result: Figures) -> str:
    size = len(result.labels)
    figure, axes = pyplot.subplots(figsize=(0.28 * size + 2, 0.28 * size + 2))
    shares = [[cell / max(sum(row), 1) for cell in row] for row in result.matrix]
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    axes.set_xticks(range(size), result.labels, rotation=90, fontsize=7)
    axes.set_yticks(range(size), result.labels, fontsize=7)
    for row, cells in enumerate(result.matrix):
        for column, cell in enumerate(cells):
            if cell:
                color = "white" if shares[row][column] > 0.5 else "black"
                axes.text(column, row, cell, ha="center", va="center", fontsize=6, color=color)
    return _svg(figure)


def _svg(figure: Any) -> str:
    stream = io.StringIO()
    figure.savefig(stream, format="svg", bbox_inches="tight")
    pyplot.close(figure)
    text = stream.getvalue()
    return text[text.index("<svg") :]
