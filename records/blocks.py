"""Typed parts of a reply that every channel can show: in the widget, as a LINE Flex message, as plain text.

Why: one reply, composed once, shown as richly as each channel can. A block holds words and figures ready to
be shown and no markup, no colour, no channel's own field; paths are relative to the counter, so that a
channel makes them whole. The models are strict: an unknown field or a value of another kind is refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    TypeAdapter,
    ValidationError,
    model_validator,
)

from records.errors import RecordsError

Line = Annotated[str, StringConstraints(min_length=1, max_length=400)]
Paragraph = Annotated[str, StringConstraints(min_length=1, max_length=2_000)]
Path = Annotated[str, StringConstraints(pattern=r"^/[A-Za-z0-9][A-Za-z0-9._/-]*$", max_length=200)]
TelUrl = Annotated[str, StringConstraints(pattern=r"^tel:\+?[0-9]{3,15}$")]
Payload = Annotated[str, StringConstraints(pattern=r"^[^/\s]", max_length=300)]


class BlockError(RecordsError):
    """A block does not fit its schema; the message names places and kinds of fault, never a value."""

    code = "block_invalid"


class _Strict(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class Row(_Strict):
    """A label and its value."""

    label: Line
    value: Paragraph


class QuoteBlock(_Strict):
    """A stored quote: the premium in large, the rows beneath, the disclosures in full (never folded away).

    `premium_text` is the premium as it is shown and holds the digits of `premium_yen`.
    """

    type: Literal["quote"]
    number: Line = Field(examples=["Q7K3M-9TP2X"])
    title: Line
    premium_yen: int = Field(ge=0, description="Yen a year.")
    premium_text: Line = Field(examples=["12,480"])
    rows: list[Row]
    disclosures: list[Paragraph] = Field(min_length=1)
    print_url: Path = Field(examples=["/quotes/Q7K3M-9TP2X"])
    pdf_url: Path = Field(examples=["/quotes/Q7K3M-9TP2X.pdf"])

    @model_validator(mode="after")
    def _text_states_the_premium(self) -> QuoteBlock:
        if f"{self.premium_yen:,}" not in self.premium_text:
            raise ValueError("premium_text does not state premium_yen")
        return self

    def plain_text(self) -> str:
        """The block in lines of text."""
        return _lines(self.title, self.premium_text, *_rows(self.rows), *self.disclosures, self.number)


class TableBlock(_Strict):
    """A table: the first cell of a row names it; every row has a cell a column."""

    type: Literal["table"]
    title: Line
    columns: list[Line] = Field(min_length=1)
    rows: list[list[Annotated[str, StringConstraints(max_length=400)]]] = Field(min_length=1)

    @model_validator(mode="after")
    def _rows_are_whole(self) -> TableBlock:
        if any(len(row) != len(self.columns) for row in self.rows):
            raise ValueError("a row has another number of cells than there are columns")
        return self

    def plain_text(self) -> str:
        """The block in lines of text: a row a line, each cell with its column's name."""
        rows = (
            f"{row[0]} " + ", ".join(map(": ".join, zip(self.columns[1:], row[1:], strict=True)))
            for row in self.rows
        )
        return _lines(self.title, *rows)


class ComparedRow(_Strict):
    """One point of comparison: its value in every column, in the order of the columns."""

    label: Line
    values: list[Line] = Field(min_length=1)


class ComparisonBlock(_Strict):
    """Things side by side: the columns are what is compared; every row has a value for each of them."""

    type: Literal["comparison"]
    title: Line
    columns: list[Line] = Field(min_length=2)
    rows: list[ComparedRow] = Field(min_length=1)
    note: Paragraph | None = None

    @model_validator(mode="after")
    def _rows_are_whole(self) -> ComparisonBlock:
        if any(len(row.values) != len(self.columns) for row in self.rows):
            raise ValueError("a row has another number of values than there are columns")
        return self

    def plain_text(self) -> str:
        """The block in lines of text: a point of comparison a line."""
        rows = (
            f"{row.label} " + ", ".join(map(": ".join, zip(self.columns, row.values, strict=True)))
            for row in self.rows
        )
        return _lines(self.title, *rows, self.note)


class Option(_Strict):
    """A button: what it says, and the plain text that is sent when it is pressed (never a slash command)."""

    title: Line
    payload: Payload


class ChoicesBlock(_Strict):
    """A question with buttons."""

    type: Literal["choices"]
    prompt: Paragraph
    options: list[Option] = Field(min_length=1, max_length=13)

    def plain_text(self) -> str:
        """The block in lines of text."""
        return _lines(self.prompt, *(f"- {option.title}" for option in self.options))


class StepsBlock(_Strict):
    """Things to do in order; `urgent` marks what concerns people's safety or cannot wait."""

    type: Literal["steps"]
    title: Line
    items: list[Paragraph] = Field(min_length=1)
    urgent: bool = False

    def plain_text(self) -> str:
        """The block in numbered lines of text."""
        return _lines(self.title, *(f"{place}. {item}" for place, item in enumerate(self.items, 1)))


class ContactBlock(_Strict):
    """Whom to ask; null where no document prints it. `open_now` is null when the hours do not tell."""

    type: Literal["contact"]
    name: Line
    phone: Line | None = Field(default=None, examples=["03-0000-0000"])
    tel_url: TelUrl | None = Field(default=None, examples=["tel:0300000000"])
    hours: Line | None = None
    note: Paragraph | None = None
    open_now: bool | None = None

    def plain_text(self) -> str:
        """The block in lines of text."""
        return _lines(self.name, self.phone, self.hours, self.note)


class DraftBlock(_Strict):
    """A stored draft of an accident report."""

    type: Literal["draft"]
    number: Line = Field(examples=["A7K3M-9TP2X"])
    title: Line
    rows: list[Row] = Field(min_length=1)
    print_url: Path = Field(examples=["/drafts/A7K3M-9TP2X"])

    def plain_text(self) -> str:
        """The block in lines of text."""
        return _lines(self.title, *_rows(self.rows), self.number)


class SourceBlock(_Strict):
    """The document that a reply rests on, its place in it, its period, and whether that period is over."""

    type: Literal["source"]
    document: Line
    locator: Line
    period: Line | None = None
    expired: bool

    def plain_text(self) -> str:
        """The block in lines of text."""
        return _lines(f"{self.document} {self.locator}", self.period)


class NoticeBlock(_Strict):
    """A line that should stand out."""

    type: Literal["notice"]
    level: Literal["info", "warning"]
    text: Paragraph

    def plain_text(self) -> str:
        """The block in lines of text."""
        return self.text


Block = Annotated[
    QuoteBlock
    | TableBlock
    | ComparisonBlock
    | ChoicesBlock
    | StepsBlock
    | ContactBlock
    | DraftBlock
    | SourceBlock
    | NoticeBlock,
    Field(discriminator="type"),
]


def check_blocks(blocks: Sequence[dict[str, Any]]) -> list[Block]:
    """The blocks as models.

    Raises:
        BlockError: one does not fit; all faults are named by place and kind.
    """
    try:
        return _adapter().validate_python(blocks)
    except ValidationError as exc:
        faults = "; ".join(
            f"blocks.{'.'.join(map(str, fault['loc']))}: {fault['type']}"
            for fault in exc.errors(include_url=False, include_context=False, include_input=False)
        )
    # Raised outside the handler: the original error holds what a person wrote.
    raise BlockError(faults)


def json_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of a list of blocks."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **_adapter().json_schema()}


@cache
def _adapter() -> TypeAdapter[list[Block]]:
    return TypeAdapter(list[Block])


def _rows(rows: Sequence[Row]) -> list[str]:
    return [f"{row.label}: {row.value}" for row in rows]


def _lines(*lines: str | None) -> str:
    return "\n".join(line.rstrip() for line in lines if line)
