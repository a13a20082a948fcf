"""The errors of this room: each one says in a single line what is wrong and what to do."""


class RuntimeSetupError(Exception):
    """The counter cannot be set up or started."""

    code = "runtime_error"


class SettingsError(RuntimeSetupError):
    """A setting is unknown, misspelt or unusable."""

    code = "settings_unusable"


class StartError(RuntimeSetupError):
    """A check before the start failed, or a process did not become ready."""

    code = "start_failed"
