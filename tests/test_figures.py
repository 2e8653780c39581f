"""Figures as Python sees them: static form, widgets, refusals, style; browser tests move them."""

import json
import math
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from figure_numbers import branching_numbers, temperature_numbers, unrolled_numbers

from coursekit import figures, style
from coursekit.figures import framework
from coursekit.figures.formulas import check_text
from coursekit.figures.gallery import directions, unrolled
from coursekit.figures.gallery.quiz import EXAMPLE


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours (WCAG 2.2)."""

    def luminance(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return float(np.dot([0.2126, 0.7152, 0.0722], linear))

    low, high = sorted([luminance(one), luminance(other)])
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("palette", [style.LIGHT, style.DARK], ids=["light", "dark"])
@pytest.mark.parametrize("name", ["ink", "grey", "blue", "orange", "green", "purple", "red"])
def test_every_colour_can_be_read_as_text(palette: dict[str, str], name: str) -> None:
    for ground in ("paper", "panel"):
        assert contrast(palette[name], palette[ground]) >= 4.5, (name, ground)


def test_both_palettes_name_the_same_colours() -> None:
    assert style.LIGHT.keys() == style.DARK.keys()


def test_style_gives_matplotlib_the_palette() -> None:
    import matplotlib as mpl

    with mpl.rc_context():
        style.use()
        assert mpl.rcParams["axes.prop_cycle"].by_key()["color"] == list(style.cycle)
        assert mpl.rcParams["figure.facecolor"] == style.PAPER
        assert mpl.rcParams["figure.dpi"] >= 150


def test_importing_style_and_figures_loads_nothing_heavy() -> None:
    code = (
        "import sys; from coursekit import figures, style;"
        "assert not {'matplotlib', 'torch', 'anywidget', 'numpy'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize("name", sorted(figures.FIGURES))
def test_every_figure_has_a_stable_static_form(name: str) -> None:
    bundles = [getattr(figures, name)()._repr_mimebundle_() for _ in range(2)]
    assert bundles[0] == bundles[1]
    html = bundles[0]["text/html"]
    module = re.search(r'data-figure="([a-z0-9_-]+)"', html)
    assert module
    assert (framework.GALLERY / f"{module.group(1)}.js").is_file()
    state = re.search(r'<script type="application/json">(.*?)</script>', html, re.S)
    assert state is not None
    json.loads(state.group(1))
    assert "0x" not in bundles[0]["text/plain"]
    assert len(re.sub(r"<script.*?</script>|<[^>]+>", "", html, flags=re.S).strip()) > 40


@pytest.mark.parametrize("name", sorted(figures.FIGURES))
def test_every_figure_is_a_widget_where_there_is_a_kernel(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("COURSEKIT_STATIC")
    import anywidget

    widget = getattr(figures, name)()
    assert isinstance(widget, anywidget.AnyWidget)
    assert "export default" in widget._esm
    widget.close()


@pytest.mark.parametrize(
    "path", sorted(framework.GALLERY.parent.rglob("*.js")), ids=lambda p: p.stem
)
def test_modules_ask_for_nothing_from_outside(path: object) -> None:
    text = path.read_text("utf8")  # type: ignore[attr-defined]
    assert not re.search(r"https?://(?!www\.w3\.org/)", text)
    assert not re.search(r"^\s*import\s", text, re.M)
    colours = re.findall(r"#[0-9a-fA-F]{3,8}\b", text)
    assert not colours, "colours come from --ck-… variables"


@pytest.mark.parametrize("path", sorted(framework.GALLERY.glob("[a-z]*")), ids=lambda p: p.name)
def test_the_files_of_a_figure_bear_its_name(path: Path) -> None:
    assert path.stem in figures.FIGURES
    assert callable(getattr(figures, path.stem))


def test_an_unknown_figure_is_refused() -> None:
    with pytest.raises(AttributeError, match="no figure"):
        _ = figures.nonsense


def test_script_of_a_page_cannot_end_early() -> None:
    figure = framework.StaticFigure("quiz", {"text": "</script><b>"}, "alt")
    assert figure.html().count("</script>") == 1
    assert "</script" not in framework.page_script(["quiz", "branching"])


def test_unknown_module_is_refused() -> None:
    with pytest.raises(ValueError, match=r"no figure module nonsense\.js"):
        framework.show("nonsense", {}, "alt")


@pytest.mark.parametrize(
    ("weights", "perplexity"), [([1, 1, 1, 1], 4.0), ([5, 0, 0], 1.0), ([0, 0], 2.0)]
)
def test_branching_counts_equally_likely_words(weights: list[float], perplexity: float) -> None:
    entropy, found = branching_numbers(weights)
    assert found == pytest.approx(perplexity)
    assert entropy == pytest.approx(math.log2(perplexity))


def test_branching_refuses_what_it_cannot_draw() -> None:
    with pytest.raises(ValueError, match="two to eight"):
        figures.branching(["one"], [1])
    with pytest.raises(ValueError, match="between 0 and 100"):
        figures.branching(["one", "two"], [1, 101])


def test_quiz_refuses_a_question_that_cannot_be_marked() -> None:
    right = {"text": "yes", "correct": True, "why": "so it is"}
    with pytest.raises(ValueError, match="exactly one"):
        figures.quiz([{"question": "?", "options": [right, right]}])
    with pytest.raises(ValueError, match="exactly one"):
        figures.quiz([{"question": "?", "options": [{"text": "a", "why": "b"}]}])
    with pytest.raises(ValueError, match="no explanation"):
        figures.quiz([{"question": "?", "options": [right, {"text": "no", "why": " "}]}])


def test_quiz_refuses_a_verdict_that_is_said_twice() -> None:
    options = [{"text": "yes", "correct": True, "why": "Right. So it is"}]
    with pytest.raises(ValueError, match="by itself"):
        figures.quiz([{"question": "?", "options": options}])


def test_quiz_without_script_asks_but_does_not_tell() -> None:
    html = figures.quiz([EXAMPLE])._repr_mimebundle_()["text/html"]
    still = re.sub(r"<script.*?</script>", "", html, flags=re.S)
    assert "perplexity" in still
    assert EXAMPLE["options"][0]["why"] not in still


def test_formulas_that_figures_cannot_draw_are_refused() -> None:
    check_text(r"$\hat y^{[t]}$, $\gamma \ge \frac{1}{2}$ and `$\mathbb{R}$`")
    with pytest.raises(ValueError, match="mathbb"):
        check_text(r"$\mathbb{R}$")


@pytest.mark.parametrize("context", ["the state of the", "we must", "and the"])
@pytest.mark.parametrize(("temperature", "top_p"), [(1, 1), (0.7, 0.9), (2, 0.5), (0.3, 1)])
def test_temperature_agrees_with_the_sampler(
    context: str, temperature: float, top_p: float
) -> None:
    """Counting equal words together changes nothing: the sampler sees all 10,000 of them."""
    torch = pytest.importorskip("torch")
    from coursekit.sampling import adjusted

    stored = framework.stored_data("temperature")[context]
    p = [q for _, q in stored["head"]] + [q for q, c in stored["tail"] for _ in range(c)]
    assert len(p) == 10_000
    assert sum(p) == pytest.approx(1, abs=1e-6)
    full = adjusted(torch.tensor(p, dtype=torch.float64).log(), temperature, None, top_p)
    found = temperature_numbers(context, temperature, top_p)
    used = full[full > 0]
    assert found.kept == len(used)
    assert found.perplexity == pytest.approx(float((-used * used.log()).sum().exp()))
    assert np.allclose(found.probabilities, full[:16])


@pytest.mark.parametrize("recurrent", [True, False])
def test_unrolled_is_torchs_rnn(recurrent: bool) -> None:
    torch = pytest.importorskip("torch")
    cell = torch.nn.RNN(7, 3, batch_first=True).double()
    with torch.no_grad():
        cell.weight_ih_l0.copy_(torch.tensor(unrolled.W_U))
        cell.weight_hh_l0.copy_(torch.tensor(recurrent * unrolled.W_H))
        cell.bias_ih_l0.zero_()
        cell.bias_hh_l0.zero_()
        words = unrolled.SENTENCES[0].split()
        u = torch.eye(7).double()[[unrolled.WORDS.index(w) for w in words]]  # (t, d)
        theirs, _ = cell(u[None])  # (1, t, n)
    ours, predictions = unrolled_numbers(unrolled.SENTENCES[0], recurrent)
    assert np.allclose(ours[1:], theirs[0].numpy(), atol=1e-12)
    assert np.allclose(predictions.sum(axis=1), 1)


def test_unrolled_shows_what_its_chapter_says() -> None:
    """With recurrence the verb agrees with the noun three words back; without, it cannot."""
    often, sleeps, sleep = 4, 5, 6  # words read; places in the vocabulary
    for sentence, right, wrong in zip(
        unrolled.SENTENCES, (sleeps, sleep), (sleep, sleeps), strict=True
    ):
        assert unrolled_numbers(sentence)[1][often].argmax() == right
        cut = unrolled_numbers(sentence, recurrent=False)[1][often]
        assert cut[right] == cut[wrong]


@pytest.mark.parametrize(
    ("direction", "layers", "words", "longest"),
    [
        ("forward", 1, range(6), 6),
        ("forward", 3, range(6), 8),
        ("backward", 1, range(5, 9), 4),
        ("both", 1, range(9), 6),
        ("both", 2, range(9), 7),
    ],
)
def test_reach_of_a_state(direction: str, layers: int, words: range, longest: int) -> None:
    found = directions.reach(9, direction, layers, 5)
    assert found.words == list(words)
    assert found.longest == longest
    assert found.sees_next == (direction != "forward")


@pytest.mark.parametrize("direction", ["forward", "backward", "both"])
@pytest.mark.parametrize("layers", [1, 2])
def test_reach_is_what_gradients_reach_in_torch(direction: str, layers: int) -> None:
    """In a real network of that shape, exactly the words in reach have a gradient."""
    torch = pytest.importorskip("torch")
    torch.manual_seed(0)
    both = direction == "both"
    net = torch.nn.RNN(2, 4, num_layers=layers, bidirectional=both, batch_first=True)
    u = torch.randn(1, 9, 2, requires_grad=True)
    seen = u.flip(1) if direction == "backward" else u
    states, _ = net(seen)  # (1, t, n)
    at = 8 - 5 if direction == "backward" else 5
    states[0, at].sum().backward()
    touched = u.grad[0].abs().sum(1).nonzero().flatten().tolist()
    assert touched == directions.reach(9, direction, layers, 5).words
