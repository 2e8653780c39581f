"""PyTorch where one would use NumPy."""

import math

import torch

clipped_by_hand = torch.tensor(1.5)


def clip_gradients(gradients, threshold):
    gradients = [torch.tensor(q) for q in gradients]
    norm = torch.linalg.vector_norm(torch.cat([q.flatten() for q in gradients]))
    if torch.isfinite(norm) and norm > threshold:
        gradients = [q.div(norm).mul(threshold) for q in gradients]
    return gradients, norm


def turned_by(q, threshold):
    q = torch.as_tensor(q)
    clipped = q.clamp(-threshold, threshold)
    if torch.equal(q, clipped):
        return torch.tensor(0.0)
    cosine = torch.nn.functional.cosine_similarity(q, clipped, dim=0)
    return torch.rad2deg(torch.acos(cosine.clamp(max=1)))


def threshold_from(norms, factor, warm_up):
    record = torch.as_tensor(norms)[warm_up:]
    record = record[torch.isfinite(record)]
    return factor * record.quantile(0.5) if record.numel() else math.inf


def safe_step(theta, q, rate, threshold):
    theta, q = torch.as_tensor(theta), torch.as_tensor(q)
    norm = q.norm()
    if not norm.isfinite():
        return theta, False
    return theta.sub(q * torch.clamp(threshold / norm, max=1.0), alpha=rate), True


def clipped_in_pieces(gradients, sizes, threshold):
    total = sum(size * torch.as_tensor(q) for size, q in zip(sizes, gradients, strict=True))
    q = total / int(sum(sizes))
    norm = torch.linalg.vector_norm(q)
    return q * threshold / norm if norm > threshold else q


def forward_gradient(w, u, h_0):
    weight = torch.tensor(float(w), dtype=torch.float64)
    h, s = torch.tensor(float(h_0), dtype=torch.float64), torch.zeros((), dtype=torch.float64)
    found = []
    for x in torch.as_tensor(u):
        new = torch.tanh(weight * h + x)
        s = (1 - new.square()) * (h + weight * s)
        h = new
        found.append(torch.stack([h, s]))
    return tuple(torch.stack(found).T)
