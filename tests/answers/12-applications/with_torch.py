"""PyTorch where one would use NumPy."""

from collections import Counter

import torch
from torch.nn.utils.rnn import pad_sequence


def real(H, lengths):
    return torch.arange(H.shape[1]) < torch.as_tensor(lengths)[:, None]


def pad_batch(sentences, pad):
    rows = [torch.tensor(s) for s in sentences]
    X = pad_sequence(rows, batch_first=True, padding_value=pad)
    return X, torch.tensor([len(r) for r in rows])


def masked_mean(H, lengths):
    total = torch.as_tensor(H).masked_fill(~real(H, lengths)[..., None], 0).sum(1)
    return total / torch.as_tensor(lengths).clamp(min=1)[:, None]


def masked_max(H, lengths):
    kept = torch.as_tensor(H).masked_fill(~real(H, lengths)[..., None], float("-inf"))
    return kept.amax(dim=1)


def last_real_state(H, lengths):
    rows = [
        h[n - 1] if n else torch.zeros_like(h[0])
        for h, n in zip(torch.as_tensor(H), lengths, strict=True)
    ]
    return torch.stack(rows)


def tagging_accuracy(scores, tags, lengths):
    right = torch.as_tensor(scores).argmax(2).eq(torch.as_tensor(tags))
    return right[real(tags, lengths)].double().mean()


def attend(s, H, lengths):
    s, H = torch.as_tensor(s), torch.as_tensor(H)
    scores = torch.bmm(H, s[:, :, None])[..., 0].masked_fill(~real(H, lengths), float("-inf"))
    a = scores.softmax(1)
    return a, torch.bmm(a[:, None], H)[:, 0]


def entity_f1(true, guess):
    def names(tags):
        pieces, words = [], " ".join(tags).split()
        for i, tag in enumerate(words):
            if tag == "O":
                continue
            if tag == "I" and i and words[i - 1] != "O":
                pieces[-1] = (pieces[-1][0], i)
            else:
                pieces.append((i, i))
        return set(pieces)

    sizes = [len(names(true)), len(names(guess)), len(names(true) & names(guess))]
    found = torch.tensor(sizes, dtype=torch.float64)
    return 2 * found[2] / found[:2].sum() if found[:2].sum() else torch.tensor(1.0)


def viterbi(scores, pair, first):
    scores, pair = torch.as_tensor(scores), torch.as_tensor(pair)
    total, back = scores[0] + torch.as_tensor(first), []
    for score in scores[1:]:
        values, places = (total.unsqueeze(1) + pair).max(dim=0)
        total = values + score
        back.insert(0, places)
    path = [total.argmax()]
    for places in back:
        path.insert(0, places[path[0]])
    return torch.stack(path)


def clipped_precision(guess, reference, n):
    mine, theirs = (
        Counter(tuple(words[i : i + n]) for i in range(len(words) - n + 1))
        for words in (guess, reference)
    )
    return (mine & theirs).total() / mine.total() if mine else 0.0
