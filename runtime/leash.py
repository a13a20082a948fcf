"""Start a program that dies with its parent: `python -m runtime.leash [OPTIONS] -- COMMAND`.

The kernel sends the signal when the parent ends, however it ends; so nothing is left behind even after a
SIGKILL of the supervisor. `--drop` takes variables away that the program has no business knowing.
"""

from __future__ import annotations

import argparse
import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36


def die_with_parent(number: signal.Signals) -> None:
    """Ask the kernel to send this process `number` when its parent ends."""
    _prctl(PR_SET_PDEATHSIG, int(number))


def adopt_orphans() -> None:
    """Become the parent of every descendant whose own parent ends, so that it can be found and ended."""
    _prctl(PR_SET_CHILD_SUBREAPER, 1)


def _prctl(option: int, value: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(option, value, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl")


def main(argv: list[str] | None = None) -> None:
    """Tie this process to its parent and become the command."""
    parser = argparse.ArgumentParser(prog="runtime.leash")
    parser.add_argument("--signal", default="KILL")
    parser.add_argument("--parent", type=int, default=0)
    parser.add_argument("--drop", default="")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    options = parser.parse_args(argv)
    command = [part for index, part in enumerate(options.command) if index or part != "--"]
    die_with_parent(signal.Signals[f"SIG{options.signal}"])
    if options.parent and os.getppid() != options.parent:
        sys.exit(1)
    for name in options.drop.split(","):
        os.environ.pop(name, None)
    os.execvp(command[0], command)  # noqa: S606


if __name__ == "__main__":
    main()
