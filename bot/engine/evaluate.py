"""Measure what the engine understands: `python -m bot.engine.evaluate [--candidates]`.

Composition root of bot/engine/evaluation: reads models/counter.tar.gz and tests/nlu, writes
build/evaluation/report.html and report.json. `--candidates` compares classifiers on the same utterances instead and
writes build/evaluation/candidates.json; each runs in a process of its own, so that memory and time are its own.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import warnings
from pathlib import Path

import yaml

OUTPUT = Path("build/evaluation")
REMARKS = Path("tests/nlu/remarks.yml")


def main() -> int:
    """Measure and write the report; tells where it is and the main figures."""
    parser = argparse.ArgumentParser(description="Measure what the engine understands.")
    parser.add_argument("--candidates", action="store_true", help="compare classifiers instead")
    parser.add_argument("--candidate", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")
    warnings.filterwarnings("ignore")
    OUTPUT.mkdir(parents=True, exist_ok=True)
    if chosen.candidate:
        return _candidate(chosen.candidate)
    return _candidates() if chosen.candidates else _report()


def _report() -> int:
    from bot.engine.evaluation import figures, utterances
    from bot.engine.evaluation.model import MissingModel, Understanding, language, load

    warnings.filterwarnings("ignore")  # Rasa's import puts the filters back
    from bot.engine.evaluation import page

    try:
        understanding = Understanding(load(), language())
    except MissingModel as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 1
    result = figures.measure(understanding, utterances.load())
    remarks = (yaml.safe_load(REMARKS.read_text(encoding="utf-8")) if REMARKS.exists() else None) or {}
    (OUTPUT / "report.html").write_text(page.page(result, remarks), encoding="utf-8")
    for error in result.errors:
        error["remark"] = remarks.get(error["text"])
    body = json.dumps(result.as_json(), ensure_ascii=False, indent=1)
    (OUTPUT / "report.json").write_text(body + "\n", encoding="utf-8")
    for name, value in result.figures.items():
        target = figures.TARGETS.get(name)
        print(f"{name:36} {value:.3f}" + (f"  (to reach {target:.2f})" if target else ""))  # noqa: T201
    print(f"{len(page.unremarked(result, remarks))} of {len(result.errors)} listed errors without a remark")  # noqa: T201
    print(OUTPUT / "report.html")  # noqa: T201
    return 0


def _candidate(name: str) -> int:
    from bot.engine.evaluation import candidates

    print(json.dumps(candidates.measure(name)))  # noqa: T201
    return 0


def _candidates() -> int:
    import subprocess

    from bot.engine.evaluation import candidates

    rows = []
    for name in candidates.NAMES:
        command = [sys.executable, "-W", "ignore", "-m", "bot.engine.evaluate", "--candidate", name]
        done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603
        rows.append(json.loads(done.stdout.splitlines()[-1]))
        print(candidates.line(rows[-1]))  # noqa: T201
    (OUTPUT / "candidates.json").write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
