"""PyTorch: gradient descent where others count; a small recurrent network for the capstone."""

import torch
from torch import nn
from torch.nn.functional import cross_entropy
from torch.nn.utils.rnn import pad_sequence


def way_gone(model, baseline, language):
    model, baseline, language = torch.tensor([model, baseline, language], dtype=torch.float64)
    return torch.log(model / baseline) / torch.log(language / baseline)


def best_weight(p, q):
    p, q = torch.as_tensor(p), torch.as_tensor(q)
    w = torch.linspace(0, 1, 2001, dtype=torch.float64)[:, None]
    return w[torch.log(w * p + (1 - w) * q).sum(1).argmax(), 0]


def learn_counts(text, k):
    """A linear layer on the word before, trained by gradient descent, is a table of pairs."""
    torch.manual_seed(0)
    text = torch.as_tensor(text).long()
    before = torch.cat([torch.zeros(1, dtype=torch.long), text[:-1]])
    pairs = torch.zeros(k, k).index_put_((before, text), torch.ones(len(text)), accumulate=True)
    scores = nn.Parameter(torch.log(pairs.sum(0) + 1).repeat(k, 1))
    optimiser = torch.optim.Adam([scores], 0.1)
    for _ in range(60):
        optimiser.zero_grad()
        loss = -(pairs * scores.log_softmax(-1)).sum() / len(text)
        decay = 2e-4 * (scores - scores.mean(0).detach()).square().sum()
        (loss + decay).backward()
        optimiser.step()
    table = scores.detach().softmax(-1)
    return lambda context: table[int(context[-1]) if len(context) else 0]


class Network(nn.Module):
    def __init__(self, k):
        super().__init__()
        self.embed, self.lstm = nn.Embedding(k, 32), nn.LSTM(32, 64, batch_first=True)
        self.out, self.drop = nn.Linear(64, k), nn.Dropout(0.1)

    def forward(self, x):
        h, _ = self.lstm(self.drop(self.embed(x)))  # (b, t, n)
        return self.out(self.drop(h))  # (b, t, k)


def train_model(text, k):
    torch.manual_seed(0)
    torch.set_num_threads(1)
    sentences, words = [], [0]
    for word in map(int, text):
        words.append(word)
        if word == 0:
            sentences.append(torch.tensor(words[:60]))
            words = [0]
    sentences.sort(key=len)
    batches = [sentences[i : i + 20] for i in range(0, len(sentences), 20)]
    batches = [pad_sequence(batch, True, padding_value=-100) for batch in batches]
    network, steps, rate = Network(k), 1300, 2e-2
    optimiser = torch.optim.Adam(network.parameters(), rate)
    for step in range(steps):
        optimiser.param_groups[0]["lr"] = rate * (1 - step / steps)
        x = batches[int(torch.randint(len(batches), ()))]
        optimiser.zero_grad()
        y = network(x[:, :-1].clamp(min=0))
        cross_entropy(y.flatten(0, 1), x[:, 1:].flatten()).backward()
        nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimiser.step()
    network.eval()

    @torch.no_grad()
    def next_word(context):
        x = torch.tensor([[0, *map(int, context)]])
        return network(x)[0, -1].softmax(-1)

    return next_word
