"""Everything that can be checked without running a test: style, types, arrows, tables, knowledge."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from runtime.bootstrap import APP_ENV, ROOT, say

TYPED_ROOMS = ("rating", "knowledge", "records", "bot/actions", "channels", "runtime", "bench")
YAML_PLACES = ("config.yml", "bot", "knowledge", "channels", "tests")


def check_all() -> int:
    """Run all checks and name those that fail; returns 1 when one did."""
    failed = [name for name, command in _commands().items() if not _passes(name, command)]
    for name in failed:
        say("check_failed", name=name)
    return 1 if failed else 0


def _commands() -> dict[str, list[str]]:
    tools, python = APP_ENV / "bin", sys.executable
    rooms = [room for room in TYPED_ROOMS if any((ROOT / room).glob("*.py"))]
    places = [place for place in YAML_PLACES if (ROOT / place).exists()]
    return {
        "ruff": [str(tools / "ruff"), "check", "."],
        "mypy": [python, "-m", "mypy", *rooms],
        "yamllint": [str(tools / "yamllint"), "--strict", *places],
        "import-linter": [str(tools / "lint-imports"), "--no-cache"],
        "rating": [python, "-m", "rating", "check"],
        "knowledge": [python, "-m", "knowledge", "check"],
    }


def _passes(name: str, command: list[str]) -> bool:
    say("check_running", name=name)
    done = subprocess.run(command, cwd=Path(ROOT), check=False)  # noqa: S603
    return done.returncode == 0
