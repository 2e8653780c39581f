"""A stand-in for ``google.colab``, which only Colab has: its imports work, its calls do nothing.

It is found when it is imported and not before, so that a notebook which asks ``sys.modules``
whether it runs in Colab gets the true answer.
"""

import importlib.abc
import importlib.machinery
import sys
from collections.abc import Sequence
from types import ModuleType
from typing import Any

NAME = "google.colab"


class _Anything:
    """Has every attribute, and can be called."""

    def __getattr__(self, name: str) -> "_Anything":
        if name.startswith("__"):
            raise AttributeError(name)
        return _Anything()

    def __call__(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return {}


class _StandIn(ModuleType, _Anything):
    """A module that has every attribute."""


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds ``google.colab`` with all that is below it, and ``google`` where nothing else does."""

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if name != "google" and name != NAME and not name.startswith(f"{NAME}."):
            return None
        return importlib.machinery.ModuleSpec(name, self, is_package=True)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        return _StandIn(spec.name) if spec.name.startswith(NAME) else ModuleType(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """There is nothing in it to run."""


def stand_in() -> None:
    """Let ``from google.colab import drive; drive.mount(…)`` work from now on."""
    if not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.append(_Finder())
