"""What is measured of one contender: latency by kind of turn, throughput, growth, memory."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench.client import Connection

Timings = list[float]


@dataclass(frozen=True)
class Messages:
    """The messages of bench/messages.yml."""

    faq: tuple[str, ...]
    form: tuple[str, ...]
    opening: str

    def for_stock(self) -> Messages:
        """The same, but the stock's form is opened by its intent, so that it opens after little training.

        That turn needs no understanding and is therefore quicker: a favour to the stock.
        """
        return Messages(self.faq, ("/quote", *self.form[1:]), self.opening)

    @property
    def cycle(self) -> tuple[str, ...]:
        """One quote and the questions after it."""
        return self.form + self.faq


@dataclass(frozen=True)
class Load:
    """How much is sent; all of it bounded."""

    conversations: int = 60
    warm_up_conversations: int = 6
    senders: int = 20
    throughput_seconds: float = 15.0
    long_turns: int = 300
    early_conversations: int = 12


@dataclass
class Result:
    """The figures of one contender."""

    name: str
    ready_seconds: float = 0.0
    training_seconds: float = 0.0
    memory_mb: float = 0.0
    turns_per_second: float = 0.0
    failures: int = 0
    early_ms: float = 0.0
    late_ms: float = 0.0
    faq_ms: dict[str, float] = field(default_factory=dict)
    form_ms: dict[str, float] = field(default_factory=dict)

    @property
    def growth(self) -> float:
        """What a turn costs late in a conversation, in multiples of an early one."""
        return self.late_ms / self.early_ms if self.early_ms else 0.0


async def converse(port: int, sender: str, texts: Sequence[str]) -> Timings:
    """Say `texts` one after another; milliseconds of each turn."""
    connection, timings = Connection(port), []
    try:
        for text in texts:
            started = time.perf_counter()
            await connection.say(sender, text)
            timings.append((time.perf_counter() - started) * 1000)
    finally:
        connection.close()
    return timings


async def fills_the_form(port: int, messages: Messages, premium_yen: int) -> bool:
    """Whether the form's conversation ends with the premium: both must do the same work."""
    connection, said = Connection(port), ""
    try:
        for text in messages.form:
            for reply in await connection.say("bench-proof", text):
                said += str(reply.get("text", ""))
    finally:
        connection.close()
    return str(premium_yen) in said.replace(",", "")


def percentiles(timings: Timings) -> dict[str, float]:
    """p50, p95 and p99 in milliseconds."""
    cuts = statistics.quantiles(timings, n=100, method="inclusive")
    return {"p50": cuts[49], "p95": cuts[94], "p99": cuts[98]}


async def measure_turns(port: int, messages: Messages, load: Load, result: Result) -> None:
    """Latency of FAQ turns and of form turns, one at a time."""
    faq, form = [], []
    for number in range(-load.warm_up_conversations, load.conversations):
        asked = await converse(port, f"bench-faq-{number}", messages.faq)
        filled = await converse(port, f"bench-form-{number}", messages.form)
        if number >= 0:
            faq += asked
            form += filled
    result.faq_ms, result.form_ms = percentiles(faq), percentiles(form)


async def measure_throughput(port: int, messages: Messages, load: Load, result: Result) -> None:
    """Turns a second with `senders` who each wait for their answer before they go on."""
    end = time.perf_counter() + load.throughput_seconds
    counted = failed = 0

    async def one(number: int) -> None:
        nonlocal counted, failed
        round_ = 0
        while time.perf_counter() < end:
            for text in messages.cycle:
                connection = connections[number]
                try:
                    await connection.say(f"bench-load-{number}-{round_}", text)
                    counted += 1
                except (RuntimeError, OSError, asyncio.IncompleteReadError):
                    failed += 1
                    connection.close()
                if time.perf_counter() >= end:
                    break
            round_ += 1

    connections = [Connection(port) for _ in range(load.senders)]
    started = time.perf_counter()
    await asyncio.gather(*(one(number) for number in range(load.senders)))
    result.turns_per_second = counted / (time.perf_counter() - started)
    result.failures = failed
    for connection in connections:
        connection.close()


async def measure_growth(port: int, messages: Messages, load: Load, result: Result) -> None:
    """The same ten messages around turn 5 of short conversations and around turn 300 of a long one.

    Both open with one whole quote: a later quote goes on from the one before it, so that half of its answers are
    premiums where the first quote's are questions. Without a quote on either side, work would be compared, not age.
    """
    early: Timings = []
    for number in range(load.early_conversations):
        timings = await converse(port, f"bench-early-{number}", [messages.opening, *messages.cycle])
        early += timings[1:]
    rounds = load.long_turns // len(messages.cycle) + 2
    timings = await converse(port, "bench-long", [messages.opening, *messages.cycle * rounds])
    late = timings[load.long_turns - len(messages.cycle) :]
    result.early_ms, result.late_ms = statistics.median(early), statistics.median(late)


def memory_mb(root_pid: int) -> float:
    """Proportional memory (PSS) of a process and all its descendants, in megabytes of 10^6 bytes."""
    return sum(_pss_kib(pid) for pid in _family(root_pid)) * 1024 / 1e6


def _family(pid: int) -> set[int]:
    family = {pid}
    for listing in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in listing.read_text(encoding="ascii").split():
            family |= _family(int(child))
    return family


def _pss_kib(pid: int) -> int:
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    return int(next(row.split()[1] for row in rollup.splitlines() if row.startswith("Pss:")))
