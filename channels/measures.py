"""What the gateway counts for Prometheus: numbers by channel and outcome, never a text, a name or an id."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

BUCKETS = (0.005, 0.01, 0.02, 0.04, 0.08, 0.15, 0.3, 0.6, 1.0, 2.0, 3.0)


class Measures:
    """The counters of one gateway; each app has its own registry."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.turns = Counter(
            "madoguchi_turns", "Messages answered.", ["channel", "outcome"], registry=self.registry
        )
        self.seconds = Histogram(
            "madoguchi_turn_seconds",
            "Time to the answer of a message.",
            ["channel"],
            buckets=BUCKETS,
            registry=self.registry,
        )
        self.masked = Counter("madoguchi_masked", "Secrets struck out.", ["kind"], registry=self.registry)
        self.refused = Counter(
            "madoguchi_refused_requests", "Requests not served.", ["code"], registry=self.registry
        )
        self.quotes = Counter(
            "madoguchi_quotes", "Quotes asked for by the API.", ["product", "outcome"], registry=self.registry
        )
        self.sheets = Counter(
            "madoguchi_sheets", "Printable sheets made.", ["kind", "format"], registry=self.registry
        )

    def turn(self, channel: str, outcome: str, seconds: float) -> None:
        """Count an answered message."""
        self.turns.labels(channel, outcome).inc()
        self.seconds.labels(channel).observe(seconds)

    def struck_out(self, kinds: Iterable[str]) -> None:
        """Count the kinds of secrets in a message."""
        for kind in kinds:
            self.masked.labels(kind).inc()

    def watch_history(self, waiting: Callable[[], float], lost: Callable[[], float]) -> None:
        """Show how many turns wait to be written, and how many never were."""
        gauges = {"waiting": ("Turns not yet written.", waiting), "lost": ("Turns never written.", lost)}
        for name, (meaning, count) in gauges.items():
            Gauge(f"madoguchi_history_{name}", meaning, registry=self.registry).set_function(count)
