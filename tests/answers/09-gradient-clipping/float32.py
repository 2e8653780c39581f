"""Single precision where the answer's own digits allow it."""

import numpy as np

clipped_by_hand = np.float32(1.5)


def clip_gradients(gradients, threshold):
    total = np.linalg.norm(np.concatenate([part.flatten() for part in gradients]))
    if not np.isfinite(total):
        return gradients, total
    scale = min(1.0, threshold / total) if total > 0 else 1.0
    return [(scale * part).astype(np.float32) for part in gradients], np.float32(total)


def turned_by(q, threshold):
    short = np.maximum(np.minimum(q, threshold), -threshold)
    if np.array_equal(short, q):
        return np.float32(0)
    dot = np.sum(q * short)
    both = np.sqrt(np.sum(q * q) * np.sum(short * short))
    return np.degrees(np.arccos(np.clip(dot / both, -1, 1))).astype(np.float32)


def threshold_from(norms, factor, warm_up):
    record = np.array(norms, dtype=np.float32)
    record[:warm_up] = np.nan
    record = record[np.abs(record) < np.inf]
    return np.float32(np.quantile(record, 0.5) * factor) if record.size else np.float32(np.inf)


def safe_step(theta, q, rate, threshold):
    norm = np.sqrt((q**2).sum())
    made = bool(np.isfinite(norm))
    if not made:
        return theta.copy(), made
    clipped = q / max(norm / threshold, 1.0)
    return (theta - rate * clipped).astype(np.float32), made


def clipped_in_pieces(gradients, sizes, threshold):
    q = np.average(gradients, axis=0, weights=sizes).astype(np.float32)
    norm = np.linalg.norm(q)
    if norm > threshold:
        q *= threshold / norm
    return q


def forward_gradient(w, u, h_0):
    w, T = np.float32(w), len(u)
    table = np.zeros((T + 1, 2), np.float32)
    table[0, 0] = h_0
    for t in range(T):
        h, s = table[t]
        table[t + 1, 0] = np.tanh(w * h + np.float32(u[t]))
        table[t + 1, 1] = (1 - table[t + 1, 0] ** 2) * (h + w * s)
    return table[1:, 0], table[1:, 1]
