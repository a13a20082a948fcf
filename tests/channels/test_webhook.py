"""POST /webhooks/rest/webhook over real HTTP, with a stand-in engine behind the real gateway."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from tests.channels.gateway import Gateway

BRANCH, ACCIDENT_PHONE = "支部", "0120-727-110"


def test_a_reply_goes_back_to_the_sender_who_asked(gateway: Gateway) -> None:
    gateway.behind.reply = [{"text": "はい", "buttons": [{"title": "ワイド", "payload": "ワイドで"}]}]
    answer = gateway.say("こんにちは", "member-7")
    assert answer.status_code == 200
    assert answer.json() == [
        {"recipient_id": "member-7", "text": "はい", "buttons": [{"title": "ワイド", "payload": "ワイドで"}]}
    ]


def test_the_engine_gets_a_digest_in_place_of_the_sender(gateway: Gateway) -> None:
    gateway.say("一", "tanaka@example.jp")
    gateway.say("二", "tanaka@example.jp")
    gateway.say("三", "suzuki@example.jp")
    senders = [asked["sender"] for asked in gateway.behind.received]
    assert senders[0] == senders[1] != senders[2]
    assert "tanaka" not in str(gateway.behind.received)
    assert len(senders[0]) == 32


def test_a_strangers_metadata_does_not_reach_the_engine(gateway: Gateway) -> None:
    gateway.say("こんにちは", member="M-1", channel="web")
    assert gateway.behind.received[0]["metadata"] == {"channel": "rest", "language": "ja"}


@pytest.mark.parametrize(
    ("body", "status", "code", "reason"),
    [
        (b"", 422, "not_json", "JSON"),
        (b"{", 422, "not_json", "JSON"),
        (b"\xff\xfe", 422, "not_json", "JSON"),
        (b"[" * 5000, 422, "not_json", "JSON"),
        (b"[]", 422, "not_json", "object"),
        (b'"text"', 422, "not_json", "object"),
        (b'{"message": "a"}', 422, "bad_request", "sender"),
        (b'{"sender": "", "message": "a"}', 422, "bad_request", "sender"),
        (b'{"sender": "  ", "message": "a"}', 422, "bad_request", "sender"),
        (b'{"sender": 5, "message": "a"}', 422, "bad_request", "sender"),
        (b'{"sender": null, "message": "a"}', 422, "bad_request", "sender"),
        (b'{"sender": "a\\u0000b", "message": "a"}', 422, "bad_request", "sender"),
        (b'{"sender": "a\\ud800", "message": "a"}', 422, "bad_request", "sender"),
        (b'{"sender": "%s", "message": "a"}' % (b"a" * 201), 422, "bad_request", "sender"),
        (b'{"sender": "a"}', 422, "bad_request", "message"),
        (b'{"sender": "a", "message": null}', 422, "bad_request", "message"),
        (b'{"sender": "a", "message": 8}', 422, "bad_request", "message"),
        (b'{"sender": "a", "message": ["a"]}', 422, "bad_request", "message"),
        (b'{"sender": "a", "message": "a", "metadata": []}', 422, "bad_request", "metadata"),
        (b'{"sender": "a", "message": "a", "metadata": {"message_id": 5}}', 422, "bad_request", "message_id"),
        (b'{"sender": "a", "message": "%s"}' % (b"a" * 1001), 413, "message_too_long", "1000"),
        (b'{"sender": "a", "message": "%s"}' % (b"a" * 100_000), 413, "message_too_long", "longer"),
    ],
)
def test_a_bad_body_is_refused_with_a_reason(
    gateway: Gateway, body: bytes, status: int, code: str, reason: str
) -> None:
    answer = gateway.client.post("/webhooks/rest/webhook", content=body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert reason in answer.json()["message"]
    assert gateway.behind.received == []


def test_the_longest_message_allowed_is_taken(gateway: Gateway) -> None:
    assert gateway.say("🏗" * 1000).status_code == 200


@pytest.mark.parametrize("message", ["", "   ", "\n\t", "\u200b\u0000", "/", "　／ /"])
def test_a_message_without_text_gets_a_friendly_answer(gateway: Gateway, message: str) -> None:
    answer = gateway.say(message)
    assert answer.status_code == 200
    assert "もう一度" in answer.json()[0]["text"]
    assert gateway.behind.received == []


@pytest.mark.parametrize(
    ("typed", "understood"),
    [
        ("/restart", "restart"),
        ('/quote{"plan": "wide"}', 'quote{"plan": "wide"}'),
        ("  /／ //session_start", "session_start"),
        ("\u200b/restart", "restart"),
        ("\u0000/restart", "restart"),
        ("売上8千万/ワイド", "売上8千万/ワイド"),
        ("a\u0000b\u0007c\u202ed\ud800e", "abcde"),
        ("一行目\r\n二行目", "一行目\n二行目"),
        ("👨‍👩‍👧 🏗️", "👨‍👩‍👧 🏗️"),
        ("８，０００万円　くらい", "８，０００万円　くらい"),
    ],
)
def test_what_the_engine_gets_is_plain_text(gateway: Gateway, typed: str, understood: str) -> None:
    body = json.dumps({"sender": "a", "message": typed})
    assert gateway.client.post("/webhooks/rest/webhook", content=body).status_code == 200
    assert [asked["message"] for asked in gateway.behind.received] == [understood]


def test_a_secret_is_struck_out_and_the_member_is_told(gateway: Gateway) -> None:
    answer = gateway.say("マイページのパスワードは himitsu99 です")
    assert gateway.behind.received[0]["message"] == "マイページのパスワードは ［伏せました］ です"
    notice, reply = answer.json()
    assert "パスワード" in notice["text"] and "伏せ" in notice["text"] and "書かないで" in notice["text"]
    assert reply["text"].startswith("echo")
    assert "himitsu" not in answer.text


def test_an_english_member_is_told_in_english(gateway: Gateway) -> None:
    answer = gateway.say("My password is hunter2 and it fails")
    assert gateway.behind.received[0]["message"] == "My password is [masked] and it fails"
    assert "struck out" in answer.json()[0]["text"]


BAD_REPLIES = ["garbage", "not_a_list", "empty", "textless", "error", "cut"]


@pytest.mark.parametrize("mode", BAD_REPLIES)
def test_a_failure_behind_becomes_a_reply_that_helps(gateway: Gateway, mode: str) -> None:
    gateway.behind.mode = mode
    answer = gateway.say("ワイドはいくら")
    assert answer.status_code == 200
    (reply,) = answer.json()
    for part in ("申し訳", "残っています", "もう一度", BRANCH, ACCIDENT_PHONE):
        assert part in reply["text"]


@pytest.mark.parametrize("mode", BAD_REPLIES)
def test_in_english_too(gateway: Gateway, mode: str) -> None:
    gateway.behind.mode = mode
    text = gateway.say("How much is the wide plan?").json()[0]["text"]
    assert "Sorry" in text and "kept" in text and ACCIDENT_PHONE in text


def test_an_engine_that_is_down_is_told_within_three_seconds(start_gateway: Callable[..., Gateway]) -> None:
    gateway = start_gateway()
    assert gateway.say("一").json()[0]["text"] == "echo: 一"
    gateway.behind.stop()
    started = time.monotonic()
    text = gateway.say("二").json()[0]["text"]
    assert time.monotonic() - started < 3
    assert "受け取れません" in text and BRANCH in text


def test_a_connection_refused_once_is_tried_again(start_gateway: Callable[..., Gateway]) -> None:
    from tests.channels.stand_in import StandIn

    gateway = start_gateway()
    port, token = gateway.behind.port, gateway.behind.token
    gateway.behind.stop()
    back: list[StandIn] = []
    timer = threading.Timer(0.05, lambda: back.append(StandIn(token, port)))
    timer.start()
    assert gateway.say("三").json()[0]["text"] == "echo: 三"
    timer.join()
    gateway.behind = back[0]


def test_a_slow_engine_is_told_in_time_and_its_answer_kept_for_the_repeat(
    start_gateway: Callable[..., Gateway],
) -> None:
    gateway = start_gateway(engine_timeout_seconds=0.6)
    gateway.behind.delay_seconds = 1.2
    started = time.monotonic()
    first = gateway.say("見積もり", message_id="m-1")
    assert time.monotonic() - started < 0.9
    assert "時間がかかって" in first.json()[0]["text"]
    time.sleep(0.8)
    assert gateway.say("見積もり", message_id="m-1").json()[0]["text"] == "echo: 見積もり"
    assert len(gateway.behind.received) == 1


def test_a_message_behind_a_slow_one_is_taken_back(start_gateway: Callable[..., Gateway]) -> None:
    gateway = start_gateway(engine_timeout_seconds=0.5)
    gateway.behind.delay_seconds = 1.2
    replies: dict[str, str] = {}

    def say(message: str) -> None:
        replies[message] = gateway.say(message).json()[0]["text"]

    threads = [threading.Thread(target=say, args=(m,)) for m in ("一", "二")]
    for thread in threads:
        thread.start()
        time.sleep(0.1)
    for thread in threads:
        thread.join()
    assert "ひとつ前" in replies["二"]
    time.sleep(1.0)
    assert [asked["message"] for asked in gateway.behind.received] == ["一"]


def test_a_repeated_message_gets_the_first_answer(gateway: Gateway) -> None:
    first = gateway.say("一回目", message_id="same")
    again = gateway.say("一回目", message_id="same")
    other_sender = gateway.say("一回目", "member-2", message_id="same")
    assert first.json() == again.json()
    assert other_sender.json()[0]["recipient_id"] == "member-2"
    assert len(gateway.behind.received) == 2


def test_a_repeat_while_the_first_is_under_way_waits_for_it(gateway: Gateway) -> None:
    gateway.behind.delay_seconds = 0.3
    answers: list[Any] = []
    threads = [
        threading.Thread(target=lambda: answers.append(gateway.say("同時", message_id="at-once").json()))
        for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers[0] == answers[1] == answers[2]
    assert len(gateway.behind.received) == 1


def test_a_repeat_after_a_failure_is_a_new_attempt(gateway: Gateway) -> None:
    gateway.behind.mode = "error"
    gateway.say("もう一度", message_id="after-failure")
    gateway.behind.mode = "echo"
    assert gateway.say("もう一度", message_id="after-failure").json()[0]["text"] == "echo: もう一度"


def test_messages_of_one_sender_keep_their_order(gateway: Gateway) -> None:
    gateway.behind.delay_seconds = 0.05
    threads = []
    for number in range(8):
        thread = threading.Thread(target=gateway.say, args=(str(number), "in-order"))
        thread.start()
        threads.append(thread)
        time.sleep(0.015)
    for thread in threads:
        thread.join()
    assert gateway.behind.finished == [str(number) for number in range(8)]


def test_another_sender_does_not_wait(gateway: Gateway) -> None:
    gateway.behind.delay_seconds = 0.5
    threads = [threading.Thread(target=gateway.say, args=("x", f"sender-{n}")) for n in range(6)]
    started = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert time.monotonic() - started < 1.5


def test_too_many_messages_are_refused_with_a_time(start_gateway: Callable[..., Gateway]) -> None:
    gateway = start_gateway(rate_limit_per_minute=3)
    statuses = [gateway.say("x", "quick").status_code for _ in range(5)]
    refused = gateway.say("x", "quick")
    assert statuses == [200, 200, 200, 429, 429]
    assert refused.json()["code"] == "too_many_messages"
    assert 1 <= int(refused.headers["Retry-After"]) <= 20
    assert gateway.say("x", "somebody else").status_code == 200


@pytest.mark.parametrize(
    "blocks", [[{"type": "bomb"}], [{"type": "quote"}], "text", [5], {"type": "table"}, [{"no": "type"}]]
)
def test_blocks_that_fail_their_schema_are_left_out(gateway: Gateway, blocks: Any) -> None:
    gateway.behind.reply = [{"text": "本文", "custom": {"blocks": blocks}}]
    assert gateway.say("x").json() == [{"recipient_id": "member-1", "text": "本文"}]


def test_blocks_that_are_in_order_go_through(gateway: Gateway) -> None:
    blocks = [{"type": "table", "title": "表", "columns": ["型", "保険料"], "rows": [["①", "1円"]]}]
    gateway.behind.reply = [{"text": "本文", "custom": {"blocks": blocks}}]
    assert gateway.say("x").json()[0]["custom"]["blocks"][0]["columns"] == ["型", "保険料"]


def test_a_button_that_would_send_a_command_is_left_out(gateway: Gateway) -> None:
    buttons = [{"title": "a", "payload": "/restart"}, {"title": "b", "payload": "はい"}, {"title": 3}, "x"]
    gateway.behind.reply = [{"text": "本文", "buttons": buttons}]
    assert gateway.say("x").json()[0]["buttons"] == [{"title": "b", "payload": "はい"}]
