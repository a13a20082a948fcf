"""The days that members name, what they mean to do on them, and closing months: a table of what people say."""

from __future__ import annotations

import unicodedata
from datetime import date
from pathlib import Path

import pytest
import yaml

from bot.actions.capabilities.dated import closing_month, dated
from bot.actions.capabilities.dates import stated_days

TABLE = yaml.safe_load((Path(__file__).parent / "dates.yml").read_text(encoding="utf-8"))
TODAY = date(2026, 5, 13)


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).lower()


@pytest.mark.parametrize("said", TABLE["meant"], ids=[item["say"] for item in TABLE["meant"]])
def test_what_is_meant_by_a_day(said):
    found = dated(_folded(said["say"]), TODAY)
    assert {
        "applied": found.applied and found.applied.on.isoformat(),
        "starts": found.starts and found.starts.on.isoformat(),
    } == {"applied": said.get("applied"), "starts": said.get("starts")}


@pytest.mark.parametrize("said", TABLE["yes_no"], ids=list(TABLE["yes_no"]))
def test_a_yes_or_no_is_wanted(said):
    assert dated(_folded(said), TODAY).yes_no == TABLE["yes_no"][said]


@pytest.mark.parametrize("said", TABLE["closing"], ids=list(TABLE["closing"]))
def test_the_month_in_which_books_are_closed(said):
    assert closing_month(_folded(said)) == TABLE["closing"][said]


def test_the_29th_of_february_is_the_next_one_that_exists():
    assert [day.on for day in stated_days("2月29日に出す", TODAY)] == [date(2028, 2, 29)]


def test_a_day_that_no_year_has_is_none():
    assert stated_days("2月30日に出す", TODAY) == ()
