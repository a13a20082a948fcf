"""What the gateway itself says, read once from channels/locales; the dialogue's words are not here.

A key that lacks in one language is a fault at the start, not at the moment when somebody needs it.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from channels.errors import ConfigurationFault

LOCALES = Path(__file__).with_name("locales")
LANGUAGES = ("ja", "en")


class Texts:
    """The texts of all languages, by dotted key."""

    def __init__(self, catalogues: Mapping[str, Mapping[str, str]]) -> None:
        self._catalogues = catalogues

    @classmethod
    def load(cls, root: Path = LOCALES) -> Texts:
        """Read the catalogues of `root`.

        Raises:
            ConfigurationFault: a language lacks keys that another one has.
        """
        catalogues = {}
        for language in LANGUAGES:
            tree = yaml.safe_load((root / f"{language}.yml").read_text(encoding="utf-8"))
            catalogues[language] = dict(_leaves(tree))
        for language, catalogue in catalogues.items():
            lacking = catalogues[LANGUAGES[0]].keys() ^ catalogue.keys()
            if lacking:
                raise ConfigurationFault(f"{root / language}.yml: keys differ: {sorted(lacking)}")
        return cls(catalogues)

    def get(self, language: str, key: str, **values: object) -> str:
        """The text `key` in `language`; an unknown language gets Japanese.

        Raises:
            KeyError: no such key.
        """
        text = self._catalogues.get(language, self._catalogues[LANGUAGES[0]])[key]
        return text.format(**values) if values else text

    def section(self, language: str, prefix: str) -> dict[str, str]:
        """All texts under `prefix`, with the prefix taken off."""
        start = prefix + "."
        catalogue = self._catalogues.get(language, self._catalogues[LANGUAGES[0]])
        return {key.removeprefix(start): text for key, text in catalogue.items() if key.startswith(start)}

    def keys(self) -> frozenset[str]:
        """All keys."""
        return frozenset(self._catalogues[LANGUAGES[0]])


def _leaves(tree: Mapping[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for name, value in tree.items():
        key = f"{prefix}{name}"
        if isinstance(value, Mapping):
            found.extend(_leaves(value, key + "."))
        else:
            found.append((key, str(value).rstrip("\n")))
    return found
