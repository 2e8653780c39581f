"""The questions of all quizzes cannot be answered by place or by length."""

import json
import re
from collections import Counter
from functools import cache

import pytest
from built_book import ROOT

QUIZ = re.compile(r'data-figure="quiz"><script type="application/json">(.*?)</script>', re.S)


@cache
def quizzes() -> dict[str, list[dict]]:
    """Chapter → its questions, as the stored outputs have them."""
    found = {}
    for path in sorted((ROOT / "chapters").glob("*.ipynb")):
        cells = json.loads(path.read_text("utf8"))["cells"]
        outputs = [o for cell in cells for o in cell.get("outputs", ())]
        html = "".join("".join(o.get("data", {}).get("text/html", "")) for o in outputs)
        found[path.stem] = [
            q for state in QUIZ.findall(html) for q in json.loads(state)["questions"]
        ]
    return found


def length(text: str) -> int:
    """Signs that a reader sees: a formula without its commands and braces."""
    text = re.sub(r"\\(?:mathbf|boldsymbol|text)\b", "", text)
    return len(re.sub(r"[`${}^_*\\]", "", re.sub(r"\\[a-z]+", "x", text)))


def right(question: dict) -> int:
    return next(i for i, option in enumerate(question["options"]) if option.get("correct"))


def guessed(pick: object) -> float:
    """Share of questions that a reader gets right who takes the shortest or longest option."""
    won = []
    for question in (q for questions in quizzes().values() for q in questions):
        sizes = [length(option["text"]) for option in question["options"]]
        chosen = pick(sizes)  # type: ignore[operator]
        won.append((sizes[right(question)] == chosen) / sizes.count(chosen))
    return sum(won) / len(won)


def test_every_chapter_has_a_quiz() -> None:
    assert len(quizzes()) == 16
    assert min(len(questions) for questions in quizzes().values()) >= 5


@pytest.mark.parametrize("pick", [max, min])
def test_length_does_not_tell_the_right_option(pick: object) -> None:
    """By chance three questions of ten are right."""
    assert 0.2 < guessed(pick) < 1 / 3


def test_no_quiz_can_be_solved_by_length() -> None:
    for stem, questions in quizzes().items():
        options = [max(q["options"], key=lambda o: length(o["text"])) for q in questions]
        longest = [option.get("correct", False) for option in options]
        assert sum(longest) < len(longest) - 1, stem


def test_without_script_no_place_is_the_right_one() -> None:
    """With a script, each visit has an order of its own."""
    places = Counter[int]()
    for stem, questions in quizzes().items():
        of_chapter = Counter(map(right, questions))
        assert max(of_chapter.values()) < len(questions), stem
        places += of_chapter
    assert max(places.values()) < 0.4 * places.total()


def test_the_verdict_is_said_once() -> None:
    """The figure itself writes "Right." or "No." before the explanation."""
    for question in (q for questions in quizzes().values() for q in questions):
        for option in question["options"]:
            assert not re.match(r"(Right|No|Wrong|Yes)\b[.,:]", option["why"]), option
