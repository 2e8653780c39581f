"""Drawing the next word: temperature and nucleus on distributions of a real model.

``temperature.json`` holds next-word distributions of the Kneser-Ney 5-gram, the head by word, the
tail counted; ``experiments/next_word_distributions.py`` stored them.
"""

from coursekit.figures.framework import show, stored_data


def temperature(context: str = "we must", temperature: float = 1.0, top_p: float = 1.0) -> object:
    """Temperature and nucleus on what the Kneser-Ney model expects after a few words.

    Args:
        context: "the state of the" (nearly certain), "we must" (in between), "and the" (open).
        temperature: from 0.1 to 3; log-probabilities are divided by it.
        top_p: from 0.05 to 1; the fewest most likely words with this much probability are kept.

    Raises:
        ValueError: an unknown context, or a number out of range.
    """
    if context not in stored_data("temperature"):
        raise ValueError(f"there is no stored distribution for {context!r}")
    if not 0.1 <= temperature <= 3 or not 0.05 <= top_p <= 1:
        raise ValueError("temperature lies between 0.1 and 3, top_p between 0.05 and 1")
    state = {
        "distributions": stored_data("temperature"),
        "context": context,
        "temperature": temperature,
        "top_p": top_p,
    }
    return show("temperature", state, "How temperature and nucleus reshape a real distribution.")
