"""Which Python a cell needs whose syntax this Python does not know.

Students work with newer Pythons than a grader may have. That a cell needs one is said only if it is
shown: written in the older way, the cell would parse here. Known are the additions to the syntax of
3.12 (quotes and backslashes inside f-strings, type parameters, ``type``), 3.13 (defaults of type
parameters) and 3.14 (t-strings, ``except`` without parentheses).
"""

import ast
import re
import sys
from collections.abc import Callable

LONGEST = 50_000  # characters of a cell that are looked at
STRING = re.compile(r"(?i)(?<!\w)([rbuft]{0,2})(\"\"\"|'''|\"|')")
BRACKETS = r"\[((?:[^\[\]]|\[[^\[\]]*\])*)\]"
PARAMETERS = re.compile(rf"^([ \t]*(?:async +)?(?:def|class) +\w+) *{BRACKETS}", re.M)
ALIAS = re.compile(rf"^([ \t]*)type +(\w+) *(?:{BRACKETS} *)?=(?!=)", re.M)
EXCEPT = re.compile(r"^([ \t]*except\*?) +([\w.]+(?: *, *[\w.]+)+) *:", re.M)
TEMPLATE = re.compile(r"(?i)(?<![\w'\"])(r?)t(r?)(?=['\"])")


def needed(source: str, have: tuple[int, int] = sys.version_info[:2]) -> str:
    """The Python that a cell needs, such as ``"3.12"``; empty where its syntax is known here.

    Also empty where it is wrong in any Python, as far as that can be told.

    Args:
        source: of the cell, without magics.
        have: the version of this Python.
    """
    if len(source) > LONGEST or _parses(source):
        return ""
    for version, rewrite in REWRITES:
        if version <= have:
            continue
        try:
            source = rewrite(source)
        except RecursionError:  # strings within strings
            return ""
        if _parses(source):
            return ".".join(map(str, version))
    return ""


def _parses(source: str) -> bool:
    try:
        ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def _without_f_strings(source: str) -> str:
    """Each f-string as an empty string; what stands in braces has to be an expression."""
    parts, place = [], 0
    while place < len(source):
        match = STRING.match(source, place)
        if match is None:
            end = source.find("\n", place) if source[place] == "#" else place + 1
            end = len(source) if end < 0 else end
            parts.append(source[place:end])
        else:
            inside: list[str] = []
            end = _end(source, match, inside)
            whole = "f" in match[1].lower() and all(_parses(f"({e}\n)") for e in inside)
            parts.append('""' if whole else source[place:end])
        place = end
    return "".join(parts)


def _end(source: str, match: re.Match[str], inside: list[str]) -> int:
    """Where a string ends; the expressions in its braces are added to ``inside``."""
    formatted, quote, place = "f" in match[1].lower(), match[2], match.end()
    while place < len(source) and not source.startswith(quote, place):
        if source[place] == "\\":
            place += 2
        elif formatted and source[place] == "{" and not source.startswith("{{", place):
            place = _end_of_braces(source, place + 1, inside)
        else:
            place += 2 if source.startswith("{{", place) else 1
    return min(place + len(quote), len(source))


def _end_of_braces(source: str, place: int, inside: list[str]) -> int:
    """Where a replacement field ends, whose expression is added to ``inside``."""
    parts: list[str] = []
    depth, over = 1, False
    while place < len(source) and depth:
        begin, sign = place, source[place]
        if match := STRING.match(source, place):
            place = _end(source, match, inside)
            text = '""' if "f" in match[1].lower() else source[begin:place]
        else:
            over = over or (depth == 1 and (sign in ":}" or _converts(source, place)))
            depth += (sign in "([{") - (sign in ")]}")
            place, text = place + 1, sign
        parts += [] if over else [text]
    expression = "".join(parts).rstrip().removesuffix("=")
    inside.append(expression if expression.strip() else "?")  # empty braces are an error
    return place


def _converts(source: str, place: int) -> bool:
    """Whether ``!r`` or the like stands there, and not ``!=``."""
    return source[place] == "!" and source[place + 1 : place + 2] in ("r", "s", "a")


def _without_parameters(source: str) -> str:
    """No type parameters, no ``type`` before an alias; one with a default stays an error."""
    source = PARAMETERS.sub(lambda m: m[0] if "=" in m[2] else m[1], source)
    return ALIAS.sub(lambda m: m[0] if "=" in (m[3] or "") else f"{m[1]}{m[2]} =", source)


def _without_defaults(source: str) -> str:
    return ALIAS.sub(r"\1\2 =", PARAMETERS.sub(r"\1", source))


def _with_parentheses(source: str) -> str:
    """``except`` as before, and an f-string for each t-string."""
    return _without_f_strings(TEMPLATE.sub(r"\1f\2", EXCEPT.sub(r"\1 (\2):", source)))


Rewrite = Callable[[str], str]
REWRITES: list[tuple[tuple[int, int], Rewrite]] = [
    ((3, 12), _without_f_strings),
    ((3, 12), _without_parameters),
    ((3, 13), _without_defaults),
    ((3, 14), _with_parentheses),
]
