"""The language in which a client of an API wants to read sentences, from its Accept-Language.

A conversation needs none of this: there the words themselves tell the language (channels/cleaning.py).
"""

from __future__ import annotations

from fastapi import Request

from channels.texts import LANGUAGES


def wanted_language(request: Request) -> str:
    """Give "ja" or "en", whichever the client likes better; Japanese when it names neither or both alike."""
    liked = _preferences(request.headers.get("accept-language", ""))
    return max(LANGUAGES, key=lambda language: liked.get(language, 0.0))


def _preferences(header: str) -> dict[str, float]:
    """How much each language is liked, from 0 to 1; a region counts as its language, nonsense not at all."""
    liked: dict[str, float] = {}
    for part in header.split(","):
        tag, _, weight = part.replace(" ", "").lower().partition(";q=")
        try:
            liking = min(float(weight or 1), 1.0)
        except ValueError:
            continue
        language = tag.partition("-")[0]
        liked[language] = max(liking, liked.get(language, 0.0))
    return liked
