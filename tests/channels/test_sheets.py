"""The printable sheets as page and as PDF: everything there, in embedded fonts, no glyph missing."""

from __future__ import annotations

import io
import subprocess
import sys
from datetime import datetime
from subprocess import DEVNULL, PIPE
from typing import Any

import pypdf
import pytest

from records.database import Database
from records.drafts import add_draft
from tests.channels.gateway import NOW, Gateway

QUOTES: list[dict[str, Any]] = [
    {
        "product": "third_party",
        "plan": "premium",
        "course": 5,
        "annual_sales_yen": 48_000_000,
        "claims_paid": 2,
    },
    {"product": "assembly", "annual_sales_yen": 52_000_000, "claims_paid": 1},
    {"product": "cyber", "industry": 1, "plan": "B", "annual_sales_yen": 300_000_000},
]
FIELDS = {
    "happened_at": "11月20日 14時ごろ",
    "place": "前橋市の店舗 1階（デモ）",
    "what_happened": "脚立が倒れ、<b>ガラス</b>が割れた。髙﨑さん・①②〜㎡",
    "harmed": "店舗のガラス",
    "photos": True,
    "witnesses": "?",
}


def made(gateway: Gateway, body: dict[str, Any]) -> dict[str, Any]:
    answer: dict[str, Any] = gateway.client.post("/api/v1/quotes", json=body).json()
    return answer


@pytest.fixture(scope="module")
def draft_number(shared_gateway: Gateway) -> str:
    database = Database(shared_gateway.settings.database_url)
    with database.session() as session:
        draft = add_draft(session, fields=FIELDS, conversation_id=None, now=datetime.fromisoformat(NOW))
    database.dispose()
    return draft.number


@pytest.mark.parametrize("body", QUOTES, ids=lambda body: body["product"])
def test_a_quote_sheet_says_everything(gateway: Gateway, body: dict[str, Any]) -> None:
    quote = made(gateway, body)
    page = gateway.client.get(quote["page"])
    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "no-store"
    assert "noindex" in page.headers["X-Robots-Tag"]
    assert page.headers["Referrer-Policy"] == "no-referrer"
    for part in (quote["number"], f"{quote['premium_yen']:,}", quote["code"], "概算", *quote["disclosures"]):
        assert part in page.text


def pdf_text(document: bytes) -> tuple[pypdf.PdfReader, str]:
    reader = pypdf.PdfReader(io.BytesIO(document))
    text = "".join(page.extract_text() for page in reader.pages)
    return reader, "".join(text.split())


def assert_fonts_are_embedded(reader: pypdf.PdfReader) -> None:
    fonts = [
        font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
        for page in reader.pages
        for font in page["/Resources"]["/Font"].values()
    ]
    assert fonts
    for font in fonts:
        assert {"/FontFile", "/FontFile2", "/FontFile3"} & font.keys(), font["/FontName"]


def assert_on_one_a4_page(reader: pypdf.PdfReader) -> None:
    assert len(reader.pages) == 1
    assert (round(reader.pages[0].mediabox.width), round(reader.pages[0].mediabox.height)) == (595, 842)


def assert_no_glyph_is_missing(text: str) -> None:
    # A character without a glyph comes out as the replacement character, as NUL or not at all.
    assert "\ufffd" not in text and "\x00" not in text


def test_a_quote_as_pdf(gateway: Gateway) -> None:
    quote = made(gateway, QUOTES[0])
    answer = gateway.client.get(quote["pdf"])
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/pdf")
    assert quote["number"] in answer.headers["Content-Disposition"]
    reader, text = pdf_text(answer.content)
    assert_on_one_a4_page(reader)
    assert_fonts_are_embedded(reader)
    assert_no_glyph_is_missing(text)
    for part in (quote["number"], f"{quote['premium_yen']:,}", quote["code"], *quote["disclosures"]):
        assert "".join(part.split()) in text


def test_a_draft_sheet_shows_what_was_told_and_no_markup(gateway: Gateway, draft_number: str) -> None:
    page = gateway.client.get(f"/drafts/{draft_number}")
    assert page.status_code == 200
    assert "事故発生状況報告書" in page.text and "下書き" in page.text
    for part in ("11月20日 14時ごろ", "前橋市の店舗", "&lt;b&gt;ガラス", "はい", "不明", draft_number):
        assert part in page.text
    assert "<b>ガラス" not in page.text


def test_a_draft_as_pdf(gateway: Gateway, draft_number: str) -> None:
    answer = gateway.client.get(f"/drafts/{draft_number}.pdf")
    reader, text = pdf_text(answer.content)
    assert_on_one_a4_page(reader)
    assert_fonts_are_embedded(reader)
    assert_no_glyph_is_missing(text)
    for part in (
        "事故発生状況報告書",
        "前橋市の店舗1階（デモ）",
        "<b>ガラス</b>が割れた",
        "髙﨑さん・①②〜㎡",
        "不明",
    ):
        assert part in text


@pytest.mark.parametrize(
    "path", ["/quotes/Q7K3M-9TP2X", "/quotes/x.pdf", "/drafts/A7K3M-9TP2X", "/sheet/secret"]
)
def test_an_unknown_sheet_is_not_found(gateway: Gateway, path: str) -> None:
    answer = gateway.client.get(path)
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_while_a_pdf_is_set_the_counter_answers(gateway: Gateway) -> None:
    import threading
    import time

    pdf = made(gateway, QUOTES[1])["pdf"]
    done: list[int] = []
    thread = threading.Thread(target=lambda: done.append(gateway.client.get(pdf).status_code))
    thread.start()
    time.sleep(0.2)
    assert gateway.say("待っている間").status_code == 200
    assert not done, "the message was answered before the PDF was"
    thread.join()
    assert done == [200]


def test_the_press_of_a_gateway_that_was_killed_ends_by_itself() -> None:
    command = [sys.executable, "-m", "channels.sheets.pdf"]
    with subprocess.Popen(command, stdin=PIPE, stdout=PIPE, stderr=DEVNULL) as press:
        assert press.stdin is not None and press.stdout is not None
        press.stdin.write(b"<!doctype html><title>half a page")
        for pipe in (press.stdin, press.stdout):  # what the kernel does for a process that is killed
            pipe.close()
        assert press.wait(30) != 0
