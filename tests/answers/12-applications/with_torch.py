"""PyTorch where one would use NumPy."""

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
