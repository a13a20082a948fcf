"""Logging of one process: a line a record to standard error; the supervisor rotates it into DATA_DIR/logs.

No message text, name or sender id may be logged; callers log codes, counts and durations.
"""

from __future__ import annotations

import logging
import sys

FORMAT = "%(asctime)s %(levelname)s %(name)s %(message)s"


def configure_logging(level: int = logging.INFO) -> None:
    """Send records of `level` and above to standard error; libraries that log requests are kept quiet."""
    logging.basicConfig(level=level, format=FORMAT, stream=sys.stderr, force=True)
    for noisy in ("uvicorn.access", "httpx", "httpcore", "asyncio"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
