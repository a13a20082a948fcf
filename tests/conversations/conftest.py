"""The measured tolerance of understanding: a newly trained model may read a few messages otherwise.

Up to `TOLERATED` of the single conversations and matrix cells that are no known failures may fail in a run; each is
shown as an expected failure with its reason. One more fails the run. A known failure that passes fails the run too,
until it is struck off. Figures and refusals are not tolerated here: test_published_premiums and the fault tests stand
outside of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.conftest import RunningCounter

TOLERATED = 5
SINGLE = frozenset({"test_cell", "test_conversation"})
_failed: list[str] = []


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Count a failure within the tolerance as expected."""
    outcome: Any = yield
    report = outcome.get_result()
    known = item.get_closest_marker("xfail") is not None
    if report.when == "call" and report.failed and not known and getattr(item, "originalname", "") in SINGLE:
        _failed.append(item.nodeid)
        if len(_failed) <= TOLERATED:
            report.outcome = "skipped"
            report.wasxfail = f"within the tolerance of understanding ({len(_failed)} of {TOLERATED})"


@pytest.fixture(scope="session")
def counter_at(
    counter: RunningCounter, counter_factory: Callable[..., RunningCounter]
) -> Iterator[Callable[[str | None], RunningCounter]]:
    """The counter at a frozen moment; one is started for each moment, and no two at once besides the usual one."""
    others: dict[str, RunningCounter] = {}

    def at(now: str | None) -> RunningCounter:
        if now is None:
            return counter
        if now not in others:
            for other in others.values():
                other.stop()
            others.clear()
            others[now] = counter_factory(MADOGUCHI_NOW=now)
        return others[now]

    yield at
