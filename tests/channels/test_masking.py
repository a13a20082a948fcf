"""Secrets are struck out, numbers that are none stay (cases/masks.yml)."""

from pathlib import Path

import pytest
import yaml

from channels.masking import Masker

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "masks.yml").read_text(encoding="utf-8"))
MASKER = Masker.load()
TOKEN = MASKER.tokens["ja"]


@pytest.mark.parametrize(("typed", "expected", "kind"), CASES["masked"], ids=lambda v: str(v)[:40])
def test_a_secret_is_struck_out(typed: str, expected: str, kind: str) -> None:
    masked = MASKER.mask(typed)
    assert masked.text == expected.replace("●", TOKEN)
    assert masked.kinds == {kind}


@pytest.mark.parametrize("typed", CASES["plain"], ids=lambda v: str(v)[:40])
def test_a_mere_number_or_question_stays(typed: str) -> None:
    masked = MASKER.mask(typed)
    assert masked.text == typed
    assert not masked.kinds


def test_several_secrets_in_one_message() -> None:
    masked = MASKER.mask("PW: himitsu99 カード 4111 1111 1111 1111")
    assert masked.text.count(TOKEN) == 2
    assert masked.kinds == {"password", "card_number"}


@pytest.mark.parametrize("language", ["ja", "en"])
def test_masking_twice_changes_nothing_more(language: str) -> None:
    for typed, _, _ in CASES["masked"]:
        once = MASKER.mask(typed, language).text
        assert MASKER.mask(once, language).text == once


def test_the_token_holds_nothing_that_reads_as_a_value() -> None:
    assert not any(c.isdigit() for token in MASKER.tokens.values() for c in token)
