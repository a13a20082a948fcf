"""`python -m runtime run|train|shell|check|lock`: the commands behind the Makefile."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable

from runtime import checking, counter, locking, shell
from runtime.bootstrap import say
from runtime.errors import RuntimeSetupError
from runtime.settings import load_settings
from runtime.training import train_if_needed


def _train(_arguments: list[str]) -> int:
    if not train_if_needed():
        say("model_current")
    return 0


def _run(_arguments: list[str]) -> int:
    counter.run(load_settings())
    return 0


COMMANDS: dict[str, Callable[[list[str]], int]] = {
    "run": _run,
    "train": _train,
    "shell": lambda arguments: shell.talk(load_settings(), arguments),
    "check": lambda _: checking.check_all(),
    "lock": locking.lock,
}


def main(argv: list[str] | None = None) -> int:
    """Run one command; a known failure is one line on standard error and exit code 1."""
    parser = argparse.ArgumentParser(prog="python -m runtime")
    parser.add_argument("command", choices=COMMANDS)
    options, rest = parser.parse_known_args(argv)
    try:
        return COMMANDS[options.command](rest)
    except RuntimeSetupError as exc:
        sys.stderr.write(f"✗ {exc}\n")
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
