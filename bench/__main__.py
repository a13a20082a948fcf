"""`python -m bench [--quick]`: measure both contenders one after the other and compare them."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import yaml

from bench import contenders, measures, report
from bench.rating_speed import expected_premium_yen, quotes_per_second
from runtime.bootstrap import ROOT
from runtime.errors import RuntimeSetupError

OUTPUT = ROOT / "build" / "bench.json"
QUICK = measures.Load(
    conversations=5, warm_up_conversations=1, throughput_seconds=3, long_turns=30, early_conversations=2
)


def main(argv: list[str] | None = None) -> int:
    """Run the benchmark; 0 when it could be run, whatever the figures."""
    parser = argparse.ArgumentParser(prog="python -m bench")
    parser.add_argument("--quick", action="store_true", help="little load, to see whether it runs")
    load = QUICK if parser.parse_args(argv).quick else measures.Load()
    try:
        _compare(load)
    except (contenders.ContenderError, RuntimeSetupError) as exc:
        sys.stderr.write(f"✗ {exc}\n")
        return 1
    return 0


def _compare(load: measures.Load) -> None:
    messages = read_messages()
    speed = quotes_per_second()
    counter = _measure("counter", contenders.prepare_counter, contenders.counter, messages, load)
    stock = _measure("stock", contenders.prepare_stock, contenders.stock, messages.for_stock(), load)
    reached = report.targets(counter, stock, speed)
    _tell("\n" + report.as_text(counter, stock, reached))
    content = report.as_json(counter, stock, reached) | {"machine": machine()}
    OUTPUT.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    _tell(f"\n{machine()}; written to {OUTPUT.relative_to(ROOT)}")


def _measure(
    name: str,
    prepare: Callable[[], float],
    start: Callable[[], AbstractContextManager[contenders.Running]],
    messages: measures.Messages,
    load: measures.Load,
) -> measures.Result:
    _tell(f"● {name}: training, if its data changed")
    result = measures.Result(name, training_seconds=prepare())
    _tell(f"● {name}: starting")
    with start() as running:
        result.ready_seconds = running.ready_seconds
        if not asyncio.run(measures.fills_the_form(running.port, messages, expected_premium_yen())):
            raise contenders.ContenderError(f"{name} did not answer the form with the published premium")
        for step in (measures.measure_turns, measures.measure_throughput, measures.measure_growth):
            _tell(f"● {name}: {step.__name__.replace('_', ' ')}")
            asyncio.run(step(running.port, messages, load, result))
        result.memory_mb = measures.memory_mb(running.pid)
    return result


def read_messages() -> measures.Messages:
    """The messages that both are sent."""
    content = yaml.safe_load(Path(__file__).with_name("messages.yml").read_text(encoding="utf-8"))
    return measures.Messages(tuple(content["faq"]), tuple(content["form"]), str(content["opening"]))


def machine() -> str:
    """What the figures were measured on, as far as it matters."""
    system = f"{platform.system()} {platform.machine()}"
    return f"{os.cpu_count()} cores, {system}, Python {platform.python_version()}"


def _tell(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
