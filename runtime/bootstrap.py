"""Set-up on a bare machine: two virtual environments, filled from the hashed requirement files.

Standard library only, because it runs before anything is installed. It touches nothing outside the repository
except what pip and uv keep in their own caches, and does its work again only when a requirement file changed.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from runtime.errors import RuntimeSetupError
from runtime.texts import line

ROOT = Path(__file__).resolve().parent.parent
APP_ENV = ROOT / ".venv"
ENGINE_ENV = ROOT / ".venv-engine"
APP_FILES = ("requirements/setup.txt", "requirements/test.txt")
ENGINE_FILES = ("requirements/engine-test.txt",)
STAMP = ".requirements.sha256"
APP_PYTHON = (3, 11)
ENGINE_PYTHON = (3, 10)


class SetupError(RuntimeSetupError):
    """Something that the set-up needs is missing and cannot be fetched."""

    code = "setup_failed"


def say(key: str, **values: object) -> None:
    """Show the operator one line of progress."""
    sys.stdout.write("● " + line(key, **values) + "\n")
    sys.stdout.flush()


def digest(files: tuple[str, ...], root: Path = ROOT) -> str:
    """Content hash of `files`, so that a touched but unchanged file costs nothing."""
    sha = hashlib.sha256()
    for name in files:
        sha.update(name.encode() + b"\0" + (root / name).read_bytes() + b"\0")
    return sha.hexdigest()


def is_current(environment: Path, files: tuple[str, ...]) -> bool:
    """Whether `environment` was filled from exactly these requirement files and its Python still starts."""
    stamp = environment / STAMP
    if not stamp.is_file() or stamp.read_text(encoding="ascii").strip() != digest(files):
        return False
    return python_version(environment / "bin" / "python") is not None


def python_version(python: Path | str) -> tuple[int, int] | None:
    """(major, minor) of an interpreter, or None when it does not start (a pyenv shim without a version)."""
    command = [str(python), "-c", "import sys; print(*sys.version_info[:2])"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603
    except (OSError, subprocess.CalledProcessError):
        return None
    major, minor = done.stdout.split()
    return int(major), int(minor)


def find_python(minimum: tuple[int, int], maximum: tuple[int, int]) -> Path | None:
    """An interpreter between two versions: the running one, then pyenv's, then what PATH offers."""
    minors = range(maximum[1], minimum[1] - 1, -1)
    candidates: list[Path] = [Path(sys.executable)]
    pyenv = Path(os.environ.get("PYENV_ROOT", str(Path.home() / ".pyenv")))
    for minor in minors:
        candidates += sorted(pyenv.glob(f"versions/3.{minor}*/bin/python"), reverse=True)
    for minor in minors:
        for folder in os.get_exec_path():
            candidates.append(Path(folder) / f"python3.{minor}")
    for candidate in candidates:
        if candidate.is_file():
            version = python_version(candidate)
            if version is not None and minimum <= version <= maximum:
                return candidate
    return None


def set_up() -> None:
    """Make both environments complete.

    Raises:
        SetupError: an interpreter is missing or an installation failed; `str()` of it is one clear line.
    """
    _make_app_environment()
    _make_engine_environment()


def _make_app_environment() -> None:
    if is_current(APP_ENV, APP_FILES):
        return
    started = time.monotonic()
    say("setup_app")
    python = find_python(APP_PYTHON, (3, 13))
    if python is None:
        raise SetupError(line("python_app_missing"))
    uv = APP_ENV / "bin" / "uv"
    if not uv.is_file():
        _run([str(python), "-m", "venv", str(APP_ENV)], "venv_failed")
        _pip_install(APP_ENV, "requirements/setup.txt")
    _sync(APP_ENV, APP_FILES)
    say("setup_done", name=APP_ENV.name, seconds=round(time.monotonic() - started))


def _make_engine_environment() -> None:
    if is_current(ENGINE_ENV, ENGINE_FILES):
        return
    started = time.monotonic()
    say("setup_engine")
    if python_version(ENGINE_ENV / "bin" / "python") != ENGINE_PYTHON:
        python = find_python(ENGINE_PYTHON, ENGINE_PYTHON) or _fetch_engine_python()
        shutil.rmtree(ENGINE_ENV, ignore_errors=True)
        _run([_uv(), "venv", "--quiet", "--python", str(python), str(ENGINE_ENV)], "venv_failed")
    _sync(ENGINE_ENV, ENGINE_FILES)
    say("setup_done", name=ENGINE_ENV.name, seconds=round(time.monotonic() - started))


def _fetch_engine_python() -> Path:
    say("fetch_python")
    _run([_uv(), "python", "install", "3.10"], "python_engine_missing")
    found = subprocess.run(  # noqa: S603
        [_uv(), "python", "find", "--managed-python", "3.10"], capture_output=True, text=True, check=False
    )
    if found.returncode != 0:
        raise SetupError(line("python_engine_missing"))
    return Path(found.stdout.strip())


def _uv() -> str:
    return str(APP_ENV / "bin" / "uv")


def _pip_install(environment: Path, requirements: str) -> None:
    python = str(environment / "bin" / "python")
    flags = ["--quiet", "--disable-pip-version-check", "--require-hashes", "--only-binary=:all:"]
    _run([python, "-m", "pip", "install", *flags, "-r", requirements], "install_failed")


def _sync(environment: Path, files: tuple[str, ...]) -> None:
    stamp = environment / STAMP
    stamp.unlink(missing_ok=True)
    python = str(environment / "bin" / "python")
    _run([_uv(), "pip", "sync", "--require-hashes", "--python", python, *files], "install_failed")
    stamp.write_text(digest(files) + "\n", encoding="ascii")


def _run(command: list[str], failure: str) -> None:
    try:
        code = subprocess.run(command, cwd=ROOT, env=_environment(), check=False).returncode  # noqa: S603
    except OSError:
        code = 127
    if code != 0:
        raise SetupError(line(failure))


def _environment() -> dict[str, str]:
    """The environment for pip and uv; uv is told what pip is configured with (index, certificates)."""
    environment = dict(os.environ)
    environment.pop("VIRTUAL_ENV", None)
    index = _pip_setting("index-url", "PIP_INDEX_URL")
    if index and not {"UV_DEFAULT_INDEX", "UV_INDEX_URL"} & environment.keys():
        environment["UV_DEFAULT_INDEX"] = index
    certificate = _pip_setting("cert", "PIP_CERT")
    if certificate:
        environment.setdefault("SSL_CERT_FILE", certificate)
    return environment


def _pip_setting(name: str, variable: str) -> str:
    if os.environ.get(variable):
        return os.environ[variable]
    command = [sys.executable, "-m", "pip", "config", "get", f"global.{name}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    return done.stdout.strip() if done.returncode == 0 else ""


def main() -> int:
    """Set up; 0 when both environments are complete, else 1 after one clear line."""
    try:
        set_up()
    except SetupError as exc:
        sys.stderr.write(f"✗ {exc}\n")
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
