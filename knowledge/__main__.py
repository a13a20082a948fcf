"""`python -m knowledge check | coverage | nlu OUT`: the room's commands for staff and for `make train`.

Needs the standard library and PyYAML only, so that the engine's environment can run it too.
"""

from __future__ import annotations

import argparse
import sys
from datetime import datetime
from pathlib import Path

from knowledge.checks import check_questions
from knowledge.coverage import Coverage, load_coverage
from knowledge.errors import Fault, KnowledgeFaults
from knowledge.loading import Knowledge, load
from knowledge.rendering import JAPAN, is_expired
from knowledge.reporting import coverage_report
from knowledge.training import nlu_yaml, read_cases


def main(arguments: list[str] | None = None) -> int:
    """Run one command; 0 when all is well, 1 when something must be repaired."""
    parser = argparse.ArgumentParser(prog="python -m knowledge", description="The knowledge files")
    parser.add_argument("--root", type=Path, default=None, help="folder of the knowledge files")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("check", help="list every fault with file and line")
    commands.add_parser("coverage", help="list the documents' sections that no answer names")
    nlu = commands.add_parser("nlu", help="write the engine's training phrases")
    nlu.add_argument("out", type=Path, help="file to write")
    options = parser.parse_args(arguments)
    try:
        if options.command == "check":
            return _check(*_load_all(options.root), datetime.now(JAPAN))
        knowledge = load(options.root)
        if options.command == "coverage":
            return _coverage(knowledge)
        return _nlu(knowledge, options.root, options.out)
    except KnowledgeFaults as error:
        sys.stderr.write(f"{error}\n{len(error.faults)} faults\n")
        return 1


def _load_all(root: Path | None) -> tuple[Knowledge, Coverage]:
    faults: list[Fault] = []
    try:
        coverage = load_coverage(root)
    except KnowledgeFaults as error:
        faults += error.faults
    try:
        knowledge = load(root)
    except KnowledgeFaults as error:
        raise KnowledgeFaults([*faults, *error.faults]) from error
    if not faults:
        asked = [(e.entry_id, text, e.path, e.line) for e in knowledge.entries.values() for text in e.questions]
        told = [(c.id, text, c.path, c.line) for c in coverage.cases.values() for text in c.examples]
        check_questions([*asked, *told], faults)
    if faults:
        raise KnowledgeFaults(faults)
    return knowledge, coverage


def _check(knowledge: Knowledge, coverage: Coverage, as_of: datetime) -> int:
    entries = knowledge.entries.values()
    questions = sum(len(entry.questions) for entry in entries)
    examples = sum(len(case.examples) for case in coverage.cases.values())
    expired = sum(is_expired(entry, knowledge.source(entry.source), as_of) for entry in entries)
    sys.stdout.write(
        f"{len(knowledge.entries)} entries, {questions} questions, {len(knowledge.contacts)} contacts, "
        f"{len(knowledge.areas.prefectures)} prefectures: no fault\n"
        f"{len(coverage.cases)} cases, {examples} examples: no fault\n"
        f"{expired} entries rest on a document whose period is over on {as_of:%Y-%m-%d}\n"
    )
    return 0


def _coverage(knowledge: Knowledge) -> int:
    report = coverage_report(knowledge)
    source_id = ""
    for count in report.sections:
        if count.source_id != source_id:
            source_id = count.source_id
            sys.stdout.write(f"{source_id}\n")
        section = count.section
        note = "  <- no entry" if count.missing else f"  ({section.reason})" if section.reason else ""
        sys.stdout.write(f"  {count.entries:4d}  {section.section_id:20s} {section.names[0]}{note}\n")
    for entry_id, locator in report.unplaced:
        sys.stdout.write(f"{entry_id}: the locator {locator!r} names no section\n")
    missing = sum(count.missing for count in report.sections)
    sys.stdout.write(f"{missing} sections without entry, {len(report.unplaced)} locators without section\n")
    return 0 if report.complete else 1


def _nlu(knowledge: Knowledge, root: Path | None, out: Path) -> int:
    cases = read_cases(root)
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(nlu_yaml(knowledge, cases), encoding="utf-8")
    sys.stdout.write(f"{out}: {len(knowledge.entries)} entries, {len(cases)} cases\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
