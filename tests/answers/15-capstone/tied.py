"""A GRU whose output layer is its table of embeddings; padded batches, AdamW."""

import torch
from torch import nn
from torch.nn.utils.rnn import pad_sequence


class Tied(nn.Module):
    def __init__(self, k, n=48):
        super().__init__()
        self.table = nn.Parameter(torch.randn(k, n) / 4)
        self.bias, self.gru = nn.Parameter(torch.zeros(k)), nn.GRU(n, n, batch_first=True)
        self.drop = nn.Dropout(0.1)

    def forward(self, x):
        h, _ = self.gru(self.drop(self.table[x]))  # (b, t, n)
        return self.drop(h) @ self.table.T + self.bias  # (b, t, k)


def train_model(text, k):
    torch.manual_seed(2)
    torch.set_num_threads(1)
    text = torch.as_tensor(text).long()
    ends = (text == 0).nonzero().flatten() + 1
    sizes = torch.diff(ends, prepend=torch.zeros(1, dtype=torch.long))
    sentences = [s[:50] for s in text[: ends[-1]].split(sizes.tolist())]
    model, steps = Tied(k), 1200
    optimiser = torch.optim.AdamW(model.parameters(), 0.015, weight_decay=1e-3)
    schedule = torch.optim.lr_scheduler.LinearLR(optimiser, 1.0, 0.01, steps)
    for _ in range(steps):
        batch = [sentences[i] for i in torch.randint(len(sentences), (16,))]
        y = pad_sequence(batch, True, padding_value=-1)  # (b, t)
        x = torch.cat([torch.zeros(len(y), 1, dtype=torch.long), y[:, :-1].clamp(min=0)], 1)
        real = y >= 0
        loss = nn.functional.cross_entropy(model(x)[real], y[real])
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        schedule.step()
    model.eval()

    @torch.no_grad()
    def next_word(context):
        x = torch.tensor([[0, *map(int, context)]])
        return model(x)[0, -1].softmax(-1).tolist()

    return next_word
