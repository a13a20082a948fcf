"""The quote API over real HTTP with the real tables (cases/quotes.yml)."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from fastapi import Request

from channels.languages import wanted_language
from tests.channels.gateway import Gateway

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "quotes.yml").read_text(encoding="utf-8"))


def named(kind: str) -> Any:
    return pytest.mark.parametrize("case", CASES[kind], ids=[case["name"] for case in CASES[kind]])


@named("quoted")
def test_a_published_premium_is_stored_and_read_again(gateway: Gateway, case: dict[str, Any]) -> None:
    created = gateway.client.post("/api/v1/quotes", json=case["body"])
    assert created.status_code == 201
    answer = created.json()
    for name in ("premium_yen", "code", "limits", "surcharge_percent"):
        assert answer[name] == case[name]
    assert {name: answer["band"][name] for name in case["band"]} == case["band"]
    assert answer["source"]["document"] and answer["source"]["locator"]
    again = gateway.client.get(f"/api/v1/quotes/{answer['number']}")
    assert (again.status_code, again.json()) == (200, answer)


def test_every_quote_discloses_what_it_is(gateway: Gateway) -> None:
    for case in CASES["quoted"]:
        answer = gateway.client.post("/api/v1/quotes", json=case["body"]).json()
        told = "\n".join(answer["disclosures"])
        for part in ("概算", "引受を約束するものではありません", "税込み", "代理店", "途中から", "出典"):
            assert part in told, (case["name"], part)


def test_a_period_that_is_over_is_told_on_the_day_of_reading(start_gateway: Callable[..., Gateway]) -> None:
    body = CASES["quoted"][0]["body"]
    before = start_gateway(madoguchi_now="2026-04-01T15:59:00+09:00")
    running = before.client.post("/api/v1/quotes", json=body).json()
    assert running["expired"] is False
    assert not any("終わって" in line for line in running["disclosures"])
    after = start_gateway(
        madoguchi_now="2026-04-01T16:00:00+09:00", database_url=before.settings.database_url
    )
    ended = after.client.get(f"/api/v1/quotes/{running['number']}").json()
    assert ended["expired"] is True
    assert any("終わって" in line for line in ended["disclosures"])
    assert ended["premium_yen"] == running["premium_yen"]


@named("not_published")
def test_an_unprinted_premium_is_refused_with_a_contact(gateway: Gateway, case: dict[str, Any]) -> None:
    answer = gateway.client.post("/api/v1/quotes", json=case["body"])
    assert (answer.status_code, answer.json()["code"]) == (404, "premium_not_published")
    contact = answer.json()["contact"]
    assert contact["id"] == case["contact"] and contact["name"]
    assert contact["name"] in answer.json()["message"]
    assert "premium_yen" not in answer.text


@named("not_eligible")
def test_who_cannot_join_is_told_why(gateway: Gateway, case: dict[str, Any]) -> None:
    answer = gateway.client.post("/api/v1/quotes", json=case["body"])
    assert (answer.status_code, answer.json()["code"]) == (409, "not_eligible")
    (reason,) = answer.json()["reasons"]
    assert reason["key"] == case["reason"]
    assert case["says"] in reason["message"]


ENGLISH = {"Accept-Language": "en-GB,en;q=0.9,ja;q=0.5"}
JAPANESE = re.compile("[ぁ-んァ-ヶ一-龠。、]")


def in_english(gateway: Gateway, case: dict[str, Any]) -> Any:
    return gateway.client.post("/api/v1/quotes", json=case["body"], headers=ENGLISH).json()


def test_a_quote_is_explained_in_english_to_who_reads_english(gateway: Gateway) -> None:
    for case in CASES["quoted"]:
        answer = in_english(gateway, case)
        own = answer["disclosures"][:-1]  # the last names the document as it is printed
        assert not [line for line in own if JAPANESE.search(line)], case["name"]
        told = "\n".join(answer["disclosures"])
        for part in ("approximation", "consumption tax", "agency", "within the year", "Source: "):
            assert part in told, (case["name"], part)
        japanese = gateway.client.get(f"/api/v1/quotes/{answer['number']}").json()
        assert len(japanese["disclosures"]) == len(answer["disclosures"])
        same = answer.keys() - {"disclosures"}
        assert {name: japanese[name] for name in same} == {name: answer[name] for name in same}


@named("not_published")
def test_an_unprinted_premium_is_refused_in_english(gateway: Gateway, case: dict[str, Any]) -> None:
    answer = in_english(gateway, case)
    assert answer["contact"]["id"] == case["contact"]
    assert answer["contact"]["name"] in answer["message"]
    told = (answer["message"], answer["contact"]["name"], answer["contact"]["hours"] or "")
    assert not JAPANESE.search(" ".join(told))


@named("not_eligible")
def test_who_cannot_join_is_told_why_in_english(gateway: Gateway, case: dict[str, Any]) -> None:
    answer = in_english(gateway, case)
    assert not JAPANESE.search(answer["message"] + answer["reasons"][0]["message"])
    assert re.search(r"\d,000,000,000 yen", answer["reasons"][0]["message"])


def test_what_is_not_found_is_told_in_english(gateway: Gateway) -> None:
    answer = gateway.client.get("/api/v1/quotes/Q7K3M-9TP2X", headers=ENGLISH)
    assert answer.json()["message"] == "Nothing was found. Please check the number."


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, "ja"),
        ("", "ja"),
        ("*", "ja"),
        ("ja", "ja"),
        ("en", "en"),
        ("EN-us", "en"),
        ("ja,en-US;q=0.9,en;q=0.8", "ja"),
        ("en-US,en;q=0.9,ja;q=0.8", "en"),
        ("en; q=0.2, ja; q=0.7", "ja"),
        ("en;q=0", "ja"),
        ("fr-CH, fr;q=0.9, en;q=0.8, *;q=0.5", "en"),
        ("fr", "ja"),
        ("en;q=much", "ja"),
        (";q=1,,;,en", "en"),
    ],
)
def test_the_language_is_the_one_that_is_liked_best(header: str | None, language: str) -> None:
    headers = [] if header is None else [(b"accept-language", header.encode())]
    assert wanted_language(Request({"type": "http", "headers": headers})) == language


@named("nonsense")
def test_nonsense_is_refused_and_the_field_named(gateway: Gateway, case: dict[str, Any]) -> None:
    answer = gateway.client.post("/api/v1/quotes", json=case["body"])
    assert answer.status_code == 422
    assert answer.json()["code"] == "invalid_request"
    assert case["field"] in [error["field"].split(".")[-1] for error in answer.json()["errors"]]


@pytest.mark.parametrize("body", [b"", b"{", b"product=assembly", b"\xff", b'{"a":' * 3000])
def test_what_is_no_json_is_refused(gateway: Gateway, body: bytes) -> None:
    answer = gateway.client.post("/api/v1/quotes", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 422
    assert {"code", "message"} <= answer.json().keys()


@pytest.mark.parametrize(
    "number", ["Q7K3M-9TP2X", "1", "Q", "%00", "../../etc/passwd", "Q" * 500, "A7K3M-9TP2X"]
)
def test_an_unknown_number_is_not_found(gateway: Gateway, number: str) -> None:
    answer = gateway.client.get(f"/api/v1/quotes/{number}")
    assert answer.status_code == 404
    assert answer.json()["code"] == "not_found"


def test_a_number_may_be_typed_as_people_type(gateway: Gateway) -> None:
    number = gateway.client.post("/api/v1/quotes", json=CASES["quoted"][0]["body"]).json()["number"]
    for typed in (number.lower(), number.replace("-", ""), number.replace("-", " ")):
        assert gateway.client.get(f"/api/v1/quotes/{typed}").json()["number"] == number


def test_the_database_away_is_told_without_a_trace(start_gateway: Callable[..., Gateway]) -> None:
    gateway = start_gateway()
    with sqlite3.connect(gateway.settings.data_dir / "counter.sqlite3") as connection:
        connection.execute("DROP TABLE quotes")
    connection.close()
    answer = gateway.client.post("/api/v1/quotes", json=CASES["quoted"][0]["body"])
    assert answer.status_code == 503
    assert answer.json()["code"] == "records_unavailable"
    assert "Traceback" not in answer.text and "sqlite" not in answer.text


def test_the_openapi_document_has_examples_that_work(gateway: Gateway) -> None:
    document = gateway.client.get("/openapi.json").json()
    operation = document["paths"]["/api/v1/quotes"]["post"]
    examples = operation["requestBody"]["content"]["application/json"]["examples"]
    assert {example["value"]["product"] for example in examples.values()} == {
        "third_party",
        "assembly",
        "cyber",
    }
    for example in examples.values():
        assert gateway.client.post("/api/v1/quotes", json=example["value"]).status_code == 201
    assert {"201", "404", "409", "422"} <= operation["responses"].keys()
    message = document["paths"]["/webhooks/rest/webhook"]["post"]["requestBody"]["content"][
        "application/json"
    ]
    assert gateway.client.post(
        "/webhooks/rest/webhook", json=message["examples"]["quote"]["value"]
    ).is_success
