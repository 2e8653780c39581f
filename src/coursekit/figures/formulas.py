"""The small part of TeX that figures can draw in running text: see ``shared/kit/text.js``."""

import re
from functools import cache

from coursekit.figures.framework import tex


@cache
def commands() -> frozenset[str]:
    """The commands that figures can draw, without their backslash."""
    return frozenset().union(*tex().values())


def check_text(text: str) -> None:
    """Refuse a formula that ``kit.rich`` cannot draw.

    Raises:
        ValueError: names the command.
    """
    for formula in re.findall(r"\$([^$]+)\$", re.sub(r"`[^`]+`", "", text)):
        unknown = sorted(set(re.findall(r"\\([A-Za-z]+|.)", formula)) - commands())
        if unknown:
            raise ValueError(f"figures cannot draw \\{unknown[0]} in {formula!r}")
