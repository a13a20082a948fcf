"""What time it is at the counter. Only composition roots ask; everything else is handed `as_of`."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from runtime.settings import Settings

TOKYO = ZoneInfo("Asia/Tokyo")


class Clock:
    """Time in Asia/Tokyo, frozen when MADOGUCHI_NOW is set."""

    def __init__(self, settings: Settings) -> None:
        frozen = settings.madoguchi_now
        self._frozen = datetime.fromisoformat(frozen).astimezone(TOKYO) if frozen else None

    def now(self) -> datetime:
        """The present moment, aware, in Asia/Tokyo."""
        return self._frozen or datetime.now(TOKYO)
