"""Training phrases for the engine, from the questions of the entries and the examples of the cases.

One retrieval intent example block an entry, so that a phrase is written once. It writes no responses.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from knowledge.checks import question_key
from knowledge.entries import Entry
from knowledge.errors import Fault, KnowledgeFaults
from knowledge.loading import Knowledge
from knowledge.located import read_yaml

NLU_VERSION = "3.1"


class _Literal(str):
    """A text written as a YAML block, one example a line."""

    __slots__ = ()


class _Dumper(yaml.SafeDumper):
    """Writes `_Literal` in block style."""


_Dumper.add_representer(
    _Literal, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", str(text), style="|")
)


def nlu_yaml(knowledge: Knowledge, cases: Mapping[str, tuple[str, ...]]) -> str:
    """Rasa NLU data as text: `faq/<entry id>` from questions and titles, `case/<case id>` from examples.

    The titles are two more phrases: they name the subject in full words, which short questions often leave out. So do
    they the scheme: whoever writes its full name asks for any of its entries alike, not for the one that explains it.
    """
    names = {product.product_id: (product.name, product.name_en) for product in knowledge.products.values()}
    blocks = [
        _block("faq", entry.entry_id, _phrases(entry, names.get(entry.scheme))) for entry in knowledge.entries.values()
    ]
    blocks += [_block("case", case_id, examples) for case_id, examples in cases.items()]
    document = {"version": NLU_VERSION, "nlu": blocks}
    return yaml.dump(document, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=10_000)


def read_cases(root: Path | None = None) -> dict[str, tuple[str, ...]]:
    """Case ids with their example phrases from coverage/*.yml: every mapping there with `id` and `examples`.

    Raises:
        KnowledgeFaults: a file is not YAML, or an id stands twice.
    """
    folder = root or Path(__file__).resolve().parent
    faults: list[Fault] = []
    cases: dict[str, tuple[str, ...]] = {}
    for path in sorted((folder / "coverage").glob("*.yml")):
        name = f"{folder.name}/coverage/{path.name}"
        for found in _mappings(read_yaml(path, name, faults)):
            if not isinstance(found.get("examples"), list) or "id" not in found:
                continue
            case_id = str(found["id"])
            if case_id in cases:
                faults.append(Fault(name, found.lines["id"], f"the id {case_id!r} stands twice"))
            cases[case_id] = tuple(str(example) for example in found["examples"])
    if faults:
        raise KnowledgeFaults(faults)
    return cases


def _mappings(content: Any) -> Iterator[Any]:
    if isinstance(content, dict):
        yield content
    children = content.values() if isinstance(content, dict) else content if isinstance(content, list) else ()
    for child in children:
        yield from _mappings(child)


def _phrases(entry: Entry, scheme: tuple[str, str] | None) -> tuple[str, ...]:
    titles = [entry.title, entry.title_en]
    if scheme is not None:
        titles = [title if name in title else f"{name}: {title}" for title, name in zip(titles, scheme, strict=True)]
    phrases = (*entry.questions, titles[0], *entry.questions_en, titles[1])
    seen: dict[str, str] = {}
    for phrase in phrases:
        seen.setdefault(question_key(phrase), phrase)
    return tuple(seen.values())


def _block(intent: str, name: str, examples: Iterable[str]) -> dict[str, str]:
    lines = "".join(f"- {' '.join(example.split())}\n" for example in examples)
    return {"intent": f"{intent}/{name}", "examples": _Literal(lines)}
