"""Numbers: what is drawn is read back however it is typed, nothing else is, and nobody can guess one."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.numbers import ALPHABET, Kind, NumberInvalid, new_number, parse_number

KINDS: tuple[Kind, ...] = ("Q", "A", "H")
LOOK_ALIKES = ("0O", "1IL", "2Z", "5S", "8B", "UV")
kinds = st.sampled_from(KINDS)
bodies = st.text(ALPHABET, min_size=9, max_size=9)
numbers = st.builds(lambda kind, body: f"{kind}{body[:4]}-{body[4:]}", kinds, bodies)
HYPHENS = "-‐‑–—−－ー― 　."


def full_width(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


def test_what_is_drawn_has_the_shape_that_people_read_aloud() -> None:
    for kind in KINDS:
        assert re.fullmatch(rf"{kind}[{ALPHABET}]{{4}}-[{ALPHABET}]{{5}}", new_number(kind))


@pytest.mark.parametrize("alike", LOOK_ALIKES)
def test_no_two_of_the_alphabet_look_alike(alike: str) -> None:
    assert len(set(alike) & set(ALPHABET)) <= 1


def test_nobody_finds_anothers_number_by_trying() -> None:
    """A million quotes stored, a try a second: one is hit after three months."""
    assert len(ALPHABET) ** 9 // 1_000_000 > 7_000_000
    drawn = {new_number("Q") for _ in range(5_000)}
    assert len(drawn) == 5_000
    for place in (1, 2, 3, 4, 6, 7, 8, 9, 10):
        assert {number[place] for number in drawn} == set(ALPHABET), "every place takes every letter"


@given(
    numbers,
    st.sampled_from([str, str.lower, str.swapcase, full_width, lambda t: full_width(t.lower())]),
    st.lists(st.sampled_from(HYPHENS), min_size=11, max_size=11),
)
def test_a_number_is_read_however_it_is_typed(number: str, write: object, between: list[str]) -> None:
    assert callable(write)
    bare = number.replace("-", "")
    typed = "".join(hyphen + write(letter) for letter, hyphen in zip(bare, between, strict=False))
    assert parse_number(number[0], write(number)) == number  # type: ignore[arg-type]
    assert parse_number(number[0], typed) == number  # type: ignore[arg-type]


@given(numbers)
def test_what_looks_alike_is_read_as_what_was_meant(number: str) -> None:
    misread = number[0] + number[1:].translate(str.maketrans("258V", "ZSBU"))
    assert parse_number(number[0], misread) == number  # type: ignore[arg-type]


@given(numbers, kinds)
def test_a_number_of_one_kind_is_none_of_another(number: str, kind: Kind) -> None:
    if number[0] == kind:
        assert parse_number(kind, number) == number
    else:
        with pytest.raises(NumberInvalid):
            parse_number(kind, number)


@given(numbers, st.integers(1, 10), st.sampled_from("01OIL漢あア"))
def test_a_letter_that_stands_for_none_is_refused(number: str, place: int, letter: str) -> None:
    if number[place] != "-":
        with pytest.raises(NumberInvalid):
            parse_number(number[0], number[:place] + letter + number[place + 1 :])  # type: ignore[arg-type]


@given(numbers, st.integers(0, 10))
def test_a_number_with_a_letter_too_few_is_refused(number: str, place: int) -> None:
    if number[place] != "-":
        with pytest.raises(NumberInvalid):
            parse_number(number[0], number[:place] + number[place + 1 :])  # type: ignore[arg-type]


@given(st.text(), kinds)
def test_any_text_is_read_or_refused_without_being_repeated(text: str, kind: Kind) -> None:
    try:
        number = parse_number(kind, text)
    except NumberInvalid as fault:
        assert len(text) < 4 or unicodedata.normalize("NFKC", text) not in str(fault)
    else:
        assert re.fullmatch(rf"{kind}[{ALPHABET}]{{4}}-[{ALPHABET}]{{5}}", number)
        assert parse_number(kind, number) == number
