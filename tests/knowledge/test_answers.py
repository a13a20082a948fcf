"""The real answers: nothing foreign to the documents' figures, addresses and sections."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from knowledge import Knowledge, coverage_report

HERE = Path(__file__).resolve().parent
TABLES = HERE.parents[1] / "rating" / "tables"
FIGURES = yaml.safe_load((HERE / "figures.yml").read_text(encoding="utf-8"))
URLS = {"https://" + "/".join(parts) for parts in FIGURES["urls"]}
_AMOUNT = re.compile(r"(?<![\d.])(?:(\d[\d,]*(?:\.\d+)?)億)?(?:(\d[\d,]*(?:\.\d+)?)万)?(\d[\d,]*)?円")
_AMOUNT_EN = re.compile(r"(?<![\d.])([\d,]+(?:\.\d+)?)( (?:million|billion))? yen")
_CIRCLED = re.compile("[\u2460-\u2473]")


def texts(real: Knowledge) -> Iterator[tuple[str, str]]:
    for entry in real.entries.values():
        for text in (entry.answer, entry.detail, entry.answer_en, entry.detail_en):
            if text:
                yield entry.entry_id, unicodedata.normalize("NFKC", _CIRCLED.sub(" ", text))


def amounts(text: str) -> Iterator[int]:
    def number(found: str | None) -> Decimal:
        return Decimal((found or "0").replace(",", ""))

    for oku, man, ones in _AMOUNT.findall(text):
        if oku or man or ones:
            yield int(number(oku) * 100_000_000 + number(man) * 10_000 + number(ones))
    for figure, unit in _AMOUNT_EN.findall(text):
        yield int(number(figure) * {"": 1, " million": 1_000_000, " billion": 1_000_000_000}[unit])


@pytest.fixture(scope="module")
def known_amounts() -> set[int]:
    known = {int(item["yen"]) for item in FIGURES["amounts"]}
    for path in TABLES.rglob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                known |= {int(value) for key, value in row.items() if key.endswith("_yen") and value}
    return known


@pytest.mark.parametrize(
    ("text", "found"),
    [("1億2,096万円", 120_960_000), ("1.7億円超", 170_000_000), ("12,480円", 12_480), ("90万円", 900_000),
     ("500 million yen", 500_000_000), ("20,000 yen", 20_000)],
)  # fmt: skip
def test_the_reader_of_amounts_reads(text: str, found: int) -> None:
    assert list(amounts(text)) == [found]


def test_no_answer_names_an_amount_that_no_table_or_document_holds(
    real: Knowledge, known_amounts: set[int]
) -> None:
    foreign = [(entry_id, amount) for entry_id, text in texts(real) for amount in amounts(text)
               if amount not in known_amounts]  # fmt: skip
    assert foreign == []


def test_no_answer_names_an_address_that_no_document_holds(real: Knowledge) -> None:
    mails = {contact.mail for contact in real.contacts.values() if contact.mail} | set(FIGURES["mails"])
    for entry_id, text in texts(real):
        for url in re.findall(r"https?://[!-~]+", text):
            assert url.rstrip(".,;)") in URLS, entry_id
        for mail in re.findall(r"[A-Za-z0-9._-]*@[A-Za-z0-9.-]+", text):
            assert mail.rstrip(".") in mails, entry_id


def test_at_least_180_entries_and_every_document_has_some(real: Knowledge) -> None:
    assert len(real.entries) >= 180
    assert {entry.source for entry in real.entries.values()} == set(real.sources)


def test_valid_until_is_the_end_of_a_named_source(real: Knowledge) -> None:
    for entry in real.entries.values():
        names = (entry.source, *(place[0] for place in entry.also_in))
        periods = [real.source(name).period for name in names]
        days = [period.end.date() for period in periods if period is not None]
        assert entry.valid_until == (min(days) if days else None), entry.entry_id


def test_every_section_has_an_entry_and_every_locator_a_section(real: Knowledge) -> None:
    report = coverage_report(real)
    assert report.unplaced == ()
    assert [(count.source_id, count.section.section_id) for count in report.sections if count.missing] == []
    assert len(report.sections) > 100


def test_a_section_without_an_answer_is_seen(real: Knowledge) -> None:
    source = real.source("guarantee_2025")
    assert source.sections_named("6 よくあるお問い合わせ Q13") == {"6", "Q13"}
    assert source.sections_named("3(2)エ 頻度") == {"3", "3-domain", "3-domain-calendar"}
    assert source.sections_named("どこにもない") == frozenset()
    assert "5-popup" not in source.sections_named("6 よくあるお問い合わせ Q1")


def test_glossary_words_lead_to_entries(real: Knowledge) -> None:
    glossary = {entry_id for entry_id in real.entries if entry_id.startswith("gl_")}
    assert glossary <= set(real.terms.values())
    assert set(real.terms.values()) <= set(real.entries)


def test_products_and_tables_are_the_same_places(real: Knowledge) -> None:
    for product in real.products.values():
        if product.tables:
            assert (HERE.parents[1] / product.tables).is_dir(), product.product_id
    names = [name for product in real.products.values() for name in product.names]
    assert len(names) == len(set(names))
