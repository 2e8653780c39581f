"""The marking desk, in a real browser: by keyboard alone, for one person on one machine."""

import os
import re
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from test_book_browser import ARGS, AXE, CHROMIUM
from test_marks import kept, question

from coursekit.grading.desk.cards import cards, piles
from coursekit.grading.desk.saving import MarkFault, Overtaken, Shown, save
from coursekit.grading.judging.marked import MarkedGroup
from coursekit.grading.marks.hand import doubts, version
from coursekit.grading.marks.history import History
from coursekit.grading.marks.ledger import load
from coursekit.grading.marks.marking import sheet
from coursekit.grading.marks.record import Record

WHY = [
    "A bigger vocabulary makes each word harder to predict, so the numbers cannot be compared.",
    "A bigger vocabulary makes each word harder to predict, so these numbers cannot be compared.",
    "Because the test texts differ.",
]


def a_class(folder: Path, size: int) -> None:
    """Records with a written answer each and an answer that cases judged."""
    records = []
    for number in range(size):
        why = question("why", 2.0, 0.0, answer=WHY[number % 3] + " " * (number // 3))
        why.status, why.title = "waiting", "Why not?"
        code = question("bug", 3.0, 1.0)
        code.code, code.status, code.answer = "def bug():\n    return 1", "partly", None
        code.groups = [MarkedGroup("zero", 0, 2, 0, 1, "Got 1.", "bug()")]
        records.append(Record(f"s{number:03}", f"Person {number}", questions=[why, code]))
    for record in records:
        record.add_up()
    kept(folder, *records)


def marks(folder: Path, name: str = "why") -> dict[str, tuple[str, float, str]]:
    found = [(r.student, q) for r in load(folder).records for q in r.questions if q.name == name]
    return {student: (q.status, q.points, q.comment) for student, q in found}


# Cards.


def test_answers_that_are_alike_stand_together_and_names_say_nothing(tmp_path: Path) -> None:
    a_class(tmp_path, 9)
    found = cards(load(tmp_path).records, "why")
    assert ["vocabulary" in c.question.answer for c in found] == [True] * 6 + [False] * 3
    assert [c.number for c in found] == list(range(1, 10))
    assert [c.record.student for c in found] != sorted(c.record.student for c in found)
    assert [(p.name, p.written, p.answers, p.waiting) for p in piles(load(tmp_path).records)] == [
        ("why", True, 9, 9),
        ("bug", False, 9, 0),
    ]


def test_a_word_more_may_mean_the_opposite(tmp_path: Path) -> None:
    texts = [
        "It is higher.",
        "It is not higher.",
        "it is higher",
        "A lower than B",
        "B lower than A",
        "x > -1",
        "x > 1",
        "x < 1",
    ]
    records = []
    for number, text in enumerate(texts):
        why = question("why", 2.0, 0.0, answer=text)
        records.append(Record(f"s{number}", questions=[why]))
        code = question("bug", 2.0, 0.0)
        code.answer, code.code = None, f"return a {'+-'[number % 2]} b"
        records[-1].questions.append(code)
    sizes = {c.question.answer: c.size for c in cards(records, "why")}
    assert list(map(sizes.get, texts)) == [2, 1, 2, 1, 1, 1, 1, 1]
    assert {c.question.code: c.size for c in cards(records, "bug")} == {
        "return a + b": 4,
        "return a - b": 4,
    }


def test_a_card_shows_the_mark_as_typed_beside_what_the_cases_gave(tmp_path: Path) -> None:
    a_class(tmp_path, 2)
    save(tmp_path, "bug", {"s000": ("2.50", "The prompt was unclear.")})
    save(tmp_path, "why", {"s001": ("-0", "")})
    assert [c.points for c in cards(load(tmp_path).records, "why") if c.points] == ["0"]
    found = {c.record.student: c for c in cards(load(tmp_path).records, "bug")}
    assert {student: card.points for student, card in found.items()} == {"s000": "2.5", "s001": ""}
    assert {(c.found.status, c.found.points) for c in found.values()} == {("partly", 1.0)}


# Saving.


def test_a_mark_is_kept_with_its_reason(tmp_path: Path) -> None:
    a_class(tmp_path, 2)
    save(tmp_path, "why", {"s000": ("1,5", "Half."), "s001": ("", "See me.")})
    assert marks(tmp_path) == {
        "s000": ("marked", 1.5, "Half."),
        "s001": ("waiting", 0.0, "See me."),
    }
    entry = History(tmp_path).of("s000")[-1]
    assert (entry.before, entry.after, entry.why) == (0.0, 1.5, "given by hand, at the desk")


@pytest.mark.parametrize(
    ("name", "mark", "why"),
    [
        ("why", ("3", ""), "a number from 0 to 2"),
        ("why", ("nan", ""), "a number from 0 to 2"),
        ("why", ("-1", ""), "a number from 0 to 2"),
        ("why", ("two", ""), "a number from 0 to 2"),
        ("why", ("1", "x" * 6000), "more than 5,000 characters"),
        ("bug", ("3", ""), "say why"),
        ("none", ("1", ""), "no such answer"),
    ],
)
def test_what_is_no_mark_is_refused_and_nothing_is_kept(
    tmp_path: Path, name: str, mark: tuple[str, str], why: str
) -> None:
    a_class(tmp_path, 2)
    with pytest.raises(MarkFault, match=why):
        save(tmp_path, name, {"s000": ("1", "Fine."), "s001": mark})
    assert History(tmp_path).entries == []


def test_a_verdict_that_was_set_right_stays_and_is_doubtful_for_other_code(tmp_path: Path) -> None:
    a_class(tmp_path, 2)
    save(tmp_path, "bug", {"s000": ("3", "The prompt was unclear.")})
    assert marks(tmp_path, "bug")["s000"] == ("marked", 3.0, "The prompt was unclear.")
    assert "def bug" not in sheet(load(tmp_path).records)  # not among the written answers
    book = load(tmp_path)
    changed = replace(book.records[0].questions[1], code="def bug():\n    return 2")
    assert book.hand["s000", "bug"].doubt(changed) == "given for another answer"


def test_what_was_given_is_taken_back_and_the_history_keeps_both(tmp_path: Path) -> None:
    a_class(tmp_path, 2)
    save(tmp_path, "bug", {"s000": ("3", "The prompt was unclear.")})
    save(tmp_path, "why", {"s000": ("2", "Fine.")})
    save(tmp_path, "bug", {"s000": ("", ""), "s001": ("", "")})
    save(tmp_path, "why", {"s000": ("", "")})
    assert marks(tmp_path, "bug")["s000"] == ("partly", 1.0, "")
    assert marks(tmp_path)["s000"] == ("waiting", 0.0, "")
    told = [(e.question, e.before, e.after, e.why) for e in History(tmp_path).of("s000")]
    assert told == [
        ("bug", 1.0, 3.0, "given by hand, at the desk"),
        ("why", 0.0, 2.0, "given by hand, at the desk"),
        ("bug", 3.0, 1.0, "taken back, at the desk"),
        ("why", 2.0, 0.0, "taken back, at the desk"),
    ]
    assert History(tmp_path).of("s001") == []
    assert load(tmp_path).records[0].earned == 1.0
    kept(tmp_path, *load(tmp_path).records)  # neither comes back when all is opened once more
    assert load(tmp_path).hand == {}


def test_a_comment_on_code_changes_no_points_until_points_are_given(tmp_path: Path) -> None:
    a_class(tmp_path, 1)
    for points, comment, now in [
        ("", "Neat.", ("partly", 1.0, "Neat.")),
        ("3", "Neat, and right.", ("marked", 3.0, "Neat, and right.")),
        ("", "Neat.", ("partly", 1.0, "Neat.")),
        ("", "", ("partly", 1.0, "")),
    ]:
        save(tmp_path, "bug", {"s000": (points, comment)})
        assert marks(tmp_path, "bug")["s000"] == now


def test_a_group_s_work_is_marked_once_and_for_all_of_it(tmp_path: Path) -> None:
    a_class(tmp_path, 3)
    book = load(tmp_path)
    for record in book.records[:2]:
        record.file, record.digest = "team/rnn.ipynb", "d1"
    book.records[1].questions[0].answer = book.records[0].questions[0].answer
    kept(tmp_path, *book.records)
    assert [c.names for c in cards(load(tmp_path).records, "why") if "," in c.names] == [
        "Person 0, Person 1"
    ]
    assert piles(load(tmp_path).records)[0].waiting == 2
    save(tmp_path, "why", {"s000": ("2", "Fine.")})
    assert marks(tmp_path) == {
        "s000": ("marked", 2.0, "Fine."),
        "s001": ("marked", 2.0, "Fine."),
        "s002": ("waiting", 0.0, ""),
    }
    assert History(tmp_path).of("s001")[-1].why == (
        "given by hand, at the desk, to s000, who handed in the same work"
    )
    save(tmp_path, "why", {"s001": ("", "")})
    assert marks(tmp_path)["s000"] == marks(tmp_path)["s001"] == ("waiting", 0.0, "")


# The page.


def in_browser(test: Callable[..., None]) -> Callable[..., None]:
    """Mark a test that needs a browser; without one it is skipped."""
    absent = pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine")
    return pytest.mark.browser(absent(test))


@contextmanager
def desk(folder: Path) -> Iterator[str]:
    """The desk of a folder, served as `coursekit mark` does; its address."""
    command = [sys.executable, "-m", "coursekit.cli", "mark", str(folder)]
    served = subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env=os.environ | {"BROWSER": "true"}
    )
    try:
        yield re.search(r"http://\S+", served.stdout.readline())[0]
    finally:
        served.send_signal(signal.SIGINT)
        rest, _ = served.communicate(timeout=60)
        assert "files written" in rest


def status(address: str, **headers: str) -> int:
    try:
        with urllib.request.urlopen(urllib.request.Request(address, headers=headers)) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


def test_nobody_without_the_token_or_from_elsewhere_gets_in(tmp_path: Path) -> None:
    a_class(tmp_path, 1)
    with desk(tmp_path) as address:
        bare = address.split("?")[0]
        cookie = {"Cookie": f"desk={address.split('=')[1]}"}
        assert status(bare) == status(bare, Cookie="desk=x") == 403
        assert status(bare, **cookie) == 200
        assert status(bare, **cookie, Host="evil.example:80") == 403
        assert status(bare, **cookie, Origin="http://evil.example") == 403
        assert status(f"{bare}?token=%C3%A9") == 403
        assert status(f"{bare}question/none", **cookie) == 404
        assert status(f"{bare}question/..%2f..%2frun.json", **cookie) == 404
        visitor = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
        with visitor.open(address) as shown:  # the token becomes a cookie, and leaves the address
            assert (shown.status, shown.url) == (200, bare)
        for name, kind in (("desk.css", "text/css"), ("desk.js", "text/javascript")):
            with visitor.open(bare + name) as shown:
                assert shown.headers.get_content_type() == kind
                assert shown.read()


@pytest.fixture(scope="module")
def chromium() -> Iterator[object]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: object) -> Iterator[object]:
    context = chromium.new_context()
    yield context.new_page()
    context.close()


def marked(page, number: int) -> None:
    """Wait until so many answers are kept as marked."""
    from playwright.sync_api import expect

    expect(page.locator(".marked")).to_have_count(number)


@in_browser
def test_forty_answers_by_keyboard_alone_with_the_page_closed_in_the_middle(
    tmp_path: Path, page
) -> None:
    a_class(tmp_path, 40)
    with desk(tmp_path) as address:
        page.goto(address)
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent") == "Why not?"
        page.keyboard.press("Enter")
        page.wait_for_selector(".card")
        keys = page.keyboard
        for number in range(12):
            keys.type(str(number % 3))
            if number < 3:
                keys.press("Tab")
                keys.type(f"Comment {number}")
            keys.press("Enter")
            marked(page, number + 1)
        keys.type("2")
        pile, context = page.url, page.context
        page.wait_for_timeout(50)
        page.close(run_before_unload=False)  # the thirteenth was typed, and not kept
        assert sum(s == "marked" for s, _, _ in marks(tmp_path).values()) == 12
        page = context.new_page()
        page.goto(pile)
        for number in range(12, 20):
            page.keyboard.press("Alt+Digit1")
            marked(page, number + 1)
            page.keyboard.press("Enter")
        page.keyboard.type("1")
        page.keyboard.press("Alt+KeyA")
        page.locator(".marked").nth(21).wait_for()  # more than the one
        while page.locator(".card:not(.marked)").count():
            page.keyboard.press("Enter")
            before = page.locator(".marked").count()
            page.keyboard.type("0.5")
            page.keyboard.press("Enter")
            marked(page, before + 1)
        assert page.locator("#left").inner_text() == "all marked"
    found = marks(tmp_path)
    assert {s for s, _, _ in found.values()} == {"marked"}
    assert sum(c == "Comment 1" for _, _, c in found.values()) >= 1
    assert (tmp_path / "grades.csv").read_text().count("\n") == 41


@in_browser
def test_what_is_refused_is_said_and_stays_in_its_field(tmp_path: Path, page) -> None:
    a_class(tmp_path, 2)
    with desk(tmp_path) as address:
        page.goto(address)
        page.goto(address.split("?")[0] + "question/why")
        page.keyboard.type("7")
        page.keyboard.press("Enter")
        page.locator(".state", has_text="Not kept: points: a number from 0 to 2").wait_for()
        assert page.locator(".card:focus-within .points").input_value() == "7"  # back again
    assert {s for s, _, _ in marks(tmp_path).values()} == {"waiting"}


@in_browser
def test_what_has_changed_since_the_page_was_loaded_is_not_marked_over(
    tmp_path: Path, page
) -> None:
    a_class(tmp_path, 2)
    with desk(tmp_path) as address:
        page.goto(address)
        page.goto(address.split("?")[0] + "question/why")
        first = page.locator(".card:focus-within").get_attribute("data-student")
        save(tmp_path, "why", {first: ("2", "Fine.")})  # at another desk
        page.keyboard.press("Tab")
        page.keyboard.type("Please write more.")
        page.keyboard.press("Enter")
        page.locator(".state", has_text="marked meanwhile: 2 points, “Fine.”").wait_for()
        assert marks(tmp_path)[first] == ("marked", 2.0, "Fine.")
        assert page.locator(".card:focus-within .comment").input_value() == "Please write more."
        page.keyboard.press("Enter")  # in the knowledge of the other mark
        page.locator(".state", has_text="kept").wait_for()
        assert marks(tmp_path)[first] == ("waiting", 0.0, "Please write more.")
        records = load(tmp_path).records
        (other,) = (r for r in records if r.student != first)
        other.questions[0].answer = "I do not know."
        kept(tmp_path, *records)
        page.keyboard.press("Alt+ArrowDown")
        page.keyboard.type("2")
        page.keyboard.press("Enter")
        page.locator(".state", has_text="doubtful: given for another answer").wait_for()
        assert marks(tmp_path)[other.student] == ("marked", 2.0, "")
    assert [d.student for d in doubts(load(tmp_path).records, load(tmp_path).hand)] == [
        other.student
    ]


def test_of_many_marks_one_that_was_overtaken_stops_all_and_is_named(tmp_path: Path) -> None:
    a_class(tmp_path, 3)
    records = load(tmp_path).records
    one, two, three = (r.student for r in records)
    seen = {r.student: Shown(version(r.questions[0]), "", "") for r in records}
    save(tmp_path, "why", {two: ("1,5", "Fine.")}, {two: seen[two]})
    with pytest.raises(Overtaken, match=r"1\.5 points, “Fine\.”") as caught:
        save(
            tmp_path, "why", dict.fromkeys((one, two), ("2", "")), {s: seen[s] for s in (one, two)}
        )
    assert caught.value.there == {two: ("1.5", "Fine.")}
    assert marks(tmp_path)[one] == ("waiting", 0.0, "")
    wanted = {two: ("1.5", "Fine. "), three: ("2", "")}  # the same as stands there is no quarrel
    assert save(tmp_path, "why", wanted, {s: seen[s] for s in wanted}) == {}
    changed = Shown(version(records[0].questions[0]).replace(" 2.0 ", " 1.0 "), "", "")
    told = save(tmp_path, "why", {one: ("1", "")}, {one: changed})
    assert told == {one: "given when the question was worth 1 points"}
    with pytest.raises(MarkFault, match="load the page again"):
        save(tmp_path, "why", {one: ("2", "")}, {one: Shown("x", "1", "")})


@in_browser
def test_names_are_hidden_until_asked_for_and_answers_are_text(tmp_path: Path, page) -> None:
    a_class(tmp_path, 1)
    evil = question("why", 2.0, 0.0, answer="<img src=x onerror=\"document.title='bad'\">")
    evil.status = "waiting"
    kept(tmp_path, Record("mal", "<b>Mal</b>", questions=[evil]))
    with desk(tmp_path) as address:
        page.goto(address)
        page.goto(address.split("?")[0] + "question/why")
        assert page.locator(".who:visible").count() == 0
        page.keyboard.press("Alt+KeyN")
        assert "<b>Mal</b>" in page.locator(".who:visible").all_inner_texts()
        assert page.locator("img").count() == 0
        assert page.title() == "WHY: marking desk"


@in_browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_at_the_desk(tmp_path: Path, page, scheme: str) -> None:
    source = Path(__import__("axe_playwright_python").__file__).parent / "axe.min.js"
    a_class(tmp_path, 4)
    save(tmp_path, "why", {"s000": ("2", "Fine.")})
    page.emulate_media(color_scheme=scheme)
    with desk(tmp_path) as address:
        for path in ("", "question/why", "question/bug"):
            page.goto(address)
            page.goto(address.split("?")[0] + path)
            page.evaluate(source.read_text("utf8"))
            found = page.evaluate("options => axe.run(options)", AXE)["violations"]
            assert [(v["id"], [n["target"] for n in v["nodes"]]) for v in found] == []


@in_browser
def test_a_verdict_is_set_right_at_the_desk(tmp_path: Path, page) -> None:
    a_class(tmp_path, 1)
    with desk(tmp_path) as address:
        page.goto(address)
        page.get_by_role("link", name="bug").click()
        assert "Got 1." in page.locator(".card").inner_text()
        page.keyboard.type("3")
        page.keyboard.press("Enter")
        page.locator(".state", has_text="say why").wait_for()
        page.keyboard.press("Tab")
        page.keyboard.type("The prompt was unclear.")
        page.keyboard.press("Enter")
        page.locator(".state", has_text="kept").wait_for()
        assert marks(tmp_path, "bug")["s000"] == ("marked", 3.0, "The prompt was unclear.")
        page.reload()
        assert "1 of 3 points by the cases" in page.locator(".card").inner_text()
        page.keyboard.press("Alt+KeyZ")
        page.locator(".state", has_text="taken back").wait_for()
        assert page.get_by_role("button", name="Take back").count() == 0
    assert marks(tmp_path, "bug")["s000"] == ("partly", 1.0, "")
