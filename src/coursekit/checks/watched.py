"""Which entries of the dictionaries that it is given an answer never reads."""

import functools
from collections.abc import Callable, Iterator
from typing import Any

Read = dict[int, set[Any]]  # by the place of a dictionary among the arguments


class Watched(dict[Any, Any]):
    """A dictionary that notes which of its entries are read."""

    def __init__(self, given: dict[Any, Any], read: set[Any]) -> None:
        super().__init__(given)
        self.read = read

    def __getitem__(self, key: Any) -> Any:
        self.read.add(key)
        return super().__getitem__(key)

    def __iter__(self) -> Iterator[Any]:
        self.read.update(super().keys())  # whoever goes through it may read everything
        return super().__iter__()


def _of_one(name: str) -> Any:
    """A method of a dictionary that reads the entry of its first argument."""

    def method(self: Watched, key: Any, *more: Any) -> Any:
        self.read.add(key)
        return getattr(dict, name)(self, key, *more)

    return method


def _of_all(name: str) -> Any:
    """A method of a dictionary that reads every entry."""

    def method(self: Watched) -> Any:
        self.read.update(dict.keys(self))
        return getattr(dict, name)(self)

    return method


for _name in ("get", "pop"):
    setattr(Watched, _name, _of_one(_name))
for _name in ("items", "values", "copy"):
    setattr(Watched, _name, _of_all(_name))


def watched(answer: Callable[..., Any], read: Read) -> Callable[..., Any]:
    """The answer, such that ``read`` gets to know what it reads of its dictionaries."""

    @functools.wraps(answer)
    def watching(*args: Any, **kwargs: Any) -> Any:
        seen = [
            Watched(arg, read.setdefault(place, set())) if type(arg) is dict else arg
            for place, arg in enumerate(args)
        ]
        return answer(*seen, **kwargs)

    return watching
