"""Can counting pass the capstone, question 15.4, and can a small recurrent network in time?

For several invented languages, the perplexity of tables of counts with many kinds of context, of
a network on a window, and of the reference answer, a GRU of about thirty lines. *Closed* is the
share of the way, in nats, from smoothed pairs of words to the language itself. Full marks take
0.55, the band "better than counts can be" takes 0.4. Three of the tables are told which words name
values, which a student would have to find out; the others are told nothing about the language.

    python experiments/capstone_language.py      # about five minutes

Writes ``tests/capstone_language.json``, which ``tests/test_capstone.py`` reads.
"""

import json
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from coursekit.authoring.loading import load_key

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "solutions" / "15-capstone.ipynb"
TARGET = ROOT / "tests" / "capstone_language.json"
SEEDS = range(3)
DISCOUNT = 0.75
CLASSES = 20
NEVER, FREQUENT, MOST, WORTH = 10**6, 200, 30, 5e-4  # of the memory found by search
Context = np.ndarray
Model = Callable[[Context], np.ndarray]
Feature = Callable[[Context], Any]


def nothing(context: Context) -> tuple[()]:
    """One row for all contexts: single words."""
    return ()


def window(size: int, classes: np.ndarray | None = None) -> Feature:
    """The last words, or the last word with the classes of those before it."""

    def feature(context: Context) -> tuple[int, ...]:
        last = context[-size:]
        names = last if classes is None else [*classes[last[:-1]], *last[-1:]]
        return tuple(int(x) for x in names)

    return feature


def first_and(feature: Feature) -> Feature:
    """The first word of the sentence beside something else."""
    return lambda context: (int(context[0]) if len(context) else -1, feature(context))


def latest_of(words: Iterable[int], count: int) -> Feature:
    """The last word, and the last few of a given set of words, however far back they stand."""
    chosen = set(map(int, words))

    def feature(context: Context) -> tuple[int, ...]:
        kept = [int(w) for w in context if int(w) in chosen][-count:]
        return (int(context[-1]) if len(context) else 0, *kept)

    return feature


def table(text: np.ndarray, k: int, features: list[Feature]) -> Model:
    """Interpolated counts, from general to special; how special is chosen for each last word.

    The choice is made on a tenth of the sentences that is held out, and then all are counted.
    """
    sentences = np.split(text, np.flatnonzero(text == 0)[:-1] + 1)
    cut = len(sentences) * 9 // 10
    rows, score = counted(sentences[:cut], k, features), np.zeros((k, len(features)))
    for sentence in sentences[cut:]:
        for t, word in enumerate(sentence):
            last = sentence[t - 1] if t else 0
            score[last] += [np.log(max(row[word], 1e-9)) for row in rows(sentence[:t])]
    depth, rows = score.argmax(axis=1), counted(sentences, k, features)
    return lambda context: rows(context)[depth[context[-1] if len(context) else 0]]


def counted(
    sentences: list[np.ndarray], k: int, features: list[Feature]
) -> Callable[[Context], list[np.ndarray]]:
    """For a context its rows with one, two, … of the features, by absolute discounting."""
    tables: list[dict[Any, np.ndarray]] = [defaultdict(lambda: np.zeros(k)) for _ in features]
    for sentence in sentences:
        for t, word in enumerate(sentence):
            for feature, counts in zip(features, tables, strict=True):
                counts[feature(sentence[:t])][word] += 1

    def rows(context: Context) -> list[np.ndarray]:
        row, found = np.full(k, 1 / k), []
        for feature, counts in zip(features, tables, strict=True):
            seen = counts.get(feature(context))
            if seen is not None:
                spread = DISCOUNT * (seen > 0).sum()
                row = (np.maximum(seen - DISCOUNT, 0) + spread * row) / seen.sum()
            found.append(row)
        return found

    return rows


def word_classes(text: np.ndarray, k: int, classes: int) -> np.ndarray:
    """Words with like neighbours in one class, by k-means, shape (k,)."""
    pairs = np.zeros((k, k))
    np.add.at(pairs, (np.append(0, text[:-1]), text), 1)
    after, ahead = pairs / (pairs.sum(1, keepdims=True) + 5), (pairs / (pairs.sum(0) + 5)).T
    X = np.sqrt(np.concatenate([after, ahead], axis=1))  # (k, 2k)
    centres = X[:1]
    while len(centres) < classes:
        gap = ((X[:, None] - centres) ** 2).sum(axis=2).min(axis=1)
        centres = np.concatenate([centres, X[gap.argmax()][None]])
    for _ in range(15):
        near: np.ndarray = ((X[:, None] - centres) ** 2).sum(axis=2).argmin(axis=1)
        centres = np.stack([X[near == c].mean(0) for c in sorted(set(near.tolist()))])
    return near


def tables(text: np.ndarray, k: int, language: Any) -> dict[str, Model]:
    """All tables of counts that are tried."""
    short, one = [nothing, window(1)], window(1)
    kinds = {f"words, window of {n}": [*short, *map(window, range(2, n + 1))] for n in (2, 3, 4)}
    kinds["the first word beside the last"] = [*short, first_and(one)]
    of = word_classes(text, k, CLASSES)
    steps = [window(n, of) for n in range(2, 7)]
    kinds["classes, window of 3"] = [*short, *steps[:2]]
    kinds["classes, window of 6"] = [*short, *steps]
    kinds["classes and the first word"] = [*short, steps[0], first_and(steps[0])]
    naming = language.naming.ravel()
    for count in (1, 2, 3):
        told = [latest_of(naming, n) for n in range(1, count + 1)]
        kinds[f"told which words name values: the last {count}"] = [*short, *told]
    return {name: table(text, k, features) for name, features in kinds.items()}


def window_network(text: np.ndarray, k: int, size: int) -> Model:
    """A feed-forward network on the last words; number k stands before the sentence."""
    torch.manual_seed(0)
    rows, last = [], [k] * size
    for word in map(int, text):
        rows.append([*last, word])
        last = [k] * size if word == 0 else [*last[1:], word]
    data, steps = torch.tensor(rows), 2500
    net = nn.Sequential(
        nn.Embedding(k + 1, 24),
        nn.Flatten(),
        nn.Dropout(0.1),
        nn.Linear(24 * size, 96),
        nn.Tanh(),
        nn.Linear(96, k),
    )
    optimiser = torch.optim.Adam(net.parameters(), 0.01)
    for step in range(steps):
        optimiser.param_groups[0]["lr"] = 0.01 * (1 - step / steps)
        batch = data[torch.randint(len(data), (256,))]
        optimiser.zero_grad()
        nn.functional.cross_entropy(net(batch[:, :-1]), batch[:, -1]).backward()
        optimiser.step()
    net.eval()

    @torch.no_grad()
    def next_word(context: Context) -> np.ndarray:
        padded = [k] * size + [int(w) for w in context]
        row: np.ndarray = net(torch.tensor([padded[-size:]]))[0].softmax(-1).numpy()
        return row

    return next_word


def memory(text: np.ndarray, k: int) -> Model:
    """Pairs with a memory: the row also depends on the latest of some words, found by search.

    For each last word such words are added one by one while they help on half of its places. This
    is no table of a window any more: the latest of the words is a state that is carried on.
    """
    latest, before = elapsed(text, k), np.append(0, text[:-1])
    pairs = np.ones((k, k))
    np.add.at(pairs, (before, text), 1)
    pairs /= pairs.sum(axis=1, keepdims=True)
    kept = {}
    for last in range(k):
        places = np.flatnonzero(before == last)
        if len(places) > FREQUENT:
            chosen = helpful(latest[places], text[places], pairs[last])
            if chosen:
                rows = by_latest(latest[places], text[places], chosen, pairs[last])
                kept[last] = chosen, rows

    def next_word(context: Context) -> np.ndarray:
        last = int(context[-1]) if len(context) else 0
        chosen, rows = kept.get(last, ([], {}))
        seen = [int(word) for word in context if int(word) in chosen]
        row: np.ndarray = rows.get(seen[-1] if seen else -1, pairs[last])
        return row

    return next_word


def elapsed(text: np.ndarray, k: int) -> np.ndarray:
    """How many words ago each word came in this sentence, shape (N, k); ``NEVER`` if not at all."""
    ago, found = np.full(k, NEVER), np.empty((len(text), k), dtype=int)
    for t, word in enumerate(text):
        found[t] = ago
        ago = np.where(ago < NEVER, ago + 1, NEVER)
        ago[word] = 1
        if word == 0:
            ago[:] = NEVER
    return found


def which(ago: np.ndarray, chosen: list[int]) -> np.ndarray:
    """The latest of some words at each place, -1 where none of them has come."""
    names = np.array(chosen)
    return np.where(ago[:, names].min(1) < NEVER, names[ago[:, names].argmin(1)], -1)


def by_latest(
    ago: np.ndarray, words: np.ndarray, chosen: list[int], prior: np.ndarray
) -> dict[int, np.ndarray]:
    """Smoothed rows by the latest of some words."""
    own = which(ago, chosen)
    counts = {name: np.bincount(words[own == name], minlength=len(prior)) for name in set(own)}
    return {int(name): (c + 5 * prior) / (c.sum() + 5) for name, c in counts.items()}


def helpful(ago: np.ndarray, words: np.ndarray, prior: np.ndarray) -> list[int]:
    """The words whose latest tells most, found one after the other on half of the places."""
    train, test = slice(0, None, 2), slice(1, None, 2)
    chosen: list[int] = []
    best = float(np.log(prior[words[test]]).mean())
    while len(chosen) < MOST:
        gains = {}
        for word in sorted(set(range(len(prior))) - set(chosen)):
            rows = by_latest(ago[train], words[train], [*chosen, word], prior)
            own = which(ago[test], [*chosen, word]).tolist()
            told = [rows.get(n, prior)[w] for n, w in zip(own, words[test], strict=True)]
            gains[word] = float(np.log(told).mean())
        word = max(gains, key=lambda w: gains[w])
        if gains[word] < best + WORTH:
            break
        chosen, best = [*chosen, word], gains[word]
    return chosen


def perplexity(model: Model, contexts: list[Context], targets: np.ndarray) -> float:
    """Perplexity of the words that came."""
    given = [float(model(c)[w]) for c, w in zip(contexts, targets, strict=True)]
    return float(np.exp(-np.log(given).mean()))


def one_language(seed: int) -> dict[str, Any]:
    """Perplexities on one language, and the CPU-seconds of the reference answer."""
    recipe = load_key(SOURCE).recipes["train_model"]
    (case,) = recipe.draw(seed).cases
    assert case.hidden is not None
    (text, k), asked, targets = case.steps[0].args, case.steps[1].args[0], case.hidden.targets
    contexts = asked[: len(targets)]
    language = recipe.reference.__globals__["LANGUAGES"][text.tobytes()]
    found = {n: perplexity(m, contexts, targets) for n, m in tables(text, k, language).items()}
    found["a memory found by search"] = perplexity(memory(text, k), contexts, targets)
    for size in (4, 8):
        model = window_network(text, k, size)
        found[f"network on a window of {size}"] = perplexity(model, contexts, targets)
    began = time.process_time()
    found["reference"] = perplexity(recipe.reference(text, k), contexts, targets)
    taken = time.process_time() - began
    return {
        "pairs": perplexity(table(text, k, [nothing, window(1)]), contexts, targets),
        "language": perplexity(language.row, contexts, targets),
        "bounds": {name: b for name, b in case.hidden.bounds.items() if np.isfinite(b)},
        "seconds": round(taken, 1),
        "perplexity": found,
    }


def closed(result: dict[str, Any]) -> dict[str, float]:
    """The share of the way from pairs to the language that each model has gone."""
    way = np.log(result["pairs"] / result["language"])
    return {
        name: round(float(np.log(result["pairs"] / reached) / way), 3)
        for name, reached in result["perplexity"].items()
    }


def main() -> None:
    torch.set_num_threads(1)
    results = []
    for seed in SEEDS:
        result = one_language(seed)
        result |= {"seed": seed, "closed": closed(result)}
        results.append(result)
        print(seed, result["seconds"], result["closed"], flush=True)
        TARGET.write_text(json.dumps(results, ensure_ascii=False, indent=1) + "\n", "utf8")


if __name__ == "__main__":
    main()
