"""Texts by key through python-i18n, and amounts as people say them. No sentence stands in code."""

from __future__ import annotations

import re
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import i18n
import i18n.resource_loader
import i18n.translations
import i18n.translator

LOCALES = Path(__file__).resolve().parent.parent / "locales"
_MAN, _OKU = 10_000, 100_000_000
_PLACE = re.compile(r"%\{(\w+)\}")


class UnknownText(KeyError):
    """A text key exists in no locale file."""


class MissingValue(KeyError):
    """A text has a place for a value that it was not given: a member must never read `%{name}`."""


def open_locales(folder: Path = LOCALES) -> None:
    """Load every locale file (`<file>.<language>.yml`); called once by the composition root.

    All files are read at once because python-i18n would search the folder again at each missing key.
    """
    i18n.set("filename_format", "{namespace}.{locale}.{format}")
    i18n.set("file_format", "yml")
    i18n.set("skip_locale_root_data", True)
    i18n.set("fallback", "ja")
    i18n.set("error_on_missing_translation", True)
    i18n.resource_loader.init_loaders()
    _text.cache_clear()
    for path in sorted(folder.glob("*.yml")):
        _, lang, _ = path.name.split(".")
        i18n.resource_loader.load_translation_file(path.name, str(folder), lang)


class Texts:
    """Texts in one language."""

    def __init__(self, lang: str) -> None:
        self.lang = lang

    def __call__(self, key: str, **values: Any) -> str:
        """The text of a key.

        Args:
            key: `<file>.<path>`, such as `quote.premium`.
            values: What stands in for %{name}.

        Returns:
            The text.

        Raises:
            UnknownText: No locale file holds the key.
            MissingValue: The text has a place for a value that is not among `values`.
        """
        lang, text, places = _text(key, self.lang)
        if "%" not in text:
            return text
        # Not python-i18n's error_on_missing_placeholder: it would refuse every "%" that stands for per cent.
        missing = [name for name in places if name not in values]
        if missing:
            raise MissingValue(f"{lang}: {key} has no {', '.join(missing)}")
        return str(i18n.translator.translate(key, locale=lang, **values)).rstrip("\n")

    def has(self, key: str) -> bool:
        """Whether a text exists in this language or in Japanese."""
        return bool(i18n.translations.has(key, self.lang) or i18n.translations.has(key, "ja"))

    def yen(self, amount: int) -> str:
        """An amount with units as people say it where that is exact, in plain yen otherwise."""
        return _yen(amount, self.lang)

    def moment(self, at: datetime) -> str:
        """A day with its time of day."""
        time = f"{at.hour}:{at.minute:02d}"
        return self("units.moment", year=at.year, month=at.month, day=at.day, time=time)

    def day(self, day: date) -> str:
        """A day."""
        return self("units.day", year=day.year, month=day.month, day=day.day)

    def exact_yen(self, amount: int) -> str:
        """An amount in yen to the last digit, as a premium is shown."""
        return f"¥{amount:,}" if self.lang == "en" else self("units.yen", amount=f"{amount:,}")


@lru_cache(maxsize=8192)
def _text(key: str, wanted: str) -> tuple[str, str, tuple[str, ...]]:
    """The language in which a key has a text, the text, and the names of the places in it."""
    lang = wanted if i18n.translations.has(key, wanted) else "ja"
    if not i18n.translations.has(key, lang):
        raise UnknownText(f"{lang}: {key}")
    text = str(i18n.translations.get(key, locale=lang))
    return lang, text.rstrip("\n"), tuple(_PLACE.findall(text))


@lru_cache(maxsize=4096)
def _yen(amount: int, lang: str) -> str:
    if lang == "en":
        return f"¥{amount:,}"
    t = Texts(lang)
    if amount < _MAN or amount % _MAN:
        return t("units.yen", amount=f"{amount:,}")
    oku, man = divmod(amount // _MAN, _MAN)
    parts = [t("units.oku", amount=f"{oku:,}")] if oku else []
    if man:
        parts.append(t("units.man", amount=f"{man:,}"))
    return t("units.yen", amount="".join(parts))
