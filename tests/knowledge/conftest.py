"""The real knowledge, loaded once, and a small room to break."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

import knowledge as room
from knowledge import Knowledge, KnowledgeFaults, load

HERE = Path(__file__).resolve().parent
ROOM = Path(room.__file__).resolve().parent


@pytest.fixture(scope="session")
def real() -> Knowledge:
    return load()


@pytest.fixture
def small_room(tmp_path: Path) -> Path:
    """A copy of the real top-level files with two sample entries and no terms."""
    folder = tmp_path / "knowledge"
    (folder / "faq").mkdir(parents=True)
    for path in ROOM.glob("*.yml"):
        shutil.copy(path, folder)
    (folder / "terms.yml").write_text("{}\n", encoding="utf-8")
    shutil.copy(HERE / "good_entry.yml", folder / "faq" / "sample.yml")
    return folder


@pytest.fixture
def faults_of() -> Callable[[Path], list[tuple[str, int, str]]]:
    def faults(folder: Path) -> list[tuple[str, int, str]]:
        with pytest.raises(KnowledgeFaults) as caught:
            load(folder)
        return [(fault.path, fault.line, fault.message) for fault in caught.value.faults]

    return faults
