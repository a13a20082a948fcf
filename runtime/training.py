"""Train the engine only when something that the model depends on changed.

The digest covers what training reads and leaves out what it does not: an answer may change without training.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from runtime.bootstrap import ENGINE_ENV, ROOT, say
from runtime.errors import StartError
from runtime.texts import last_words, line

MODEL = Path("models/counter.tar.gz")
STAMP = Path("models/counter.sha256")
TRAINING = ("-m", "bot.engine.train")
LOG = Path("build/training.log")
PROGRESS_SECONDS = 15
QUIET = {"RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "3", "PYTHONWARNINGS": "ignore"}
WHOLE_FILES = ("config.yml", "requirements/engine.txt", "bot/data/alike.yml")
# the lexicon too: the classifier learns from what it finds
WHOLE_FOLDERS = ("bot/domain", "bot/data/lexicon", "bot/data/nlu", "bot/data/rules", "bot/engine")
# the engine's side at run time only: what the model is does not depend on it
RUN_TIME_ONLY = frozenset(
    {
        *("channel.py", "evaluate.py", "lock_store.py", "patches.py", "serve.py", "tracker_store.py"),
        *("lexicon_extractor.py", "quantity_extractor.py"),
    }
)
KNOWLEDGE_FOLDERS = ("knowledge/faq", "knowledge/coverage")
KNOWLEDGE_CODE = "knowledge/*.py"
ONLY_SPOKEN = frozenset(
    {
        "answer",
        "answer_en",
        "detail",
        "detail_en",
        "source",
        "locator",
        "checked_on",
        "valid_until",
        "related",
    }
)
SKIPPED_SUFFIXES = frozenset({".pyc"})


def training_digest(root: Path = ROOT) -> str:
    """Hash of everything that the trained model depends on."""
    sha = hashlib.sha256()
    for path in _whole_files(root):
        sha.update(str(path.relative_to(root)).encode() + b"\0" + path.read_bytes() + b"\0")
    for folder in KNOWLEDGE_FOLDERS:
        for path in sorted((root / folder).rglob("*.yml")):
            kept = _without_answers(yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader))
            sha.update(json.dumps(kept, ensure_ascii=False, sort_keys=True, default=str).encode() + b"\0")
    return sha.hexdigest()


def is_trained(root: Path = ROOT) -> bool:
    """Whether the model on disk was trained from exactly what stands there now."""
    stamp = root / STAMP
    if not (root / MODEL).is_file() or not stamp.is_file():
        return False
    return stamp.read_text(encoding="ascii").split()[:1] == [training_digest(root)]


def last_training_seconds(root: Path = ROOT) -> float:
    """How long the training of the model on disk took; 0.0 when it is not known."""
    stamp = root / STAMP
    return float(stamp.read_text(encoding="ascii").split()[1]) if stamp.is_file() else 0.0


def train_if_needed(root: Path = ROOT) -> bool:
    """Train when the model is missing or out of date; returns whether it was trained now.

    Raises:
        StartError: the engine's environment is missing or training failed.
    """
    if is_trained(root):
        return False
    python = ENGINE_ENV / "bin" / "python"
    if not python.is_file():
        raise StartError(line("environment_missing", name=ENGINE_ENV.name))
    digest = training_digest(root)
    (root / STAMP).unlink(missing_ok=True)
    say("training")
    started = time.monotonic()
    code = _train(python, root, started)
    if code != 0 or not (root / MODEL).is_file():
        raise StartError(line("training_failed", code=code, log=LOG, last=last_words(root / LOG)))
    seconds = time.monotonic() - started
    (root / STAMP).write_text(f"{digest} {seconds:.1f}\n", encoding="ascii")
    say("training_done", seconds=round(seconds))
    return True


def _train(python: Path, root: Path, started: float) -> int:
    """Run the training with its output in LOG, telling now and then that it goes on; its exit code."""
    environment = {**os.environ, **QUIET}
    command = [sys.executable, "-m", "runtime.leash", "--", str(python), *TRAINING]
    (root / LOG).parent.mkdir(parents=True, exist_ok=True)
    with (
        (root / LOG).open("wb") as log,
        subprocess.Popen(command, cwd=root, env=environment, stdout=log, stderr=log) as training,  # noqa: S603
    ):
        try:
            while True:
                try:
                    return training.wait(PROGRESS_SECONDS)
                except subprocess.TimeoutExpired:
                    say("training_goes_on", seconds=round(time.monotonic() - started))
        finally:
            training.kill()


def _whole_files(root: Path) -> Iterator[Path]:
    yield from (root / name for name in WHOLE_FILES if (root / name).is_file())
    yield from sorted(root.glob(KNOWLEDGE_CODE))
    for folder in WHOLE_FOLDERS:
        for path in sorted((root / folder).rglob("*")):
            if path.is_file() and path.suffix not in SKIPPED_SUFFIXES and path.name not in RUN_TIME_ONLY:
                yield path


def _without_answers(entry: Any) -> Any:
    if isinstance(entry, dict):
        return {key: _without_answers(value) for key, value in entry.items() if key not in ONLY_SPOKEN}
    if isinstance(entry, list):
        return [_without_answers(item) for item in entry]
    return entry
