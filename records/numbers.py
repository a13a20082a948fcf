"""Numbers that people read aloud and copy by hand: quotes (Q), accident drafts (A), hand-overs (H).

Random, so that nobody finds another's quote by counting: nine letters of 27 make 7.6 million million
numbers a kind. Letters and digits that look alike (0 and O, 1 I L, 2 Z, 5 S, 8 B, U V) never stand together
in the alphabet.
"""

from __future__ import annotations

import secrets
import unicodedata
from typing import Literal

from records.errors import RecordsError

Kind = Literal["Q", "A", "H"]
ALPHABET = "23456789ACDEFGHJKMNPQRTVWXY"
LENGTH = 9
_FIRST_GROUP = 5  # with the prefix
# What a reader may have taken for a letter of the alphabet; 0, O, 1, I and L stand for none.
_MISREAD = str.maketrans({"Z": "2", "S": "5", "B": "8", "U": "V"})


class NumberInvalid(RecordsError):
    """This is no number of the kind asked for."""

    code = "number_invalid"


def new_number(kind: Kind) -> str:
    """A random number such as Q7K3M-9TP2X."""
    return _grouped(kind + "".join(secrets.choice(ALPHABET) for _ in range(LENGTH)))


def parse_number(kind: Kind, text: str) -> str:
    """The number that was typed: lower case, full width, spaces and any hyphen or none are understood.

    Raises:
        NumberInvalid: what was typed is no such number (the message does not repeat it).
    """
    folded = unicodedata.normalize("NFKC", text[:100]).upper()
    kept = "".join(c for c in folded if unicodedata.category(c) in ("Lu", "Lo", "Nd"))
    body = kept[1:].translate(_MISREAD)
    if kept[:1] != kind or len(body) != LENGTH or not set(body) <= set(ALPHABET):
        raise NumberInvalid(f"not {kind} and {LENGTH} letters or digits of the alphabet")
    return _grouped(kind + body)


def _grouped(bare: str) -> str:
    return f"{bare[:_FIRST_GROUP]}-{bare[_FIRST_GROUP:]}"
