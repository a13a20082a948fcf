"""The test utterances of tests/nlu, and which half each belongs to.

Thresholds are chosen on the tuning half and figures reported on the other; the half is a hash of the text, so that it
stays the same when utterances are added. An utterance that stands word for word in the training phrases would be
recognised by memory, so it is left out of every figure and only counted.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

UTTERANCES = Path("tests/nlu")
TRAINING = (Path("bot/data/nlu"), Path("build/nlu"))
# The C loader where it is there: the training phrases are half a million characters.
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
# The independent hand named this meaning before the intent was renamed.
_RENAMED = {"restart": "start_over"}
_NOT_LETTERS = re.compile(r"[\W_]")


def key(text: str) -> str:
    """A text without width, case, spaces and punctuation: two texts with one key are the same words."""
    return _NOT_LETTERS.sub("", unicodedata.normalize("NFKC", text).lower())


def is_tuning(text: str) -> bool:
    """Whether an utterance belongs to the half on which thresholds are chosen."""
    return hashlib.sha256(unicodedata.normalize("NFKC", text).encode()).digest()[0] % 2 == 0


@dataclass(frozen=True)
class Utterances:
    """One half of the test data, or all of it.

    Attributes:
        intents: Items with `text` and `intent`.
        out_of_scope: Items with `text`.
        faq: Items with `text`, `scheme` and `fact` (a regular expression for a right answer).
        cases: Items with `text`, `product` and `plans` (or `covered`).
        values: Items with `text` and `expect`.
        memorised: How many were left out because they stand in the training phrases.
    """

    intents: list[dict[str, Any]] = field(default_factory=list)
    out_of_scope: list[dict[str, Any]] = field(default_factory=list)
    faq: list[dict[str, Any]] = field(default_factory=list)
    cases: list[dict[str, Any]] = field(default_factory=list)
    values: list[dict[str, Any]] = field(default_factory=list)
    memorised: int = 0

    def half(self, *, tuning: bool) -> Utterances:
        """The tuning half or the reporting half."""
        kept = {
            name: [item for item in getattr(self, name) if is_tuning(item["text"]) is tuning]
            for name in _FILES.values()
        }
        return Utterances(**kept, memorised=self.memorised)

    def in_scope(self) -> list[str]:
        """Every text that the counter should answer."""
        return [item["text"] for item in (*self.intents, *self.faq, *self.cases)]


_FILES = {
    "intents": "intents",
    "out_of_scope": "out_of_scope",
    "faq": "faq",
    "coverage_cases": "cases",
    "values": "values",
}


def load(folder: Path = UTTERANCES, training: Iterable[Path] = TRAINING) -> Utterances:
    """Read all test utterances, without those that stand in the training phrases.

    Args:
        folder: Where the YAML files lie.
        training: Folders of Rasa NLU files that the model was trained on.

    Returns:
        The utterances.
    """
    known = {key(text) for folder_ in training for _, text in training_examples(folder_)}
    kept: dict[str, list[dict[str, Any]]] = {}
    memorised = 0
    for file, name in _FILES.items():
        listed = yaml.safe_load((folder / f"{file}.yml").read_text(encoding="utf-8"))
        # Facts in a sentence are read by rules, which no phrase can teach.
        new = [item for item in listed if name == "values" or key(item["text"]) not in known]
        memorised += len(listed) - len(new)
        kept[name] = [{**item, "intent": _RENAMED.get(item.get("intent"), item.get("intent"))} for item in new]
    return Utterances(**kept, memorised=memorised)


def training_examples(folder: Path) -> Iterator[tuple[str, str]]:
    """Pairs of intent and example of the Rasa NLU files in a folder."""
    for path in sorted(folder.glob("*.yml")):
        for block in yaml.load(path.read_bytes(), Loader=LOADER)["nlu"]:  # noqa: S506  # a safe loader
            for line in block["examples"].splitlines():
                yield block["intent"], line.removeprefix("- ").strip()
