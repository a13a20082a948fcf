"""Who writes about the guarantee system, the hours held against a moment named, and patterns of the two sites."""

from __future__ import annotations

import re
from datetime import date, datetime
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml

import knowledge
from bot.actions import site_words, texts
from bot.actions.capabilities import opening
from bot.actions.capabilities.login import STAGES
from bot.actions.evidence import SITES, writer
from bot.actions.flow import FLOWS, Turn
from bot.actions.state import Dialogue
from bot.actions.texts import Texts
from bot.actions.understanding import Understanding

# A Saturday.
NOW = datetime(2026, 11, 21, 12, tzinfo=ZoneInfo("Asia/Tokyo"))
TABLE = yaml.safe_load(site_words.TABLE.read_text(encoding="utf-8"))


def heard(text: str) -> Turn:
    texts.open_locales()
    services: Any = SimpleNamespace(is_holiday=lambda day: day == date(2026, 11, 23))
    understood = Understanding(text, "faq", 1.0, (), (), (), (), ())
    return Turn(understood, Dialogue(), services, NOW, Texts("ja"), "member")


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("建設会社です。証券を保存したい", "contractor"),
        ("うちは塗装屋やけど", "contractor"),
        ("村役場の担当者ですが", "orderer"),
        ("こちらは県の道路課", "orderer"),
        ("業者からもらった紙が見つからない", "orderer"),
        ("役所に渡すurlはどれ", "contractor"),
        ("発注元は市役所です", None),
        ("市役所の人に言われた", None),
        ("証券を見たい", None),
    ],
)
def test_who_writes_is_told_in_plain_words(text: str, role: str | None) -> None:
    assert writer(text) == role


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("今日は使えますか", "11月21日（土）は使えません。"),
        ("火曜の夜11時は", "11月24日（火）23:00は使えます。"),
        ("月曜の朝5時", "11月30日（月）5:00は使えません。"),
        ("11月23日は祝日だけど", "11月23日（月）は使えません。"),
        ("1月3日", "1月3日（日）は使えません。"),
        ("1月4日", "1月4日（月）は使えます。"),
        ("年末の30日は", None),
        ("何時まで", None),
    ],
)
def test_the_hours_are_held_against_the_moment_named(text: str, line: str | None) -> None:
    assert opening.at_moment(heard(text)) == line


def test_pairs_lead_from_one_site_to_the_other() -> None:
    entries = knowledge.load().entries
    assert all({entries[one].scheme, entries[other].scheme} == SITES for one, other in TABLE["pairs"].items())


def test_what_stands_beside_an_entry_is_there() -> None:
    entries = knowledge.load().entries
    for beside in TABLE["beside"]:
        for last, told in beside["after"].items():
            assert {last, *(told.values() if isinstance(told, dict) else (told,))} <= entries.keys()
            assert isinstance(told, str) or "any" in told


def test_stages_told_in_few_words_are_those_of_the_flow() -> None:
    table = yaml.safe_load((FLOWS / "tables" / "login.yml").read_text(encoding="utf-8"))
    told = yaml.safe_load(STAGES.read_text(encoding="utf-8"))
    assert all(set(told[site]) <= set(table[site]) for site in SITES)


@pytest.mark.parametrize(
    "text", ["言われたとおりにしたけどだめ", "それでも入れません", "ごみ箱にもない", "still not working"]
)
def test_a_step_that_did_not_help_is_heard(text: str) -> None:
    assert re.search(TABLE["stuck"], text)


@pytest.mark.parametrize("text", ["どこに申請すればいい", "何分で切れる", "スマホでもいい？", "もう一度教えて"])
def test_what_asks_on_is_no_step_that_did_not_help(text: str) -> None:
    assert not re.search(TABLE["stuck"], text)
