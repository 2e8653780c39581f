"""The packages promised to students are there in grading, and ``doctor`` says which they are."""

import pytest
from typer.testing import CliRunner

from coursekit.authoring.notebooks.setup_cell import SETUP
from coursekit.checks.cases import get
from coursekit.checks.limits import Limits
from coursekit.cli import app
from coursekit.grading.box import packages
from coursekit.grading.box.levels import choose_level
from coursekit.grading.running.local import LocalRunner
from coursekit.grading.running.session import Inquiry, Session

PROMISED = {
    "SciPy": "from scipy.special import log_softmax\nx = float(log_softmax([0.0])[0]) + 1",
    "pandas": "import pandas as pd\nx = int(pd.Series([1]).sum())",
    "seaborn": "import seaborn as sns\nx = len(sns.color_palette('deep', 1))",
    "scikit-learn": "from sklearn.metrics import accuracy_score\nx = accuracy_score([1], [1])",
    "Plotly": "import plotly.express as px\nx = len(px.line(x=[1, 2], y=[1, 2]).data)",
    "NLTK": "import nltk\nx = len(list(nltk.ngrams('ab', 2)))",
}


@pytest.mark.sandbox
def test_every_promised_package_works_in_the_box() -> None:
    with LocalRunner(choose_level(False), Limits(), jobs=1) as runner:
        for name, source in PROMISED.items():
            asked = Inquiry("x", [[get()[0].to_plain()]])
            run = Session(runner.ready(), [source]).answer([asked])
            assert run.faults == [], name
            assert run.replies["x"][0].outcome["results"] == [1], name


@pytest.mark.parametrize("name", PROMISED)
def test_students_are_told_in_their_set_up_cell(name: str) -> None:
    assert name in SETUP


def test_doctor_says_what_student_code_meets(monkeypatch: pytest.MonkeyPatch) -> None:
    told = CliRunner().invoke(app, ["doctor"]).output
    assert f"yes Python: {packages.python().here} (Colab has 3.13" in told
    assert "yes pandas: " in told
    monkeypatch.setattr(packages, "_version", lambda name: "" if name == "scipy" else "1.2.3")
    told = CliRunner().invoke(app, ["doctor"]).output
    assert "NO  scipy: missing; pip install 'rnn-coursekit[students]' (Colab has 1.16.3)" in told
    assert "yes seaborn: 1.2.3\n" in told


def test_the_same_version_is_no_difference() -> None:
    assert packages.Package("numpy", "2.1.3", "2.1.3").says == "2.1.3"
