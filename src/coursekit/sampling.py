"""Generating text: sample a word from ŷ^[t], feed it back, repeat."""

from __future__ import annotations

from collections.abc import Collection, Iterator

import torch
from torch import Tensor

from coursekit.models import LanguageModel


def adjusted(
    log_probs: Tensor,
    temperature: float = 1.0,
    top_k: int | None = None,
    top_p: float = 1.0,
    forbidden: Collection[int] = (),
) -> Tensor:
    """Return the distribution that is sampled from instead of ŷ^[t].

    Args:
        log_probs: log ŷ^[t], shape (k,).
        temperature: log-probabilities are divided by it; below 1 sharpens, above 1 flattens.
        top_k: keep only this many most probable words.
        top_p: keep the fewest most probable words that together have at least this probability
            (nucleus sampling, Holtzman et al. 2020).
        forbidden: words that get probability 0, such as ``<unk>``.

    Returns:
        Probabilities, shape (k,), that sum to 1.

    Raises:
        ValueError: the temperature is not above 0, or top_k or top_p leaves no word.
    """
    if temperature <= 0:
        raise ValueError("the temperature must be above 0")
    if not 0 < top_p <= 1 or (top_k is not None and top_k < 1):
        raise ValueError("top_p must be in (0, 1] and top_k at least 1")
    logits = log_probs / temperature
    logits[list(forbidden)] = -torch.inf
    ranked, order = logits.sort(descending=True, stable=True)  # (k,)
    p = ranked.softmax(-1)
    keep = p.cumsum(-1) - p < top_p  # what stands before a word does not reach top_p yet
    if top_k is not None:
        keep[top_k:] = False
    p = torch.where(keep, p, 0.0)
    return torch.zeros_like(p).scatter(0, order, p / p.sum())


def generate(
    model: LanguageModel,
    prompt: list[int],
    count: int,
    generator: torch.Generator,
    temperature: float = 1.0,
    top_k: int | None = None,
    top_p: float = 1.0,
    forbidden: Collection[int] = (),
) -> Iterator[int]:
    """Yield ``count`` sampled words that continue a prompt.

    The state is carried, so each word costs one time step however long the text already is.

    Args:
        model: any language model; dropout is switched off.
        prompt: word numbers to read first, at least one (``</s>`` begins a sentence).
        count: words to generate.
        generator: source of randomness; the same seed gives the same text.
        temperature: as in ``adjusted``, like the rest.
        top_k: see ``adjusted``.
        top_p: see ``adjusted``.
        forbidden: see ``adjusted``.
    """
    model.eval()
    x, state = torch.tensor([prompt]), None  # (1, t)
    for _ in range(count):
        with torch.inference_mode():
            log_probs, state = model(x, state)  # (1, t, k)
            p = adjusted(log_probs[0, -1], temperature, top_k, top_p, forbidden)
            word = int(torch.multinomial(p, 1, generator=generator))
        yield word
        x = torch.tensor([[word]])
