"""Bring the database up to date: `python -m runtime.migrate`, a process of its own.

It is the one place where this room reaches into records; being a short process it keeps SQLAlchemy out of the
supervisor's memory for the whole life of the counter.
"""

from __future__ import annotations

import sys

from records.database import Database
from runtime.settings import load_settings


def main() -> int:
    """Upgrade DATABASE_URL; 0, or 1 after one line with the reason."""
    try:
        Database(load_settings().database_url).upgrade()
    except Exception as exc:
        reason = " ".join(str(exc).split("\n(Background")[0].split())
        sys.stderr.write(f"{type(exc).__name__}: {reason[:300]}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
