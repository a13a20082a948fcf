"""Checks every figure of a reply: each line must be one of ours, and what was filled into it must be so."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.conversations.figures import compared, dates, lines, moments, payouts, places, quotes
from tests.conversations.figures.books import Books, Turn, amount
from tests.conversations.figures.lines import Made
from tests.conversations.figures.places import Check
from tests.conversations.figures.reader import figures, has_digit


@dataclass(frozen=True)
class Foreign:
    """A line with a figure that nothing accounts for."""

    where: str
    line: str

    def __str__(self) -> str:
        found = ", ".join(f"{figure.kind} {figure.text}" for figure in figures(self.line))
        return f"{self.where}\n    {self.line}\n    figures: {found}"


@dataclass
class Tally:
    """What was checked."""

    replies: int = 0
    lines: int = 0
    kinds: Counter[str] = field(default_factory=Counter)


CHECKS: dict[str, Check] = {
    **places.CHECKS,
    **quotes.CHECKS,
    **compared.CHECKS,
    **payouts.CHECKS,
    **dates.CHECKS,
    **moments.CHECKS,
}


def check_for(key: str) -> Check | None:
    """The check of a text: its own, or that of the closest beginning of its key."""
    while key:
        if key in CHECKS:
            return CHECKS[key]
        key = key.rpartition(".")[0]
    return None


def by_places(books: Books, made: Made, turn: Turn) -> bool:
    """A text without a check of its own: each place by its name; a place of no known name takes no figure."""
    for name, text in made.parts.items():
        check = places.BY_PLACE.get(name)
        part = Made(made.key, made.lang, {name: text})
        if has_digit(text) and (check is None or not check(books, part, turn)):
            return False
    return True


class Checker:
    """Checks turns and counts what it has checked."""

    def __init__(self, books: Books) -> None:
        self.books = books
        self.tally = Tally()

    def check(self, turn: Turn) -> list[Foreign]:
        """The lines of a reply, of its buttons and of its blocks, that hold a foreign figure."""
        self.tally.replies += 1
        found = [Foreign(turn.name, line) for at, line in enumerate(turn.lines) if not self._line(at, line, turn)]
        found += [Foreign(f"{turn.name} (button)", title) for title in turn.buttons if not self._button(title, turn)]
        found += [Foreign(f"{turn.name} (block)", text) for block in turn.blocks for text in self._block(block, turn)]
        return found

    def _count(self, text: str) -> None:
        self.tally.lines += 1
        self.tally.kinds.update(figure.kind for figure in figures(text))

    def _line(self, at: int, line: str, turn: Turn) -> bool:
        if not has_digit(line):
            return True
        self._count(line)
        told = self.books.is_answer(turn.lines, at) or self.books.is_excerpt(turn.lines, at)
        told = told or self.books.is_offered(turn.lines, at) or self._is_source_again(line, turn)
        return told or any(self._is_made(made, turn) for made in turn.made_of(line))

    @staticmethod
    def _is_source_again(line: str, turn: Turn) -> bool:
        """A line of the answer before, said again where the member asks whether it is really so."""
        return turn.has("talk.really") and line in turn.earlier

    def _is_made(self, made: Made, turn: Turn) -> bool:
        return (check_for(made.key) or by_places)(self.books, made, turn)

    def _button(self, title: str, turn: Turn) -> bool:
        if has_digit(title):
            self._count(title)
        counted = any(quotes.is_count(made) for made in lines.made(title))
        return not has_digit(title) or title in self.books.words or turn.said.holds(title) or counted

    # -- blocks

    def _block(self, block: Mapping[str, Any], turn: Turn) -> list[str]:
        texts = [text for text in block_texts(block) if has_digit(text)]
        for text in texts:
            self._count(text)
        check = getattr(self, f"_{block['type']}", None)
        return [text for text in texts if check is None or not check(block, text, turn)]

    def _quote(self, block: Mapping[str, Any], text: str, turn: Turn) -> bool:
        """The figures of the block are those of the text, where each of them is checked."""
        if amount(block["premium_text"]) != block["premium_yen"]:
            return False
        return text in (block["number"], block["print_url"], block["pdf_url"]) or _is_in(text, turn.lines)

    def _draft(self, block: Mapping[str, Any], text: str, turn: Turn) -> bool:
        if text in (block["number"], block["print_url"]):
            return block["number"] in turn.records
        return text in self.books.words or turn.said.holds(text)

    def _table(self, block: Mapping[str, Any], text: str, turn: Turn) -> bool:
        """Each row of a table stands in one line of the text; its record's number in one of its own."""
        if text in turn.records:
            return True
        rows = [[cell for cell in row if cell not in turn.records] for row in block["rows"] if text in row]
        return text in self.books.words or any(
            all(cell in line for row in rows for cell in row) or any(all(c in line for c in row) for row in rows)
            for line in turn.lines
        )

    def _comparison(self, block: Mapping[str, Any], text: str, turn: Turn) -> bool:
        """Each row is the matrix's own, its cells under their plans."""
        rows = [row for row in block["rows"] if text in (row["label"], *row["values"])]
        return text in turn.lines or (
            bool(rows) and all(places.is_row(self.books, block["columns"], row) for row in rows)
        )

    def _steps(self, _block: Mapping[str, Any], text: str, turn: Turn) -> bool:
        return text in turn.lines

    def _notice(self, _block: Mapping[str, Any], text: str, turn: Turn) -> bool:
        return all(line in turn.lines or line in self.books.words for line in text.split("\n"))

    def _contact(self, block: Mapping[str, Any], text: str, _turn: Turn) -> bool:
        """A contact is one of ours, whole."""
        return any(
            block["name"] in (contact.name, contact.name_en)
            and block["phone"] == contact.phone
            and block["tel_url"] == (f"tel:{re.sub('[^0-9]', '', contact.phone)}" if contact.phone else None)
            and text in _contact_texts(contact, block)
            for contact in self.books.knowledge.contacts.values()
        )


def _contact_texts(contact: Any, block: Mapping[str, Any]) -> set[str | None]:
    hours = {contact.hours.text, contact.hours.text_en} if contact.hours else set()
    return {contact.name, contact.name_en, contact.phone, block["tel_url"], contact.caveat, contact.caveat_en, *hours}


def _is_in(text: str, all_lines: list[str]) -> bool:
    return any(text in line for line in all_lines)


def block_texts(value: Any) -> Iterator[str]:
    """Every text of blocks, however deep."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from block_texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from block_texts(inner)
