"""What the actions work with: loaded once by the composition root, handed to every turn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from knowledge import Knowledge
    from knowledge.coverage import Coverage
    from rating import Tariffs
    from records.database import Database


@dataclass(frozen=True)
class Services:
    """Read-only services of a turn.

    Attributes:
        tariffs: The published tables.
        knowledge: What the documents say.
        coverage: Which plans' terms speak of which case.
        database: What is remembered.
        is_holiday: Whether a day is a Japanese public holiday.
    """

    tariffs: Tariffs
    knowledge: Knowledge
    coverage: Coverage
    database: Database
    is_holiday: Callable[[date], bool]
