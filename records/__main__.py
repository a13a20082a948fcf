"""Commands for staff and developers: `python -m records forget | seed-demo | schema | check | revision` (see --help).

A composition root: it may read the clock.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta

from rating import load_tariffs
from records.blocks import json_schema
from records.columns import JAPAN
from records.database import Database
from records.demo import seed_demo
from records.errors import RecordsError
from records.migrating import MIGRATIONS
from records.retention import forget_before


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0, or 1 after one line with the reason."""
    given = _parser().parse_args(arguments)
    try:
        sys.stdout.write(f"{_COMMANDS[given.command](given)}\n")
    except RecordsError as exc:
        sys.stderr.write(f"{exc.code}: {exc}\n")
        return 1
    return 0


def _schema(_: argparse.Namespace) -> str:
    return json.dumps(json_schema(), ensure_ascii=False, indent=2)


def _check(given: argparse.Namespace) -> str:
    with _opened(given.url) as database:
        database.check()
    return f"{database}: tables and models agree"


def _revision(given: argparse.Namespace) -> str:
    number = f"{len(list((MIGRATIONS / 'versions').glob('[0-9]*.py'))) + 1:04}"
    with _opened("sqlite://") as database:
        return str(database.write_revision(number, given.message))


def _seed_demo(given: argparse.Namespace) -> str:
    with _opened(given.url) as database, database.session() as session:
        members = seed_demo(session, load_tariffs(), datetime.now(JAPAN))
    return f"{database}: {', '.join(members)}"


def _forget(given: argparse.Namespace) -> str:
    when = datetime.now(JAPAN) - timedelta(days=given.days)
    with _opened(given.url) as database, database.session() as session:
        gone = forget_before(session, when)
    counts = f"{gone.messages} messages, {gone.drafts} drafts, {gone.handovers} hand-overs"
    return f"{database}: forgotten what is older than {when:%Y-%m-%d %H:%M}: {counts}"


@contextmanager
def _opened(url: str) -> Iterator[Database]:
    database = Database(url)
    try:
        database.upgrade()
        yield database
    finally:
        database.dispose()


_COMMANDS = {
    "forget": _forget,
    "seed-demo": _seed_demo,
    "schema": _schema,
    "check": _check,
    "revision": _revision,
}


def _days(text: str) -> int:
    days = int(text)
    if not 1 <= days <= 36_500:
        raise argparse.ArgumentTypeError("give a number of days from 1 to 36500")
    return days


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m records", description="Commands of the records room.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("schema", help="print the JSON Schema of a reply's blocks")
    purposes = {
        "forget": "delete old conversations, drafts and closed hand-overs; quotes stay",
        "check": "migrate and compare with the models",
        "seed-demo": "add the demo members",
    }
    on_a_database = {name: commands.add_parser(name, help=purpose) for name, purpose in purposes.items()}
    for command in on_a_database.values():
        command.add_argument("url", help="sqlite:///… or postgresql://…")
    on_a_database["forget"].add_argument(
        "--days", type=_days, required=True, help="what was last touched this many days ago or later is kept"
    )
    revision = commands.add_parser("revision", help="write a migration for what the tables lack")
    revision.add_argument("message", help="what changes, in a few words")
    return parser


if __name__ == "__main__":
    sys.exit(main())
