"""Texts of the dialogue: Japanese and English say the same things, with the same values and the same figures."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

LOCALES = Path(__file__).resolve().parents[2] / "bot" / "locales"
NAMES = sorted(path.name.split(".")[0] for path in LOCALES.glob("*.ja.yml"))
LONGEST_BUTTON = 20  # characters of a LINE quick reply
EXAMPLES = ("ask", "hint")  # hold sample amounts, worded as each language says them
UNITS = {"万": 10_000, "億": 100_000_000}
MACHINE_PATH = re.compile(r"(?<![\w:/])/(?:work|root|farm|tmp|home|usr|var|opt)/|[A-Za-z]:\\")


def texts(name: str, lang: str) -> dict[str, str]:
    """The texts of a file by dotted key."""
    body = yaml.safe_load((LOCALES / f"{name}.{lang}.yml").read_text(encoding="utf-8"))
    return dict(_flat(body))


def _flat(body: dict[Any, Any], above: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    for key, value in body.items():
        assert isinstance(key, str), f"{'.'.join(above)}: {key!r} needs quotes"
        if isinstance(value, dict):
            yield from _flat(value, (*above, key))
        else:
            assert isinstance(value, str), f"{'.'.join((*above, key))}: {value!r} needs quotes"
            yield ".".join((*above, key)), value


def japanese_amounts(text: str) -> set[int]:
    """Amounts in 万 and 億, in yen."""
    found = re.findall(r"([\d,.]*\d)([万億])", text)
    return {int(Decimal(number.replace(",", "")) * UNITS[unit]) for number, unit in found}


def english_amounts(text: str) -> set[int]:
    """Amounts after a yen sign; below 10,000 yen there is none in the Japanese texts."""
    amounts = {int(number.replace(",", "")) for number in re.findall(r"¥(\d[\d,]*\d|\d)", text)}
    return {amount for amount in amounts if amount >= UNITS["万"]}


def placeholders(text: str) -> set[str]:
    """Names of the values that a text asks for."""
    return set(re.findall(r"%\{(\w+)\}", text))


def test_every_file_stands_in_both_languages():
    assert [path.name.split(".")[0] for path in sorted(LOCALES.glob("*.en.yml"))] == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_keys_agree(name):
    assert sorted(texts(name, "en")) == sorted(texts(name, "ja"))


@pytest.mark.parametrize("name", NAMES)
def test_placeholders_agree(name):
    english = texts(name, "en")
    different = {
        key: (text, english[key])
        for key, text in texts(name, "ja").items()
        if placeholders(text) != placeholders(english[key])
    }
    assert different == {}


@pytest.mark.parametrize("name", [name for name in NAMES if name != "units"])
def test_typed_amounts_agree(name):
    english = texts(name, "en")
    different = {
        key: (text, english[key])
        for key, text in texts(name, "ja").items()
        if key.split(".")[-1] not in EXAMPLES and japanese_amounts(text) != english_amounts(english[key])
    }
    assert different == {}


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize("name", NAMES)
def test_no_half_width_kana_and_no_machine_path(name, lang):
    faulty = {
        key: text
        for key, text in texts(name, lang).items()
        if re.search(r"[\uff61-\uff9f]", text) or MACHINE_PATH.search(text)
    }
    assert faulty == {}


@pytest.mark.parametrize("name", NAMES)
def test_english_holds_kana_only_in_the_name_of_a_source(name):
    shown = {key: re.sub(r"Source \(in Japanese\):.*", "", text) for key, text in texts(name, "en").items()}
    assert {key: text for key, text in shown.items() if re.search(r"[\u3040-\u30ff]", text)} == {}


@pytest.mark.parametrize("name", [name for name in NAMES if name.startswith("flow_")])
def test_english_buttons_are_short_and_distinct(name):
    buttons: dict[str, list[str]] = {}
    for key, text in texts(name, "en").items():
        question, _, _ = key.partition(".options.")
        if question != key:
            buttons.setdefault(question, []).append(text)
    assert [title for titles in buttons.values() for title in titles if len(title) > LONGEST_BUTTON] == []
    assert [titles for titles in buttons.values() if len({title.lower() for title in titles}) != len(titles)] == []


@pytest.mark.parametrize(
    ("ja", "en"), [("上限1,000万円", "¥10,000,000"), ("1.7億円以下", "up to ¥170,000,000"), ("②１億", "¥100,000,000")]
)
def test_amounts_are_read_alike(ja, en):
    assert japanese_amounts(ja) == english_amounts(en) != set()
