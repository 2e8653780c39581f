"""What a submission, an archive, a list or a roster can cost the process that runs no student code.

Each of these files stands beside Ada's notebook. It becomes at most one line, it costs little time
and memory, and Ada's work is found. The bounds are of CPU time and of resident memory, in a process
of its own that has nothing else to do.
"""

import io
import json
import os
import struct
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hostile.burdens import SOURCES

from coursekit.checks.cells import CellFault, Cells
from coursekit.checks.notebookfile import MOST_CODE, DamagedNotebook, read_cells
from coursekit.checks.values import EncodingError, decode, encode
from coursekit.grading.intake.collect import collect
from coursekit.grading.intake.roster import MOST, RosterFault, read_roster
from coursekit.grading.intake.sidecars import plain_yaml
from coursekit.grading.judging.sources import find_answers

SECONDS = 10.0  # of CPU time for one file
MEMORY = 700 << 20  # bytes
METADATA = "submission_metadata.yml"
BLANK = b" " * (15 << 20)


def notebook(*cells: str, **extra: object) -> bytes:
    code = [{"cell_type": "code", "source": c, "metadata": {}, "outputs": []} for c in cells]
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "cells": code} | extra).encode()


def zipped(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", method, compresslevel=1) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return held.getvalue()


def flat() -> dict[str, bytes]:
    return {"eve.zip": zipped({f"{i}.ipynb": BLANK for i in range(40)})}


def one_large() -> dict[str, bytes]:
    return {"eve.zip": zipped({"rnn.ipynb": BLANK * 3})}


def nested() -> dict[str, bytes]:
    inner = zipped({f"{i}.ipynb": BLANK for i in range(4)})
    return {"eve.zip": zipped({f"{i}.zip": inner for i in range(300)})}


def deep() -> dict[str, bytes]:
    data = zipped({"rnn.ipynb": notebook("x")})
    for _ in range(6):
        data = zipped({f"{i}.zip": data for i in range(5)})
    return {"eve.zip": data}


def many_names() -> dict[str, bytes]:
    entry = b"PK\1\2" + bytes(24) + struct.pack("<H", 1) + bytes(16) + b"a"
    count = 200_000
    end = b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, 65535, 65535, len(entry) * count, 0, 0)
    return {"eve.zip": entry * count + end}


def overlapping() -> dict[str, bytes]:
    data = zipped({"rnn.ipynb": os.urandom(200_000)})
    start, end = data.index(b"PK\1\2"), data.index(b"PK\5\6")
    entry, tail, count = data[start:end], bytearray(data[end:]), 2000
    struct.pack_into("<HHI", tail, 8, count, count, len(entry) * count)
    return {"eve.zip": data[:start] + entry * count + bytes(tail)}


def long_names() -> dict[str, bytes]:
    names = (" " * 60_000, "(1)" * 20_000, "_1" * 30_000, "a/" * 30_000 + "b", "a" * 60_000)
    return {"eve.zip": zipped({f"{name}.ipynb": notebook("x") for name in names})}


def gradescope(told: bytes) -> dict[str, bytes]:
    return {METADATA: told, "submission_5/rnn.ipynb": notebook("x")}


def yaml_aliases() -> dict[str, bytes]:
    lines = ["a: &a [x, x, x, x, x, x, x, x, x]"]
    for name, new in zip("abcdefgh", "bcdefghi", strict=True):
        lines.append(f"{new}: &{new} [{', '.join([f'*{name}'] * 9)}]")
    lines.append("submission_5: {':submitters': [{':sid': *i}]}")
    return gradescope("\n".join(lines).encode())


def yaml_merges() -> dict[str, bytes]:
    merges = [f"a{i + 1}: &a{i + 1}\n  <<: [*a{i}, *a{i}]" for i in range(30)]
    return gradescope("\n".join(["a0: &a0 {x: 1}", *merges]).encode())


def json_of(values: bytes) -> dict[str, bytes]:
    return {"eve.ipynb": b'{"cells":[' + values + b"0]}"}


ATTACKS: dict[str, Callable[[], dict[str, bytes]]] = {
    "a flat zip": flat,
    "a zip with one large file": one_large,
    "zips in a zip": nested,
    "zips without end": deep,
    "a zip of names": many_names,
    "a zip whose files lie over one another": overlapping,
    "names without end": long_names,
    "a zip with an unusual method": lambda: {"eve.zip": zipped({"rnn.ipynb": BLANK}, 14)},
    "YAML aliases": yaml_aliases,
    "YAML merges": yaml_merges,
    "a long YAML list": lambda: gradescope(b"- a\n" * 800_000),
    "deep YAML": lambda: gradescope(b"[" * 100_000),
    "a long YAML number": lambda: gradescope(b"submission_5: " + b"9" * 200_000),
    "JSON of dictionaries": lambda: json_of(b"{}," * 15_000_000),
    "JSON of lists": lambda: json_of(b"[]," * 15_000_000),
    "deep JSON": lambda: {"eve.ipynb": b"[" * 40_000_000},
    "deep JSON of dictionaries": lambda: {"eve.ipynb": b'{"a":' * 1_000_000},
    "wide characters": lambda: {"eve.ipynb": notebook("x", metadata="😀" + "b" * (47 << 20))},
    "a file larger than any notebook": lambda: {"eve.ipynb": bytes(60 << 20)},
    "more code than anybody writes": lambda: {"eve.ipynb": notebook("x\n" * MOST_CODE)},
    "nothing but newlines": lambda: {"eve.ipynb": notebook("\n" * 900_000)},
    "two thousand cells": lambda: {"eve.ipynb": notebook(*["check(x)"] * 2000)},
}
COLLECT = """
import json, re, sys, time
from pathlib import Path
from coursekit.grading.intake.collect import collect
for folder in sys.argv[1:]:
    began = time.process_time()
    found = collect(Path(folder))
    memory = int(re.search("VmHWM: *\t* *(\\d+)", Path("/proc/self/status").read_text())[1])
    files = [s.file for s in found.submissions]
    lines = [[p.file, p.text] for p in found.problems]
    print(json.dumps([time.process_time() - began, memory << 10, files, lines]))
"""


@pytest.fixture(scope="module")
def costs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list]:
    folders = []
    for make in ATTACKS.values():
        folders.append(tmp_path_factory.mktemp("attack"))
        for name, data in ({"ada.ipynb": notebook("ada")} | make()).items():
            path = folders[-1] / name
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(data)
    told = subprocess.run(
        [sys.executable, "-c", COLLECT, *map(str, folders)], capture_output=True, text=True
    )
    assert told.returncode == 0, told.stderr
    return dict(zip(ATTACKS, map(json.loads, told.stdout.splitlines()), strict=True))


@pytest.mark.parametrize("name", ATTACKS)
def test_it_costs_little_and_nobody_else(name: str, costs: dict[str, list]) -> None:
    seconds, memory, files, lines = costs[name]
    assert "ada.ipynb" in files
    assert seconds < SECONDS
    assert memory < MEMORY
    damaged = [text for _, text in lines if text == "the file is empty"]
    assert len(lines) - len(damaged) <= 1
    assert len("".join(file for file, _ in lines)) < 2000


@pytest.mark.parametrize("name", [n for n in ATTACKS if "zip" in n and "names" not in n])
def test_a_zip_that_costs_too_much_is_named(name: str, costs: dict[str, list]) -> None:
    assert any(file.startswith("eve") for file, _ in costs[name][3])


def test_memory_does_not_grow_with_the_class(tmp_path: Path) -> None:
    picture = [{"data": {"image/png": "A" * (20 << 20)}}]
    for i in range(12):
        content = {"cells": [{"cell_type": "code", "source": f"x = {i}", "outputs": picture}]}
        content["cells"].append({"cell_type": "markdown", "source": "A" * (5 << 20)})
        (tmp_path / f"s{i}.ipynb").write_text(json.dumps(content))
    told = subprocess.run(
        [sys.executable, "-c", COLLECT, str(tmp_path)], capture_output=True, text=True
    )
    _, memory, files, lines = json.loads(told.stdout)
    assert (len(files), lines) == (12, [])
    assert memory < 300 << 20


def test_names_that_no_line_can_hold_are_shown_all_the_same(tmp_path: Path) -> None:
    for name in (b"z\xff.ipynb", b"new\nline.ipynb"):
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name)).write_bytes(notebook("x"))
    assert [s.file for s in collect(tmp_path).submissions] == ["new�A�line.ipynb", "z�DCFF�.ipynb"]


def test_a_list_of_senders_that_is_not_read_is_one_line(tmp_path: Path) -> None:
    for name, data in yaml_aliases().items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(data)
    found = collect(tmp_path)
    assert [(p.file, p.student) for p in found.problems] == [(METADATA, "")]
    assert found.students == ["submission_5"]


def test_yaml_as_platforms_write_it_is_read() -> None:
    assert plain_yaml(b"submission_5:\n  :submitters:\n  - :sid: ada\n") == {
        "submission_5": {":submitters": [{":sid": "ada"}]}
    }


# Who sent what is said by the outermost name, never by names that a student chooses inside it.


def sent(tmp_path: Path, files: dict[str, bytes]) -> dict[str, str]:
    for name, data in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(data)
    return {s.code[0]: s.student for s in collect(tmp_path).submissions}


def test_an_archive_cannot_be_from_somebody_else(tmp_path: Path) -> None:
    forged = {"rossbob_4322_98766_rnn.ipynb": notebook("eve's")}
    files = {
        "evilyn_4399_98765_work.zip": zipped(forged),
        "rossbob_4322_98766_rnn.ipynb": notebook("bob's"),
    }
    assert sent(tmp_path, files) == {"eve's": "4399", "bob's": "4322"}


def test_a_students_own_list_of_senders_counts_for_nothing(tmp_path: Path) -> None:
    forged = b"submission_6:\n  :submitters:\n  - :sid: bob\nx:\n  :submitters:\n  - :sid: bob\n"
    files = {
        METADATA: b"submission_5:\n  :submitters:\n  - :sid: eve\n"
        b"submission_6:\n  :submitters:\n  - :sid: bob\n",
        f"submission_5/{METADATA}": forged,
        "submission_5/x/rnn.ipynb": notebook("eve's"),
        "submission_6/rnn.ipynb": notebook("bob's"),
    }
    assert sent(tmp_path, files) == {"eve's": "eve", "bob's": "bob"}


# Rosters.


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("student\n" + "a\n" * (MOST + 1), "more than"),
        ("student\n" + "a" * (9 << 20), "larger than"),
        ("student,name\n" + "a" * 200_000, "not a table"),
    ],
)
def test_a_roster_that_is_none(tmp_path: Path, text: str, why: str) -> None:
    (tmp_path / "roster.csv").write_text(text)
    with pytest.raises(RosterFault, match=why):
        read_roster(tmp_path / "roster.csv")


# Code, which the trusted side parses to show it, and replies, which it decodes.


@pytest.mark.parametrize("name", SOURCES)
def test_reading_code_takes_linear_time(name: str) -> None:
    began = time.process_time()
    find_answers([SOURCES[name]], ["a", "f", "perplexity"])
    assert time.process_time() - began < SECONDS / 2


def test_cells_that_miss_names_cost_linear_time() -> None:
    cells = Cells([f"x{i} " * 100 for i in range(2000)])
    began = time.process_time()
    cells.play(lambda n, source, part: CellFault(n, "NameError", f"name 'y{n}' is not defined"))
    assert time.process_time() - began < SECONDS / 2


def test_too_much_code_is_said() -> None:
    with pytest.raises(DamagedNotebook, match="characters of code"):
        read_cells(notebook("x" * (MOST_CODE + 1)))


def test_lone_surrogates_become_question_marks() -> None:
    (cell,) = read_cells(notebook("x = '\ud800'"))
    assert cell.source == "x = '?'"
    assert decode(b'{"dict":[["\\ud800","\\ud83d\\ude00"]]}') == {"?": "😀"}


@pytest.mark.parametrize(
    "keys",
    [
        [{"int": str(k * (2**61 - 1))} for k in range(60_000)],
        [{"tuple": [{"int": str(k * (2**61 - 1))}, 1]} for k in range(60_000)],
    ],
)
def test_a_dictionary_of_equal_hashes_is_refused_at_once(keys: list) -> None:
    body = json.dumps({"dict": [[key, 0] for key in keys]}).encode()
    began = time.process_time()
    with pytest.raises(EncodingError, match="equal hashes"):
        decode(body)
    assert time.process_time() - began < SECONDS


def test_an_honest_dictionary_is_not() -> None:
    told = {(i, j): i * 1.5 for i in range(100) for j in range(100)} | {-1: 0, -2: 0}
    assert decode(encode(told)) == told


def test_more_values_than_allowed_are_not_even_built() -> None:
    body = b'{"list":[' + b",".join([b"[]"] * 3_000_000) + b"]}"
    with pytest.raises(EncodingError, match="more than"):
        decode(body)
