"""Lists and loops, as little NumPy as possible."""

import math

clipped_by_hand = 3 / 2


def length(entries):
    return math.sqrt(math.fsum(x * x for x in entries))


def clip_gradients(gradients, threshold):
    norm = length(x for q in gradients for x in q.ravel().tolist())
    factor = threshold / norm if threshold < norm < math.inf else 1.0
    return tuple(q * factor for q in gradients), norm


def turned_by(q, threshold):
    clipped = [max(-threshold, min(threshold, x)) for x in q]
    if not any(clipped):
        return 0
    cosine = sum(a * b for a, b in zip(q, clipped, strict=True)) / length(q) / length(clipped)
    return math.degrees(math.acos(min(1, cosine)))


def threshold_from(norms, factor, warm_up):
    kept = sorted(x for i, x in enumerate(norms) if i >= warm_up and math.isfinite(x))
    if not kept:
        return float("inf")
    middle = len(kept) // 2
    return factor * (kept[middle] + kept[-middle - 1]) / 2


def safe_step(theta, q, rate, threshold):
    if not all(map(math.isfinite, q)):
        return theta.tolist(), False
    slower = rate * min(1.0, threshold / (length(q) or 1.0))
    return [x - slower * g for x, g in zip(theta, q, strict=True)], True


def clipped_in_pieces(gradients, sizes, threshold):
    n, count = len(gradients[0]), sum(sizes)
    q = [0.0] * n
    for size, own in zip(sizes, gradients, strict=True):
        for j in range(n):
            q[j] += size * own[j] / count
    norm = length(q)
    return [threshold * x / norm for x in q] if norm >= threshold else q


def forward_gradient(w, u, h_0):
    states, slopes = [h_0], [0.0]
    for x in u:
        states.append(math.tanh(w * states[-1] + x))
        slopes.append((1 - states[-1] ** 2) * (states[-2] + w * slopes[-1]))
    return states[1:], slopes[1:]
