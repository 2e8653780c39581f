"""What a trained LSTM predicts along a sentence, fed the true words and fed words of its own.

Each step holds the word fed, the likeliest next words, and the probability of the word that the
text has next.

    python experiments/teacher_forcing.py        # a few seconds

Writes ``src/coursekit/figures/gallery/forcing.json``, which the figure on teacher forcing draws.
"""

import json
from pathlib import Path

import torch
from torch import Tensor

from coursekit import zoo
from coursekit.models import LanguageModel
from coursekit.text import Vocabulary, encoded_sotu

TARGET = Path(__file__).parents[1] / "src/coursekit/figures/gallery/forcing.json"
SENTENCE = "we must maintain freedom of the seas . </s>"  # from the test text
SEEDS = (10, 16)
HEAD = 5


@torch.no_grad()
def path(
    model: LanguageModel, vocab: Vocabulary, text: list[int], seed: int | None
) -> list[list[object]]:
    """Steps along the text: [fed word, [[word, probability] …], probability of the target]."""
    generator = torch.Generator().manual_seed(seed or 0)
    word, state, steps = vocab.end, None, []
    for target in text:
        log_probs, state = model(torch.tensor([[word]]), state)  # (1, 1, k)
        p: Tensor = log_probs[0, 0].exp()  # (k,)
        best = p.argsort(descending=True)[:HEAD].tolist()
        head = [[vocab.words[i], float(f"{p[i]:.4g}")] for i in best]
        steps.append([vocab.words[word], head, float(f"{p[target]:.4g}")])
        drawn = int(torch.multinomial(p, 1, generator=generator))
        word = target if seed is None else drawn
    return steps


def main() -> None:
    torch.set_num_threads(1)
    vocab = encoded_sotu().vocab
    model, text = zoo.load("lstm").eval(), vocab.encode(SENTENCE.split()).tolist()
    paths = {"the true words": path(model, vocab, text, None)}
    for number, seed in enumerate(SEEDS, 1):
        paths[f"its own, draw {number}"] = path(model, vocab, text, seed)
    stored = {"sentence": SENTENCE.split(), "paths": paths}
    TARGET.write_text(json.dumps(stored, ensure_ascii=False, indent=0) + "\n", "utf8")


if __name__ == "__main__":
    main()
