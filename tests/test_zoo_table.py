"""The command that prints the table, and what it says when a number is not the stored one."""

import numpy as np
import pytest

from coursekit import zoo
from coursekit.zoo import __main__ as command
from coursekit.zoo import scores


@pytest.fixture
def quick(monkeypatch):
    """Stored losses in place of the models, so that only the table is tested."""
    monkeypatch.setattr(scores, "losses", scores.stored_losses)
    monkeypatch.setattr(scores, "stored", lambda: [zoo.KNESER_NEY, "lstm"])


def test_the_table_has_a_line_for_each_system_and_the_mixtures(quick, capsys):
    command.print_table()
    lines = capsys.readouterr().out.splitlines()
    counts = scores.stored_losses(zoo.KNESER_NEY)
    assert f"{np.exp(counts.mean()):.1f}" in lines[1]
    assert lines[1].startswith("Interpolated Kneser-Ney")
    assert lines[2].startswith("LSTM")
    assert lines[3].startswith("best network + Kneser-Ney")
    assert lines[4].startswith("all mixed")


def test_a_table_that_is_not_the_stored_one_fails(quick, monkeypatch):
    other = scores.stored_losses
    monkeypatch.setattr(scores, "losses", lambda name: other(name) + 0.002 * (name == "lstm"))
    with pytest.raises(SystemExit, match="lstm"):
        command.print_table()
