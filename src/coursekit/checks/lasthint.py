"""The last hint of a question, which is most of its answer: opening it is a choice that shows."""

import difflib
from typing import Any, NamedTuple

from coursekit.checks.recorded import index


class LastHint(NamedTuple):
    """A last hint as a cell shows it; the cell's output says that it was opened."""

    name: str
    title: str
    text: str

    def __repr__(self) -> str:
        return f"Last resort, opened for {self.name}: {self.title}\n{self.text}"

    def _repr_markdown_(self) -> str:
        return f"**Last resort, opened for `{self.name}`: {self.title}.**\n\n{self.text}"


def hint(question: Any) -> LastHint | None:
    """The last hint of a question, named by a string or given as the student's own thing.

    Prints what to do where there is none.
    """
    name = question if isinstance(question, str) else getattr(question, "__name__", "")
    if not name:
        print('Name a question: write hint("name").')
        return None
    if name not in index():
        near = difflib.get_close_matches(str(name), index(), n=1, cutoff=0.6)
        meant = f" Did you mean `{near[0]}`?" if near else ""
        print(f'There is no question called `{name}`: write hint("name").{meant}')
        return None
    stored = index()[name][1].get("last_hint")
    if stored is None:
        print(f"`{name}` has no last resort: all of its hints stand under the prompt.")
        return None
    return LastHint(name, *stored)
