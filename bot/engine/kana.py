"""Writes a message that was typed in kana as others would have typed it: `くみたて ほけん` becomes `組立保険`.

Lexicon, patterns and thresholds all stand on ordinary writing, and Sudachi cuts hiragana wrongly (`しょく`, `どう`).
So a message without kanji is cut anew, by the words of the phrases that the engine learns from and of the lexicon: the
likeliest row of words by how often each follows another (a bigram model, Viterbi). Words that nobody wrote, particles,
quantities and what the lexicon knows only in kana stay as they were typed. Nothing of Rasa is imported here.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from bot.engine.lexicon import LEXICON, whole_lexicon
from bot.engine.quantities import whole_parser

_TABLE = Path(__file__).with_name("kana.yml")
_KANJI = re.compile("[\u3005\u4e00-\u9fff]")
_HIRAGANA = re.compile("[\u3041-\u3096]")
_KANA = re.compile("[\u3041-\u3096\u30fc]+")
_KATAKANA = re.compile("[\u30a1-\u30fa\u30fc]+")
_OTHER = re.compile("[^\u3041-\u3096\u30fc ]+")
_PLAIN = re.compile("[^\u2150-\u218b\u2460-\u24ff]+")  # numbers in circles and Roman numerals mean more than numbers
_TO_HIRAGANA = {code: code - 0x60 for code in range(0x30A1, 0x30F7)}
# A word by itself in a pattern of the lexicon: kanji or katakana between signs of the pattern.
_IN_PATTERN = re.compile("(?:^|(?<=[(|:]))[\u4e00-\u9fff\u30a1-\u30fa\u30fc]{2,}(?=[)|]|$)")
# A space between Japanese letters only parts words, as in a book for children.
_PARTING = re.compile("(?<=[\u3041-\u30fa\u30fc\u4e00-\u9fff]) +(?=[\u3041-\u30fa\u4e00-\u9fff])")
_LEAST, _LEAST_READ = 4, 3  # hiragana of a message, and of a lexicon's word
_CONTENT = frozenset({"NOUN", "PROPN", "VERB", "ADJ", "ADV", "AUX"})
# How much the word before counts beside how common a word is; what an unknown word costs, and each letter of it.
_BEFORE, _UNKNOWN, _LETTER = 0.7, 7.0, 2.5
_SHORT = {1: 2.0, 2: 1.5}  # what a rewritten word of so few letters costs beside: many words sound alike
_RARE = 0.5  # times, of what stood in no phrase
_KEPT, _LONGEST_UNKNOWN = 8, 8  # ways to read the same beginning; letters
_LISTED = 100  # how often a word of kana.yml counts as written

Word = tuple[str, str]
"""How a word is written and how it is read, in hiragana; signs and strange words have no reading."""

_BEGIN, _END, _FIGURE, _SIGN, _UNKNOWN_WORD = ("^", ""), ("$", ""), ("0", ""), (".", ""), ("", "")


@dataclass(frozen=True)
class Token:
    """One token of a phrase as Sudachi cuts it: how it is written and read, its normalised form, its part of speech."""

    text: str
    reading: str
    norm: str
    part: str


class KanaWriter:
    """The likeliest ordinary writing of what is typed in kana."""

    def __init__(
        self, phrases: Iterable[Sequence[Token]], words: Iterable[Word] = (), listed: Iterable[Word] = ()
    ) -> None:
        """Count words and what follows what.

        Args:
            phrases: Phrases in ordinary writing.
            words: More words, written and read, which no phrase may hold.
            listed: Words that somebody listed by hand: they are common.
        """
        rows = [[_word(token) for token in phrase if token.text.strip()] for phrase in phrases]
        rows = [row for row in rows if any(not _KATAKANA.fullmatch(text) for text, *_ in row)]
        usual = _usual(rows)
        self._single: Counter[Word] = Counter()
        self._pairs: Counter[tuple[Word, Word]] = Counter()
        self._readings: defaultdict[str, set[str]] = defaultdict(set)
        for row in rows:
            said = [(usual[reading, norm], reading) if reading else _sign(text) for text, reading, norm in row]
            self._single.update([*said, _END])
            self._pairs.update(zip([_BEGIN, *said], [*said, _END], strict=True))
        self._single.update(words)
        self._single.update(dict.fromkeys(listed, _LISTED))
        for text, reading in self._single:
            if reading:
                self._readings[reading].add(text)
        self._after: Counter[Word] = Counter()
        for (before, _), count in self._pairs.items():
            self._after[before] += count
        self._all = sum(self._single.values())

    def write(self, text: str) -> str:
        """A message in ordinary writing.

        Args:
            text: A message as typed.

        Returns:
            The message as it is when it holds kanji or too little hiragana; else width-folded, with its words written
            as they usually are and no spaces between them.
        """
        folded = _PLAIN.sub(lambda run: unicodedata.normalize("NFKC", run.group()), text)
        # A keyboard left in katakana: what no word is known for stays in it.
        heard = folded if _HIRAGANA.search(folded) else folded.translate(_TO_HIRAGANA)
        if _KANJI.search(folded) or len(_HIRAGANA.findall(heard)) < _LEAST:
            return text
        kept = [(found.start, found.end) for found in whole_parser().parse(heard)]
        written = self._written(heard, folded, kept)
        lost = _named(heard) - _named(written)
        if lost:
            known = whole_lexicon().find(heard)
            kept += [(one["start"], one["end"]) for one in known if (one["entity"], one["value"]) in lost]
            written = self._written(heard, folded, kept)
        return text if written == folded else _PARTING.sub("", written)

    def _written(self, heard: str, typed: str, kept: Sequence[tuple[int, int]]) -> str:
        """The text with its words in their usual writing, but for the pieces to be kept and for strange words."""
        at: list[dict[Word, tuple[float, int, Word, str]]] = [{} for _ in range(len(heard) + 1)]
        at[0][_BEGIN] = (0.0, 0, _BEGIN, "")
        kept = sorted(kept)
        for start, ways in enumerate(at[:-1]):
            best = sorted(ways.items(), key=lambda way: way[1][0])[:_KEPT]
            for word, end, shown, extra in self._words(heard, start, kept) if best else ():
                for before, (cost, *_) in best:
                    total = cost + extra + (0.0 if shown.isspace() else self._cost(before, word))
                    state = before if shown.isspace() else word
                    if state not in at[end] or total < at[end][state][0]:
                        at[end][state] = (total, start, before, shown)
        end, word = len(heard), min(at[-1], key=lambda last: at[-1][last][0] + self._cost(last, _END))
        pieces = []
        while end:
            _, start, before, shown = at[end][word]
            pieces.append(typed[start:end] if word == _UNKNOWN_WORD else shown)
            end, word = start, before
        return "".join(reversed(pieces))

    def _words(self, text: str, start: int, kept: Sequence[tuple[int, int]]) -> Iterator[tuple[Word, int, str, float]]:
        """What may stand at a place: the word, where it ends, how it is shown, what it costs beside itself."""
        for begin, end in kept:
            if begin == start:
                yield _sign(text[begin:end]), end, text[begin:end], 0.0
                return
        if text[start] == " ":
            yield _SIGN, start + 1, " ", 0.0
            return
        other = _OTHER.match(text, start)
        if other:
            yield _sign(other.group()), other.end(), other.group(), 0.0
            return
        run = _KANA.match(text, start)
        bound = min([run.end() if run else start, *(begin for begin, _ in kept if begin > start)])
        for end in range(start + 1, bound + 1):
            typed = text[start:end]
            for written in self._readings.get(typed, ()):
                shown = _shown(written, typed)
                yield (written, typed), end, shown, 0.0 if shown == typed else _SHORT.get(len(typed), 0.0)
            if end - start <= _LONGEST_UNKNOWN:
                yield _UNKNOWN_WORD, end, typed, _UNKNOWN + _LETTER * (end - start)

    def _cost(self, before: Word, word: Word) -> float:
        if word == _UNKNOWN_WORD:
            return 0.0
        followed = self._after.get(before, 0)
        here = self._pairs.get((before, word), 0) / followed if followed else 0.0
        return -math.log(_BEFORE * here + (1 - _BEFORE) * max(self._single[word], _RARE) / self._all)


def tokens(language: object, text: str) -> list[Token]:
    """The tokens of a phrase by a spaCy language with Sudachi's tokenizer."""
    return [
        Token(token.text, "".join(token.morph.get("Reading")), token.norm_, token.pos_)
        for token in language(text)  # type: ignore[operator]
    ]


def lexicon_words(folder: Path = LEXICON) -> Iterator[str]:
    """The words in kanji and katakana of the lexicon, with those that stand by themselves in its patterns."""
    for path in sorted(folder.glob("*.yml")):
        for listed in yaml.safe_load(path.read_text(encoding="utf-8"))["values"].values():
            for word in listed:
                if word.startswith("re:"):
                    yield from _IN_PATTERN.findall(word[3:])
                elif _KANJI.search(word) or _KATAKANA.fullmatch(word):
                    yield word


def table_words(path: Path = _TABLE) -> Iterator[Word]:
    """The words of kana.yml, as they are written and read."""
    table = yaml.safe_load(path.read_text(encoding="utf-8"))
    for word in table["stay"].split():
        yield word, word
    for written, readings in table["words"].items():
        for reading in readings.split():
            yield written, reading


def read_words(language: object, words: Iterable[str]) -> Iterator[Word]:
    """Words with their readings, where every part of them has one."""
    for text in words:
        parts = [reading for _, reading, _ in map(_word, tokens(language, text))]
        if all(parts) and len("".join(parts)) >= _LEAST_READ:
            yield text, "".join(parts)


def _word(token: Token) -> tuple[str, str, str]:
    """How a token is written, read (empty for what is not kana when it is read aloud), and normalised."""
    text = unicodedata.normalize("NFKC", token.text).lower()
    reading = (token.reading or text).translate(_TO_HIRAGANA)
    if not _KANA.fullmatch(reading) or re.search("[0-9a-z]", text):
        return text, "", token.norm
    meant = token.part in _CONTENT and (_KANJI.search(text) or token.norm == token.text)
    return (text if meant else reading), reading, token.norm


def _usual(rows: Iterable[Sequence[tuple[str, str, str]]]) -> dict[tuple[str, str], str]:
    """How each word, by reading and normalised form, is written most often."""
    written = Counter((reading, norm, text) for row in rows for text, reading, norm in row if reading)
    usual: dict[tuple[str, str], str] = {}
    for (reading, norm, text), _ in written.most_common():
        usual.setdefault((reading, norm), text)
    return usual


def _sign(text: str) -> Word:
    """What stands for something that is not kana."""
    return _FIGURE if text[-1:].isnumeric() else _SIGN


def _shown(written: str, typed: str) -> str:
    return written if _KANJI.search(written) or not _KANA.fullmatch(written) else typed


def _named(text: str) -> set[tuple[str, str]]:
    return {(one["entity"], one["value"]) for one in whole_lexicon().find(text)}
