"""Every operator text is used, exists in both languages, and asks for the same values in both."""

import json
import re
import string

import pytest

from runtime.texts import language, line
from tests.conftest import ROOT

TEXTS = json.loads((ROOT / "runtime" / "texts.json").read_text(encoding="utf-8"))
CODE = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "runtime").glob("*.py"))


@pytest.mark.parametrize("key", TEXTS)
def test_both_languages_ask_for_the_same_values(key):
    parsed = [string.Formatter().parse(text) for text in TEXTS[key].values()]
    fields = [{name for _, name, _, _ in parts if name} for parts in parsed]
    assert set(TEXTS[key]) == {"ja", "en"}
    assert fields[0] == fields[1]


def test_no_text_is_unused_and_none_is_missing():
    quoted = set(re.findall(r'"([a-z_]+)"', CODE))
    assert [key for key in TEXTS if key not in quoted] == []
    used = set(re.findall(r'\b(?:line|say)\(\s*"([a-z_]+)"', CODE))
    assert sorted(used - set(TEXTS)) == []


def test_the_language_follows_the_locale():
    assert language({"LANG": "ja_JP.UTF-8"}) == "ja"
    assert language({"LANG": "ja_JP.UTF-8", "LC_ALL": "C"}) == "en"


def test_a_text_is_one_line():
    assert "\n" not in line("migration_failed", reason="first\nsecond")
