"""A sentence unrolled in an RNN and an LSTM: values forward, the gradient of one loss back."""

from coursekit.figures.framework import show

MOST = 12  # words; a cut after so many steps cuts nothing
RANGES = {
    "word": (2, MOST),
    "rho": (0.3, 2),
    "bias": (-2, 5),
    "truncate": (1, MOST),
    "clip": (0.1, 10),
}
ALT = (
    "A sentence unrolled in a simple RNN, above, and in an LSTM, below. Blue arrows go from word "
    "to word; orange ones bring the gradient of the last word's loss back, and in the RNN "
    "they become thinner with each step."
)


def gradient_flow(
    text: str = "the keys to the cabinet by the old oak door are",
    word: int = 11,
    rho: float = 0.6,
    bias: float = 1.0,
    truncate: int = MOST,
    clip: float = 10,
    seed: int = 1,
) -> object:
    """Values that flow forward and gradients that flow back, in two untrained networks of 16 units.

    Args:
        text: of which the first 12 words are read.
        word: whose loss is sent back; the first word is 1.
        rho: spectral radius of the RNN's recurrent matrix.
        bias: forget bias of the LSTM.
        truncate: through so many steps a gradient goes; 12 cuts nothing.
        clip: largest norm of the gradient of all weights together; 10 clips nothing.
        seed: of all weights.

    Raises:
        ValueError: fewer than two words, or a number out of range.
    """
    given = {"word": word, "rho": rho, "bias": bias, "truncate": truncate, "clip": clip}
    wrong = [key for key, (low, high) in RANGES.items() if not low <= given[key] <= high]
    if wrong or len(text.split()) < 2:
        ranges = "; ".join(f"{key} from {low} to {high}" for key, (low, high) in RANGES.items())
        raise ValueError(f"gradient_flow needs two words at least and {ranges}")
    everything = 2 * MOST  # steps of the animation: all is drawn
    return show("gradient_flow", {**given, "text": text, "seed": seed, "step": everything}, ALT)
