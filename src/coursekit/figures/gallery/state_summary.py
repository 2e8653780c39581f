"""The figure of chapter 12: what the last state, the mean and the maximum keep of a word."""

from coursekit.figures.framework import show, stored_data


def state_summary(
    place: int = 2, network: str = "LSTM", sentence: int = 0, padding: int = 3
) -> object:
    """A trained network reads a sentence; one of its words is replaced by <unk>.

    Args:
        place: which word, from 1.
        network: "simple RNN" or "LSTM".
        sentence: which of the two sentences, 0 or 1.
        padding: symbols of padding that are counted, from 0 to 6.

    Raises:
        ValueError: an argument outside these.
    """
    stored = stored_data("state_summary")
    sentences = stored["sentences"]
    most = len(stored["networks"]["LSTM"][0]["shares"]["last"][0]) - 1
    if network not in stored["networks"] or sentence not in range(len(sentences)):
        raise ValueError(f"state_summary has {', '.join(stored['networks'])} and two sentences")
    if not 1 <= place <= len(sentences[sentence]) or not 0 <= padding <= most:
        raise ValueError(f"state_summary takes a word of the sentence and 0 to {most} of padding")
    state = {
        "data": stored,
        "place": place,
        "network": network,
        "sentence": sentence,
        "padding": padding,
    }
    alt = (
        "How far the states of a trained network, and their last, mean and maximum, move when one "
        "word of a sentence is replaced."
    )
    return show("state_summary", state, alt)
