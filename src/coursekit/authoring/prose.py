"""What a program can see of bad English: spelling, doubled words, and the course's own list.

Spelling is British throughout, as in "colour", "normalise" and "learnt"; names in code keep theirs.
What is read is whatever a reader, a student or an author meets: the Markdown of chapters, exercises
and guides, and the texts and docstrings of their code and of the package. The checks are those of
proselint that look at words, and two lists of the course's own. What a program cannot see stands
in CONTRIBUTING, under "How we write".

    python -m coursekit.authoring.prose            # the whole course
    python -m coursekit.authoring.prose PATH ...   # some files
"""

import ast
import re
import sys
from collections.abc import Iterator, Sequence
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

import nbformat
from proselint.registry.checks import Check

PLACES = (
    *("*.md", "book/*.md", "book/**/*.py", "chapters/*.ipynb", "solutions/*.ipynb"),
    *("src/coursekit/**/*.py", "src/coursekit/**/*.js", "experiments/*.py", "benchmarks/*.py"),
)
# Those checks of proselint whose findings were right when they were tried on this course.
KEPT = ("archaism", "lexical_illusions", "malapropisms", "mondegreens", "nonwords")

RATES = (
    "bits?|bytes?|errors?|losse?s?|minutes?|nats?|observations?|parameters?|perplexity|points?"
    "|questions?|seconds?|steps?|updates?|weights?"
)
THINGS = (
    "byte|cell|character|chapter|context|group|letter|piece|question|second|sentence|step|student"
    "|submission|symbol|token|unit|week|word"
)
# What earlier readers stumbled over: a pattern between word boundaries, and what to write.
OWN = {
    r"whoever": "'if you' or 'anyone who'",
    rf"(?:{RATES}) an? (?:{THINGS})(?! (?:size|had|may)\b)": "a rate takes 'per': 'bits per word'",
    r"(?:of|the|for|to|is|with|masked|any|and|then|comes) filling(?! in| the| up)": "'padding'",
    r"left away": "'omitted'",
    r"turned round": "'reversed'",
    r"h[eo]ld (?:it |them )?against": "'check against'",
    r"an insurance": "'insurance'",
    r"bare hands": "'directly'",
    r"nothing (?:is )?to be (?:seen|had)": "'you cannot see', 'there is no'",
    r"would mean to": "'would mean' and the form in '-ing'",
    r"to the good": "'helps'",
    r"which part of all": "'which fraction of'",
    r"more surely": "'more reliably'",
    r"asked for (?:is|are)": "'the task asks for'",
    r"by lot": "'at random'",
}
# American spellings and the British ones that stand here.
AMERICAN = {
    r"behavior\w*": "behaviour",
    r"(?:col|fav|hon|lab|neighb|rum)or(?:s|ed|ing|ful|able|hoods?)?(?![:=-])": "-our",
    r"(?<!grade )(?:center|fiber|theater)(?:s|ed)?": "-re",
    r"(?:cancel|label|model|travel|signal|channel)(?:ed|ing|er|ers)": "-ll-",
    r"(?:anal|paral)yz(?:e|es|ed|ing)": "-yse",
    r"gray(?:s|ed|ish)?": "grey",
    r"learned": "learnt",
    r"(?:def|off)ense": "-ence",
    r"toward": "towards",
    # Not "size" and its kin, nor a tokenizer, which is a thing with a name.
    r"(?!\w*(?:size|prize|seize|capsize|horizon|tokenizer|serializer))\w{3,}iz(?:e|es|ed|ing|er|ers|ations?)(?!\.\w)":
        "-ise",
}  # fmt: skip
LISTS = (OWN, AMERICAN)

NO_PROSE = re.compile(
    r"^[ >]*```.*?^[ >]*```|\$\$.*?\$\$|\A---\n.*?^---|<!--.*?-->", re.MULTILINE | re.DOTALL
)
NO_WORDS = re.compile(
    r"\$[^$]+\$|``[^`]+``|`[^`]+`|\]\([^)]*\)|<[^>]+>|https?://\S+|\{[\w:-]+\}"
    r"|\"[^\"\n]*\"|“[^”]*”|\*[^*\n]+\*"  # what is mentioned, or quoted
)
STRING = re.compile(r'"((?:[^"\\\n]|\\.)*)"|`((?:[^`\\]|\\.)*)`')  # of JavaScript
SENTENCE = re.compile(r"[A-Za-z]{2,}\W+(?:[A-Za-z]+\W+){2}")  # a text for people: four words


class Passage(NamedTuple):
    """A piece of prose and where it stands; ``written`` if it is a page, not a text in code."""

    place: str
    text: str
    written: bool = False


def main(paths: Sequence[str]) -> int:
    """Print what was found; 1 if something was."""
    files = [Path(p) for p in paths] or [p for g in PLACES for p in sorted(Path().glob(g))]
    found = [line for path in files for passage in passages(path) for line in faults(passage)]
    print(*found, sep="\n", end="\n" if found else "")
    return bool(found)


def passages(path: Path) -> Iterator[Passage]:
    """All prose in a file."""
    text = path.read_text("utf8")
    if path.suffix == ".ipynb":
        for cell in nbformat.reads(text, as_version=4).cells:
            place = f"{path}, cell {cell.id}"
            if cell.cell_type == "markdown":
                yield Passage(place, cell.source, written=True)
            else:
                yield from _texts(place, cell.source)
    elif path.name == Path(__file__).name:
        return  # it holds what is to be avoided
    elif path.suffix == ".py":
        yield from _texts(str(path), text)
    elif path.suffix == ".js":
        for match in STRING.finditer(text):
            if SENTENCE.search(match[1] or match[2] or ""):
                line = text.count("\n", 0, match.start()) + 1
                said = re.sub(r"\$\{[^}]*\}", "·", match[1] or match[2])  # a value is no formula
                yield Passage(f"{path}, line {line}", said)
    else:
        yield Passage(str(path), text, written=True)


def _texts(place: str, code: str) -> Iterator[Passage]:
    """Strings of a program that are meant for people."""
    plain = re.sub(r"^(\s*)[%!].*$", r"\1pass", code, flags=re.MULTILINE)
    for node in ast.walk(ast.parse(plain)):
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
            continue
        if SENTENCE.search(node.value):
            yield Passage(f"{place}, line {node.lineno}", node.value)


def prose(text: str) -> str:
    """A text in which code, formulas, links and quotations are blanked out, letter for letter."""
    text = NO_PROSE.sub(lambda match: re.sub(r"\S", "·", match[0]), text)
    return NO_WORDS.sub(lambda match: re.sub(r"\w", "·", match[0]), text)


def faults(passage: Passage) -> Iterator[str]:
    """What to mend in a passage, a line each."""
    text = prose(passage.text)
    for words in LISTS:
        for pattern, better in words.items():
            for match in re.finditer(rf"\b(?:{pattern})\b", text, re.IGNORECASE):
                yield f"{passage.place}: '{match[0]}': write {better}"
    for check in kept() if passage.written else ():
        for result in check.check_with_flags(text):
            start, end = result.span
            if not re.search(r"·|\n\s*\n", text[start:end]):
                yield f"{passage.place}: '{text[start:end].strip()}': {result.message}"


def kept() -> list[Check]:
    """The checks of proselint that are in use."""
    modules = (import_module(f"proselint.checks.{name}") for name in KEPT)
    return [check for module in modules for check in module.__register__]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
