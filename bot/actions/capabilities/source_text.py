"""Where an answer is printed, as a line: in Japanese by the printed title, in English by titles of our own."""

from __future__ import annotations

import rating
from bot.actions.flow import Turn


def source_line(turn: Turn, source: rating.Source) -> str:
    """The document and the place in it that a figure or a rule was looked up in."""
    if turn.state.lang != "en":
        return turn.t("quote.source", document=source.document_title, locator=source.locator)
    return place_line(turn, source.document_id, source.locator)


def place_line(turn: Turn, document_id: str, locator: str) -> str:
    """The document, by its short title, and the place in it.

    Args:
        turn: The turn.
        document_id: A document of knowledge/sources.yml.
        locator: The place as printed.
    """
    document = turn.services.knowledge.source(document_id)
    if turn.state.lang != "en":
        return turn.t("quote.source", document=document.short_title, locator=locator)
    place = turn.t("units.semicolon").join(document.places_en(locator))
    return turn.t("quote.source", document=document.title_en, locator=place)
