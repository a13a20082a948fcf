"""Rasa without what it imports and this counter never uses: a stand-in for TensorFlow and foreign channels' libraries.

Rasa imports TensorFlow wherever a class of DIET or TED is defined (rasa/utils/train_utils.py:31 and 30 other places)
and every chat service's library with its channels, whether or not the configuration names one. Together they cost
290 MB and most of the seconds of every start. After `install`, the names that Rasa's modules subclass, decorate with or
annotate by at import time exist and do nothing; whatever really calls one raises `AbsentUsed`, so a configuration that
needs it cannot run by mistake: take it off `PACKAGES` then.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import sys
import types
from collections.abc import Sequence
from typing import Any

PACKAGES = frozenset(
    {
        # models that config.yml does not name
        "tensorflow",
        "tensorflow_addons",
        "tensorflow_hub",
        "keras",
        # plots of `rasa test`; the report of `make evaluate` runs without this stand-in
        "matplotlib",
        # channels and stores of other services; ours are bot/engine/channel.py and tracker_store.py
        "aiogram",
        "boto3",
        "botocore",
        "bson",
        "fbmessenger",
        "pymongo",
        "slack_sdk",
        "twilio",
        "webexteamssdk",
    }
)


class AbsentUsed(RuntimeError):
    """Something called a package in a process that was started without it."""


class _Names(type):
    """Every attribute of a stand-in class is a stand-in class."""

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _stand_in(f"{cls.__name__}.{name}")

    def __or__(cls, other: object) -> Any:
        return cls

    __ror__ = __or__


def _stand_in(name: str) -> _Names:
    return _Names(name, (_Absent,), {})


class _Absent(metaclass=_Names):
    """Subclassed by Rasa's layers, used as a decorator of their methods; never made."""

    def __new__(cls, *given: Any, **options: Any) -> Any:
        if len(given) == 1 and callable(given[0]) and not options:
            return given[0]  # @tf.function
        if options and not given:
            return lambda function: function  # @tf.function(…), @register_keras_serializable(…)
        raise AbsentUsed(f"{cls.__name__} was called in a process without it")


class _Module(types.ModuleType):
    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _stand_in(f"{self.__name__}.{name}")


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(
        self, name: str, path: Sequence[str] | None, target: types.ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """See the parent class."""
        if name.partition(".")[0] not in PACKAGES:
            return None
        return importlib.machinery.ModuleSpec(name, self, is_package=True)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType:
        """See the parent class."""
        return _Module(spec.name)

    def exec_module(self, module: types.ModuleType) -> None:
        """Nothing to run."""


def install() -> None:
    """Put the stand-ins in place: before Rasa's first import, in a process of its own.

    Raises:
        RuntimeError: One of the packages was imported before.
    """
    loaded = PACKAGES & sys.modules.keys()
    if loaded:
        raise RuntimeError(f"imported before its stand-in: {', '.join(sorted(loaded))}")
    sys.meta_path.insert(0, _Finder())
