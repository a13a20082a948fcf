"""What the actions work with: loaded once by the composition root, handed to every turn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from knowledge import Knowledge
    from rating import Tariffs
    from records.database import Database


@dataclass(frozen=True)
class Services:
    """Read-only services of a turn.

    Attributes:
        tariffs: The published tables.
        knowledge: What the documents say.
        database: What is remembered.
        is_holiday: Whether a day is a Japanese public holiday.
    """

    tariffs: Tariffs
    knowledge: Knowledge
    database: Database
    is_holiday: Callable[[date], bool]
