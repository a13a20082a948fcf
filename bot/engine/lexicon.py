"""Finds the words that name things (schemes, plans, causes, roles …) and gives each its canonical value.

The words stand in bot/data/lexicon/*.yml, one file an entity. Matching is on the width- and case-folded text, longest
first, without word boundaries (Japanese has none). `re:` starts a regular expression. Amounts are the quantity
parser's, places are knowledge/areas'.
"""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path
from typing import Any

import yaml
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

LEXICON = Path(__file__).resolve().parent.parent / "data" / "lexicon"


class Lexicon:
    """Compiled words of all entities; `find` is pure."""

    def __init__(self, folder: Path = LEXICON) -> None:
        self._patterns: list[tuple[str, re.Pattern[str], dict[str, str]]] = []
        for path in sorted(folder.glob("*.yml")):
            body = yaml.safe_load(path.read_text(encoding="utf-8"))
            self._patterns.append((body["entity"], *_compile(body["values"])))

    def find(self, text: str) -> list[dict[str, Any]]:
        """Entities of a text.

        Args:
            text: A message as typed.

        Returns:
            Dicts with entity, value, text, start, end; positions refer to the folded text.
        """
        folded = unicodedata.normalize("NFKC", text).lower()
        found = []
        for entity, pattern, values in self._patterns:
            for match in pattern.finditer(folded):
                value = values[match.lastgroup or ""]
                found.append(
                    {
                        "entity": entity,
                        "value": value,
                        "text": match.group(),
                        "start": match.start(),
                        "end": match.end(),
                        "confidence": 1.0,
                    }
                )
        return sorted(found, key=lambda item: (item["start"], -item["end"]))


def _compile(values: dict[str, list[str]]) -> tuple[re.Pattern[str], dict[str, str]]:
    words = [(unicodedata.normalize("NFKC", word), value) for value, listed in values.items() for word in listed]
    # Folding lengthens some words (a Roman numeral becomes letters), so length counts after it.
    words.sort(key=lambda item: -len(item[0]))
    names, parts = {}, []
    for number, (word, value) in enumerate(words):
        name = f"w{number}"
        names[name] = value
        pattern = word[3:] if word.startswith("re:") else re.escape(word.lower())
        parts.append(f"(?P<{name}>{pattern})")
    return re.compile("|".join(parts)), names


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class LexiconExtractor(GraphComponent, EntityExtractorMixin):
    """Adds the lexicon's entities to a message."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> LexiconExtractor:
        """See the parent class."""
        return cls(Lexicon())

    def process(self, messages: list[Message]) -> list[Message]:
        """Extend each message's entities."""
        for message in messages:
            found = self.add_extractor_name(self._lexicon.find(message.get(TEXT) or ""))
            message.set(ENTITIES, message.get(ENTITIES, []) + found, add_to_output=True)
        return messages
