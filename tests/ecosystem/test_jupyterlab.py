"""The figure modules in a real JupyterLab: run by its kernel, moved by keys, read back in Python.

JupyterLab has an environment of its own (``python tests/ecosystem FOLDER`` puts it there; where
it is missing, this module builds it). Chromium opens a notebook, runs its cells and moves each
figure by the keyboard; the numbers on the page, the state in the kernel and the numbers that
Python computes must be the same.
"""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
import pytest
import torch

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(1, str(Path(__file__).parents[1]))
from environments import ROOT, build
from figure_numbers import branching_numbers, temperature_numbers, unrolled_numbers

from coursekit.figures.gallery.unrolled import SENTENCES

playwright = pytest.importorskip("playwright.sync_api")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine")
FIGURES = ("temperature", "unrolled", "branching", "quiz", "language_model")
QUESTION = [
    {
        "question": "Which?",
        "options": [
            {"text": "this", "why": "so it is", "correct": True},
            {"text": "that", "why": "because of $W_h$"},
        ],
    }
]
WAIT = 180_000  # milliseconds; a busy machine starts a kernel slowly


def notebook(folder: Path) -> None:
    """Each figure in one cell, its state as the kernel has it printed by the next."""
    cells = ["from coursekit import figures"]
    for name in FIGURES:
        arguments = repr(QUESTION) if name == "quiz" else ""
        cells.append(f"f_{name} = figures.{name}({arguments})\nf_{name}")
    document = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in cells])
    document.cells.append(
        nbformat.v4.new_code_cell(
            "import json\n"
            "print('STATE', json.dumps({'temperature': f_temperature.temperature,"
            " 'context': f_temperature.context, 'top_p': f_temperature.top_p,"
            " 'step': f_unrolled.step, 'weights': list(f_branching.weights)}))"
        )
    )
    document.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    nbformat.write(document, folder / "figures.ipynb")


def answering(address: str, lab: subprocess.Popen[bytes]) -> None:
    """Wait until the server answers."""
    for _ in range(240):
        if lab.poll() is not None:
            pytest.fail(f"JupyterLab stopped with {lab.returncode}")
        try:
            urllib.request.urlopen(f"{address}/api", timeout=5).close()
        except (urllib.error.URLError, OSError):
            time.sleep(0.5)
        else:
            return
    pytest.fail("JupyterLab did not answer within two minutes")


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a JupyterLab with the notebook in it."""
    python = build("jupyterlab", ROOT / os.environ.get("ECOSYSTEM", ".ecosystem"))
    folder = tmp_path_factory.mktemp("lab")
    notebook(folder)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    surroundings = os.environ | {"PYTHONPATH": str(ROOT / "src"), "HOME": str(folder)}
    surroundings.pop("COURSEKIT_STATIC", None)  # figures are live in a kernel
    command = [python, "-m", "jupyter", "lab", "--no-browser", "--allow-root", "--ip=127.0.0.1"]
    command += [f"--port={port}", "--ServerApp.port_retries=0", "--IdentityProvider.token="]
    command += [
        f"--ServerApp.root_dir={folder}",
        "--LabApp.news_url=",
        "--ServerApp.log_level=ERROR",
    ]
    server = subprocess.Popen(command, env=surroundings, cwd=folder)
    try:
        answering(f"http://127.0.0.1:{port}", server)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(30)


@pytest.fixture(scope="module")
def page(lab: str) -> Iterator[Any]:
    """The notebook, all of whose cells have been run."""
    with playwright.sync_playwright() as driver:
        arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=arguments)
        tab = browser.new_page(viewport={"width": 1300, "height": 1800})
        tab.set_default_timeout(WAIT)
        tab.goto(f"{lab}/lab/tree/figures.ipynb?reset")
        tab.locator(".jp-Notebook .jp-Cell").first.wait_for()
        tab.locator(".jp-NotebookPanel .jp-Spinner").wait_for(state="detached")
        tab.locator(".jp-Notebook .jp-Cell").first.click()
        tab.get_by_text("| Idle").wait_for()  # the kernel is up
        for number in range(1, len(FIGURES) + 2):
            tab.keyboard.press("Shift+Enter")
            tab.locator(".jp-InputPrompt").filter(has_text=f"[{number}]:").wait_for()
        for name in (*FIGURES[:-1], "model"):
            tab.locator(f".ck-{name}").wait_for()
        yield tab
        browser.close()


@pytest.fixture(scope="module")
def moved(page: Any) -> dict[str, Any]:
    """Every figure moved by keys alone; then the last cell run: the state as the kernel has it."""
    page.locator(".ck-temperature").get_by_role("slider", name="temperature").focus()
    for _ in range(6):
        page.keyboard.press("ArrowRight")
    page.locator(".ck-unrolled").get_by_role("button", name="Next").focus()
    for _ in range(3):
        page.keyboard.press("Enter")
    page.locator(".ck-branching input[type=range]").nth(1).focus()
    for _ in range(4):
        page.keyboard.press("ArrowUp")
    page.locator(".ck-quiz .ck-option").nth(1).press("Enter")
    page.locator(".jp-Notebook .jp-CodeCell .jp-InputArea-editor").last.click()
    page.keyboard.press("Shift+Enter")
    printed = page.locator(".jp-OutputArea-output pre").filter(has_text="STATE")
    printed.wait_for()
    return dict(json.loads(printed.inner_text().split("STATE", 1)[1]))


@pytest.fixture
def shown(page: Any) -> Callable[[str, str], Any]:
    """A number, or several, that a figure exposes on its element."""

    def read(name: str, key: str) -> Any:
        return json.loads(page.locator(f".ck-{name}").get_attribute(f"data-{key}"))

    return read


def test_temperature(moved: dict[str, Any], shown: Callable[[str, str], Any]) -> None:
    assert moved["temperature"] > 1.0, "the keys did not reach the kernel"
    found = temperature_numbers(moved["context"], moved["temperature"], moved["top_p"])
    assert np.allclose(shown("temperature", "shown"), found.probabilities, atol=1e-9)
    assert shown("temperature", "kept") == found.kept
    assert shown("temperature", "perplexity") == pytest.approx(found.perplexity)


def test_unrolled(moved: dict[str, Any], shown: Callable[[str, str], Any]) -> None:
    assert moved["step"] == 3
    states, predictions = unrolled_numbers(SENTENCES[1])
    assert np.allclose(shown("unrolled", "state"), states[3], atol=1e-12)
    assert np.allclose(shown("unrolled", "prediction"), predictions[3], atol=1e-12)


def test_branching(moved: dict[str, Any], shown: Callable[[str, str], Any]) -> None:
    entropy, perplexity = branching_numbers(moved["weights"])
    assert shown("branching", "entropy") == pytest.approx(entropy, abs=1e-12)
    assert shown("branching", "perplexity") == pytest.approx(perplexity, abs=1e-12)


def test_quiz(moved: dict[str, Any], page: Any) -> None:
    assert "No. because of" in page.locator(".ck-quiz .ck-why:visible").inner_text()


def test_the_kernel_sends_a_language_model_its_weights(moved: dict[str, Any], page: Any) -> None:
    from coursekit.zoo import page as zoo

    figure = page.locator(".ck-model")
    figure.get_by_role("button", name="Start").press("Enter")
    page.wait_for_function("document.querySelector('.ck-model').dataset.busy === 'false'")
    prompt = figure.get_by_role("textbox").input_value()
    ids, model = zoo.encode("\n" + prompt), zoo.load("characters")
    with torch.inference_mode():
        h, _ = model.hidden(torch.tensor(ids).view(1, -1), model.initial_state(1))
        logits = (h[0] @ model.output.Q.T + model.output.b_Q).double()  # (t, k)
    bits = torch.nn.functional.cross_entropy(logits[:-1], torch.tensor(ids[1:])) / np.log(2)
    shown = float(figure.get_attribute("data-bits"))
    assert shown == pytest.approx(float(bits), abs=1e-4)
    assert int(figure.get_attribute("data-read")) == len(prompt) + 320


def test_the_figures_change_the_kernel_and_the_kernel_changes_them(
    moved: dict[str, Any], page: Any, shown: Callable[[str, str], Any]
) -> None:
    page.locator(".jp-Notebook .jp-CodeCell .jp-InputArea-editor").last.click()
    page.keyboard.press("Control+A")
    page.keyboard.type("f_temperature.temperature = 0.5; print('SET')")
    page.keyboard.press("Shift+Enter")
    page.locator(".jp-OutputArea-output pre").filter(has_text="SET").wait_for()
    found = temperature_numbers(moved["context"], 0.5, moved["top_p"])
    page.wait_for_function(
        "wanted => Math.abs(JSON.parse(document.querySelector('.ck-temperature').dataset"
        ".perplexity) - wanted) < 1e-6",
        arg=found.perplexity,
    )
    assert np.allclose(shown("temperature", "shown"), found.probabilities, atol=1e-9)
