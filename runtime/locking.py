"""Compile the dependency groups of pyproject.toml into hashed requirement files that name no index."""

from __future__ import annotations

import os
import subprocess

from runtime.bootstrap import APP_ENV, ROOT
from runtime.errors import StartError
from runtime.texts import line

# group, Python, file whose versions are kept (the smaller set follows the larger one)
GROUPS = (
    ("setup", "3.11", None),
    ("test", "3.11", None),
    ("app", "3.11", "test"),
    ("engine-test", "3.10", None),
    ("engine", "3.10", "engine-test"),
)


def lock(arguments: list[str]) -> int:
    """Write requirements/<group>.txt for every group; `arguments` go to uv (for example --upgrade).

    Raises:
        StartError: uv could not resolve a group.
    """
    environment = {**os.environ, "UV_CUSTOM_COMPILE_COMMAND": "make lock"}
    for group, python, follows in GROUPS:
        command = [str(APP_ENV / "bin" / "uv"), "pip", "compile", "pyproject.toml", "--quiet", *arguments]
        command += ["--group", group, "--python-version", python, "--no-emit-index-url", "--generate-hashes"]
        command += ["--constraint", f"requirements/{follows}.txt"] if follows else []
        command += ["--output-file", f"requirements/{group}.txt"]
        if subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode != 0:  # noqa: S603
            raise StartError(line("check_failed", name=f"lock {group}"))
    return 0
