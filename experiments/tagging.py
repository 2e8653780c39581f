"""Parts of speech and names in real sentences: a softmax for each word against a linear-chain CRF.

The sentences are those of the English Web Treebank (Universal Dependencies; Silveira et al. 2014;
annotations under CC BY-SA 4.0), which is not part of this repository: give the folder of a clone of
its repository. Of the training documents, which ``files.train`` lists, 4,000 sentences are read, so
that the runs stay short; the test sentences are all those of ``en_ewt-ud-test.conllu``.

Two tasks on the same sentences. ``pos``: the universal part of speech of each word, 17 tags.
``names``: the longest runs of proper nouns, in BIO. All words are in lower case, so capitals do
not give a name away. Both models are one bidirectional LSTM over an embedding of the word and one
of its last three letters; they differ in the output alone, and begin with the same weights.

    python experiments/tagging.py CLONE     # 3 seeds: about 6 CPU-minutes on one thread

Writes ``src/coursekit/measured/tagging.json``, which chapter 13 quotes, after every run, and goes
on from there if it was interrupted.
"""

import argparse
import itertools
import json
from collections import Counter
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

RESULT = Path(__file__).parents[1] / "src/coursekit/measured/tagging.json"
SEEDS, SENTENCES, EPOCHS, ROWS, RATE, D, N, DROPOUT = range(3), 4_000, 3, 32, 5e-3, 64, 64, 0.3
VERSION = "15d613d8447b3478787d4c278730a1e48a945efb"  # of the treebank's repository

Sentence = tuple[list[str], list[str]]  # words in lower case, universal parts of speech


def sentences(conllu: str) -> list[Sentence]:
    """Words and parts of speech; ranges (``1-2``) and left-out words (``1.1``) are not words."""
    found = []
    for block in conllu.strip().split("\n\n"):
        rows = [line.split("\t") for line in block.splitlines() if not line.startswith("#")]
        rows = [row for row in rows if row[0].isdigit()]
        found.append(([row[1].lower() for row in rows], [row[3] for row in rows]))
    return found


def name_tags(parts: list[str]) -> list[str]:
    """B at the first word of a run of proper nouns, I at its others, O elsewhere."""
    before = ["", *parts]
    return [
        "O" if part != "PROPN" else "I" if last == "PROPN" else "B"
        for last, part in zip(before, parts, strict=False)
    ]


def spans(tags: list[str]) -> set[tuple[int, int]]:
    """Names as (first word, word behind the last); an I with nothing before it begins one."""
    edges = [
        i
        for i, tag in enumerate(tags)
        if tag == "B" or (tag == "I" and tags[i - 1 : i] in ([], ["O"]))
    ]
    ends = [next((j for j in range(i + 1, len(tags)) if tags[j] != "I"), len(tags)) for i in edges]
    return set(zip(edges, ends, strict=True))


class Crf(nn.Module):
    """A linear-chain CRF: a score for each pair of neighbouring tags, and for the first tag."""

    def __init__(self, tags: int) -> None:
        super().__init__()
        self.first, self.pair = (
            nn.Parameter(torch.zeros(tags)),
            nn.Parameter(torch.zeros(tags, tags)),
        )

    def loss(self, scores: Tensor, y: Tensor, real: Tensor) -> Tensor:
        """-log p of whole sequences per word; scores (b, t, tags), y and real (b, t)."""
        own = scores.gather(2, y[..., None])[..., 0]  # (b, t)
        steps = self.pair[y[:, :-1], y[:, 1:]] * real[:, 1:]  # (b, t - 1)
        path = (own * real).sum(1) + self.first[y[:, 0]] + steps.sum(1)  # (b,)
        total = self.first + scores[:, 0]  # (b, tags): log of the sum over paths that end here
        for t in range(1, scores.shape[1]):
            after = (total[:, :, None] + self.pair).logsumexp(1) + scores[:, t]
            total = torch.where(real[:, t, None], after, total)
        return (total.logsumexp(1) - path).sum() / real.sum()

    @torch.no_grad()
    def decode(self, scores: Tensor) -> list[int]:
        """Viterbi: the best path through one sentence's scores, (t, tags)."""
        best, back = self.first + scores[0], []
        for score in scores[1:]:
            best, place = (best[:, None] + self.pair).max(0)
            best = best + score
            back.append(place)
        path = [int(best.argmax())]
        for place in reversed(back):
            path.append(int(place[path[-1]]))
        return path[::-1]


class Tagger(nn.Module):
    """Embeddings of word and ending, a bidirectional LSTM, a score for each tag."""

    def __init__(self, words: int, endings: int, tags: int, crf: bool) -> None:
        super().__init__()
        self.word, self.ending = nn.Embedding(words, D), nn.Embedding(endings, D)
        self.lstm = nn.LSTM(D, N, batch_first=True, bidirectional=True)
        self.Q, self.dropout = nn.Linear(2 * N, tags), nn.Dropout(DROPOUT)
        self.crf = Crf(tags) if crf else None

    def forward(self, x: Tensor, e: Tensor, lengths: Tensor) -> Tensor:
        """Scores, (b, t, tags)."""
        u = self.dropout(self.word(x) + self.ending(e))  # (b, t, d)
        packed = nn.utils.rnn.pack_padded_sequence(
            u, lengths, batch_first=True, enforce_sorted=False
        )
        h, _ = nn.utils.rnn.pad_packed_sequence(self.lstm(packed)[0], batch_first=True)
        scores: Tensor = self.Q(self.dropout(h))
        return scores

    def loss(self, scores: Tensor, y: Tensor, real: Tensor) -> Tensor:
        """Per word: of whole sequences with a CRF, else of each word on its own."""
        if self.crf is not None:
            return self.crf.loss(scores, y, real)
        return nn.functional.cross_entropy(scores[real], y[real])


class Numbers:
    """Numbers for words, endings and tags; 0 is what training has seen less than twice."""

    def __init__(self, data: list[Sentence]) -> None:
        count = Counter(word for words, _ in data for word in words)
        self.words = {word: i for i, word in enumerate((w for w, c in count.items() if c > 1), 1)}
        ends = Counter(word[-3:] for words, _ in data for word in words)
        self.endings = {end: i for i, end in enumerate((e for e, c in ends.items() if c > 1), 1)}
        self.tags = sorted({tag for _, tags in data for tag in tags})

    def batch(self, some: list[Sentence]) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Words, endings and tags, (b, t) each, and lengths (b,)."""
        lengths = torch.tensor([len(words) for words, _ in some])
        x, e, y = torch.zeros(3, len(some), int(lengths.max()), dtype=torch.long)
        for i, (words, tags) in enumerate(some):
            x[i, : len(words)] = torch.tensor([self.words.get(w, 0) for w in words])
            e[i, : len(words)] = torch.tensor([self.endings.get(w[-3:], 0) for w in words])
            y[i, : len(words)] = torch.tensor([self.tags.index(tag) for tag in tags])
        return x, e, y, lengths


def train(data: list[Sentence], numbers: Numbers, crf: bool, seed: int) -> Tagger:
    """A model after ``EPOCHS`` passes; the rate falls to zero along a straight line."""
    torch.manual_seed(seed)
    model = Tagger(len(numbers.words) + 1, len(numbers.endings) + 1, len(numbers.tags), crf)
    draw = np.random.default_rng(seed)
    optimiser = torch.optim.Adam(model.parameters(), RATE)
    updates = EPOCHS * -(-len(data) // ROWS)
    decay = torch.optim.lr_scheduler.LinearLR(optimiser, 1, 0, updates)
    for _ in range(EPOCHS):
        for some in np.array_split(draw.permutation(len(data)), updates // EPOCHS):
            x, e, y, lengths = numbers.batch([data[i] for i in some])
            real = torch.arange(x.shape[1]) < lengths[:, None]
            optimiser.zero_grad()
            model.loss(model(x, e, lengths), y, real).backward()
            nn.utils.clip_grad_norm_(model.parameters(), 5.0)
            optimiser.step()
            decay.step()
    return model.eval()


@torch.no_grad()
def guesses(model: Tagger, numbers: Numbers, data: list[Sentence]) -> list[list[str]]:
    """Tags of each sentence."""
    found = []
    for start in range(0, len(data), 64):
        x, e, _, lengths = numbers.batch(data[start : start + 64])
        for scores, length in zip(model(x, e, lengths), lengths, strict=True):
            own = scores[:length]  # (t, tags)
            path = own.argmax(1).tolist() if model.crf is None else model.crf.decode(own)
            found.append([numbers.tags[tag] for tag in path])
    return found


def measures(guessed: list[list[str]], data: list[Sentence], task: str) -> dict[str, float]:
    """Accuracy; for names also precision, recall, F1, and the I that follow an O or nothing."""
    pairs = [
        (g, t)
        for guess, (_, true) in zip(guessed, data, strict=True)
        for g, t in zip(guess, true, strict=True)
    ]
    found = {"accuracy": np.mean([g == t for g, t in pairs])}
    if task == "names":
        mine, true = (
            {(i, *span) for i, tags in enumerate(many) for span in spans(tags)}
            for many in (guessed, [tags for _, tags in data])
        )
        hits = len(mine & true)
        found |= {"precision": hits / len(mine), "recall": hits / len(true)}
        found["F1"] = 2 * hits / (len(mine) + len(true))
        found["impossible"] = sum(
            tag == "I" and last == "O"
            for tags in guessed
            for last, tag in itertools.pairwise(["O", *tags])
        )
    return {name: round(float(value), 4) for name, value in found.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("clone", type=Path)
    clone = parser.parse_args().clone
    torch.set_num_threads(1)
    listed = (clone / "not-to-release/file-lists/files.train").read_text("utf8").split()
    sources = clone / "not-to-release/sources"
    read = [s for name in listed for s in sentences((sources / name).read_text("utf8"))]
    read = [read[i] for i in np.random.default_rng(0).permutation(len(read))[:SENTENCES]]
    new = sentences((clone / "en_ewt-ud-test.conllu").read_text("utf8"))
    stored = json.loads(RESULT.read_text("utf8")) if RESULT.exists() else {"runs": []}
    size = {
        "train": [len(read), sum(len(w) for w, _ in read)],
        "test": [len(new), sum(len(w) for w, _ in new)],
    }
    for seed, task, crf in itertools.product(SEEDS, ("pos", "names"), (False, True)):
        key = {"task": task, "output": "CRF" if crf else "softmax", "seed": seed}
        if any(key.items() <= run.items() for run in stored["runs"]):
            continue
        data, unseen = (
            [(words, tags if task == "pos" else name_tags(tags)) for words, tags in part]
            for part in (read, new)
        )
        numbers = Numbers(data)
        model = train(data, numbers, crf, seed)
        run = key | measures(guesses(model, numbers, unseen), unseen, task)
        print(run, flush=True)
        stored = {"version": VERSION, "sentences and words": size, "runs": [*stored["runs"], run]}
        RESULT.write_text(json.dumps(stored, indent=1) + "\n", "utf8")


if __name__ == "__main__":
    main()
