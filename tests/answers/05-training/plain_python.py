"""Lists and loops, as little NumPy as possible."""

import math

first_loss = 8.517


def batches(ids, rows, window):
    ids = [int(i) for i in ids]
    length = (len(ids) - 1) // rows
    pairs, done = [], 0
    while done < length:
        size = min(window, length - done)
        begins = [r * length + done for r in range(rows)]
        pairs.append(
            ([ids[b : b + size] for b in begins], [ids[b + 1 : b + size + 1] for b in begins])
        )
        done += size
    return pairs


def fed_words(x, guess, forced):
    fed, right, said = [], [], None
    for t, true_word in enumerate(forced):
        fed.append(int(x[t]) if true_word else said)
        said = int(guess[fed[-1]])
        right.append(said == x[t + 1])
    return fed, right


def reach(steps, window, carried):
    gradient = []
    while len(gradient) < steps:
        gradient += range(1, window + 1)
    gradient = gradient[:steps]
    return (list(range(1, steps + 1)), gradient) if carried else (gradient, gradient)


def update(Q, x, y, rate):
    pairs = list(zip(x.flatten().tolist(), y.flatten().tolist(), strict=True))
    table = [row.tolist() for row in Q]
    new, total = [list(row) for row in table], 0.0
    for read, target in pairs:
        top = max(table[read])
        weights = [math.exp(z - top) for z in table[read]]
        for word, weight in enumerate(weights):
            slope = weight / sum(weights) - (word == target)
            new[read][word] -= rate * slope / len(pairs)
        total += math.log(sum(weights)) + top - table[read][target]
    return new, total / len(pairs)


def stopping(losses, patience):
    best, waited, made, kept = math.inf, 0, 0, 0
    while made < len(losses) and waited < patience:
        waited += 1
        if losses[made] < best:
            best, waited, kept = losses[made], 0, made
        made += 1
    return made, kept
