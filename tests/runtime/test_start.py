"""What stops the start is told in one line before anything is started."""

import os
import socket
import subprocess
import sys

import pytest

from runtime import checks, counter
from runtime.errors import StartError
from runtime.settings import Settings
from tests.conftest import ROOT, free_ports


def _settings(tmp_path, **values):
    ports = dict(zip(("port", "engine_port", "actions_port"), free_ports(3), strict=True))
    return Settings(data_dir=tmp_path, **{**ports, **values})


@pytest.mark.parametrize("name", ["port", "engine_port", "actions_port"])
def test_a_port_in_use_is_named(tmp_path, name, monkeypatch):
    monkeypatch.setenv("LANG", "C.UTF-8")
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        with pytest.raises(StartError, match=f"{name.upper()}={port} is in use"):
            checks.check_ports(_settings(tmp_path, **{name: port}))


def test_free_ports_pass(tmp_path):
    checks.check_ports(_settings(tmp_path))


def test_an_address_of_another_machine_is_named(tmp_path):
    with pytest.raises(StartError, match=r"192\.0\.2\.1"):
        checks.check_ports(_settings(tmp_path, host="192.0.2.1"))


def test_a_data_dir_that_is_a_file_is_named(tmp_path):
    file = tmp_path / "file"
    file.write_text("", encoding="ascii")
    with pytest.raises(StartError, match="DATA_DIR"):
        checks.prepare_data_dir(file / "var")


def test_an_unwritable_data_dir_is_named():
    with pytest.raises(StartError, match="DATA_DIR=/proc"):
        checks.prepare_data_dir(checks.Path("/proc/madoguchi"))


def test_what_members_said_is_for_the_operator_only(tmp_path):
    with checks.prepare_data_dir(tmp_path / "var"):
        assert (tmp_path / "var").stat().st_mode & 0o777 == 0o700


def test_a_second_counter_on_the_same_data_dir_is_refused(tmp_path):
    with (
        checks.prepare_data_dir(tmp_path),
        pytest.raises(StartError, match=str(tmp_path)),
    ):
        checks.prepare_data_dir(tmp_path)


def test_a_missing_environment_names_the_command(tmp_path, monkeypatch):
    monkeypatch.setattr(checks, "ENGINE_ENV", tmp_path / ".venv-engine")
    with pytest.raises(StartError, match="make setup"):
        checks.check_environments()


def test_an_unusable_database_is_told_before_anything_is_trained(tmp_path, monkeypatch):
    monkeypatch.setattr(counter, "train_if_needed", lambda: pytest.fail("it was trained first"))
    settings = _settings(tmp_path, database_url="postgresql://counter@127.0.0.1:1/counter")
    with pytest.raises(StartError, match="DATABASE_URL"):
        counter._open_and_watch(settings)


@pytest.mark.parametrize(
    ("setting", "value", "told"),
    [
        ("PORT", "eighty", "PORT='eighty'"),
        ("MADOGUCHI_NOW", "tomorrow", "MADOGUCHI_NOW"),
        ("MADOGUCHI_MODE", "fast", "Unknown setting MADOGUCHI_MODE"),
        ("DATA_DIR", "/proc/madoguchi", "DATA_DIR=/proc/madoguchi"),
    ],
)
def test_the_command_ends_with_exactly_one_line(setting, value, told):
    port, engine, actions = map(str, free_ports(3))
    own = {"PORT": port, "ENGINE_PORT": engine, "ACTIONS_PORT": actions, "LC_ALL": "C.UTF-8"}
    done = subprocess.run(
        [sys.executable, "-m", "runtime", "run"],
        cwd=ROOT, env={**os.environ, **own, setting: value}, capture_output=True, text=True, check=False,
    )
    assert done.returncode == 1
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    assert told in done.stderr
