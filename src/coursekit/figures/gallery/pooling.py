"""How not to average perplexities."""

from collections.abc import Sequence

from coursekit.figures.framework import show


def pooling(tokens: Sequence[int] = (180, 12), losses: Sequence[float] = (4.2, 6.4)) -> object:
    """Two batches of one text: token-weighted perplexity against two wrong averages.

    Args:
        tokens: tokens in each batch, from 1 to 200.
        losses: mean loss of each batch in nats, from 0 to 8.

    Raises:
        ValueError: there are not two of each, or one is out of range.
    """
    if len(tokens) != 2 or len(losses) != 2:
        raise ValueError("pooling shows two batches")
    if any(not 1 <= n <= 200 for n in tokens) or any(not 0 <= loss <= 8 for loss in losses):
        raise ValueError("tokens lie in 1 … 200 and losses in 0 … 8")
    state = {
        "tokens0": tokens[0],
        "loss0": losses[0],
        "tokens1": tokens[1],
        "loss1": losses[1],
    }
    alt = "Perplexity of two unequal batches by pooling all tokens, and by two wrong averages."
    return show("pooling", state, alt)
