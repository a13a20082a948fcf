"""`python -m records`: what a developer types, in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from records.__main__ import main
from records.conversations import transcript
from records.database import Database
from records.members import get_member
from records.turns import Said, record_turn

ROOT = Path(__file__).resolve().parents[2]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-W", "error", "-m", "records", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_check_migrates_and_compares(database_url: str) -> None:
    done = run("check", database_url)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith("tables and models agree\n")


def test_the_demo_members_are_added_once(database_url: str) -> None:
    for _ in range(2):
        done = run("seed-demo", database_url)
        assert (done.returncode, done.stderr) == (0, "")
    database = Database(database_url)
    with database.session(read_only=True) as session:
        assert get_member(session, "demo-1").demo
    database.dispose()


def test_what_is_older_than_so_many_days_is_forgotten(database_url: str) -> None:
    database = Database(database_url)
    database.upgrade()
    today = datetime.now(timezone.utc)
    with database.session() as session:
        for days in (40, 20):
            when = today - timedelta(days=days)
            record_turn(session, f"c{days}", channel="rest", text="a", replies=[Said("b")], now=when)
    done = run("forget", database_url, "--days", "30")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith(": 2 messages, 0 drafts, 0 hand-overs\n")
    with database.session(read_only=True) as session:
        assert [len(transcript(session, name)) for name in ("c40", "c20")] == [0, 2]
    database.dispose()


@pytest.mark.parametrize("days", ["0", "-1", "all"])
def test_nobody_forgets_everything_by_a_slip_of_the_finger(
    days: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["forget", "sqlite://", f"--days={days}"])
    assert ended.value.code == 2 and "--days" in capsys.readouterr().err


def test_a_fault_is_one_line_without_the_password() -> None:
    done = run("check", "postgresql://somebody:hush@127.0.0.1:1/records")
    assert done.returncode == 1 and done.stdout == ""
    assert done.stderr.startswith("database_unavailable: ") and "hush" not in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_revision_follows_the_last_one(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = []
    monkeypatch.setattr(Database, "write_revision", lambda _, *given: asked.append(given) or "path")
    assert main(["revision", "more"]) == 0
    assert capsys.readouterr().out == "path\n"
    last = max(path.name[:4] for path in (ROOT / "records/migrations/versions").glob("[0-9]*.py"))
    assert asked == [(f"{int(last) + 1:04}", "more")]
