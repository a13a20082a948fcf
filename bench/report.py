"""Compare the figures with the targets and print both beside each other."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from bench.measures import Result

MEMORY_LIMIT_MB = 1100
READY_LIMIT_SECONDS = 20
TRAINING_LIMIT_SECONDS = 180
QUOTES_PER_SECOND = 100_000


@dataclass(frozen=True)
class Target:
    """One target: what was reached, what was to be reached, and whether it is met."""

    name: str
    reached: float
    limit: float
    at_most: bool

    @property
    def met(self) -> bool:
        """Whether the figure is on the right side of the limit."""
        return self.reached <= self.limit if self.at_most else self.reached >= self.limit


def targets(counter: Result, stock: Result, quotes_per_second: float) -> list[Target]:
    """The targets of the project, on two cores."""
    faster = counter.turns_per_second / stock.turns_per_second
    form = counter.form_ms["p50"] / stock.form_ms["p50"]
    return [
        Target("turns a second, in multiples of stock", faster, 6, at_most=False),
        Target("p50 of a form turn, as a part of stock's", form, 1 / 3, at_most=True),
        Target("turn 300 in multiples of turn 5", counter.growth, 1.1, at_most=True),
        Target("p99 of an FAQ turn in multiples of p50", _spread(counter.faq_ms), 5, at_most=True),
        Target("p99 of a form turn in multiples of p50", _spread(counter.form_ms), 5, at_most=True),
        Target("seconds to ready", counter.ready_seconds, READY_LIMIT_SECONDS, at_most=True),
        Target("memory of all processes, MB", counter.memory_mb, MEMORY_LIMIT_MB, at_most=True),
        Target("seconds of training", counter.training_seconds, TRAINING_LIMIT_SECONDS, at_most=True),
        Target("quotes a second of rating alone", quotes_per_second, QUOTES_PER_SECOND, at_most=False),
    ]


def as_text(counter: Result, stock: Result, reached: list[Target]) -> str:
    """Both contenders side by side, then the targets."""
    rows = [f"{'':32}{'counter':>14}{'stock':>14}"]
    for kind in ("faq", "form"):
        for cut in ("p50", "p95", "p99"):
            ours, theirs = getattr(counter, f"{kind}_ms")[cut], getattr(stock, f"{kind}_ms")[cut]
            rows.append(f"{f'{kind} turn {cut}, ms':32}{ours:>14.1f}{theirs:>14.1f}")
    for label, name in (
        ("turns a second, 20 senders", "turns_per_second"),
        ("failed turns under that load", "failures"),
        ("turn 5, ms", "early_ms"),
        ("turn 300, ms", "late_ms"),
        ("time to ready, s", "ready_seconds"),
        ("memory of all processes, MB", "memory_mb"),
        ("training, s", "training_seconds"),
    ):
        rows.append(f"{label:32}{getattr(counter, name):>14.1f}{getattr(stock, name):>14.1f}")
    rows += ["", f"{'target':44}{'reached':>12}{'limit':>12}"]
    for target in reached:
        sign = "<=" if target.at_most else ">="
        verdict = "met" if target.met else "NOT MET"
        rows.append(f"{target.name:44}{target.reached:>12,.2f}{sign:>4}{target.limit:>10,.2f}  {verdict}")
    return "\n".join(rows)


def as_json(counter: Result, stock: Result, reached: list[Target]) -> dict[str, Any]:
    """The same, for machines."""
    return {
        "counter": asdict(counter) | {"growth": counter.growth},
        "stock": asdict(stock) | {"growth": stock.growth},
        "targets": [asdict(target) | {"met": target.met} for target in reached],
    }


def _spread(cuts: dict[str, float]) -> float:
    return cuts["p99"] / cuts["p50"]
