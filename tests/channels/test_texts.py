"""Every text of the gateway is used, and every text that is used exists, in both languages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import channels
from channels.errors import ConfigurationFault
from channels.texts import LANGUAGES, Texts

ROOM = Path(channels.__file__).parent
# Sections whose keys are made of data: an enumeration of rating, a failure's code, a block's field.
BY_VALUE = (
    "quote.product.",
    "quote.plan.",
    "quote.limit.",
    "quote.agency.",
    "quote.reason.",
    "quote.deductible.",
)
BY_VALUE += ("quote.disclosure.", "quote.band.", "quote.surcharge.", "mask.", "draft.", "answer.")


def sources(*patterns: str) -> str:
    return "\n".join(p.read_text(encoding="utf-8") for pattern in patterns for p in ROOM.glob(pattern))


def used_in_scripts() -> set[str]:
    script = sources("web/widget/*.js")
    states = {"offline", "retrying", "too_fast"}
    return set(re.findall(r"\b(?:t|texts)\.(\w+)", script)) | states


def used_in(template: str) -> set[str]:
    return set(re.findall(r"\bt\.(\w+)", sources(template)))


def test_every_widget_text_is_used_and_there() -> None:
    known = set(Texts.load().section("ja", "widget"))
    assert known == used_in_scripts()


def test_every_site_text_is_used_and_there() -> None:
    assert set(Texts.load().section("ja", "site")) == used_in("web/site/*.html")


def test_every_sheet_text_is_used_and_there() -> None:
    in_code = set(re.findall(r'\bt\["(\w+)"\]', sources("sheets/*.py")))
    in_code |= set(re.findall(r'"sheet\.(?!css|js)(\w+)"', sources("sheets/*.py")))
    assert set(Texts.load().section("ja", "sheet")) == used_in("sheets/templates/*.html") | in_code


def test_every_other_text_is_used_and_there() -> None:
    code = sources("*.py", "*/*.py")
    sections = ("widget.", "site.", "sheet.", *BY_VALUE)
    literal = set(re.findall(r'"((?:reply|failure|refusal|quote|format)\.(?!html)[a-z_.]+)"', code))
    rest = {key for key in Texts.load().keys() if not key.startswith(sections)}
    assert rest == {key for key in literal if not key.startswith(BY_VALUE)}
    for key in literal:
        assert key in Texts.load().keys()


def test_placeholders_agree_in_both_languages() -> None:
    texts = Texts.load()
    for key in texts.keys():
        names = [set(re.findall(r"\{(\w+)", texts.get(language, key))) for language in LANGUAGES]
        assert names[0] == names[1], key


def test_a_text_that_lacks_in_one_language_stops_the_start(tmp_path: Path) -> None:
    (tmp_path / "ja.yml").write_text("reply: {a: x, b: y}", encoding="utf-8")
    (tmp_path / "en.yml").write_text("reply: {a: x}", encoding="utf-8")
    with pytest.raises(ConfigurationFault, match=r"reply\.b"):
        Texts.load(tmp_path)
