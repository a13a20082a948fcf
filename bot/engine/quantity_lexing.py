"""The first step of `quantities`: folding a text, and reading one number as it is written in figures, kanji or kana."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

from bot.engine.quantity_parts import OKU, Numeral
from bot.engine.quantity_words import Words

_KANA = re.compile("[\u3041-\u30fa]")
_ARABIC = re.compile(r"\d{1,3}(?:(?:,\d{3})+|(?: \d{3}){2,})(?!\d)(?:\.\d+)?|\d+(?:[.\u30fb]\d+)?")


def fold(text: str, words: Words) -> tuple[str, list[int]]:
    """NFKC in lower case, sign by sign, with the offset that each folded sign came from."""
    folded: list[str] = []
    places: list[int] = []
    index = 0
    while index < len(text):
        end = index + 1
        while end < len(text) and text[end] in "\uff9e\uff9f":
            end += 1
        piece = text[index:end]
        plain = piece if piece in words.keep else unicodedata.normalize("NFKC", words.roman.get(piece, piece)).lower()
        folded.append(plain)
        places.extend([index] * len(plain))
        index = end
    places.append(len(text))
    plain = "".join(folded)
    for skipped in reversed(list(words.skipped.finditer(plain))):
        plain = plain[: skipped.start()] + plain[skipped.end() :]
        del places[skipped.start() : skipped.end()]
    return _respelt(plain, places, words), places


def _respelt(plain: str, places: list[int], words: Words) -> str:
    """The text with its amounts in one spelling (「いち億2せんまん」, `2 oku 8000 man`); `places` is changed alike."""
    for pattern, by in words.respelt:
        for found in reversed(list(pattern.finditer(plain))):
            written = by if by is not None else str(words.digits[found.group(1)])
            plain = plain[: found.start()] + written + plain[found.end() :]
            # The offset of the first sign stands for all of what is written; an end is the next sign's offset.
            places[found.start() : found.end()] = [places[found.start()]] * len(written)
    return plain


class Numerals:
    """Reads one number."""

    def __init__(self, words: Words) -> None:
        self._words = words

    def read(self, text: str, index: int, *, kana: bool) -> Numeral | None:
        """The number that begins at `index`; in kana only when it carries a large unit."""
        token = self._words.kana_token if kana else self._words.token
        done: list[tuple[Decimal, int]] = []
        section: list[tuple[Decimal, int]] = []
        pending: Decimal | None = None
        arabic = units = last_big = 0
        position = checkpoint = index
        digit_run = False
        while True:
            number = None if kana else _ARABIC.match(text, position)
            if number:
                if pending is not None:
                    break
                pending, digit_run, arabic = (
                    Decimal(number.group().replace(",", "").replace(" ", "").replace("\u30fb", ".")),
                    False,
                    1,
                )
                position = number.end()
                continue
            skipped = position + 1 if pending is not None and text[position : position + 1] == " " else position
            match = token.match(text, skipped)
            if match is None or (skipped > position and match.group() not in {**self._words.small, **self._words.big}):
                break
            word = match.group()
            if word in self._words.digits and (kana or word in self._words.table["digits"]):
                if pending is not None and (not digit_run or kana):
                    break
                pending = self._words.digits[word] + (pending * 10 if pending is not None else Decimal(0))
                digit_run, position = True, match.end()
                continue
            begun = bool(done or section) or pending is not None
            if word in self._words.small and not begun and self._strays(text, match, kana=kana):
                break
            if word in self._words.small:
                section.append((Decimal(1) if pending is None else pending, self._words.small[word]))
            elif not self._close(section, pending, done, self._words.big[word], last_big):
                if last_big and (section or pending is not None):
                    section, pending, position = [], None, checkpoint
                break
            else:
                section, last_big, checkpoint = [], self._words.big[word], match.end()
            pending, digit_run, position, units = None, False, match.end(), units + 1
        if pending is not None:
            section.append((pending, 1))
        if not (done or section):
            return None
        return self._checked(text, Numeral(done, position, bool(arabic), units, section, checkpoint, last_big), kana)

    def _strays(self, text: str, found: re.Match[str], *, kana: bool) -> bool:
        """Whether a small unit in kana before any figure ends a word (「すみません3億」, 「ありません十億」)."""
        if not _KANA.match(found.group()):
            return False
        if self._words.not_units.match(text, max(0, found.start() - 1)):
            return True
        following = self._words.token.match(text, found.end())
        return not kana and (following is None or following.group() not in self._words.big)

    @staticmethod
    def _close(
        section: list[tuple[Decimal, int]],
        pending: Decimal | None,
        done: list[tuple[Decimal, int]],
        unit: int,
        last_big: int,
    ) -> bool:
        terms = [*section, (pending, 1)] if pending is not None else section
        if not terms or (last_big and unit >= last_big):
            return False
        done.extend((mantissa, scale * unit) for mantissa, scale in terms)
        return True

    def _checked(self, text: str, numeral: Numeral, kana: bool) -> Numeral | None:
        if not kana:
            return numeral
        rest = numeral.end
        if self._words.kana_stop.match(text, rest):
            return None
        strong = numeral.last_big >= OKU or numeral.units > 1 or bool(self._words.yen.match(text, rest))
        return numeral if strong and numeral.last_big else None
