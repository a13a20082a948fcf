"""Which plans' terms speak of which case, and the matrix of the plans: coverage/*.yml, whole or not at all.

It repeats what the documents say. It never judges a claim, and where the documents are silent a case says so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from knowledge.cases import PLANS, Case, Limit, parse_case, parse_limit
from knowledge.checks import PLACEHOLDER, check_questions, check_text
from knowledge.errors import Fault, KnowledgeFaults, UnknownRecord
from knowledge.fields import Fields, fields_of
from knowledge.located import LocatedList, LocatedMap, read_yaml
from knowledge.matrix import Matrix, parse_matrix
from knowledge.sources import Source, parse_source
from knowledge.wording import Wording, parse_wording

Record = TypeVar("Record")
_TABLES = ("matrix.yml", "limits.yml")
_TEXT_FIELDS = ("title", "title_en", "answer", "answer_en")


@dataclass(frozen=True)
class Coverage:
    """All cases by id, and the matrices by product."""

    cases: Mapping[str, Case]
    matrices: Mapping[str, Matrix]

    def case(self, case_id: str) -> Case:
        """The case with this id; raises UnknownRecord."""
        if case_id not in self.cases:
            raise UnknownRecord("case", case_id)
        return self.cases[case_id]

    def matrix(self, product: str) -> Matrix:
        """The matrix of a product; raises UnknownRecord."""
        if product not in self.matrices:
            raise UnknownRecord("matrix", product)
        return self.matrices[product]


def load_coverage(root: Path | None = None) -> Coverage:
    """Read and check coverage/*.yml.

    Args:
        root: the folder with sources.yml, wording.yml and coverage/; by default this package's own folder.

    Raises:
        KnowledgeFaults: with every fault found, each with file and line.
    """
    folder = root or Path(__file__).resolve().parent
    faults: list[Fault] = []
    sources = {
        source.source_id: source for source, _ in _records(folder, "sources", parse_source, faults, "sources")
    }
    limits = {limit.limit_id: limit for limit, _ in _records(folder, "coverage/limits", parse_limit, faults)}
    matrices = _records(folder, "coverage/matrix", parse_matrix, faults)
    cases = _read_cases(folder, limits, faults)
    for matrix, fields in matrices:
        _check_place(matrix.source, matrix.locator, sources, fields)
    _check_cases(cases, sources, _read_wording(folder, faults))
    check_questions(
        ((c.id, text, c.path, line) for c, f in cases for text, line in f.texts("examples")), faults
    )
    if faults:
        raise KnowledgeFaults(faults)
    return Coverage(
        MappingProxyType({case.id: case for case, _ in cases}),
        MappingProxyType({matrix.product: matrix for matrix, _ in matrices}),
    )


def _records(
    folder: Path, file: str, parse: Callable[[Fields], Record], faults: list[Fault], key: str | None = None
) -> list[tuple[Record, Fields]]:
    name = f"{folder.name}/{file}.yml"
    content = read_yaml(folder / f"{file}.yml", name, faults)
    if key is not None and isinstance(content, LocatedMap):
        content = content.get(key)
    if not isinstance(content, LocatedList):
        faults.append(Fault(name, 1, "must hold a list"))
        return []
    return [(parse(fields), fields) for fields in fields_of(content, name, faults)]


def _read_wording(folder: Path, faults: list[Fault]) -> Wording | None:
    name = f"{folder.name}/wording.yml"
    content = read_yaml(folder / "wording.yml", name, faults)
    return parse_wording(Fields(content, name, faults)) if isinstance(content, LocatedMap) else None


def _read_cases(folder: Path, limits: Mapping[str, Limit], faults: list[Fault]) -> list[tuple[Case, Fields]]:
    found: list[tuple[Case, Fields]] = []
    for path in sorted((folder / "coverage").glob("*.yml")):
        if path.name in _TABLES:
            continue
        name = f"{folder.name}/coverage/{path.name}"
        content = read_yaml(path, name, faults)
        if not isinstance(content, LocatedMap):
            faults.append(Fault(name, 1, "must hold product:, source: and cases:"))
            continue
        fields = Fields(content, name, faults)
        product, source = fields.choice("product", PLANS), fields.text("source")
        for item in fields.mappings("cases"):
            found.append((parse_case(item, product, source, limits), item))
        fields.finish()
    return found


def _check_cases(
    cases: list[tuple[Case, Fields]], sources: Mapping[str, Source], wording: Wording | None
) -> None:
    first: dict[str, Case] = {}
    for case, fields in cases:
        if case.id in first:
            there = first[case.id]
            fields.fault(f"the id {case.id!r} also stands in {there.path}:{there.line}", "id")
        first.setdefault(case.id, case)
    for case, fields in cases:
        _check_place(case.source, case.locator, sources, fields)
        for key in _TEXT_FIELDS:
            if PLACEHOLDER.search(getattr(case, key)):
                fields.fault(f"{key} names a contact; the reply adds the contact itself", key)
            if wording is not None:
                check_text(key, getattr(case, key), fields, wording)
        for other in case.exclusions:
            if other not in first:
                fields.fault(f"exclusions names {other!r}, which no case has as id", "exclusions")
            elif first[other].plans != ():
                fields.fault(f"exclusions names {other!r}, which is not left out of every plan", "exclusions")


def _check_place(source: str, locator: str, sources: Mapping[str, Source], fields: Fields) -> None:
    if source not in sources:
        fields.fault(f"source {source!r} is not in sources.yml", "source")
    elif not sources[source].sections_named(locator):
        fields.fault(f"locator {locator!r} names no section of {source}", "locator")
