"""How not to average perplexities."""

from coursekit.figures.framework import show, stored_data


def pooling(cut: int = 5) -> object:
    """The end of a speech in two batches: token-weighted perplexity against two wrong averages.

    Args:
        cut: tokens in the first batch, at least 1 and less than all.

    Raises:
        ValueError: a batch would be empty.
    """
    stored = stored_data("pooling")
    if not 1 <= cut < len(stored["words"]):
        raise ValueError(f"pooling cuts {len(stored['words'])} tokens, after the first at least")
    alt = (
        "The end of a speech cut into two batches: its perplexity by pooling all tokens, "
        "and by two wrong averages."
    )
    return show("pooling", {**stored, "cut": cut}, alt)
