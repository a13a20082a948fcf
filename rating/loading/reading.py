"""Reads CSV and JSON with their line numbers and collects faults instead of stopping at the first."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rating.errors import Fault


class Faults:
    """Collects faults; paths are shown relative to the root of the tables."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self.found: list[Fault] = []

    def add(self, path: Path, line: int, code: str, message: str) -> None:
        """Note one fault."""
        try:
            shown = path.relative_to(self._root).as_posix()
        except ValueError:
            shown = path.as_posix()
        self.found.append(Fault(shown, line, code, message))

    @staticmethod
    def line_of(path: Path, key: str) -> int:
        """The first line of a JSON file that names `key`; 1 when none does."""
        if path.is_file():
            for number, text in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
                if f'"{key}"' in text:
                    return number
        return 1


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a CSV: its number in the file and its cells by column."""

    line: int
    cells: dict[str, str]


class Table:
    """A CSV whose columns are exactly the expected ones."""

    def __init__(self, path: Path, rows: list[Row], faults: Faults) -> None:
        self.path = path
        self.rows = rows
        self._faults = faults

    def fault(self, row: Row, code: str, message: str) -> None:
        """Note a fault at a row."""
        self._faults.add(self.path, row.line, code, message)

    def yen(self, row: Row, column: str, *, empty: bool = False) -> int | None:
        """A whole number of 0 or more in plain digits; None (with a fault, unless `empty`) otherwise."""
        text = row.cells[column]
        if text == "" and empty:
            return None
        if not (text.isascii() and text.isdigit()):
            self.fault(row, "not_a_number", f"{column}={text!r}: expected plain digits")
            return None
        return int(text)

    def one_of(self, row: Row, column: str, allowed: Sequence[str]) -> str | None:
        """A cell that must be one of `allowed`; None (with a fault) otherwise."""
        text = row.cells[column]
        if text in allowed:
            return text
        self.fault(row, "unknown_value", f"{column}={text!r}: expected one of {', '.join(allowed)}")
        return None


def read_table(path: Path, columns: Sequence[str], faults: Faults) -> Table:
    """The rows of a CSV; missing, unknown or repeated columns and ragged rows are faults."""
    table = Table(path, [], faults)
    if not path.is_file():
        faults.add(path, 1, "missing_file", "the manifest or the product needs this table")
        return table
    with path.open(encoding="utf-8", newline="") as stream:
        reader = csv.reader(stream)
        header = next(reader, [])
        if not _check_header(path, header, columns, faults):
            return table
        for cells in reader:
            if len(cells) != len(header):
                faults.add(path, reader.line_num, "ragged_row", f"{len(cells)} cells, expected {len(header)}")
                continue
            table.rows.append(Row(reader.line_num, dict(zip(header, cells, strict=True))))
    if not table.rows:
        faults.add(path, 1, "empty_table", "no row below the header")
    return table


def _check_header(path: Path, header: list[str], columns: Sequence[str], faults: Faults) -> bool:
    before = len(faults.found)
    for column in header:
        if column not in columns:
            faults.add(path, 1, "unknown_column", f"{column!r}: expected {', '.join(columns)}")
    for column in columns:
        if header.count(column) == 0:
            faults.add(path, 1, "missing_column", column)
        elif header.count(column) > 1:
            faults.add(path, 1, "duplicate_column", column)
    return len(faults.found) == before


def read_json(path: Path, faults: Faults) -> dict[str, Any]:
    """A JSON object without repeated keys; an empty one (with a fault) when it cannot be read."""

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        names = [name for name, _ in pairs]
        for name in sorted({name for name in names if names.count(name) > 1}):
            faults.add(path, faults.line_of(path, name), "duplicate_key", name)
        return dict(pairs)

    if not path.is_file():
        faults.add(path, 1, "missing_file", "every dated folder needs its manifest")
        return {}
    try:
        value = json.loads(path.read_text(encoding="utf-8"), object_pairs_hook=unique)
    except json.JSONDecodeError as error:
        faults.add(path, error.lineno, "bad_json", error.msg)
        return {}
    if not isinstance(value, dict):
        faults.add(path, 1, "bad_json", "expected an object")
        return {}
    return value
