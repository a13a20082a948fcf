"""Reads the whole room into one frozen value, or tells every fault at once.

The only module here that touches files. Nothing is read at import, and nothing is cached.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from knowledge.areas import Areas, parse_areas
from knowledge.checks import check_questions, check_references, check_silence, check_words
from knowledge.contacts import Contact, parse_contact
from knowledge.entries import SCHEMES, Entry, parse_entry
from knowledge.errors import Fault, KnowledgeFaults, UnknownRecord
from knowledge.fields import Fields, fields_of
from knowledge.located import LocatedList, LocatedMap, read_yaml
from knowledge.products import Product, parse_product
from knowledge.sources import Source, parse_source
from knowledge.wording import Wording, parse_wording

Record = TypeVar("Record")


@dataclass(frozen=True)
class Knowledge:
    """Everything that the counter can repeat, by id; `terms` leads from a word to the entry explaining it."""

    sources: dict[str, Source]
    contacts: dict[str, Contact]
    areas: Areas
    products: dict[str, Product]
    entries: dict[str, Entry]
    terms: dict[str, str]
    wording: Wording

    def entry(self, entry_id: str) -> Entry:
        """The entry with this id; raises UnknownRecord."""
        return _get("entry", self.entries, entry_id)

    def contact(self, contact_id: str) -> Contact:
        """The contact with this id; raises UnknownRecord."""
        return _get("contact", self.contacts, contact_id)

    def source(self, source_id: str) -> Source:
        """The document with this id; raises UnknownRecord."""
        return _get("source", self.sources, source_id)

    def product(self, product_id: str) -> Product:
        """The product with this id; raises UnknownRecord."""
        return _get("product", self.products, product_id)

    def desk(self, prefecture_id: str) -> tuple[Contact, bool]:
        """The desk for a prefecture and whether that is certain; raises UnknownRecord."""
        prefecture = _get("prefecture", self.areas.prefectures, prefecture_id)
        return self.contact(prefecture.desk), prefecture.certain


def load(root: Path | None = None) -> Knowledge:
    """Read and check all knowledge files.

    Args:
        root: the folder with sources.yml and faq/; by default this package's own folder.

    Raises:
        KnowledgeFaults: with every fault found, each with file and line.
    """
    folder = root or Path(__file__).resolve().parent
    faults: list[Fault] = []
    sources = _by_id(_list(folder, "sources", faults), parse_source, "source_id")
    contacts = _by_id(_list(folder, "contacts", faults), lambda fields: parse_contact(fields, SCHEMES), "contact_id")
    products = _by_id(_list(folder, "products", faults), parse_product, "product_id")
    areas = _one(folder, "areas", parse_areas, faults)
    wording = _one(folder, "wording", parse_wording, faults)
    entries, parsed = _read_entries(folder, faults)
    if wording is not None:
        for entry, fields in parsed:
            check_words(entry, fields, wording)
            check_silence(entry, fields, wording, contacts)
    for entry, fields in parsed:
        check_references(entry, fields, sources, contacts, frozenset(entries))
    check_questions(_questions(parsed), faults)
    terms = _read_terms(folder, entries, faults)
    _check_links(folder, sources, contacts, products, areas, faults)
    if faults or areas is None or wording is None:
        raise KnowledgeFaults(faults)
    return Knowledge(sources, contacts, areas, products, entries, terms, wording)


def _get(kind: str, records: dict[str, Record], record_id: str) -> Record:
    try:
        return records[record_id]
    except KeyError:
        raise UnknownRecord(kind, record_id) from None


def _name(path: Path, folder: Path) -> str:
    return f"{folder.name}/{path.relative_to(folder).as_posix()}"


def _list(folder: Path, key: str, faults: list[Fault]) -> tuple[Fields, ...]:
    path = folder / f"{key}.yml"
    content = read_yaml(path, _name(path, folder), faults)
    if not isinstance(content, LocatedMap) or not isinstance(content.get(key), LocatedList):
        faults.append(Fault(_name(path, folder), 1, f"must hold {key}: and a list"))
        return ()
    return fields_of(content[key], _name(path, folder), faults)


def _one(folder: Path, key: str, parse: Callable[[Fields], Record], faults: list[Fault]) -> Record | None:
    path = folder / f"{key}.yml"
    content = read_yaml(path, _name(path, folder), faults)
    if not isinstance(content, LocatedMap):
        faults.append(Fault(_name(path, folder), 1, "must hold a mapping"))
        return None
    return parse(Fields(content, _name(path, folder), faults))


def _by_id(items: Iterable[Fields], parse: Callable[[Fields], Record], id_field: str) -> dict[str, Record]:
    records: dict[str, Record] = {}
    for fields in items:
        record = parse(fields)
        record_id: str = getattr(record, id_field)
        if record_id in records:
            fields.fault(f"the id {record_id!r} stands twice", "id")
        records[record_id] = record
    return records


def _read_entries(folder: Path, faults: list[Fault]) -> tuple[dict[str, Entry], list[tuple[Entry, Fields]]]:
    entries: dict[str, Entry] = {}
    parsed: list[tuple[Entry, Fields]] = []
    for path in sorted((folder / "faq").rglob("*.yml")):
        name = _name(path, folder)
        content = read_yaml(path, name, faults)
        if content is None:
            continue
        if not isinstance(content, LocatedList):
            faults.append(Fault(name, 1, "must hold a list of entries"))
            continue
        for fields in fields_of(content, name, faults):
            entry, _ = parse_entry(fields)
            if entry.entry_id in entries:
                first = entries[entry.entry_id]
                fields.fault(f"the id {entry.entry_id!r} also stands in {first.path}:{first.line}", "id")
            entries[entry.entry_id] = entry
            parsed.append((entry, fields))
    return entries, parsed


def _questions(parsed: Iterable[tuple[Entry, Fields]]) -> Iterable[tuple[str, str, str, int]]:
    for entry, fields in parsed:
        for question, line in (*fields.texts("questions"), *fields.texts("questions_en")):
            yield entry.entry_id, question, entry.path, line


def _read_terms(folder: Path, entries: dict[str, Entry], faults: list[Fault]) -> dict[str, str]:
    path = folder / "terms.yml"
    name = _name(path, folder)
    content = read_yaml(path, name, faults)
    if not isinstance(content, LocatedMap):
        faults.append(Fault(name, 1, "must hold terms, each with an entry's id"))
        return {}
    for term, entry_id in content.items():
        if entry_id not in entries:
            message = f"{term!r} names {entry_id!r}, which no entry has as id"
            faults.append(Fault(name, content.lines[term], message))
    return {term: str(entry_id) for term, entry_id in content.items()}


def _check_links(
    folder: Path,
    sources: dict[str, Source],
    contacts: dict[str, Contact],
    products: dict[str, Product],
    areas: Areas | None,
    faults: list[Fault],
) -> None:
    def need(found: bool, file: str, message: str) -> None:
        if not found:
            faults.append(Fault(f"{folder.name}/{file}", 1, message))

    for contact in contacts.values():
        for source in (contact.source, *(place[0] for place in contact.also_in)):
            need(source in sources, "contacts.yml", f"{contact.contact_id}: unknown source {source!r}")
    for product in products.values():
        source, agency = product.source, product.agency_contact
        need(source in sources, "products.yml", f"{product.product_id}: unknown source {source!r}")
        need(agency in contacts, "products.yml", f"{product.product_id}: unknown contact {agency!r}")
    for prefecture in areas.prefectures.values() if areas else ():
        desk = prefecture.desk
        need(desk in contacts, "areas.yml", f"{prefecture.prefecture_id}: unknown desk {desk!r}")
