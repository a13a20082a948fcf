"""`rasa shell` with the actions behind it, on ports of its own so that an open counter is not disturbed."""

from __future__ import annotations

import subprocess

from runtime.bootstrap import ENGINE_ENV, ROOT
from runtime.checks import check_environments, free_port, prepare_data_dir
from runtime.counter import migrate
from runtime.processes import child_environment, counter_processes
from runtime.settings import Settings
from runtime.supervision import Supervision
from runtime.training import train_if_needed

SHELL = ("shell", "--quiet", "-m", "models", "--endpoints", "bot/endpoints.yml")


def talk(settings: Settings, arguments: list[str]) -> int:
    """Talk in the terminal until /stop or Ctrl-C; returns the exit code of `rasa shell`.

    Raises:
        StartError: the actions cannot be started, or the model cannot be trained.
    """
    check_environments()
    settings = settings.model_copy(
        update={
            "data_dir": settings.data_dir / "shell",
            "actions_port": free_port(),
            "engine_port": free_port(),
        }
    )
    with prepare_data_dir(settings.data_dir):
        environment = child_environment(settings)
        migrate(environment)
        train_if_needed()
        actions = [process for process in counter_processes(settings) if process.name == "actions"]
        with Supervision(actions, settings.data_dir, environment) as supervision:
            supervision.start_in_order(lambda _name: None)
            command = [str(ENGINE_ENV / "bin" / "rasa"), *SHELL, *arguments]
            return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode  # noqa: S603
