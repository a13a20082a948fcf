"""What each plan's terms speak of, as a table with the same rows for every plan (rule T4).

The table is written once, in coverage/matrix.yml. A cell is "yes", "no" or the words to be shown, `{ja: …, en: …}`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from knowledge.fields import Fields


@dataclass(frozen=True)
class Row:
    """One row; `values` and `values_en` hold a cell for every column of its matrix."""

    id: str
    topic: str
    label: str
    label_en: str
    values: Mapping[str, str]
    values_en: Mapping[str, str]

    def cell(self, column: str, lang: str) -> str:
        """A cell in a language (`en`, else Japanese)."""
        return (self.values_en if lang == "en" else self.values)[column]

    def title(self, lang: str) -> str:
        """The row's label in a language (`en`, else Japanese)."""
        return self.label_en if lang == "en" else self.label


@dataclass(frozen=True)
class Matrix:
    """The table of one product, with the place it rests on."""

    product: str
    source: str
    locator: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]


def parse_matrix(fields: Fields) -> Matrix:
    """Read one product's table; faults go to the fields' collector."""
    columns = tuple(text for text, _ in fields.texts("columns", 1))
    matrix = Matrix(
        product=fields.text("product"),
        source=fields.text("source"),
        locator=fields.text("locator"),
        columns=columns,
        rows=tuple(_parse_row(item, columns) for item in fields.mappings("rows")),
    )
    seen: set[str] = set()
    for row in matrix.rows:
        if row.id in seen:
            fields.fault(f"the row {row.id!r} stands twice", "rows")
        seen.add(row.id)
    if not matrix.rows:
        fields.fault("rows is empty", "rows")
    fields.finish()
    return matrix


def _parse_row(fields: Fields, columns: tuple[str, ...]) -> Row:
    cells = {column: _parse_cell(fields, column) for column in columns}
    row = Row(
        id=fields.text("id"),
        topic=fields.text("topic"),
        label=fields.text("label"),
        label_en=fields.text("label_en"),
        values=MappingProxyType({column: ja for column, (ja, _) in cells.items()}),
        values_en=MappingProxyType({column: en for column, (_, en) in cells.items()}),
    )
    fields.finish()
    return row


def _parse_cell(fields: Fields, column: str) -> tuple[str, str]:
    """The Japanese and the English words; "yes" and "no" are the same in both."""
    if not fields.is_mapping(column):
        word = fields.text(column)
        if word and word not in ("yes", "no"):
            fields.fault(f'{column} is {word!r}, must be "yes", "no" or {{ja: …, en: …}}', column)
        return word, word
    words = fields.mapping(column)
    found = (words.text("ja"), words.text("en")) if words else ("", "")
    if words:
        words.finish()
    return found
