"""A talk broken off and taken up the next day: the counter is started again on the same data, at a later moment."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.conftest import ROOT, RunningCounter, start_counter
from tests.conversations.reading import normalised, reply_buttons, reply_text

pytestmark = pytest.mark.counter
EVENING, MORNING = "2025-11-20T18:00:00+09:00", "2025-11-21T09:00:00+09:00"
BROKEN_OFF = {
    "quote": ["保険料を調べたい", "第三者", "ワイド"],
    "straight": ["保険料を調べたい", "第三者", "ワイド"],
    "report": ["事故報告書の下書きを作りたい", "今日の9時ごろ", "前橋市の店舗"],
    "stopped": ["保険料を調べたい", "第三者", "やめます"],
}


def _texts(name: str) -> dict:
    return yaml.safe_load((ROOT / f"bot/locales/{name}.ja.yml").read_text(encoding="utf-8"))


TALK, MOVES = _texts("talk"), _texts("moves")
QUOTE, REPORT = _texts("flow_quote"), _texts("flow_report")


@pytest.fixture(scope="module")
def next_morning(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[RunningCounter, dict[str, str]]]:
    """The counter on the next morning, and the senders that broke off in the evening."""
    folder: Path = tmp_path_factory.mktemp("silence")
    senders = {name: uuid.uuid4().hex for name in BROKEN_OFF}
    evening = start_counter(folder, MADOGUCHI_NOW=EVENING)
    try:
        for name, texts in BROKEN_OFF.items():
            for text in texts:
                evening.say(senders[name], text)
    finally:
        evening.stop()
    morning = start_counter(folder, MADOGUCHI_NOW=MORNING)
    yield morning, senders
    morning.stop()


def _say(counter: RunningCounter, sender: str, text: str) -> tuple[str, list[str]]:
    replies = counter.say(sender, text)
    return normalised(reply_text(replies)), reply_buttons(replies)


def test_the_counter_offers_to_go_on_and_goes_on(next_morning: tuple[RunningCounter, dict[str, str]]) -> None:
    counter, senders = next_morning
    text, buttons = _say(counter, senders["quote"], "おはようございます")
    assert normalised(TALK["unfinished"].replace("%{title}", QUOTE["title"])) in text
    assert MOVES["resume"] in buttons
    assert normalised(QUOTE["annual_sales"]["ask"]) not in text
    text, _ = _say(counter, senders["quote"], MOVES["resume"])
    assert normalised(MOVES["resumed"].replace("%{title}", QUOTE["title"])) in text
    assert text.endswith(normalised(QUOTE["annual_sales"]["ask"]))
    text, _ = _say(counter, senders["quote"], "3000万の③")
    assert normalised(QUOTE["claims"]["ask"]) in text
    assert normalised(QUOTE["plan"]["ask"]) not in text


def test_an_answer_on_the_next_day_is_taken_as_the_answer(next_morning: tuple[RunningCounter, dict[str, str]]) -> None:
    counter, senders = next_morning
    text, _ = _say(counter, senders["straight"], "3000万")
    assert normalised(QUOTE["course"]["ask"]) in text
    assert normalised(TALK["unfinished"].replace("%{title}", QUOTE["title"])) not in text


def test_a_report_broken_off_loses_nothing(next_morning: tuple[RunningCounter, dict[str, str]]) -> None:
    counter, senders = next_morning
    text, _ = _say(counter, senders["report"], "サイバー保険の問い合わせ先の電話番号は")
    assert "指定代理店" in text
    assert normalised(TALK["unfinished"].replace("%{title}", REPORT["title"])) in text
    text, _ = _say(counter, senders["report"], MOVES["resume"])
    assert text.endswith(normalised(REPORT["what_happened"]["ask"]))
    for answer in ("脚立が倒れて棚に当たった", "棚のガラス", "はい"):
        _say(counter, senders["report"], answer)
    text, _ = _say(counter, senders["report"], "なし")
    assert "今日の9時ごろ" in text
    assert "前橋市の店舗" in text


def test_what_was_stopped_is_not_offered_again(next_morning: tuple[RunningCounter, dict[str, str]]) -> None:
    counter, senders = next_morning
    text, buttons = _say(counter, senders["stopped"], "おはようございます")
    assert normalised(TALK["unfinished"].replace("%{title}", QUOTE["title"])) not in text
    assert MOVES["resume"] not in buttons
