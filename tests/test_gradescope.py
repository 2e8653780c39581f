"""The autograder zip: what is in it, what it says, and that it keeps its secrets in a container.

More submissions and kernels are tried in ``ecosystem/test_gradescope_container.py``.
"""

import copy
import zipfile

import jsonschema
import pytest
from container import Container, can_be_root
from gradescope_schema import validate
from hostile import kit
from typer.testing import CliRunner

from coursekit.checks.cells import CellFault
from coursekit.cli import app
from coursekit.grading.judging.exam import load_exam
from coursekit.grading.judging.marked import MarkedGroup, MarkedQuestion
from coursekit.grading.marks.record import Provenance, Record
from coursekit.grading.platforms.gradescope import run
from coursekit.grading.platforms.gradescope.bundle import write_bundle
from coursekit.grading.platforms.gradescope.results import results, unreadable

SEED = 11


@pytest.fixture(scope="module")
def bundle(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bundle")
    key = kit.write_key(folder)
    out = folder / "autograder.zip"
    write_bundle(key, out, seed=SEED, timeout=5)
    return key, out


def group(title: str, points: float, **more):
    return MarkedGroup(title, points, 2.0, **{"passed": int(points), "tried": 2} | more)


def question(name: str, **more):
    """A question as the judge marks it."""
    return MarkedQuestion(name, name.title(), **{"possible": 4.0, "status": "partly"} | more)


RECORD = Record(
    "ada",
    points=3.0,
    digest="abc",
    notes=["Two files were handed in."],
    cells=[CellFault(2, "NameError", "name 'x' is not defined", 1)],
    provenance=Provenance("fingerprint", 7, sandbox="another user, landlock"),
    questions=[
        question(
            "perplexity",
            points=3.0,
            hint="This is the product of 1/p.",
            groups=[
                group("typical", 2.0, passed=2),
                group("edge", 1.0, say="wrong value", input="perplexity(<b>1</b>)"),
            ],
        ),
        question("missing_one", status="missing", say="The notebook defines nothing of that name."),
        question("shortcut", status="forbidden", say="To be done without torch.nn.LSTM."),
        question("essay", status="waiting", possible=2.0, answer="<script>alert(1)</script>"),
    ],
)


def test_results_are_of_gradescopes_form_and_add_up() -> None:
    told = results(RECORD, 1.5, "after_published")
    validate(told)
    by_number = {t["number"]: t for t in told["tests"]}
    assert by_number["1.1"]["score"] == 2
    assert by_number["1.1"]["status"] == "passed"
    assert by_number["1.2"]["status"] == "failed"
    assert "This is the product of 1/p." in by_number["1.2"]["output"]
    assert by_number["2"]["score"] == by_number["3"]["score"] == 0
    assert by_number["2"]["max_score"] == 4
    assert "score" not in by_number["4"]  # a person marks it
    assert told["stdout_visibility"] == "hidden"


def test_visibility_is_each_tests_own() -> None:
    told = results(RECORD, 1.5, "hidden")
    seen = {t["number"]: t["visibility"] for t in told["tests"]}
    assert seen == {
        "0": "visible",  # that it was read and ran
        "1.1": "hidden",
        "1.2": "hidden",
        "2": "hidden",
        "3": "hidden",
        "4": "visible",  # the student's own text
    }
    read = told["tests"][0]
    assert read["status"] == "failed"
    assert "Code cell 3: NameError: name 'x' is not defined" in read["output"]
    assert "missing_one" in read["output"]


def test_results_hold_no_seed_and_no_markup() -> None:
    told = results(RECORD, 1.5, "visible")
    assert "seed" not in told["extra_data"]
    assert {t["output_format"] for t in told["tests"]} == {"text"}
    assert {t["name_format"] for t in told["tests"]} == {"text"}


def test_schema_finds_what_is_wrong() -> None:
    told = results(RECORD, 1.5, "visible")
    validate(unreadable(["x.ipynb: the file is empty."]))
    for path, value in ((("tests", 0, "visiblity"), "x"), (("tests", 1, "status"), "right")):
        broken = copy.deepcopy(told)
        broken[path[0]][path[1]][path[2]] = value
        with pytest.raises(jsonschema.ValidationError):
            validate(broken)
    del told["score"]  # then every test needs its own
    with pytest.raises(jsonschema.ValidationError):
        validate(told)


def test_zip_holds_what_gradescope_wants_and_the_same_bytes_again(bundle, tmp_path) -> None:
    key, out = bundle
    again = tmp_path / "again.zip"
    write_bundle(key, again, seed=SEED, timeout=5)
    assert again.read_bytes() == out.read_bytes()
    with zipfile.ZipFile(out) as archive:
        modes = {i.filename: i.external_attr >> 16 & 0o777 for i in archive.infolist()}
        script = archive.read("setup.sh").decode()
    assert modes["setup.sh"] == modes["run_autograder"] == 0o755
    assert {key.name, "settings.json"} < set(modes)
    assert 'torch_index=""' not in script
    assert "torch_index=''" in script


def test_command_refuses_a_visibility_that_gradescope_does_not_know(tmp_path) -> None:
    key = kit.write_key(tmp_path)
    told = CliRunner().invoke(
        app,
        ["gradescope", str(key), "-o", str(tmp_path / "a.zip"), "--visibility", "after_due"],
    )
    assert told.exit_code == 2
    assert "after_due_date" in told.stderr
    assert not (tmp_path / "a.zip").exists()


def test_choose_takes_the_notebook_with_most_answers_and_follows_no_link(tmp_path) -> None:
    exam = load_exam(kit.write_key(tmp_path), SEED)
    folder = tmp_path / "submission"
    (folder / "deep").mkdir(parents=True)
    (folder / "old.ipynb").write_bytes(kit.submission(kit.sources()[:2]))
    (folder / "deep" / "all.IPYNB").write_bytes(kit.with_answers())
    (folder / "page.ipynb").write_bytes(b"<!doctype html>")
    (folder / "key.ipynb").symlink_to(next(tmp_path.glob("*.ipynb")))
    chosen, reasons = run.choose(folder, exam)
    assert chosen is not None
    assert chosen.file == "deep/all.IPYNB"
    assert any("2 notebooks" in n for n in chosen.notes)
    assert sorted(r.split(":")[0] for r in reasons) == ["key.ipynb", "page.ipynb"]
    for path in folder.rglob("*.[iI]*"):
        if not path.is_symlink():
            path.unlink()
    assert run.choose(folder, exam)[0] is None


def test_nothing_is_graded_where_the_lock_does_not_hold(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(run.os, "geteuid", lambda: 1000)
    with pytest.raises(run.NotGraded, match="not root"):
        run.close(tmp_path, tmp_path / "key.ipynb")


container = pytest.mark.skipif(not can_be_root(), reason="needs root that may become other users")

CHEAT = """\
import glob, json, os, subprocess
forged = json.dumps({"score": 99, "tests": []})
again = "for i in $(seq 50); do echo '%s' > /autograder/results/results.json; sleep .1; done"
for attempt in (
    lambda: exec("\\n".join("".join(c["source"]) for c in json.load(open(KEY))["cells"])),
    lambda: open("/autograder/results/results.json", "w").write(forged),
    lambda: os.chmod("/autograder", 0o777),
    lambda: os.setuid(0),
    lambda: os.kill(os.getppid(), 0) or os.kill(1, 9),
    lambda: subprocess.Popen(["sh", "-c", again % forged], start_new_session=True),
):
    try:
        attempt()
    except BaseException:
        pass
"""


def cheat(key) -> bytes:
    return kit.submission([f"KEY = '/autograder/source/{key.name}'", CHEAT])


@container
@pytest.mark.sandbox
def test_in_a_container_the_marks_are_right_and_the_key_is_safe(bundle, tmp_path) -> None:
    key, out = bundle
    image = Container(tmp_path, out)
    built = image.run("bash", "/autograder/source/setup.sh")
    assert built.returncode == 0, built.stderr
    told, said = image.grade({"02 (1).ipynb": kit.with_answers(), "other.txt": b"x"})
    assert told is not None, said
    validate(told)
    assert told["score"] == 12
    assert {t["status"] for t in told["tests"]} == {"passed"}
    assert "walls: another user; landlock" in said
    told, said = image.grade({"cheat.ipynb": cheat(key), "key.ipynb": f"../source/{key.name}"})
    assert told is not None, said
    validate(told)
    assert told["score"] == 0
    assert "a link" in told["output"]
