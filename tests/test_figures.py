"""Figures as Python sees them: static form, widgets, refusals, style; browser tests move them."""

import json
import math
import re
import subprocess
import sys

import numpy as np
import pytest

from coursekit import figures, style
from coursekit.figures import framework
from coursekit.figures.language import branching_numbers
from coursekit.figures.quizzes import EXAMPLE, check_text


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
    assert (framework.JS / f"{module.group(1)}.js").is_file()
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


@pytest.mark.parametrize("path", sorted(framework.JS.glob("*.js")), ids=lambda p: p.stem)
def test_modules_ask_for_nothing_from_outside(path: object) -> None:
    text = path.read_text("utf8")  # type: ignore[attr-defined]
    assert not re.search(r"https?://(?!www\.w3\.org/)", text)
    assert not re.search(r"^\s*import\s", text, re.M)
    colours = re.findall(r"#[0-9a-fA-F]{3,8}\b", text)
    assert not colours, "colours come from --ck-… variables"


def test_names_of_figures_are_not_names_of_topic_modules() -> None:
    assert not set(figures.FIGURES) & set(figures.FIGURES.values())
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


def test_quiz_without_script_asks_but_does_not_tell() -> None:
    html = figures.quiz([EXAMPLE])._repr_mimebundle_()["text/html"]
    still = re.sub(r"<script.*?</script>", "", html, flags=re.S)
    assert "perplexity" in still
    assert EXAMPLE["options"][0]["why"] not in still


def test_formulas_that_figures_cannot_draw_are_refused() -> None:
    check_text(r"$\hat y^{[t]}$, $\gamma \ge \frac{1}{2}$ and `$\mathbb{R}$`")
    with pytest.raises(ValueError, match="mathbb"):
        check_text(r"$\mathbb{R}$")
