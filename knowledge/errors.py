"""What can be wrong with the knowledge files, told with file and line.

Staff edit these files by hand: a fault must say where it is and what to change. Nothing here reads a file.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, order=True)
class Fault:
    """One thing to repair: the file (relative to the project), its line (from 1) and what is wrong."""

    path: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}"


class KnowledgeError(Exception):
    """Base of all errors of this package."""

    code: ClassVar[str] = "knowledge_error"


class KnowledgeFaults(KnowledgeError):
    """The knowledge files do not hold together; `faults` lists every fault found, each once."""

    code = "knowledge_faults"

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults: tuple[Fault, ...] = tuple(sorted(set(faults)))
        super().__init__("\n".join(str(fault) for fault in self.faults))


class UnknownRecord(KnowledgeError):
    """An id was asked for that the knowledge does not hold."""

    code = "unknown_record"

    def __init__(self, kind: str, record_id: str) -> None:
        self.kind = kind
        self.record_id = record_id
        super().__init__(f"no {kind} has the id {record_id!r}")
