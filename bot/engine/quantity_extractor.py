"""Rasa component around `quantities`: adds amounts, head counts, times and courses as entities named `quantity`."""

from __future__ import annotations

import dataclasses
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.engine.quantities import QuantityParser, whole_parser


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class QuantityExtractor(GraphComponent, EntityExtractorMixin):
    """Adds each quantity with value, bounds, modifier, unit, tax and role."""

    def __init__(self, parser: QuantityParser) -> None:
        self._parser = parser

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> QuantityExtractor:
        """See the parent class."""
        return cls(whole_parser())

    def process(self, messages: list[Message]) -> list[Message]:
        """Extend each message's entities."""
        for message in messages:
            found = [
                {
                    "entity": "quantity",
                    "value": dataclasses.asdict(quantity),
                    "start": quantity.start,
                    "end": quantity.end,
                    "confidence": 1.0,
                }
                for quantity in self._parser.parse(message.get(TEXT) or "")
            ]
            found = self.add_extractor_name(found)
            message.set(ENTITIES, message.get(ENTITIES, []) + found, add_to_output=True)
        return messages
